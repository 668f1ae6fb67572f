package booking_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

func TestQuote_IsWhatTheBookingThenCosts(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	food := s.menu(60, 1080, need{kind: catalog.Staff})
	s.sql(`UPDATE services SET tax_percent = 8, per_person = true WHERE id = $1`, food)
	option := s.option(food, 30, 324)
	in := wish(svc, at(1, 14, 0))
	in.PartySize = 3
	in.Items[0].StaffID = &staff[1]
	in.Items = append(in.Items, availability.Item{ServiceID: food, StaffID: &staff[1], OptionIDs: []catalog.OptionID{option}}, availability.Item{ServiceID: svc, StaffID: &staff[2]})
	q, err := s.service.Quote(context.Background(), s.id, in.Request, false)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, l := range q.Price.Lines {
		lines = append(lines, fmt.Sprint(l.Kind, " ", l.Quantity, " ", l.Amount, " ", l.TaxPercent))
	}
	want := []string{"service 1 5500 10", "nomination 1 500 10", "service 3 3240 8", "option 3 972 8", "service 1 5500 10", "nomination 1 1000 10"}
	if !slices.Equal(lines, want) || q.Price.Total != 16712 || q.DurationMinutes != 210 || q.TermsVersion != "1" || len(q.Policy.Steps) != 2 {
		t.Errorf("quote %+v", q)
	}
	tax := []booking.TaxShare{{Percent: 10, Sum: 12500, Tax: 1136}, {Percent: 8, Sum: 4212, Tax: 312}}
	if !slices.Equal(q.Price.Tax, tax) {
		t.Errorf("tax %v, want %v", q.Price.Tax, tax)
	}
	if n := s.count(`SELECT seq FROM business_seq`); n != 0 {
		t.Error("a quote wrote something")
	}
	x := s.read(s.mustBook(in))
	if p := x.Price(); p.Total != q.Price.Total || !slices.EqualFunc(p.Lines, q.Price.Lines, sameLine) || !slices.Equal(p.Tax, tax) {
		t.Errorf("booked for %+v", p)
	}
	in.Items[0].ServiceID = catalog.ServiceID{1}
	if _, err := s.service.Quote(context.Background(), s.id, in.Request, false); !slices.Equal(fields(err), []string{"body.items[0].service_id unknown_id"}) {
		t.Errorf("an unknown service: %v", err)
	}
}

func TestLedger_ShowsABusinessDayThatEndsAfterMidnight(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.sql(`UPDATE opening_hours SET start_minute = 1080, end_minute = 1560`) // 18:00 to 26:00
	staff := s.staff(3)
	s.shift(staff[0], 1080, 1560)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	ask := func(r catalog.ResourceID, start time.Time) booking.CreateInput {
		in := wish(svc, start)
		in.Items[0].StaffID = &r
		return in
	}
	late, early := s.mustBook(ask(staff[0], at(2, 0, 30))), s.mustBook(ask(staff[1], at(1, 18, 0)))
	gone := s.do(s.mustBook(ask(staff[2], at(1, 19, 0))), booking.ActCancel)
	s.mustBook(ask(staff[0], at(2, 18, 0)))
	h := s.mustHold(svc, at(2, 1, 0))
	s.sql(`UPDATE resources SET active = false WHERE id <> $1`, staff[0])
	read := func() *booking.Ledger {
		l, err := s.service.Ledger(context.Background(), s.id, clock.DateOf(at(1, 0, 0)))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := read()
	var shown []booking.ID
	for _, x := range l.Bookings {
		shown = append(shown, x.ID)
	}
	if !slices.Equal(shown, []booking.ID{early.ID, gone.ID, late.ID}) || late.Date.String() != "2026-12-01" {
		t.Errorf("bookings %v", shown)
	}
	if len(l.Held) != 1 || *l.Held[0].HoldID != [16]byte(h.ID) || len(l.Hours) != 1 || l.Hours[0].EndMinute != 1560 || l.Seq != s.count(`SELECT seq FROM business_seq`) {
		t.Errorf("ledger %+v", l)
	}
	if len(l.Columns) != 3 {
		t.Errorf("columns %+v", l.Columns)
	}
	for _, c := range l.Columns { // who left is shown while they serve, and works whenever
		shifts := c.Resource.ID == staff[0]
		if c.Restricted != shifts || c.Resource.Active != shifts || shifts && c.Works[0].EndMinute != 1560 {
			t.Errorf("column %+v", c)
		}
	}
	s.clock.Set(h.ExpiresAt)
	if l := read(); len(l.Held) != 0 {
		t.Error("a hold that expired is shown")
	}
}

func TestLedger_TellsWhoComesForTheFirstTime(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(4)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	other := wish(svc, at(1, 15, 0))
	other.Customer.Phone, other.Customer.Email = "090-8765-4321", "taro@example.com"
	first, again, stranger := s.mustBook(wish(svc, at(1, 14, 0))), s.mustBook(wish(svc, at(1, 16, 0))), s.mustBook(other)
	later := s.mustBook(wish(svc, at(2, 14, 0)))
	shows := func(day int, want ...*booking.Booking) {
		t.Helper()
		l, err := s.service.Ledger(context.Background(), s.id, clock.DateOf(at(day, 0, 0)))
		if err != nil {
			t.Fatal(err)
		}
		var ids []booking.ID
		for _, x := range want {
			ids = append(ids, x.ID)
		}
		if !slices.Equal(l.First, ids) {
			t.Errorf("day %d: %v come for the first time, want %v", day, l.First, ids)
		}
	}
	shows(1, first, stranger)
	shows(2)
	s.do(first, booking.ActCancel)
	shows(1, stranger, again)
	s.do(again, booking.ActCancel)
	shows(1, stranger)
	shows(2, later)
	s.sql(`UPDATE bookings SET customer_id = NULL`) // of whom nothing is known
	shows(2)
}

func TestList_Pages(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(3)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	var made []string
	for i := range 9 { // three at each time
		made = append(made, s.mustBook(wish(svc, at(1, 10+i/3, 0))).ID.String())
	}
	day := clock.DateOf(at(1, 0, 0))
	var got []string
	var mark booking.Mark
	for range 10 {
		page, err := s.service.List(context.Background(), member, s.id, booking.Filter{From: day, To: day, Status: booking.Confirmed}, mark, 2)
		if err != nil {
			t.Fatal(err)
		}
		more := len(page) > 2
		for _, x := range page[:min(2, len(page))] {
			got, mark = append(got, x.ID.String()), booking.Mark{Start: x.StartsAt, ID: x.ID}
		}
		if !more {
			break
		}
	}
	slices.Sort(made)
	slices.Sort(got)
	if !slices.Equal(got, made) {
		t.Errorf("pages gave %d bookings of %d", len(got), len(made))
	}
}

func TestCounter_SuspendedShop_SellsNothingAndServesWhatItSold(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x, y := s.mustBook(wish(svc, at(0, 14, 0))), s.mustBook(wish(svc, at(0, 14, 0)))
	s.set("status = 'suspended'")
	if _, err := s.enter(wish(svc, at(0, 16, 0))); code(err) != "business.suspended" {
		t.Errorf("at the counter: %v", err)
	}
	if _, err := s.hold(svc, at(0, 16, 0)); code(err) != "not_found" {
		t.Errorf("on the site: %v", err)
	}
	s.clock.Set(at(0, 13, 50))
	s.do(x, booking.ActCheckIn, booking.ActComplete)
	if _, err := s.cancelByLink(y, ""); err != nil {
		t.Errorf("a customer cannot cancel: %v", err)
	}
}

func TestMove_HoursChangedElsewhere_IsPlannedAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	for _, c := range []struct{ change, want string }{
		{`UPDATE opening_hours SET end_minute = 1080`, "validation.failed"}, {`UPDATE opening_hours SET end_minute = 1200`, "ok"},
	} {
		s.elsewhere(c.change)
		if _, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 18, 0)}); code(err) != c.want {
			t.Errorf("%s: %v, want %s", c.change, err, c.want)
		}
		s.wantInsideTheRules(c.change)
	}
}
