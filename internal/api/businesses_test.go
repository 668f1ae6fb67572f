package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func TestFounding_FromDraftToTheDirectoryAndBack(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	admin := "/admin" + strings.TrimPrefix(s.path, basePath)
	p.refuse(p.do("", "GET", "/public/businesses/hana-salon", ""), 404, "not_found")

	a := p.want(http.StatusOK, "founder", "POST", s.path+"/submit", "")
	if a.text("status") != "pending_review" {
		t.Errorf("submitted: %s", a.raw)
	}
	if got := p.do("operator", "GET", "/admin/businesses?status=pending_review", "").items("slug"); !slices.Equal(got, []string{"hana-salon"}) {
		t.Errorf("waiting: %q", got)
	}
	p.refuse(p.do("operator", "POST", admin+"/approve", `{}`), 422, "validation.failed", "body.reason required")
	p.refuse(p.do("operator", "POST", admin+"/approve", `{"reason":" \u200b "}`), 422, "validation.failed", "body.reason required")
	p.want(http.StatusOK, "operator", "POST", admin+"/approve", `{"reason":"確認しました"}`)
	p.refuse(p.do("operator", "POST", admin+"/approve", `{"reason":"もう一度"}`), 409, "business.wrong_status")

	list := p.want(http.StatusOK, "", "GET", "/public/businesses?q=%EF%BD%BB%EF%BE%9B%EF%BE%9D+HANA&vertical=hair_salon&prefecture=Tokyo", "")
	if got := list.items("slug"); !slices.Equal(got, []string{"hana-salon"}) || list.body["next_cursor"] != nil {
		t.Errorf("directory: %s", list.raw)
	}
	p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon", "")

	p.want(http.StatusOK, "operator", "POST", admin+"/suspend", `{"reason":"苦情のため"}`)
	p.refuse(p.do("", "GET", "/public/businesses/hana-salon", ""), 404, "not_found")
	p.refuse(p.do("", "GET", "/public/businesses/hana-salon/services", ""), 404, "not_found")
	own := p.want(http.StatusOK, "founder", "GET", s.path, "")
	if own.text("status") != "suspended" || own.text("status_reason") != "苦情のため" {
		t.Errorf("the owner reads %s", own.raw)
	}
	p.refuse(p.do("founder", "PATCH", s.path, `{"city":"港区"}`, own.etag()), 409, "business.suspended")
	p.refuse(p.do("founder", "POST", s.path+"/resources", `{"kind":"room","name":{"ja":"部屋"}}`), 409, "business.suspended")
	p.want(http.StatusOK, "operator", "POST", admin+"/reinstate", `{"reason":"解決しました"}`)
	p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon", "")

	trail := p.want(http.StatusOK, "operator", "GET", "/admin/audit?limit=2", "")
	if got := trail.items("reason"); len(got) != 2 || trail.text("next_cursor") == "" {
		t.Errorf("trail: %s", trail.raw)
	}
	rest := p.want(http.StatusOK, "operator", "GET", "/admin/audit?limit=2&cursor="+trail.text("next_cursor"), "")
	got := slices.Concat(trail.items("action"), rest.items("action"))
	slices.Sort(got)
	if !slices.Equal(got, []string{"business.approved", "business.reinstated", "business.suspended"}) {
		t.Errorf("trail: %q", got)
	}
}

func TestFounding_RefusalsNameEveryField(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	p.found("hana-salon")
	const small = `{"name":{"ja":"店"},"vertical":"clinic"}`
	p.refuse(p.do("", "POST", "/businesses", small), 401, "auth.required")
	p.refuse(p.do("unverified", "POST", "/businesses", small), 403, "auth.email_unverified")
	p.refuse(p.do("founder", "POST", "/businesses", `{"name":{"ja":"店"},"vertical":"clinic","slug":"hana-salon"}`), 409, "business.slug_taken")
	p.refuse(p.do("founder", "POST", "/businesses", `{}`), 422, "validation.failed", "body.name required", "body.vertical required")
	p.refuse(p.do("founder", "POST", "/businesses", `{"name":{"en":"x"},"vertical":"bakery","status":"approved","currency":"USD"}`), 422, "validation.failed",
		"body.name.ja required", "body.vertical not_allowed", "body.status unknown_property", "body.currency not_allowed")
	p.refuse(p.do("founder", "POST", "/businesses", `{"name":{"ja":"店"},"vertical":"clinic","phone":"110","postal_code":"1","email":"x","prefecture":"?","timezone":"Nowhere"}`),
		422, "validation.failed", "body.phone phone", "body.postal_code postal_code", "body.email email", "body.prefecture prefecture", "body.timezone timezone")
	p.refuse(p.do("founder", "POST", "/businesses", `{"name":`), 400, "request.malformed", "body request.malformed")
	a := p.want(http.StatusCreated, "founder", "POST", "/businesses", small)
	if a.text("status") != "draft" || a.text("slug") == "" || a.header.Get("Location") != "/api/v1/businesses/"+a.text("id") ||
		!strings.HasSuffix(a.text("created_at"), "+09:00") {
		t.Errorf("got %s, %v", a.raw, a.header)
	}
}

func TestFounding_OneKeyFoundsOneBusiness(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	const body = `{"name":{"ja":"店"},"vertical":"clinic"}`
	first := p.want(http.StatusCreated, "founder", "POST", "/businesses", body, "Idempotency-Key: k1")
	again := p.want(http.StatusCreated, "founder", "POST", "/businesses", body, "Idempotency-Key: k1")
	if first.raw != again.raw || again.header.Get("Idempotent-Replayed") != "true" || again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("first %s\nagain %s %v", first.raw, again.raw, again.header)
	}
	p.refuse(p.do("founder", "POST", "/businesses", `{"name":{"ja":"別"},"vertical":"clinic"}`, "Idempotency-Key: k1"), 422, "idempotency.mismatch")
	p.want(http.StatusCreated, "stranger", "POST", "/businesses", body, "Idempotency-Key: k1")
	if got := p.do("founder", "GET", "/businesses", "").items("id"); len(got) != 1 {
		t.Errorf("the founder works for %q", got)
	}
	path := first.header.Get("Location")
	res := p.want(http.StatusCreated, "founder", "POST", path+"/resources", `{"kind":"room","name":{"ja":"部屋"}}`, "Idempotency-Key: k1")
	same := p.want(http.StatusCreated, "founder", "POST", path+"/resources", `{"kind":"room","name":{"ja":"部屋"}}`, "Idempotency-Key: k1")
	if res.raw != same.raw || len(p.do("founder", "GET", path+"/resources", "").items("id")) != 1 {
		t.Errorf("resource twice: %s, %s", res.raw, same.raw)
	}
}

func TestBusiness_VersionsAndSettings(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	path := p.found("hana-salon")
	b := p.want(http.StatusOK, "founder", "GET", path, "")
	p.refuse(p.do("founder", "PATCH", path, `{"city":"港区"}`), 428, "precondition.required", "header.If-Match required")
	p.refuse(p.do("founder", "PATCH", path, `{"city":"港区"}`, `If-Match: "9"`), 412, "precondition.stale")
	p.refuse(p.do("founder", "PATCH", path, `{"city":"港区"}`, `If-Match: *`), 422, "validation.failed", "header.If-Match format")
	c := p.want(http.StatusOK, "founder", "PATCH", path, `{"city":"港区","email":"info@hana.example"}`, b.etag())
	if c.text("city") != "港区" || c.header.Get("ETag") != `"2"` || c.text("phone_national") != "03-1234-5678" {
		t.Errorf("got %s, %v", c.raw, c.header)
	}
	p.refuse(p.do("founder", "PATCH", path, `{"city":"中央区"}`, b.etag()), 412, "precondition.stale")
	p.refuse(p.do("founder", "PATCH", path, `{"status":"approved","version":9}`, c.etag()), 422, "validation.failed", "body.status unknown_property", "body.version unknown_property")

	s := p.want(http.StatusOK, "founder", "GET", path+"/settings", "")
	s = p.want(http.StatusOK, "founder", "PATCH", path+"/settings",
		`{"booking_mode":"approval","grid_minutes":15,"cancellation_policy":{"steps":[{"hours_before":2,"percent":100},{"hours_before":24,"percent":50}]}}`, s.etag())
	if !strings.Contains(s.raw, `"steps":[{"hours_before":24,"percent":50},{"hours_before":2,"percent":100}]`) || s.text("booking_mode") != "approval" {
		t.Errorf("got %s", s.raw)
	}
	p.refuse(p.do("founder", "PATCH", path+"/settings", `{"grid_minutes":7,"hold_minutes":0,"currency":"EUR","timezone":"Local"}`, s.etag()), 422, "validation.failed",
		"body.grid_minutes not_allowed", "body.hold_minutes too_small", "body.currency not_allowed")
	p.refuse(p.do("founder", "PATCH", path+"/settings", `{"timezone":"Local"}`, s.etag()), 422, "validation.failed", "body.timezone timezone")
	p.refuse(p.do("founder", "POST", path+"/submit", ""), 409, "business.incomplete",
		"business.hours business.missing_hours", "business.services business.missing_services")
}

// Another's business is as absent as none, byte for byte but the request's id.
func TestBusiness_ForeignIsAsAbsentAsNone(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	p.want(http.StatusCreated, "stranger", "POST", "/businesses", `{"name":{"ja":"店"},"vertical":"clinic"}`)
	none := "/businesses/01936b2f-7c1e-7000-8000-000000000000"
	for _, c := range []struct{ method, below, body string }{
		{"GET", "", ""},
		{"PATCH", "", `{"city":"港区"}`},
		{"GET", "/settings", ""},
		{"PATCH", "/settings", `{"hold_minutes":5}`},
		{"POST", "/submit", ""},
		{"GET", "/members", ""},
		{"GET", "/audit", ""},
		{"GET", "/hours", ""},
		{"PUT", "/hours", `{"weekly":[]}`},
		{"GET", "/special-days", ""},
		{"PUT", "/special-days/2026-12-24", `{"ranges":[]}`},
		{"GET", "/resources", ""},
		{"POST", "/resources", `{"kind":"room","name":{"ja":"部屋"}}`},
		{"GET", "/resources/" + s.sato, ""},
		{"PATCH", "/resources/" + s.sato, `{"capacity":2}`},
		{"DELETE", "/resources/" + s.sato, ""},
		{"GET", "/resources/" + s.sato + "/shifts", ""},
		{"PUT", "/resources/" + s.sato + "/exceptions/2026-12-24", `{"ranges":[]}`},
		{"GET", "/services/" + s.cut, ""},
		{"DELETE", "/services/" + s.cut, ""},
		{"PATCH", "/service-options/" + s.option, `{"active":false}`},
	} {
		foreign := p.do("stranger", c.method, s.path+c.below, c.body, `If-Match: "1"`)
		absent := p.do("stranger", c.method, none+c.below, c.body, `If-Match: "1"`)
		p.refuse(foreign, 404, "not_found")
		cut := func(a answer) string { return strings.ReplaceAll(a.raw, a.text("request_id"), "") }
		if cut(foreign) != cut(absent) {
			t.Errorf("%s %s: foreign %s, absent %s", c.method, c.below, foreign.raw, absent.raw)
		}
	}
	// In one's own business another's records are absent too.
	mine := "/businesses/" + p.do("stranger", "GET", "/businesses", "").items("id")[0]
	for _, below := range []string{"/resources/" + s.sato, "/resources/" + s.sato + "/shifts", "/services/" + s.cut, "/service-options/" + s.option} {
		p.refuse(p.do("stranger", "GET", mine+below, ""), 404, "not_found")
	}
	p.refuse(p.do("founder", "GET", "/admin/businesses", ""), 403, "auth.forbidden")
	p.refuse(p.do("operator", "GET", s.path, ""), 404, "not_found") // operators are no members
}

func TestBusiness_RolesMayDoWhatTheTableSays(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	roles := []tenant.Role{tenant.Owner, tenant.Manager, tenant.Staff, tenant.Assistant}
	for _, r := range roles {
		p.member(s.path, "the-"+string(r), r)
	}
	for _, c := range []struct {
		method, below, body string
		least               int // index in roles
	}{
		{"GET", "", "", 3},
		{"GET", "/services", "", 3},
		{"GET", "/service-options", "", 3},
		{"GET", "/resources", "", 3},
		{"GET", "/hours", "", 3},
		{"GET", "/special-days", "", 3},
		{"GET", "/resources/" + s.sato + "/shifts", "", 3},
		{"GET", "/settings", "", 1},
		{"GET", "/members", "", 1},
		{"GET", "/audit", "", 1},
		{"PATCH", "", `{}`, 1},
		{"POST", "/resources", `{}`, 1},
		{"POST", "/services", `{}`, 1},
		{"PUT", "/hours", `{}`, 1},
		{"PUT", "/special-days/2026-12-24", `{}`, 1},
		{"PUT", "/resources/" + s.sato + "/shifts", `{}`, 1},
		{"DELETE", "/services/" + s.cut, "", 1},
		{"PATCH", "/settings", `{}`, 0},
		{"POST", "/submit", "", 0},
	} {
		for i, r := range roles {
			a := p.do("the-"+string(r), c.method, s.path+c.below, c.body)
			if forbidden := a.status == http.StatusForbidden; forbidden != (i > c.least) {
				t.Errorf("%s %s as %s: %d %s", c.method, c.below, r, a.status, a.text("code"))
			}
		}
	}
	members := p.want(http.StatusOK, "the-manager", "GET", s.path+"/members?limit=3", "")
	if got := members.items("role"); len(got) != 3 || members.text("next_cursor") == "" {
		t.Errorf("members: %s", members.raw)
	}
	trail := p.want(http.StatusOK, "the-manager", "GET", s.path+"/audit?limit=1", "")
	if got := trail.items("action"); !slices.Equal(got, []string{"business.submitted"}) || trail.text("next_cursor") == "" {
		t.Errorf("trail: %s", trail.raw)
	}
}

func TestBusiness_CursorsBelongToTheirList(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	first := p.want(http.StatusOK, "founder", "GET", s.path+"/resources?limit=2", "")
	cursor := first.text("next_cursor")
	rest := p.want(http.StatusOK, "founder", "GET", s.path+"/resources?limit=2&cursor="+cursor, "")
	if got := slices.Concat(first.items("id"), rest.items("id")); !slices.Equal(got, []string{s.sato, s.suzuki, s.chair}) || rest.body["next_cursor"] != nil {
		t.Errorf("pages %q", got)
	}
	for _, path := range []string{"/resources?kind=staff&cursor=" + cursor, "/services?cursor=" + cursor, "/resources?cursor=x", "/audit?cursor=" + cursor} {
		p.refuse(p.do("founder", "GET", s.path+path, ""), 422, "validation.failed", "query.cursor cursor")
	}
	p.refuse(p.do("founder", "GET", s.path+"/resources?limit=101", ""), 422, "validation.failed", "query.limit too_large")
	p.refuse(p.do("founder", "GET", s.path+"/resources?limit=0", ""), 422, "validation.failed", "query.limit too_small")
}
