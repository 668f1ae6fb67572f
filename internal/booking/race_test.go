package booking_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// Two programs on one database race for slots. The invariants, which every shop
// checks at its end, look for overlaps; the tests here count who won.

// twice is the shop's service and that of a second program.
func (s *shop) twice() [2]*booking.Service {
	s.tb.Helper()
	s.second = pgtest.Open(s.tb, s.url)
	_, other := s.process(s.second)
	return [2]*booking.Service{s.service, other}
}

// rivals books each wish in parallel, every other one in a second program.
func (s *shop) rivals(services [2]*booking.Service, wishes []booking.CreateInput) map[string]int {
	return atOnce(len(wishes), func(i int) error {
		_, err := services[i%2].Create(context.Background(), guest, s.id, wishes[i], nil)
		return err
	})
}

func times(n int, in booking.CreateInput) []booking.CreateInput {
	return slices.Repeat([]booking.CreateInput{in}, n)
}

// wantNoDeadlock ends the test with a question to the server: a deadlock is
// retried, and nobody sees it but by the second that it costs. Sessions tell of
// theirs when they end, so both programs are closed first.
func (s *shop) wantNoDeadlock(t *testing.T) {
	t.Helper()
	s.checkInvariants()
	s.db.Close()
	s.second.Close()
	s.db, s.checked = pgtest.Open(t, s.url), true
	var n int64
	err := s.db.ReadPool().QueryRow(context.Background(), `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&n)
	if err != nil || n > 0 {
		t.Errorf("%d deadlocks, %v", n, err)
	}
}

func TestRace_R01_OneSlot_ExactlyOneWinner(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(6, 200) {
		slot := at(1+round/10, 10+round%10, 0)
		got := s.rivals(services, times(50, wish(svc, slot)))
		wantOutcomes(t, slot.String(), got, map[string]int{"ok": 1, "booking.slot_taken": 49})
	}
}

func TestRace_R01_HoldsAgainstBookings_ExactlyOneWinner(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(3, 40) {
		in := wish(svc, at(1+round/10, 10+round%10, 0))
		got := atOnce(30, func(i int) error {
			var err error
			if i%3 == 0 {
				_, err = services[i%2].Hold(context.Background(), guest, s.id, booking.HoldInput{Request: in.Request}, nil)
			} else {
				_, err = services[i%2].Create(context.Background(), guest, s.id, in, nil)
			}
			return err
		})
		wantOutcomes(t, in.Start.String(), got, map[string]int{"ok": 1, "booking.slot_taken": 29})
	}
}

// menus are services of every shape over the same staff, seats and rooms.
func (s *shop) menus() []catalog.ServiceID {
	staff := s.staff(3)
	s.resource(res{kind: catalog.Seat, capacity: 3})
	s.resource(res{kind: catalog.Room})
	return []catalog.ServiceID{
		s.menu(30, 3000, need{kind: catalog.Staff}),
		s.menu(60, 5000, need{kind: catalog.Staff, before: 10, after: 15}, need{kind: catalog.Seat, after: 10}),
		s.menu(120, 9000, need{kind: catalog.Staff, gap: [2]int{30, 90}}, need{kind: catalog.Seat}),
		s.menu(45, 4000, need{kind: catalog.Room, before: 30, after: 30}, need{kind: catalog.Staff, ids: staff[:2]}),
		s.menu(90, 8000, need{kind: catalog.Staff, ids: staff[1:]}, need{kind: catalog.Staff, ids: staff[:2], gap: [2]int{15, 90}}),
	}
}

func TestRace_R02_UnlikeRangesBuffersGapsTwoServices_NeverOverlap(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("grid_minutes = 5")
	menus := s.menus()
	services := s.twice()
	seed := uint64(time.Now().UnixNano()) //nolint:forbidigo // a seed
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	wishes := make([]booking.CreateInput, pgtest.Rounds(150, 3000))
	for i := range wishes {
		in := wish(menus[r.IntN(len(menus))], at(1+i/150, 10, 0).Add(time.Duration(r.IntN(108))*5*time.Minute))
		if r.IntN(3) == 0 {
			in.Items = append(in.Items, availability.Item{ServiceID: menus[r.IntN(len(menus))]})
		}
		wishes[i] = in
	}
	for day := range slices.Chunk(wishes, 150) {
		got := s.rivals(services, day)
		for code := range got {
			if code != "ok" && code != "booking.slot_taken" && code != "validation.failed" { // some end after closing time
				t.Errorf("outcome %s", code)
			}
		}
		if got["ok"] < 10 || got["booking.slot_taken"] == 0 {
			t.Errorf("outcomes %v: too few to prove anything", got)
		}
	}
}

func TestRace_R03_StaffAndRoomInOppositeOrders_NoDeadlock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_window_days = 300")
	staff := s.staff(2)
	rooms := []catalog.ResourceID{s.resource(res{kind: catalog.Room}), s.resource(res{kind: catalog.Room})}
	menus := []catalog.ServiceID{
		s.menu(60, 5500, need{kind: catalog.Staff, ids: staff[:1]}, need{kind: catalog.Room}),
		s.menu(60, 5500, need{kind: catalog.Room, ids: rooms[1:]}, need{kind: catalog.Staff}),
		s.menu(60, 5500, need{kind: catalog.Room}, need{kind: catalog.Staff, ids: []catalog.ResourceID{staff[1], staff[0]}}),
	}
	services := s.twice()
	for round := range pgtest.Rounds(4, 60) {
		wishes := make([]booking.CreateInput, 40)
		for i := range wishes {
			wishes[i] = wish(menus[i%len(menus)], at(1+round, 12, 0))
			wishes[i].Customer.Phone = fmt.Sprintf("090-1234-%04d", i%5) // some are the same person
		}
		got := s.rivals(services, wishes)
		if got["ok"] < 1 || got["ok"] > 2 || got["ok"]+got["booking.slot_taken"] != 40 {
			t.Errorf("round %d: %v", round, got)
		}
	}
	s.wantNoDeadlock(t)
}

func TestRace_R03_MovesInOppositeDirections_NoDeadlock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(4, 50) {
		day := 1 + round
		var list []*booking.Booking
		for i := range 12 {
			in := wish(svc, at(day, 10+i%6, 0))
			in.Items[0].StaffID = &staff[i/6]
			in.Customer.FamilyName += strings.Repeat("々", i%3)
			list = append(list, s.mustBook(in))
		}
		got := atOnce(2*len(list), func(i int) error {
			x := list[i%len(list)]
			_, err := services[i%2].Reschedule(context.Background(), s.by(x), booking.MoveInput{
				Start: at(day, 10+(i*5)%9, 30), StaffID: &staff[(i/6+1)%2], Consented: true,
			})
			return err
		})
		for code := range got {
			if code != "ok" && code != "booking.slot_taken" {
				t.Errorf("round %d: %v", round, got)
			}
		}
	}
	s.wantNoDeadlock(t)
}

func TestRace_R04_Capacity_ExactlyThatManyWinners(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	services := s.twice()
	for _, capacity := range []int{1, 2, 5, 20} {
		table := s.resource(res{kind: catalog.Seat, capacity: capacity})
		svc := s.menu(90, 4000, need{kind: catalog.Seat, ids: []catalog.ResourceID{table}})
		for round := range pgtest.Rounds(1, 20) {
			got := s.rivals(services, times(60, wish(svc, at(1+round, 18, 0))))
			wantOutcomes(t, fmt.Sprintf("capacity %d", capacity), got, map[string]int{"ok": capacity, "booking.slot_taken": 60 - capacity})
		}
	}
}

func TestRace_R05_AnyOfThreeStaff_ExactlyThreeWinners(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(3)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(3, 60) {
		got := s.rivals(services, times(50, wish(svc, at(1+round/9, 10+round%9, 0))))
		wantOutcomes(t, "three staff", got, map[string]int{"ok": 3, "booking.slot_taken": 47})
	}
}

func TestCreate_R05_ManyBookings_AreSpreadFairly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(4)
	short, long := s.menu(30, 3000, need{kind: catalog.Staff}), s.menu(90, 9000, need{kind: catalog.Staff})
	for i := range 10 { // two at each time, so that there is always a choice
		svc := short
		if i%3 == 0 {
			svc = long
		}
		s.mustBook(wish(svc, at(1, 10, 0).Add(time.Duration(i%5)*2*time.Hour)))
	}
	for _, r := range staff {
		n := s.count(`SELECT coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60), 0)::bigint FROM allocations WHERE resource_id = $1`, r)
		if n < 135-90 || n > 135+90 { // 4 long and 6 short ones are 540 minutes; nobody is further off than one booking
			t.Errorf("%s has %d minutes, the fair share is 135", r, n)
		}
	}
}

func TestRace_R06_ApprovalMode_OnePendingAndOneTransition(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(3, 40) {
		slot := at(1+round/10, 10+round%10, 0)
		got := s.rivals(services, times(10, wish(svc, slot)))
		wantOutcomes(t, "rivals", got, map[string]int{"ok": 1, "booking.slot_taken": 9})
		won := s.texts(`SELECT id::text FROM bookings WHERE starts_at = $1 AND status = 'pending_approval'`, slot)
		if len(won) != 1 {
			t.Fatalf("pending: %v", won)
		}
		x := &booking.Booking{ID: mustID(t, won[0])}
		got = atOnce(10, func(i int) error {
			c := s.by(x)
			c.Expect = 1
			_, err := services[i%2].Approve(context.Background(), c)
			return err
		})
		wantOutcomes(t, "approvals", got, map[string]int{"ok": 1, "precondition.stale": 9})
		got = atOnce(4, func(int) error { return actions[booking.ActApprove](s, x) })
		wantOutcomes(t, "later approvals", got, map[string]int{"booking.wrong_state": 4})
		if p := s.path(x); p != "create, approve" {
			t.Errorf("history: %s", p)
		}
	}
}

func TestRace_R08_MoveCancelCheckIn_OneLinearHistory(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(6, 100) {
		s.clock.Set(now)
		x := s.mustBook(wish(svc, at(1+round/5, 11+round%5, 0)))
		s.clock.Set(x.StartsAt.Add(-time.Hour))
		token := s.service.ManageToken(x)
		got := atOnce(9, func(i int) error {
			b, c := services[i%2], s.by(x)
			c.Expect = 1
			var err error
			switch i % 3 {
			case 0:
				_, err = b.Reschedule(context.Background(), c, booking.MoveInput{Start: x.StartsAt.Add(2 * time.Hour)})
			case 1:
				_, err = b.CancelByLink(context.Background(), guest, token, "", nil)
			case 2:
				_, err = b.CheckIn(context.Background(), c)
			}
			return err
		})
		for code := range got {
			if code != "ok" && code != "precondition.stale" && code != "booking.wrong_state" {
				t.Errorf("round %d: %v", round, got)
			}
		}
		if p := s.path(x); got["ok"] != strings.Count(p, ",") || !slices.Contains(
			[]string{"create, reschedule", "create, cancel", "create, check_in", "create, reschedule, cancel"}, p) {
			t.Errorf("round %d: %v, history %s", round, got, p)
		}
	}
}
