package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// serveBookings adds the operations of bookings.
func (p *premises) serveBookings() {
	gate := p.gate
	p.Deps.Bookings = booking.New(p.db, p.clock, p.Ring, p.Availability, func(business.ID) {})
	p.bench.API = New(p.Deps)
	p.gate = gate
}

// says tells whether a property of the answer is true.
func (a answer) says(name string) bool {
	is, _ := a.body[name].(bool)
	return is
}

// affected is what an answer says of the bookings that stand: "code reason" of each.
func (a answer) affected() string {
	list, _ := a.body["affected_bookings"].([]any)
	out := []string{}
	for _, x := range list {
		b, _ := x.(map[string]any)
		code, _ := b["code"].(string)
		reason, _ := b["reason"].(string)
		out = append(out, code+" "+reason)
	}
	return strings.Join(out, ", ")
}

// Each change of what decides availability tells whom it leaves outside: as a
// dry run, which changes nothing, and when it is made.
func TestDryRun_EveryChange_TellsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	p.serveBookings()
	s := p.approved("hana-salon")
	p.want(http.StatusOK, "founder", "PATCH", s.path+"/resources/"+s.suzuki, `{"active":false}`, p.want(http.StatusOK, "founder", "GET", s.path+"/resources/"+s.suzuki, "").etag())
	x := p.booked(s, time.Date(2026, 12, 8, 5, 0, 0, 0, time.UTC)) // 14:00 on a Tuesday, by Sato
	sato, chair, cut := s.path+"/resources/"+s.sato, s.path+"/resources/"+s.chair, s.path+"/services/"+s.cut
	everything := func() string {
		out := ""
		for _, at := range []string{
			"/hours", "/settings", "/special-days?from=2026-12-01&to=2026-12-31", "/closing-rules", "/leaves?from=2026-12-01&to=2026-12-31", "/audit",
			"/bookings?from=2026-12-08&to=2026-12-08",
		} {
			out += p.want(http.StatusOK, "founder", "GET", s.path+at, "").raw
		}
		for _, at := range []string{sato, chair, cut, sato + "/shifts", sato + "/breaks", sato + "/exceptions?from=2026-12-01&to=2026-12-31"} {
			out += p.want(http.StatusOK, "founder", "GET", at, "").raw
		}
		return out
	}
	before := everything()
	for _, c := range []struct{ method, at, version, body, want string }{
		{"PUT", s.path + "/hours", s.path + "/hours", `{"weekly":[{"weekday":2,"ranges":[{"start_minute":600,"end_minute":780}]}]}`, "closed"},
		{"PUT", s.path + "/special-days/2026-12-08", "", `{"ranges":[]}`, "closed"},
		{"POST", s.path + "/closing-rules", "", `{"weekday":2,"nths":[2],"on_holiday":"close"}`, "closed"},
		{"PATCH", s.path + "/settings", s.path + "/settings", `{"timezone":"America/New_York"}`, "closed"},
		{"PUT", sato + "/shifts", sato, `{"weekly":[{"weekday":2,"ranges":[{"start_minute":600,"end_minute":840}]}]}`, "staff_off"},
		{"PUT", sato + "/breaks", sato, `{"weekly":[{"weekday":2,"ranges":[{"start_minute":870,"end_minute":900}]}]}`, "staff_off"},
		{"PUT", sato + "/exceptions/2026-12-08", "", `{"ranges":[]}`, "staff_off"},
		{"POST", s.path + "/leaves", "", `{"resource_id":"` + s.sato + `","from_date":"2026-12-08","to_date":"2026-12-08","kind":"sick"}`, "staff_off"},
		{"POST", s.path + "/shifts/bulk", "", `{"resource_ids":["` + s.sato + `"],"from_date":"2026-12-07","to_date":"2026-12-13","action":"set","ranges":[]}`, "staff_off"},
		{"PATCH", sato, sato, `{"active":false}`, "resource_gone"},
		{"PATCH", chair, chair, `{"min_party":2}`, "party_size"},
		{"DELETE", sato, sato, "", "resource_gone"},
		{"PATCH", cut, cut, `{"active_from":"2026-12-09"}`, "service_hours"},
		{"DELETE", cut, cut, "", ""},
	} {
		words := []string{}
		if c.version != "" {
			words = append(words, p.want(http.StatusOK, "founder", "GET", c.version, "").etag())
		}
		if c.method == "POST" {
			words = append(words, "Idempotency-Key: try")
		}
		want := c.want
		if want != "" {
			want = x.Code + " " + want
		}
		for range 2 { // nothing of the first remains, neither version nor key
			a := p.do("founder", c.method, c.at+"?dry_run=true", c.body, words...)
			if a.status != http.StatusOK || a.affected() != want || !a.says("dry_run") {
				t.Errorf("%s %s: %d %s, want %q", c.method, c.at, a.status, a.raw, want)
			}
			if strings.Contains(a.raw, "山田") || strings.Contains(a.raw, "90-1234") || strings.Contains(a.raw, "+81") || strings.Contains(a.raw, "hanako") {
				t.Errorf("%s %s tells of the customer: %s", c.method, c.at, a.raw)
			}
		}
		if after := everything(); after != before {
			t.Fatalf("%s %s left something:\n%s\nwas\n%s", c.method, c.at, after, before)
		}
	}
}

func TestImpact_AChange_MarksTheBookings_WhichAreListed_UntilTheyAreMoved(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	p.serveBookings()
	p.member(s.path, "helper", tenant.Assistant)
	x := p.booked(s, time.Date(2026, 12, 8, 5, 0, 0, 0, time.UTC))
	special := s.path + "/special-days/2026-12-08"
	outside := s.path + "/bookings?from=2026-12-01&to=2026-12-31&outside_rules="
	if got := p.want(http.StatusOK, "founder", "GET", outside+"true", "").items("code"); len(got) != 0 {
		t.Errorf("before: %q", got)
	}
	day := p.want(http.StatusOK, "founder", "PUT", special, `{"ranges":[{"start_minute":600,"end_minute":840}]}`, "Accept-Language: en")
	if day.affected() != x.Code+" closed" || day.body["affected_total"] != 1.0 || day.says("dry_run") || !strings.Contains(day.raw, `"message":"It lies outside the opening hours."`) ||
		!strings.Contains(day.raw, `"start":"2026-12-08T14:00:00+09:00"`) {
		t.Errorf("the change: %s", day.raw)
	}
	if got := p.want(http.StatusOK, "founder", "GET", outside+"true", "").items("code"); len(got) != 1 || got[0] != x.Code {
		t.Errorf("to be worked off: %q", got)
	}
	if a := p.want(http.StatusOK, "helper", "GET", s.path+"/ledger?date=2026-12-08", ""); !strings.Contains(a.raw, `"outside_rules":true`) {
		t.Errorf("the ledger: %s", a.raw)
	}
	at := s.path + "/bookings/" + x.ID.String()
	read := p.want(http.StatusOK, "founder", "GET", at, "")
	if !read.says("outside_rules") || read.header.Get("ETag") != `"1"` {
		t.Errorf("the booking: %s", read.raw)
	}
	p.want(http.StatusOK, "founder", "POST", at+"/reschedule", `{"start":"2026-12-08T11:00:00+09:00"}`, read.etag())
	if got := p.want(http.StatusOK, "founder", "GET", outside+"true", "").items("code"); len(got) != 0 {
		t.Errorf("after the move: %q", got)
	}
	if got := p.want(http.StatusOK, "founder", "GET", outside+"false", "").items("code"); len(got) != 1 {
		t.Errorf("all: %q", got)
	}
	gone := p.want(http.StatusOK, "founder", "DELETE", special, "", day.etag())
	if gone.affected() != "" || gone.body["restored_total"] != 0.0 {
		t.Errorf("back to the week: %s", gone.raw)
	}
}

func TestPublicExplain_TellsTheKindAndNoMore(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	at := "/public/businesses/hana-salon/availability/explain?service_id=" + s.cut
	start := at + "&start=2026-12-08T14:00:00%2B09:00"
	if a := p.want(http.StatusOK, "", "GET", start, ""); !strings.Contains(a.raw, `"free":true,"reason":null`) {
		t.Errorf("free: %s", a.raw)
	}
	x := p.booked(s, time.Date(2026, 12, 8, 5, 0, 0, 0, time.UTC))
	for _, c := range []struct{ query, lang, want string }{
		{start, "ja", `{"kind":"full","message":"申し訳ございません。この時間はご予約を承れる空きがございません。"}`},
		{start, "en", `{"kind":"full","message":"We are sorry: nothing is left at this time."}`},
		{start + "&staff_id=" + s.sato, "ja", `{"kind":"staff_unavailable",`},
		{at + "&start=2026-12-09T14:00:00%2B09:00", "ja", `{"kind":"closed",`},
		{at + "&date=2026-12-08", "ja", `"strip":[{`},
	} {
		a := p.want(http.StatusOK, "", "GET", c.query, "", "Accept-Language: "+c.lang)
		if !strings.Contains(a.raw, c.want) {
			t.Errorf("%s: %s, want %s", c.query, a.raw, c.want)
		}
		for _, secret := range []string{x.Code, x.ID.String(), "佐藤", "席", "山田", s.sato, s.chair} {
			if strings.Contains(a.raw, secret) {
				t.Errorf("%s tells %s: %s", c.query, secret, a.raw)
			}
		}
	}
	p.refuse(p.do("", "GET", at, ""), 422, "validation.failed", "query.start required")
	p.refuse(p.do("", "GET", start+"&staff_id="+s.suzuki, ""), 422, "validation.failed", "query.staff_id unknown_id")
	p.refuse(p.do("", "GET", strings.Replace(start, "hana-salon", "other-salon", 1), ""), 404, "not_found")
}

// What can be tried out says so, and what its dry run answers stands in the document.
func TestDocument_DryRuns(t *testing.T) {
	t.Parallel()
	doc := New(Deps{}).huma.OpenAPI()
	tried := 0
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{"POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op == nil || !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "dry_run" }) {
				continue
			}
			tried++
			ok := op.Responses["200"]
			if ok == nil || ok.Content["application/json"] == nil {
				t.Errorf("%s %s: a dry run is answered with 200, which is not documented", method, path)
				continue
			}
			schema := doc.Components.Schemas.SchemaFromRef(ok.Content["application/json"].Schema.Ref)
			for _, name := range []string{"dry_run", "affected_bookings", "affected_total", "restored_total"} {
				if schema == nil || schema.Properties[name] == nil {
					t.Errorf("%s %s: its answer has no %s", method, path, name)
				}
			}
		}
	}
	if tried < 25 {
		t.Errorf("%d operations can be tried out", tried)
	}
}
