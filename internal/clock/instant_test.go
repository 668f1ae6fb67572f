package clock

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestInstant_Table is run again by TestInstant_AnyProcessZone under other zones of the process.
func TestInstant_Table(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone   string
		date   Date
		minute int
		want   string
	}{
		// No clock changes: Tokyo, with a business day to 30:00.
		{"Asia/Tokyo", Date{2026, 12, 1}, 0, "2026-11-30T15:00:00Z"},
		{"Asia/Tokyo", Date{2026, 12, 1}, 870, "2026-12-01T05:30:00Z"},
		{"Asia/Tokyo", Date{2026, 12, 1}, 1439, "2026-12-01T14:59:00Z"},
		{"Asia/Tokyo", Date{2026, 12, 1}, 1440, "2026-12-01T15:00:00Z"},
		{"Asia/Tokyo", Date{2026, 12, 1}, 1500, "2026-12-01T16:00:00Z"},
		{"Asia/Tokyo", Date{2026, 12, 1}, 1800, "2026-12-01T21:00:00Z"},
		// Year ends and leap days.
		{"Asia/Tokyo", Date{2026, 12, 31}, 1500, "2026-12-31T16:00:00Z"},
		{"Asia/Tokyo", Date{2027, 1, 1}, 0, "2026-12-31T15:00:00Z"},
		{"Asia/Tokyo", Date{2028, 2, 28}, 1500, "2028-02-28T16:00:00Z"},
		{"Asia/Tokyo", Date{2028, 2, 29}, 0, "2028-02-28T15:00:00Z"},
		{"Asia/Tokyo", Date{2028, 2, 29}, 1500, "2028-02-29T16:00:00Z"},
		{"Asia/Tokyo", Date{2027, 2, 28}, 1500, "2027-02-28T16:00:00Z"},
		// Berlin 2026-03-29: 02:00 becomes 03:00.
		{"Europe/Berlin", Date{2026, 3, 29}, 119, "2026-03-29T00:59:00Z"},
		{"Europe/Berlin", Date{2026, 3, 29}, 120, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", Date{2026, 3, 29}, 150, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", Date{2026, 3, 29}, 179, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", Date{2026, 3, 29}, 180, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", Date{2026, 3, 29}, 181, "2026-03-29T01:01:00Z"},
		{"Europe/Berlin", Date{2026, 3, 28}, 1590, "2026-03-29T01:00:00Z"}, // 26:30 of the day before
		{"Europe/Berlin", Date{2026, 3, 28}, 1800, "2026-03-29T04:00:00Z"},
		// Berlin 2026-10-25: 03:00 becomes 02:00.
		{"Europe/Berlin", Date{2026, 10, 25}, 119, "2026-10-24T23:59:00Z"},
		{"Europe/Berlin", Date{2026, 10, 25}, 120, "2026-10-25T00:00:00Z"},
		{"Europe/Berlin", Date{2026, 10, 25}, 150, "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", Date{2026, 10, 25}, 179, "2026-10-25T00:59:00Z"},
		{"Europe/Berlin", Date{2026, 10, 25}, 180, "2026-10-25T02:00:00Z"},
		{"Europe/Berlin", Date{2026, 10, 24}, 1590, "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", Date{2026, 10, 24}, 1620, "2026-10-25T02:00:00Z"},
		// St. John's, half an hour off: gap and fold at 02:00.
		{"America/St_Johns", Date{2026, 3, 8}, 119, "2026-03-08T05:29:00Z"},
		{"America/St_Johns", Date{2026, 3, 8}, 140, "2026-03-08T05:30:00Z"},
		{"America/St_Johns", Date{2026, 3, 8}, 180, "2026-03-08T05:30:00Z"},
		{"America/St_Johns", Date{2026, 11, 1}, 60, "2026-11-01T03:30:00Z"},
		{"America/St_Johns", Date{2026, 11, 1}, 90, "2026-11-01T04:00:00Z"},
		{"America/St_Johns", Date{2026, 11, 1}, 120, "2026-11-01T05:30:00Z"},
		// Lord Howe moves by thirty minutes.
		{"Australia/Lord_Howe", Date{2026, 10, 4}, 119, "2026-10-03T15:29:00Z"},
		{"Australia/Lord_Howe", Date{2026, 10, 4}, 135, "2026-10-03T15:30:00Z"},
		{"Australia/Lord_Howe", Date{2026, 10, 4}, 150, "2026-10-03T15:30:00Z"},
		{"Australia/Lord_Howe", Date{2026, 10, 4}, 155, "2026-10-03T15:35:00Z"},
		{"Australia/Lord_Howe", Date{2026, 4, 5}, 90, "2026-04-04T14:30:00Z"},
		{"Australia/Lord_Howe", Date{2026, 4, 5}, 105, "2026-04-04T14:45:00Z"},
		{"Australia/Lord_Howe", Date{2026, 4, 5}, 120, "2026-04-04T15:30:00Z"},
		// São Paulo 2017-10-15 had no midnight; 2018-02-18 had 23:00 twice.
		{"America/Sao_Paulo", Date{2017, 10, 15}, 0, "2017-10-15T03:00:00Z"},
		{"America/Sao_Paulo", Date{2017, 10, 15}, 30, "2017-10-15T03:00:00Z"},
		{"America/Sao_Paulo", Date{2017, 10, 15}, 60, "2017-10-15T03:00:00Z"},
		{"America/Sao_Paulo", Date{2017, 10, 15}, 65, "2017-10-15T03:05:00Z"},
		{"America/Sao_Paulo", Date{2017, 10, 14}, 1440, "2017-10-15T03:00:00Z"},
		{"America/Sao_Paulo", Date{2017, 10, 14}, 1500, "2017-10-15T03:00:00Z"},
		{"America/Sao_Paulo", Date{2018, 2, 17}, 1380, "2018-02-18T01:00:00Z"},
		{"America/Sao_Paulo", Date{2018, 2, 17}, 1435, "2018-02-18T01:55:00Z"},
		{"America/Sao_Paulo", Date{2018, 2, 17}, 1440, "2018-02-18T03:00:00Z"},
		{"America/Sao_Paulo", Date{2018, 2, 18}, 0, "2018-02-18T03:00:00Z"},
		// Casablanca leaves its time for Ramadan (2026-02-15) and comes back (2026-03-22).
		{"Africa/Casablanca", Date{2026, 2, 15}, 120, "2026-02-15T01:00:00Z"},
		{"Africa/Casablanca", Date{2026, 2, 15}, 150, "2026-02-15T01:30:00Z"},
		{"Africa/Casablanca", Date{2026, 2, 15}, 180, "2026-02-15T03:00:00Z"},
		{"Africa/Casablanca", Date{2026, 3, 22}, 150, "2026-03-22T02:00:00Z"},
		{"Africa/Casablanca", Date{2026, 3, 22}, 180, "2026-03-22T02:00:00Z"},
		// Apia skipped a whole day.
		{"Pacific/Apia", Date{2011, 12, 30}, 600, "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", Date{2011, 12, 31}, 0, "2011-12-30T10:00:00Z"},
		{"UTC", Date{2026, 1, 1}, 1800, "2026-01-02T06:00:00Z"},
	} {
		name := fmt.Sprintf("%s %s %02d:%02d", c.zone, c.date, c.minute/60, c.minute%60)
		got := Instant(c.date, c.minute, zone(t, c.zone))
		if got.Format(time.RFC3339) != c.want {
			t.Errorf("%s: got %s, want %s", name, got.Format(time.RFC3339), c.want)
		}
		if got.Location() != time.UTC {
			t.Errorf("%s: location %s, want UTC", name, got.Location())
		}
	}
}

// wallMinutes is the wall clock of x as a number that grows with it.
func wallMinutes(x time.Time, loc *time.Location) int {
	l := x.In(loc)
	return DateOf(l).DaysSince(Date{2000, 1, 1})*1440 + l.Hour()*60 + l.Minute()
}

// The meaning, in one sentence: the first instant at which the wall clock shows
// the wanted time or a later one. Checked minute by minute around every clock change.
func TestInstant_IsTheFirstAtOrAfterTheWallTime(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "Australia/Lord_Howe",
		"America/Sao_Paulo", "Asia/Tokyo", "Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu",
		"Pacific/Chatham", "Asia/Tehran", "America/Havana", "Asia/Gaza", "Antarctica/Troll",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc := zone(t, name)
			for _, change := range changes(loc, 2010, 2030) {
				checkAround(t, loc, change)
			}
			checkAround(t, loc, time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC))
		})
	}
}

// changes are the instants at which the offset of loc changes.
func changes(loc *time.Location, from, to int) []time.Time {
	var list []time.Time
	at := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC).In(loc)
	for {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Year() >= to {
			return list
		}
		list = append(list, end.UTC())
		at = end
	}
}

// checkAround compares all business-day minutes near the change with a walk over the real minutes.
func checkAround(t *testing.T, loc *time.Location, change time.Time) {
	t.Helper()
	const reach = 30 * 60 // minutes on either side
	first := change.Add(-reach * time.Minute)
	want := map[int]time.Time{} // wall minute: first instant that shows it or more
	next := wallMinutes(first, loc)
	for m := range 2 * reach {
		x := first.Add(time.Duration(m) * time.Minute)
		for w := wallMinutes(x, loc); next <= w; next++ {
			want[next] = x
		}
	}
	day := DateOf(change.In(loc)).AddDays(-1)
	for d := day; !d.After(day.AddDays(1)); d = d.AddDays(1) {
		for minute := 0; minute <= MaxMinute; minute += 5 {
			x, ok := want[d.DaysSince(Date{2000, 1, 1})*1440+minute]
			if ok && x.After(first) && !Instant(d, minute, loc).Equal(x) {
				t.Fatalf("%s minute %d: got %s, want %s", d, minute, Instant(d, minute, loc), x)
			}
		}
	}
}

func TestInstant_NeverRunsBackwards(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/Havana"} {
		loc := zone(t, name)
		for _, change := range changes(loc, 2024, 2028) {
			day := DateOf(change.In(loc)).AddDays(-1)
			last := time.Time{}
			for minute := 0; minute <= MaxMinute; minute += 5 {
				x := Instant(day, minute, loc)
				if x.Before(last) {
					t.Fatalf("%s %s minute %d: %s is before %s", name, day, minute, x, last)
				}
				last = x
			}
		}
	}
}

// The zone of the process must not matter: the same table, in processes of other zones.
func TestInstant_AnyProcessZone(t *testing.T) {
	t.Parallel()
	for _, tz := range []string{"Pacific/Kiritimati", "America/St_Johns", "Europe/Berlin", "Asia/Kathmandu"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^(TestInstant_Table|TestDate_Table)$", "-test.v")
		cmd.Env = append(os.Environ(), "TZ="+tz)
		out, err := cmd.CombinedOutput()
		if err != nil || bytes.Contains(out, []byte("no tests to run")) {
			t.Errorf("TZ=%s: %v\n%s", tz, err, out)
		}
	}
}
