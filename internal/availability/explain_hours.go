package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// againstHours says that the business is closed over some of the visit.
func (e *explainer) againstHours(start time.Time) (Cause, bool) {
	f, step := e.frame, e.frame.Floor(start)
	if f.Open.all(step, step+e.plan.Length) {
		return Cause{}, false
	}
	day := e.date(start)
	r := e.Hours.Ruling(day)
	c := Cause{Subject: e.hours(day, &r)}
	args := e.hoursArgs(day, &r)
	key := ""
	switch {
	case f.Open.Has(step):
		_, closing := stretch(f.Open, true, []Span{{0, e.plan.Length}}, step)
		c.Kind, key = CauseAfterClosing, "ends_after_closing"
		args["length"], args["closing"] = e.length(e.plan.Length*StepMinutes), e.clock(day, f.Instant(closing))
	case len(r.Ranges) > 0:
		c.Kind, key = CauseOutsideHours, "outside_hours"+outsideBy[r.By]
	case r.By == schedule.ByWeekday && e.Hours.Week.Empty() && e.Hours.Holiday == nil && e.Hours.Eve == nil:
		c.Kind, key = CauseDateClosed, "date_closed.never_open"
	case !r.From.IsZero():
		c.Kind, key = CauseDateClosed, "date_closed.moved"
	default:
		c.Kind, key = CauseDateClosed, "date_closed"+closedBy[r.By]
	}
	c.Message = e.say(key, args)
	return c, true
}

// What decides on a date has words of its own.
var (
	outsideBy = map[schedule.By]string{schedule.ByHoliday: ".holiday", schedule.ByEve: ".eve"}
	closedBy  = map[schedule.By]string{
		schedule.ByHoliday: ".holiday", schedule.ByEve: ".eve", schedule.ByClosing: ".rule", schedule.BySpecial: ".special",
	}
)

// hoursArgs are the words about the opening hours of a date.
func (e *explainer) hoursArgs(day clock.Date, r *schedule.Ruling) fault.Args {
	args := fault.Args{"date": e.words.date(day), "ranges": e.ranges(r.Ranges), "note": e.note(e.Hours.Special[day].Note.In(e.lang))}
	if r.Closing != nil {
		args["rule"], args["note"], args["from"] = r.Closing.Words(e.lang), e.note(r.Closing.Note.In(e.lang)), e.words.date(r.From)
	}
	if h, ok := e.Hours.Holidays.Holiday(day); ok {
		args["holiday"] = h.JA
		if e.lang == locale.EN {
			args["holiday"] = h.EN
		}
	}
	return args
}

// hours is the rule that says when the business is open on a date.
func (e *explainer) hours(day clock.Date, r *schedule.Ruling) CauseSubject {
	s := CauseSubject{Type: SubjectHours, Date: day.String()}
	switch r.By {
	case schedule.BySpecial:
		s.Type, s.Name = SubjectSpecialDay, e.Hours.Special[day].Note.In(e.lang)
	case schedule.ByClosing:
		s.Type, s.ID, s.Name = SubjectClosingRule, r.Closing.ID.String(), r.Closing.Words(e.lang)
	case schedule.ByHoliday:
		s.Type = SubjectHolidayHours
	case schedule.ByEve:
		s.Type = SubjectEveHours
	case schedule.ByWeekday:
	}
	e.span(&s, day, r.Ranges)
	return s
}
