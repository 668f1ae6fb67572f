package booking

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

// draft is a visit that is about to be placed.
type draft struct {
	snap  *availability.Snapshot
	visit availability.Visit
	start time.Time
	now   time.Time
	free  availability.Freedom
	// earliest and latest bound the start; a zero time is no bound.
	earliest, latest time.Time
	prefer           []catalog.ResourceID // whom to take first, where free
	hold             *HoldID              // that the customer brings along, nil for none
	customer         bool                 // bound to what customers may do
	by               booker               // of a customer's draft
	newcomers        *newcomers           // whom the visit is for only, nil for everybody
	full             bool                 // what is remembered has no place for it
}

// Members may enter what began a little while ago, and far ahead.
const (
	memberBack  = 24 * time.Hour
	memberAhead = 2 * 366 * 24 * time.Hour
)

// asCustomer binds the draft to what customers may do.
func (d *draft) asCustomer() {
	d.customer = true
	d.earliest, d.latest = d.snap.Window(d.now)
}

// asMember lets the draft do what members may: any five minutes, today's past,
// far ahead; with an override, outside the hours too.
func (d *draft) asMember(override bool) {
	d.free = availability.Freedom{AnyMinute: true, AnyHours: override}
	d.earliest, d.latest = d.now.Add(-memberBack), d.now.Add(memberAhead)
}

func (d *draft) end() time.Time { return d.start.Add(d.visit.Length()) }

// checkStart notes a start that is on no step of the axis, or that no frame reaches.
func checkStart(v *fault.Fields, start, now time.Time) {
	if start.IsZero() {
		v.Add("body.start", "required")
		return
	}
	v.Check(start.Unix()%(availability.StepMinutes*60) == 0 && start.Nanosecond() == 0, "body.start", "step_five")
	v.Check(!start.Before(now.AddDate(-1, 0, 0)), "body.start", "booking.too_soon")
	v.Check(!start.After(now.AddDate(3, 0, 0)), "body.start", "booking.too_far")
}

// checkedText cleans a text of the caller's and notes when it is too long.
func checkedText(v *fault.Fields, at, s string, longest int) string {
	s = jp.CleanText(s)
	v.Check(utf8.RuneCountInString(s) <= longest, at, "too_long", fault.Args{"max": longest})
	return s
}

// candidates are all resources that could serve the visit, alone or put together.
func (d *draft) candidates() []catalog.ResourceID {
	seen := map[int]bool{}
	var out []catalog.ResourceID
	add := func(list []int) {
		for _, i := range list {
			if !seen[i] {
				seen[i] = true
				out = append(out, d.snap.Resources[i].ID)
			}
		}
	}
	for _, n := range d.visit.Plan.Needs {
		add(n.Candidates)
		for _, join := range n.Joins {
			add(join)
		}
	}
	return out
}

// only leaves nobody else to serve the visit.
func (d *draft) only(those []catalog.ResourceID) {
	others := func(i int) bool { return !slices.Contains(those, d.snap.Resources[i].ID) }
	needs := slices.Clone(d.visit.Plan.Needs)
	for i := range needs {
		n := &needs[i]
		n.Candidates = slices.DeleteFunc(slices.Clone(n.Candidates), others)
		n.Joins = slices.DeleteFunc(slices.Clone(n.Joins), func(join []int) bool { return slices.ContainsFunc(join, others) })
	}
	d.visit.Plan.Needs = needs
}

// preferred are the indexes of whom to take first.
func (d *draft) preferred() availability.Options {
	var o availability.Options
	for _, id := range d.prefer {
		for i := range d.snap.Resources {
			if d.snap.Resources[i].ID == id {
				o.Prefer = append(o.Prefer, i)
			}
		}
	}
	return o
}

// frame lays the days around the start.
func (d *draft) frame() (*availability.Frame, error) {
	from, days := availability.DaysAround(d.start, d.snap.Zone)
	f, err := d.snap.Frame(from, days, d.free)
	if err == nil && d.customer {
		d.snap.Restrict(f, d.now)
	}
	return f, err
}

// date is the business day that the start belongs to; the local date for a
// start outside all opening hours.
func (d *draft) date() clock.Date {
	from, days := availability.DaysAround(d.start, d.snap.Zone)
	for i := range days {
		day := from.AddDays(i)
		for _, r := range d.snap.Hours.On(day) {
			begins, ends := clock.Instant(day, r.StartMinute, d.snap.Zone), clock.Instant(day, r.EndMinute, d.snap.Zone)
			if !d.start.Before(begins) && d.start.Before(ends) {
				return day
			}
		}
	}
	return clock.DateOf(d.start.In(d.snap.Zone))
}

// segments are the visit's items with who and what serves them.
func (d *draft) segments(frame *availability.Frame, picks []availability.Pick) []Segment {
	out := make([]Segment, len(d.visit.Parts))
	for i, p := range d.visit.Parts {
		s := Segment{
			ServiceID: p.Service.ID, ServiceName: p.Service.Name, Options: []OptionSnapshot{}, DurationMinutes: p.DurationMinutes,
			StartsAt: d.start.Add(time.Duration(p.Offset) * availability.StepMinutes * time.Minute), Nominated: p.Staff != nil,
			Picks: []availability.Allocation{}, // empty where all that serves it began with an earlier item
		}
		s.EndsAt = s.StartsAt.Add(time.Duration(p.DurationMinutes) * time.Minute)
		for _, o := range p.Options {
			s.Options = append(s.Options, OptionSnapshot{ID: o.ID, Name: o.Name, DurationMinutes: o.DurationMinutes, Price: o.Price})
		}
		out[i] = s
	}
	for _, pick := range picks {
		need := &d.visit.Plan.Needs[pick.Need]
		s := &out[need.Segment]
		if need.Staff && s.StaffID.IsZero() {
			s.StaffID = frame.Resources[pick.Resource].ID
		}
		s.Picks = append(s.Picks, d.allocations(frame, pick)...)
	}
	return out
}

// allocations are the spans that a pick occupies.
func (d *draft) allocations(frame *availability.Frame, pick availability.Pick) []availability.Allocation {
	need := &d.visit.Plan.Needs[pick.Need]
	var out []availability.Allocation
	for _, u := range pick.Units {
		for _, span := range need.Spans {
			out = append(out, availability.Allocation{
				ResourceID: frame.Resources[pick.Resource].ID, Unit: int32(u), Segment: int32(need.Segment), //nolint:gosec // small
				StartsAt: d.start.Add(time.Duration(span.From) * availability.StepMinutes * time.Minute),
				EndsAt:   d.start.Add(time.Duration(span.To) * availability.StepMinutes * time.Minute),
			})
		}
	}
	return out
}

func itoa(i int) string { return strconv.Itoa(i) }
