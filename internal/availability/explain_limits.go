package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// This file is what stands against a start by how the business takes bookings:
// stops, deadlines and openings by the calendar, and what is full.

// againstStop says that the business takes nobody in.
func (e *explainer) againstStop() []Cause {
	b := &e.Business
	if b.AcceptingAt(e.now) {
		return nil
	}
	c := Cause{Kind: CauseNotAccepting, Message: e.say("not_accepting", nil), Subject: setting("accepting")}
	if again := b.AcceptingAgain(e.now); again != nil {
		c.Subject.End = e.at(*again)
		c.Message = e.say("not_accepting.until", fault.Args{"until": e.when(clock.Date{}, *again)})
	}
	return []Cause{c}
}

// stopped says that customers are not given a resource.
func (e *explainer) stopped(c Cause, x *catalog.Resource) Cause {
	c.Kind, c.Subject = CauseResourceStopped, e.resource(x)
	if x.Kind == catalog.Staff {
		c.Kind = CauseStaffStopped
	}
	args := fault.Args{"who": e.person(x)}
	c.Message = e.say("stopped", args)
	if again := x.AcceptingAgain(e.now); again != nil {
		c.Subject.End, args["until"] = e.at(*again), e.when(clock.Date{}, *again)
		c.Message = e.say("stopped.until", args)
	}
	return c
}

// tooLate says that the deadline of a start's business day has passed.
func (e *explainer) tooLate(start time.Time) Cause {
	cutoff, day := e.Business.BookingCutoff, e.date(start)
	if e.now.Before(cutoff.Deadline(day, e.Zone)) { // it lies between two days, and goes with the one that ended
		day = day.AddDays(-1)
	}
	deadline := cutoff.Deadline(day, e.Zone)
	c := Cause{Kind: CauseTooSoon, Subject: setting("booking_cutoff")}
	c.Subject.End = e.at(deadline)
	c.Message = e.say("too_soon.cutoff", fault.Args{"date": e.words.date(day), "deadline": e.when(day, deadline)})
	return c
}

// notOpen says when a start's business day opens for booking.
func (e *explainer) notOpen(start time.Time) Cause {
	opening, day := e.Business.BookingOpens, e.date(start)
	if !e.now.Before(opening.Opens(day, e.Zone)) { // as above: it goes with the day that begins
		day = day.AddDays(1)
	}
	opens := opening.Opens(day, e.Zone)
	c := Cause{Kind: CauseBeyondWindow, Subject: setting("booking_opens")}
	c.Subject.Start = e.at(opens)
	c.Message = e.say("beyond_window.opens", fault.Args{"date": e.words.date(day), "opens": e.when(day, opens)})
	return c
}

// againstLimits says that the day, or the interval of the clock, is full.
func (e *explainer) againstLimits(start time.Time) []Cause {
	f, l := e.frame, e.frame.limits
	if l == nil {
		return nil
	}
	var list []Cause
	step, day := f.Floor(start), e.date(start)
	if f.dayRoom(step) == 0 {
		args := fault.Args{"date": e.words.date(day), "max": *l.perDay}
		list = append(list, Cause{Kind: CauseDayFull, Message: e.say("day_full", args), Subject: setting("max_per_day")})
	}
	x := l.at(f.Base + int64(step))
	if l.paceRoom(x, e.party) > 0 {
		return list
	}
	from, to := l.pace.Interval(start, e.Zone)
	c := Cause{Kind: CauseIntervalFull, Subject: setting("pace")}
	c.Subject.Start, c.Subject.End = e.at(from), e.at(to)
	args := fault.Args{"span": e.between(day, from, to)}
	if n := l.pace.Bookings; n != nil && x.bookings >= *n {
		args["max"] = *n
		c.Message = e.say("interval_full.bookings", args)
	} else {
		args["max"], args["n"], args["party"] = *l.pace.Persons, x.persons, e.parties(e.party, e.party)
		c.Message = e.say("interval_full.persons", args)
	}
	return append(list, c)
}
