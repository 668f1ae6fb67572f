package availability

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

func checkJSON(t failer, s *Starts, next time.Time) {
	want, err := json.Marshal(s.Answer(next))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.AppendJSON(nil, next); string(got) != string(want) {
		t.Fatalf("AppendJSON:\n%s\nencoding/json:\n%s", got, want)
	}
}

func TestAppendJSON_IsTheAnswerOfTheContract(t *testing.T) {
	t.Parallel()
	f := bar(t)
	plan := Plan{Length: 6, Needs: []Need{
		{Candidates: []int{0, 1}, Spans: []Span{{0, 6}}, Units: 1, Staff: true},
		{Candidates: []int{2}, Spans: []Span{{0, 7}}, Units: 2},
	}}
	f.Occupy(0, 1, clock.Instant(f.Days[0].Date, 1500, f.Zone), clock.Instant(f.Days[0].Date, 1530, f.Zone))
	var s Search
	starts := s.Find(f, &plan, f.Window(clock.Instant(f.Days[0].Date, 1470, f.Zone), time.Time{}))
	got := string(starts.AppendJSON([]byte("> "), clock.Instant(f.Days[0].Date, 1470, f.Zone)))
	want := `> {"timezone":"Asia/Tokyo","days":[` +
		`{"date":"2026-12-31","state":"open","slots":[` +
		`{"start":"2027-01-01T00:30:00+09:00","end":"2027-01-01T01:00:00+09:00","staff_ids":["` + resourceID(0).String() + `","` + resourceID(1).String() + `"],"remaining":2},` +
		`{"start":"2027-01-01T01:00:00+09:00","end":"2027-01-01T01:30:00+09:00","staff_ids":["` + resourceID(1).String() + `"],"remaining":1},` +
		`{"start":"2027-01-01T01:30:00+09:00","end":"2027-01-01T02:00:00+09:00","staff_ids":["` + resourceID(0).String() + `","` + resourceID(1).String() + `"],"remaining":2}]},` +
		`{"date":"2027-01-01","state":"closed","slots":[]}],` +
		`"next_available":"2027-01-01T00:30:00+09:00"}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	checkJSON(t, starts, time.Time{})
}

// bar is open on the last day of 2026 from 20:00 to 26:00, with two bartenders and four tables of one make.
func bar(tb testing.TB) *Frame {
	tb.Helper()
	f, err := NewFrame(Rules{
		Zone: loadZone(tb, "Asia/Tokyo"), From: clock.Date{Year: 2026, Month: 12, Day: 31}, Days: 2, Grid: 30,
		Hours: only(clock.Date{Year: 2026, Month: 12, Day: 31}, 1200, 1560),
	})
	if err != nil {
		tb.Fatal(err)
	}
	f.Add(Resource{ID: resourceID(0), Kind: catalog.Staff, Nominatable: true}, 1)
	f.Add(Resource{ID: resourceID(1), Kind: catalog.Staff, Nominatable: true}, 1)
	f.Add(Resource{ID: resourceID(2), Kind: catalog.Seat}, 4)
	return f
}
