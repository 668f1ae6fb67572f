package business_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// ruleZones have gaps, folds, half hours, and a date that never was.
var ruleZones = []string{"Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"}

func drawMoment(t *rapid.T) (time.Time, *time.Location) {
	zone, err := time.LoadLocation(rapid.SampledFrom(ruleZones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	from := rapid.SampledFrom([]clock.Date{
		{Year: 2026, Month: 12, Day: 30},
		{Year: 2028, Month: 2, Day: 28},
		{Year: 2027, Month: 2, Day: 27},
		{Year: 2026, Month: 3, Day: 7},
		{Year: 2026, Month: 10, Day: 24},
		{Year: 2011, Month: 12, Day: 29},
		{Year: 2026, Month: 8, Day: 30},
		{Year: 2018, Month: 2, Day: 16},
	}).Draw(t, "around")
	return clock.Instant(from, 0, zone).Add(time.Duration(rapid.IntRange(-1440*60, 4*1440*60).Draw(t, "second")) * time.Second), zone
}

// monthsBefore is the date so many months before, day by day: the same day of
// the month, or the last one that the month has.
func monthsBefore(d clock.Date, months, day int) clock.Date {
	first := clock.Date{Year: d.Year, Month: d.Month, Day: 1}
	for range months {
		first = first.AddDays(-1)
		first.Day = 1
	}
	at := first
	for at.Day < day && at.AddDays(1).Month == first.Month {
		at = at.AddDays(1)
	}
	return at
}

func TestCutoff_First_IsTheFirstDateWhoseDeadlineHasNotPassed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, zone := drawMoment(t)
		c := business.Cutoff{DaysBefore: rapid.IntRange(0, 60).Draw(t, "days"), Minute: rapid.IntRange(0, 1800).Draw(t, "minute")}
		d := clock.DateOf(now.In(zone)).AddDays(-3)
		for !now.Before(clock.Instant(d.AddDays(-c.DaysBefore), c.Minute, zone)) {
			d = d.AddDays(1)
		}
		if got := c.First(now, zone); got != d {
			t.Fatalf("%+v at %s: %s, by the rule %s", c, now.In(zone), got, d)
		}
	})
}

func TestOpening_Last_IsTheLastDateThatHasOpened(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, zone := drawMoment(t)
		o := business.Opening{MonthsBefore: rapid.IntRange(1, 12).Draw(t, "months"), Minute: rapid.IntRange(0, 1800).Draw(t, "minute")}
		if rapid.Bool().Draw(t, "whole months") {
			o.Day = new(rapid.IntRange(1, 31).Draw(t, "day"))
		}
		today := clock.DateOf(now.In(zone))
		var last clock.Date
		for d := today; d.DaysSince(today) < 430; d = d.AddDays(1) {
			day := d.Day
			if o.Day != nil {
				day = *o.Day
			}
			opens := clock.Instant(monthsBefore(d, o.MonthsBefore, day), o.Minute, zone)
			if !o.Opens(d, zone).Equal(opens) {
				t.Fatalf("%+v: %s opens %s, by the rule %s", o, d, o.Opens(d, zone), opens)
			}
			if !now.Before(opens) {
				last = d
			}
		}
		if got := o.Last(now, zone); got != last {
			t.Fatalf("%s at %s: %s, by the rule %s", fmt.Sprintf("%+v", o), now.In(zone), got, last)
		}
	})
}

// Two starts are in one interval when the clock shows the same one at both and
// at every minute between.
func TestPace_Interval_FollowsTheClock(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, zone := drawMoment(t)
		p := business.Pace{Minutes: rapid.SampledFrom(business.PaceMinutes).Draw(t, "minutes")}
		shown := func(x time.Time) [3]int {
			local := x.In(zone)
			_, offset := local.Zone()
			return [3]int{clock.DateOf(local).DaysSince(clock.Date{Year: 2000, Month: 1, Day: 1}), (local.Hour()*60 + local.Minute()) / p.Minutes, offset}
		}
		start := now.Truncate(5 * time.Minute)
		from, to := p.Interval(start, zone)
		for x := start.Add(-3 * time.Hour); x.Before(start.Add(3 * time.Hour)); x = x.Add(time.Minute) {
			inside := !x.Before(from) && x.Before(to)
			if inside != (shown(x) == shown(start)) {
				t.Fatalf("%d minutes, %s: interval %s to %s, %s inside: %v", p.Minutes, start.In(zone), from.In(zone), to.In(zone), x.In(zone), inside)
			}
		}
		if to.Sub(from) > time.Duration(p.Minutes)*time.Minute || !from.Before(to) {
			t.Fatalf("%s to %s", from, to)
		}
	})
}

func TestStandby_EndsByItself(t *testing.T) {
	t.Parallel()
	until := now.Add(time.Hour)
	s := business.Standby{Stopped: true, StoppedUntil: &until}
	if s.AcceptingAt(now) || s.AcceptingAt(until.Add(-1)) || !s.AcceptingAt(until) || s.AcceptingAgain(now) != &until || s.AcceptingAgain(until) != nil {
		t.Error("a stop with an end")
	}
	if s.Change(business.Standby{Stopped: true, StoppedUntil: &until}, now) || !s.Change(business.Standby{Stopped: true}, now) || s.StoppedUntil != nil {
		t.Error("what is alike")
	}
	over := business.Standby{Stopped: true, StoppedUntil: &until}
	if over.Change(business.Standby{}, until) || !over.Change(business.Standby{}, now) {
		t.Error("a stop that is over is none")
	}
}
