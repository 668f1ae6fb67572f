package availability

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// The examples of this file can be checked in one's head; what they do not
// reach is left to the properties.

// only is one range on one date.
func only(date clock.Date, start, end int) Ranges {
	return func(d clock.Date) []schedule.Range {
		if d != date {
			return nil
		}
		return []schedule.Range{{StartMinute: start, EndMinute: end}}
	}
}

var tuesday = clock.Date{Year: 2026, Month: 12, Day: 1}

// salon is open on one Tuesday from 10:00 to 13:00, on a grid of 30 minutes,
// with stylists 0 and 1, chair 2 and chair 3; stylist 1 works from 11:00.
func salon(tb testing.TB) *Frame {
	tb.Helper()
	f, err := NewFrame(Rules{Zone: loadZone(tb, "Asia/Tokyo"), From: tuesday, Days: 1, Grid: 30, Hours: only(tuesday, 600, 780)})
	if err != nil {
		tb.Fatal(err)
	}
	f.Add(Resource{ID: resourceID(0), Kind: catalog.Staff, Nominatable: true, Work: f.Shifts(only(tuesday, 600, 780))}, 1)
	f.Add(Resource{ID: resourceID(1), Kind: catalog.Staff, Nominatable: true, Work: f.Shifts(only(tuesday, 660, 780))}, 1)
	f.Add(Resource{ID: resourceID(2), Kind: catalog.Seat}, 1)
	f.Add(Resource{ID: resourceID(3), Kind: catalog.Seat, Rank: 1}, 1)
	return f
}

// cut is an hour of a stylist and a chair, which is cleaned for ten minutes.
func cut() *Plan {
	return &Plan{Length: 12, Needs: []Need{
		{Candidates: []int{0, 1}, Spans: []Span{{0, 12}}, Units: 1, Staff: true},
		{Candidates: []int{2, 3}, Spans: []Span{{0, 14}}, Units: 1},
	}}
}

func at(f *Frame, hour, minute int) int {
	return f.Floor(clock.Instant(tuesday, hour*60+minute, f.Zone))
}

func occupy(f *Frame, resource int, from, to [2]int) {
	f.Occupy(resource, 1, f.Instant(at(f, from[0], from[1])), f.Instant(at(f, to[0], to[1])))
}

// times lists the free starts of the first day as "15:04 staff remaining".
func times(s *Starts) []string {
	list := []string{}
	for step := range s.Day(0) {
		text := s.Frame.Instant(step).In(s.Frame.Zone).Format("15:04")
		for _, r := range s.AppendStaff(nil, step) {
			text += " " + string(rune('0'+r))
		}
		list = append(list, text+" ×"+string(rune('0'+s.Remaining(step))))
	}
	return list
}

func TestFind_EmptyDay_ListsShiftsStaffAndRemaining(t *testing.T) {
	t.Parallel()
	f := salon(t)
	var s Search
	got := times(s.Find(f, cut(), f.Window(time.Time{}, time.Time{})))
	want := []string{"10:00 0 ×1", "10:30 0 ×1", "11:00 0 1 ×2", "11:30 0 1 ×2", "12:00 0 1 ×2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFind_CleanUpHoldsTheChairNotTheStylist(t *testing.T) {
	t.Parallel()
	f := salon(t)
	occupy(f, 2, [2]int{11, 5}, [2]int{13, 0})
	occupy(f, 3, [2]int{11, 10}, [2]int{13, 0})
	var s Search
	// From 10:00 chair 2 would be cleaned until 11:10, when it is taken from 11:05; chair 3 is just right.
	got := times(s.Find(f, cut(), f.Window(time.Time{}, time.Time{})))
	if diff := cmp.Diff([]string{"10:00 0 ×1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFind_ProcessingGap_LetsTheStylistServeAnother(t *testing.T) {
	t.Parallel()
	f := salon(t)
	colour := &Plan{Length: 24, Needs: []Need{{Candidates: []int{0}, Spans: []Span{{0, 6}, {18, 24}}, Units: 1, Staff: true}}}
	occupy(f, 0, [2]int{10, 30}, [2]int{11, 30})
	var s Search
	got := times(s.Find(f, colour, f.Window(time.Time{}, time.Time{})))
	if diff := cmp.Diff([]string{"10:00 0 ×1"}, got); diff != "" { // 10:30 and 11:00 begin within the other booking
		t.Error(diff)
	}
}

func TestFind_OneStylistForTwoNeedsAtOnce_IsNoCombination(t *testing.T) {
	t.Parallel()
	f := salon(t)
	pair := &Plan{Length: 6, Needs: []Need{
		{Candidates: []int{0, 1}, Spans: []Span{{0, 6}}, Units: 1, Staff: true},
		{Candidates: []int{0, 1}, Spans: []Span{{0, 6}}, Units: 1, Staff: true},
	}}
	w := f.Window(time.Time{}, time.Time{})
	var s Search
	got := times(s.Find(f, pair, w))
	if diff := cmp.Diff([]string{"11:00 0 1 ×1", "11:30 0 1 ×1", "12:00 0 1 ×1", "12:30 0 1 ×1"}, got); diff != "" {
		t.Error(diff)
	}
	if got := f.Reasons(pair, w, at(f, 10, 0)); len(got) != 1 || got[0].Code != Combination {
		t.Errorf("reasons %+v", got)
	}
}

func TestReasons_NameWhatIsToBeMendedFirst(t *testing.T) {
	t.Parallel()
	f := salon(t)
	occupy(f, 0, [2]int{11, 0}, [2]int{12, 0})
	occupy(f, 1, [2]int{12, 0}, [2]int{12, 30})
	w := f.Window(clock.Instant(tuesday, 605, f.Zone), clock.Instant(tuesday, 725, f.Zone))
	for _, c := range []struct {
		hour, minute int
		want         []Reason
	}{
		{10, 0, []Reason{{TooSoon, -1, -1, at(f, 10, 0), at(f, 11, 0)}}},
		{10, 30, []Reason{
			{StaffBusy, 0, 0, at(f, 11, 0), at(f, 11, 30)},
			{StaffOff, 0, 1, at(f, 10, 30), at(f, 11, 0)},
		}},
		{11, 0, []Reason{}},
		{11, 10, []Reason{
			{OffGrid, -1, -1, at(f, 11, 10), at(f, 12, 10)},
			{StaffBusy, 0, 0, at(f, 11, 10), at(f, 12, 0)},
			{StaffBusy, 0, 1, at(f, 12, 0), at(f, 12, 10)},
		}},
		{12, 30, []Reason{
			{TooFar, -1, -1, at(f, 12, 30), at(f, 13, 30)},
			{Closed, -1, -1, at(f, 13, 0), at(f, 13, 30)},
			{StaffOff, 0, 0, at(f, 13, 0), at(f, 13, 30)},
			{StaffOff, 0, 1, at(f, 13, 0), at(f, 13, 30)},
		}},
	} {
		if diff := cmp.Diff(c.want, f.Reasons(cut(), w, at(f, c.hour, c.minute))); diff != "" {
			t.Errorf("%d:%02d: %s", c.hour, c.minute, diff)
		}
	}
}

func TestReasons_PartyTooLarge_IsCapacity(t *testing.T) {
	t.Parallel()
	f := bar(t)
	start := f.Floor(clock.Instant(f.Days[0].Date, 1200, f.Zone))
	party := func(n int) *Plan {
		return &Plan{Length: 6, Needs: []Need{{Candidates: []int{2}, Spans: []Span{{0, 6}}, Units: n}}}
	}
	w := f.Window(time.Time{}, time.Time{})
	if got := f.Reasons(party(5), w, start); len(got) != 1 || got[0].Code != Capacity {
		t.Errorf("five of four: %+v", got)
	}
	f.Occupy(2, 1, f.Instant(start), f.Instant(start+6))
	if got := f.Reasons(party(4), w, start); len(got) != 1 || got[0].Code != Capacity || got[0].Resource != 2 {
		t.Errorf("four of three: %+v", got)
	}
	if got := f.Reasons(party(3), w, start); len(got) != 0 {
		t.Errorf("three of three: %+v", got)
	}
}

func TestChoose_KeepsStaffOverSegmentsThenTakesTheFairest(t *testing.T) {
	t.Parallel()
	visit := &Plan{Length: 12, Needs: []Need{
		{Segment: 0, Candidates: []int{0, 1}, Spans: []Span{{0, 6}}, Units: 1, Staff: true},
		{Segment: 1, Candidates: []int{0, 1}, Spans: []Span{{6, 12}}, Units: 1, Staff: true},
	}}
	staff := func(f *Frame) [2]int {
		picks, ok := f.Choose(visit, f.Window(time.Time{}, time.Time{}), at(f, 11, 0), Options{})
		if !ok {
			t.Fatal("not free")
		}
		return [2]int{picks[0].Resource, picks[1].Resource}
	}
	f := salon(t)
	if got := staff(f); got != [2]int{0, 0} {
		t.Errorf("nobody has bookings, rank decides: %v", got)
	}
	occupy(f, 0, [2]int{10, 0}, [2]int{10, 30})
	if got := staff(f); got != [2]int{1, 1} {
		t.Errorf("0 has more booked: %v", got)
	}
	occupy(f, 1, [2]int{11, 30}, [2]int{12, 0})
	occupy(f, 1, [2]int{12, 0}, [2]int{13, 0})
	if got := staff(f); got != [2]int{0, 0} {
		t.Errorf("only 0 can serve both: %v", got)
	}
	occupy(f, 0, [2]int{11, 0}, [2]int{11, 30})
	if got := staff(f); got != [2]int{1, 0} {
		t.Errorf("nobody can serve both: %v", got)
	}
}

func TestChoose_TakesTheLowestUnitsAndWhatIsPreferred(t *testing.T) {
	t.Parallel()
	f := bar(t)
	start := f.Floor(clock.Instant(f.Days[0].Date, 1200, f.Zone))
	f.Occupy(2, 2, f.Instant(start+5), f.Instant(start+6))
	plan := &Plan{Length: 6, Needs: []Need{
		{Candidates: []int{0, 1}, Spans: []Span{{0, 6}}, Units: 1, Staff: true},
		{Candidates: []int{2}, Spans: []Span{{0, 6}}, Units: 2},
	}}
	w := f.Window(time.Time{}, time.Time{})
	got, ok := f.Choose(plan, w, start, Options{Prefer: []int{1}})
	want := []Pick{{Need: 0, Resource: 1, Units: []int{1}}, {Need: 1, Resource: 2, Units: []int{1, 3}}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Error(ok, diff)
	}
}

func TestState_TellsWhyADayOffersNothing(t *testing.T) {
	t.Parallel()
	day := func(earliest, latest int, taken bool) State {
		f := salon(t)
		if taken {
			occupy(f, 0, [2]int{10, 0}, [2]int{13, 0})
			occupy(f, 1, [2]int{10, 0}, [2]int{13, 0})
		}
		var s Search
		w := f.Window(clock.Instant(tuesday, earliest, f.Zone), clock.Instant(tuesday, latest, f.Zone))
		return s.Find(f, cut(), w).State(0)
	}
	for _, c := range []struct {
		earliest, latest int
		taken            bool
		want             State
	}{
		{0, 1800, false, StateOpen},
		{0, 1800, true, StateFull},
		{775, 1800, false, StateFull}, // still open for five minutes
		{780, 1800, false, StatePast},
		{780, 1800, true, StatePast},
		{0, 600, false, StateNotYet},
		{0, 605, false, StateOpen},
	} {
		if got := day(c.earliest, c.latest, c.taken); got != c.want {
			t.Errorf("from %d to %d, taken %v: %s, want %s", c.earliest, c.latest, c.taken, got, c.want)
		}
	}
}

func TestNear_GivesTheClosestStartsFirst(t *testing.T) {
	t.Parallel()
	f := salon(t)
	var s Search
	starts := s.Find(f, cut(), f.Window(time.Time{}, time.Time{}))
	got := starts.Near(at(f, 11, 0), 3)
	want := []int{at(f, 10, 30), at(f, 11, 30), at(f, 10, 0)}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := starts.Near(at(f, 11, 0), 9); len(got) != 4 {
		t.Errorf("all others: %v", got)
	}
	if first := starts.First(); first != at(f, 10, 0) {
		t.Errorf("first %d", first)
	}
}

func TestNominateFor_RestrictsOneSegmentOnly(t *testing.T) {
	t.Parallel()
	p := &Plan{Length: 2, Needs: []Need{
		{Segment: 0, Candidates: []int{0, 1}, Spans: []Span{{0, 1}}, Units: 1, Staff: true},
		{Segment: 1, Candidates: []int{0, 1}, Spans: []Span{{1, 2}}, Units: 1, Staff: true},
		{Segment: 1, Candidates: []int{0, 1, 2}, Spans: []Span{{1, 2}}, Units: 1, Staff: true}, // the assistant
	}}
	q, ok := p.NominateFor(1, 1)
	if got := [][]int{q.Needs[0].Candidates, q.Needs[1].Candidates, q.Needs[2].Candidates}; !ok || !cmp.Equal(got, [][]int{{0, 1}, {1}, {0, 1, 2}}) {
		t.Errorf("%v %v", ok, got)
	}
	if _, ok := p.NominateFor(0, 2); ok {
		t.Error("2 serves no first segment")
	}
	if _, ok := p.Nominate(2); ok {
		t.Error("2 is an assistant, who is not nominated")
	}
}

func TestValidate_RefusesPlansThatMakeNoSense(t *testing.T) {
	t.Parallel()
	good := func() Plan {
		return Plan{Length: 1, Needs: []Need{{Candidates: []int{0, 1}, Spans: []Span{{0, 1}, {1, 1}}, Units: 1}}}
	}
	if p := good(); p.Validate(2) != nil {
		t.Fatal(p.Validate(2))
	}
	for name, spoil := range map[string]func(*Plan){
		"no length":             func(p *Plan) { p.Length = 0 },
		"no units":              func(p *Plan) { p.Needs[0].Units = 0 },
		"no spans":              func(p *Plan) { p.Needs[0].Spans = []Span{{1, 1}} },
		"unknown candidate":     func(p *Plan) { p.Needs[0].Candidates = []int{0, 2} },
		"candidate named twice": func(p *Plan) { p.Needs[0].Candidates = []int{0, 0} },
		"too many needs":        func(p *Plan) { p.Needs = make([]Need, MaxNeeds+1) },
	} {
		p := good()
		if spoil(&p); p.Validate(2) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestNewFrame_RefusesAGridThatDoesNotDivideTheHour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ days, grid int }{{1, 0}, {1, 7}, {1, 25}, {1, 90}, {0, 30}, {-1, 30}} {
		if _, err := NewFrame(Rules{Zone: time.UTC, From: tuesday, Days: c.days, Grid: c.grid, Hours: only(tuesday, 0, 5)}); err == nil {
			t.Errorf("%d days, grid %d: accepted", c.days, c.grid)
		}
	}
}

func TestOccupy_RoundsOutwardsAndIgnoresLostUnits(t *testing.T) {
	t.Parallel()
	f := salon(t)
	base := f.Instant(at(f, 11, 0))
	f.Occupy(0, 1, base.Add(4*time.Minute+59*time.Second), base.Add(5*time.Minute+time.Nanosecond))
	f.Occupy(0, 2, base.Add(time.Hour), base.Add(2*time.Hour)) // there is no unit 2 any more
	f.Occupy(0, 1, base.Add(time.Hour), base.Add(time.Hour))   // nothing
	if got := f.Resources[0].Busy[0].spans(f.Steps); !slices.Equal(got, []Span{{at(f, 11, 0), at(f, 11, 10)}}) {
		t.Errorf("got %v", got)
	}
}
