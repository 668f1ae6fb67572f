package availability

import (
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is when a resource works, as the snapshot knows it.

// Works are the working ranges of a resource on a date. restricted is false for
// one that works whenever the business needs it: on the date it has neither
// shift nor exception, leave or break.
func (s *Snapshot) Works(id catalog.ResourceID, d clock.Date) (ranges []schedule.Range, restricted bool) {
	r := s.roster(id)
	ranges, source := r.On(d, s.territory)
	if source == schedule.SourceOpen && len(r.BreaksOn(d, s.territory)) == 0 {
		return nil, false
	}
	return ranges, true
}

// roster is all that decides when a resource works.
func (s *Snapshot) roster(id catalog.ResourceID) schedule.Roster {
	return schedule.Roster{Pattern: s.shifts[id], Breaks: s.breaks[id], Exceptions: s.exceptions[id], Leaves: s.leaves[id]}
}

// keepLeaves puts leaves to the resources that take them.
func (s *Snapshot) keepLeaves(leaves []schedule.Leave) {
	s.leaves = map[catalog.ResourceID][]schedule.Leave{}
	for _, l := range leaves {
		s.leaves[l.ResourceID] = append(s.leaves[l.ResourceID], l)
	}
}

// allDay stands for a date without any rule.
var allDay = []schedule.Range{{StartMinute: 0, EndMinute: midnight}}

// midnight is the minute at which the clock's day ends.
const midnight = 24 * 60

// territory is the part of the clock that goes to a business day for whoever
// works whenever they are needed: from midnight to midnight, but the night of a
// day that runs on past midnight is still its own. Together the days leave
// nothing out, so that a leave takes just its own nights.
func (s *Snapshot) territory(d clock.Date) []schedule.Range {
	from := max(closing(s.Hours.On(d.AddDays(-1)))-midnight, 0)
	to := max(closing(s.Hours.On(d)), midnight)
	if from == 0 && to == midnight {
		return allDay
	}
	return []schedule.Range{{StartMinute: from, EndMinute: to}}
}

// closing is the last minute of ranges, 0 of none.
func closing(ranges []schedule.Range) int {
	last := 0
	for _, r := range ranges {
		last = max(last, r.EndMinute)
	}
	return last
}

// shiftsOf is when a resource works as the engine wants it, nil for whenever.
func (s *Snapshot) shiftsOf(id catalog.ResourceID) Ranges {
	return s.laid(s.roster(id))
}

// laid is a roster as the engine wants it, nil for whenever.
func (s *Snapshot) laid(r schedule.Roster) Ranges {
	if r.Unrestricted() {
		return nil
	}
	return func(d clock.Date) []schedule.Range {
		ranges, _ := r.On(d, s.territory)
		return ranges
	}
}
