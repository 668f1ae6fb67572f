package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestHours_ReplaceUnderTheBusinessesVersion(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	path := p.found("hana-salon")
	a := p.want(http.StatusOK, "founder", "GET", path+"/hours", "")
	if list, _ := a.body["weekly"].([]any); len(list) != 7 || !strings.Contains(a.raw, `{"weekday":0,"ranges":[]}`) {
		t.Errorf("got %s", a.raw)
	}
	const late = `{"weekly":[{"weekday":5,"ranges":[{"start_minute":1200,"end_minute":1800}]}]}`
	p.refuse(p.do("founder", "PUT", path+"/hours", late), 428, "precondition.required", "header.If-Match required")
	b := p.want(http.StatusOK, "founder", "PUT", path+"/hours", late, a.etag())
	if !strings.Contains(b.raw, `{"weekday":5,"ranges":[{"start_minute":1200,"end_minute":1800}]}`) || b.header.Get("ETag") == a.header.Get("ETag") {
		t.Errorf("got %s %v", b.raw, b.header)
	}
	p.refuse(p.do("founder", "PUT", path+"/hours", late, a.etag()), 412, "precondition.stale")
	put := func(body string) answer { return p.do("founder", "PUT", path+"/hours", body, b.etag()) }
	p.refuse(put(`{"weekly":[{"weekday":5,"ranges":[{"start_minute":1200,"end_minute":1560}]},{"weekday":6,"ranges":[{"start_minute":60,"end_minute":600}]}]}`),
		422, "validation.failed", "body.weekly[0].ranges schedule.overlap_next_day")
	p.refuse(put(`{"weekly":[{"weekday":7,"ranges":[{"start_minute":3,"end_minute":1805}]},{"ranges":null}]}`), 422, "validation.failed",
		"body.weekly[0].weekday too_large", "body.weekly[0].ranges[0].start_minute multiple_of", "body.weekly[0].ranges[0].end_minute too_large",
		"body.weekly[1].weekday required", "body.weekly[1].ranges type_array")
	p.refuse(put(`{"weekly":[{"weekday":1,"ranges":[{"start_minute":600,"end_minute":600},{"start_minute":700,"end_minute":650}]}]}`), 422, "validation.failed",
		"body.weekly[0].ranges[0].end_minute above", "body.weekly[0].ranges[1].end_minute above")
}

func TestSpecialDays_AndExceptions_ByDate(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	for _, list := range []string{s.path + "/special-days", s.path + "/resources/" + s.sato + "/exceptions"} {
		at := list + "/2026-12-24"
		p.refuse(p.do("founder", "GET", at, ""), 404, "not_found")
		a := p.want(http.StatusOK, "founder", "PUT", at, `{"ranges":[{"start_minute":600,"end_minute":720}]}`)
		p.refuse(p.do("founder", "PUT", at, `{"ranges":[]}`), 428, "precondition.required")
		b := p.want(http.StatusOK, "founder", "PUT", at, `{"ranges":[]}`, a.etag())
		p.refuse(p.do("founder", "PUT", at, `{"ranges":[]}`, a.etag()), 412, "precondition.stale")
		if got := p.want(http.StatusOK, "founder", "GET", list, "").items("date"); !slices.Equal(got, []string{"2026-12-24"}) {
			t.Errorf("%s: %q", list, got)
		}
		if got := p.want(http.StatusOK, "founder", "GET", list+"?from=2026-12-25&to=2026-12-31", "").items("date"); len(got) != 0 {
			t.Errorf("%s later: %q", list, got)
		}
		p.refuse(p.do("founder", "GET", list+"?from=2026-12-25&to=2026-12-24", ""), 422, "validation.failed", "query.to schedule.before_from")
		p.refuse(p.do("founder", "GET", list+"?from=2026-01-01&to=2026-12-24", ""), 422, "validation.failed", "query.to schedule.span_too_long")
		p.refuse(p.do("founder", "PUT", list+"/2026-02-30", `{"ranges":[]}`), 422, "validation.failed", "path.date format_date")
		p.refuse(p.do("founder", "PUT", list+"/2036-02-28", `{"ranges":[]}`), 422, "validation.failed", "path.date schedule.date_too_far")
		p.refuse(p.do("founder", "PUT", list+"/2026-12-25", `{}`), 422, "validation.failed", "body.ranges required")
		p.refuse(p.do("founder", "DELETE", at, ""), 428, "precondition.required", "header.If-Match required")
		p.want(http.StatusOK, "founder", "DELETE", at, "", b.etag())
		p.refuse(p.do("founder", "DELETE", at, "", b.etag()), 404, "not_found")
	}
}

func TestShifts_ShareTheVersionOfTheResource(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	at := s.path + "/resources/" + s.sato
	a := p.want(http.StatusOK, "founder", "GET", at+"/shifts", "")
	b := p.want(http.StatusOK, "founder", "PUT", at+"/shifts", `{"weekly":[{"weekday":2,"ranges":[{"start_minute":600,"end_minute":900}]}]}`, a.etag())
	r := p.want(http.StatusOK, "founder", "GET", at, "")
	if r.header.Get("ETag") != b.header.Get("ETag") || b.header.Get("ETag") != `"2"` {
		t.Errorf("shifts %v, resource %v", b.header, r.header)
	}
	p.refuse(p.do("founder", "PATCH", at, `{"capacity":1}`, a.etag()), 412, "precondition.stale")
	p.refuse(p.do("founder", "PUT", at+"/shifts", `{"weekly":[]}`, a.etag()), 412, "precondition.stale")
}
