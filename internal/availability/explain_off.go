package availability

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is why a resource does not work over all of a need.

// off says which rule has the resource off: a stop, its leave, else its shift,
// and when those would have it work, its break.
func (e *explainer) off(c Cause, x *catalog.Resource, need *Need, start time.Time) Cause {
	if !x.AcceptingAt(e.now) {
		return e.stopped(c, x)
	}
	day := e.date(start)
	roster := e.roster(x.ID)
	if l := roster.Leave(day); l != nil {
		return e.onLeave(c, x, l, day)
	}
	planned := roster.WithoutBreaks()
	if roster.Breaks != nil && e.covered(planned, need, start) {
		return e.onBreak(c, x, &roster, need, start)
	}
	if len(roster.Leaves) > 0 && e.covered(planned.WithoutLeaves(), need, start) {
		for _, next := range []clock.Date{day.AddDays(1), day.AddDays(-1)} { // it reaches into a day of leave
			if l := roster.Leave(next); l != nil {
				return e.onLeave(c, x, l, next)
			}
		}
	}
	return e.offShift(c, x, &planned, day)
}

// covered tells whether a roster has its resource at work over all of a need.
func (e *explainer) covered(r schedule.Roster, need *Need, start time.Time) bool {
	work := e.frame.everything
	if on := e.laid(r); on != nil {
		work = e.frame.Shifts(on)
	}
	step := e.frame.Floor(start)
	for _, s := range need.Spans {
		if !work.all(step+s.From, step+s.To) {
			return false
		}
	}
	return true
}

// offShift says when the resource works on the day instead.
func (e *explainer) offShift(c Cause, x *catalog.Resource, planned *schedule.Roster, day clock.Date) Cause {
	ranges, source := planned.On(day, e.territory)
	c.Kind, c.Subject = CauseResourceOff, CauseSubject{Type: SubjectShift, ID: x.ID.String(), Date: day.String()}
	key := "resource_off"
	if x.Kind == catalog.Staff {
		c.Kind, key = CauseStaffOff, "staff_off"
	}
	args := fault.Args{"who": e.person(x), "date": e.words.date(day), "ranges": e.ranges(ranges), "note": ""}
	if source == schedule.SourceDate {
		c.Subject.Type = SubjectException
		if note := planned.Exceptions[day].Note; e.notes {
			c.Subject.Name, args["note"] = note, e.note(note)
		}
	}
	e.span(&c.Subject, day, ranges)
	if len(ranges) > 0 {
		key += ".ranges"
	}
	c.Message = e.say(key, args)
	return c
}

// onLeave says that a staff member is on leave, and nothing of why.
func (e *explainer) onLeave(c Cause, x *catalog.Resource, l *schedule.Leave, day clock.Date) Cause {
	c.Kind, c.Subject = CauseStaffOnLeave, CauseSubject{Type: SubjectLeave, ID: l.ID.String(), Date: day.String()}
	c.Message = e.say("staff_on_leave", fault.Args{"who": e.person(x), "date": e.words.date(day)})
	return c
}

// onBreak says which breaks meet a need.
func (e *explainer) onBreak(c Cause, x *catalog.Resource, r *schedule.Roster, need *Need, start time.Time) Cause {
	day, step := e.date(start), e.frame.Floor(start)
	c.Kind, c.Subject = CauseResourceOnBreak, CauseSubject{Type: SubjectBreak, ID: x.ID.String(), Date: day.String()}
	key := "resource_on_break"
	if x.Kind == catalog.Staff {
		c.Kind, key = CauseStaffOnBreak, "staff_on_break"
	}
	var met []string
	for d := -1; d <= 2; d++ { // from preparation the day before to the end of a long visit
		date := day.AddDays(d)
		for _, b := range r.Breaks.On(date) {
			from, to := clock.Instant(date, b.StartMinute, e.Zone), clock.Instant(date, b.EndMinute, e.Zone)
			if !need.meets(Span{e.frame.Floor(from) - step, e.frame.Ceil(to) - step}) {
				continue
			}
			if met = append(met, e.between(day, from, to)); c.Subject.Start == nil {
				c.Subject.Start = e.at(from)
			}
			c.Subject.End = e.at(to)
		}
	}
	c.Message = e.say(key, fault.Args{"who": e.person(x), "ranges": e.joined(met)})
	return c
}

// meets tells whether a need has some of a span, both relative to its start.
func (n *Need) meets(span Span) bool {
	return slices.ContainsFunc(n.Spans, func(s Span) bool { return s.meet(span).some() })
}
