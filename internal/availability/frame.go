package availability

import (
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// Frame is some business days of one business, laid on the axis of steps.
//
// It reaches 24 hours further on either side than the days it is asked for:
// preparation may lie in the night before them, a long visit may end after
// them. So a plan is answered exactly as long as nothing of it lies more than 24
// hours before or after its start.
type Frame struct {
	Timeline
	Zone      *time.Location
	Days      []Day // consecutive business days
	Open      Bits  // within opening hours of any day; ranges that touch are one
	Grid      Bits  // starts that the business offers, by its wall clock
	Resources []Resource
	Fairness  business.Fairness // who of the staff is taken first; empty: the least booked
	Starts    []Bits            // by index of StartMask: where what has a rule of its own may start; nil: anywhere

	everything Bits    // all steps of the frame, for resources without shifts
	limits     *limits // what customers are not offered as it is full; nil: nothing
	dates      []dateBase
	offsets    []offset
	whole      *Frame // of a view: the frame that it is a part of; else nil
	shift      int    // of a view: the step of the whole that is its step 0
}

// Day is one business day.
type Day struct {
	Date     clock.Date
	From, To int  // steps from its first opening to its last closing
	Open     bool // false: closed all day

	starts []Span // its opening ranges, without what an earlier day's cover
}

// Resource is something that bookings occupy.
type Resource struct {
	ID          catalog.ResourceID
	Kind        catalog.Kind
	Nominatable bool   // customers may ask for it (staff)
	Rank        int    // the order of choice among equals, lower first
	Party       int    // the largest party that it takes; of things, what takes fewer is chosen first
	Given       int64  // when it was last given to somebody, the later the higher; 0: long ago
	Work        Bits   // when it works; nil: whenever
	Busy        []Bits // what is taken, one set a unit; nil: nothing is
	Load        []int  // booked minutes by index of Days; nil: none

	text [39]byte // the id as a JSON string, and a comma
}

// Ranges are local rules: the stretches of a business day, by date.
type Ranges func(clock.Date) []schedule.Range

// Rules are what a frame is built from.
type Rules struct {
	Zone  *time.Location
	From  clock.Date // the first business day
	Days  int        // how many, at least 1
	Grid  int        // minutes between starts, counted from local midnight: 5, 10, 15, 20, 30 or 60
	Hours Ranges     // opening hours; asked for some days more on either side
}

// NewFrame lays opening hours and grid on the axis. Errors are a caller's mistakes.
func NewFrame(r Rules) (*Frame, error) {
	if r.Days < 1 || r.Grid < StepMinutes || r.Grid%StepMinutes != 0 || 60%r.Grid != 0 {
		return nil, fmt.Errorf("frame of %d days with a grid of %d minutes", r.Days, r.Grid)
	}
	f := &Frame{Zone: r.Zone, Days: make([]Day, r.Days)}
	f.layAxis(r.From, r.Days)
	f.Open, f.Grid = NewBits(f.Steps), NewBits(f.Steps)
	f.everything = NewBits(f.Steps)
	f.everything.fill(0, f.Steps)
	f.layGrid(r.Grid / StepMinutes)
	f.layHours(r.From, r.Hours)
	return f, nil
}

// DaysAround is which business days a frame needs in order to judge one start:
// the local date of the instant and the one before, whose hours may run past midnight.
func DaysAround(x time.Time, zone *time.Location) (from clock.Date, days int) {
	return clock.DateOf(x.In(zone)).AddDays(-1), 2
}

// Reach is the stretch of time that the frame covers: what is taken in it must
// be marked with Occupy.
func (f *Frame) Reach() (from, to time.Time) { return f.Instant(0), f.Instant(f.Steps) }

// reachOf is the part of the reach that starts of a plan on the frame's days look at.
func (f *Frame) reachOf(p *Plan) (from, to time.Time) {
	first, last := f.Steps, 0
	for i := range f.Days {
		if d := &f.Days[i]; d.Open {
			first, last = min(first, d.From), max(last, d.To)
		}
	}
	if first >= last {
		return f.Instant(0), f.Instant(0)
	}
	before, after := 0, 0
	for i := range p.Needs {
		for _, s := range p.Needs[i].Spans {
			before, after = min(before, s.From), max(after, s.To)
		}
	}
	return f.Instant(max(first+before, 0)), f.Instant(min(last+after, f.Steps))
}

// Owner is the index in Days of the business day that a start belongs to: the
// earliest whose opening hours contain it; -1 when it is none of Days.
func (f *Frame) Owner(step int) int {
	for i := range f.Days {
		for _, s := range f.Days[i].starts {
			if s.From <= step && step < s.To {
				return i
			}
		}
	}
	return -1
}

// Shifts lays working hours on the axis. They round inwards.
func (f *Frame) Shifts(on Ranges) Bits {
	work := NewBits(f.Steps)
	for d := range f.dates {
		for _, r := range on(f.dates[d].date) {
			s := f.span(d, r)
			work.fill(s.From, s.To)
		}
	}
	return work
}

// Starting lays on the axis where something may start that has hours or dates of
// its own: on each business day within the ranges that on gives, or wherever the
// business is open when it says that the date is not restricted.
func (f *Frame) Starting(on func(clock.Date) ([]catalog.MinuteRange, bool)) Bits {
	mask := NewBits(f.Steps)
	for d := range f.dates {
		ranges, restricted := on(f.dates[d].date)
		for _, own := range f.dates[d].starts {
			if !restricted {
				mask.fill(own.From, own.To)
			}
			for _, r := range ranges {
				s := own.meet(f.starting(d, r.StartMinute, r.EndMinute))
				mask.fill(s.From, s.To)
			}
		}
	}
	return mask
}

// Add adds a resource of so many units (at least 1) and gives its index.
func (f *Frame) Add(r Resource, capacity int) int {
	r.Busy = make([]Bits, max(capacity, 1))
	r.Load = make([]int, len(f.Days))
	copy(r.text[:], `"`+r.ID.String()+`",`)
	f.Resources = append(f.Resources, r)
	return len(f.Resources) - 1
}

// Occupy marks one unit (from 1) of a resource as taken between two instants,
// rounded outwards, and adds the minutes to its load on the first business day
// that they touch. A unit beyond the capacity occupies nothing: the capacity was lowered since.
func (f *Frame) Occupy(resource, unit int, from, to time.Time) {
	r := &f.Resources[resource]
	if unit < 1 || unit > len(r.Busy) || !from.Before(to) {
		return
	}
	first, last := f.Floor(from), f.Ceil(to)
	if r.Busy[unit-1] == nil {
		r.Busy[unit-1] = NewBits(f.Steps)
	}
	r.Busy[unit-1].fill(first, min(last, f.Steps))
	if day := f.touched(first, last); day >= 0 && day < len(r.Load) {
		r.Load[day] += int(to.Sub(from) / time.Minute)
	}
}

// touched is the index in Days of the first business day whose hours [from, to)
// touches; outside Days when that is a neighbour, -1 when it is none. Date d
// ends within two days of step d*288, so the dates long before need no look.
func (f *Frame) touched(from, to int) int {
	for d := max(from/stepsPerDay-3, 0); d < len(f.dates); d++ {
		if h := f.dates[d].hours; h.From < h.To && from < h.To && to > h.From {
			return f.dates[d].date.DaysSince(f.Days[0].Date)
		}
	}
	return -1
}

// load is the booked minutes of a resource on a business day; none outside Days.
func (r *Resource) load(day int) int {
	if day < 0 || day >= len(r.Load) {
		return 0
	}
	return r.Load[day]
}

// layHours fills Open and Days. Days come in order, so that a stretch which two
// of them cover goes to the earlier.
func (f *Frame) layHours(first clock.Date, hours Ranges) {
	today := NewBits(f.Steps)
	for d := range f.dates {
		clear(today)
		day := Day{Date: f.dates[d].date}
		for _, r := range hours(day.Date) {
			s := f.span(d, r)
			if s.From >= s.To { // it fell into a clock change altogether
				continue
			}
			if !day.Open {
				day.Open, day.From, day.To = true, s.From, s.To
			}
			day.From, day.To = min(day.From, s.From), max(day.To, s.To)
			today.fill(s.From, s.To)
		}
		f.dates[d].hours = Span{day.From, day.To}
		for w := range today {
			today[w] &^= f.Open[w]
			f.Open[w] |= today[w]
		}
		if day.Open {
			day.starts = today.spans(f.Steps)
		}
		f.dates[d].starts = day.starts
		if i := day.Date.DaysSince(first); i >= 0 && i < len(f.Days) {
			f.Days[i] = day
		}
	}
}

// spans is the set as stretches.
func (b Bits) spans(steps int) []Span {
	var list []Span
	for from := b.Next(0, steps); from >= 0; {
		to := from
		for to < steps && b.Has(to) {
			to++
		}
		list = append(list, Span{from, to})
		from = b.Next(to, steps)
	}
	return list
}
