package sim_test

import (
	"fmt"
	"net/url"
	"time"
)

// This file is what owners change, and operators.

// change is one of the changes that a shop makes on some days.
func (s *shop) change() {
	if s.suspended {
		return
	}
	changes := []func(){
		s.leave, s.leave, s.exception, s.exception, s.specialDay, s.specialDay, s.hours, s.closingRule, s.price, s.stop, s.settings, s.shift, s.menuChange,
	}
	if s.story.shops[0].slug == s.slug { // the platform's own, told once
		changes = append(changes, s.holiday)
		if s.chance(10) {
			changes = append(changes, s.suspension)
		}
	}
	pick(s.world, changes)()
}

// tried is a change of which the shop asks first what it would do, sometimes;
// that is then what it does.
func (s *shop) tried(change func(query string) answer) answer {
	s.t.Helper()
	asked := int64(-1)
	if s.chance(30) {
		if a := change("dry_run=true"); a.ok() {
			asked = a.number("affected_total")
		}
	}
	a := change("")
	if a.ok() && asked >= 0 && a.number("affected_total") != asked {
		s.fail("the change was to affect %d bookings: %s", asked, a.raw)
	}
	if a.ok() && a.number("affected_total") > 0 {
		s.tally["changes that affect bookings"]++
		s.in(s.minutes(1, 120), s.clearUp)
	}
	return a
}

// put is tried for what is read, then written.
func (s *shop) put(read, write string, in []string, body any) answer {
	s.t.Helper()
	now := s.ask(call{op: read, in: in, bearer: s.owner.bearer()})
	return s.tried(func(query string) answer {
		return s.ask(call{op: write, in: in, query: query, body: body, bearer: s.owner.bearer(), match: now.version(), still: true})
	})
}

// clearUp moves or cancels what a change left outside the rules.
func (s *shop) clearUp() {
	if s.suspended {
		return
	}
	q := url.Values{"from": {s.today(0).String()}, "to": {s.today(60).String()}, "outside_rules": {"true"}, "limit": {"3"}}
	a := s.must(call{op: "list-bookings", in: []string{s.id}, query: q.Encode(), bearer: s.till})
	for _, b := range a.list("items") {
		r := s.records[text(b, "id")]
		r.same(answer{body: b}, "")
		switch {
		case s.chance(40): // it stays, outside
		case s.chance(40):
			s.act(r, "cancel-booking", "booking.cancelled", map[string]any{"reason": "臨時休業のため"})
		default:
			s.shiftBy(r, 24*time.Hour)
		}
	}
}

// shiftBy moves a booking as the shop, over the rules if need be.
func (s *shop) shiftBy(r *record, d time.Duration) {
	body := map[string]any{"start": r.start.Add(d).Format(time.RFC3339), "override_reason": "お客様とご相談のうえ", "customer_consented": true}
	a := s.ask(call{op: "reschedule-booking", in: []string{s.id, r.id}, body: body, bearer: s.till, key: true, match: r.version})
	if a.ok() {
		r.learn(a, "")
		r.told("booking.rescheduled")
		s.attend(r)
	}
}

func (s *shop) leave() {
	if len(s.staffIDs) == 0 {
		return
	}
	from := s.rng.IntN(20)
	body := map[string]any{
		"resource_id": pick(s.world, s.staffIDs), "from_date": s.today(from).String(), "to_date": s.today(from + s.rng.IntN(5)).String(),
		"kind": pick(s.world, []string{"paid", "sick", "other"}),
	}
	a := s.tried(func(query string) answer {
		return s.ask(call{op: "create-leave", in: []string{s.id}, query: query, body: body, bearer: s.owner.bearer(), key: query == "", still: true})
	})
	if id := a.text("id"); a.ok() && s.chance(40) {
		s.in(s.minutes(60, 3*1440), func() { s.put("get-leave", "delete-leave", []string{s.id, id}, nil) })
	}
}

func (s *shop) exception() {
	if len(s.staffIDs) == 0 {
		return
	}
	ranges := []span{}
	if s.chance(60) {
		ranges = append(ranges, span{780, 1020})
	}
	in := []string{s.id, pick(s.world, s.staffIDs), s.today(s.rng.IntN(15)).String()}
	if a := s.put("get-exception", "set-exception", in, map[string]any{"ranges": ranges}); a.ok() && s.chance(30) {
		s.in(s.minutes(30, 1440), func() { s.put("get-exception", "delete-exception", in, nil) })
	}
}

func (s *shop) specialDay() {
	ranges := []span{}
	if s.chance(60) {
		ranges = append(ranges, span{660, 900 + 60*s.rng.IntN(8)})
	}
	in := []string{s.id, s.today(1 + s.rng.IntN(25)).String()}
	if a := s.put("get-special-day", "set-special-day", in, map[string]any{"ranges": ranges}); a.ok() && s.chance(30) {
		s.in(s.minutes(30, 1440), func() { s.put("get-special-day", "delete-special-day", in, nil) })
	}
}

// hours are changed, and changed back after some weeks.
func (s *shop) hours() {
	var week []weekday
	for _, d := range s.weekly {
		if !s.chance(15) { // else it is closed
			week = append(week, weekday{d.Day, []span{{d.Ranges[0].Start + 60, d.Ranges[0].End}}})
		}
	}
	body := map[string]any{"weekly": joined(week)}
	if s.chance(30) {
		body["holiday"] = map[string]any{"ranges": []span{{660, 1020}}}
	}
	if s.put("get-hours", "set-hours", []string{s.id}, body).ok() {
		s.in(s.minutes(1440, 20*1440), func() { s.put("get-hours", "set-hours", []string{s.id}, map[string]any{"weekly": joined(s.weekly)}) })
	}
}

func (s *shop) closingRule() {
	body := map[string]any{"weekday": s.rng.IntN(7), "nths": []int{2, 3}, "on_holiday": pick(s.world, []string{"close", "open", "next_day"})}
	a := s.tried(func(query string) answer {
		return s.ask(call{op: "create-closing-rule", in: []string{s.id}, query: query, body: body, bearer: s.owner.bearer(), key: query == "", still: true})
	})
	if id := a.text("id"); a.ok() {
		s.in(s.minutes(1440, 30*1440), func() { s.put("get-closing-rule", "delete-closing-rule", []string{s.id, id}, nil) })
	}
}

func (s *shop) price() {
	x := pick(s.world, s.services)
	s.put("get-service", "update-service", []string{s.id, x.id}, map[string]any{"price": yen(x.price + 110*s.rng.IntN(10))})
}

// menuChange takes a service off the menu for some days.
func (s *shop) menuChange() {
	x := s.services[len(s.services)-1]
	if s.put("get-service", "update-service", []string{s.id, x.id}, map[string]any{"active": false}).ok() {
		s.in(s.minutes(60, 5*1440), func() { s.put("get-service", "update-service", []string{s.id, x.id}, map[string]any{"active": true}) })
	}
}

// stop takes no more bookings for a while, of the shop or of one of its resources.
func (s *shop) stop() {
	body := map[string]any{}
	if len(s.staffIDs) > 0 && s.chance(50) {
		body["resource_id"] = pick(s.world, s.staffIDs)
	}
	resume := merged(body, nil)
	if s.chance(50) {
		body["until"] = s.clock.Now().Add(s.minutes(30, 2000)).Format(time.RFC3339)
	}
	s.ask(call{op: "stop-accepting", in: []string{s.id}, body: body, bearer: s.till})
	s.in(s.minutes(20, 600), func() { s.ask(call{op: "resume-accepting", in: []string{s.id}, body: resume, bearer: s.till}) })
}

func (s *shop) settings() {
	s.put("get-settings", "update-settings", []string{s.id}, pick(s.world, []map[string]any{
		{"min_notice_minutes": 30 * s.rng.IntN(6)},
		{"booking_window_days": 20 + s.rng.IntN(40)},
		{"cancellation_policy": policy([2]int{48, 20}, [2]int{24, 50}, [2]int{1, 100})},
		{"cancel_notice_minutes": 60 * s.rng.IntN(5)},
		{"fairness": pick(s.world, []string{"least_booked", "round_robin", "priority"})},
		{"max_open_per_customer": 2 + s.rng.IntN(3)},
		{"max_per_day": 4 + s.rng.IntN(8)},
		{"max_per_day": nil},
		{"hold_minutes": 5 + s.rng.IntN(15)},
		{"booking_cutoff": map[string]int{"days_before": 1, "minute": 1200}},
		{"booking_cutoff": nil},
	}))
}

// shift gives one of the staff other hours for some weeks.
func (s *shop) shift() {
	if len(s.staffIDs) == 0 {
		return
	}
	n := s.rng.IntN(len(s.staffIDs))
	in := []string{s.id, s.staffIDs[n]}
	if s.put("get-shifts", "set-shifts", in, map[string]any{"weekly": joined(s.week(n + 1 + s.rng.IntN(5)))}).ok() {
		s.in(s.minutes(1440, 14*1440), func() { s.put("get-shifts", "set-shifts", in, map[string]any{"weekly": joined(s.week(n))}) })
	}
}

// holiday is a day that the operator makes one, or makes none.
func (s *shop) holiday() {
	day := s.today(2 + s.rng.IntN(30)).String()
	given := s.chance(70)
	body := map[string]any{"holiday": given, "reason": "特別法による"}
	if given {
		body["name"] = words("臨時の祝日")
	}
	now := s.ask(call{op: "admin-get-holiday", in: []string{day}, bearer: s.boss.bearer()})
	if a := s.ask(call{op: "admin-set-holiday", in: []string{day}, body: body, bearer: s.boss.bearer(), match: now.version()}); a.ok() && s.chance(50) {
		s.in(s.minutes(60, 1440), func() {
			s.ask(call{op: "admin-delete-holiday", in: []string{day}, bearer: s.boss.bearer(), match: a.version()})
		})
	}
}

// suspension is an operator's, for some hours.
func (s *shop) suspension() {
	reason := map[string]any{"reason": fmt.Sprintf("確認のため %d", s.rng.IntN(100))}
	if s.ask(call{op: "suspend-business", in: []string{s.id}, body: reason, bearer: s.boss.bearer()}).ok() {
		s.suspended = true
		s.in(s.minutes(30, 900), func() {
			s.must(call{op: "reinstate-business", in: []string{s.id}, body: reason, bearer: s.boss.bearer()})
			s.suspended = false
		})
	}
}
