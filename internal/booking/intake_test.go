package booking_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

func decodeAnswer(tb testing.TB, raw []byte) availability.Answer {
	tb.Helper()
	var a availability.Answer
	if err := json.Unmarshal(raw, &a); err != nil {
		tb.Fatal(err)
	}
	return a
}

// counter is the switch at the counter; it tells nobody, as in a process that
// does not run the booking's.
func (s *shop) counter() (*business.Service, *catalog.Catalog) {
	changer := business.NewChanger(s.db, s.clock, nil)
	return business.New(s.db, s.clock, changer), catalog.New(s.db, changer)
}

func TestStop_Business_TakesNobodyIn_AtOnceAndUntilItEnds(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	x, h := s.mustBook(wish(svc, at(1, 10, 0))), s.mustHold(svc, at(1, 12, 0))
	ctx, until := context.Background(), now.Add(20*time.Minute)
	shop, _ := s.counter()
	b, err := shop.StopAccepting(ctx, member, s.id, &until)
	if err != nil || b.AcceptingAt(now) || b.Version != 2 {
		t.Fatalf("stop: %+v, %v", b, err)
	}
	if b, err = shop.StopAccepting(ctx, member, s.id, &until); err != nil || b.Version != 2 { // tapped twice
		t.Errorf("once more: %+v, %v", b, err)
	}
	move := func() error {
		_, err := s.service.RescheduleByLink(ctx, guest, s.service.ManageToken(x), booking.MoveInput{Start: at(1, 11, 0)}, nil)
		return err
	}
	_, booked := s.book(person(wish(svc, at(1, 14, 0)), 1)) // this process still knows the schedule of before
	_, brought := s.book(s.with(h, wish(svc, at(1, 12, 0))))
	_, held := s.hold(svc, at(1, 16, 0))
	for what, err := range map[string]error{"a booking": booked, "with a hold": brought, "a hold": held, "a move": move()} {
		if code(err) != "booking.not_accepting" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if state, _ := s.state(svc, at(1, 0, 0)); state != availability.StateFull {
		t.Errorf("the day is %s", state)
	}
	s.mustEnter(wish(svc, at(1, 15, 0)))
	s.clock.Set(until) // nobody is told, no job runs
	if state, n := s.state(svc, at(1, 0, 0)); state != availability.StateOpen || n == 0 {
		t.Errorf("afterwards the day is %s with %d starts", state, n)
	}
	if _, err := s.book(person(wish(svc, at(1, 14, 0)), 1)); err != nil || move() != nil {
		t.Errorf("afterwards: %v, %v", err, move())
	}
	if got := s.texts(`SELECT action || ' ' || coalesce(detail ->> 'until', '') FROM audit_entries WHERE action LIKE 'business.%'`); len(got) != 1 || len(got[0]) < 30 {
		t.Errorf("audit %q", got)
	}
}

func TestStop_Resource_IsNotGivenToCustomers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	asks := func(r catalog.ResourceID, start time.Time) booking.CreateInput {
		in := wish(svc, start)
		in.Items[0].StaffID = &r
		return in
	}
	x := s.mustBook(asks(staff[0], at(1, 10, 0)))
	ctx, until := context.Background(), now.Add(30*time.Second)
	_, menu := s.counter()
	if r, err := menu.StopResource(ctx, member, s.id, staff[0], &until); err != nil || r.AcceptingAt(now) || r.Version != 2 {
		t.Fatalf("stop: %+v, %v", r, err)
	}
	if _, err := s.book(asks(staff[0], at(1, 12, 0))); code(err) != "booking.slot_taken" {
		t.Errorf("nominated: %v", err)
	}
	if got := s.mustBook(person(wish(svc, at(1, 12, 0)), 1)); got.Segments[0].StaffID != staff[1] {
		t.Errorf("given to %s", got.Segments[0].StaffID)
	}
	if _, err := s.book(person(wish(svc, at(1, 12, 0)), 2)); code(err) != "booking.slot_taken" {
		t.Errorf("nobody is left: %v", err)
	}
	s.mustEnter(asks(staff[0], at(1, 12, 0)))
	if got := s.read(x); got.Status != booking.Confirmed || got.OutsideRules {
		t.Errorf("what was booked: %+v", got)
	}
	if _, n := s.state(svc, at(1, 0, 0)); n != 18 { // the other one's day, but for the two at noon and the one at ten
		t.Logf("%d starts", n)
	}
	s.clock.Set(until)
	if _, err := s.book(asks(staff[0], at(1, 14, 0))); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if _, err := menu.ResumeResource(ctx, member, s.id, catalog.ResourceID{1}); code(err) != "validation.failed" {
		t.Errorf("an unknown one: %v", err)
	}
}

// Deadlines at clock times are those of the terms that a visit was booked under,
// and go with its business day.
func TestCutoffs_BindTheLink_AsTheyWereWhenBooked(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set(`change_cutoff = '{"days_before": 1, "minute": 1200}', cancel_cutoff = '{"days_before": 0, "minute": 540}', change_notice_minutes = 43200`)
	s.staff(2)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(3, 14, 0)))
	s.set(`change_cutoff = NULL, cancel_cutoff = NULL, cancel_notice_minutes = 43200`)
	manage := func(at time.Time) (change, cancel bool, until [2]time.Time) {
		s.clock.Set(at)
		m, err := s.service.Open(context.Background(), s.service.ManageToken(x))
		if err != nil {
			t.Fatal(err)
		}
		return m.CanReschedule, m.CanCancel, [2]time.Time{m.ChangeUntil, m.CancelUntil}
	}
	for _, c := range []struct {
		at             time.Time
		change, cancel bool
	}{
		{at(2, 19, 59), true, true}, {at(2, 20, 0), false, true}, {at(3, 8, 59), false, true}, {at(3, 9, 0), false, false},
	} {
		change, cancel, until := manage(c.at)
		if change != c.change || cancel != c.cancel || !until[0].Equal(at(2, 20, 0)) || !until[1].Equal(at(3, 9, 0)) {
			t.Errorf("%s: change %v, cancel %v, until %v", c.at, change, cancel, until)
		}
	}
	if _, err := s.cancelByLink(x, ""); code(err) != "booking.cancel_deadline" {
		t.Errorf("cancelled late: %v", err)
	}
	s.clock.Set(at(2, 21, 0))
	_, err := s.service.RescheduleByLink(context.Background(), guest, s.service.ManageToken(x), booking.MoveInput{Start: at(4, 14, 0)}, nil)
	if code(err) != "booking.change_deadline" {
		t.Errorf("moved late: %v", err)
	}
	s.clock.Set(at(2, 19, 0))
	if _, err = s.service.RescheduleByLink(context.Background(), guest, s.service.ManageToken(x), booking.MoveInput{Start: at(4, 14, 0)}, nil); err != nil {
		t.Fatal(err)
	}
	s.clock.Set(at(3, 21, 0)) // of the day that it was moved to
	if _, err := s.cancelByLink(x, ""); err != nil {
		t.Errorf("cancelled in time: %v", err)
	}
}

func TestCutoffs_AndOpenings_BindBookings(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set(`booking_cutoff = '{"days_before": 1, "minute": 1200}', booking_opens = '{"months_before": 3, "day": 1, "minute": 540}', min_notice_minutes = 43200`)
	s.staff(1)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	try := func(clock, start time.Time) string {
		s.clock.Set(clock)
		x, err := s.book(wish(svc, start))
		if err == nil {
			s.do(x, booking.ActCancel)
		}
		return code(err)
	}
	for _, c := range []struct {
		clock, start time.Time
		want         string
	}{
		{at(0, 19, 59), at(1, 10, 0), "ok"},
		{at(0, 20, 0), at(1, 19, 30), "validation.failed"},
		{at(0, 20, 0), at(2, 10, 0), "ok"},
		{at(0, 20, 0), time.Date(2027, 2, 28, 10, 0, 0, 0, tokyo), "ok"},
		{at(1, 8, 59), time.Date(2027, 3, 1, 10, 0, 0, 0, tokyo), "validation.failed"},
		{at(1, 9, 0), time.Date(2027, 3, 31, 10, 0, 0, 0, tokyo), "ok"}, // all of March opened on 1 December
		{at(1, 9, 0), time.Date(2027, 4, 1, 10, 0, 0, 0, tokyo), "validation.failed"},
	} {
		if got := try(c.clock, c.start); got != c.want {
			t.Errorf("%s for %s: %s", c.clock, c.start, got)
		}
	}
	s.clock.Set(at(1, 8, 0))
	if state, _ := s.state(svc, time.Date(2027, 3, 15, 0, 0, 0, 0, tokyo)); state != availability.StateNotYet {
		t.Errorf("March is %s", state)
	}
	if state, _ := s.state(svc, at(1, 0, 0)); state != availability.StatePast {
		t.Errorf("today is %s", state)
	}
}
