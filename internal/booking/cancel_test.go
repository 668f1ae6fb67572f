package booking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

func (s *shop) cancelByLink(x *booking.Booking, reason string) (*booking.Booking, error) {
	return s.service.CancelByLink(context.Background(), guest, s.service.ManageToken(x), reason, nil)
}

func TestCancel_FeeAtEachStep_IsThatOfThePolicyThatWasAgreed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(12)
	svc := s.menu(60, 5555, need{kind: catalog.Staff})
	start := at(3, 14, 0)
	// From 24 hours before 50 %, from 2 hours before 100 %.
	cases := []struct {
		at  time.Time
		fee int64
	}{
		{now, 0},
		{start.Add(-24*time.Hour - time.Second), 0},
		{start.Add(-24 * time.Hour), 2777}, // in the customer's favour
		{start.Add(-2*time.Hour - time.Second), 2777},
		{start.Add(-2 * time.Hour), 5555},
		{start.Add(-time.Second), 5555},
	}
	var list []*booking.Booking
	for range cases {
		list = append(list, s.mustBook(wish(svc, start)))
	}
	s.set(`cancellation_policy = '{"steps":[{"hours_before":720,"percent":100}]}', cancel_notice_minutes = 43200`)
	for i, c := range cases {
		s.clock.Set(c.at)
		x := list[i]
		m, err := s.service.Open(context.Background(), s.service.ManageToken(x))
		if err != nil || !m.CanCancel || m.FeeNow != c.fee || !m.FreeUntil.Equal(start.Add(-24*time.Hour)) {
			t.Errorf("%s: the link says %v %d until %s, %v; want %d", c.at, m.CanCancel, m.FeeNow, m.FreeUntil, err, c.fee)
		}
		got, err := s.cancelByLink(x, " 急用のため\u202e ")
		if err != nil || got.CancelFee == nil || *got.CancelFee != c.fee || *s.read(got).CancelFee != c.fee {
			t.Errorf("%s: %v, %+v; want %d", c.at, err, got, c.fee)
		}
		list, err := s.service.History(context.Background(), member, s.id, x.ID)
		if err != nil || list[1].Reason != "急用のため" || list[1].ActorKind != "customer" || list[1].Detail["by"] != "customer" {
			t.Errorf("history %v, %+v", err, list)
		}
	}
	s.clock.Set(now)
	s.set(`cancel_notice_minutes = 0`)
	dear := s.mustBook(wish(svc, start)) // under the new policy
	if m, err := s.service.Open(context.Background(), s.service.ManageToken(dear)); err != nil || m.FeeNow != 5555 {
		t.Errorf("under the new policy: %v, %+v", err, m)
	}
	free := s.do(dear, booking.ActCancel)
	if free.CancelFee == nil || *free.CancelFee != 0 {
		t.Errorf("the business cancels at no cost: %+v", free)
	}
}

func TestCancel_RequestCostsNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(0, 10, 0)))
	s.clock.Set(at(0, 9, 0))
	if got, err := s.cancelByLink(x, ""); err != nil || *got.CancelFee != 0 {
		t.Errorf("%v, %+v", err, got)
	}
}

func TestCancel_Deadline(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("cancel_notice_minutes = 120")
	s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x, y := s.mustBook(wish(svc, at(1, 14, 0))), s.mustBook(wish(svc, at(1, 14, 0)))
	s.clock.Set(at(1, 12, 0))
	if m, err := s.service.Open(context.Background(), s.service.ManageToken(x)); err != nil || m.CanCancel {
		t.Errorf("the link says it can be cancelled: %v", err)
	}
	if _, err := s.cancelByLink(x, ""); code(err) != "booking.cancel_deadline" {
		t.Errorf("at the deadline: %v", err)
	}
	s.clock.Set(at(1, 12, 0).Add(-time.Second))
	if _, err := s.cancelByLink(x, ""); err != nil {
		t.Errorf("just before: %v", err)
	}
	if _, err := s.cancelByLink(x, ""); code(err) != "booking.wrong_state" {
		t.Errorf("again: %v", err)
	}
	s.do(y, booking.ActCheckIn)
	if _, err := s.cancelByLink(y, ""); code(err) != "booking.wrong_state" {
		t.Errorf("who is here does not cancel by link: %v", err)
	}
	s.do(y, booking.ActCancel)
}

func TestCancel_SlotIsOfferedAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	for range 3 {
		if !s.offered(svc, at(1, 14, 0)) {
			t.Fatal("it is not offered")
		}
		x := s.mustBook(wish(svc, at(1, 14, 0)))
		if s.offered(svc, at(1, 14, 0)) || s.offered(svc, at(1, 13, 30)) || !s.offered(svc, at(1, 15, 0)) {
			t.Error("what is taken is offered, or what is free is not")
		}
		if _, err := s.cancelByLink(x, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRace_CancelledSlot_OneNextOwner(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for day := range 4 {
		x := s.mustBook(wish(svc, at(1+day, 14, 0)))
		got := atOnce(20, func(i int) error {
			if i == 3 {
				_, err := services[1].CancelByLink(context.Background(), guest, s.service.ManageToken(x), "", nil)
				return err
			}
			_, err := services[i%2].Create(context.Background(), guest, s.id, wish(svc, x.StartsAt), nil)
			return err
		})
		if got["ok"] < 1 || got["ok"] > 2 || got["ok"]+got["booking.slot_taken"] != 20 || s.read(x).Status != booking.Cancelled {
			t.Errorf("outcomes %v", got)
		}
	}
}

func TestLink_OpensOnlyItsBookingAndNotForEver(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	token := s.service.ManageToken(x)
	flipped := func(i int) string {
		raw := []byte(token)
		raw[i] = "AB"[(raw[i]-'A'+1)%2]
		return string(raw)
	}
	wrong := []string{"", "x", token + "A", token[1:], flipped(3), flipped(25), flipped(45), flipped(60), s.service.HoldToken(s.mustHold(svc, at(1, 16, 0)))}
	for _, bad := range wrong {
		_, err := s.service.Open(context.Background(), bad)
		_, cancel := s.service.CancelByLink(context.Background(), guest, bad, "", nil)
		_, move := s.service.RescheduleByLink(context.Background(), guest, bad, booking.MoveInput{Start: at(1, 18, 0)}, nil)
		if got := []string{code(err), code(cancel), code(move)}; !slices.Equal(got, []string{"not_found", "not_found", "not_found"}) {
			t.Errorf("%q: %v", bad, got)
		}
	}
	for when, want := range map[time.Time]string{at(31, 15, 0): "ok", at(31, 15, 0).Add(time.Second): "not_found"} {
		s.clock.Set(when)
		if _, err := s.service.Open(context.Background(), token); code(err) != want {
			t.Errorf("at %s: %v", when, err)
		}
	}
	s.clock.Set(now)
	s.sql(`UPDATE bookings SET link_generation = 2`)
	if _, err := s.service.Open(context.Background(), token); code(err) != "not_found" {
		t.Errorf("a revoked link: %v", err)
	}
}

func TestSendLink_ToTheAddressOnTheBookingAndNotTooOften(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	send := func(code, phone string) int64 {
		t.Helper()
		before := s.count(`SELECT count(*) FROM messages WHERE event = 'booking.link'`)
		if err := s.service.SendLink(context.Background(), guest, code, phone); err != nil {
			t.Errorf("%q %q: %v", code, phone, err)
		}
		return s.count(`SELECT count(*) FROM messages WHERE event = 'booking.link'`) - before
	}
	for _, c := range [][2]string{{x.Code, "090-1234-5679"}, {"23456789", "090-1234-5678"}, {"", "090-1234-5678"}, {"\x00\xff'", "090-1234-5678"}} {
		if n := send(c[0], c[1]); n != 0 {
			t.Errorf("%q: %d messages", c, n)
		}
	}
	wide := []rune{}
	for _, r := range x.Code {
		wide = append(wide, r-'!'+'！')
	}
	for i, c := range []string{x.Code[:4] + "-" + x.Code[4:], " " + string(wide) + " ", x.Code, x.Code} {
		if n := send(c, "０９０ー１２３４ー５６７８"); n != 1 && i < 3 || n != 0 && i == 3 {
			t.Errorf("%q: %d messages", c, n)
		}
	}
	s.clock.Advance(time.Hour)
	if n := send(x.Code, "+81 90 1234 5678"); n != 1 {
		t.Errorf("an hour later: %d messages", n)
	}
	if err := s.service.SendLink(context.Background(), guest, x.Code, "123"); !slices.Equal(fields(err), []string{"body.phone phone"}) {
		t.Errorf("no phone: %v", err)
	}
}
