package booking_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// person is another customer for each number.
func person(in booking.CreateInput, n int) booking.CreateInput {
	in.Customer.Phone = fmt.Sprintf("090-1234-%04d", n)
	return in
}

// people are wishes of as many customers, each at the next of some starts.
func people(svc catalog.ServiceID, n int, starts ...time.Time) []booking.CreateInput {
	out := make([]booking.CreateInput, n)
	for i := range out {
		out[i] = person(wish(svc, starts[i%len(starts)]), i)
	}
	return out
}

// state is what customers see of a day, and how many starts.
func (s *shop) state(svc catalog.ServiceID, day time.Time) (availability.State, int) {
	s.tb.Helper()
	d := clock.DateOf(day)
	raw, err := s.avail.AnswerJSON(context.Background(), s.id, availability.Query{ServiceID: svc, From: d, To: d})
	if err != nil {
		s.tb.Fatal(err)
	}
	a := decodeAnswer(s.tb, raw)
	return a.Days[0].State, len(a.Days[0].Slots)
}

func TestRace_LastPlacesOfADay_ExactlyThatManyWinners(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("max_per_day = 3")
	s.staff(6)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	services := s.twice()
	got := s.rivals(services, people(svc, 50, at(1, 10, 0), at(1, 13, 30), at(1, 19, 0)))
	wantOutcomes(t, "the last places of a day", got, map[string]int{"ok": 3, "booking.day_full": 47})
	if state, n := s.state(svc, at(1, 0, 0)); state != availability.StateFull || n > 0 {
		t.Errorf("the day is %s with %d starts", state, n)
	}
	if _, err := s.book(wish(svc, at(2, 10, 0))); err != nil {
		t.Errorf("the next day: %v", err)
	}
	s.wantNoDeadlock(t)
}

func TestRace_LastPlacesOfAnInterval_ExactlyThatManyWinners(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set(`grid_minutes = 15, pace = '{"minutes": 30, "bookings": 2, "persons": 5}'`)
	s.staff(8)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	services := s.twice()
	wishes := people(svc, 50, at(1, 10, 0), at(1, 10, 15))
	got := atOnce(len(wishes), func(i int) error { // holds take places as bookings do
		var err error
		if i%3 == 0 {
			_, err = services[i%2].Hold(context.Background(), guest, s.id, booking.HoldInput{Request: wishes[i].Request}, nil)
		} else {
			_, err = services[i%2].Create(context.Background(), guest, s.id, wishes[i], nil)
		}
		return err
	})
	wantOutcomes(t, "the last places of an interval", got, map[string]int{"ok": 2, "booking.interval_full": 48})
	large := person(wish(svc, at(1, 10, 30)), 99)
	large.PartySize = 6
	_, err := s.book(large)
	if code(err) != "booking.interval_full" {
		t.Errorf("a party that no interval takes: %v", err)
	}
	_, err = s.book(person(wish(svc, at(1, 10, 0)), 99))
	if list := alternatives(err); code(err) != "booking.interval_full" || len(list) != 3 || !list[0].Equal(at(1, 10, 30)) {
		t.Errorf("alternatives %v, %v", list, err)
	}
	s.wantNoDeadlock(t)
}

// A customer whom nobody knew a moment ago is counted as one all the same.
func TestRace_OneCustomer_HasNoMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("max_open_per_customer = 2")
	s.staff(3)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	services := s.twice()
	wishes := make([]booking.CreateInput, 20)
	for i := range wishes {
		wishes[i] = wish(svc, at(1+i/10, 10+i%10, 0))
	}
	wantOutcomes(t, "one customer", s.rivals(services, wishes), map[string]int{"ok": 2, "booking.customer_limit": 18})
	if _, err := s.book(person(wish(svc, at(3, 10, 0)), 1)); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	s.clock.Set(at(3, 9, 0)) // both visits are over
	if _, err := s.book(wish(svc, at(3, 11, 0))); err != nil {
		t.Errorf("after the visits: %v", err)
	}
	s.wantNoDeadlock(t)
}

func TestRace_OneCustomer_HasNoMoreADayThanTheLimit(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("max_per_customer_day = 1")
	s.staff(3)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	services := s.twice()
	wishes := make([]booking.CreateInput, 16)
	for i := range wishes {
		wishes[i] = wish(svc, at(1+i%2, 10+i/2, 0))
	}
	wantOutcomes(t, "two days", s.rivals(services, wishes), map[string]int{"ok": 2, "booking.customer_day_limit": 14})
	// A move to a day on which they come already is refused, within a day it is not.
	x := s.mustBook(wish(svc, at(5, 10, 0)))
	move := func(start time.Time) string {
		_, err := s.service.RescheduleByLink(context.Background(), guest, s.service.ManageToken(x), booking.MoveInput{Start: start}, nil)
		return code(err)
	}
	if a, b, c := move(at(1, 19, 0)), move(at(5, 11, 0)), move(at(6, 11, 0)); a != "booking.customer_day_limit" || b != "ok" || c != "ok" {
		t.Errorf("moves: %s, %s, %s", a, b, c)
	}
}

func TestLimits_Moves_CountWhereTheyGo(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set(`max_per_day = 2, pace = '{"minutes": 60, "bookings": 1}'`)
	s.staff(3)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	x := s.mustBook(person(wish(svc, at(1, 10, 0)), 1))
	s.mustBook(person(wish(svc, at(1, 12, 0)), 2))
	y := s.mustBook(person(wish(svc, at(2, 12, 0)), 3))
	token := s.service.ManageToken
	move := func(b *booking.Booking, start time.Time) string {
		_, err := s.service.RescheduleByLink(context.Background(), guest, token(b), booking.MoveInput{Start: start}, nil)
		return code(err)
	}
	for _, c := range []struct {
		what, got, want string
	}{
		{"within the interval", move(x, at(1, 10, 30)), "ok"},
		{"into an interval that is full", move(x, at(1, 12, 30)), "booking.interval_full"},
		{"within a day that is full", move(x, at(1, 15, 0)), "ok"},
		{"to a day that is full", move(y, at(1, 17, 0)), "booking.day_full"},
		{"away from it", move(x, at(2, 15, 0)), "ok"},
		{"to where there is room now", move(y, at(1, 17, 0)), "ok"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
}

// Members are not held to limits; what they enter counts.
func TestLimits_Members_AreFree(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set(`max_per_day = 1, max_open_per_customer = 1, max_per_customer_day = 1, pace = '{"minutes": 60, "persons": 1}'`)
	s.staff(4)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	var last *booking.Booking
	for range 3 {
		last = s.mustEnter(wish(svc, at(1, 10, 0)))
	}
	if _, err := s.book(person(wish(svc, at(1, 15, 0)), 1)); code(err) != "booking.day_full" {
		t.Errorf("a customer after them: %v", err)
	}
	s.do(last, booking.ActCancel, booking.ActUndo)
	if _, err := s.service.Reschedule(context.Background(), s.by(last), booking.MoveInput{Start: at(1, 10, 30)}); err != nil {
		t.Errorf("a member moves: %v", err)
	}
}

// A hold is a place of its own, and its bringer's.
func TestLimits_HoldsCount_AndAreTheirBringers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set(`max_per_day = 1, pace = '{"minutes": 60, "bookings": 1}'`)
	s.staff(2)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	h := s.mustHold(svc, at(1, 10, 0))
	if _, err := s.hold(svc, at(1, 12, 0)); code(err) != "booking.day_full" {
		t.Errorf("another hold: %v", err)
	}
	if _, err := s.book(s.with(h, wish(svc, at(1, 10, 30)))); err != nil { // another time, the same place
		t.Errorf("the bringer: %v", err)
	}
	late := s.mustHold(svc, at(2, 10, 0))
	s.clock.Set(late.ExpiresAt)
	if state, n := s.state(svc, at(2, 0, 0)); state != availability.StateOpen || n != 20 {
		t.Errorf("after its time the day is %s with %d starts", state, n)
	}
	if _, err := s.book(person(wish(svc, at(2, 15, 0)), 7)); err != nil {
		t.Errorf("after its time: %v", err)
	}
}

// Whoever asks first and is refused last: what ended does not count.
func TestLimits_WhatEnded_CountsNoMore(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set(`max_per_day = 1, max_open_per_customer = 1, booking_mode = 'approval', approval_hours = 1`)
	s.staff(1)
	svc := s.menu(30, 3000, need{kind: catalog.Staff})
	s.mustBook(wish(svc, at(1, 10, 0)))
	if _, err := s.book(wish(svc, at(2, 10, 0))); code(err) != "booking.customer_limit" {
		t.Errorf("while it waits: %v", err)
	}
	s.clock.Set(now.Add(2 * time.Hour)) // it lapsed, and no job has noticed yet
	x := s.mustBook(wish(svc, at(1, 12, 0)))
	s.do(x, booking.ActDecline)
	s.mustBook(wish(svc, at(1, 14, 0)))
}
