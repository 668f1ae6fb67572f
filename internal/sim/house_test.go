package sim_test

import (
	"maps"
	"time"
)

// This file is the day at the counter.

// planDay has everything begin that people of a shop want to do until tomorrow.
func (s *shop) planDay() {
	tomorrow := s.clock.Now().Add(24 * time.Hour)
	for _, g := range s.guests {
		for g.next.Before(tomorrow) {
			s.at(g.next, g.visit)
			pause := s.pause[0] + s.rng.IntN(s.pause[1]-s.pause[0])
			g.next = g.next.Add(time.Duration(pause)*24*time.Hour + s.minutes(-600, 600))
		}
	}
	opens := s.opening()
	if opens.Sub(s.renewed) > 180*24*time.Hour && !s.suspended {
		s.at(opens.Add(-time.Hour), s.renewKey)
	}
	if s.chance(60) {
		s.at(opens.Add(s.minutes(0, 480)), s.walkIn)
	}
	if s.chance(50) {
		s.at(opens.Add(s.minutes(-60, 420)), s.byPhone)
	}
	if s.chance(50) {
		s.at(opens.Add(s.minutes(-120, 600)), s.change)
	}
	if s.chance(25) {
		s.at(opens.Add(s.minutes(0, 300)), s.lookAround)
	}
}

// opening is when people are at the shop, on the next day that begins.
func (s *shop) opening() time.Time {
	now := s.clock.Now().In(s.loc)
	first := s.weekly[0].Ranges[0].Start
	at := time.Date(now.Year(), now.Month(), now.Day(), 0, first, 0, 0, s.loc)
	for at.Before(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// answerRequest has the shop answer a request, sometimes too late.
func (s *shop) answerRequest(r *record) {
	if !r.pending() {
		return
	}
	s.in(s.minutes(20, 26*60), func() {
		if s.chance(15) {
			s.act(r, "decline-booking", "booking.declined", map[string]any{"reason": "あいにく満席です"})
			return
		}
		if s.act(r, "approve-booking", "booking.confirmed", nil) {
			s.attend(r)
		}
	})
}

// attend is the day of the visit, as long as it stays where it is.
func (s *shop) attend(r *record) {
	if r.pending() {
		return
	}
	start := r.start
	stands := func(do func()) func() {
		return func() {
			if r.start.Equal(start) && !s.suspended {
				do()
			}
		}
	}
	absent := r.guest != nil && s.chance(r.guest.absent)
	switch {
	case absent:
		s.at(start.Add(s.minutes(15, 40)), stands(func() {
			if s.act(r, "no-show-booking", "", nil) && s.chance(10) {
				s.in(s.minutes(1, 20), func() { s.undo(r) }) // they came after all
			}
		}))
	case s.chance(85):
		s.at(start.Add(s.minutes(-10, 10)), stands(func() { s.act(r, "check-in-booking", "", nil) }))
	}
	if !absent && s.chance(92) {
		s.at(r.end.Add(s.minutes(-5, 30)), stands(func() {
			if r.status == "confirmed" || r.status == "checked_in" {
				if s.act(r, "complete-booking", "", nil) && s.chance(4) {
					s.in(s.minutes(1, 10), func() { s.undo(r) })
				}
			}
		}))
	}
}

// act changes a booking at the counter: with its key, or as the manager.
func (s *shop) act(r *record, op, event string, body map[string]any) bool {
	s.t.Helper()
	r.lapse()
	c := call{op: op, in: []string{s.id, r.id}, bearer: s.till, key: true, match: r.version}
	if s.chance(10) {
		c.bearer = s.manager.bearer()
	}
	if body != nil {
		c.body = body
	}
	if s.chance(5) && event != "" {
		c.body = merged(body, map[string]any{"silent": true})
		r.silent = true
	}
	a := s.ask(c)
	if !a.ok() {
		r.silent = false
		if a.code() == "precondition.stale" && !r.pendingOver() {
			s.fail("booking %s is of version %d: %s", r.code, r.version, a.raw)
		}
		return false
	}
	r.learn(a, "")
	r.told(event)
	return true
}

func merged(a, b map[string]any) map[string]any {
	out := map[string]any{}
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

// undo takes the last step back, which tells of it where the customer was told.
func (s *shop) undo(r *record) {
	event := ""
	if r.status == "cancelled" && len(r.before) > 0 {
		event = map[string]string{"confirmed": "booking.confirmed", "pending_approval": "booking.requested"}[r.before[len(r.before)-1]]
	}
	if s.act(r, "undo-booking", event, map[string]any{"reason": "押し間違い"}) {
		s.attend(r)
	}
}

// walkIn is somebody at the door: the visit begins now, if there is room.
func (s *shop) walkIn() {
	x := pick(s.world, s.services)
	body := map[string]any{
		"service_id": x.id, "start": s.clock.Now().Truncate(5 * time.Minute).Format(time.RFC3339), "party_size": max(x.party[0], 1), "walk_in": true,
	}
	if x.nomination == "required" {
		body["staff_id"] = pick(s.world, s.staffIDs)
	}
	if s.chance(20) {
		body["override_reason"] = "お急ぎのため"
	}
	a := s.ask(call{op: "create-console-booking", in: []string{s.id}, bearer: s.till, key: true, body: body})
	if !a.ok() {
		return
	}
	r := s.write(a, "")
	s.at(r.end.Add(s.minutes(-5, 20)), func() { s.act(r, "complete-booking", "", nil) })
}

// byPhone is a guest who calls; the counter looks and enters what they want.
func (s *shop) byPhone() {
	g := pick(s.world, s.guests)
	x := g.wish()
	free := g.slots(x, s.rng.IntN(5), 3)
	if len(free) == 0 {
		return
	}
	slot := pick(s.world, free)
	x.staff = g.nominee(x, slot)
	body := merged(g.request(x, text(slot, "start")), map[string]any{"customer": g.body})
	a := s.ask(call{op: "create-console-booking", in: []string{s.id}, bearer: s.till, key: true, body: body})
	if !a.ok() {
		if a.code() == "booking.slot_taken" && s.fresh {
			s.fail("what was shown as free is taken for the counter: %v: %s", body, a.raw)
		}
		return
	}
	r := s.write(a, "")
	r.guest, r.mails = g, g.email != ""
	r.told("booking.confirmed")
	s.attend(r)
	if s.chance(8) {
		s.in(s.minutes(1, 600), func() {
			if s.act(r, "cancel-booking", "booking.cancelled", map[string]any{"reason": "店舗の都合"}) && s.chance(40) {
				s.in(s.minutes(1, 30), func() { s.undo(r) })
			}
		})
	}
}

// lookAround reads what a shop reads, and compares it with what was written down.
func (s *shop) lookAround() {
	if s.suspended {
		return
	}
	a := s.must(call{op: "get-ledger", in: []string{s.id}, query: "date=" + s.today(0).String(), bearer: s.till})
	for _, b := range a.list("bookings") {
		r := s.records[text(b, "id")]
		if r == nil {
			s.fail("the ledger shows a booking that nobody made: %v", b)
		}
		r.same(answer{body: b}, "")
		if s.chance(10) {
			h := s.must(call{op: "get-booking-history", in: []string{s.id, r.id}, bearer: s.till})
			if n := len(h.list("items")); int64(n) != r.version && !r.pendingOver() {
				s.fail("booking %s of version %d has a history of %d: %s", r.code, r.version, n, h.raw)
			}
		}
	}
}
