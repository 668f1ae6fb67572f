package clock

import (
	"testing"
	"time"
)

// A date that was read is written as it was read, and its days add up.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-12-01", "0001-01-01", "9999-12-31", "2028-02-29", "2026-02-29", "2026-2-1", "", "２０２６-12-01", "0000-01-01", "2026-12-01T00:00:00Z"} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		d, err := ParseDate(s)
		if err != nil {
			if !d.IsZero() {
				t.Errorf("%q: %s beside %v", s, d, err)
			}
			return
		}
		if d.String() != s || d.IsZero() {
			t.Errorf("%q was read as %s", s, d)
		}
		var again Date
		if err := again.UnmarshalText([]byte(s)); err != nil || again != d {
			t.Errorf("%q: %s, %v", s, again, err)
		}
		n %= 100_000
		if moved := d.AddDays(n); moved.DaysSince(d) != n || moved.AddDays(-n) != d || moved.Before(d) != (n < 0) {
			t.Errorf("%s and %d days is %s", d, n, moved)
		}
	})
}

// The minutes of a business day follow each other in every zone, and each shows
// the wall time that it names, unless the zone skips that.
func FuzzInstant(f *testing.F) {
	for _, zone := range []string{"Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Europe/Dublin", "UTC"} {
		f.Add(zone, 2026, 67, 130)
		f.Add(zone, 2011, 363, 1500)
		f.Add(zone, 2026, 304, 90)
	}
	f.Fuzz(func(t *testing.T, zone string, year, day, minute int) {
		loc, err := time.LoadLocation(zone)
		if err != nil || year < 1900 || year > 2200 || minute < 0 || minute >= MaxMinute {
			return
		}
		d := Date{year, time.January, 1}.AddDays(day % 366)
		at, next := Instant(d, minute, loc), Instant(d, minute+1, loc)
		if next.Before(at) {
			t.Errorf("%s %d in %s: %s, then %s", d, minute, zone, at, next)
		}
		got, want := wall(at.In(loc)), d.UTC().Add(time.Duration(minute)*time.Minute)
		if got.Before(want) || got.Sub(want) > 25*time.Hour {
			t.Errorf("%s %d in %s shows %s", d, minute, zone, got)
		}
	})
}
