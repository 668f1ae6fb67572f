package booking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
)

func (s *shop) holdStatus(h *booking.Hold) string {
	s.tb.Helper()
	return s.texts(`SELECT status FROM holds WHERE business_id = $1 AND id = $2`, s.id, h.ID)[0]
}

// with brings a hold along.
func (s *shop) with(h *booking.Hold, in booking.CreateInput) booking.CreateInput {
	in.HoldToken = s.service.HoldToken(h)
	return in
}

func TestHold_SameWish_TakesItOver(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	s.resource(res{kind: catalog.Seat, capacity: 4})
	svc := s.menu(90, 9000, need{kind: catalog.Staff, before: 5, after: 10, gap: [2]int{30, 60}}, need{kind: catalog.Seat})
	option := s.option(svc, 30, 1000)
	in := wish(svc, at(1, 14, 0))
	in.Items[0].StaffID, in.Items[0].OptionIDs = &staff[1], []catalog.OptionID{option}
	h, err := s.service.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: in.Request}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if h.ExpiresAt != now.Add(10*time.Minute).UTC() || len(h.Picks) != 3 {
		t.Fatalf("hold %+v", h)
	}
	if _, err := s.book(in); code(err) != "booking.slot_taken" {
		t.Fatalf("without its token: %v", err)
	}
	s.clock.Set(h.ExpiresAt.Add(-time.Second))
	rows := `SELECT string_agg(concat(resource_id, unit, starts_at, ends_at, segment), ',' ORDER BY id) FROM allocations`
	before := s.texts(rows)
	x := s.mustBook(s.with(h, in))
	if after := s.texts(rows); !slices.Equal(before, after) {
		t.Errorf("its rows are other ones: %v, then %v", before, after)
	}
	if got := s.read(x); got.Status != booking.Confirmed || got.Segments[0].StaffID != staff[1] || !got.Segments[0].Nominated || len(got.Segments[0].Picks) != 3 {
		t.Errorf("booking %+v", got)
	}
	if got := s.holdStatus(h); got != "used" {
		t.Errorf("hold is %s", got)
	}
	if _, err := s.book(s.with(h, in)); code(err) != "booking.slot_taken" {
		t.Errorf("used again: %v", err)
	}
	if err := s.expireHold(h); err != nil || s.holdStatus(h) != "used" {
		t.Errorf("the job came late: %v, %s", err, s.holdStatus(h))
	}
}

func TestHold_AnotherWish_GivesItBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc, other := s.menu(60, 5500, need{kind: catalog.Staff}), s.menu(90, 7000, need{kind: catalog.Staff})
	for name, in := range map[string]booking.CreateInput{
		"another start that overlaps": wish(svc, at(1, 14, 30)), "another service": wish(other, at(1, 14, 0)), "another day": wish(svc, at(2, 14, 0)),
	} {
		h := s.mustHold(svc, at(1, 14, 0))
		x := s.mustBook(s.with(h, in))
		if got := s.holdStatus(h); got != "released" {
			t.Errorf("%s: hold is %s", name, got)
		}
		s.do(x, booking.ActCancel)
	}
	h := s.mustHold(svc, at(1, 14, 0))
	s.mustBook(wish(svc, at(1, 15, 0)))
	if _, err := s.book(s.with(h, wish(other, at(1, 14, 0)))); code(err) != "booking.slot_taken" || s.holdStatus(h) != "active" {
		t.Errorf("refused: %v, and the hold is %s", err, s.holdStatus(h))
	}
	party := wish(svc, at(1, 14, 0))
	party.PartySize = 2
	if x := s.mustBook(s.with(h, party)); s.read(x).PartySize != 2 || s.holdStatus(h) != "released" {
		t.Errorf("another party: hold is %s", s.holdStatus(h))
	}
}

func TestHold_UnknownToken_NamesTheField(t *testing.T) {
	t.Parallel()
	s, foreign := newShop(t), newShop(t)
	s.staff(1)
	foreign.staff(1)
	svc, theirs := s.menu(60, 5500, need{kind: catalog.Staff}), foreign.menu(60, 5500, need{kind: catalog.Staff})
	in := wish(svc, at(1, 14, 0))
	h, mine := foreign.mustHold(theirs, at(1, 14, 0)), s.mustHold(svc, at(1, 16, 0))
	ours := s.service.HoldToken(mine)
	tokens := []string{
		foreign.service.HoldToken(h), "x", ours + "A", ours[:len(ours)-1], "\x00", ours[:10] + "_" + ours[11:],
		s.service.ManageToken(s.mustBook(wish(svc, at(1, 10, 0)))),
	}
	for _, token := range tokens {
		in.HoldToken = token
		if _, err := s.book(in); !slices.Equal(fields(err), []string{"body.hold_token booking.hold_unknown"}) {
			t.Errorf("book with %q: %v", token, err)
		}
		if token == tokens[0] {
			continue // it is good for its own business
		}
		if err := s.service.Release(context.Background(), guest, token); code(err) != "not_found" {
			t.Errorf("release %q: %v", token, err)
		}
	}
}

func TestHold_Released_IsFreeAtOnceAndOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	h := s.mustHold(svc, at(1, 14, 0))
	token := s.service.HoldToken(h)
	got := atOnce(6, func(int) error { return s.service.Release(context.Background(), guest, token) })
	wantOutcomes(t, "released at once", got, map[string]int{"ok": 1, "not_found": 5})
	if s.holdStatus(h) != "released" || !s.offered(svc, at(1, 14, 0)) {
		t.Error("it is not offered again")
	}
	if err := s.expireHold(h); err != nil || s.holdStatus(h) != "released" {
		t.Errorf("the job came late: %v, %s", err, s.holdStatus(h))
	}
	s.mustBook(s.with(h, wish(svc, at(1, 14, 0)))) // its bringer takes their chance
}

func TestHold_Expired_ByJobOrByTheNextComer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	day := 0
	for name, end := range map[string]func(*booking.Hold) error{
		"job": func(h *booking.Hold) error { return s.expireHold(h) },
		"next comer books": func(h *booking.Hold) error {
			_, err := s.book(wish(svc, h.Request.Start))
			return err
		},
		"next comer holds": func(h *booking.Hold) error { _, err := s.hold(svc, h.Request.Start); return err },
		"next comer moves": func(h *booking.Hold) error {
			x := s.mustBook(wish(svc, h.Request.Start.Add(2*time.Hour)))
			_, err := s.service.Reschedule(context.Background(), s.by(x), booking.MoveInput{Start: h.Request.Start})
			return err
		},
		"its own bringer": func(h *booking.Hold) error { _, err := s.book(s.with(h, wish(svc, h.Request.Start))); return err },
	} {
		day++
		h := s.mustHold(svc, at(day, 14, 0))
		s.clock.Set(h.ExpiresAt)
		if !s.offered(svc, h.Request.Start) {
			t.Errorf("%s: what has expired is not offered", name)
		}
		if err := end(h); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := s.holdStatus(h); got != "expired" {
			t.Errorf("%s: hold is %s", name, got)
		}
		if n := s.count(`SELECT count(*) FROM allocations WHERE hold_id = $1`, h.ID); n != 0 {
			t.Errorf("%s: it still occupies", name)
		}
		if n := s.count(`SELECT count(*) FROM audit_entries WHERE action = 'hold.expired' AND subject = $1`, "hold:"+h.ID.String()); n != 1 {
			t.Errorf("%s: %d entries in the trail", name, n)
		}
	}
}

func TestHold_JobBeforeItsTime_ComesAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	h := s.mustHold(svc, at(1, 14, 0))
	s.clock.Set(h.ExpiresAt.Add(-20 * time.Millisecond)) // the queue's clock goes before ours
	if err := s.expireHold(h); err != nil || s.holdStatus(h) != "active" {
		t.Fatalf("%v, hold is %s", err, s.holdStatus(h))
	}
	if n := s.count(`SELECT count(*) FROM river_job WHERE kind = 'hold.expire' AND queue = $1 AND scheduled_at = $2`, jobs.Default, h.ExpiresAt); n != 2 {
		t.Errorf("%d jobs for the end of the hold, want the one that ran and another", n)
	}
	s.clock.Set(h.ExpiresAt)
	for range 2 {
		if err := s.expireHold(h); err != nil || s.holdStatus(h) != "expired" {
			t.Errorf("%v, hold is %s", err, s.holdStatus(h))
		}
	}
	if n := s.count(`SELECT count(*) FROM audit_entries WHERE action = 'hold.expired'`); n != 1 {
		t.Errorf("it expired %d times", n)
	}
}

func TestHold_MenuOrHoursOrStaffChangeMeanwhile_OldPromiseIsJudgedAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff, ids: staff[:1]})
	slot := at(1, 19, 0)
	first, second := staff[0].String(), staff[1].String()
	for name, c := range map[string]struct{ change, undo, want string }{
		"nothing changes": {`SELECT 1`, `SELECT 1`, "ok"},
		"closing earlier": {`UPDATE opening_hours SET end_minute = 1140`, `UPDATE opening_hours SET end_minute = 1200`, "validation.failed"},
		"staff leaves":    {`UPDATE resources SET active = false WHERE id = '` + first + `'`, `UPDATE resources SET active = true`, "booking.slot_taken"},
		"another staff serves it now": {
			`UPDATE requirements SET resource_ids = ARRAY['` + second + `'::uuid]`, `UPDATE requirements SET resource_ids = ARRAY['` + first + `'::uuid]`, "ok",
		},
		"it takes longer now":    {`UPDATE services SET duration_minutes = 90`, `UPDATE services SET duration_minutes = 60`, "validation.failed"},
		"clean-up is new":        {`UPDATE requirements SET after_minutes = 15`, `UPDATE requirements SET after_minutes = 0`, "ok"},
		"notice is new":          {`UPDATE businesses SET min_notice_minutes = 43200`, `UPDATE businesses SET min_notice_minutes = 0`, "ok"},
		"the menu is taken away": {`UPDATE services SET active = false`, `UPDATE services SET active = true`, "validation.failed"},
	} {
		h := s.mustHold(svc, slot)
		s.elsewhere(c.change) // by another program: ours has not heard of it
		x, err := s.book(s.with(h, wish(svc, slot)))
		if code(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		s.wantInsideTheRules(name)
		if err == nil {
			s.do(x, booking.ActCancel)
		} else if err := s.service.Release(context.Background(), guest, s.service.HoldToken(h)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s.elsewhere(c.undo)
	}
}
