package availability

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

func tenToEight(clock.Date) []schedule.Range {
	return []schedule.Range{{StartMinute: 600, EndMinute: 1200}}
}

// busySalon is a month of a shop with eight staff and six chairs, open from
// 10:00 to 20:00 on a grid of 15 minutes, half of whose time is booked.
func busySalon(tb testing.TB) *Frame {
	tb.Helper()
	from := tuesday
	f, err := NewFrame(Rules{Zone: loadZone(tb, "Asia/Tokyo"), From: from, Days: 31, Grid: 15, Hours: tenToEight})
	if err != nil {
		tb.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 14 {
		r := Resource{ID: resourceID(i), Kind: catalog.Seat, Rank: i}
		if i < 8 {
			r.Kind, r.Nominatable, r.Work = catalog.Staff, true, f.Shifts(tenToEight)
		}
		f.Add(r, 1)
		for d := range 31 {
			for minute := 600; minute < 1170; {
				start, length := clock.Instant(from.AddDays(d), minute, f.Zone), 30+15*random.IntN(4)
				if random.IntN(2) == 0 {
					f.Occupy(i, 1, start, start.Add(time.Duration(length)*time.Minute))
				}
				minute += length
			}
		}
	}
	return f
}

func indexes(from, to int) []int {
	var list []int
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}

// haircut is an hour of one of eight staff and, ten minutes longer, one of six chairs.
func haircut() *Plan {
	return &Plan{Length: 12, Needs: []Need{
		{Candidates: indexes(0, 8), Spans: []Span{{0, 12}}, Units: 1, Staff: true},
		{Candidates: indexes(8, 14), Spans: []Span{{0, 14}}, Units: 1},
	}}
}

// visit is three services one after the other; clean-up makes the stylists'
// times overlap, so that every start is judged by trying.
func visit() *Plan {
	p := &Plan{Length: 24}
	for i := range 3 {
		p.Needs = append(p.Needs, Need{Segment: i, Candidates: indexes(0, 8), Spans: []Span{{8 * i, 8*i + 9}}, Units: 1, Staff: true})
	}
	return p
}

// restaurant is 31 days of two rooms of forty seats, for a party of four.
func restaurant(tb testing.TB) (*Frame, *Plan) {
	tb.Helper()
	from := tuesday
	f, err := NewFrame(Rules{
		Zone: loadZone(tb, "Asia/Tokyo"), From: from, Days: 31, Grid: 15,
		Hours: func(clock.Date) []schedule.Range { return []schedule.Range{{StartMinute: 1020, EndMinute: 1560}} },
	})
	if err != nil {
		tb.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 2 {
		f.Add(Resource{ID: resourceID(i), Kind: catalog.Room}, 40)
		for d := range 31 {
			for u := range 30 {
				start := clock.Instant(from.AddDays(d), 1020+15*random.IntN(24), f.Zone)
				f.Occupy(i, u+1, start, start.Add(2*time.Hour))
			}
		}
	}
	return f, &Plan{Length: 24, Needs: []Need{{Candidates: []int{0, 1}, Spans: []Span{{0, 27}}, Units: 4}}}
}

// izakaya is 31 days of a dozen tables for two, some of them put together in
// overlapping pairs and threes, for a party of four by a menu with hours of its own.
func izakaya(tb testing.TB) (*Frame, *Plan) {
	tb.Helper()
	f, err := NewFrame(Rules{
		Zone: loadZone(tb, "Asia/Tokyo"), From: tuesday, Days: 31, Grid: 15,
		Hours: func(clock.Date) []schedule.Range { return []schedule.Range{{StartMinute: 1020, EndMinute: 1560}} },
	})
	if err != nil {
		tb.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	p := &Plan{Length: 24, Needs: []Need{{Spans: []Span{{0, 24}}, Units: 1}}, Starts: []StartMask{{0, 0}}}
	for i := range 12 {
		f.Add(Resource{ID: resourceID(i), Kind: catalog.Seat, Rank: i}, 1)
		for d := range 31 {
			start := clock.Instant(tuesday.AddDays(d), 1020+15*random.IntN(24), f.Zone)
			f.Occupy(i, 1, start, start.Add(2*time.Hour))
		}
		if i > 0 {
			p.Needs[0].Joins = append(p.Needs[0].Joins, []int{i - 1, i})
		}
		if i > 1 {
			p.Needs[0].Joins = append(p.Needs[0].Joins, []int{i - 2, i - 1, i})
		}
	}
	f.Starts = []Bits{f.Starting(func(clock.Date) ([]catalog.MinuteRange, bool) {
		return []catalog.MinuteRange{{StartMinute: 1080, EndMinute: 1320}}, true
	})}
	return f, p
}

// bistro is a salon's month as a restaurant with lunch, after which guests leave, and dinner.
func bistro(tb testing.TB, salon *Frame) (*Snapshot, *Visit) {
	tb.Helper()
	ninety := 90
	s := &Snapshot{Zone: salon.Zone, Periods: []schedule.Period{
		{StartMinute: 660, EndMinute: 900, EndsStay: true}, {StartMinute: 1020, EndMinute: 1200, TurnMinutes: &ninety},
	}}
	for i := range salon.Resources {
		s.Resources = append(s.Resources, catalog.Resource{ID: salon.Resources[i].ID, Kind: salon.Resources[i].Kind, Capacity: 1, MinParty: 1, MaxParty: 4, Active: true})
	}
	svc := &catalog.Service{DurationMinutes: 60, Turn: true, Requirements: []catalog.Requirement{{Kind: catalog.Seat, Units: 1}}}
	v := s.Revisit([]Part{{Service: svc, OwnMinutes: 60, DurationMinutes: 60}}, 2)
	return s, &v
}

func BenchmarkEngine(b *testing.B) {
	salon := busySalon(b)
	all := salon.Window(time.Time{}, time.Time{})
	rooms, dinner := restaurant(b)
	find := func(name string, f *Frame, p *Plan) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var s Search
			for b.Loop() {
				s.Find(f, p, all)
			}
			b.ReportMetric(float64(s.starts.Free.Count()), "starts")
		})
	}
	find("availability_compute_31d", salon, haircut())
	find("availability_compute_31d_three_services", salon, visit())
	find("availability_compute_31d_restaurant", rooms, dinner)

	tables, feast := izakaya(b)
	find("availability_compute_31d_joins_own_hours", tables, feast)
	b.Run("availability_compute_31d_turns", func(b *testing.B) {
		b.ReportAllocs()
		snap, visit := bistro(b, salon)
		var s Search
		for b.Loop() {
			snap.Find(&s, salon, visit, all)
		}
		b.ReportMetric(float64(s.starts.Free.Count()), "starts")
	})

	var s Search
	starts := s.Find(salon, haircut(), all)
	b.Run("availability_json_31d", func(b *testing.B) {
		b.ReportAllocs()
		var buf []byte
		for b.Loop() {
			buf = starts.AppendJSON(buf[:0], time.Time{})
		}
		b.ReportMetric(float64(len(buf)), "bytes")
	})
	b.Run("choose", func(b *testing.B) {
		step := starts.First()
		for b.Loop() {
			salon.Choose(haircut(), all, step, Options{})
		}
	})
	b.Run("build_frame_31d", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() { // opening hours, and the shifts of eight
			f, err := NewFrame(Rules{Zone: salon.Zone, From: tuesday, Days: 31, Grid: 15, Hours: tenToEight})
			if err != nil {
				b.Fatal(err)
			}
			for range 8 {
				f.Shifts(tenToEight)
			}
		}
	})
	b.Run("occupy", func(b *testing.B) {
		start := clock.Instant(tuesday.AddDays(20), 660, salon.Zone)
		for b.Loop() {
			salon.Occupy(0, 1, start, start.Add(time.Hour))
		}
	})
	b.Run("view_7d", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			salon.View(10, 7)
		}
	})
}

// Not parallel: allocations are counted for the whole process.
func TestFind_Warm_DoesNotAllocate(t *testing.T) { //nolint:paralleltest // see above
	f := busySalon(t)
	rooms, dinner := restaurant(t)
	tables, feast := izakaya(t)
	all := f.Window(time.Time{}, time.Time{})
	haircut, visit := haircut(), visit()
	var s Search
	var buf []byte
	n := testing.AllocsPerRun(20, func() {
		s.Find(f, visit, all)
		s.Find(rooms, dinner, all)
		s.Find(tables, feast, all)
		buf = s.Find(f, haircut, all).AppendJSON(buf[:0], time.Time{})
	})
	if n > 0 {
		t.Errorf("%v allocations a run", n)
	}
}
