package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// date is the business day that a start belongs to or, outside all hours, would:
// the day before until six in the morning, where its hours run past midnight and
// those of the new day have not begun.
func (e *explainer) date(start time.Time) clock.Date {
	if e.day != nil {
		return *e.day
	}
	if i := e.frame.Owner(e.frame.Floor(start)); i >= 0 {
		return e.frame.Days[i].Date
	}
	today := clock.DateOf(start.In(e.Zone))
	yesterday := today.AddDays(-1)
	hours := e.Hours.On(yesterday)
	late := len(hours) > 0 && hours[len(hours)-1].EndMinute > minutesOfDay &&
		start.Before(clock.Instant(yesterday, clock.MaxMinute, e.Zone))
	if begun := e.Hours.On(today); late && (len(begun) == 0 || start.Before(clock.Instant(today, begun[0].StartMinute, e.Zone))) {
		return yesterday
	}
	return today
}

const minutesOfDay = 24 * 60

// againstTime is what the rules of the business say against a start.
func (e *explainer) againstTime(start time.Time) []Cause {
	var list []Cause
	if start.Before(e.earliest) && !start.After(e.now) {
		list = append(list, Cause{Kind: CausePast, Message: e.say("past", nil), Subject: e.service()})
	}
	if c, ok := e.againstHours(start); ok {
		list = append(list, c)
	}
	if start.Before(e.earliest) && start.After(e.now) {
		list = append(list, e.tooSoon(start))
	}
	if !start.Before(e.latest) {
		list = append(list, e.beyondWindow(start))
	}
	step := e.frame.Floor(start)
	if !e.frame.Grid.Has(step) || !e.frame.Instant(step).Equal(start) {
		list = append(list, e.offGrid(start, step))
	}
	list = append(list, e.againstOffer(start)...)
	list = append(list, e.againstLimits(start)...)
	return list
}

// span gives a subject the time from the first to the last of ranges.
func (e *explainer) span(s *CauseSubject, day clock.Date, ranges []schedule.Range) {
	if len(ranges) == 0 {
		return
	}
	s.Start = e.at(clock.Instant(day, ranges[0].StartMinute, e.Zone))
	s.End = e.at(clock.Instant(day, ranges[len(ranges)-1].EndMinute, e.Zone))
}

// at is an instant with the offset of the business.
func (e *explainer) at(x time.Time) *time.Time {
	x = x.In(e.Zone)
	return &x
}

func (e *explainer) tooSoon(start time.Time) Cause {
	if e.Business.BookingCutoff != nil {
		return e.tooLate(start)
	}
	deadline := start.Add(e.now.Sub(e.earliest))
	s := setting("min_notice_minutes")
	args := fault.Args{"notice": e.length(e.Business.MinNoticeMinutes)}
	if e.day != nil {
		return Cause{Kind: CauseTooSoon, Message: e.say("too_soon.any", args), Subject: s}
	}
	s.End = e.at(deadline)
	args["deadline"] = e.when(e.date(start), deadline)
	return Cause{Kind: CauseTooSoon, Message: e.say("too_soon", args), Subject: s}
}

func (e *explainer) beyondWindow(start time.Time) Cause {
	if e.Business.BookingOpens != nil {
		return e.notOpen(start)
	}
	opens := clock.DateOf(start.In(e.Zone)).AddDays(-e.Business.BookingWindowDays)
	s := setting("booking_window_days")
	s.Start = e.at(clock.Instant(opens, 0, e.Zone))
	args := fault.Args{"days": e.length(e.Business.BookingWindowDays * minutesOfDay), "opens": e.words.date(opens)}
	return Cause{Kind: CauseBeyondWindow, Message: e.say("beyond_window", args), Subject: s}
}

func (e *explainer) offGrid(start time.Time, step int) Cause {
	day := e.date(start)
	before, after := step, step+1
	for !e.frame.Grid.Has(before) && before > 0 {
		before--
	}
	for !e.frame.Grid.Has(after) && after < e.frame.Steps {
		after++
	}
	args := fault.Args{
		"grid": e.length(e.Business.GridMinutes), "before": e.clock(day, e.frame.Instant(before)), "after": e.clock(day, e.frame.Instant(after)),
	}
	return Cause{Kind: CauseOffGrid, Message: e.say("off_grid", args), Subject: setting("grid_minutes")}
}
