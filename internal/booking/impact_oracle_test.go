package booking_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// I2: after any edits, every booking that stands is inside hours and shifts, or
// marked. A slow oracle, which knows the tables and nothing of the program, judges
// each booking minute by minute.

// minutes is a stretch of a business day.
type minutes struct {
	Start int `json:"start_minute"`
	End   int `json:"end_minute"`
}

func within(list []minutes, minute int) bool {
	return slices.ContainsFunc(list, func(m minutes) bool { return m.Start <= minute && minute < m.End })
}

// books are the rules of a shop as they stand in its tables.
type books struct {
	week       map[int][]minutes // 7: holidays, 8: their eves
	own        [2]bool           // holidays, eves open by their own row
	special    map[clock.Date][]minutes
	closings   []closing
	shifts     map[catalog.ResourceID]map[int][]minutes
	breaks     map[catalog.ResourceID]map[int][]minutes
	exceptions map[catalog.ResourceID]map[clock.Date][]minutes
	leaves     []leave
	resources  map[catalog.ResourceID]resource
	services   map[catalog.ServiceID]service
	starts     map[catalog.ServiceID]map[int][]minutes
	lists      []list
}

type (
	closing struct {
		Weekday int   `db:"weekday"`
		Nths    []int `db:"nths"`
	}
	leave struct {
		Resource catalog.ResourceID `db:"resource_id"`
		From     clock.Date         `db:"from_date"`
		To       clock.Date         `db:"to_date"`
	}
	resource struct {
		ID       catalog.ResourceID `db:"id"`
		Kind     string             `db:"kind"`
		Capacity int                `db:"capacity"`
		Min      int                `db:"min_party"`
		Max      int                `db:"max_party"`
		Active   bool               `db:"active"`
	}
	service struct {
		ID   catalog.ServiceID `db:"id"`
		From *clock.Date       `db:"active_from"`
		To   *clock.Date       `db:"active_to"`
	}
	list struct {
		Service catalog.ServiceID    `db:"service_id"`
		Kind    string               `db:"kind"`
		IDs     []catalog.ResourceID `db:"resource_ids"`
	}
	ruled struct {
		ID    [16]byte   `db:"id"`
		Day   int        `db:"weekday"`
		Date  clock.Date `db:"date"`
		Start *int       `db:"start_minute"`
		End   *int       `db:"end_minute"`
	}
)

// rows reads a table of the shop.
func rows[T any](s *shop, sql string) []T {
	s.tb.Helper()
	var out []T
	var b pg.Batch
	pg.Collect(b.Queue(&pg.Statement{SQL: sql}), &out)
	if err := s.db.ReadTenant(context.Background(), s.id, &b); err != nil {
		s.tb.Fatalf("%s: %v", sql, err)
	}
	return out
}

const (
	nobody  = `'00000000-0000-0000-0000-000000000000'::uuid AS id`
	noDate  = `'2000-01-01'::date AS date`
	noDay   = `0 AS weekday`
	inTurns = `start_minute, end_minute`
	ranges  = `LEFT JOIN LATERAL jsonb_to_recordset(ranges) AS x (start_minute integer, end_minute integer) ON true`
)

func byWeekday(list []ruled) map[[16]byte]map[int][]minutes {
	out := map[[16]byte]map[int][]minutes{}
	for _, r := range list {
		if out[r.ID] == nil {
			out[r.ID] = map[int][]minutes{}
		}
		out[r.ID][r.Day] = append(out[r.ID][r.Day], minutes{*r.Start, *r.End})
	}
	return out
}

func byDate(list []ruled) map[[16]byte]map[clock.Date][]minutes {
	out := map[[16]byte]map[clock.Date][]minutes{}
	for _, r := range list {
		if out[r.ID] == nil {
			out[r.ID] = map[clock.Date][]minutes{}
		}
		of := out[r.ID]
		if of[r.Date] == nil {
			of[r.Date] = []minutes{}
		}
		if r.Start != nil {
			of[r.Date] = append(of[r.Date], minutes{*r.Start, *r.End})
		}
	}
	return out
}

func ofResources[V any](m map[[16]byte]V) map[catalog.ResourceID]V {
	out := map[catalog.ResourceID]V{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (s *shop) books() *books {
	s.tb.Helper()
	b := &books{resources: map[catalog.ResourceID]resource{}, services: map[catalog.ServiceID]service{}, starts: map[catalog.ServiceID]map[int][]minutes{}}
	b.week = byWeekday(rows[ruled](s, `SELECT `+nobody+`, weekday, `+noDate+`, `+inTurns+` FROM opening_hours`))[[16]byte{}]
	b.special = byDate(rows[ruled](s, `SELECT `+nobody+`, `+noDay+`, date, x.* FROM special_days `+ranges))[[16]byte{}]
	b.shifts = ofResources(byWeekday(rows[ruled](s, `SELECT resource_id AS id, weekday, `+noDate+`, `+inTurns+` FROM resource_shifts`)))
	b.breaks = ofResources(byWeekday(rows[ruled](s, `SELECT resource_id AS id, weekday, `+noDate+`, `+inTurns+` FROM resource_breaks`)))
	b.exceptions = ofResources(byDate(rows[ruled](s, `SELECT resource_id AS id, `+noDay+`, date, x.* FROM resource_exceptions `+ranges)))
	for id, week := range byWeekday(rows[ruled](s, `SELECT service_id AS id, weekday, `+noDate+`, `+inTurns+` FROM service_hours`)) {
		b.starts[id] = week
	}
	b.closings = rows[closing](s, `SELECT weekday, nths FROM closing_rules`)
	b.leaves = rows[leave](s, `SELECT resource_id, from_date, to_date FROM leaves`)
	for _, r := range rows[resource](s, `SELECT id, kind, capacity, min_party, max_party, active FROM resources`) {
		b.resources[r.ID] = r
	}
	for _, x := range rows[service](s, `SELECT id, active_from, active_to FROM services`) {
		b.services[x.ID] = x
	}
	b.lists = rows[list](s, `SELECT service_id, kind, resource_ids FROM requirements`)
	own := rows[struct {
		Holiday bool `db:"holiday"`
		Eve     bool `db:"eve"`
	}](s, `SELECT holiday_hours = 'own' AS holiday, eve_hours = 'own' AS eve FROM businesses`)
	b.own = [2]bool{own[0].Holiday, own[0].Eve}
	return b
}

// hours are the opening ranges of a date.
func (b *books) hours(d clock.Date) []minutes {
	if list, ok := b.special[d]; ok {
		return list
	}
	for _, c := range b.closings {
		if c.Weekday == int(d.Weekday()) && (len(c.Nths) == 0 || slices.Contains(c.Nths, (d.Day-1)/7+1)) {
			return nil
		}
	}
	if _, holiday := jp.HolidayOn(d); holiday && b.own[0] {
		return b.week[7]
	} else if _, eve := jp.HolidayOn(d.AddDays(1)); eve && !holiday && b.own[1] {
		return b.week[8]
	}
	return b.week[int(d.Weekday())]
}

// sides are an instant as two business days see it: its own date, and the one before.
func sides(x time.Time) [2]struct {
	day    clock.Date
	minute int
} {
	x = x.In(tokyo)
	today, minute := clock.DateOf(x), x.Hour()*60+x.Minute()
	return [2]struct {
		day    clock.Date
		minute int
	}{{today, minute}, {today.AddDays(-1), minute + 1440}}
}

func (b *books) open(x time.Time) bool {
	for _, side := range sides(x) {
		if within(b.hours(side.day), side.minute) {
			return true
		}
	}
	return false
}

func (b *books) away(r catalog.ResourceID, d clock.Date) bool {
	return slices.ContainsFunc(b.leaves, func(l leave) bool { return l.Resource == r && !d.Before(l.From) && !d.After(l.To) })
}

// works tells whether a resource works at an instant: on one of the two business
// days that it may belong to.
func (b *books) works(r catalog.ResourceID, x time.Time) bool {
	for i, side := range sides(x) {
		if b.away(r, side.day) || within(b.breaks[r][int(side.day.Weekday())], side.minute) {
			continue
		}
		if list, ok := b.exceptions[r][side.day]; ok {
			if within(list, side.minute) {
				return true
			}
			continue
		}
		if b.shifts[r] != nil {
			if within(b.shifts[r][int(side.day.Weekday())], side.minute) {
				return true
			}
			continue
		}
		late := false // whoever has no shifts works at night as long as the day before goes on
		for _, m := range b.hours(sides(x)[1].day) {
			late = late || sides(x)[1].minute < m.End
		}
		if late == (i == 1) {
			return true
		}
	}
	return false
}

// mayStart tells whether a service may start at an instant.
func (b *books) mayStart(id catalog.ServiceID, x time.Time) bool {
	svc := b.services[id]
	for _, side := range sides(x) {
		if (svc.From != nil && side.day.Before(*svc.From)) || (svc.To != nil && side.day.After(*svc.To)) {
			continue
		}
		if week := b.starts[id]; len(week) > 0 && !within(week[int(side.day.Weekday())], side.minute) {
			continue
		}
		if within(b.hours(side.day), side.minute) {
			return true
		}
	}
	return false
}

// outside tells why a booking is not inside, "" when it is.
func (b *books) outside(x *booking.Booking) string {
	if !x.Overridden {
		for at := x.StartsAt; at.Before(x.EndsAt); at = at.Add(time.Minute) {
			if !b.open(at) {
				return "closed at " + at.In(tokyo).String()
			}
		}
		for _, seg := range x.Segments {
			if !b.mayStart(seg.ServiceID, seg.StartsAt) {
				return "its service does not start then"
			}
		}
	}
	for _, seg := range x.Segments {
		for _, k := range seg.Picks {
			r := b.resources[k.ResourceID]
			if !r.Active || int(k.Unit) > r.Capacity || x.PartySize < r.Min || x.PartySize > r.Max {
				return fmt.Sprintf("served by %+v", r)
			}
			needed, listed := false, false
			for _, l := range b.lists {
				if l.Service == seg.ServiceID && l.Kind == r.Kind {
					needed = true
					listed = listed || len(l.IDs) == 0 || slices.Contains(l.IDs, r.ID)
				}
			}
			if needed && !listed {
				return "its service is not done by " + r.ID.String()
			}
			for at := k.StartsAt; at.Before(k.EndsAt) && !x.Overridden; at = at.Add(time.Minute) {
				if !b.works(k.ResourceID, at) {
					return r.Kind + " does not work at " + at.In(tokyo).String()
				}
			}
		}
	}
	return ""
}

// wantI2 judges all bookings that stand.
func (s *shop) wantI2(after string) {
	s.tb.Helper()
	b, now := s.books(), s.clock.Now()
	all, err := s.service.List(context.Background(), member, s.id, booking.Filter{From: clock.DateOf(now).AddDays(-2), To: clock.DateOf(now).AddDays(60)}, booking.Mark{}, 1000)
	if err != nil {
		s.tb.Fatal(err)
	}
	for _, x := range all {
		if !x.Status.Occupies() || !x.EndsAt.After(now) {
			continue
		}
		if why := b.outside(x); x.OutsideRules != (why != "") {
			s.tb.Errorf("after %s: booking %s of %s–%s (%s, overridden %t) marked %t, but: %q", after, x.Code, x.StartsAt.In(tokyo), x.EndsAt.In(tokyo), x.Status, x.Overridden, x.OutsideRules, why)
		}
	}
}
