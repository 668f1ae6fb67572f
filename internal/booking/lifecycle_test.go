package booking_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// ways lead to each status.
var ways = map[booking.Status][]booking.Action{
	booking.PendingApproval: {},
	booking.Confirmed:       {booking.ActApprove},
	booking.CheckedIn:       {booking.ActApprove, booking.ActCheckIn},
	booking.Completed:       {booking.ActApprove, booking.ActCheckIn, booking.ActComplete},
	booking.NoShow:          {booking.ActApprove, booking.ActNoShow},
	booking.Cancelled:       {booking.ActApprove, booking.ActCancel},
	booking.Declined:        {booking.ActDecline},
	booking.Expired:         {booking.ActExpire},
}

// life is the table of product.md, "Booking life cycle": where each action leads
// from each status; what is not here is refused. Nothing happens to what is not
// pending when its job comes, which is no refusal.
var life = map[booking.Status]map[booking.Action]booking.Status{
	booking.PendingPayment: {booking.ActCancel: booking.Cancelled, booking.ActExpire: booking.Expired},
	booking.PendingApproval: {
		booking.ActApprove: booking.Confirmed, booking.ActDecline: booking.Declined, booking.ActCancel: booking.Cancelled,
		booking.ActReschedule: booking.PendingApproval, booking.ActExpire: booking.Expired,
	},
	booking.Confirmed: {
		booking.ActCheckIn: booking.CheckedIn, booking.ActComplete: booking.Completed, booking.ActNoShow: booking.NoShow,
		booking.ActCancel: booking.Cancelled, booking.ActReschedule: booking.Confirmed,
	},
	booking.CheckedIn: {booking.ActComplete: booking.Completed, booking.ActCancel: booking.Cancelled, booking.ActUndo: booking.Confirmed},
	booking.Completed: {booking.ActUndo: booking.CheckedIn},
	booking.NoShow:    {booking.ActUndo: booking.Confirmed},
	booking.Cancelled: {booking.ActUndo: booking.Confirmed},
	booking.Declined:  {},
	booking.Expired:   {},
}

// in makes a booking of the status whose visit is at the time.
func (s *shop) in(status booking.Status, svc catalog.ServiceID, start time.Time) *booking.Booking {
	s.tb.Helper()
	s.clock.Set(start.Add(-time.Hour))
	x := s.mustBook(wish(svc, start))
	for _, a := range ways[status] {
		if a == booking.ActExpire || a == booking.ActNoShow {
			s.clock.Set(start)
		}
		s.do(x, a)
	}
	return s.read(x)
}

func TestLife_EachActionFromEachStatus(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(1)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	names := make([]booking.Action, 0, len(actions))
	for a := range actions {
		names = append(names, a)
	}
	slices.Sort(names)
	day := 0
	for _, from := range booking.Statuses {
		if from == booking.PendingPayment {
			continue // see TestLife_PendingPayment
		}
		for _, a := range names {
			day++
			start := at(day, 14, 0)
			x := s.in(from, svc, start)
			if x.Status != from {
				t.Fatalf("it is %s, want %s", x.Status, from)
			}
			before := s.path(x)
			if !from.Pending() || a == booking.ActExpire {
				s.clock.Set(start)
			}
			err := actions[a](s, x)
			after := s.read(x)
			to, allowed := life[from][a]
			switch {
			case allowed && (err != nil || after.Status != to || after.Version != x.Version+1 || s.path(x) != before+", "+string(a)):
				t.Errorf("%s from %s: %v, now %s of version %d by %s; want %s", a, from, err, after.Status, after.Version, s.path(x), to)
			case !allowed && after.Version != x.Version, !allowed && s.path(x) != before:
				t.Errorf("%s from %s is not allowed, but was written: %s", a, from, s.path(x))
			case !allowed && a == booking.ActExpire && err != nil:
				t.Errorf("%s from %s: %v", a, from, err)
			case !allowed && a == booking.ActUndo && !isFault(err, booking.ErrNothingToUndo):
				t.Errorf("%s from %s: %v", a, from, err)
			case !allowed && a != booking.ActExpire && a != booking.ActUndo:
				if f, ok := fault.As(err); !ok || f.Code != "booking.wrong_state" || f.Kind != fault.Conflict || fmt.Sprint(f.Args["status"]) != string(from) {
					t.Errorf("%s from %s: %v", a, from, err)
				}
			}
			if allowed && after.Status.Occupies() {
				s.do(x, booking.ActCancel)
			}
		}
	}
}

func TestLife_PendingPayment(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(1)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	s.checked = true // nothing makes one yet: its history is another one's
	for day, a := range []booking.Action{
		booking.ActApprove, booking.ActDecline, booking.ActCheckIn, booking.ActComplete, booking.ActNoShow, booking.ActUndo,
		booking.ActReschedule, booking.ActCancel, booking.ActExpire,
	} {
		x := s.mustBook(wish(svc, at(day, 14, 0)))
		s.sql(`UPDATE bookings SET status = 'pending_payment' WHERE id = $1`, x.ID)
		if a == booking.ActExpire {
			s.clock.Set(at(day, 14, 0))
		}
		err := actions[a](s, x)
		to, allowed := life[booking.PendingPayment][a]
		if got := s.read(x).Status; allowed && (err != nil || got != to) || !allowed && (err == nil || got != booking.PendingPayment) {
			t.Errorf("%s: %v, now %s", a, err, got)
		}
	}
}

func TestLife_TooEarly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	for _, c := range []struct {
		action booking.Action
		at     time.Time
		want   string
	}{
		{booking.ActCheckIn, at(1, 2, 0).Add(-time.Second), "booking.too_early"},
		{booking.ActComplete, at(1, 2, 0).Add(-time.Second), "booking.too_early"},
		{booking.ActNoShow, at(1, 14, 0).Add(-time.Second), "booking.too_early"},
		{booking.ActNoShow, at(1, 14, 0), "ok"},
		{booking.ActUndo, at(1, 14, 5), "ok"},
		{booking.ActCheckIn, at(1, 2, 0), "ok"},
		{booking.ActComplete, at(1, 2, 0), "ok"},
	} {
		s.clock.Set(c.at)
		if err := actions[c.action](s, x); code(err) != c.want {
			t.Errorf("%s at %s: %v, want %s", c.action, c.at, err, c.want)
		}
	}
	in := wish(svc, at(2, 14, 0))
	in.CheckIn, in.Source = true, booking.WalkIn
	if _, err := s.enter(in); !slices.Equal(fields(err), []string{"body.start booking.too_early"}) {
		t.Errorf("a walk-in of tomorrow who is here already: %v", err)
	}
}

func TestLife_WhatEndsFreesItsSlot(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	day := 0
	for _, status := range booking.Statuses {
		if status == booking.PendingPayment {
			continue
		}
		day++
		x := s.in(status, svc, at(day, 14, 0))
		s.clock.Set(at(day, 13, 0))
		if n := s.count(`SELECT count(*) FROM allocations WHERE booking_id = $1`, x.ID); (n > 0) != status.Occupies() {
			t.Errorf("%s holds %d rows", status, n)
		}
		if got := s.offered(svc, at(day, 14, 0)); got == status.Occupies() {
			t.Errorf("%s: its slot is offered: %v", status, got)
		}
	}
}

func TestUndo_SlotIsGone_IsRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.clock.Set(at(0, 14, 5))
	for i, end := range []booking.Action{booking.ActCancel, booking.ActNoShow, booking.ActComplete} {
		start := at(0, 11+i, 0)
		s.clock.Set(at(0, 9, 0))
		x := s.mustBook(wish(svc, start))
		s.clock.Set(start.Add(5 * time.Minute))
		s.do(x, end)
		y := s.mustEnter(wish(svc, start.Add(30*time.Minute)))
		if err := actions[booking.ActUndo](s, x); code(err) != "booking.slot_taken" {
			t.Errorf("undo %s: %v", end, err)
		}
		s.do(y, booking.ActCancel)
		s.do(x, booking.ActUndo)
		if got := s.read(x); got.Status != booking.Confirmed || got.CancelFee != nil {
			t.Errorf("undo %s: %+v", end, got)
		}
		s.do(x, booking.ActCancel)
	}
}

func TestUndo_ExpiredHoldInTheWay_IsFreed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.do(s.mustBook(wish(svc, at(1, 14, 0))), booking.ActCancel)
	h := s.mustHold(svc, at(1, 14, 0))
	if err := actions[booking.ActUndo](s, x); code(err) != "booking.slot_taken" {
		t.Fatalf("held: %v", err)
	}
	s.clock.Set(h.ExpiresAt)
	if err := actions[booking.ActUndo](s, x); err != nil || s.holdStatus(h) != "expired" {
		t.Fatalf("expired: %v, hold is %s", err, s.holdStatus(h))
	}
}

func TestUndo_OnlyOnceOnTheSameDayWithAReason(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(0, 18, 0)))
	s.clock.Set(at(0, 23, 58))
	s.do(x, booking.ActNoShow)
	c := s.by(x)
	c.Reason = " \u200b"
	if _, err := s.service.Undo(context.Background(), c); !slices.Equal(fields(err), []string{"body.reason required"}) {
		t.Errorf("without a reason: %v", err)
	}
	s.clock.Set(at(1, 0, 0))
	if err := actions[booking.ActUndo](s, x); code(err) != "booking.undo_over" {
		t.Errorf("the next day: %v", err)
	}
	s.clock.Set(at(0, 23, 59))
	s.do(x, booking.ActUndo)
	if err := actions[booking.ActUndo](s, x); code(err) != "booking.nothing_to_undo" {
		t.Errorf("again: %v", err)
	}
	s.do(x, booking.ActCheckIn, booking.ActComplete, booking.ActUndo)
	if got := s.read(x).Status; got != booking.CheckedIn {
		t.Errorf("undo of a completion leads to %s", got)
	}
	if err := actions[booking.ActUndo](s, x); code(err) != "booking.nothing_to_undo" {
		t.Errorf("an undo is not undone: %v", err)
	}
	in := wish(svc, at(0, 21, 0))
	in.CheckIn, in.Source, in.Override = true, booking.WalkIn, "閉店後"
	if err := actions[booking.ActUndo](s, s.mustEnter(in)); code(err) != "booking.nothing_to_undo" {
		t.Errorf("a walk-in was never confirmed: %v", err)
	}
	list, err := s.service.History(context.Background(), member, s.id, x.ID)
	if err != nil || list[2].Reason != "電話で依頼" || list[2].ActorKind != "member" || *list[2].ActorID != member.UserID || !list[2].At.Equal(at(0, 23, 59)) {
		t.Errorf("history: %v, %+v", err, list)
	}
}

func TestUndo_OfACancellation_IsToldToTheCustomer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	s.clock.Advance(time.Hour)
	s.do(x, booking.ActCancel, booking.ActUndo)
	if got := s.read(x); got.Status != booking.PendingApproval || got.ExpiresAt == nil || !got.ExpiresAt.Equal(s.clock.Now().Add(24*time.Hour)) {
		t.Errorf("the request is %s until %v", got.Status, got.ExpiresAt)
	}
	s.do(x, booking.ActApprove)
	s.clock.Set(at(1, 13, 0))
	s.do(x, booking.ActCheckIn, booking.ActUndo, booking.ActCancel, booking.ActUndo)
	got := s.texts(`SELECT event FROM messages ORDER BY id`)
	slices.Sort(got)
	want := []string{"booking.cancelled", "booking.cancelled", "booking.confirmed", "booking.confirmed", "booking.requested", "booking.requested"}
	if !slices.Equal(got, want) {
		t.Errorf("messages %v, want %v", got, want)
	}
}
