package availability

import (
	"math/bits"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// Code says why a start is not free.
type Code string

// The codes, in the order in which they are given.
const (
	NotAccepting Code = "not_accepting" // the business takes nobody in
	TooSoon      Code = "too_soon"      // before now, or past the deadline for booking
	TooFar       Code = "too_far"       // dates are not open yet
	OffGrid      Code = "off_grid"      // not a start that the business offers
	Closed       Code = "closed"        // partly or wholly outside opening hours
	NotOffered   Code = "not_offered"   // outside a service's own hours or dates
	DayFull      Code = "day_full"      // as many bookings as the business takes on a day
	IntervalFull Code = "interval_full" // as many arrivals as it takes in an interval of the clock
	StaffOff     Code = "staff_off"     // the staff member does not work then; without a resource: nobody does this at all
	ResourceOff  Code = "resource_off"  // the same of a room, seat or equipment
	StaffBusy    Code = "staff_busy"    // the staff member is taken
	ResourceBusy Code = "resource_busy" // the same of a room, seat or equipment
	Capacity     Code = "capacity"      // not enough of its units are free, or it never has as many
	Combination  Code = "combination"   // each need could be served, but not all at once
)

// Reason is one thing against a start.
type Reason struct {
	Code     Code
	Need     int // index in Plan.Needs; -1: it concerns the whole plan
	Resource int // index in Frame.Resources; -1: none
	From, To int // the steps concerned: where it is closed, off or busy first
}

// Reasons is all that is against a start, what is to be mended first in front;
// empty exactly when the start is free. Of a need that nobody serves it tells
// why each candidate does not; a need that somebody serves gives no reason.
func (f *Frame) Reasons(p *Plan, w Window, start int) []Reason {
	whole := Reason{Need: -1, Resource: -1, From: start, To: start + p.Length}
	list := []Reason{}
	add := func(c Code, r Reason) {
		r.Code = c
		list = append(list, r)
	}
	if w.Stopped {
		add(NotAccepting, whole)
	}
	if start < w.From {
		add(TooSoon, whole)
	}
	if start >= w.To {
		add(TooFar, whole)
	}
	if !f.Grid.Has(start) {
		add(OffGrid, whole)
	}
	if !f.Open.all(start, start+p.Length) {
		whole.From, whole.To = stretch(f.Open, false, []Span{{0, p.Length}}, start)
		add(Closed, whole)
	}
	if !f.startable(p, start) {
		add(NotOffered, Reason{Need: -1, Resource: -1, From: start, To: start + p.Length})
	}
	if code := f.full(p.Party, start); code != "" {
		add(code, Reason{Need: -1, Resource: -1, From: start, To: start + p.Length})
	}
	var unserved uint64
	for n := range p.Needs {
		if !f.served(&p.Needs[n], start) {
			unserved |= 1 << n
			list = f.against(list, n, &p.Needs[n], start)
		}
	}
	return f.apart(list, p, unserved, start)
}

// against appends why no candidate serves need n.
func (f *Frame) against(list []Reason, n int, need *Need, start int) []Reason {
	last := need.Spans[len(need.Spans)-1]
	if len(need.Candidates)+len(need.Joins) == 0 {
		code := ResourceOff
		if need.Staff {
			code = StaffOff
		}
		return append(list, Reason{code, n, -1, start + need.Spans[0].From, start + last.To})
	}
	for _, r := range need.Candidates {
		res := &f.Resources[r]
		off, busy := ResourceOff, ResourceBusy
		if res.Kind == catalog.Staff {
			off, busy = StaffOff, StaffBusy
		}
		reason := Reason{busy, n, r, start + need.Spans[0].From, start + last.To}
		switch {
		case !f.works(r, need, start):
			work := res.Work
			if work == nil {
				work = f.everything // it lies outside the frame
			}
			reason.Code = off
			reason.From, reason.To = stretch(work, false, need.Spans, start)
		case len(res.Busy) < need.Units || f.freeUnits(r, need, start) > 0:
			reason.Code = Capacity
		case len(res.Busy) == 1:
			reason.From, reason.To = stretch(res.Busy[0], true, need.Spans, start)
		}
		list = append(list, reason)
	}
	return f.againstJoins(list, n, need, start)
}

// apart appends the groups of linked needs that are served one by one but not together.
func (f *Frame) apart(list []Reason, p *Plan, unserved uint64, start int) []Reason {
	var l links
	l.find(p)
	for _, group := range l.groups {
		if group&unserved == 0 && !f.together(p, &l, group, start) {
			list = append(list, Reason{Combination, bits.TrailingZeros64(group), -1, start, start + p.Length})
		}
	}
	return list
}

// stretch is the first run of steps in the spans at which the set says want.
func stretch(set Bits, want bool, spans []Span, start int) (from, to int) {
	for _, s := range spans {
		for from = start + s.From; from < start+s.To; from++ {
			if set.Has(from) != want {
				continue
			}
			for to = from; to < start+s.To && set.Has(to) == want; {
				to++
			}
			return from, to
		}
	}
	return start, start
}
