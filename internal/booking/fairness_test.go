package booking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// given books so many times and tells who was given each, as indexes: by turns
// as a customer (the quick way) and as a member (the way under the locks).
func (s *shop) given(t *testing.T, staff []catalog.ResourceID, svc catalog.ServiceID, n int, start func(int) time.Time) []int {
	t.Helper()
	out := make([]int, n)
	for i := range n {
		who := guest
		if i%2 == 1 {
			who = member
		}
		x, err := s.service.Create(context.Background(), who, s.id, wish(svc, start(i)), nil)
		if err != nil {
			t.Fatalf("booking %d: %v", i, err)
		}
		s.avail.BookingsChanged(s.id)
		out[i] = slices.Index(staff, x.Segments[0].StaffID)
	}
	return out
}

// ordered is staff in the order of the business.
func (s *shop) ordered(n int) []catalog.ResourceID {
	s.tb.Helper()
	staff := s.staff(n)
	for i, rid := range staff {
		s.sql(`UPDATE resources SET position = $3 WHERE business_id = $1 AND id = $2`, s.id, rid, i)
	}
	return staff
}

func counts(given []int, n int) []int {
	out := make([]int, n)
	for _, i := range given {
		out[i]++
	}
	return out
}

func TestFairness_ThirtyBookings_AreSpreadByTheRule(t *testing.T) {
	t.Parallel()
	daily := func(i int) time.Time { return at(1+i, 12, 0) }                                 // one a day
	busy := func(i int) time.Time { return at(40+i/10, 10+i%10, 0) }                         // ten a day, one after the other
	at := func(i int) time.Time { return at(45, 10, 0).Add(time.Duration(i/3) * time.Hour) } // three at a time
	starts := []func(int) time.Time{daily, busy, at}
	for rule, want := range map[string][][]int{
		"least_booked": {{30, 0, 0}, {12, 9, 9}, {10, 10, 10}}, // each day begins anew, with the first
		"round_robin":  {{10, 10, 10}, {10, 10, 10}, {10, 10, 10}},
		"priority":     {{30, 0, 0}, {30, 0, 0}, {10, 10, 10}}, // the others are taken when the first is
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			staff := s.ordered(3)
			svc := s.menu(60, 5500, need{kind: catalog.Staff})
			s.set("fairness = '" + rule + "', booking_window_days = 90")
			for n, start := range starts {
				given := s.given(t, staff, svc, 30, start)
				if got := counts(given, 3); !slices.Equal(got, want[n]) {
					t.Errorf("spread %v, want %v: %v", got, want[n], given)
				}
				for i := range given { // strictly in turns
					if rule == "round_robin" && given[i] != i%3 {
						t.Fatalf("booking %d went to %d: %v", i, given[i], given)
					}
				}
			}
		})
	}
}

func TestFairness_RoundRobin_WhoWasGivenBackIsNext(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.ordered(3)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.set("fairness = 'round_robin'")
	book := func(day int) (*booking.Booking, int) {
		x, err := s.service.Create(context.Background(), guest, s.id, wish(svc, at(day, 12, 0)), nil)
		if err != nil {
			t.Fatal(err)
		}
		s.avail.BookingsChanged(s.id)
		return x, slices.Index(staff, x.Segments[0].StaffID)
	}
	first, a := book(1)
	_, b := book(2)
	if _, err := s.service.Cancel(context.Background(), booking.Change{Actor: member, Business: s.id, Booking: first.ID, Expect: first.Version}); err != nil {
		t.Fatal(err)
	}
	s.avail.BookingsChanged(s.id)
	_, c := book(3) // staff 0 has nothing any more, nor has staff 2: the order decides
	_, d := book(4)
	if a != 0 || b != 1 || c != 0 || d != 2 {
		t.Errorf("given to %d, %d, %d, %d", a, b, c, d)
	}
}

// A party of two leaves the table for eight alone as long as one for two is free.
func TestFairness_Tables_TheSmallestThatFits(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	size := map[catalog.ResourceID]int{}
	for _, most := range []int{8, 2, 4, 2} { // the largest comes first in the order
		rid := s.resource(res{kind: catalog.Seat})
		s.sql(`UPDATE resources SET max_party = $3, position = $4 WHERE business_id = $1 AND id = $2`, s.id, rid, most, len(size))
		size[rid] = most
	}
	svc := s.menu(60, 0, need{kind: catalog.Seat})
	seat := func(party, day int) int {
		in := wish(svc, at(day, 18, 0))
		in.PartySize = party
		x, err := s.service.Create(context.Background(), guest, s.id, in, nil)
		if err != nil {
			t.Fatalf("party of %d: %v", party, err)
		}
		s.avail.BookingsChanged(s.id)
		return size[x.Segments[0].Picks[0].ResourceID]
	}
	for i, want := range []int{2, 2, 4, 8} {
		if got := seat(2, 1); got != want {
			t.Errorf("party %d of two sits at a table for %d, want %d", i, got, want)
		}
	}
	if got := []int{seat(3, 2), seat(5, 2), seat(1, 2)}; !slices.Equal(got, []int{4, 8, 2}) {
		t.Errorf("parties of three, five and one sit at tables for %v", got)
	}
}
