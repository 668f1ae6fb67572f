package availability

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// scenario is a business, its bookings and a wish, in local rules and instants:
// what both the engine and the oracle are built from.
type scenario struct {
	zone             *time.Location
	from             clock.Date
	days, grid       int
	fairness         business.Fairness
	hours            map[clock.Date][]schedule.Range
	things           []thing
	plan             Plan
	offers           []map[clock.Date][]schedule.Range // by StartMask.Rule: dates without an entry are unrestricted
	earliest, latest time.Time
}

// thing is a resource.
type thing struct {
	kind        catalog.Kind
	nominatable bool
	rank        int
	party       int // the largest that it takes
	given       int // when it was last given to somebody
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
	f.Fairness = s.fairness
	for i, x := range s.things {
		r := Resource{ID: resourceID(i), Kind: x.kind, Nominatable: x.nominatable, Rank: x.rank, Party: x.party, Given: int64(x.given)}
		if x.shifts != nil {
			r.Work = f.Shifts(func(d clock.Date) []schedule.Range { return x.shifts[d] })
		}
		f.Add(r, x.capacity)
		for _, a := range x.taken {
			f.Occupy(i, a.unit, a.from, a.to)
		}
	}
	for _, offer := range s.offers {
		f.Starts = append(f.Starts, f.Starting(func(d clock.Date) ([]catalog.MinuteRange, bool) {
			var out []catalog.MinuteRange
			for _, r := range offer[d] {
				out = append(out, catalog.MinuteRange(r))
			}
			_, restricted := offer[d]
			return out, restricted
		}))
	}
	if err := s.plan.Validate(len(f.Resources)); err != nil {
		t.Fatal(err)
	}
	return f
}

func (s *scenario) String() string {
	text := fmt.Sprintf("%s from %s, %d days, grid %d, window %v to %v\nplan %+v\nhours %v\noffers %v\n",
		s.zone, s.from, s.days, s.grid, s.earliest, s.latest, s.plan, s.hours, s.offers)
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
		days: rapid.SampledFrom([]int{1, 1, 2, 2, 3}).Draw(t, "days"),
		grid: rapid.SampledFrom([]int{5, 5, 5, 10, 15, 20, 30, 60}).Draw(t, "grid"),
	}
	s.fairness = drawFairness(t)
	s.hours = s.drawWeek(t, "hours")
	for i := range rapid.IntRange(2, 5).Draw(t, "resources") {
		s.things = append(s.things, s.drawThing(t, i))
	}
	s.drawPlan(t)
	s.drawTables(t)
	s.drawOffers(t)
	s.drawWindow(t)
	return s
}

// drawPlain is a day of one or two stylists and a chair, much of it booked: the
// edges of bookings, buffers and gaps, and nothing else in the way.
func drawPlain(t *rapid.T) *scenario {
	s := drawDense(t, rapid.IntRange(1, 2).Draw(t, "staff"), 1)
	length := rapid.IntRange(2, 12).Draw(t, "length")
	span := func(label string) []Span {
		before := rapid.IntRange(0, 2).Draw(t, label+" preparation")
		after := rapid.IntRange(0, 2).Draw(t, label+" clean-up")
		if gap := rapid.IntRange(0, length-1).Draw(t, label+" gap"); gap > 0 {
			back := rapid.IntRange(gap, length).Draw(t, label+" back")
			return []Span{{-before, gap}, {back, length + after}}
		}
		return []Span{{-before, length + after}}
	}
	s.plan = Plan{Length: length, Needs: []Need{
		{Candidates: indexes(0, len(s.things)-1), Spans: span("staff"), Units: 1, Staff: true},
		{Candidates: []int{len(s.things) - 1}, Spans: span("chair"), Units: 1},
	}}
	return s
}

// drawLinked is a visit whose needs compete for the same few resources.
func drawLinked(t *rapid.T) *scenario {
	s := drawDense(t, rapid.IntRange(2, 3).Draw(t, "staff"), rapid.IntRange(0, 1).Draw(t, "rooms"))
	for segment := range rapid.IntRange(1, 3).Draw(t, "segments") {
		length := rapid.IntRange(1, 6).Draw(t, "length")
		for range rapid.IntRange(1, 2).Draw(t, "needs") {
			need := Need{Segment: segment, Units: 1, Staff: true}
			for i := range s.things {
				if rapid.IntRange(0, 3).Draw(t, "candidate") != 3 {
					need.Candidates = append(need.Candidates, i)
					need.Staff = need.Staff && s.things[i].kind == catalog.Staff
				}
			}
			if rapid.IntRange(0, 4).Draw(t, "party") == 4 {
				need.Units = 2
			}
			before, after := rapid.IntRange(0, 1).Draw(t, "preparation"), rapid.IntRange(0, 2).Draw(t, "clean-up")
			need.Spans = []Span{{s.plan.Length - before, s.plan.Length + length + after}}
			s.plan.Needs = append(s.plan.Needs, need)
		}
		s.plan.Length += length
	}
	return s
}

// drawDense is one Tuesday from 10:00 to 16:00 on the finest grid.
func drawDense(t *rapid.T, staff, rooms int) *scenario {
	s := &scenario{zone: loadZone(t, "Asia/Tokyo"), from: tuesday, days: 1, grid: 5, hours: map[clock.Date][]schedule.Range{}}
	s.hours[tuesday] = []schedule.Range{{StartMinute: 600, EndMinute: 960}}
	s.fairness = drawFairness(t)
	for i := range staff + rooms {
		x := thing{kind: catalog.Staff, nominatable: true, capacity: 1, rank: rapid.IntRange(0, 1).Draw(t, "rank")}
		x.drawTurn(t)
		if i >= staff {
			x.kind, x.capacity = catalog.Room, rapid.IntRange(1, 3).Draw(t, "capacity")
		}
		for u := range x.capacity {
			for minute := 540 + 5*rapid.IntRange(0, 30).Draw(t, "first"); minute < 1000; {
				length := 5 * rapid.IntRange(1, 12).Draw(t, "taken for")
				from := clock.Instant(tuesday, minute, s.zone)
				x.taken = append(x.taken, taking{u + 1, from, from.Add(time.Duration(length) * time.Minute)})
				minute += length + 5*rapid.IntRange(0, 24).Draw(t, "free for")
			}
		}
		s.things = append(s.things, x)
	}
	return s
}

func drawFairness(t *rapid.T) business.Fairness {
	return rapid.SampledFrom(append([]business.Fairness{""}, business.Fairnesses...)).Draw(t, "fairness")
}

// drawTurn is how large a party it takes, and when its last turn was; ties on purpose.
func (x *thing) drawTurn(t *rapid.T) {
	x.party = rapid.SampledFrom([]int{2, 2, 4, 8}).Draw(t, "largest party")
	x.given = rapid.SampledFrom([]int{0, 0, 1, 2, 7}).Draw(t, "given")
}

// drawWeek makes rules for every date that could matter: a usual day, with
// closings and special days between.
func (s *scenario) drawWeek(t *rapid.T, label string) map[clock.Date][]schedule.Range {
	usual := drawDay().Draw(t, label)
	week := map[clock.Date][]schedule.Range{}
	for d := -4; d < s.days+4; d++ {
		day := usual
		switch rapid.IntRange(0, 9).Draw(t, "special") {
		case 9:
			day = []schedule.Range{}
		case 7, 8:
			day = drawDay().Draw(t, "hours")
		}
		week[s.from.AddDays(d)] = day
	}
	return week
}

func drawDay() *rapid.Generator[[]schedule.Range] {
	return rapid.OneOf(
		rapid.SampledFrom([][]schedule.Range{
			{{StartMinute: 600, EndMinute: 1200}},
			{{StartMinute: 540, EndMinute: 780}, {StartMinute: 840, EndMinute: 1140}},
			{{StartMinute: 600, EndMinute: 780}, {StartMinute: 780, EndMinute: 900}}, // they touch
			{{StartMinute: 1080, EndMinute: 1560}},
			{{StartMinute: 0, EndMinute: 1440}},
			{{StartMinute: 0, EndMinute: 1800}}, // it runs into the next
			{{StartMinute: 0, EndMinute: 240}, {StartMinute: 1260, EndMinute: 1800}},
		}),
		rapid.SliceOfN(rapid.Custom(drawRange), 1, 3),
	)
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
	x.drawTurn(t)
	if rapid.IntRange(0, 2).Draw(t, "has shifts") == 0 {
		x.shifts = s.drawWeek(t, fmt.Sprintf("shifts %d", i))
		for d, day := range x.shifts { // most work long; the odd dates stay
			if len(day) == 1 {
				x.shifts[d] = []schedule.Range{{StartMinute: day[0].StartMinute / 10 * 5, EndMinute: 1800}}
			}
		}
	}
	midnight := clock.Instant(s.from, 0, s.zone)
	for range rapid.IntRange(0, 12).Draw(t, "bookings") {
		grain := rapid.SampledFrom([]time.Duration{5 * time.Minute, 5 * time.Minute, time.Minute}).Draw(t, "grain")
		from := midnight.Add(time.Duration(rapid.IntRange(-360, (s.days+1)*1440).Draw(t, "taken from")) * time.Minute).Truncate(grain)
		x.taken = append(x.taken, taking{
			unit: rapid.IntRange(1, x.capacity).Draw(t, "unit"),
			from: from, to: from.Add(time.Duration(rapid.IntRange(1, 36).Draw(t, "taken for")) * grain),
		})
	}
	return x
}

// drawPlan makes one to three segments of one or two needs each, with
// preparation, clean-up, processing gaps and candidates that overlap.
func (s *scenario) drawPlan(t *rapid.T) {
	for segment := range rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "segments") {
		length := rapid.IntRange(1, 18).Draw(t, "length")
		if rapid.IntRange(0, 15).Draw(t, "long") == 0 {
			length = rapid.IntRange(1, 60).Draw(t, "length")
		}
		for range rapid.IntRange(1, 2).Draw(t, "needs") {
			s.plan.Needs = append(s.plan.Needs, s.drawNeed(t, segment, s.plan.Length, length))
		}
		s.plan.Length += length
	}
	if rapid.IntRange(0, 15).Draw(t, "nothing") == 0 {
		s.plan.Needs = nil // it needs nothing but opening hours
	}
}

func (s *scenario) drawNeed(t *rapid.T, segment, offset, length int) Need {
	need := Need{Segment: segment, Units: 1, Staff: rapid.Bool().Draw(t, "staff")}
	need.Unnamed = rapid.IntRange(0, 5).Draw(t, "unnamed") == 0
	most := 1
	for i, x := range s.things {
		if (x.kind == catalog.Staff) == need.Staff && rapid.IntRange(0, 3).Draw(t, "candidate") > 0 {
			need.Candidates = append(need.Candidates, i)
			most = max(most, x.capacity)
		}
	}
	if len(need.Candidates) == 0 && rapid.IntRange(0, 15).Draw(t, "nobody") > 0 {
		need.Candidates, need.Staff = []int{rapid.IntRange(0, len(s.things)-1).Draw(t, "only")}, false
	}
	switch rapid.IntRange(0, 9).Draw(t, "party") {
	case 0, 1, 2:
		need.Units = rapid.IntRange(1, most).Draw(t, "units")
	case 3:
		need.Units = rapid.IntRange(1, 6).Draw(t, "units") // more than there are, at times
	}
	before, after := 0, 0
	switch rapid.IntRange(0, 9).Draw(t, "buffers") {
	case 0, 1, 2:
		before = rapid.IntRange(0, 3).Draw(t, "preparation")
		after = rapid.IntRange(0, 6).Draw(t, "clean-up")
	case 3:
		if rapid.IntRange(0, 4).Draw(t, "a day before") == 0 {
			before = rapid.IntRange(0, 270).Draw(t, "preparation")
			after = rapid.IntRange(0, 150).Draw(t, "clean-up")
		}
	}
	from, to := offset-before, offset+length+after
	if length > 2 && rapid.IntRange(0, 2).Draw(t, "gap") == 0 {
		gap := rapid.IntRange(1, length-1).Draw(t, "gap from")
		back := rapid.IntRange(gap+1, length).Draw(t, "gap to")
		need.Spans = []Span{{from, offset + gap}, {offset + back, to}} // the last may be empty
		return need
	}
	need.Spans = []Span{{from, to}}
	return need
}

// drawTables adds tables that serve nobody alone, and joins of them for one of the needs.
func (s *scenario) drawTables(t *rapid.T) {
	if len(s.plan.Needs) == 0 || rapid.IntRange(0, 2).Draw(t, "tables") > 0 {
		return
	}
	first := len(s.things)
	for i := range rapid.IntRange(2, 4).Draw(t, "of them") {
		s.things = append(s.things, s.drawThing(t, first+i))
	}
	need := &s.plan.Needs[rapid.IntRange(0, len(s.plan.Needs)-1).Draw(t, "for need")]
	need.Staff = false
	need.Candidates = slices.DeleteFunc(need.Candidates, func(r int) bool {
		return slices.ContainsFunc(s.plan.Needs, func(n Need) bool { return &n.Spans[0] != &need.Spans[0] && slices.Contains(n.Candidates, r) })
	})
	if rapid.Bool().Draw(t, "joins only") {
		need.Candidates = nil
	}
	for range rapid.IntRange(1, 4).Draw(t, "joins") {
		need.Joins = append(need.Joins, rapid.SliceOfNDistinct(rapid.IntRange(first, len(s.things)-1), 2, 3, rapid.ID).Draw(t, "join"))
	}
}

// drawOffers binds parts of the plan to hours and dates of their own.
func (s *scenario) drawOffers(t *rapid.T) {
	for i := range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "own rules") {
		offer := s.drawWeek(t, "offered")
		for d := range offer {
			if rapid.IntRange(0, 2).Draw(t, "unrestricted") == 0 {
				delete(offer, d)
			}
		}
		s.offers = append(s.offers, offer)
		s.plan.Starts = append(s.plan.Starts, StartMask{i, rapid.IntRange(0, max(s.plan.Length-1, 0)).Draw(t, "at")})
	}
}

// drawWindow is often open, else cuts at either end, at odd seconds too.
func (s *scenario) drawWindow(t *rapid.T) {
	draw := func(label string, from, to int) time.Time {
		if rapid.IntRange(0, 3).Draw(t, label) > 0 {
			return time.Time{}
		}
		seconds := rapid.IntRange(from, to).Draw(t, label)*300 + rapid.SampledFrom([]int{0, 0, 1, 299}).Draw(t, "odd")
		return clock.Instant(s.from, 0, s.zone).Add(time.Duration(seconds) * time.Second)
	}
	const hour = 12
	s.earliest = draw("earliest", -6*hour, (24*s.days-4)*hour)
	s.latest = draw("latest", 10*hour, (24*s.days+30)*hour)
}
