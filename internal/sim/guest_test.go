package sim_test

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
)

// guest is a customer with habits. They write down what they were told.
type guest struct {
	s        *shop
	n        int
	body     map[string]any // as the API takes a customer
	email    string
	favorite int // of the menu
	ahead    int // how many days before they book, at most
	fickle   float64
	absent   float64
	next     time.Time
}

func (s *shop) newGuest(n int) *guest {
	g := &guest{
		s: s, n: n, favorite: s.rng.IntN(len(s.services)), ahead: 1 + s.rng.IntN(18), fickle: 5 + s.rng.Float64()*30, absent: s.rng.Float64() * 15,
		body: map[string]any{"family_name": "客" + s.slug, "given_name": fmt.Sprintf("%d番", n), "phone": phone(len(s.world.shops), n)},
	}
	if !s.chance(20) {
		g.email = mail(s.slug, n)
		g.body["email"] = g.email
	}
	if s.chance(15) {
		g.body["locale"] = "en"
	}
	g.next = s.clock.Now().Add(time.Duration(s.rng.IntN(s.pause[1]*24)) * time.Hour)
	return g
}

// wish is what a guest would book.
type wish struct {
	service service
	party   int
	staff   string
	option  bool
}

func (g *guest) wish() wish {
	s := g.s
	x := wish{service: s.services[g.favorite]}
	if s.chance(30) {
		x.service = pick(s.world, s.services)
	}
	x.party = x.service.party[0]
	if more := x.service.party[1] - x.party; more > 0 {
		x.party += s.rng.IntN(more + 1)
	}
	x.option = x.service.option && s.chance(30)
	return x
}

// slots are the free starts that the shop shows for some days. They are fresh
// when nobody wrote anything for so long that every process must know of it.
func (g *guest) slots(x wish, from, days int) []any {
	s := g.s
	q := url.Values{"service_id": {x.service.id}, "from": {s.today(from).String()}, "to": {s.today(from + days).String()}}
	if x.party > 0 {
		q.Set("party_size", strconv.Itoa(x.party))
	}
	if x.option {
		q.Set("option_ids", s.option)
	}
	s.fresh = s.clock.Now().Sub(s.wrote) > availability.Staleness
	a := s.ask(call{op: "get-availability", in: []string{s.slug}, query: q.Encode()})
	var list []any
	for _, day := range a.list("days") {
		slots, _ := at(day, "slots").([]any)
		list = append(list, slots...)
	}
	return list
}

// visit looks for a time and books it.
func (g *guest) visit() {
	s := g.s
	x := g.wish()
	free := g.slots(x, s.rng.IntN(g.ahead), 2)
	if len(free) == 0 {
		s.tally["found nothing"]++
		return
	}
	slot := pick(s.world, free)
	x.staff = g.nominee(x, slot)
	body := g.request(x, text(slot, "start"))
	if s.chance(8) {
		g.quoted(body)
		return
	}
	if s.chance(15) {
		g.hold(body)
		return
	}
	g.book(body, s.fresh)
}

// nominee is whom they ask for among those who are free.
func (g *guest) nominee(x wish, slot any) string {
	staff, _ := at(slot, "staff_ids").([]any)
	if len(staff) == 0 || x.service.nomination != "required" && !g.s.chance(35) {
		return ""
	}
	id, _ := pick(g.s.world, staff).(string)
	return id
}

// request is what a booking, a hold and a quote have in common.
func (g *guest) request(x wish, start string) map[string]any {
	body := map[string]any{"service_id": x.service.id, "start": start, "party_size": max(x.party, 1)}
	if x.staff != "" {
		body["staff_id"] = x.staff
	}
	if x.option {
		body["option_ids"] = []string{g.s.option}
	}
	return body
}

// quoted asks for the price first, and pays no other one.
func (g *guest) quoted(body map[string]any) {
	s := g.s
	fresh := s.fresh
	q := s.ask(call{op: "create-quote", in: []string{s.slug}, body: body})
	r := g.book(body, fresh)
	if q.ok() && r != nil && r.total != q.number("price.total.amount") {
		s.fail("quoted %s, booked for %d", q.raw, r.total)
	}
}

// hold keeps the time while they type, sometimes for longer than it is kept.
func (g *guest) hold(body map[string]any) {
	s := g.s
	h := s.ask(call{op: "create-hold", in: []string{s.slug}, body: body, key: true})
	if !h.ok() {
		return
	}
	token := h.text("hold_token")
	if s.chance(15) {
		s.in(s.minutes(1, 8), func() { s.ask(call{op: "release-hold", in: []string{token}}) })
		return
	}
	s.in(s.minutes(1, 20), func() {
		body["hold_token"] = token
		g.book(body, false)
	})
}

// book books; what was shown as free a moment ago is free, if what was shown is fresh.
func (g *guest) book(body map[string]any, fresh bool) *record {
	s := g.s
	full := merged(body, map[string]any{"customer": g.body, "consent": map[string]any{"terms_version": "1"}})
	a := s.ask(call{op: "create-booking", in: []string{s.slug}, body: full, key: true})
	if a.code() == "booking.slot_taken" {
		if fresh {
			s.fail("what was shown as free is taken: %v: %s", body, a.raw)
		}
		if start := a.text("alternatives.0.start"); start != "" && s.chance(70) {
			delete(body, "hold_token")
			body["start"] = start
			if staff, _ := a.at("alternatives.0.staff_ids").([]any); body["staff_id"] != nil && !slices.Contains(staff, body["staff_id"]) {
				return nil
			}
			return g.book(body, true) // these were looked up in the database
		}
	}
	if !a.ok() {
		return nil
	}
	r := s.write(a, "booking.")
	r.token, r.guest, r.mails = a.text("manage_token"), g, g.email != ""
	r.told(map[string]string{"confirmed": "booking.confirmed", "pending_approval": "booking.requested"}[r.status])
	g.after(r)
	s.attend(r)
	s.answerRequest(r)
	return r
}

// after decides what becomes of a booking on the customer's side.
func (g *guest) after(r *record) {
	s := g.s
	left := r.start.Sub(s.clock.Now())
	if left <= 0 {
		return
	}
	sometime := time.Duration(s.rng.Int64N(int64(left)))
	if s.chance(25) { // at the last moment
		sometime = max(0, left-s.minutes(1, 300))
	}
	switch {
	case s.chance(g.fickle / 2):
		s.in(sometime, func() { g.cancel(r) })
	case s.chance(g.fickle):
		s.in(sometime, func() { g.move(r) })
	case s.chance(5):
		s.in(sometime, func() { g.find(r) })
	}
}

// cancel opens the link, reads what it costs, and cancels for that.
func (g *guest) cancel(r *record) {
	s := g.s
	m := s.ask(call{op: "get-managed-booking", in: []string{r.token}})
	if !m.ok() {
		return
	}
	r.same(m, "booking.")
	c := call{op: "cancel-managed-booking", in: []string{r.token}, key: true, still: true}
	if s.chance(40) {
		c.body = map[string]any{"reason": "都合が悪くなりました"}
	}
	a := s.ask(c)
	switch {
	case a.ok() != m.yes("can_cancel"):
		s.fail("can_cancel is %v, cancelling answered %d %s", m.at("can_cancel"), a.status, a.raw)
	case a.ok():
		if a.number("fee.amount") != m.number("cancellation_fee.amount") {
			s.fail("cancelling was to cost %d and costs %s", m.number("cancellation_fee.amount"), a.raw)
		}
		r.learn(a, "booking.")
		r.told("booking.cancelled")
	}
}

// move opens the link, looks for another time, and moves there.
func (g *guest) move(r *record) {
	s := g.s
	m := s.ask(call{op: "get-managed-booking", in: []string{r.token}})
	if !m.ok() || !m.yes("can_reschedule") {
		return
	}
	r.same(m, "booking.")
	free := g.slots(wish{service: service{id: m.text("booking.items.0.service.id")}, party: int(m.number("booking.party_size"))}, s.rng.IntN(6), 3)
	if len(free) == 0 {
		return
	}
	body := map[string]any{"start": text(pick(s.world, free), "start")}
	a := s.ask(call{op: "reschedule-managed-booking", in: []string{r.token}, body: body, key: true})
	if a.ok() {
		r.learn(a, "booking.")
		r.told("booking.rescheduled")
		s.attend(r)
	}
}

// find has the link sent again.
func (g *guest) find(r *record) {
	s := g.s
	s.must(call{op: "find-booking", body: map[string]any{"code": r.code, "phone": g.body["phone"]}})
	r.told("booking.link")
}
