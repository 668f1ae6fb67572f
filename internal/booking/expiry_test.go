package booking_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

func TestExpiry_RequestLapses_ByJobOrByTheNextComer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval', approval_hours = 2")
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	day := 0
	for name, end := range map[string]func(*booking.Booking) error{
		"job": s.expire,
		"next comer books": func(x *booking.Booking) error {
			_, err := s.book(wish(svc, x.StartsAt))
			return err
		},
		"next comer overlaps": func(x *booking.Booking) error {
			_, err := s.book(wish(svc, x.StartsAt.Add(-30*time.Minute)))
			return err
		},
		"next comer holds": func(x *booking.Booking) error { _, err := s.hold(svc, x.StartsAt); return err },
		"counter":          func(x *booking.Booking) error { _, err := s.enter(wish(svc, x.StartsAt)); return err },
		"undo": func(x *booking.Booking) error {
			other := s.texts(`SELECT id::text FROM bookings WHERE status = 'cancelled' AND starts_at = $1`, x.StartsAt)
			return actions[booking.ActUndo](s, &booking.Booking{ID: mustID(t, other[0])})
		},
	} {
		day++
		if name == "undo" {
			s.do(s.mustBook(wish(svc, at(day, 14, 0))), booking.ActCancel)
		}
		x := s.mustBook(wish(svc, at(day, 14, 0)))
		s.clock.Set(x.ExpiresAt.Add(-time.Second))
		if s.offered(svc, x.StartsAt) {
			t.Errorf("%s: a request is offered before it lapses", name)
		}
		s.clock.Set(*x.ExpiresAt)
		if !s.offered(svc, x.StartsAt) {
			t.Errorf("%s: a request that lapsed is not offered", name)
		}
		for _, a := range []booking.Action{booking.ActApprove, booking.ActReschedule} {
			if err := actions[a](s, x); code(err) != "booking.expired" {
				t.Errorf("%s: %s: %v", name, a, err)
			}
		}
		if _, err := s.service.CancelByLink(context.Background(), guest, s.service.ManageToken(x), "", nil); code(err) != "booking.expired" {
			t.Errorf("%s: cancel: %v", name, err)
		}
		if err := end(x); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for range 2 { // the job comes late, and twice
			if err := s.expire(x); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		got := s.read(x)
		if got.Status != booking.Expired || got.ExpiresAt != nil || s.path(x) != "create, expire" {
			t.Errorf("%s: it is %s by %s", name, got.Status, s.path(x))
		}
		if e := s.events(x); !slices.Equal(e, []string{"booking.requested", "booking.expired"}) {
			t.Errorf("%s: messages %v", name, e)
		}
		if n := s.count(`SELECT count(*) FROM booking_history WHERE booking_id = $1 AND version = 2 AND actor_kind = 'system'`, x.ID); n != 1 {
			t.Errorf("%s: history does not say that nobody did it", name)
		}
	}
}

func TestExpiry_JobBeforeItsTime_ComesAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	jobs := `SELECT count(*) FROM river_job WHERE kind = 'booking.expire' AND scheduled_at = $1 AND state = 'scheduled'`
	s.clock.Set(x.ExpiresAt.Add(-time.Millisecond)) // the queue's clock goes before ours
	if err := s.expire(x); err != nil || s.read(x).Status != booking.PendingApproval || s.count(jobs, x.ExpiresAt) != 2 {
		t.Errorf("%v, it is %s with %d jobs", err, s.read(x).Status, s.count(jobs, x.ExpiresAt))
	}
	s.do(x, booking.ActApprove)
	s.clock.Set(*x.ExpiresAt)
	if err := s.expire(x); err != nil || s.read(x).Status != booking.Confirmed || s.count(jobs, x.ExpiresAt) != 2 {
		t.Errorf("%v, it is %s with %d jobs", err, s.read(x).Status, s.count(jobs, x.ExpiresAt))
	}
}

func TestExpiry_DeadlineIsNeverPastTheStart(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval', approval_hours = 24")
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	for _, c := range []struct{ start, want time.Time }{
		{at(0, 10, 0), at(0, 10, 0)}, {at(1, 10, 0).Add(-24 * time.Hour).Add(time.Hour), at(0, 11, 0)}, {at(2, 14, 0), at(1, 8, 0)},
	} {
		if x := s.mustBook(wish(svc, c.start)); !x.ExpiresAt.Equal(c.want) {
			t.Errorf("a request for %s lapses at %s, want %s", c.start, x.ExpiresAt, c.want)
		}
	}
	x := s.mustBook(wish(svc, at(3, 14, 0)))
	moved, err := s.service.RescheduleByLink(context.Background(), guest, s.service.ManageToken(x), booking.MoveInput{Start: at(0, 12, 0)}, nil)
	if err != nil || !moved.ExpiresAt.Equal(at(0, 12, 0)) {
		t.Fatalf("moved: %v, %+v", err, moved)
	}
	s.clock.Set(at(0, 12, 0))
	if err := s.expire(x); err != nil || s.read(x).Status != booking.Expired {
		t.Errorf("%v, it is %s", err, s.read(x).Status)
	}
	s.clock.Set(at(0, 15, 0))
	if _, err := s.book(wish(svc, at(0, 15, 0))); !slices.Equal(fields(err), []string{"body.start booking.too_soon"}) {
		t.Errorf("nobody can answer a request for now: %v", err)
	}
}

func TestRace_Expiry_JobsAndNextComersAndApproval_OneOwner(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval', approval_hours = 1")
	s.staff(2)
	s.resource(res{kind: catalog.Room})
	s.resource(res{kind: catalog.Room})
	svc := s.menu(60, 5500, need{kind: catalog.Staff}, need{kind: catalog.Room})
	services := s.twice()
	for round := range pgtest.Rounds(4, 60) {
		start := at(1+round, 14, 0)
		a, b := s.mustBook(wish(svc, start)), s.mustBook(wish(svc, start))
		s.clock.Set(*a.ExpiresAt)
		got := atOnce(16, func(i int) error {
			switch x := []*booking.Booking{a, b}[i%2]; i / 2 {
			case 0:
				return s.expire(x)
			case 1:
				_, err := services[1].Approve(context.Background(), s.by(x))
				return err
			case 2:
				_, err := services[1].Hold(context.Background(), guest, s.id, booking.HoldInput{Request: wish(svc, start).Request}, nil)
				return err
			}
			in := wish(svc, start.Add(time.Duration(i%3-1)*30*time.Minute))
			in.Customer.Phone = fmt.Sprintf("090-1234-000%d", i%4)
			_, err := services[i%2].Create(context.Background(), guest, s.id, in, nil)
			return err
		})
		for code := range got {
			if code != "ok" && code != "booking.slot_taken" && code != "booking.expired" && code != "booking.wrong_state" {
				t.Errorf("round %d: %v", round, got)
			}
		}
		for _, x := range []*booking.Booking{a, b} {
			if p := s.path(x); p != "create, expire" {
				t.Errorf("round %d: history %s", round, p)
			}
		}
	}
	s.wantNoDeadlock(t)
}

// Whoever frees two lapsed requests holds the first one's entry in the trail
// until the end: it is the lock that everybody takes last.
func TestExpiry_NextComerAndAnotherWriter_DoNotDeadlock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval', approval_hours = 1")
	s.twice()
	s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	first := s.mustBook(wish(svc, at(1, 14, 0)))
	s.clock.Advance(time.Second)
	later := s.mustBook(wish(svc, at(1, 14, 0)))
	s.clock.Set(*later.ExpiresAt)
	done := make(chan error, 1)
	err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
		lock := &pg.Statement{SQL: `SELECT 1 FROM bookings WHERE business_id = $1 AND id = $2 FOR NO KEY UPDATE`}
		if _, err := tx.Exec(context.Background(), lock, s.id, later.ID); err != nil {
			return err
		}
		go func() { _, err := s.book(wish(svc, at(1, 14, 0))); done <- err }()
		s.untilWaiting(1)
		audit.Append(tx.Batch(), s.id, audit.Entry{At: now, Actor: member, Action: "test"}, nil)
		return nil
	})
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	if s.path(first) != "create, expire" || s.path(later) != "create, expire" {
		t.Errorf("histories %s and %s", s.path(first), s.path(later))
	}
	s.wantNoDeadlock(t)
}

// untilWaiting returns when so many sessions in the shop's database wait for a lock.
func (s *shop) untilWaiting(n int64) {
	s.tb.Helper()
	for range 10_000 {
		if s.count(`SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
			WHERE NOT l.granted AND a.datname = current_database()`) >= n {
			return
		}
	}
	s.tb.Error("nobody waits for a lock")
}
