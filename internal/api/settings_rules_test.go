package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func (p *premises) patch(s shopIDs, body string) answer {
	p.t.Helper()
	settings := p.want(http.StatusOK, "founder", "GET", s.path+"/settings", "")
	return p.do("founder", "PATCH", s.path+"/settings", body, settings.etag())
}

func TestSettings_Rules_AreSetKeptAndTakenAway(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	none := p.want(http.StatusOK, "founder", "GET", s.path+"/settings", "")
	for _, part := range []string{
		`"booking_cutoff":null`, `"booking_opens":null`, `"max_per_day":null`, `"pace":null`, `"accepting":true`, `"accepting_again_at":null`,
	} {
		if !strings.Contains(none.raw, part) {
			t.Errorf("lacks %s: %s", part, none.raw)
		}
	}
	rules := `"booking_cutoff":{"days_before":1,"minute":1200},"change_cutoff":{"days_before":2,"minute":0},"cancel_cutoff":{"days_before":0,"minute":600},` +
		`"booking_opens":{"months_before":3,"day":1,"minute":0},"max_open_per_customer":3,"max_per_customer_day":1,"max_per_day":40,` +
		`"pace":{"minutes":15,"bookings":3,"persons":null}`
	if a := p.patch(s, "{"+rules+"}"); a.status != http.StatusOK || !strings.Contains(a.raw, rules) {
		t.Fatalf("%d %s\nwant %s", a.status, a.raw, rules)
	}
	if a := p.patch(s, `{"hold_minutes":5}`); !strings.Contains(a.raw, rules) {
		t.Errorf("what is left out stays: %s", a.raw)
	}
	a := p.patch(s, `{"booking_cutoff":null,"pace":null,"max_per_day":null,"booking_opens":{"months_before":2,"day":null,"minute":600}}`)
	for _, part := range []string{
		`"booking_cutoff":null`, `"pace":null`, `"max_per_day":null`, `"booking_opens":{"months_before":2,"day":null,"minute":600}`, `"max_per_customer_day":1`,
	} {
		if !strings.Contains(a.raw, part) {
			t.Errorf("lacks %s: %s", part, a.raw)
		}
	}
}

func TestSettings_Rules_RefuseWhatIsOutOfBounds(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	for body, want := range map[string]string{
		`{"booking_cutoff":{"days_before":61,"minute":1200}}`:       "body.booking_cutoff.days_before too_large",
		`{"cancel_cutoff":{"days_before":1,"minute":1801}}`:         "body.cancel_cutoff.minute too_large",
		`{"change_cutoff":{"days_before":1}}`:                       "body.change_cutoff.minute required",
		`{"booking_opens":{"months_before":13,"day":1,"minute":0}}`: "body.booking_opens.months_before too_large",
		`{"booking_opens":{"months_before":1,"day":32,"minute":0}}`: "body.booking_opens.day too_large",
		`{"max_per_day":0}`:                             "body.max_per_day too_small",
		`{"max_open_per_customer":101}`:                 "body.max_open_per_customer too_large",
		`{"pace":{"minutes":25,"bookings":1}}`:          "body.pace.minutes not_allowed",
		`{"pace":{"minutes":30}}`:                       "body.pace business.pace_empty",
		`{"pace":{"minutes":30,"bookings":0}}`:          "body.pace.bookings too_small",
		`{"pace":{"minutes":30,"persons":1,"heads":3}}`: "body.pace.heads unknown_property",
		`{"booking_cutoff":"20:00"}`:                    "body.booking_cutoff type_object",
	} {
		p.refuse(p.patch(s, body), http.StatusUnprocessableEntity, "validation.failed", want)
	}
}

func TestProfile_SaysTheRulesInWords(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	words := func(body string, parts ...string) {
		t.Helper()
		if a := p.patch(s, body); a.status != http.StatusOK {
			t.Fatal(a.raw)
		}
		a := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon", "")
		for _, part := range parts {
			if !strings.Contains(a.raw, part) {
				t.Errorf("%s lacks %s: %s", body, part, a.raw)
			}
		}
	}
	words(`{"booking_window_days":60,"min_notice_minutes":150,"cancel_notice_minutes":1440}`, `"first_date":"2026-12-01","last_date":"2027-01-30"`,
		`"booking_deadline":{"en":"until 2 hours 30 minutes before the start","ja":"開始の2時間30分前まで"}`,
		`"booking_opening":{"en":"up to 60 days ahead","ja":"60日先まで"}`,
		`"change_deadline":{"en":"until the start","ja":"開始時刻まで"}`, `"cancel_deadline":{"en":"until 1 day before the start","ja":"開始の1日前まで"}`)
	words(`{"booking_cutoff":{"days_before":1,"minute":1200},"change_cutoff":{"days_before":3,"minute":0},"cancel_cutoff":{"days_before":0,"minute":1530},
	    "booking_opens":{"months_before":3,"day":1,"minute":0}}`, `"last_date":"2027-03-31"`,
		`"booking_deadline":{"en":"until 20:00 on the day before","ja":"前日20:00まで"}`,
		`"booking_opening":{"en":"a whole month at a time, from 00:00 on day 1, 3 months before","ja":"3か月前の1日00:00から、1か月分ずつ"}`,
		`"change_deadline":{"en":"until 00:00, 3 days before","ja":"3日前の00:00まで"}`,
		`"cancel_deadline":{"en":"until 01:30 (+1 day) on the day","ja":"当日25:30 (翌1:30)まで"}`)
	words(`{"booking_opens":{"months_before":1,"day":null,"minute":600}}`, `"last_date":"2027-01-01"`,
		`"booking_opening":{"en":"from 10:00 on the same day 1 month before","ja":"1か月前の同じ日の10:00から"}`)
}

func TestStopAccepting_OneTap(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	p.member(s.path, "stylist", tenant.Staff)
	p.member(s.path, "helper", tenant.Assistant)
	stop, resume := s.path+"/stop-accepting", s.path+"/resume-accepting"
	days := func() string {
		a := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon/availability?service_id="+s.cut+"&from=2026-12-08&to=2026-12-08", "")
		return a.raw[strings.Index(a.raw, `"state":"`)+9:][:4]
	}
	if got := days(); got != "open" {
		t.Fatalf("before: %s", got)
	}
	a := p.want(http.StatusOK, "stylist", "POST", stop, "")
	if a.says("accepting") || a.body["accepting_again_at"] != nil || a.body["resource_id"] != nil || days() != "full" {
		t.Errorf("%s, %s", a.raw, days())
	}
	again := p.want(http.StatusOK, "founder", "POST", stop, `{"until":"2026-12-01T18:00:00+09:00"}`)
	if again.text("accepting_again_at") != "2026-12-01T18:00:00+09:00" || again.text("accepting_again_at") == "" {
		t.Errorf("with an end: %s", again.raw)
	}
	once := p.want(http.StatusOK, "founder", "POST", stop, `{"until":"2026-12-01T09:00:00Z"}`)
	if once.raw != again.raw {
		t.Errorf("once more: %s", once.raw)
	}
	profile := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon", "")
	if !strings.Contains(profile.raw, `"accepting":false,"accepting_again_at":"2026-12-01T18:00:00+09:00"`) {
		t.Errorf("profile %s", profile.raw)
	}
	p.clock.Advance(3*time.Hour + 30*time.Minute) // 18:00
	if got := days(); got != "open" {
		t.Errorf("afterwards: %s", got)
	}
	p.want(http.StatusOK, "stylist", "POST", stop, "{}")
	if a := p.want(http.StatusOK, "stylist", "POST", resume, ""); !a.says("accepting") || days() != "open" {
		t.Errorf("resumed: %s", a.raw)
	}
	p.refuse(p.do("helper", "POST", stop, ""), http.StatusForbidden, "auth.forbidden")
	p.refuse(p.do("founder", "POST", stop, `{"until":"2026-12-01T14:00:00+09:00"}`), http.StatusUnprocessableEntity, "validation.failed", "body.until business.until_past")
	p.refuse(p.do("founder", "POST", stop, `{"until":"2028-12-01T14:00:00+09:00"}`), http.StatusUnprocessableEntity, "validation.failed", "body.until out_of_range")
}

func TestStopAccepting_AResource(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	body := `{"resource_id":"` + s.sato + `"}`
	a := p.want(http.StatusOK, "founder", "POST", s.path+"/stop-accepting", body)
	if a.text("resource_id") != s.sato || a.says("accepting") {
		t.Errorf("stopped: %s", a.raw)
	}
	if r := p.want(http.StatusOK, "founder", "GET", s.path+"/resources/"+s.sato, ""); !r.says("stopped") || r.body["stopped_until"] != nil {
		t.Errorf("the resource: %s", r.raw)
	}
	if a := p.want(http.StatusOK, "founder", "POST", s.path+"/resume-accepting", body); !a.says("accepting") {
		t.Errorf("resumed: %s", a.raw)
	}
	p.refuse(p.do("founder", "POST", s.path+"/stop-accepting", `{"resource_id":"018f0000-0000-7000-8000-000000000000"}`),
		http.StatusUnprocessableEntity, "validation.failed", "body.resource_id unknown_id")
}
