package availability

import (
	"fmt"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// words writes reasons for people.
type words struct {
	lang locale.Lang
	zone *time.Location
}

func (w words) say(key string, args fault.Args) string { return locale.T(w.lang, "explain."+key, args) }

// joined is several things in a row.
func (w words) joined(list []string) string {
	if w.lang == locale.JA {
		return strings.Join(list, "、")
	}
	return strings.Join(list, ", ")
}

// person is how one speaks of a staff member, or of a thing.
func (w words) person(x *catalog.Resource) string {
	if x.Kind != catalog.Staff {
		return x.Name.In(w.lang)
	}
	return w.say("value.staff", fault.Args{"name": x.Name.In(w.lang)})
}

func (w words) kind(k catalog.Kind) string { return w.say("value.kind."+string(k), nil) }

// parties is a size of a party, or the sizes that are taken.
func (w words) parties(from, to int) string {
	if from == to {
		return w.say("value.party", fault.Args{"n": from})
	}
	return w.say("value.party_range", fault.Args{"min": from, "max": to})
}

// between is a stretch of time as seen from a business day.
func (w words) between(day clock.Date, from, to time.Time) string {
	return w.say("value.between", fault.Args{"start": w.clock(day, from), "end": w.clock(day, to)})
}

// clock is a time of day as seen from a business day: "25:30 (翌1:30)".
func (w words) clock(day clock.Date, x time.Time) string {
	return locale.FormatTime(w.lang, x, day, w.zone)
}

// when is a moment, with its date when that is not the business day.
func (w words) when(day clock.Date, x time.Time) string {
	date := clock.DateOf(x.In(w.zone))
	if date == day {
		return w.clock(day, x)
	}
	return w.date(date) + " " + w.clock(date, x)
}

func (w words) date(d clock.Date) string { return locale.FormatDate(w.lang, d) }

// ranges are the stretches of a business day: "10:00〜13:00、14:00〜26:00".
func (w words) ranges(list []schedule.Range) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = w.say("value.between", fault.Args{"start": minuteOfDay(r.StartMinute), "end": minuteOfDay(r.EndMinute)})
	}
	return w.joined(out)
}

func minuteOfDay(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// note is a remark in brackets, nothing of none.
func (w words) note(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case s == "":
		return ""
	case w.lang == locale.JA:
		return "（" + s + "）"
	}
	return " (" + s + ")"
}

// length is a number of minutes in days, hours and minutes.
func (w words) length(minutes int) string {
	var out []string
	add := func(n int, unit string) {
		if n > 1 {
			unit += "s"
		}
		if n > 0 {
			out = append(out, w.say("value."+unit, fault.Args{"n": n}))
		}
	}
	add(minutes/(24*60), "day")
	add(minutes/60%24, "hour")
	add(minutes%60, "minute")
	if w.lang == locale.JA {
		return strings.Join(out, "")
	}
	return strings.Join(out, " ")
}
