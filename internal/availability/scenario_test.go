package availability

import (
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"pgregory.net/rapid"
)

// scenario is a business, its bookings and a wish, in local rules and instants:
// what both the engine and the oracle are built from.
type scenario struct {
	zone             *time.Location
	from             clock.Date
	days, grid       int
	hours            map[clock.Date][]schedule.Range
	things           []thing
	plan             Plan
	earliest, latest time.Time
}

// thing is a resource.
type thing struct {
	kind        catalog.Kind
	nominatable bool
	rank        int
	capacity    int
	shifts      map[clock.Date][]schedule.Range // nil: whenever
	taken       []taking
}

// taking is one unit (from 1) taken by somebody.
type taking struct {
	unit     int
	from, to time.Time
}

func loadZone(t interface{ Fatal(...any) }, name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// resourceID is a fixed id for the i-th resource.
func resourceID(i int) catalog.ResourceID {
	return catalog.ResourceID{0: 1, 6: 0x70, 8: 0x80, 15: byte(i)}
}

// frame builds the engine's frame of a scenario.
func (s *scenario) frame(t interface{ Fatal(...any) }) *Frame {
	f, err := NewFrame(Rules{
		Zone: s.zone, From: s.from, Days: s.days, Grid: s.grid,
		Hours: func(d clock.Date) []schedule.Range { return s.hours[d] },
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range s.things {
		r := Resource{ID: resourceID(i), Kind: x.kind, Nominatable: x.nominatable, Rank: x.rank}
		if x.shifts != nil {
			r.Work = f.Shifts(func(d clock.Date) []schedule.Range { return x.shifts[d] })
		}
		f.Add(r, x.capacity)
		for _, a := range x.taken {
			f.Occupy(i, a.unit, a.from, a.to)
		}
	}
	if err := s.plan.Validate(len(f.Resources)); err != nil {
		t.Fatal(err)
	}
	return f
}

func (s *scenario) String() string {
	text := fmt.Sprintf("%s from %s, %d days, grid %d, window %v to %v\nplan %+v\nhours %v\n",
		s.zone, s.from, s.days, s.grid, s.earliest, s.latest, s.plan, s.hours)
	for i, x := range s.things {
		text += fmt.Sprintf("resource %d: %+v\n", i, x)
	}
	return text
}

// places are where and when clocks, calendars and business days get difficult.
func places() []struct {
	zone string
	date clock.Date
} {
	type place = struct {
		zone string
		date clock.Date
	}
	return []place{
		{"Asia/Tokyo", clock.Date{Year: 2026, Month: 12, Day: 1}},
		{"Asia/Tokyo", clock.Date{Year: 2026, Month: 12, Day: 31}},
		{"Asia/Tokyo", clock.Date{Year: 2028, Month: 2, Day: 29}},
		{"Europe/Berlin", clock.Date{Year: 2026, Month: 3, Day: 28}},
		{"Europe/Berlin", clock.Date{Year: 2026, Month: 10, Day: 25}},
		{"America/St_Johns", clock.Date{Year: 2026, Month: 3, Day: 8}},
		{"America/St_Johns", clock.Date{Year: 2026, Month: 10, Day: 31}},
		{"Australia/Lord_Howe", clock.Date{Year: 2026, Month: 4, Day: 5}},
		{"Australia/Lord_Howe", clock.Date{Year: 2026, Month: 10, Day: 3}},
		{"America/Sao_Paulo", clock.Date{Year: 2017, Month: 10, Day: 14}},
		{"America/Sao_Paulo", clock.Date{Year: 2018, Month: 2, Day: 17}},
		{"Africa/Casablanca", clock.Date{Year: 2026, Month: 2, Day: 14}},
		{"Africa/Casablanca", clock.Date{Year: 2026, Month: 3, Day: 22}},
		{"Pacific/Apia", clock.Date{Year: 2011, Month: 12, Day: 29}},
		{"Asia/Kathmandu", clock.Date{Year: 2027, Month: 2, Day: 28}},
		{"America/Havana", clock.Date{Year: 2026, Month: 3, Day: 7}},
		{"UTC", clock.Date{Year: 1969, Month: 12, Day: 31}},
	}
}

// drawScenario makes up a small and nasty business.
func drawScenario(t *rapid.T) *scenario {
	at := rapid.SampledFrom(places()).Draw(t, "place")
	s := &scenario{
		zone: loadZone(t, at.zone), from: at.date,
		days: rapid.IntRange(1, 3).Draw(t, "days"),
		grid: rapid.SampledFrom([]int{5, 10, 15, 15, 20, 30, 30, 60}).Draw(t, "grid"),
	}
	s.hours = s.drawWeek(t, "hours")
	for i := range rapid.IntRange(1, 5).Draw(t, "resources") {
		s.things = append(s.things, s.drawThing(t, i))
	}
	s.drawPlan(t)
	s.drawWindow(t)
	return s
}

// drawWeek makes rules for every date that could matter.
func (s *scenario) drawWeek(t *rapid.T, label string) map[clock.Date][]schedule.Range {
	week := map[clock.Date][]schedule.Range{}
	for d := -4; d < s.days+4; d++ {
		week[s.from.AddDays(d)] = rapid.OneOf(
			rapid.Just([]schedule.Range{}), // a special closing
			rapid.SampledFrom([][]schedule.Range{
				{{StartMinute: 600, EndMinute: 1200}},
				{{StartMinute: 540, EndMinute: 780}, {StartMinute: 840, EndMinute: 1140}},
				{{StartMinute: 600, EndMinute: 780}, {StartMinute: 780, EndMinute: 900}}, // they touch
				{{StartMinute: 1200, EndMinute: 1500}},
				{{StartMinute: 1080, EndMinute: 1560}},
				{{StartMinute: 0, EndMinute: 1440}},
				{{StartMinute: 0, EndMinute: 240}, {StartMinute: 1260, EndMinute: 1800}},
			}),
			rapid.SliceOfN(rapid.Custom(drawRange), 1, 3),
		).Draw(t, label)
	}
	return week
}

func drawRange(t *rapid.T) schedule.Range {
	start := rapid.IntRange(0, 359).Draw(t, "start")
	return schedule.Range{StartMinute: start * 5, EndMinute: rapid.IntRange(start+1, 360).Draw(t, "end") * 5}
}

func (s *scenario) drawThing(t *rapid.T, i int) thing {
	x := thing{
		kind:        rapid.SampledFrom([]catalog.Kind{catalog.Staff, catalog.Staff, catalog.Room, catalog.Seat}).Draw(t, "kind"),
		nominatable: rapid.IntRange(0, 5).Draw(t, "nominatable") > 0,
		rank:        rapid.IntRange(0, 3).Draw(t, "rank"),
		capacity:    rapid.SampledFrom([]int{1, 1, 1, 2, 3, 5}).Draw(t, "capacity"),
	}
	if rapid.Bool().Draw(t, "has shifts") {
		x.shifts = s.drawWeek(t, fmt.Sprintf("shifts %d", i))
	}
	midnight := clock.Instant(s.from, 0, s.zone)
	for range rapid.IntRange(0, 6).Draw(t, "bookings") {
		grain := rapid.SampledFrom([]time.Duration{5 * time.Minute, 5 * time.Minute, time.Minute}).Draw(t, "grain")
		from := midnight.Add(time.Duration(rapid.IntRange(-360, (s.days+1)*1440).Draw(t, "taken from")) * time.Minute).Truncate(grain)
		x.taken = append(x.taken, taking{
			unit: rapid.IntRange(1, x.capacity).Draw(t, "unit"),
			from: from, to: from.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "taken for")) * grain),
		})
	}
	return x
}

// drawPlan makes one to three segments of one or two needs each, with
// preparation, clean-up, processing gaps and candidates that overlap.
func (s *scenario) drawPlan(t *rapid.T) {
	for segment := range rapid.IntRange(1, 3).Draw(t, "segments") {
		length := rapid.IntRange(1, 24).Draw(t, "length")
		for range rapid.IntRange(1, 2).Draw(t, "needs") {
			s.plan.Needs = append(s.plan.Needs, s.drawNeed(t, segment, s.plan.Length, length))
		}
		s.plan.Length += length
	}
	if rapid.IntRange(0, 9).Draw(t, "party") == 0 {
		s.plan.Needs = nil // it needs nothing but opening hours
	}
}

func (s *scenario) drawNeed(t *rapid.T, segment, offset, length int) Need {
	need := Need{Segment: segment, Units: rapid.SampledFrom([]int{1, 1, 1, 1, 2, 3}).Draw(t, "units")}
	need.Staff = rapid.Bool().Draw(t, "staff")
	need.Unnamed = rapid.IntRange(0, 5).Draw(t, "unnamed") == 0
	for i, x := range s.things {
		if (x.kind == catalog.Staff) == need.Staff && rapid.IntRange(0, 3).Draw(t, "candidate") > 0 {
			need.Candidates = append(need.Candidates, i)
		}
	}
	if len(need.Candidates) == 0 && rapid.IntRange(0, 9).Draw(t, "nobody") > 0 {
		need.Candidates, need.Staff = []int{rapid.IntRange(0, len(s.things)-1).Draw(t, "only")}, false
	}
	from := offset - rapid.SampledFrom([]int{0, 0, 0, 1, 3}).Draw(t, "preparation")
	to := offset + length + rapid.SampledFrom([]int{0, 0, 0, 1, 2, 6}).Draw(t, "clean-up")
	if length > 2 && rapid.IntRange(0, 2).Draw(t, "gap") == 0 {
		gap := rapid.IntRange(1, length-1).Draw(t, "gap from")
		back := rapid.IntRange(gap+1, length).Draw(t, "gap to")
		need.Spans = []Span{{from, offset + gap}, {offset + back, to}} // the last may be empty
		return need
	}
	need.Spans = []Span{{from, to}}
	return need
}

// drawWindow is often open, else cuts somewhere, at odd seconds too.
func (s *scenario) drawWindow(t *rapid.T) {
	draw := func(label string) time.Time {
		if rapid.IntRange(0, 2).Draw(t, label) > 0 {
			return time.Time{}
		}
		seconds := rapid.IntRange(-86400, (s.days+1)*86400).Draw(t, label)
		if rapid.Bool().Draw(t, "round") {
			seconds -= seconds % 300
		}
		return clock.Instant(s.from, 0, s.zone).Add(time.Duration(seconds) * time.Second)
	}
	s.earliest, s.latest = draw("earliest"), draw("latest")
}
