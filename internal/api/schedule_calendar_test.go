package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestHours_OfHolidaysAndEves(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	a := p.want(http.StatusOK, "founder", "GET", s.path+"/hours", "")
	if !strings.Contains(a.raw, `"holiday":null,"eve":null`) {
		t.Errorf("got %s", a.raw)
	}
	put := func(rest string, words ...string) answer {
		return p.do("founder", "PUT", s.path+"/hours", `{"weekly":[{"weekday":4,"ranges":[{"start_minute":1200,"end_minute":1560}]}]`+rest+`}`, append(words, a.etag())...)
	}
	p.refuse(put(`,"holiday":{"ranges":[{"start_minute":60,"end_minute":600}]}`), 422, "validation.failed", "body.weekly[0].ranges schedule.overlap_holiday")
	p.refuse(put(`,"holiday":{},"eve":{"ranges":null}`), 422, "validation.failed", "body.holiday.ranges required", "body.eve.ranges type_array")
	a = put(`,"holiday":{"ranges":[]},"eve":{"ranges":[{"start_minute":600,"end_minute":900}]}`)
	if a.status != http.StatusOK || !strings.Contains(a.raw, `"holiday":{"ranges":[]},"eve":{"ranges":[{"start_minute":600,"end_minute":900}]}`) {
		t.Errorf("got %d %s", a.status, a.raw)
	}
	// 31 December 2026, a Thursday, is the eve of New Year's Day.
	days := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon/availability?service_id="+s.cut+"&from=2026-12-29&to=2027-01-01", "")
	if got := states(days); got != "closed closed open closed" || !strings.Contains(days.raw, `"start":"2026-12-31T14:00:00+09:00"`) || strings.Contains(days.raw, "T20:00") {
		t.Errorf("%s: %s", got, days.raw)
	}
	a = put(`,"holiday":null`) // as if it were not sent
	if a.status != http.StatusOK || !strings.Contains(a.raw, `"holiday":null,"eve":null`) {
		t.Errorf("got %d %s", a.status, a.raw)
	}
}

// states are those of the days of an answer.
func states(a answer) string {
	var out []string
	list, _ := a.body["days"].([]any)
	for _, x := range list {
		day, _ := x.(map[string]any)
		out = append(out, day["state"].(string)) //nolint:errcheck,forcetypeassert // a panic tells it
	}
	return strings.Join(out, " ")
}

func TestClosingRules_CloseInWords(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	rules := s.path + "/closing-rules"
	const body = `{"weekday":2,"nths":[2,3],"on_holiday":"next_day","to_date":"2027-03-31","note":{"ja":"定休日"}}`
	made := p.want(http.StatusCreated, "founder", "POST", rules, body, "Idempotency-Key: one")
	again := p.want(http.StatusCreated, "founder", "POST", rules, body, "Idempotency-Key: one")
	if made.text("id") != again.text("id") || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("replayed as %s", again.raw)
	}
	at := made.header.Get("Location")
	got := p.want(http.StatusOK, "founder", "GET", at, "")
	for _, part := range []string{
		`"nths":[2,3],"on_holiday":"next_day","from_date":null,"to_date":"2027-03-31"`,
		`"words":{"en":"2nd and 3rd Tuesday of the month (the next business day instead of a holiday, until 31 Mar 2027)","ja":"第2・第3火曜日（祝日の場合は翌営業日、2027年3月31日まで）"}`,
	} {
		if !strings.Contains(got.raw, part) {
			t.Errorf("lacks %s: %s", part, got.raw)
		}
	}
	ask := "/public/businesses/hana-salon/availability?service_id=" + s.cut + "&from=2026-12-08&to=2026-12-22"
	if got := states(p.want(http.StatusOK, "", "GET", ask, "")); got != "closed closed closed closed closed closed closed closed closed closed closed closed closed closed open" {
		t.Errorf("got %s", got)
	}
	profile := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon", "")
	if !strings.Contains(profile.raw, `"closing_rules":[{"weekday":2,"nths":[2,3]`) || strings.Contains(profile.raw, made.text("id")) {
		t.Errorf("profile: %s", profile.raw)
	}
	why := p.want(http.StatusOK, "founder", "GET", s.path+"/availability/explain?service_id="+s.cut+"&start=2026-12-08T10:00:00%2B09:00", "")
	if !strings.Contains(why.raw, `"type":"closing_rule","id":"`+made.text("id")+`"`) || !strings.Contains(why.raw, "2026年12月8日(火)は定休日「第2・第3火曜日（祝日の場合は翌営業日、2027年3月31日まで）」にあたります（定休日）。") {
		t.Errorf("explain: %s", why.raw)
	}
	p.refuse(p.do("founder", "PUT", at, body), 428, "precondition.required", "header.If-Match required")
	set := p.want(http.StatusOK, "founder", "PUT", at, `{"weekday":3,"on_holiday":"open"}`, got.etag())
	p.refuse(p.do("founder", "PUT", at, body, got.etag()), 412, "precondition.stale")
	p.refuse(p.do("founder", "POST", rules, `{"weekday":7,"nths":[0,6],"on_holiday":"shut","from_date":"2026-02-30"}`), 422, "validation.failed",
		"body.weekday too_large", "body.nths[0] too_small", "body.nths[1] too_large", "body.on_holiday not_allowed", "body.from_date format_date")
	if words := p.want(http.StatusOK, "founder", "GET", rules, "").items("weekday"); !slices.Equal(words, []string{"3"}) {
		t.Errorf("list %q", words)
	}
	p.want(http.StatusOK, "founder", "DELETE", at, "", set.etag())
	p.refuse(p.do("founder", "DELETE", at, "", set.etag()), 404, "not_found")
}

// A dry run tells what would be and leaves everything as it was.
func TestClosingRules_DryRun(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	rules := s.path + "/closing-rules"
	const body = `{"weekday":2,"on_holiday":"close"}`
	tried := p.want(http.StatusOK, "founder", "POST", rules+"?dry_run=true", body, "Idempotency-Key: one")
	if !strings.Contains(tried.raw, `"dry_run":true`) || tried.body["affected_total"] != float64(0) || tried.text("id") == "" {
		t.Errorf("got %s", tried.raw)
	}
	if list := p.want(http.StatusOK, "founder", "GET", rules, "").items("id"); len(list) != 0 {
		t.Errorf("left %q", list)
	}
	p.want(http.StatusCreated, "founder", "POST", rules, body, "Idempotency-Key: one")
}

func TestSpecialDays_SeveralAtOnce(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	days := s.path + "/special-days"
	p.want(http.StatusOK, "founder", "PUT", days+"/2026-12-31", `{"ranges":[{"start_minute":600,"end_minute":900}]}`)
	const body = `"from_date":"2026-12-30","to_date":"2027-01-03","ranges":[],"note":{"ja":"年末年始休業"}`
	refused := p.do("founder", "PUT", days, `{`+body+`}`, "Accept-Language: ja")
	p.refuse(refused, 409, "schedule.special_days_exist")
	if !strings.Contains(refused.text("detail"), "1 日ございます（2026-12-31 など）") {
		t.Errorf("detail %s", refused.text("detail"))
	}
	a := p.want(http.StatusOK, "founder", "PUT", days, `{`+body+`,"replace":true}`)
	want := []string{"2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"}
	if got := a.items("date"); !slices.Equal(got, want) {
		t.Errorf("set %q", got)
	}
	p.want(http.StatusOK, "founder", "PUT", days, `{`+body+`}`)
	p.refuse(p.do("founder", "PUT", days, `{"ranges":[],"weekdays":[7]}`), 422, "validation.failed", "body.weekdays[0] too_large")
	p.refuse(p.do("founder", "PUT", days, `{"ranges":[]}`), 422, "validation.failed", "body.from_date required_with", "body.to_date required_with")
	p.refuse(p.do("founder", "DELETE", days+"?from=2026-12-30", ""), 422, "validation.failed", "query.to required")
	p.refuse(p.do("founder", "DELETE", days+"?from=2026-12-30&to=2027-12-30", ""), 422, "validation.failed", "query.to schedule.span_too_long")
	gone := p.want(http.StatusOK, "founder", "DELETE", days+"?from=2026-12-31&to=2027-01-02", "")
	if got := gone.items("date"); !slices.Equal(got, want[1:4]) {
		t.Errorf("removed %q", got)
	}
	if got := p.want(http.StatusOK, "founder", "GET", days, "").items("date"); !slices.Equal(got, []string{want[0], want[4]}) {
		t.Errorf("left %q", got)
	}
}

func TestPeriods_UnderTheBusinessesVersion(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	path := p.found("hana-salon") + "/periods"
	a := p.want(http.StatusOK, "founder", "GET", path, "")
	const body = `{"periods":[{"name":{"ja":"ランチ"},"start_minute":660,"end_minute":900},` +
		`{"name":{"ja":"ディナー"},"weekdays":[6,5],"start_minute":1020,"end_minute":1560,"turn_minutes":120,"ends_stay":true}]}`
	b := p.want(http.StatusOK, "founder", "PUT", path, body, a.etag())
	p.refuse(p.do("founder", "PUT", path, body, a.etag()), 412, "precondition.stale")
	got := p.want(http.StatusOK, "founder", "GET", path, "")
	for _, part := range []string{
		`"name":{"ja":"ランチ"},"weekdays":[],"start_minute":660,"end_minute":900,"turn_minutes":null,"ends_stay":false`,
		`"name":{"ja":"ディナー"},"weekdays":[5,6],"start_minute":1020,"end_minute":1560,"turn_minutes":120,"ends_stay":true`,
	} {
		if !strings.Contains(got.raw, part) || !strings.Contains(b.raw, part) {
			t.Errorf("lacks %s: %s, %s", part, b.raw, got.raw)
		}
	}
	p.refuse(p.do("founder", "PUT", path, `{"periods":[{"name":{"ja":"朝"},"start_minute":3,"end_minute":1805,"turn_minutes":10,"weekdays":[7]}]}`, b.etag()), 422,
		"validation.failed", "body.periods[0].start_minute multiple_of", "body.periods[0].end_minute too_large",
		"body.periods[0].turn_minutes too_small", "body.periods[0].weekdays[0] too_large")
}

func TestHolidays_ForFrontEndsAndOperators(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	a := p.want(http.StatusOK, "founder", "GET", s.path+"/hours", "")
	p.want(http.StatusOK, "founder", "PUT", s.path+"/hours", `{"weekly":[{"weekday":4,"ranges":[{"start_minute":600,"end_minute":1200}]}],"holiday":{"ranges":[]}}`, a.etag())
	free := "/public/businesses/hana-salon/availability?service_id=" + s.cut + "&from=2026-12-10&to=2026-12-10"
	if got := states(p.want(http.StatusOK, "", "GET", free, "")); got != "open" {
		t.Errorf("at first %s", got)
	}
	const span = "?from=2026-12-01&to=2027-01-10"
	list := p.want(http.StatusOK, "", "GET", "/public/holidays"+span, "")
	if !strings.Contains(list.raw, `"items":[{"date":"2027-01-01","name":{"en":"New Year's Day","ja":"元日"}}]`) || list.header.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("got %s %v", list.raw, list.header)
	}
	p.refuse(p.do("", "GET", "/public/holidays?from=2026-01-01&to=2026-12-31", ""), 422, "validation.failed", "query.to schedule.span_too_long")
	const at = "/admin/holidays/2026-12-10"
	p.refuse(p.do("founder", "PUT", at, `{"holiday":true,"name":{"ja":"式典の日"},"reason":"法律の公布"}`), 403, "auth.forbidden")
	p.refuse(p.do("operator", "PUT", at, `{"holiday":true}`), 422, "validation.failed", "body.reason required")
	set := p.want(http.StatusOK, "operator", "PUT", at, `{"holiday":true,"name":{"ja":"式典の日"},"reason":"法律の公布"}`)
	if got := states(p.want(http.StatusOK, "", "GET", free, "")); got != "closed" {
		t.Errorf("on a holiday %s", got)
	}
	all := p.want(http.StatusOK, "operator", "GET", "/admin/holidays"+span, "")
	if got := all.items("date"); !slices.Equal(got, []string{"2026-12-10", "2027-01-01"}) || !strings.Contains(all.raw, `"override":{"date":"2026-12-10","holiday":true`) ||
		!strings.Contains(all.raw, `"override":null`) {
		t.Errorf("got %s", all.raw)
	}
	if one := p.want(http.StatusOK, "operator", "GET", at, ""); one.etag() != set.etag() || one.raw != set.raw {
		t.Errorf("got %s, set %s", one.raw, set.raw)
	}
	p.refuse(p.do("operator", "GET", "/admin/holidays/2027-01-01", ""), 404, "not_found") // the law's
	p.refuse(p.do("operator", "DELETE", at+"?reason=x", ""), 428, "precondition.required", "header.If-Match required")
	p.want(http.StatusNoContent, "operator", "DELETE", at+"?reason=x", "", set.etag())
	if got := states(p.want(http.StatusOK, "", "GET", free, "")); got != "open" {
		t.Errorf("taken back: %s", got)
	}
	trail := p.want(http.StatusOK, "operator", "GET", "/admin/audit?subject=holiday:2026-12-10", "")
	if got := trail.items("action"); len(got) != 2 {
		t.Errorf("trail %q", got)
	}
}
