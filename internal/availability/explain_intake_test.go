package availability

import (
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// drawIntake is how the business takes customers in: deadlines and openings by
// the calendar, what is full, who is stopped. Most have a little of it.
func (s *storefront) drawIntake(t *rapid.T) {
	b := &s.snap.Business
	seldom := func(label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 0 }
	if seldom("cutoff") {
		b.BookingCutoff = &business.Cutoff{DaysBefore: rapid.IntRange(0, 2).Draw(t, "days before"), Minute: rapid.IntRange(0, 1800).Draw(t, "until")}
	}
	if seldom("opening") {
		b.BookingOpens = &business.Opening{MonthsBefore: 1, Minute: rapid.IntRange(0, 1800).Draw(t, "from")}
		if rapid.Bool().Draw(t, "whole months") {
			b.BookingOpens.Day = new(rapid.IntRange(1, 31).Draw(t, "day"))
		}
	}
	if seldom("per day") {
		b.MaxPerDay = new(rapid.IntRange(1, 4).Draw(t, "most"))
	}
	if seldom("pace") {
		b.Pace = &business.Pace{Minutes: rapid.SampledFrom(business.PaceMinutes).Draw(t, "minutes"), Persons: new(rapid.IntRange(1, 4).Draw(t, "persons"))}
		if rapid.Bool().Draw(t, "by bookings") {
			b.Pace.Bookings = new(1)
		}
	}
	if b.MaxPerDay != nil || b.Pace != nil {
		for range rapid.IntRange(0, 12).Draw(t, "arrivals") {
			at := clock.Instant(s.from, 0, s.zone).Add(time.Duration(rapid.IntRange(0, storefrontDays*288).Draw(t, "arrives")*5) * time.Minute)
			s.arrivals = append(s.arrivals, Arrival{Date: clock.DateOf(at.In(s.zone)), StartsAt: at, Bookings: 1, Persons: rapid.IntRange(1, 3).Draw(t, "heads")})
		}
	}
	stop := func(x *business.Standby) {
		x.Stopped = rapid.IntRange(0, 14).Draw(t, "stopped") == 0
		if x.Stopped && rapid.Bool().Draw(t, "by itself") {
			x.StoppedUntil = new(clock.Instant(s.from, rapid.IntRange(-1440, 2880).Draw(t, "again"), s.zone))
		}
	}
	stop(&b.Standby)
	for i := range s.snap.Resources {
		stop(&s.snap.Resources[i].Standby)
	}
}

// mendIntake changes how customers are taken in; false for what is no rule of it.
func (s *storefront) mendIntake(c Cause) bool {
	b := &s.snap.Business
	switch c.Kind {
	case CauseNotAccepting:
		b.Standby = business.Standby{}
	case CauseTooSoon:
		b.BookingCutoff, b.MinNoticeMinutes = nil, 0
	case CauseBeyondWindow:
		b.BookingOpens, b.BookingWindowDays = nil, 366
	case CauseDayFull:
		b.MaxPerDay = nil
	case CauseIntervalFull:
		b.Pace = nil
	case CauseStaffStopped, CauseResourceStopped:
		s.opened(func(x *catalog.Resource) {
			if x.ID == c.Resource.ID {
				x.Standby = business.Standby{}
			}
		})
	default:
		return false
	}
	return true
}
