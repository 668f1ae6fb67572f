package booking_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is the shop of a story: a business that the service serves, and how
// what it remembers is compared with the model.

// story is one sequence: the model and the shop beside it.
type story struct {
	*model
	*shop
	t         *rapid.T
	resources []catalog.ResourceID
	services  []catalog.ServiceID
	told      *strings.Builder
	counts    map[string]int
}

// newStory founds a business of its own in the database of the stage.
func newStory(t *rapid.T, stage *shop, n int, counts map[string]int) *story {
	s := *stage
	s.id = id.New[business.Business](now)
	y := &story{model: newModel(), shop: &s, t: t, told: &strings.Builder{}, counts: counts}
	y.setClock()
	y.found(fmt.Sprintf("story-%d", n))
	y.resources = append(y.staff(2), y.resource(res{kind: catalog.Seat, capacity: 2}))
	for _, m := range modelMenu {
		var needs []need
		for _, n := range m.needs {
			needs = append(needs, n.of(m.length))
		}
		y.services = append(y.services, y.menu(m.length, 5500, needs...))
	}
	return y
}

// of says a need in the words of the catalog.
func (n modelNeed) of(length int) need {
	last := n.spans[len(n.spans)-1][1]
	out := need{kind: n.kind, after: last - length}
	if len(n.spans) == 2 {
		out.gap = [2]int{n.spans[0][1], n.spans[1][0]}
	}
	return out
}

func (y *story) setClock() {
	y.clock.Set(midnight.Add(time.Duration(y.model.now) * time.Second))
}

// tell notes a step for whoever reads a failure.
func (y *story) tell(format string, args ...any) {
	fmt.Fprintf(y.told, "%s  ", y.clock.Now().In(tokyo).Format("01-02 15:04:05"))
	fmt.Fprintf(y.told, format+"\n", args...)
}

// fail ends the story with all that happened.
func (y *story) fail(format string, args ...any) {
	y.t.Fatalf("%s\nafter\n%s", fmt.Sprintf(format, args...), y.told)
}

// want compares an outcome with the model's.
func (y *story) want(what string, err error, want string) bool {
	got := code(err)
	y.counts[what+" "+got]++
	if got != want {
		y.fail("%s: %s, the model says %s (%v)", what, got, want, err)
	}
	return got == "ok"
}

func (y *story) staffID(staff int) *catalog.ResourceID {
	if staff < 0 {
		return nil
	}
	return &y.resources[staff]
}

func (y *story) request(service, start, staff int) booking.Request {
	item := availability.Item{ServiceID: y.services[service], StaffID: y.staffID(staff)}
	return booking.Request{Start: modelTime(start), Request: availability.Request{Items: []availability.Item{item}, PartySize: 1}}
}

// picked are allocations in the model's words.
func (y *story) picked(list []availability.Allocation) []modelTaken {
	var out []modelTaken
	for _, a := range list {
		r := slices.Index(y.resources, a.ResourceID)
		out = append(out, modelTaken{place{r, int(a.Unit)}, modelMinutes(a.StartsAt), modelMinutes(a.EndsAt)})
	}
	return inOrder(out)
}

// tookOf is what a booking says that it occupies.
func (y *story) tookOf(x *booking.Booking) []modelTaken {
	var list []availability.Allocation
	for _, s := range x.Segments {
		list = append(list, s.Picks...)
	}
	return y.picked(list)
}

// modelRows are what the database remembers of the story, read at one moment.
type modelRows struct {
	bookings, holds, allocations []string
}

func (y *story) rows() modelRows {
	var r modelRows
	var b pg.Batch
	for sql, into := range map[string]*[]string{
		`SELECT id || ' ' || status || ' ' || version || ' ' || coalesce(extract(epoch FROM expires_at - $2)::bigint, 0) FROM bookings WHERE business_id = $1`: &r.bookings,
		`SELECT id || ' ' || status FROM holds WHERE business_id = $1 AND $2::timestamptz IS NOT NULL`:                                                         &r.holds,
		`SELECT coalesce(booking_id, hold_id) || ' ' || resource_id || ' ' || unit || ' ' || (extract(epoch FROM starts_at - $2) / 60)::bigint
		   || ' ' || (extract(epoch FROM ends_at - $2) / 60)::bigint FROM allocations WHERE business_id = $1`: &r.allocations,
	} {
		pg.CollectColumn(b.Queue(&pg.Statement{SQL: sql}, y.shop.id, midnight), into)
	}
	if err := y.db.ReadTenant(context.Background(), y.shop.id, &b); err != nil {
		y.fail("read: %v", err)
	}
	return r
}

// compare holds what the shop remembers against the model. What lapsed may have
// been ended by whoever met it: the model then learns that it was.
func (y *story) compare() {
	got := y.rows()
	var want modelRows
	for _, b := range y.bookings {
		if y.lapsed(b) && slices.Contains(got.bookings, fmt.Sprintf("%s expired %d 0", b.id, b.version+1)) {
			y.became(b, booking.Expired, false)
			b.expires = 0
		}
		want.bookings = append(want.bookings, fmt.Sprintf("%s %s %d %d", b.id, b.status, b.version, b.expires))
		if b.occupies() {
			want.allocations = append(want.allocations, y.lines(b.id.String(), b.took)...)
		}
	}
	for _, h := range y.holds {
		if h.status == "active" && h.expires <= y.model.now && slices.Contains(got.holds, h.id.String()+" expired") {
			h.status = "expired"
		}
		want.holds = append(want.holds, h.id.String()+" "+h.status)
		if h.status == "active" {
			want.allocations = append(want.allocations, y.lines(h.id.String(), h.took)...)
		}
	}
	for _, c := range []struct {
		what      string
		got, want []string
	}{{"bookings", got.bookings, want.bookings}, {"holds", got.holds, want.holds}, {"allocations", got.allocations, want.allocations}} {
		slices.Sort(c.got)
		slices.Sort(c.want)
		if !slices.Equal(c.got, c.want) {
			y.fail("%s are\n%s\nthe model says\n%s", c.what, strings.Join(c.got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	if twice := y.soldTwice(); twice != "" {
		y.fail("%s", twice)
	}
}

func (y *story) lines(owner string, list []modelTaken) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = fmt.Sprintf("%s %s %d %d %d", owner, y.resources[a.resource], a.unit, a.from, a.to)
	}
	return out
}

// compareLedger holds the day view of a day against the model.
func (y *story) compareLedger(day int) {
	l, err := y.service.Ledger(context.Background(), y.shop.id, clock.DateOf(modelTime(day*modelDay)))
	if err != nil {
		y.fail("ledger: %v", err)
	}
	var got, want []string
	for _, x := range l.Bookings {
		got = append(got, fmt.Sprintf("%s %s %d %d %v", x.Code, x.Status, x.Version, modelMinutes(x.StartsAt), y.tookOf(x)))
	}
	for _, t := range l.Held {
		p := y.picked([]availability.Allocation{{ResourceID: t.ResourceID, Unit: t.Unit, StartsAt: t.StartsAt, EndsAt: t.EndsAt}})
		got = append(got, fmt.Sprintf("held %v", p))
	}
	for _, b := range y.bookings {
		if b.start/modelDay == day {
			want = append(want, fmt.Sprintf("%s %s %d %d %v", b.code, b.status, b.version, b.start, b.took))
		}
	}
	for _, h := range y.holds {
		for _, a := range h.took {
			if y.stands(h) && h.start/modelDay == day {
				want = append(want, fmt.Sprintf("held %v", []modelTaken{a}))
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		y.fail("the ledger of day %d shows\n%s\nthe model says\n%s", day, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
