package site

import (
	"fmt"
	"slices"
	"strings"
	"time"

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

// openNow tells whether the shop is open at now.
func openNow(snap *availability.Snapshot, now time.Time) bool {
	today := snap.Today(now)
	return slices.ContainsFunc(snap.Hours.On(today), func(r schedule.Range) bool {
		return !now.Before(clock.Instant(today, r.StartMinute, snap.Zone)) && now.Before(clock.Instant(today, r.EndMinute, snap.Zone))
	})
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
