package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

const turns = `{"anchor_date":"2026-12-01","weeks":[{"weekly":[{"weekday":2,"ranges":[{"start_minute":600,"end_minute":900}]}]},` +
	`{"weekly":[{"weekday":2,"ranges":[{"start_minute":900,"end_minute":1200}]}]}]}`

func TestShifts_InTurns_OverHTTP(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	at := s.path + "/resources/" + s.sato + "/shifts"
	a := p.want(http.StatusOK, "founder", "GET", at, "")
	if !strings.Contains(a.raw, `"anchor_date":null`) || strings.Count(a.raw, `"weekday":6,"ranges":[]`) != 2 { // weekly, and weeks
		t.Errorf("at first: %s", a.raw)
	}
	put := func(body string) answer { return p.do("founder", "PUT", at, body, a.etag()) }
	p.refuse(put(`{}`), 422, "validation.failed", "body.weekly required")
	p.refuse(put(`{"weekly":[],"weeks":[{"weekly":[]}]}`), 422, "validation.failed", "body.weekly not_both")
	p.refuse(put(strings.Replace(turns, `"anchor_date":"2026-12-01",`, "", 1)), 422, "validation.failed", "body.anchor_date required")
	p.refuse(put(`{"weeks":[{"weekly":[{"weekday":7,"ranges":[]}]}]}`), 422, "validation.failed", "body.weeks[0].weekly[0].weekday too_large")
	b := p.want(http.StatusOK, "founder", "PUT", at, turns, a.etag())
	got := p.want(http.StatusOK, "founder", "GET", at, "")
	if b.header.Get("ETag") != `"2"` || got.text("anchor_date") != "2026-12-01" || strings.Count(got.raw, `"start_minute":900`) != 1 || strings.Count(got.raw, `"start_minute":600`) != 2 {
		t.Errorf("in turns: %s", got.raw)
	}
	c := p.want(http.StatusOK, "founder", "PUT", at, `{"weekly":[]}`, b.etag())
	if strings.Contains(c.raw, "start_minute") {
		t.Errorf("lifted: %s", c.raw)
	}
}

func TestShiftTable_AndBulkEdits_OverHTTP(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	p.member(s.path, "assistant", tenant.Assistant)
	at := s.path + "/resources/" + s.sato
	a := p.want(http.StatusOK, "founder", "PUT", at+"/shifts", turns, `If-Match: "1"`)
	p.refuse(p.do("assistant", "PUT", at+"/breaks", `{"weekly":[]}`, a.etag()), 403, "auth.forbidden")
	b := p.want(http.StatusOK, "founder", "PUT", at+"/breaks", `{"weekly":[{"weekday":2,"ranges":[{"start_minute":720,"end_minute":780}]}]}`, a.etag())
	if got := p.want(http.StatusOK, "assistant", "GET", at+"/breaks", ""); got.header.Get("ETag") != b.header.Get("ETag") || !strings.Contains(got.raw, `"start_minute":720`) {
		t.Errorf("breaks: %s", got.raw)
	}
	edit := func(words string) answer {
		return p.do("founder", "POST", s.path+"/shifts/bulk", words, "Idempotency-Key: "+words[len(words)-20:])
	}
	set := `{"resource_ids":["` + s.sato + `","` + s.suzuki + `"],"action":"set","ranges":[],"weekdays":[4],"from_date":"2026-12-01","to_date":"2026-12-14"}`
	p.refuse(p.do("assistant", "POST", s.path+"/shifts/bulk", set), 403, "auth.forbidden")
	if got := edit(set); got.status != 200 || got.body["changed"] != 4.0 {
		t.Errorf("set: %d %s", got.status, got.raw)
	}
	if got := edit(set); got.header.Get("Idempotent-Replayed") != "true" || got.body["changed"] != 4.0 {
		t.Errorf("again: %s", got.raw)
	}
	tried := p.want(http.StatusOK, "founder", "POST", s.path+"/shifts/bulk?dry_run=true",
		`{"resource_ids":["`+s.sato+`"],"action":"clear","from_date":"2026-12-01","to_date":"2026-12-14"}`)
	if tried.body["changed"] != 2.0 || !tried.says("dry_run") {
		t.Errorf("tried: %s", tried.raw)
	}
	p.refuse(edit(`{"resource_ids":["`+s.sato+`"],"action":"copy_from","source_from_date":"2026-11-30","from_date":"2026-12-01","to_date":"2026-12-14"}`),
		422, "validation.failed", "body.source_from_date schedule.copy_weekday")
	p.want(http.StatusCreated, "founder", "POST", s.path+"/leaves", `{"resource_id":"`+s.sato+`","from_date":"2026-12-08","to_date":"2026-12-08","kind":"sick","note":"熱"}`)

	table := p.want(http.StatusOK, "assistant", "GET", s.path+"/shifts?from=2026-12-01&to=2026-12-08&limit=1", "")
	for _, want := range []string{
		`{"date":"2026-12-01","hours":[{"start_minute":600,"end_minute":780},{"start_minute":840,"end_minute":1200}]},{"date":"2026-12-02","hours":[]}`,
		`{"date":"2026-12-01","ranges":[{"start_minute":600,"end_minute":720},{"start_minute":780,"end_minute":900}],"breaks":[{"start_minute":720,"end_minute":780}],"source":"weekly"}`,
		`{"date":"2026-12-03","ranges":[],"breaks":[],"source":"by_date"}`,
		`{"date":"2026-12-08","ranges":[],"breaks":[],"source":"leave"}`,
	} {
		if !strings.Contains(table.raw, want) {
			t.Errorf("the table lacks %s\n%s", want, table.raw)
		}
	}
	if strings.Contains(table.raw, "sick") || strings.Contains(table.raw, "熱") || len(table.items("resource_id")) != 1 {
		t.Errorf("the table: %s", table.raw)
	}
	next := p.want(http.StatusOK, "assistant", "GET", s.path+"/shifts?from=2026-12-01&to=2026-12-08&limit=1&cursor="+table.text("next_cursor"), "")
	if got := next.items("resource_id"); len(got) != 1 || got[0] != s.suzuki || next.text("next_cursor") != "" || !strings.Contains(next.raw, `"source":"open"`) {
		t.Errorf("the next page: %s", next.raw)
	}
	p.refuse(p.do("founder", "GET", s.path+"/shifts?from=2026-12-01&to=2027-01-08", ""), 422, "validation.failed", "query.to schedule.span_too_long")
	p.refuse(p.do("founder", "GET", s.path+"/shifts", ""), 422, "validation.failed", "query.from required", "query.to required")
}

func TestSettings_Fairness(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	at := p.found("hana-salon") + "/settings"
	a := p.want(http.StatusOK, "founder", "GET", at, "")
	if a.text("fairness") != "least_booked" {
		t.Errorf("at first: %s", a.raw)
	}
	b := p.want(http.StatusOK, "founder", "PATCH", at, `{"fairness":"round_robin"}`, a.etag())
	if got := p.want(http.StatusOK, "founder", "GET", at, ""); got.text("fairness") != "round_robin" {
		t.Errorf("then: %s", got.raw)
	}
	p.refuse(p.do("founder", "PATCH", at, `{"fairness":"by_lot"}`, b.etag()), 422, "validation.failed", "body.fairness not_allowed")
}
