package schedule_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

func date(y, m, d int) clock.Date { return clock.Date{Year: y, Month: time.Month(m), Day: d} }

// daily is open on each weekday but those left out.
func daily(closed ...int) (w schedule.Week) {
	for d := range w {
		if !slices.Contains(closed, d) {
			w[d] = ranges(600, 1200)
		}
	}
	return w
}

func rule(weekday int, on schedule.OnHoliday, nths ...int) schedule.ClosingRule {
	return schedule.ClosingRule{Weekday: weekday, OnHoliday: on, Nths: nths}
}

// festival makes holidays of so many days from 2 June 2026 on.
func festival(days int) (c jp.Calendar) {
	for k := range days {
		c.Extra = append(c.Extra, jp.Holiday{Date: date(2026, 6, 2).AddDays(k)})
	}
	return c
}

// told is what decides on a date, and where a closing came from.
func told(h *schedule.Hours, d clock.Date) string {
	r := h.Ruling(d)
	s := string(r.By)
	if r.Closing != nil {
		s += fmt.Sprintf(" %d", r.Closing.Weekday)
	}
	if !r.From.IsZero() {
		s += " of " + r.From.String()
	}
	if len(r.Ranges) > 0 {
		s += " open"
	}
	return s
}

func TestRuling_WhatDecidesOnADate(t *testing.T) {
	t.Parallel()
	own, none := &schedule.Row{Ranges: ranges(600, 900)}, &schedule.Row{}
	special := map[clock.Date]schedule.SpecialDay{date(2026, 5, 5): {Ranges: ranges(700, 800)}, date(2026, 5, 7): {}}
	for _, c := range []struct {
		name  string
		hours schedule.Hours
		want  map[clock.Date]string
	}{
		{"nothing said", schedule.Hours{}, map[clock.Date]string{date(2026, 1, 1): "weekday"}},
		{
			"holidays as their weekday",
			schedule.Hours{Rows: schedule.Rows{Week: daily()}},
			map[clock.Date]string{date(2026, 1, 1): "weekday open"},
		},
		{
			"holidays and eves",
			schedule.Hours{Rows: schedule.Rows{Week: daily(0), Holiday: own, Eve: none}},
			map[clock.Date]string{
				date(2026, 5, 1): "weekday open", date(2026, 5, 2): "eve", date(2026, 5, 3): "holiday open", date(2026, 5, 5): "holiday open",
				date(2026, 5, 6): "holiday open", date(2026, 5, 7): "weekday open", date(2026, 12, 31): "eve",
			},
		},
		{ // a holiday that is an eve is a holiday, which opens as its weekday
			"eves alone",
			schedule.Hours{Rows: schedule.Rows{Week: daily(0), Eve: own}},
			map[clock.Date]string{date(2026, 5, 2): "eve open", date(2026, 5, 3): "weekday", date(2026, 5, 4): "weekday open"},
		},
		{ // Golden Week of 2026: 3 May is Sunday, 6 May stands for it
			"two closings wait for the end of Golden Week",
			schedule.Hours{Rows: schedule.Rows{Week: daily()}, Closings: []schedule.ClosingRule{rule(3, "next_day"), rule(2, "next_day")}},
			map[clock.Date]string{
				date(2026, 4, 28): "closing_rule 2", date(2026, 4, 29): "weekday open", date(2026, 4, 30): "closing_rule 3 of 2026-04-29",
				date(2026, 5, 5): "weekday open", date(2026, 5, 6): "weekday open", date(2026, 5, 7): "closing_rule 2 of 2026-05-05",
				date(2026, 5, 8): "closing_rule 3 of 2026-05-06", date(2026, 5, 9): "weekday open",
			},
		},
		{ // three holidays in a row; Thursday is closed anyway
			"past days without hours, and past another rule",
			schedule.Hours{
				Rows:     schedule.Rows{Week: daily(4), Holiday: own},
				Closings: []schedule.ClosingRule{rule(1, "next_day"), rule(5, "close", 4)},
			},
			map[clock.Date]string{
				date(2026, 9, 21): "holiday open", date(2026, 9, 23): "holiday open", date(2026, 9, 24): "weekday",
				date(2026, 9, 25): "closing_rule 5", date(2026, 9, 26): "closing_rule 1 of 2026-09-21", date(2026, 9, 28): "closing_rule 1",
			},
		},
		{
			"a special day decides over all, and moves nothing",
			schedule.Hours{Rows: schedule.Rows{Week: daily()}, Closings: []schedule.ClosingRule{rule(2, "next_day"), rule(3, "next_day")}, Special: special},
			map[clock.Date]string{date(2026, 5, 5): "special_day open", date(2026, 5, 7): "special_day", date(2026, 5, 8): "closing_rule 3 of 2026-05-06"},
		},
		{
			"closed already: nothing to put off",
			schedule.Hours{Rows: schedule.Rows{Week: daily(1)}, Closings: []schedule.ClosingRule{rule(1, "next_day")}},
			map[clock.Date]string{date(2029, 1, 1): "weekday", date(2029, 1, 2): "weekday open", date(2029, 1, 15): "closing_rule 1"},
		},
		{
			"over the year's end",
			schedule.Hours{Rows: schedule.Rows{Week: daily()}, Closings: []schedule.ClosingRule{rule(1, "next_day")}},
			map[clock.Date]string{date(2029, 1, 1): "weekday open", date(2029, 1, 2): "closing_rule 1 of 2029-01-01", date(2028, 12, 25): "closing_rule 1"},
		},
		{
			"the fifth Tuesday on 29 February",
			schedule.Hours{Rows: schedule.Rows{Week: daily()}, Closings: []schedule.ClosingRule{rule(2, "close", 5)}},
			map[clock.Date]string{date(2028, 2, 29): "closing_rule 2", date(2028, 2, 22): "weekday open", date(2028, 3, 7): "weekday open"},
		},
		{ // of several rules on a holiday: close before next_day before open
			"several rules of one day",
			schedule.Hours{
				Rows:     schedule.Rows{Week: daily()},
				Closings: []schedule.ClosingRule{rule(2, "open"), rule(2, "next_day", 1), rule(2, "close", 3)},
			},
			map[clock.Date]string{
				date(2026, 5, 5): "weekday open", date(2026, 5, 7): "closing_rule 2 of 2026-05-05", // the first Tuesday of May
				date(2026, 9, 22): "weekday open", date(2026, 9, 24): "weekday open", // the fourth: open
				date(2024, 4, 30): "closing_rule 2",
			},
		},
		{
			"a fortnight of holidays",
			schedule.Hours{Rows: schedule.Rows{Week: daily()}, Closings: []schedule.ClosingRule{rule(2, "next_day", 1)}, Holidays: festival(14)},
			map[clock.Date]string{date(2026, 6, 15): "weekday open", date(2026, 6, 16): "closing_rule 2 of 2026-06-02", date(2026, 6, 17): "weekday open"},
		},
		{
			"more than a fortnight of holidays",
			schedule.Hours{Rows: schedule.Rows{Week: daily()}, Closings: []schedule.ClosingRule{rule(2, "next_day", 1)}, Holidays: festival(15)},
			map[clock.Date]string{date(2026, 6, 16): "weekday open", date(2026, 6, 17): "weekday open", date(2026, 6, 18): "weekday open"},
		},
		{
			"as operators say",
			schedule.Hours{
				Rows: schedule.Rows{Week: daily(), Holiday: none}, Closings: []schedule.ClosingRule{rule(5, "next_day")},
				Holidays: jp.Calendar{Extra: []jp.Holiday{{Date: date(2026, 6, 12), JA: "式典の日"}}, Removed: []clock.Date{date(2026, 4, 29)}},
			},
			map[clock.Date]string{date(2026, 4, 29): "weekday open", date(2026, 6, 12): "holiday", date(2026, 6, 13): "weekday open"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for d, want := range c.want {
				if got := told(&c.hours, d); got != want {
					t.Errorf("%s: %s, want %s", d, got, want)
				}
			}
		})
	}
}

var oracleFrom, oracleTo = date(2023, 1, 1), date(2032, 12, 31)

// drawCalendar is any hours, with holidays of the law and of an operator.
func drawCalendar(t *rapid.T) schedule.Hours {
	h := schedule.Hours{Special: map[clock.Date]schedule.SpecialDay{}}
	for d := range h.Week {
		if rapid.IntRange(0, 7).Draw(t, "closed") < 7 {
			h.Week[d] = ranges(600, 1200+5*d)
		}
	}
	row := rapid.SampledFrom([]*schedule.Row{nil, nil, {}, {Ranges: ranges(500, 700)}})
	h.Holiday, h.Eve = row.Draw(t, "holiday"), row.Draw(t, "eve")
	day := rapid.Map(rapid.IntRange(0, oracleTo.DaysSince(oracleFrom)), oracleFrom.AddDays)
	for range rapid.SampledFrom([]int{2, 0, 1, 3, 4}).Draw(t, "rules") {
		r := rule(rapid.IntRange(0, 6).Draw(t, "weekday"), rapid.SampledFrom([]schedule.OnHoliday{"next_day", "next_day", "next_day", "close", "open"}).Draw(t, "on holiday"),
			rapid.SampledFrom([][]int{nil, nil, {1}, {5}, {1, 3}, {2, 4}}).Draw(t, "nths")...)
		if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
			from, to := day.Draw(t, "from"), day.Draw(t, "to")
			r.FromDate, r.ToDate = &from, &to
		}
		h.Closings = append(h.Closings, r)
	}
	for range rapid.IntRange(0, 30).Draw(t, "extra") { // at times a fortnight of them
		h.Holidays.Extra = append(h.Holidays.Extra, jp.Holiday{Date: date(2026, 3, 1).AddDays(rapid.IntRange(0, 60).Draw(t, "on"))})
	}
	for range rapid.IntRange(0, 3).Draw(t, "removed") {
		h.Holidays.Removed = append(h.Holidays.Removed, day.Draw(t, "not"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "special") {
		h.Special[day.Draw(t, "date")] = schedule.SpecialDay{Ranges: ranges(0, 5)}
	}
	return h
}

// byLaw are the holidays of the oracle's years.
var byLaw = sync.OnceValue(func() map[clock.Date]bool {
	out := map[clock.Date]bool{}
	for d := oracleFrom; !d.After(oracleTo); d = d.AddDays(1) {
		if _, ok := jp.HolidayOn(d); ok {
			out[d] = true
		}
	}
	return out
})

// oracle reads the rules literally, all dates at once: first what each names,
// then where each closing that a holiday puts off finds its day.
func oracle(h *schedule.Hours) map[clock.Date]string {
	kept := maps.Clone(byLaw())
	for _, d := range h.Holidays.Removed {
		delete(kept, d)
	}
	for _, x := range h.Holidays.Extra {
		kept[x.Date] = true
	}
	holiday := func(d clock.Date) bool { return kept[d] }
	out, rows := map[clock.Date]string{}, map[clock.Date][]schedule.Range{}
	moving := map[clock.Date]int{}
	for d := oracleFrom; !d.After(oracleTo); d = d.AddDays(1) {
		switch {
		case holiday(d) && h.Holiday != nil:
			out[d], rows[d] = "holiday", h.Holiday.Ranges
		case !holiday(d) && holiday(d.AddDays(1)) && h.Eve != nil:
			out[d], rows[d] = "eve", h.Eve.Ranges
		default:
			out[d], rows[d] = "weekday", h.Week[d.UTC().Weekday()]
		}
		if len(rows[d]) > 0 {
			out[d] += " open"
		}
		for _, on := range []schedule.OnHoliday{"open", "next_day", "close"} {
			for _, r := range slices.Backward(h.Closings) {
				if int(d.UTC().Weekday()) != r.Weekday {
					continue
				}
				count := 0 // how many of the weekday have come in this month
				for x := d; x.Month == d.Month; x = x.AddDays(-7) {
					count++
				}
				if len(r.Nths) > 0 && !slices.Contains(r.Nths, count) ||
					r.FromDate != nil && d.Before(*r.FromDate) || r.ToDate != nil && d.After(*r.ToDate) || holiday(d) && r.OnHoliday != on {
					continue
				}
				switch {
				case !holiday(d) || on == "close":
					out[d] = fmt.Sprintf("closing_rule %d", r.Weekday)
					delete(moving, d)
				case on == "next_day" && len(rows[d]) > 0:
					moving[d] = r.Weekday
				}
			}
		}
	}
	ordinary := func(d clock.Date) bool { return out[d] == "weekday open" || out[d] == "eve open" }
	for d := oracleFrom; !d.After(oracleTo); d = d.AddDays(1) {
		weekday, ok := moving[d]
		for k := 1; ok && k <= schedule.MaxMove; k++ {
			if to := d.AddDays(k); !holiday(to) && ordinary(to) {
				out[to] = fmt.Sprintf("closing_rule %d of %s", weekday, d)
				break
			}
		}
	}
	for d, s := range h.Special {
		out[d] = "special_day open"
		rows[d] = s.Ranges
	}
	return out
}

// R22. What is in effect on a date is what the rules say read literally, whether
// the dates were laid before or are judged one by one.
func TestHours_EqualTheOracle(t *testing.T) {
	t.Parallel()
	cases, days, moved := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		if cases == pgtest.Rounds(80, 100) {
			return
		}
		cases++
		h := drawCalendar(t)
		want := oracle(&h)
		lone := h
		from := date(2024, 1, 1).AddDays(rapid.IntRange(0, 2500).Draw(t, "laid from"))
		h.Lay(from, from.AddDays(840))
		for d := from; d.DaysSince(from) <= 700; d = d.AddDays(1) {
			days++
			if got := told(&h, d); got != want[d] {
				t.Fatalf("%s (%s): %s, want %s", d, d.Weekday(), got, want[d])
			}
			if h.Ruling(d).From != (clock.Date{}) {
				moved++
			}
		}
		for range 40 {
			d := date(2024, 1, 1).AddDays(rapid.IntRange(0, 3285).Draw(t, "alone"))
			if got := told(&lone, d); got != want[d] || !slices.Equal(lone.On(d), h.On(d)) {
				t.Fatalf("%s (%s) alone: %s, want %s", d, d.Weekday(), got, want[d])
			}
		}
	})
	t.Logf("%d calendars, %d days, %d of them closed in place of a holiday", cases, days, moved)
	if moved == 0 {
		t.Error("no closing moved: the calendars are too tame")
	}
}
