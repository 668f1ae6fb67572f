package availability

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// Snapshot is everything that availability is computed from but the bookings,
// as one version of a business's schedule. It is shared and never changed.
type Snapshot struct {
	Business   business.Business
	Version    int64 // of the schedule, see business.ScheduleChanged
	Zone       *time.Location
	Hours      schedule.Hours
	Resources  []catalog.Resource // all, in the business's order
	Services   map[catalog.ServiceID]*catalog.Service
	Menu       []catalog.Service // all, in the business's order
	Options    map[catalog.OptionID]*catalog.Option
	Sets       []catalog.Set      // all, in the business's order
	Categories []catalog.Category // in the order of the menu
	Ranks      []catalog.Rank     // in their order
	Periods    []schedule.Period
	Photos     []media.Photo // of the shop, in their order

	joins      []join
	starts     startRules
	index      map[catalog.ResourceID]int
	shifts     map[catalog.ResourceID]*schedule.Pattern
	breaks     map[catalog.ResourceID]*schedule.Week
	exceptions map[catalog.ResourceID]map[clock.Date]schedule.Exception
	leaves     map[catalog.ResourceID][]schedule.Leave

	mu     sync.Mutex
	blanks map[someDays]*Frame // of customers, as far as they were asked for
}

// someDays are business days in a row.
type someDays struct {
	from clock.Date
	days int
}

// mostBlanks bounds the memory for frames without bookings. A calendar's shares it.
const mostBlanks = 8

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
	var exceptions []schedule.Exception
	var leaves []schedule.Leave
	var options []catalog.Option
	var joins []catalog.Join
	var b pg.Batch
	business.QueueScheduleVersion(&b, bid, &s.Version)
	business.QueueByID(&b, bid, &s.Business, &found)
	catalog.QueueResources(&b, bid, &s.Resources)
	catalog.QueueServices(&b, bid, &s.Menu)
	catalog.QueueOptions(&b, bid, &options)
	catalog.QueueSets(&b, bid, &s.Sets)
	catalog.QueueCategories(&b, bid, &s.Categories)
	catalog.QueueRanks(&b, bid, &s.Ranks)
	catalog.QueueJoins(&b, bid, &joins)
	media.QueueOfShop(&b, bid, &s.Photos)
	schedule.QueuePeriods(&b, bid, &s.Periods)
	schedule.QueueOpening(&b, bid, from, to, &s.Hours)
	schedule.QueueShifts(&b, bid, &s.shifts)
	schedule.QueueBreaks(&b, bid, &s.breaks)
	schedule.QueueExceptions(&b, bid, from, to, &exceptions)
	schedule.QueueLeaves(&b, bid, from, to, &leaves)
	if err := run(&b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	s.keepLeaves(leaves)
	s.compile(nil, exceptions, options)
	s.keepJoins(joins)
	return s, nil
}

func (s *Snapshot) compile(special []schedule.SpecialDay, exceptions []schedule.Exception, options []catalog.Option) {
	s.Zone = s.Business.Zone()
	if special != nil {
		s.Hours.Special = make(map[clock.Date]schedule.SpecialDay, len(special))
	}
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
	s.starts = startRulesOf(s.Menu, s.Sets)
	s.blanks = nil
}

// Resource finds a resource, inactive ones too.
func (s *Snapshot) Resource(id catalog.ResourceID) (*catalog.Resource, bool) {
	i, ok := s.index[id]
	if !ok {
		return nil, false
	}
	return &s.Resources[i], true
}

// Freedom is which rules a frame leaves out: what members may do that customers may not.
type Freedom struct {
	AnyMinute bool // starts off the business's grid, on any five minutes
	AnyHours  bool // outside opening hours and shifts: an override with a reason
}

// Frame lays some business days on the engine's axis: hours and shifts. What is
// taken comes later.
func (s *Snapshot) Frame(from clock.Date, days int, free Freedom) (*Frame, error) {
	if free != (Freedom{}) {
		return s.lay(from, days, free)
	}
	at := someDays{from, days}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.blanks[at]; ok {
		return f.blank(), nil
	}
	f, err := s.lay(from, days, free)
	if err != nil {
		return nil, err
	}
	if s.blanks == nil || len(s.blanks) >= mostBlanks {
		s.blanks = map[someDays]*Frame{}
	}
	s.blanks[at] = f
	return f.blank(), nil
}

// blank is a frame like this one, in which nothing is taken yet.
func (f *Frame) blank() *Frame {
	next := *f
	next.Resources = slices.Clone(f.Resources)
	units := 0
	for i := range f.Resources {
		units += len(f.Resources[i].Busy)
	}
	busy, load := make([]Bits, units), make([]int, len(f.Resources)*len(f.Days))
	for i := range next.Resources {
		r := &next.Resources[i]
		n, d := len(r.Busy), len(r.Load)
		r.Busy, busy = busy[:n:n], busy[n:]
		r.Load, load = load[:d:d], load[d:]
	}
	return &next
}

func (s *Snapshot) lay(from clock.Date, days int, free Freedom) (*Frame, error) {
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
	f.Fairness = s.Business.Fairness
	for i := range s.Resources {
		r := &s.Resources[i]
		shared := Resource{ID: r.ID, Kind: r.Kind, Nominatable: r.Nominatable && r.Kind == catalog.Staff, Rank: i, Party: r.MaxParty}
		if on := s.shiftsOf(r.ID); on != nil && !free.AnyHours {
			shared.Work = f.Shifts(on)
		}
		f.Add(shared, r.Capacity)
	}
	s.layStarts(f, free)
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
