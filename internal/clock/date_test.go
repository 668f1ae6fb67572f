package clock

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDate_Table(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date Date
		add  int
		want string
		day  time.Weekday
	}{
		{Date{2026, 12, 31}, 1, "2027-01-01", time.Friday},
		{Date{2027, 1, 1}, -1, "2026-12-31", time.Thursday},
		{Date{2028, 2, 28}, 1, "2028-02-29", time.Tuesday},
		{Date{2028, 2, 28}, 2, "2028-03-01", time.Wednesday},
		{Date{2027, 2, 28}, 1, "2027-03-01", time.Monday},
		{Date{2100, 2, 28}, 1, "2100-03-01", time.Monday},
		{Date{2026, 3, 28}, 1, "2026-03-29", time.Sunday}, // 23 hours in Berlin
		{Date{2026, 1, 1}, 365, "2027-01-01", time.Friday},
		{Date{2026, 1, 1}, 0, "2026-01-01", time.Thursday},
	} {
		got := c.date.AddDays(c.add)
		if got.String() != c.want || got.Weekday() != c.day {
			t.Errorf("%s + %d days: got %s (%s), want %s (%s)", c.date, c.add, got, got.Weekday(), c.want, c.day)
		}
		if got.DaysSince(c.date) != c.add {
			t.Errorf("%s since %s: got %d, want %d", got, c.date, got.DaysSince(c.date), c.add)
		}
		if got.After(c.date) != (c.add > 0) || got.Before(c.date) != (c.add < 0) {
			t.Errorf("order of %s and %s", got, c.date)
		}
	}
}

func TestDateOf_IsTheDateInTheInstantsOwnZone(t *testing.T) {
	t.Parallel()
	x := time.Date(2026, 12, 31, 15, 30, 0, 0, time.UTC)
	if got := DateOf(x.In(zone(t, "Asia/Tokyo"))).String(); got != "2027-01-01" {
		t.Errorf("Tokyo: %s", got)
	}
	if got := DateOf(x.In(zone(t, "America/St_Johns"))).String(); got != "2026-12-31" {
		t.Errorf("St. John's: %s", got)
	}
}

func TestParseDate_RefusesWhatIsNoDate(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2026-13-01", "2027-02-29", "2026-1-1", "0000-01-01", "20261201", "2026-12-01T00:00:00Z", "２０２６-12-01"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
	d, err := ParseDate("2028-02-29")
	if err != nil || d != (Date{2028, 2, 29}) {
		t.Errorf("got %v, %v", d, err)
	}
}

func TestDate_JSONAndColumns_RoundTrip(t *testing.T) {
	t.Parallel()
	want := Date{2028, 2, 29}
	b, err := json.Marshal(want)
	if err != nil || string(b) != `"2028-02-29"` {
		t.Fatalf("got %s, %v", b, err)
	}
	var got Date
	if err := json.Unmarshal(b, &got); err != nil || got != want {
		t.Fatalf("got %v, %v", got, err)
	}
	v, err := want.Value()
	if err != nil {
		t.Fatal(err)
	}
	got = Date{}
	if err := got.Scan(v); err != nil || got != want {
		t.Fatalf("got %v, %v", got, err)
	}
	if err := got.Scan("2026-12-01"); err != nil || got != (Date{2026, 12, 1}) {
		t.Fatalf("got %v, %v", got, err)
	}
	if err := got.Scan(7); err == nil {
		t.Fatal("a number is no date")
	}
	if !(Date{}).IsZero() || want.IsZero() {
		t.Fatal("zero")
	}
}

func TestManual_MovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 1, 9, 0, 0, 1500, time.FixedZone("", 9*3600))
	m := NewManual(at)
	if got := m.Now(); got.Location() != time.UTC || got.Nanosecond() != 1000 || !got.Equal(at.Truncate(time.Microsecond)) {
		t.Fatalf("got %v", got)
	}
	m.Advance(90 * time.Minute)
	if got := m.Now(); got.Hour() != 1 || got.Minute() != 30 {
		t.Fatalf("got %v", got)
	}
	m.Set(at)
	if !m.Now().Equal(at.Truncate(time.Microsecond)) {
		t.Fatal("set backwards")
	}
	if s := (System{}).Now(); s.Location() != time.UTC || s.Nanosecond()%1000 != 0 {
		t.Fatalf("the system's clock gave %v", s)
	}
}
