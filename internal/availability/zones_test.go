package availability

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// TestZones_Table is the hard dates (R22): each is compared with the oracle in
// whole, and the starts of one day with what a person reads off a calendar. It
// is run again by TestZones_AnyProcessZone under other zones of the process.
func TestZones_Table(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		zone       string
		date       clock.Date
		start, end int // hours on every date
		grid       int
		length     int // steps
		want       []string
	}{
		{
			"a minute before midnight", "Asia/Tokyo",
			clock.Date{Year: 2026, Month: 12, Day: 1},
			1380, 1500, 30, 12,
			[]string{"2026-12-01T23:00:00+09:00", "2026-12-01T23:30:00+09:00", "2026-12-02T00:00:00+09:00"},
		},
		{
			"a business day to 25:00", "Asia/Tokyo",
			clock.Date{Year: 2026, Month: 12, Day: 5},
			1410, 1500, 30, 6,
			[]string{"2026-12-05T23:30:00+09:00", "2026-12-06T00:00:00+09:00", "2026-12-06T00:30:00+09:00"},
		},
		{
			"a business day to 30:00", "Asia/Tokyo",
			clock.Date{Year: 2026, Month: 12, Day: 5},
			1680, 1800, 60, 6,
			[]string{"2026-12-06T04:00:00+09:00", "2026-12-06T05:00:00+09:00"},
		},
		{
			"29 February", "Asia/Tokyo",
			clock.Date{Year: 2028, Month: 2, Day: 29},
			1380, 1500, 60, 12,
			[]string{"2028-02-29T23:00:00+09:00", "2028-03-01T00:00:00+09:00"},
		},
		{
			"the night before 29 February", "Asia/Tokyo",
			clock.Date{Year: 2028, Month: 2, Day: 28},
			1380, 1500, 60, 12,
			[]string{"2028-02-28T23:00:00+09:00", "2028-02-29T00:00:00+09:00"},
		},
		{
			"the last night of a year", "Asia/Tokyo",
			clock.Date{Year: 2026, Month: 12, Day: 31},
			1380, 1500, 60, 12,
			[]string{"2026-12-31T23:00:00+09:00", "2027-01-01T00:00:00+09:00"},
		},
		{
			"an hour is skipped", "Europe/Berlin",
			clock.Date{Year: 2026, Month: 3, Day: 29},
			60, 240, 30, 6,
			[]string{"2026-03-29T01:00:00+01:00", "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"},
		},
		{
			"two hours that span a skipped one", "Europe/Berlin",
			clock.Date{Year: 2026, Month: 3, Day: 28},
			1500, 1800, 60, 24,
			[]string{"2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"},
		},
		{
			"an hour comes twice", "Europe/Berlin",
			clock.Date{Year: 2026, Month: 10, Day: 25},
			60, 240, 60, 12,
			[]string{"2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"},
		},
		{
			"half an hour is skipped", "Australia/Lord_Howe",
			clock.Date{Year: 2026, Month: 10, Day: 4},
			90, 210, 30, 6,
			[]string{"2026-10-04T01:30:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"},
		},
		{
			"midnight is skipped", "America/Sao_Paulo",
			clock.Date{Year: 2017, Month: 10, Day: 14},
			1380, 1560, 60, 12,
			[]string{"2017-10-14T23:00:00-03:00", "2017-10-15T01:00:00-02:00"},
		},
		{
			"the hour before midnight comes twice", "America/Sao_Paulo",
			clock.Date{Year: 2018, Month: 2, Day: 17},
			1380, 1500, 60, 12,
			[]string{"2018-02-17T23:00:00-02:00", "2018-02-17T23:00:00-03:00", "2018-02-18T00:00:00-03:00"},
		},
		{
			"an odd offset", "America/St_Johns",
			clock.Date{Year: 2026, Month: 11, Day: 1},
			60, 180, 60, 12,
			[]string{"2026-11-01T01:00:00-02:30", "2026-11-01T01:00:00-03:30", "2026-11-01T02:00:00-03:30"},
		},
		{
			"Ramadan ends", "Africa/Casablanca",
			clock.Date{Year: 2026, Month: 3, Day: 22},
			60, 300, 60, 12,
			[]string{"2026-03-22T01:00:00Z", "2026-03-22T03:00:00+01:00", "2026-03-22T04:00:00+01:00"},
		},
		{
			"a day is skipped", "Pacific/Apia",
			clock.Date{Year: 2011, Month: 12, Day: 29},
			1320, 1500, 60, 12,
			[]string{"2011-12-29T22:00:00-10:00", "2011-12-29T23:00:00-10:00"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &scenario{
				zone: loadZone(t, c.zone), from: c.date.AddDays(-1), days: 3, grid: c.grid,
				hours:  map[clock.Date][]schedule.Range{},
				things: []thing{{kind: catalog.Staff, nominatable: true, capacity: 1}, {kind: catalog.Seat, capacity: 2}},
				plan: Plan{Length: c.length, Needs: []Need{
					{Candidates: []int{0}, Spans: []Span{{-1, c.length}}, Units: 1, Staff: true},
					{Candidates: []int{1}, Spans: []Span{{0, c.length + 2}}, Units: 1},
				}},
			}
			for d := -4; d < 8; d++ {
				s.hours[s.from.AddDays(d)] = []schedule.Range{{StartMinute: c.start, EndMinute: c.end}}
			}
			compare(t, s)
			var search Search
			f := s.frame(t)
			starts := search.Find(f, &s.plan, f.Window(time.Time{}, time.Time{}))
			got := []string{}
			for step := range starts.Day(1) {
				got = append(got, starts.Slot(step).Start.Format(time.RFC3339))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			checkJSON(t, starts, time.Time{})
		})
	}
}

func TestZones_AnyProcessZone(t *testing.T) {
	t.Parallel()
	for _, tz := range []string{"Pacific/Kiritimati", "America/St_Johns", "Europe/Berlin", "Asia/Kathmandu"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-rapid.checks=8",
			"-test.run=^(TestZones_Table|TestWindow_IsTheRuleReadLiterally|TestWorks_OnTheAxis_EqualsOracle|TestTables_EqualOracle)$")
		cmd.Env = append(os.Environ(), "TZ="+tz)
		out, err := cmd.CombinedOutput()
		if err != nil || bytes.Contains(out, []byte("no tests to run")) {
			t.Errorf("TZ=%s: %v\n%s", tz, err, out)
		}
	}
}

// Nearly a day before and after a start count as well: shifts of nights that
// began two dates away, and hours of dates that nobody asked for.
func TestFrame_ReachesADayBeyondItsDays(t *testing.T) {
	t.Parallel()
	hours := map[clock.Date][]schedule.Range{}
	for d := -4; d < 8; d++ {
		hours[tuesday.AddDays(d)] = []schedule.Range{{StartMinute: 0, EndMinute: 1800}}
		if d < 0 {
			hours[tuesday.AddDays(d)] = []schedule.Range{{StartMinute: 0, EndMinute: 1440}}
		}
	}
	night, morning := []schedule.Range{{StartMinute: 1080, EndMinute: 1800}}, []schedule.Range{{StartMinute: 0, EndMinute: 360}}
	for _, c := range []struct {
		shifts map[clock.Date][]schedule.Range
		need   Need
		length int
	}{
		{ // 22 hours before midnight is in the night that began two dates before
			map[clock.Date][]schedule.Range{tuesday.AddDays(-2): night, tuesday: morning},
			Need{Candidates: []int{0}, Spans: []Span{{-264, -240}, {0, 12}}, Units: 1},
			12,
		},
		{ // 20 hours after 28:00 is two dates later
			map[clock.Date][]schedule.Range{tuesday.AddDays(1): morning, tuesday.AddDays(2): morning},
			Need{Candidates: []int{0}, Spans: []Span{{0, 12}, {240, 270}}, Units: 1},
			12,
		},
		{nil, Need{Candidates: []int{1}, Spans: []Span{{-270, 270}}, Units: 1}, 270},
	} {
		s := &scenario{
			zone: loadZone(t, "Asia/Tokyo"), from: tuesday, days: 1, grid: 30, hours: hours,
			plan:   Plan{Length: c.length, Needs: []Need{c.need}},
			things: []thing{{kind: catalog.Staff, capacity: 1, shifts: c.shifts}, {kind: catalog.Room, capacity: 1}},
		}
		compare(t, s)
		f := s.frame(t)
		var search Search
		if search.Find(f, &s.plan, Window{To: f.Steps}).First() < 0 {
			t.Errorf("%+v is never free", s.plan)
		}
	}
}

// What the frame does not know, it refuses, whichever way it is asked.
func TestFrame_BeyondItsReach_RefusesEverything(t *testing.T) {
	t.Parallel()
	for name, span := range map[string]Span{"before": {-1000, 6}, "after": {0, 1000}} {
		f := salon(t)
		p := &Plan{Length: 6, Needs: []Need{{Candidates: []int{2}, Spans: []Span{span}, Units: 1}}}
		w, start := f.Window(time.Time{}, time.Time{}), at(f, 11, 0)
		var s Search
		if s.Find(f, p, w).First() >= 0 || f.Free(p, w, start) {
			t.Errorf("%s: free", name)
		}
		if _, ok := f.Choose(p, w, start, Options{}); ok {
			t.Errorf("%s: chosen", name)
		}
		if got := f.Reasons(p, w, start); len(got) != 1 || got[0].Code != ResourceOff {
			t.Errorf("%s: reasons %+v", name, got)
		}
	}
	f := salon(t)
	for _, start := range []int{-1, -100_000, f.Steps, f.Steps + 100_000} {
		w := Window{From: math.MinInt32, To: math.MaxInt32}
		if f.Free(cut(), w, start) || len(f.Reasons(cut(), w, start)) == 0 || f.Owner(start) >= 0 {
			t.Errorf("step %d", start)
		}
	}
}

func TestDaysAround_IncludesTheBusinessDayOfTheStart(t *testing.T) {
	t.Parallel()
	zone := loadZone(t, "Asia/Tokyo")
	for _, minute := range []int{1200, 1439, 1440, 1500, 1555} {
		x := clock.Instant(tuesday, minute, zone)
		from, days := DaysAround(x, zone)
		f, err := NewFrame(Rules{Zone: zone, From: from, Days: days, Grid: 5, Hours: only(tuesday, 1200, 1560)})
		if err != nil {
			t.Fatal(err)
		}
		if i := f.Owner(f.Floor(x)); i < 0 || f.Days[i].Date != tuesday {
			t.Errorf("minute %d belongs to day %d of %s", minute, i, from)
		}
		if a, b := f.Reach(); !a.Before(x.Add(-23*time.Hour)) || !b.After(x.Add(23*time.Hour)) {
			t.Errorf("minute %d: the frame reaches from %s to %s", minute, a, b)
		}
	}
}
