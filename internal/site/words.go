package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is how the pages say things: times, hours, prices, policies.

// wall is a minute of a business day: 25:00 is one in the morning of the next.
func wall(minute int) string { return fmt.Sprintf("%d:%02d", minute/60, minute%60) }

// hoursIn is opening hours in words: 10:00–14:00, 17:00–26:00.
func hoursIn(ranges []schedule.Range) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = wall(r.StartMinute) + "–" + wall(r.EndMinute)
	}
	return strings.Join(parts, ", ")
}

func yen(amount int64, currency string) string {
	return locale.FormatMoney(money.Money{Amount: amount, Currency: currency})
}

// dayName is a date as short as the page can say it: 11月28日(土).
func dayName(lang locale.Lang, d clock.Date) string {
	if lang == locale.EN {
		return d.UTC().Format("Mon 2 Jan")
	}
	full := locale.FormatDate(lang, d)
	if _, rest, ok := strings.Cut(full, "年"); ok {
		return rest
	}
	return full
}

// weekdayOf is a weekday in a letter or three: 土, Sat.
func weekdayOf(lang locale.Lang, d clock.Date) string {
	if lang == locale.EN {
		return d.UTC().Format("Mon")
	}
	return string([]rune(locale.T(lang, "schedule.words.weekday."+strconv.Itoa(int(d.Weekday())), nil))[:1])
}

// moment is a date and a time at the business: 2026年11月28日(土) 14:30.
func moment(lang locale.Lang, t time.Time, zone *time.Location) string {
	d := clock.DateOf(t.In(zone))
	return locale.FormatDate(lang, d) + " " + t.In(zone).Format("15:04")
}

// weekRow is a weekday with its hours.
type weekRow struct {
	Day, Hours string
	Today      bool
}

// week is the opening hours of the coming week, special days included.
func week(lang locale.Lang, snap *availability.Snapshot, now time.Time, closed string) []weekRow {
	today := snap.Today(now)
	out := make([]weekRow, 7)
	for i := range out {
		d := today.AddDays(i)
		hours := hoursIn(snap.Hours.On(d))
		if hours == "" {
			hours = closed
		}
		out[i] = weekRow{dayName(lang, d), hours, i == 0}
	}
	return out
}

// todayInWords is what a shop does now: open until when, opening when, over, or
// closed and why.
func todayInWords(h head, snap *availability.Snapshot, now time.Time) (text string, open bool) {
	today := snap.Today(now)
	ranges := snap.Hours.On(today)
	if len(ranges) == 0 {
		if why := closedWhy(h, snap, today); why != "" {
			return h.T("today.closed_why", "why", why), false
		}
		return h.T("today.closed"), false
	}
	for _, r := range ranges {
		from, to := clock.Instant(today, r.StartMinute, snap.Zone), clock.Instant(today, r.EndMinute, snap.Zone)
		switch {
		case now.Before(from):
			return h.T("today.later", "time", wall(r.StartMinute)), false
		case now.Before(to):
			return h.T("today.open", "time", wall(r.EndMinute)), true
		}
	}
	return h.T("today.over"), false
}

// closedWhy is why a shop is closed on a date, as far as its calendar tells.
func closedWhy(h head, snap *availability.Snapshot, d clock.Date) string {
	switch r := snap.Hours.Ruling(d); r.By {
	case schedule.BySpecial:
		return h.In(snap.Hours.Special[d].Note)
	case schedule.ByClosing:
		if note := h.In(r.Closing.Note); note != "" {
			return note
		}
		return h.T("why.closing", "rule", r.Closing.Words(h.Lang))
	case schedule.ByHoliday:
		if x, ok := snap.Hours.Holidays.Holiday(d); ok {
			name := x.JA
			if h.Lang == locale.EN {
				name = x.EN
			}
			return h.T("why.holiday", "name", name)
		}
	case schedule.ByEve, schedule.ByWeekday:
	}
	return h.T("why.weekday", "weekday", locale.T(h.Lang, "schedule.words.weekday."+strconv.Itoa(int(d.Weekday())), nil))
}

// openingData is the opening hours for programs: of the weekdays, and of the
// special days to come.
func openingData(snap *availability.Snapshot, now time.Time) []any {
	today := snap.Today(now)
	var out []any
	add := func(r schedule.Range, more map[string]any) {
		more["@type"], more["opens"], more["closes"] = "OpeningHoursSpecification", clockTime(r.StartMinute), clockTime(r.EndMinute)
		out = append(out, more)
	}
	for i := range weekDays {
		d := today.AddDays(i)
		for _, r := range snap.Hours.Week.On(d) {
			add(r, map[string]any{"dayOfWeek": d.Weekday().String()})
		}
	}
	for i := range specialDays {
		d := today.AddDays(i)
		special, ok := snap.Hours.Special[d]
		if !ok {
			continue
		}
		ranges := special.Ranges
		if len(ranges) == 0 {
			ranges = []schedule.Range{{}} // from midnight to midnight is closed
		}
		for _, r := range ranges {
			add(r, map[string]any{"validFrom": d.String(), "validThrough": d.String()})
		}
	}
	return out
}

// specialDays is how far ahead programs are told of special days.
const specialDays = 31

// clockTime is a minute of a business day on a clock of a day of 24 hours.
func clockTime(minute int) string {
	const day = 24 * 60
	return fmt.Sprintf("%02d:%02d", minute%day/60, minute%60)
}

// isolated keeps a text's direction to itself inside of another one: a name
// written from right to left, or marks in it, change nothing around it.
func isolated(text string) string {
	return "\u2068" + strings.NewReplacer("\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "").Replace(text) + "\u2069"
}

// turns tells whether a text has what could turn the words around it.
func turns(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.Is(unicode.Bidi_Control, r) || unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
	})
}

// apart is a text that may stand among others.
func apart(text string) string {
	if turns(text) {
		return isolated(text)
	}
	return text
}

// policyLines is what cancelling costs when, the earliest step first.
func policyLines(lang locale.Lang, p booking.Policy) []string {
	steps := slices.Clone(p.Steps)
	slices.SortFunc(steps, func(a, b business.PolicyStep) int { return b.HoursBefore - a.HoursBefore })
	var out []string
	for _, s := range steps {
		args := map[string]any{"percent": s.Percent, "n": s.HoursBefore}
		key := "mail.policy.hours"
		switch {
		case s.HoursBefore == 0:
			key = "mail.policy.start"
		case s.HoursBefore%24 == 0:
			key, args["n"] = "mail.policy.days", s.HoursBefore/24
		}
		out = append(out, locale.T(lang, key, args))
	}
	if len(out) == 0 {
		out = append(out, locale.T(lang, "mail.policy.free", nil))
	}
	return out
}

func address(b *business.Business) string {
	return strings.TrimSpace(b.Prefecture + b.City + b.AddressLine)
}
