package schedule

import (
	"cmp"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Roster is all that decides when one resource works. Its zero value works
// whenever it is needed.
type Roster struct {
	Pattern    *Pattern                 // nil: none
	Breaks     *Week                    // nil: none
	Exceptions map[clock.Date]Exception // by date
	Leaves     []Leave                  // of the resource
}

// Source is what decides when a resource works on a date.
type Source string

// The sources, the strongest first.
const (
	SourceLeave Source = "leave"   // it is on leave, whatever else is planned
	SourceDate  Source = "by_date" // an exception
	SourceWeek  Source = "weekly"  // the weekly shifts, or those of the turn
	SourceOpen  Source = "open"    // nothing: it works whenever the business is open
)

// Unrestricted tells whether nothing at all stands in the roster.
func (r *Roster) Unrestricted() bool {
	return r.Pattern.Empty() && r.Breaks == nil && len(r.Exceptions) == 0 && len(r.Leaves) == 0
}

// On are the ranges in which the resource works on a date, and what decides
// them. whenever is asked for a date that nothing restricts: the stretch that
// then counts as the resource's day.
//
// A leave takes the whole business day, to its end past midnight. Breaks are
// taken out of everything else, those of the dates before and after too: what is
// a break is one on the clock, whichever day's shift it falls into.
func (r *Roster) On(d clock.Date, whenever func(clock.Date) []Range) ([]Range, Source) {
	ranges, source := r.planned(d, whenever)
	if r.Leave(d) != nil {
		return []Range{}, SourceLeave
	}
	return r.withoutBreaks(d, ranges), source
}

// planned is On as if there were neither leaves nor breaks.
func (r *Roster) planned(d clock.Date, whenever func(clock.Date) []Range) ([]Range, Source) {
	if e, ok := r.Exceptions[d]; ok {
		return e.Ranges, SourceDate
	}
	if !r.Pattern.Empty() {
		return r.Pattern.On(d), SourceWeek
	}
	return whenever(d), SourceOpen
}

// Leave is the leave that covers a date, nil for none.
func (r *Roster) Leave(d clock.Date) *Leave {
	for i := range r.Leaves {
		if r.Leaves[i].Covers(d) {
			return &r.Leaves[i]
		}
	}
	return nil
}

// WithoutLeaves is the roster as if nobody were on leave, WithoutBreaks as if
// nobody ever paused: for telling which of them stands in the way.
func (r Roster) WithoutLeaves() Roster { r.Leaves = nil; return r }

// WithoutBreaks is described at WithoutLeaves.
func (r Roster) WithoutBreaks() Roster { r.Breaks = nil; return r }

// withoutBreaks takes the breaks of a date and of its neighbours out of ranges.
func (r *Roster) withoutBreaks(d clock.Date, ranges []Range) []Range {
	if r.Breaks == nil {
		return ranges
	}
	out := ranges
	for day := -1; day <= 1; day++ {
		for _, b := range r.Breaks.On(d.AddDays(day)) {
			out = cut(out, b.StartMinute+day*minutesOfDay, b.EndMinute+day*minutesOfDay)
		}
	}
	return out
}

// BreaksOn are the breaks that fall into the ranges planned for a date, in order.
func (r *Roster) BreaksOn(d clock.Date, whenever func(clock.Date) []Range) []Range {
	out := []Range{}
	if r.Breaks == nil || r.Leave(d) != nil {
		return out
	}
	planned, _ := r.planned(d, whenever)
	for day := -1; day <= 1; day++ {
		for _, b := range r.Breaks.On(d.AddDays(day)) {
			for _, p := range planned {
				from, to := max(p.StartMinute, b.StartMinute+day*minutesOfDay), min(p.EndMinute, b.EndMinute+day*minutesOfDay)
				if from < to {
					out = append(out, Range{from, to})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Range) int { return cmp.Compare(a.StartMinute, b.StartMinute) })
	return out
}

// cut takes the minutes from one to another out of ranges, which it leaves as they are.
func cut(ranges []Range, from, to int) []Range {
	touched := func(r Range) bool { return r.StartMinute < to && from < r.EndMinute }
	if !slices.ContainsFunc(ranges, touched) {
		return ranges
	}
	out := make([]Range, 0, len(ranges)+1)
	for _, r := range ranges {
		if !touched(r) {
			out = append(out, r)
			continue
		}
		if r.StartMinute < from {
			out = append(out, Range{r.StartMinute, from})
		}
		if to < r.EndMinute {
			out = append(out, Range{to, r.EndMinute})
		}
	}
	return out
}
