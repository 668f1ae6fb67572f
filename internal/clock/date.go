package clock

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// MaxMinute is the latest minute of a business day: 30:00, six the next morning.
const MaxMinute = 1800

// Date is a local calendar date, free of zone and clock. The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the calendar date of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2026-12-01"; years 0001 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("date %q is not YYYY-MM-DD", s)
	}
	return DateOf(t), nil
}

// IsZero tells whether it is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String is "2026-12-01".
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// UTC is midnight of the date in UTC; good for arithmetic, not for instants.
func (d Date) UTC() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// AddDays moves by whole calendar days.
func (d Date) AddDays(n int) Date { return DateOf(d.UTC().AddDate(0, 0, n)) }

// Weekday is Sunday (0) to Saturday (6).
func (d Date) Weekday() time.Weekday { return d.UTC().Weekday() }

// Before tells whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.UTC().Before(o.UTC()) }

// After tells whether d is later than o.
func (d Date) After(o Date) bool { return o.Before(d) }

// DaysSince counts the days from o to d, negative when d is earlier.
func (d Date) DaysSince(o Date) int { return int(d.UTC().Sub(o.UTC()) / (24 * time.Hour)) }

// MarshalText writes "2026-12-01".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2026-12-01".
func (d *Date) UnmarshalText(b []byte) error {
	p, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = p
	return nil
}

// Value stores the date in a date column.
func (d Date) Value() (driver.Value, error) { return d.UTC(), nil }

// Scan reads a date column.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case time.Time:
		*d = DateOf(v)
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	}
	return fmt.Errorf("date from %T", src)
}

// Instant is the moment at which the wall clock of loc shows the given minute of
// the business day d (0 to 1800; 1500 is 01:00 of the next calendar day).
// A wall time that a zone skips becomes the first instant after the gap; one
// that it shows twice becomes the first of the two.
func Instant(d Date, minute int, loc *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, minute/60, minute%60, 0, 0, loc)
	want := time.Date(d.Year, d.Month, d.Day, minute/60, minute%60, 0, 0, time.UTC)
	start, end := t.ZoneBounds()
	switch {
	case wall(t).Before(want): // skipped, and t lies before the gap
		return end.UTC()
	case wall(t).After(want): // skipped, and t lies after the gap
		return start.UTC()
	case start.IsZero():
		return t.UTC()
	}
	fold := time.Duration(offset(start.Add(-time.Second))-offset(t)) * time.Second
	if e := t.Add(-fold); fold > 0 && e.Before(start) && wall(e).Equal(want) {
		return e.UTC()
	}
	return t.UTC()
}

func offset(t time.Time) int {
	_, o := t.Zone()
	return o
}

// wall is what the wall clock shows, as if it were UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
