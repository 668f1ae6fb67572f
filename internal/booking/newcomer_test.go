package booking_test

import (
	"strconv"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// forWhom makes a service that is for new or for returning customers.
func (s *shop) forWhom(who catalog.Customers) catalog.ServiceID {
	s.tb.Helper()
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.sql(`UPDATE services SET customers = $2 WHERE id = $1`, svc, who)
	return svc
}

// phone is the wish of somebody else, of that number.
func phone(in booking.CreateInput, number string) booking.CreateInput {
	in.Customer = customer.Input{FamilyName: "鈴木", GivenName: "次郎", Phone: number}
	return in
}

func TestNewcomers_AreNewOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(9)
	trial, regular, open := s.forWhom(catalog.NewCustomers), s.forWhom(catalog.ReturningCustomers), s.forWhom(catalog.AllCustomers)
	want := func(in booking.CreateInput, outcome string) *booking.Booking {
		t.Helper()
		x, err := s.book(in)
		if code(err) != outcome {
			t.Errorf("got %v, want %s", err, outcome)
		}
		return x
	}
	want(wish(regular, at(1, 14, 0)), "booking.returning_customers_only")
	first := want(wish(trial, at(1, 14, 0)), "ok")
	want(wish(trial, at(2, 14, 0)), "booking.new_customers_only")
	want(wish(regular, at(2, 15, 0)), "ok")
	want(phone(wish(regular, at(2, 14, 0)), "090-1111-0001"), "booking.returning_customers_only")
	want(phone(wish(trial, at(2, 14, 0)), "090-1111-0001"), "ok")
	// Both at once suits nobody.
	both := phone(wish(trial, at(3, 14, 0)), "090-1111-0002")
	both.Items = append(both.Items, wish(regular, at(3, 14, 0)).Items...)
	want(both, "booking.returning_customers_only")
	// Who cancelled everything is new again; a no-show is not.
	if _, err := s.cancelByLink(first, ""); err != nil {
		t.Fatal(err)
	}
	s.sql(`UPDATE bookings SET status = 'no_show' WHERE status = 'confirmed'`)
	s.checked = true // states were set by force
	want(wish(trial, at(4, 14, 0)), "booking.new_customers_only")
	s.sql(`UPDATE bookings SET status = 'cancelled' WHERE status = 'no_show' AND guest ->> 'phone' = '+819012345678'`)
	want(wish(trial, at(4, 14, 0)), "ok")
	// Members book it for anybody; a hold knows nobody yet, and its booking is judged.
	if _, err := s.enter(wish(trial, at(4, 16, 0))); err != nil {
		t.Errorf("at the counter: %v", err)
	}
	h, err := s.hold(trial, at(5, 14, 0))
	if err != nil {
		t.Fatal(err)
	}
	want(s.with(h, wish(trial, at(5, 14, 0))), "booking.new_customers_only")
	want(s.with(h, phone(wish(trial, at(5, 14, 0)), "090-1111-0003")), "ok")
	want(wish(open, at(6, 14, 0)), "ok")
}

// A record that was merged into another speaks for that one.
func TestNewcomers_KnownUnderAnotherName(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	trial := s.forWhom(catalog.NewCustomers)
	x := s.mustBook(wish(trial, at(1, 14, 0)))
	in := phone(wish(trial, at(2, 14, 0)), "090-1111-0001")
	other := s.mustBook(in)
	s.sql(`UPDATE bookings SET customer_id = $1 WHERE id = $2`, x.CustomerID, other.ID)
	s.sql(`UPDATE customers SET merged_into = $1 WHERE id = $2`, x.CustomerID, other.CustomerID)
	if _, err := s.book(phone(wish(trial, at(3, 14, 0)), "090-1111-0001")); code(err) != "booking.new_customers_only" {
		t.Errorf("got %v", err)
	}
}

// One customer asks for many starts at once, in two programs: they are new once.
func TestNewcomers_InParallel_AreNewOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(3)
	trial, again := s.forWhom(catalog.NewCustomers), s.forWhom(catalog.NewCustomers)
	services := s.twice()
	for round := range pgtest.Rounds(4, 40) {
		number := "0901111" + strconv.Itoa(1000+round)
		var wishes []booking.CreateInput
		for i := range 8 {
			svc := trial
			if i%4 > 1 {
				svc = again
			}
			wishes = append(wishes, phone(wish(svc, at(1+round, 10+i, 0)), number))
		}
		wantOutcomes(t, number, s.rivals(services, wishes), map[string]int{"ok": 1, "booking.new_customers_only": 7})
	}
	s.wantNoDeadlock(t)
}
