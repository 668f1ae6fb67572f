package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// stylist makes an account that is a staff member of the business.
func (p *premises) stylist(path, name, resource string) {
	p.t.Helper()
	bid, err := id.Parse[business.Business](path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		p.t.Fatal(err)
	}
	rid, err := id.Parse[catalog.Resource](resource)
	if err != nil {
		p.t.Fatal(err)
	}
	in := business.MemberInput{UserID: p.account(name), Role: tenant.Staff, ResourceID: rid}
	if _, err := p.Team.Add(p.t.Context(), tenant.Worker(), bid, in); err != nil {
		p.t.Fatal(err)
	}
}

func TestLeaves_ManagersWrite_StaffReadTheirOwn(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	p.stylist(s.path, "sato", s.sato)
	p.member(s.path, "nobody", tenant.Staff) // on the staff, without a resource
	p.member(s.path, "assistant", tenant.Assistant)
	p.member(s.path, "manager", tenant.Manager)
	leave := func(rid, from, to, more string) string {
		return `{"resource_id":"` + rid + `","from_date":"` + from + `","to_date":"` + to + `"` + more + `}`
	}
	list := s.path + "/leaves"
	body := leave(s.sato, "2026-12-28", "2027-01-04", `,"kind":"sick","note":"インフルエンザ"`)
	a := p.want(http.StatusCreated, "manager", "POST", list, body, "Idempotency-Key: one")
	again := p.want(http.StatusCreated, "manager", "POST", list, body, "Idempotency-Key: one")
	if again.text("id") != a.text("id") || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("sent again: %s", again.raw)
	}
	p.refuse(p.do("manager", "POST", list, body), 422, "validation.failed", "body.from_date schedule.leave_overlap")
	p.refuse(p.do("manager", "POST", list, leave(s.chair, "2026-12-28", "2026-12-29", "")), 422, "validation.failed", "body.resource_id unknown_id")
	p.refuse(p.do("manager", "POST", list, leave(s.sato, "2026-12-27", "2026-12-26", "")), 422, "validation.failed", "body.to_date schedule.before_from")
	p.refuse(p.do("manager", "POST", list, leave(s.suzuki, "2026-12-27", "2028-01-01", "")), 422, "validation.failed", "body.to_date schedule.leave_too_long")
	b := p.want(http.StatusCreated, "founder", "POST", list, leave(s.suzuki, "2026-12-30", "2026-12-30", ""))

	at, other := a.header.Get("Location"), b.header.Get("Location")
	span := list + "?from=2026-12-01&to=2027-01-31"
	for who, want := range map[string][]string{"founder": {s.sato, s.suzuki}, "manager": {s.sato, s.suzuki}, "sato": {s.sato}, "nobody": {}} {
		if got := p.want(http.StatusOK, who, "GET", span, "").items("resource_id"); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", who, got, want)
		}
	}
	if own := p.want(http.StatusOK, "sato", "GET", at, ""); own.text("kind") != "sick" || own.text("note") != "インフルエンザ" || own.header.Get("ETag") != `"1"` {
		t.Errorf("their own: %s", own.raw)
	}
	p.refuse(p.do("sato", "GET", other, ""), 404, "not_found")
	p.refuse(p.do("nobody", "GET", other, ""), 404, "not_found")
	if got := p.want(http.StatusOK, "sato", "GET", span+"&resource_id="+s.suzuki, "").items("id"); len(got) != 0 {
		t.Errorf("a colleague's: %v", got)
	}
	for _, who := range []string{"sato", "assistant"} {
		p.refuse(p.do(who, "POST", list, leave(s.sato, "2026-12-27", "2026-12-27", "")), 403, "auth.forbidden")
		p.refuse(p.do(who, "DELETE", at, "", a.etag()), 403, "auth.forbidden")
	}
	p.refuse(p.do("assistant", "GET", list, ""), 403, "auth.forbidden")
	p.refuse(p.do("stranger", "GET", list, ""), 404, "not_found")

	p.refuse(p.do("manager", "PATCH", at, `{"note":""}`), 428, "precondition.required", "header.If-Match required")
	c := p.want(http.StatusOK, "manager", "PATCH", at, `{"to_date":"2026-12-29","kind":"paid"}`, `If-Match: "1"`)
	if c.text("to_date") != "2026-12-29" || c.text("from_date") != "2026-12-28" || c.text("kind") != "paid" || c.text("note") == "" {
		t.Errorf("changed: %s", c.raw)
	}
	p.refuse(p.do("manager", "DELETE", at, "", `If-Match: "1"`), 412, "precondition.stale")
	p.want(http.StatusOK, "manager", "DELETE", at+"?dry_run=true", "", c.etag())
	p.want(http.StatusOK, "manager", "DELETE", at, "", c.etag())
	p.refuse(p.do("manager", "GET", at, ""), 404, "not_found")
}

func TestLeaves_ArePaged(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	for _, date := range []string{"2026-12-03", "2026-12-01", "2026-12-05"} {
		p.want(http.StatusCreated, "founder", "POST", s.path+"/leaves", `{"resource_id":"`+s.sato+`","from_date":"`+date+`","to_date":"`+date+`"}`)
	}
	var got []string
	for at := s.path + "/leaves?from=2026-12-01&to=2026-12-31&limit=2"; at != ""; {
		a := p.want(http.StatusOK, "founder", "GET", at, "")
		got = append(got, a.items("from_date")...)
		if at = a.text("next_cursor"); at != "" {
			at = s.path + "/leaves?from=2026-12-01&to=2026-12-31&limit=2&cursor=" + at
		}
	}
	if !slices.Equal(got, []string{"2026-12-01", "2026-12-03", "2026-12-05"}) {
		t.Errorf("page by page: %v", got)
	}
	p.refuse(p.do("founder", "GET", s.path+"/leaves?from=2026-12-01&to=2027-12-31", ""), 422, "validation.failed", "query.to schedule.span_too_long")
}
