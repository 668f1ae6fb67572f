package availability

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is how long a visit lasts that lasts as long as a table is kept. The
// first of these decides:
//
//	the end of the period that it starts in, where the period ends stays: nobody stays beyond it
//	the menu's own time, of a service that is no turn
//	the period's turn time
//	the shop's turn time for so large a party
//	the service's usual time
//
// Options come on top. Each part of a visit is judged by its own start; so the
// length of a visit depends on its start, and its plan with it.

// lasts is how many minutes a part lasts that begins in a period (nil: in none)
// of which so many minutes are left.
func (s *Snapshot) lasts(p *Part, party int, period *schedule.Period, left int) int {
	minutes := p.OwnMinutes
	if p.Service.Turn {
		minutes = s.turn(p, party, period)
	}
	minutes += p.ExtraMinutes
	if period != nil && period.EndsStay {
		minutes = min(minutes, left)
	}
	return max(minutes, StepMinutes)
}

// turn is how long a table is kept.
func (s *Snapshot) turn(p *Part, party int, period *schedule.Period) int {
	if period != nil && period.TurnMinutes != nil {
		return *period.TurnMinutes
	}
	if minutes, ok := s.Business.TurnFor(party); ok {
		return minutes
	}
	return p.Service.DurationMinutes
}

// varies tells whether a visit may last differently by its start.
func (s *Snapshot) varies(v *Visit) bool {
	for i := range s.Periods {
		p := &s.Periods[i]
		if p.EndsStay || p.TurnMinutes != nil && slices.ContainsFunc(v.Parts, func(x Part) bool { return x.Service.Turn }) {
			return len(v.Parts) > 0
		}
	}
	return false
}

// At is the visit as it is from a start on: each part lasts as long as it does then.
func (s *Snapshot) At(v Visit, start time.Time) Visit {
	if !s.varies(&v) {
		return v
	}
	parts, offset := slices.Clone(v.Parts), 0
	for i := range parts {
		p := &parts[i]
		begins := start.Add(time.Duration(offset) * StepMinutes * time.Minute)
		period, ends := s.periodAt(begins)
		p.Offset, p.DurationMinutes = offset, s.lasts(p, v.PartySize, period, minutesTo(begins, ends))
		offset += p.DurationMinutes / StepMinutes
	}
	return s.bound(Visit{Parts: parts, Set: v.Set, PartySize: v.PartySize, Plan: s.plan(parts, offset, v.PartySize)})
}

// CutShort tells whether what starts and ends so was ended by its period.
func (s *Snapshot) CutShort(start, end time.Time) bool {
	period, ends := s.periodAt(start)
	return period != nil && period.EndsStay && ends.Equal(end)
}

// minutesTo is the whole steps between two instants, in minutes.
func minutesTo(from, to time.Time) int {
	return max(floorStep(to.Unix())-floorStep(from.Unix()), 0) * StepMinutes
}

// periodAt is the period that an instant falls into, and when it ends; nil for none.
// Within hours it is one of the business day's; outside all hours one of the local
// date's, else of the day before.
func (s *Snapshot) periodAt(x time.Time) (*schedule.Period, time.Time) {
	today := clock.DateOf(x.In(s.Zone))
	for _, d := range []clock.Date{today.AddDays(-1), today} {
		for _, r := range s.Hours.On(d) {
			if s.during(x, d, r.StartMinute, r.EndMinute) {
				return s.periodOn(x, d)
			}
		}
	}
	if p, ends := s.periodOn(x, today); p != nil {
		return p, ends
	}
	return s.periodOn(x, today.AddDays(-1))
}

func (s *Snapshot) periodOn(x time.Time, d clock.Date) (*schedule.Period, time.Time) {
	for i := range s.Periods {
		if p := &s.Periods[i]; p.On(d) && s.during(x, d, p.StartMinute, p.EndMinute) {
			return p, clock.Instant(d, p.EndMinute, s.Zone)
		}
	}
	return nil, time.Time{}
}

func (s *Snapshot) during(x time.Time, d clock.Date, start, end int) bool {
	return !x.Before(clock.Instant(d, start, s.Zone)) && x.Before(clock.Instant(d, end, s.Zone))
}

// stays is, by step, which period a start falls into, and how long that goes on.
type stays struct {
	period []uint8 // index in Snapshot.Periods and one; 0: none
	left   []int32 // steps to its end
}

// layPeriods says of each step which period of its business day it falls into.
func (s *Snapshot) layPeriods(to *stays, f *Frame) {
	to.period, to.left = slices.Grow(to.period[:0], f.Steps)[:f.Steps], slices.Grow(to.left[:0], f.Steps)[:f.Steps]
	clear(to.period)
	whole := f
	if f.whole != nil {
		whole = f.whole
	}
	view := Span{f.shift, f.shift + f.Steps}
	for d := range whole.dates {
		if h := whole.dates[d].hours; !h.meet(view).some() {
			continue
		}
		for i := range s.Periods {
			p := &s.Periods[i]
			if !p.On(whole.dates[d].date) {
				continue
			}
			all := whole.starting(d, p.StartMinute, p.EndMinute)
			ends := whole.Floor(whole.instant(d, p.EndMinute))
			for _, own := range whole.dates[d].starts {
				run := own.meet(all).meet(view)
				for step := run.From; step < run.To; step++ {
					to.period[step-f.shift], to.left[step-f.shift] = uint8(i+1), int32(max(ends-step, 0)) //nolint:gosec // at most 20 periods, and a day
				}
			}
		}
	}
}

// shape is the starts from which all parts of a visit last equally long.
type shape struct {
	minutes []int // by part
	steps   int
	starts  Bits
}

// Find is Search.Find of a visit, each start of which lasts as long as it does then.
func (s *Snapshot) Find(search *Search, f *Frame, v *Visit, w Window) *Starts {
	if !s.varies(v) {
		return search.Find(f, &v.Plan, w)
	}
	sum := Starts{Frame: f, Window: w, party: v.PartySize, Free: NewBits(f.Steps), lengths: make([]int32, f.Steps)}
	parts := slices.Clone(v.Parts)
	for _, x := range s.shapes(search, f, v, w) {
		if x.steps*StepMinutes > MaxVisitMinutes {
			continue
		}
		offset := 0
		for i, minutes := range x.minutes {
			parts[i].Offset, parts[i].DurationMinutes = offset, minutes
			offset += minutes / StepMinutes
		}
		same := s.bound(Visit{Parts: parts, Set: v.Set, PartySize: v.PartySize, Plan: s.plan(parts, offset, v.PartySize)})
		sum.merge(search.find(f, &same.Plan, w, x.starts))
	}
	sum.sortStaff()
	if sum.left.planes == 0 {
		sum.left = counter{1, make([]uint64, len(sum.Free))}
	}
	search.starts = sum
	return &search.starts
}

// merge adds the starts of one shape, which no other has.
func (s *Starts) merge(o *Starts) {
	for i, w := range o.Free {
		s.Free[i] |= w
	}
	for at := o.Free.Next(0, o.Frame.Steps); at >= 0; at = o.Free.Next(at+1, o.Frame.Steps) {
		s.lengths[at] = int32(o.Length) //nolint:gosec // a day at most
	}
	for j, r := range o.Staff {
		i := slices.Index(s.Staff, r)
		if i < 0 {
			i = len(s.Staff)
			s.Staff, s.staff = append(s.Staff, r), append(s.staff, make(Bits, len(s.Free)))
		}
		for k, w := range o.staff[j] {
			s.staff[i][k] |= w
		}
	}
	if s.left.planes == 0 {
		s.left = counter{o.left.planes, make([]uint64, len(o.left.rows))}
	}
	for i, w := range o.left.rows { // of other shapes' starts it says nothing
		s.left.rows[i] |= w
	}
}

// shapes sorts the starts that hours, grid and window leave by how long the parts last.
func (s *Snapshot) shapes(search *Search, f *Frame, v *Visit, w Window) []shape {
	s.layPeriods(&search.stays, f)
	var list []shape
	minutes, last := make([]int, len(v.Parts)), 0
	for at := f.Grid.Next(w.From, min(w.To, f.Steps)); at >= 0; at = f.Grid.Next(at+1, min(w.To, f.Steps)) {
		if !f.Open.Has(at) {
			continue
		}
		steps := s.measure(minutes, &search.stays, v, at)
		if len(list) == 0 || !slices.Equal(list[last].minutes, minutes) {
			last = slices.IndexFunc(list, func(x shape) bool { return slices.Equal(x.minutes, minutes) })
		}
		if last < 0 {
			last = len(list)
			list = append(list, shape{slices.Clone(minutes), steps, NewBits(f.Steps)})
		}
		list[last].starts.fill(at, at+1)
	}
	return list
}

// measure sets how long each part of a visit lasts that starts at a step, and adds it up in steps.
func (s *Snapshot) measure(minutes []int, x *stays, v *Visit, start int) int {
	steps := 0
	for i := range v.Parts {
		var period *schedule.Period
		left := 0
		if at := start + steps; at < len(x.period) && x.period[at] > 0 {
			period, left = &s.Periods[x.period[at]-1], int(x.left[at])*StepMinutes
		}
		minutes[i] = s.lasts(&v.Parts[i], v.PartySize, period, left)
		steps += minutes[i] / StepMinutes
	}
	return steps
}
