package availability

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// drawBooth is a business with nothing but hours and rules about when one may
// book, at a moment where calendars get difficult. Days that go on past midnight
// are open from six at the earliest, so that no two are interlaced.
func drawBooth(t *rapid.T) (*Snapshot, time.Time) {
	at := rapid.SampledFrom(places()).Draw(t, "place")
	zone := loadZone(t, at.zone)
	s := &Snapshot{Zone: zone, Business: business.Business{Timezone: at.zone, Settings: business.Settings{
		BookingMode: rapid.SampledFrom([]business.Mode{business.Instant, business.Approval}).Draw(t, "mode"),
		GridMinutes: 30, MinNoticeMinutes: rapid.SampledFrom([]int{0, 90, 3000}).Draw(t, "notice"),
		BookingWindowDays: rapid.SampledFrom([]int{1, 30, 366}).Draw(t, "window"),
	}}}
	late := rapid.Bool().Draw(t, "late")
	for d := range 7 {
		if rapid.IntRange(0, 4).Draw(t, "closed") == 0 {
			continue
		}
		opens, closes := 0, minutesOfDay
		if late {
			opens, closes = 6*60, clock.MaxMinute
		}
		from := rapid.IntRange(opens/5, closes/5-2).Draw(t, "opens") * 5
		s.Hours.Week[d] = []schedule.Range{{StartMinute: from, EndMinute: rapid.IntRange(from/5+1, closes/5).Draw(t, "closes") * 5}}
	}
	if rapid.Bool().Draw(t, "cutoff") {
		s.Business.BookingCutoff = &business.Cutoff{
			DaysBefore: rapid.SampledFrom([]int{0, 0, 1, 1, 2, 30, 60}).Draw(t, "days before"), Minute: rapid.IntRange(0, 1800).Draw(t, "until"),
		}
	}
	if rapid.Bool().Draw(t, "opening") {
		o := &business.Opening{MonthsBefore: rapid.IntRange(1, 12).Draw(t, "months"), Minute: rapid.SampledFrom([]int{0, 0, 600, 1800}).Draw(t, "from")}
		if rapid.Bool().Draw(t, "whole months") {
			o.Day = new(rapid.SampledFrom([]int{1, 1, 15, 30, 31}).Draw(t, "day"))
		}
		s.Business.BookingOpens = o
	}
	return s, clock.Instant(at.date, 0, zone).Add(time.Duration(rapid.IntRange(-1440*60, 3*1440*60).Draw(t, "now")) * time.Second)
}

// mayBook reads the rules literally, for a start of a business date.
func mayBook(s *Snapshot, now time.Time, date clock.Date, start time.Time) bool {
	b := &s.Business
	least := time.Duration(0)
	if b.BookingCutoff == nil {
		least = time.Duration(b.MinNoticeMinutes) * time.Minute
	} else if !now.Before(clock.Instant(date.AddDays(-b.BookingCutoff.DaysBefore), b.BookingCutoff.Minute, s.Zone)) {
		return false
	}
	if b.BookingMode == business.Approval && least == 0 {
		least = time.Second
	}
	if start.Sub(now) < least {
		return false
	}
	if b.BookingOpens == nil {
		return clock.DateOf(start.In(s.Zone)).DaysSince(clock.DateOf(now.In(s.Zone))) <= b.BookingWindowDays
	}
	return !now.Before(clock.Instant(openingDay(date, b.BookingOpens), b.BookingOpens.Minute, s.Zone))
}

// openingDay counts months and days one by one.
func openingDay(date clock.Date, o *business.Opening) clock.Date {
	day := date.Day
	if o.Day != nil {
		day = *o.Day
	}
	at := clock.Date{Year: date.Year, Month: date.Month, Day: 1}
	for range o.MonthsBefore {
		at = at.AddDays(-1)
		at.Day = 1
	}
	for at.Day < day && at.AddDays(1).Day != 1 {
		at = at.AddDays(1)
	}
	return at
}

func TestWindow_IsTheRuleReadLiterally(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, now := drawBooth(t)
		earliest, latest := s.Window(now)
		last := clock.Date{}
		for d := clock.DateOf(now.In(s.Zone)).AddDays(-3); d.DaysSince(clock.DateOf(now.In(s.Zone))) <= 400; d = d.AddDays(1) {
			if s.Business.BookingOpens != nil && !now.Before(clock.Instant(openingDay(d, s.Business.BookingOpens), s.Business.BookingOpens.Minute, s.Zone)) {
				last = d
			}
			for _, r := range s.Hours.On(d) {
				ends := clock.Instant(d, r.EndMinute, s.Zone)
				for _, minute := range []int{r.StartMinute, (r.StartMinute + r.EndMinute) / 10 * 5, max(r.EndMinute-5, r.StartMinute)} {
					start := clock.Instant(d, minute, s.Zone)
					if !start.Before(ends) { // a clock change swallowed it
						continue
					}
					if got, want := !start.Before(earliest) && start.Before(latest), mayBook(s, now, d, start); got != want {
						t.Fatalf("now %s, %+v, %+v: %s of %s may be booked: %v, by the rule %v (window %s to %s)", now.In(s.Zone),
							s.Business.BookingCutoff, s.Business.BookingOpens, start.In(s.Zone), d, got, want, earliest.In(s.Zone), latest.In(s.Zone))
					}
				}
			}
		}
		if s.Business.BookingOpens != nil && s.LastDate(now) != last {
			t.Fatalf("the last date is %s, by the rule %s", s.LastDate(now), last)
		}
	})
}
