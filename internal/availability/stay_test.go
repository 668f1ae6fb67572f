package availability

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// pairs has two stylists and two chairs.
func pairs() (*Snapshot, []catalog.Resource) {
	s := &Snapshot{index: map[catalog.ResourceID]int{}}
	for i, kind := range []catalog.Kind{catalog.Staff, catalog.Staff, catalog.Seat, catalog.Seat} {
		r := catalog.Resource{ID: catalog.ResourceID{15: byte(i + 1)}, Kind: kind, Capacity: 1, MinParty: 1, MaxParty: 9, Nominatable: true, Active: true}
		s.index[r.ID] = i
		s.Resources = append(s.Resources, r)
	}
	return s, s.Resources
}

func visitOf(s *Snapshot, parts ...Part) Plan { return s.Revisit(parts, 1).Plan }

func service(minutes int, needs ...catalog.Requirement) Part {
	for i := range needs {
		needs[i].ID, needs[i].Units = id.Of[catalog.Requirement]{15: byte(i)}, 1
	}
	return Part{Service: &catalog.Service{Nomination: catalog.NominationOptional, Requirements: needs}, DurationMinutes: minutes}
}

func TestPlan_TwoServicesInOneChair_NoCleanUpBetween(t *testing.T) {
	t.Parallel()
	s, _ := pairs()
	trim := service(60, catalog.Requirement{Kind: catalog.Staff, AfterMinutes: 5}, catalog.Requirement{Kind: catalog.Seat, BeforeMinutes: 5, AfterMinutes: 10})
	spa := service(30, catalog.Requirement{Kind: catalog.Staff, BeforeMinutes: 5}, catalog.Requirement{Kind: catalog.Seat, BeforeMinutes: 5, AfterMinutes: 15})
	got := visitOf(s, trim, spa)
	want := []Need{
		{Segment: 0, Candidates: []int{0, 1}, Spans: []Span{{0, 13}}, Units: 1, Staff: true}, // the other stylist may take over
		{Segment: 0, Candidates: []int{2, 3}, Spans: []Span{{-1, 21}}, Units: 1},             // one chair from preparation to the last clean-up
		{Segment: 1, Candidates: []int{0, 1}, Spans: []Span{{11, 18}}, Units: 1, Staff: true},
	}
	if d := cmp.Diff(want, got.Needs); d != "" {
		t.Fatal(d)
	}
}

func TestPlan_OtherChairsForTheSecondService_KeepTheirBuffers(t *testing.T) {
	t.Parallel()
	s, r := pairs()
	trim := service(60, catalog.Requirement{Kind: catalog.Seat, AfterMinutes: 10, ResourceIDs: []catalog.ResourceID{r[2].ID}})
	spa := service(30, catalog.Requirement{Kind: catalog.Seat, BeforeMinutes: 5, ResourceIDs: []catalog.ResourceID{r[3].ID}})
	got := visitOf(s, trim, spa)
	want := []Need{
		{Segment: 0, Candidates: []int{2}, Spans: []Span{{0, 14}}, Units: 1},
		{Segment: 1, Candidates: []int{3}, Spans: []Span{{11, 18}}, Units: 1},
	}
	if d := cmp.Diff(want, got.Needs); d != "" {
		t.Fatal(d)
	}
}

func TestPlan_ProcessingGapBeforeTheSecondService_StaysFree(t *testing.T) {
	t.Parallel()
	s, r := pairs()
	from, to := 20, 60
	colour := service(60, catalog.Requirement{Kind: catalog.Staff, AfterMinutes: 10, GapStartMinute: &from, GapEndMinute: &to, ResourceIDs: []catalog.ResourceID{r[0].ID}})
	trim := service(30, catalog.Requirement{Kind: catalog.Staff, BeforeMinutes: 5, ResourceIDs: []catalog.ResourceID{r[0].ID}})
	got := visitOf(s, colour, trim)
	want := []Need{
		{Segment: 0, Candidates: []int{0}, Spans: []Span{{0, 4}}, Units: 1, Staff: true},
		{Segment: 1, Candidates: []int{0}, Spans: []Span{{12, 18}}, Units: 1, Staff: true},
	}
	if d := cmp.Diff(want, got.Needs); d != "" {
		t.Fatal(d)
	}
}

func TestPlan_TwoOfAKindAtOnce_AreNotTheSameChair(t *testing.T) {
	t.Parallel()
	s, _ := pairs()
	pair := service(60, catalog.Requirement{Kind: catalog.Seat}, catalog.Requirement{Kind: catalog.Seat})
	got := visitOf(s, pair, pair)
	want := []Need{
		{Segment: 0, Candidates: []int{2, 3}, Spans: []Span{{0, 24}}, Units: 1},
		{Segment: 0, Candidates: []int{2, 3}, Spans: []Span{{0, 24}}, Units: 1},
	}
	if d := cmp.Diff(want, got.Needs); d != "" {
		t.Fatal(d)
	}
}

func TestPlan_SomebodyElseForTheSecondService_KeepsTheirCleanUp(t *testing.T) {
	t.Parallel()
	s, r := pairs()
	colour := service(60, catalog.Requirement{Kind: catalog.Staff, AfterMinutes: 15})
	trim := service(30, catalog.Requirement{Kind: catalog.Staff, ResourceIDs: []catalog.ResourceID{r[1].ID}})
	got := visitOf(s, colour, trim)
	want := []Need{
		{Segment: 0, Candidates: []int{0, 1}, Spans: []Span{{0, 15}}, Units: 1, Staff: true},
		{Segment: 1, Candidates: []int{1}, Spans: []Span{{12, 18}}, Units: 1, Staff: true},
	}
	if d := cmp.Diff(want, got.Needs); d != "" {
		t.Fatal(d)
	}
}
