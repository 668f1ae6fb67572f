package availability

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// Snapshot is everything that availability is computed from but the bookings,
// as one version of a business's schedule. It is shared and never changed.
type Snapshot struct {
	Business  business.Business
	Version   int64 // of the schedule, see business.ScheduleChanged
	Zone      *time.Location
	Hours     schedule.Hours
	Resources []catalog.Resource // all, in the business's order
	Services  map[catalog.ServiceID]*catalog.Service
	Menu      []catalog.Service // all, in the business's order
	Options   map[catalog.OptionID]*catalog.Option

	index      map[catalog.ResourceID]int
	shifts     map[catalog.ResourceID]*schedule.Week
	exceptions map[catalog.ResourceID]map[clock.Date]schedule.Exception
}

// Special days and exceptions are kept from so many days before today to so
// many after: more than a booking window reaches.
const (
	snapshotBefore = 40
	snapshotAfter  = 800
)

// ErrNotFound is the answer for a business that is absent.
var ErrNotFound = fault.New(fault.NotFound, "not_found")

// loadSnapshot reads a business in one round trip.
func loadSnapshot(ctx context.Context, db *pg.DB, bid business.ID, now time.Time) (*Snapshot, error) {
	return ReadSnapshot(bid, now, func(b *pg.Batch) error { return db.ReadTenant(ctx, bid, b) })
}

// ReadSnapshot is a business's schedule at now as run reads it, which sends the
// batch: within a transaction it is the schedule as that one leaves it, and what
// else run queues comes in the same round trip. not_found for an absent business.
func ReadSnapshot(bid business.ID, now time.Time, run func(*pg.Batch) error) (*Snapshot, error) {
	today := clock.DateOf(now)
	from, to := today.AddDays(-snapshotBefore), today.AddDays(snapshotAfter)
	s := &Snapshot{}
	var found bool
	var special []schedule.SpecialDay
	var exceptions []schedule.Exception
	var options []catalog.Option
	var b pg.Batch
	business.QueueScheduleVersion(&b, bid, &s.Version)
	business.QueueByID(&b, bid, &s.Business, &found)
	catalog.QueueResources(&b, bid, &s.Resources)
	catalog.QueueServices(&b, bid, &s.Menu)
	catalog.QueueOptions(&b, bid, &options)
	schedule.QueueHours(&b, bid, &s.Hours.Week)
	schedule.QueueSpecialDays(&b, bid, from, to, &special)
	schedule.QueueShifts(&b, bid, &s.shifts)
	schedule.QueueExceptions(&b, bid, from, to, &exceptions)
	if err := run(&b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	s.compile(special, exceptions, options)
	return s, nil
}

func (s *Snapshot) compile(special []schedule.SpecialDay, exceptions []schedule.Exception, options []catalog.Option) {
	s.Zone = s.Business.Zone()
	s.Hours.Special = make(map[clock.Date]schedule.SpecialDay, len(special))
	for _, d := range special {
		s.Hours.Special[d.Date] = d
	}
	s.index = make(map[catalog.ResourceID]int, len(s.Resources))
	for i := range s.Resources {
		s.index[s.Resources[i].ID] = i
	}
	s.exceptions = map[catalog.ResourceID]map[clock.Date]schedule.Exception{}
	for _, e := range exceptions {
		if s.exceptions[e.ResourceID] == nil {
			s.exceptions[e.ResourceID] = map[clock.Date]schedule.Exception{}
		}
		s.exceptions[e.ResourceID][e.Date] = e
	}
	s.Services = make(map[catalog.ServiceID]*catalog.Service, len(s.Menu))
	for i := range s.Menu {
		s.Services[s.Menu[i].ID] = &s.Menu[i]
	}
	s.Options = make(map[catalog.OptionID]*catalog.Option, len(options))
	for i := range options {
		s.Options[options[i].ID] = &options[i]
	}
}

// Resource finds a resource, inactive ones too.
func (s *Snapshot) Resource(id catalog.ResourceID) (*catalog.Resource, bool) {
	i, ok := s.index[id]
	if !ok {
		return nil, false
	}
	return &s.Resources[i], true
}

// Works are the working ranges of a resource on a date. restricted is false for
// one that works whenever the business needs it: it has no weekly shift, and no
// exception on the date.
func (s *Snapshot) Works(id catalog.ResourceID, d clock.Date) (ranges []schedule.Range, restricted bool) {
	if e, ok := s.exceptions[id][d]; ok {
		return e.Ranges, true
	}
	if w := s.shifts[id]; w != nil {
		return w.On(d), true
	}
	return nil, false
}

// allDay stands for a date without restriction among restricted ones.
var allDay = []schedule.Range{{StartMinute: 0, EndMinute: 24 * 60}}

// shiftsOf is when a resource works as the engine wants it, nil for whenever.
func (s *Snapshot) shiftsOf(id catalog.ResourceID) Ranges {
	if s.shifts[id] == nil && len(s.exceptions[id]) == 0 {
		return nil
	}
	return func(d clock.Date) []schedule.Range {
		r, restricted := s.Works(id, d)
		if !restricted {
			return allDay
		}
		return r
	}
}

// Freedom is which rules a frame leaves out: what members may do that customers may not.
type Freedom struct {
	AnyMinute bool // starts off the business's grid, on any five minutes
	AnyHours  bool // outside opening hours and shifts: an override with a reason
}

// Frame lays some business days on the engine's axis: hours, shifts, and what is
// taken, except what has expired.
func (s *Snapshot) Frame(from clock.Date, days int, free Freedom) (*Frame, error) {
	rules := Rules{Zone: s.Zone, From: from, Days: days, Grid: s.Business.GridMinutes, Hours: s.Hours.On}
	if free.AnyMinute {
		rules.Grid = StepMinutes
	}
	if free.AnyHours {
		rules.Hours = func(clock.Date) []schedule.Range { return allDay }
	}
	f, err := NewFrame(rules)
	if err != nil {
		return nil, err
	}
	for i := range s.Resources {
		r := &s.Resources[i]
		shared := Resource{ID: r.ID, Kind: r.Kind, Nominatable: r.Nominatable && r.Kind == catalog.Staff, Rank: i}
		if on := s.shiftsOf(r.ID); on != nil && !free.AnyHours {
			shared.Work = f.Shifts(on)
		}
		f.Add(shared, r.Capacity)
	}
	return f, nil
}

// Occupy marks what is taken at now; skip, when given, leaves some out. What was
// taken on a unit that the resource no longer has, since its capacity was
// lowered, takes the place of another one: capacity is never more than it is today.
func (s *Snapshot) Occupy(f *Frame, taken []Taken, now time.Time, skip func(Taken) bool) {
	var beyond []Taken
	for _, t := range taken {
		i, ok := s.index[t.ResourceID]
		switch {
		case !ok || t.ExpiredAt(now) || (skip != nil && skip(t)):
		case int(t.Unit) > s.Resources[i].Capacity:
			beyond = append(beyond, t)
		default:
			f.Occupy(i, int(t.Unit), t.StartsAt, t.EndsAt)
		}
	}
	slices.SortFunc(beyond, func(a, b Taken) int { return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.Unit, b.Unit)) })
	for _, t := range beyond {
		f.displace(s.index[t.ResourceID], t.StartsAt, t.EndsAt)
	}
}

// displace marks a stretch as taken on a unit that is free over all of it; where
// there is none, step by step on whichever is.
func (f *Frame) displace(resource int, from, to time.Time) {
	first, last := max(f.Floor(from), 0), min(f.Ceil(to), f.Steps)
	if u := f.idle(resource, first, last); u > 0 {
		f.Occupy(resource, u, from, to)
		return
	}
	for step := first; step < last; step++ {
		if u := f.idle(resource, step, step+1); u > 0 {
			f.Occupy(resource, u, f.Instant(step), f.Instant(step+1))
		}
	}
}

// idle is the first unit (from 1) that is free over the steps, 0 for none.
func (f *Frame) idle(resource, from, to int) int {
	for u, busy := range f.Resources[resource].Busy {
		if busy.none(from, to) {
			return u + 1
		}
	}
	return 0
}

// Window is when customers may start at now: from the least notice on, to the
// end of the last date that is open for booking. A business that answers first
// needs a moment to do so: nobody can ask it for right now.
func (s *Snapshot) Window(now time.Time) (earliest, latest time.Time) {
	today := clock.DateOf(now.In(s.Zone))
	notice := time.Duration(s.Business.MinNoticeMinutes) * time.Minute
	if s.Business.BookingMode == business.Approval {
		notice = max(notice, time.Second)
	}
	return now.Add(notice), clock.Instant(today.AddDays(s.Business.BookingWindowDays+1), 0, s.Zone)
}

// Today is the business day of an instant: yesterday's as long as its hours run
// on past midnight, else the local date.
func (s *Snapshot) Today(now time.Time) clock.Date {
	today := clock.DateOf(now.In(s.Zone))
	yesterday := today.AddDays(-1)
	for _, r := range s.Hours.On(yesterday) {
		if !now.Before(clock.Instant(yesterday, r.StartMinute, s.Zone)) && now.Before(clock.Instant(yesterday, r.EndMinute, s.Zone)) {
			return yesterday
		}
	}
	return today
}
