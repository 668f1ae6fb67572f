package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// R01 over HTTP: one slot, fifty customers at once, two servers.
func TestProof_R01_OneSlot_FiftyCustomers_TwoServers_ExactlyOneBooks(t *testing.T) {
	t.Parallel()
	const rivals = 50
	s := newStage(t, 2)
	x := s.openShop("r01-salon", 1)
	rounds := pgtest.Rounds(20, 200)
	booked, taken, others := 0, 0, 0
	for round := range rounds {
		start := x.hour(1+round/20, round%20)
		answers := s.atOnce(rivals, func(i, server int) (answer, error) {
			body := x.wish(start, i, map[string]any{"staff_id": x.staff[0]})
			return s.try(server, http.MethodPost, x.site("/bookings"), body)
		})
		won := 0
		for _, a := range answers {
			switch {
			case a.status == http.StatusCreated:
				won++
			case a.status == http.StatusConflict && a.code() == "booking.slot_taken":
				taken++
				x.wantAlternatives(a, start)
			default:
				others++
				t.Errorf("round %d: %d %s", round, a.status, a.raw)
			}
		}
		booked += won
		if n := s.overlaps(); won != 1 || n != 0 {
			t.Fatalf("round %d: %d booked, %d pairs overlap", round, won, n)
		}
	}
	t.Logf("R01: %d rounds of %d: %d × 201, %d × 409 booking.slot_taken, %d others, overlapping pairs 0", rounds, rivals, booked, taken, others)
	if n := s.count(`SELECT count(*) FROM bookings`); booked != rounds || taken != rounds*(rivals-1) || n != rounds {
		t.Errorf("%d rows of bookings", n)
	}
}

// wantAlternatives checks that a refusal offers near times, and not the one that is taken.
func (x *shop) wantAlternatives(a answer, start string) {
	x.t.Helper()
	list, _ := a.at("alternatives").([]any)
	if len(list) < 1 || len(list) > 3 {
		x.t.Errorf("%d alternatives: %s", len(list), a.raw)
	}
	for i := range list {
		at := fmt.Sprintf("alternatives.%d", i)
		if a.text(at+".start") == start || a.text(at+".end") == "" || a.text(at+".staff_ids.0") != x.staff[0] {
			x.t.Errorf("alternative %v for %s", a.at(at), start)
		}
	}
}

// R05 over HTTP: any of three, so that exactly three book, each with another one.
func TestProof_R05_ThreeStaff_FiftyCustomers_ExactlyThreeBook(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("r05-salon", 3)
	for round := range pgtest.Rounds(3, 30) {
		start := x.hour(1+round/20, round%20)
		got := map[string]int{}
		for _, a := range s.atOnce(50, func(i, server int) (answer, error) {
			return s.try(server, http.MethodPost, x.site("/bookings"), x.wish(start, i))
		}) {
			got[fmt.Sprint(a.status, " ", a.code())]++
		}
		want := map[string]int{"201 ": 3, "409 booking.slot_taken": 47}
		if n := s.overlaps(); !maps.Equal(got, want) || n != 0 {
			t.Fatalf("round %d: %v, %d pairs overlap", round, got, n)
		}
	}
}

// R06 over HTTP: an approval-mode slot is taken by who asked first, and approved once.
func TestProof_R06_ApprovalMode_OneWaits_OneApproval(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("r06-clinic", 1)
	x.set(map[string]any{"booking_mode": "approval"})
	for round := range pgtest.Rounds(3, 30) {
		answers := s.atOnce(10, func(i, server int) (answer, error) {
			return s.try(server, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1+round/20, round%20), i))
		})
		won := slices.IndexFunc(answers, func(a answer) bool { return a.status == http.StatusCreated })
		if won < 0 || answers[won].text("booking.status") != "pending_approval" || count(answers, http.StatusConflict) != 9 {
			t.Fatalf("round %d: winner %d of %v", round, won, statuses(answers))
		}
		booking := x.path("/bookings/" + answers[won].text("booking.id"))
		approvals := s.atOnce(10, func(_, server int) (answer, error) {
			return s.try(server, http.MethodPost, booking+"/approve", nil, x.owner, `If-Match: "1"`)
		})
		if count(approvals, http.StatusOK) != 1 || count(approvals, http.StatusPreconditionFailed) != 9 {
			t.Fatalf("round %d: approvals %v", round, statuses(approvals))
		}
		if a := s.must(http.StatusOK, http.MethodGet, booking+"/history", nil, x.owner); a.at("items.length") != 2.0 {
			t.Fatalf("round %d: history %s", round, a.raw)
		}
	}
}

func count(answers []answer, status int) int {
	n := 0
	for _, a := range answers {
		if a.status == status {
			n++
		}
	}
	return n
}

func statuses(answers []answer) map[int]int {
	out := map[int]int{}
	for _, a := range answers {
		out[a.status]++
	}
	return out
}
