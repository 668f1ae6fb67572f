package business

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file says the rules for customers in words: "前日20:00まで".

// inWords writes a text in every language.
func inWords(write func(locale.Lang) string) locale.Text {
	out := locale.Text{}
	for _, lang := range locale.Langs {
		out[string(lang)] = write(lang)
	}
	return out
}

// DeadlineInWords is until when, as a clock time or else so many minutes before
// the start: "前日20:00まで", "開始の2時間前まで".
func DeadlineInWords(c *Cutoff, notice int) locale.Text {
	return inWords(func(lang locale.Lang) string {
		switch {
		case c == nil && notice == 0:
			return locale.T(lang, "rule.deadline.start", nil)
		case c == nil:
			return locale.T(lang, "rule.deadline.before", fault.Args{"length": lengthInWords(lang, notice)})
		}
		args := fault.Args{"n": c.DaysBefore, "time": minuteInWords(lang, c.Minute)}
		switch c.DaysBefore {
		case 0:
			return locale.T(lang, "rule.deadline.same_day", args)
		case 1:
			return locale.T(lang, "rule.deadline.day_before", args)
		}
		return locale.T(lang, "rule.deadline.days_before", args)
	})
}

// OpeningInWords is from when dates are open: "3か月前の1日0:00から", "60日先まで".
func OpeningInWords(o *Opening, days int) locale.Text {
	return inWords(func(lang locale.Lang) string {
		if o == nil {
			return locale.T(lang, "rule.opening.days", fault.Args{"length": lengthInWords(lang, days*minutesOfDay)})
		}
		args := fault.Args{"months": countInWords(lang, o.MonthsBefore, "month"), "time": minuteInWords(lang, o.Minute)}
		if o.Day == nil {
			return locale.T(lang, "rule.opening.same_day", args)
		}
		args["day"] = *o.Day
		return locale.T(lang, "rule.opening.month", args)
	})
}

const minutesOfDay = 24 * 60

// minuteInWords is a minute of a business day as a time.
func minuteInWords(lang locale.Lang, minute int) string {
	day := clock.Date{Year: 2000, Month: 1, Day: 1}
	return locale.FormatTime(lang, clock.Instant(day, minute, time.UTC), day, time.UTC)
}

// lengthInWords is a number of minutes in days, hours and minutes.
func lengthInWords(lang locale.Lang, minutes int) string {
	out := ""
	for _, part := range []struct {
		n    int
		unit string
	}{{minutes / minutesOfDay, "day"}, {minutes / 60 % 24, "hour"}, {minutes % 60, "minute"}} {
		if part.n == 0 {
			continue
		}
		if out != "" && lang != locale.JA {
			out += " "
		}
		out += countInWords(lang, part.n, part.unit)
	}
	return out
}

func countInWords(lang locale.Lang, n int, unit string) string {
	if n > 1 {
		unit += "s"
	}
	return locale.T(lang, "rule.value."+unit, fault.Args{"n": n})
}
