package booking_test

import (
	"context"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// What is remembered as it went out, and what is made of a few days that were
// read alone, is at every step what a program answers that has just read all:
// over bookings, over changes of hours, and while the clock passes the starts.
func TestAvailability_RemembersAnswers_AsIfItDidNot(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	people := s.staff(2)
	service := s.menu(60, 5500, need{kind: catalog.Staff, ids: people})
	today := clock.DateOf(now)
	questions := []availability.Query{
		{ServiceID: service, From: today, To: today},
		{ServiceID: service, From: today, To: today.AddDays(6)},
		{ServiceID: service, From: today, To: today, StaffID: &people[0]},
		{ServiceID: service, From: today, To: today, PartySize: 2},
	}
	for day := range 6 {
		questions = append(questions, availability.Query{ServiceID: service, From: today.AddDays(day + 1), To: today.AddDays(day + 1)})
	}
	last := make([]string, len(questions))
	step := func(name string, changed bool) {
		t.Helper()
		fresh, _ := s.process(s.db)
		if _, err := fresh.Calendar(context.Background(), s.id); err != nil {
			t.Fatal(err)
		}
		for i, q := range questions {
			want, err := fresh.AnswerJSON(context.Background(), s.id, q)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // made, and remembered
				if got, err := s.avail.AnswerJSON(context.Background(), s.id, q); err != nil || string(got) != string(want) {
					t.Errorf("%s, question %d: %v\n%s\nwant\n%s", name, i, err, got, want)
				}
			}
			if i == 0 && (last[i] != string(want)) != changed {
				t.Errorf("%s: the answer changed: %t", name, !changed)
			}
			last[i] = string(want)
		}
	}
	step("at first", true)
	in := wish(service, at(0, 10, 0))
	if _, err := s.service.Create(context.Background(), guest, s.id, in, nil); err != nil {
		t.Fatal(err)
	}
	s.avail.BookingsChanged(s.id)
	step("after a booking", true)
	s.sql(`UPDATE opening_hours SET end_minute = 900 WHERE business_id = $1`, s.id)
	step("after a change of hours", true)
	s.clock.Set(at(0, 10, 29).Add(40 * time.Second))
	step("before a start", true)
	s.clock.Advance(30 * time.Second) // less than a calendar is remembered for
	step("after it", true)
	s.clock.Advance(10 * time.Second)
	step("a little later", false)
	s.sql(`UPDATE opening_hours SET end_minute = 660 WHERE business_id = $1`, s.id)
	step("with nothing left for today", true)
}
