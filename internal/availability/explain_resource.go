package availability

import (
	"math"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// againstResource yields why one candidate does not serve a need.
func (e *explainer) againstResource(n int, b blocked, start time.Time, yield func(Cause) bool) bool {
	need, x := &e.plan.Needs[n], &e.Resources[b.resource]
	base := Cause{Requirement: e.requirement(n), Resource: e.named(x)}
	if b.off && !yield(e.off(base, x, need, start)) {
		return false
	}
	if b.free >= b.units {
		return true
	}
	if b.freeAt < math.MaxInt {
		base.FreeAt = e.at(e.frame.Instant(b.freeAt))
	}
	if x.Capacity > 1 && !yield(e.capacity(base, x, need, b, start)) {
		return false
	}
	step := e.frame.Floor(start)
	var told [][16]byte
	for i := range e.claims[b.resource] {
		c := &e.claims[b.resource][i]
		if !e.frame.touches(c, need, step) || slices.Contains(told, c.owner()) {
			continue
		}
		told = append(told, c.owner())
		if !yield(e.taken(base, x, c, need, start)) {
			return false
		}
	}
	return true
}

// capacity says how many units of a resource are free, of how many.
func (e *explainer) capacity(c Cause, x *catalog.Resource, need *Need, b blocked, start time.Time) Cause {
	step := e.frame.Floor(start)
	from, to := e.frame.Instant(step+need.Spans[0].From), e.frame.Instant(step+need.Spans[len(need.Spans)-1].To)
	c.Kind, c.Subject = CauseCapacity, e.resource(x)
	args := fault.Args{"who": e.person(x), "free": b.free, "units": b.units, "capacity": x.Capacity}
	c.Message = e.say("capacity", args)
	if e.day == nil {
		c.Subject.Start, c.Subject.End = e.at(from), e.at(to)
	}
	return c
}

// taken says by which booking or hold a resource is taken.
func (e *explainer) taken(c Cause, x *catalog.Resource, by *claim, need *Need, start time.Time) Cause {
	c.Overlap = e.overlap(by, need, e.frame.Floor(start))
	c.Subject = CauseSubject{Start: e.at(by.StartsAt), End: e.at(by.EndsAt)}
	if by.ExpiresAt != nil {
		c.Subject.ExpiresAt = e.at(*by.ExpiresAt)
	}
	args := fault.Args{"who": e.person(x)}
	key := "booked." + string(c.Overlap)
	if by.BookingID != nil {
		c.Kind, c.Subject.Type, c.Subject.ID = CauseResourceBooked, SubjectBooking, id.Of[any](*by.BookingID).String()
		if by.Code != nil {
			c.Subject.Code, args["code"] = *by.Code, *by.Code
		}
	} else {
		c.Kind, c.Subject.Type, key = CauseResourceHeld, SubjectHold, "held"
		if by.ExpiresAt != nil {
			args["until"] = e.when(e.date(start), *by.ExpiresAt)
		}
	}
	if x.Kind == catalog.Staff {
		c.Kind = map[CauseKind]CauseKind{CauseResourceBooked: CauseStaffBooked, CauseResourceHeld: CauseStaffHeld}[c.Kind]
	}
	e.meeting(args, by, c.Overlap, need, start)
	c.Message = e.say(key, args)
	return c
}

// meeting fills in the times that a sentence about an overlap speaks of: what is
// in the way and, where only our own preparation or clean-up is, when that would be.
func (e *explainer) meeting(args fault.Args, by *claim, o Overlap, need *Need, start time.Time) {
	day := e.date(start)
	from, to := by.serves()
	switch o {
	case OverlapPreparation:
		from, to = by.StartsAt, from
	case OverlapCleanUp:
		from, to = to, by.EndsAt
	case OverlapOwnPreparation:
		args["own"] = e.length(-need.Spans[0].From * StepMinutes)
	case OverlapOwnCleanUp:
		args["own"] = e.length((need.Spans[len(need.Spans)-1].To - e.plan.Length) * StepMinutes)
	case OverlapVisit:
	}
	args["span"] = e.between(day, from, to)
}
