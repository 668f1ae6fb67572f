package availability

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// dutyOracle says who is at work at an instant, rule by rule, by nothing but
// instants: no day is cut into ranges.
type dutyOracle struct{ s *Snapshot }

// works tells whether the five minutes from x on are worked.
func (o dutyOracle) works(rid catalog.ResourceID, x time.Time) bool {
	s, local := o.s, clock.DateOf(x.In(o.s.Zone))
	end := x.Add(StepMinutes * time.Minute)
	if s.shifts[rid] == nil && s.breaks[rid] == nil && len(s.exceptions[rid]) == 0 && len(s.leaves[rid]) == 0 {
		return true
	}
	works := false
	for d := local.AddDays(-2); !d.After(local.AddDays(1)); d = d.AddDays(1) {
		if w := s.breaks[rid]; w != nil {
			for _, b := range w[d.Weekday()] {
				if o.at(d, b.StartMinute).Before(end) && o.at(d, b.EndMinute).After(x) {
					return false
				}
			}
		}
		if o.onLeave(rid, d) {
			continue
		}
		exception, dated := s.exceptions[rid][d]
		switch p := s.shifts[rid]; {
		case dated:
			works = works || o.within(d, exception.Ranges, x, end)
		case p != nil:
			works = works || o.within(d, p.Weeks[o.turn(p, d)][d.Weekday()], x, end)
		default:
			works = works || o.owner(x) == d
		}
	}
	return works
}

func (o dutyOracle) at(d clock.Date, minute int) time.Time { return clock.Instant(d, minute, o.s.Zone) }

func (o dutyOracle) onLeave(rid catalog.ResourceID, d clock.Date) bool {
	for _, l := range o.s.leaves[rid] {
		for day := l.FromDate; !day.After(l.ToDate); day = day.AddDays(1) {
			if day == d {
				return true
			}
		}
	}
	return false
}

func (o dutyOracle) within(d clock.Date, ranges []schedule.Range, x, end time.Time) bool {
	for _, r := range ranges {
		if !x.Before(o.at(d, r.StartMinute)) && !end.After(o.at(d, r.EndMinute)) {
			return true
		}
	}
	return false
}

// turn walks from the anchor to the date, day by day.
func (o dutyOracle) turn(p *schedule.Pattern, d clock.Date) int {
	week := 0
	for day := p.Anchor; day.Before(d); day = day.AddDays(1) {
		if day.Weekday() == time.Sunday {
			week++
		}
	}
	for day := p.Anchor; d.Before(day); day = day.AddDays(-1) {
		if day.Weekday() == time.Monday {
			week += len(p.Weeks) - 1
		}
	}
	return week % len(p.Weeks)
}

// owner is the business day that an instant goes to: the one before as long as
// that has not closed.
func (o dutyOracle) owner(x time.Time) clock.Date {
	d := clock.DateOf(x.In(o.s.Zone))
	for _, r := range o.s.Hours.On(d.AddDays(-1)) {
		if x.Before(o.at(d.AddDays(-1), r.EndMinute)) {
			return d.AddDays(-1)
		}
	}
	return d
}

// drawDuty is a business of two resources with rules of every kind.
func drawDuty(t *rapid.T) (*Snapshot, clock.Date) {
	at := rapid.SampledFrom(places()).Draw(t, "place")
	s := &Snapshot{
		Business: business.Business{Timezone: at.zone, Settings: business.Settings{GridMinutes: 30}},
		shifts:   map[catalog.ResourceID]*schedule.Pattern{}, breaks: map[catalog.ResourceID]*schedule.Week{},
	}
	for d := range 7 {
		s.Hours.Week[d] = drawRanges(t)
	}
	var exceptions []schedule.Exception
	var leaves []schedule.Leave
	date := func(label string) clock.Date { return at.date.AddDays(rapid.IntRange(-2, 4).Draw(t, label)) }
	for i := range 2 {
		rid := resourceID(i)
		s.Resources = append(s.Resources, catalog.Resource{ID: rid, Kind: catalog.Staff, Capacity: 1, MaxParty: 1, Active: true})
		if rapid.Bool().Draw(t, "shifts") {
			p := &schedule.Pattern{Anchor: at.date.AddDays(rapid.IntRange(-60, 60).Draw(t, "anchor"))}
			p.Weeks = make([]schedule.Week, rapid.IntRange(1, schedule.MaxWeeks).Draw(t, "weeks"))
			for d := range 7 * len(p.Weeks) {
				p.Weeks[d/7][d%7] = drawRanges(t)
			}
			p.Weeks[0][1] = openFrom(600, 1800) // it restricts something
			s.shifts[rid] = p
		}
		if rapid.Bool().Draw(t, "breaks") {
			s.breaks[rid] = &schedule.Week{}
			for d := range 7 {
				s.breaks[rid][d] = drawRanges(t)
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "exceptions") {
			exceptions = append(exceptions, schedule.Exception{ResourceID: rid, Date: date("exception"), Ranges: drawRanges(t)})
		}
		if rapid.Bool().Draw(t, "leave") {
			from := date("leave")
			leaves = append(leaves, schedule.Leave{ResourceID: rid, FromDate: from, ToDate: from.AddDays(rapid.IntRange(0, 2).Draw(t, "leave of"))})
		}
	}
	s.keepLeaves(leaves)
	s.compile(nil, exceptions, nil)
	return s, at.date
}

// Who works when is laid on the axis as a person with a calendar and a clock
// would: where an hour is skipped or comes twice, over year ends, to 30:00.
func TestWorks_OnTheAxis_EqualsOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, from := drawDuty(t)
		f, err := s.Frame(from.AddDays(-1), 3, Freedom{})
		if err != nil {
			t.Fatal(err)
		}
		o := dutyOracle{s}
		begin, end := f.Floor(clock.Instant(from.AddDays(-1), 0, s.Zone)), f.Floor(clock.Instant(from.AddDays(1), 1800, s.Zone))
		for i := range s.Resources {
			rid := s.Resources[i].ID
			for step := begin + rapid.IntRange(0, 2).Draw(t, "first step"); step < end; step += 3 { // one of three
				x := f.Instant(step)
				got := f.Resources[i].Work == nil || f.Resources[i].Work.Has(step)
				if want := o.works(rid, x); got != want {
					t.Fatalf("%s: works %v, oracle %v\nhours %v\nshifts %+v\nbreaks %+v\nexceptions %+v\nleaves %+v", x.In(s.Zone), got, want,
						s.Hours.Week, s.shifts[rid], s.breaks[rid], s.exceptions[rid], s.leaves[rid])
				}
			}
		}
	})
}

func TestWorks_LeaveOfWhoWorksWhenever_TakesItsOwnNights(t *testing.T) {
	t.Parallel()
	s := &Snapshot{
		Business:  business.Business{Timezone: "Asia/Tokyo", Settings: business.Settings{GridMinutes: 30}},
		Resources: []catalog.Resource{{ID: resourceID(0), Kind: catalog.Staff, Capacity: 1, Active: true}},
	}
	for d := range 7 {
		s.Hours.Week[d] = openFrom(1200, 1560) // 20:00 to 26:00
	}
	s.keepLeaves([]schedule.Leave{{ResourceID: resourceID(0), FromDate: tuesday, ToDate: tuesday}})
	s.compile(nil, nil, nil)
	f, err := s.Frame(tuesday.AddDays(-1), 4, Freedom{})
	if err != nil {
		t.Fatal(err)
	}
	works := func(days, minute int) bool {
		return f.Resources[0].Work.Has(f.Floor(clock.Instant(tuesday.AddDays(days), minute, s.Zone)))
	}
	for _, c := range []struct {
		days, minute int
		want         bool
	}{
		{-1, 1200, true},
		{-1, 1555, true}, // Monday's night, on Tuesday by the clock
		{0, 120, false},
		{0, 1200, false},
		{0, 1555, false}, // Tuesday's night, on Wednesday by the clock
		{1, 120, true},
		{1, 1555, true},
	} {
		if got := works(c.days, c.minute); got != c.want {
			t.Errorf("day %d, minute %d: works %v", c.days, c.minute, got)
		}
	}
	if ranges, restricted := s.Works(resourceID(0), tuesday); !restricted || len(ranges) > 0 {
		t.Errorf("on the day of leave: %v, %v", ranges, restricted)
	}
	if _, restricted := s.Works(resourceID(0), tuesday.AddDays(1)); restricted {
		t.Error("the day after is no day like any other")
	}
}

// Neither minute nor night of a year is lost between days of whoever works whenever.
func TestWorks_TerritoriesLeaveNothingOut(t *testing.T) {
	t.Parallel()
	s := &Snapshot{Business: business.Business{Timezone: "Asia/Tokyo"}}
	s.compile(nil, nil, nil)
	for d := range 7 {
		s.Hours.Week[d] = openFrom(600, []int{1200, 1440, 1500, 1800, 900, 1620, 1445}[d])
	}
	end := 0
	for day := range 14 {
		r := s.territory(tuesday.AddDays(day))[0]
		if day > 0 && r.StartMinute != end-midnight {
			t.Errorf("day %d begins at %d, the one before ends at %d", day, r.StartMinute, end)
		}
		if end = r.EndMinute; end < midnight {
			t.Errorf("day %d ends at %d", day, end)
		}
	}
}
