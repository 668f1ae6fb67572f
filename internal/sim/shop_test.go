package sim_test

import (
	"fmt"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// shop is a business that lives through the story.
type shop struct {
	*world
	plan
	loc       *time.Location
	id        string
	owner     *person
	manager   *person
	till      string // the counter's API key, which is renewed twice a year
	tillID    string
	renewed   time.Time
	services  []service
	staffIDs  []string
	resources map[string]string // by name
	option    string
	guests    []*guest
	suspended bool
}

type service struct {
	dish
	id string
}

// found makes the operator and the shops of the story.
func (w *world) found() {
	w.t.Helper()
	w.boss = w.operator()
	flag := w.must(call{op: "get-flag", in: []string{"business_api_keys"}, bearer: w.boss.bearer()})
	w.must(call{
		op: "set-flag", in: []string{"business_api_keys"}, bearer: w.boss.bearer(), match: flag.version(),
		body: map[string]any{"killed": false, "percent": 100, "reason": "レジの連携"},
	})
	for _, p := range w.story.shops {
		w.shops = append(w.shops, w.openShop(p))
	}
}

// openShop founds, fills and opens a shop, as its owner does in the console.
func (w *world) openShop(p plan) *shop {
	w.t.Helper()
	s := &shop{world: w, plan: p, loc: zone(p.zone), owner: w.join(p.slug), resources: map[string]string{}}
	s.id = w.must(call{op: "found-business", bearer: s.owner.bearer(), key: true, body: map[string]any{
		"name": words(p.slug), "vertical": p.vertical, "slug": p.slug, "prefecture": "東京都", "city": "渋谷区", "phone": "03-1234-5678", "timezone": p.zone,
	}}).text("id")
	s.edit("get-settings", "update-settings", []string{s.id}, p.settings)
	s.edit("get-hours", "set-hours", []string{s.id}, map[string]any{"weekly": joined(p.weekly)})
	s.furnish()
	s.must(call{op: "submit-business", in: []string{s.id}, bearer: s.owner.bearer()})
	s.must(call{op: "approve-business", in: []string{s.id}, bearer: w.boss.bearer(), body: map[string]any{"reason": "問題ございません"}})
	s.renewKey()
	s.manager = s.enlist(p.slug+"-manager", "manager")
	for n := range p.customers {
		s.guests = append(s.guests, s.newGuest(n))
	}
	return s
}

// furnish enters staff, things and the menu.
func (s *shop) furnish() {
	s.t.Helper()
	add := func(op string, body map[string]any) string {
		return s.must(call{op: op, in: []string{s.id}, body: body, bearer: s.owner.bearer(), key: true}).text("id")
	}
	for i, name := range s.staff {
		id := add("create-resource", map[string]any{"kind": "staff", "name": words(name), "nomination_fee": yen(550 * (1 + i%2))})
		s.staffIDs, s.resources[name] = append(s.staffIDs, id), id
		if s.daysOff {
			s.edit("get-shifts", "set-shifts", []string{s.id, id}, map[string]any{"weekly": joined(s.week(i))})
		}
	}
	for _, r := range s.things {
		s.resources[r.name] = add("create-resource", map[string]any{
			"kind": r.kind, "name": words(r.name), "capacity": max(r.units, 1), "min_party": max(r.least, 1), "max_party": max(r.most, r.least, 1),
		})
	}
	s.option = add("create-service-option", map[string]any{"name": words("炭酸スパ"), "price": yen(1650), "duration_minutes": 30})
	for _, d := range s.menu {
		s.services = append(s.services, service{d, add("create-service", s.offer(d))})
	}
}

// offer is a dish as the API takes it.
func (s *shop) offer(d dish) map[string]any {
	needs := []map[string]any{}
	for _, n := range d.needs {
		ids := []string{}
		for _, name := range n.of {
			ids = append(ids, s.resources[name])
		}
		if n.kind == "staff" && len(ids) == 0 {
			ids = s.staffIDs
		}
		needs = append(needs, merged(n.more, map[string]any{"kind": n.kind, "resource_ids": ids}))
	}
	body := map[string]any{
		"name": words(d.name), "duration_minutes": d.minutes, "price": yen(d.price), "requirements": needs, "per_person": d.perPerson,
		"min_party": max(d.party[0], 1), "max_party": max(d.party[1], 1),
	}
	if d.nomination != "" {
		body["nomination"] = d.nomination
	}
	if d.option {
		body["option_ids"] = []string{s.option}
	}
	return body
}

// week is the shifts of one of the staff: the shop's hours without two days.
func (s *shop) week(n int) (list []weekday) {
	for _, d := range s.weekly {
		if d.Day != (2*n+2)%7 && d.Day != (2*n+3)%7 {
			list = append(list, d)
		}
	}
	return list
}

// renewKey gives the counter another key, and revokes the old one.
func (s *shop) renewKey() {
	s.t.Helper()
	old := s.tillID
	a := s.must(call{op: "create-api-key", in: []string{s.id}, bearer: s.owner.bearer(), key: true, body: map[string]any{
		"name": "レジ", "expires_in_days": 366,
		"scopes": []string{"bookings:read", "bookings:write", "schedule:read", "schedule:write", "customers:read", "customers:write", "catalog:read"},
	}})
	s.till, s.tillID, s.renewed = a.text("key"), a.text("id"), s.clock.Now()
	if old != "" {
		s.must(call{op: "revoke-api-key", in: []string{s.id, old}, bearer: s.owner.bearer()})
	}
}

// edit changes what has a version: it is read, then written.
func (s *shop) edit(read, write string, in []string, body any) {
	s.t.Helper()
	now := s.must(call{op: read, in: in, bearer: s.owner.bearer()})
	s.must(call{op: write, in: in, body: body, bearer: s.owner.bearer(), match: now.version()})
}

// today is the calendar's date at the shop, so many days on.
func (s *shop) today(days int) clock.Date {
	return clock.DateOf(s.clock.Now().In(s.loc)).AddDays(days)
}

func words(ja string) map[string]string { return map[string]string{"ja": ja} }

func yen(n int) map[string]any { return map[string]any{"amount": n, "currency": "JPY"} }

// phone is a number of its own for each guest.
func phone(shop, n int) string { return fmt.Sprintf("090-%04d-%04d", 1000+shop, 1000+n) }

func mail(slug string, n int) string { return slug + "-" + strconv.Itoa(n) + "@guest.example" }
