package jp

import (
	"slices"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Holiday is a national holiday (祝日), or a day that is one because of others (振替休日, 国民の休日).
type Holiday struct {
	Date   clock.Date
	JA, EN string // what the day is called
}

// From these days on the law moves a holiday that falls on a Sunday, and makes a
// holiday of a day between two; since 2007 a moved one passes over holidays.
var (
	substitutesSince = clock.Date{Year: 1973, Month: time.April, Day: 12}
	betweenSince     = clock.Date{Year: 1985, Month: time.December, Day: 27}
)

const (
	passingSince = 2007
	// The law is of 1948; the equinoxes are computed and good to 2150.
	firstHolidayYear = 1948
	lastHolidayYear  = 2150
)

// HolidayOn is the holiday on a date by the law in force then, from 20 July 1948
// to 2150; outside there is none. Future equinoxes are computed: the state
// announces each in February of the year before, and has never differed.
func HolidayOn(d clock.Date) (Holiday, bool) {
	if h, ok := national(d); ok {
		return h, true
	}
	switch {
	case moved(d):
		return Holiday{d, "振替休日", "Substitute Holiday"}, true
	case between(d):
		return Holiday{d, "国民の休日", "Citizens' Holiday"}, true
	}
	return Holiday{}, false
}

// IsHoliday tells whether there is a holiday on a date by the law. Each year is
// computed once.
func IsHoliday(d clock.Date) bool {
	if d.Year < firstHolidayYear || d.Year > lastHolidayYear {
		return false
	}
	known, ok := holidayYears.Load(d.Year)
	if !ok {
		known, _ = holidayYears.LoadOrStore(d.Year, holidaysIn(d.Year))
	}
	return known.(*[13]uint32)[d.Month]>>d.Day&1 == 1 //nolint:errcheck,forcetypeassert // nothing else is stored
}

var holidayYears sync.Map // year → *[13]uint32

// holidaysIn are the holidays of a year: by month a bit for each day.
func holidaysIn(year int) *[13]uint32 {
	var months [13]uint32
	for d := (clock.Date{Year: year, Month: time.January, Day: 1}); d.Year == year; d = d.AddDays(1) {
		if _, ok := HolidayOn(d); ok {
			months[d.Month] |= 1 << d.Day
		}
	}
	return &months
}

// Eve tells whether the day after is a holiday (祝前日). An eve may be a holiday itself.
func Eve(d clock.Date) bool { return IsHoliday(d.AddDays(1)) }

// moved tells whether the date stands for a holiday that fell on a Sunday.
func moved(d clock.Date) bool {
	if d.Before(substitutesSince) {
		return false
	}
	if d.Year < passingSince {
		return d.Weekday() == time.Monday && isNational(d.AddDays(-1))
	}
	for before := d.AddDays(-1); isNational(before); before = before.AddDays(-1) {
		if before.Weekday() == time.Sunday {
			return true
		}
	}
	return false
}

// between tells whether the date lies between two holidays, and is no Sunday, which needed none before 2007.
func between(d clock.Date) bool {
	if d.Before(betweenSince) || d.Year < passingSince && d.Weekday() == time.Sunday {
		return false
	}
	return isNational(d.AddDays(-1)) && isNational(d.AddDays(1))
}

func isNational(d clock.Date) bool {
	_, ok := national(d)
	return ok
}

// Calendar is the law's holidays as an operator corrects them: a ceremony that
// was decided after this program was built, a day that a region does not keep.
// It is a value; its zero is the law. A day that is both extra and removed is
// one. Removing a day does not take away the day that stands for it.
type Calendar struct {
	Extra   []Holiday
	Removed []clock.Date
}

// Holiday is the holiday on a date.
func (c Calendar) Holiday(d clock.Date) (Holiday, bool) {
	if i := slices.IndexFunc(c.Extra, func(h Holiday) bool { return h.Date == d }); i >= 0 {
		return c.Extra[i], true
	}
	if slices.Contains(c.Removed, d) || !IsHoliday(d) {
		return Holiday{}, false
	}
	return HolidayOn(d)
}

// IsHoliday tells whether there is a holiday on the date, at a fraction of Holiday's cost.
func (c Calendar) IsHoliday(d clock.Date) bool {
	if slices.ContainsFunc(c.Extra, func(h Holiday) bool { return h.Date == d }) {
		return true
	}
	return !slices.Contains(c.Removed, d) && IsHoliday(d)
}

// Eve tells whether the day after is a holiday (祝前日). An eve may be a holiday itself.
func (c Calendar) Eve(d clock.Date) bool { return c.IsHoliday(d.AddDays(1)) }

// Between lists the holidays from one date to another, both included, in order.
// Callers bound the range.
func (c Calendar) Between(from, to clock.Date) []Holiday {
	var out []Holiday
	for d := from; !d.After(to); d = d.AddDays(1) {
		if h, ok := c.Holiday(d); ok {
			out = append(out, h)
		}
	}
	return out
}
