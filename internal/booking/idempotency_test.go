package booking_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// claim is a request's key; the answer is the booking's or hold's id, and its
// customer's.
func (s *shop) claim(actor, key, body string) *idempotency.Claim {
	raw := [16]byte(s.id)
	c := idempotency.New(pgtest.Ring(s.tb), idempotency.Scope{Business: &raw, Actor: actor, Route: "create-booking"}, key, []byte(body), s.clock.Now())
	c.Render = func(result any) (int, any, error) {
		switch x := result.(type) {
		case *booking.Booking:
			return 201, x.ID.String() + " " + x.CustomerID.String(), nil
		case *booking.Hold:
			return 201, x.ID.String(), nil
		}
		return 0, nil, fmt.Errorf("a %T", result)
	}
	return c
}

// once creates under a key as the edge does: the answer, and whether it was stored before.
func (s *shop) once(b *booking.Service, c *idempotency.Claim, in booking.CreateInput) (answer string, replayed bool, err error) {
	x, err := b.Create(context.Background(), guest, s.id, in, c)
	if err == nil {
		return fmt.Sprintf("%q", x.ID.String()+" "+customer.ID{}.String()), false, nil // guests are not told
	}
	stored, err := c.Replay(context.Background(), s.db, err)
	if err != nil {
		return "", false, err
	}
	return string(stored.Body), true, nil
}

func TestKey_R12_TwentyParallelRequests_OneEffect(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(3)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(3, 60) {
		in := wish(svc, at(1+round, 14, 0))
		key := fmt.Sprint("key ", round)
		answers := make([]string, 20)
		got := atOnce(20, func(i int) error {
			answer, replayed, err := s.once(services[i%2], s.claim("guest", key, "body"), in)
			answers[i] = answer
			if err == nil && replayed {
				return fault.New(fault.Conflict, "replayed")
			}
			return err
		})
		if got["ok"] != 1 || got["ok"]+got["replayed"]+got["idempotency.in_flight"] != 20 {
			t.Errorf("outcomes %v", got)
		}
		first := ""
		for _, a := range answers {
			if a != "" && first == "" {
				first = a
			}
			if a != "" && a != first {
				t.Errorf("answers %s and %s", first, a)
			}
		}
		if n := s.count(`SELECT count(*) FROM bookings WHERE starts_at = $1`, in.Start); n != 1 {
			t.Errorf("%d bookings", n)
		}
		answer, replayed, err := s.once(services[0], s.claim("guest", key, "body"), in)
		if err != nil || !replayed || answer != first {
			t.Errorf("later: %s, %v, %v; want %s replayed", answer, replayed, err, first)
		}
	}
	if keys, bookings := s.count(`SELECT count(*) FROM idempotency_keys`), s.count(`SELECT count(*) FROM bookings`); keys != bookings {
		t.Errorf("%d keys are stored for %d bookings", keys, bookings)
	}
}

func TestKey_R12_WhateverHappensLater_TheAnswerIsReplayed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	in := wish(svc, at(0, 14, 0))
	first, _, err := s.once(s.service, s.claim("guest", "k", "body"), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, later := range []struct {
		what string
		do   func()
	}{
		{"the slot is taken by the booking itself", func() {}},
		{"the terms are new", func() { s.set("terms_version = '2'") }},
		{"the menu is gone", func() { s.sql(`UPDATE services SET active = false WHERE id = $1`, svc) }},
		{"the start has passed", func() { s.clock.Set(at(0, 15, 0)) }},
		{"the business is suspended", func() { s.set("status = 'suspended'") }},
		{"it is the last moment", func() { s.clock.Set(now.Add(idempotency.Keep)) }},
	} {
		later.do()
		answer, replayed, err := s.once(s.service, s.claim("guest", "k", "body"), in)
		if err != nil || !replayed || answer != first {
			t.Errorf("%s: %s, %v, %v; want %s replayed", later.what, answer, replayed, err, first)
		}
	}
	s.clock.Advance(time.Second)
	if _, _, err := s.once(s.service, s.claim("guest", "k", "body"), in); code(err) != "not_found" {
		t.Errorf("after a day the key is new: %v", err)
	}
}

func TestKey_R12_RefusedAttempt_IsNotStored(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	if _, _, err := s.once(s.service, s.claim("guest", "k", "body"), wish(svc, at(1, 14, 30))); code(err) != "booking.slot_taken" {
		t.Fatal(err)
	}
	bad := wish(svc, at(1, 14, 30))
	bad.TermsVersion = "0"
	if _, _, err := s.once(s.service, s.claim("guest", "k", "bad"), bad); code(err) != "validation.failed" {
		t.Fatal(err)
	}
	if n := s.count(`SELECT count(*) FROM idempotency_keys`); n != 0 {
		t.Fatalf("%d keys are stored", n)
	}
	s.do(x, booking.ActCancel)
	if _, replayed, err := s.once(s.service, s.claim("guest", "k", "body"), wish(svc, at(1, 14, 30))); err != nil || replayed {
		t.Fatalf("tried again: %v, %v", replayed, err)
	}
}

func TestKey_R12_AnotherBodyOrActorOrKind(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(4)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	in := wish(svc, at(1, 14, 0))
	first, _, err := s.once(s.service, s.claim("guest", "k", "body"), in)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.once(s.service, s.claim("guest", "k", "another body"), in); code(err) != "idempotency.mismatch" {
		t.Errorf("another body: %v", err)
	}
	answer, replayed, err := s.once(s.service, s.claim("user 1", "k", "body"), in)
	if err != nil || replayed || answer == first {
		t.Errorf("another actor: %s, %v, %v", answer, replayed, err)
	}
	answer, replayed, err = s.once(s.service, s.claim("guest", "K", "body"), in)
	if err != nil || replayed || answer == first {
		t.Errorf("another key: %s, %v, %v", answer, replayed, err)
	}
}

func TestKey_R12_InFlight_IsToldAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 10, 0)))
	err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
		s.claim("guest", "k", "body").Begin(tx.Batch())
		if err := tx.Run(context.Background(), &pg.Batch{}); err != nil {
			return err
		}
		wish := wish(svc, at(1, 14, 0))
		for what, in := range map[string]booking.CreateInput{"a wish": wish, "a bad one": {Request: wish.Request}} {
			if _, _, err := s.once(s.service, s.claim("guest", "k", "body"), in); code(err) != "idempotency.in_flight" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.service.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: wish.Request}, s.claim("guest", "k", "body")); code(err) != "in flight" {
			t.Errorf("hold: %v", err)
		}
		c := s.by(x)
		c.Claim = s.claim("guest", "k", "body")
		if _, err := s.service.Cancel(context.Background(), c); code(err) != "in flight" {
			t.Errorf("cancel: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestKey_R12_EveryKindOfChange_HappensOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(0, 14, 0)))
	ctx, token := context.Background(), s.service.ManageToken(x)
	under := func(key string) booking.Change {
		c := s.by(x)
		c.Claim = s.claim("guest", key, "body")
		return c
	}
	s.clock.Set(at(0, 9, 0))
	for _, step := range []struct {
		key string
		do  func() error
	}{
		{"move", func() error {
			_, err := s.service.Reschedule(ctx, under("move"), booking.MoveInput{Start: at(0, 16, 0)})
			return err
		}},
		{"move by link", func() error {
			_, err := s.service.RescheduleByLink(ctx, guest, token, booking.MoveInput{Start: at(0, 18, 0)}, s.claim("guest", "move by link", "body"))
			return err
		}},
		{"check in", func() error { _, err := s.service.CheckIn(ctx, under("check in")); return err }},
		{"undo", func() error { _, err := s.service.Undo(ctx, under("undo")); return err }},
		{"cancel by link", func() error {
			_, err := s.service.CancelByLink(ctx, guest, token, "", s.claim("guest", "cancel by link", "body"))
			return err
		}},
		{"hold", func() error {
			_, err := s.service.Hold(ctx, guest, s.id, booking.HoldInput{Request: wish(svc, at(0, 18, 0)).Request}, s.claim("guest", "hold", "body"))
			return err
		}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.key, err)
		}
		before := s.count(`SELECT seq FROM business_seq`)
		if err := step.do(); code(err) != "stored" {
			t.Errorf("%s again: %v", step.key, err)
		}
		if after := s.count(`SELECT seq FROM business_seq`); after != before {
			t.Errorf("%s again wrote something", step.key)
		}
	}
	if p := s.path(x); p != "create, reschedule, reschedule, check_in, undo, cancel" {
		t.Errorf("history: %s", p)
	}
}

func TestKey_StoredAnswerOfTheCounter_NamesTheCustomerWhoWasKnown(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	known := s.mustBook(wish(svc, at(1, 10, 0))).CustomerID
	in := wish(svc, at(1, 14, 0))
	var stored string
	for range 2 {
		c := s.claim("user 1", "k", "body")
		x, err := s.service.Create(context.Background(), member, s.id, in, c)
		if err == nil && x.CustomerID != known {
			t.Errorf("customer %s, known as %s", x.CustomerID, known)
		}
		if err != nil {
			answer, err := c.Replay(context.Background(), s.db, err)
			if err != nil {
				t.Fatal(err)
			}
			stored = string(answer.Body)
		}
	}
	if id := s.texts(`SELECT '"' || id || ' ' || customer_id || '"' FROM bookings WHERE starts_at = $1`, in.Start); len(id) != 1 || stored != id[0] {
		t.Errorf("stored %s, want %v", stored, id)
	}
}
