package booking_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// worker is a member of the staff who is bound to what the resource serves.
func worker(r catalog.ResourceID) tenant.Actor {
	return tenant.Actor{Kind: tenant.Member, UserID: [16]byte{9}, Role: tenant.Staff, Staff: r, Own: true}
}

func TestOwn_StaffReachWhatTheyServe_AndNothingElse(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	book := func(hour int, by ...catalog.ResourceID) *booking.Booking {
		in := wish(svc, at(1, hour, 0))
		in.Items = in.Items[:0]
		for i := range by {
			item := wish(svc, in.Start).Items[0]
			item.StaffID = &by[i]
			in.Items = append(in.Items, item)
		}
		return s.mustBook(in)
	}
	mine, theirs, both := book(10, staff[0]), book(12, staff[1]), book(14, staff[1], staff[0])
	day := clock.DateOf(at(1, 0, 0))
	for name, x := range map[string]struct {
		actor tenant.Actor
		want  []booking.ID
	}{
		"first":       {worker(staff[0]), []booking.ID{mine.ID, both.ID}},
		"second":      {worker(staff[1]), []booking.ID{theirs.ID, both.ID}},
		"no resource": {worker(catalog.ResourceID{}), nil},
		"owner":       {member, []booking.ID{mine.ID, theirs.ID, both.ID}},
	} {
		list, err := s.service.List(context.Background(), x.actor, s.id, booking.Filter{From: day, To: day}, booking.Mark{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []booking.ID
		for _, b := range list {
			got = append(got, b.ID)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: got %v, want %v", name, got, x.want)
		}
		for _, b := range []*booking.Booking{mine, theirs, both} {
			s.reaches(x.actor, b.ID, slices.Contains(x.want, b.ID))
		}
	}
	if got := s.read(theirs).Version; got != 1 {
		t.Errorf("another's booking was changed: version %d", got)
	}
}

// reaches reads and changes a booking in every way, as the actor: what they do
// not reach is as absent, whatever version they name.
func (s *shop) reaches(a tenant.Actor, x booking.ID, want bool) {
	s.tb.Helper()
	change := booking.Change{Actor: a, Business: s.id, Booking: x, Expect: 999, Reason: "電話"}
	seen := func(what string, err error) {
		s.tb.Helper()
		if got := !errors.Is(err, booking.ErrNotFound); got != want {
			s.tb.Errorf("%s of %v by %v: %v, want reached: %t", what, x, a.Staff, err, want)
		}
	}
	_, err := s.service.Get(context.Background(), a, s.id, x)
	seen("read", err)
	_, err = s.service.History(context.Background(), a, s.id, x)
	seen("history", err)
	for name, do := range map[string]func(context.Context, booking.Change) (*booking.Booking, error){
		"approve": s.service.Approve, "decline": s.service.Decline, "cancel": s.service.Cancel, "check-in": s.service.CheckIn,
		"complete": s.service.Complete, "no-show": s.service.NoShow, "undo": s.service.Undo,
	} {
		_, err := do(context.Background(), change)
		seen(name, err)
	}
	_, err = s.service.Reschedule(context.Background(), change, booking.MoveInput{Start: at(2, 10, 0)})
	seen("reschedule", err)
}

// A page of one's own is found by an index in a shop with many bookings.
func TestOwn_ListIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 10, 0)))
	s.sql(`INSERT INTO booking_segments SELECT business_id, booking_id, n, service_id, service_name, options, duration_minutes, starts_at, ends_at,
	    $2, nominated, picks FROM booking_segments, generate_series(1, 3000) n WHERE booking_id = $1`, x.ID, staff[1])
	plan := strings.Join(s.texts(`EXPLAIN SELECT b.id FROM bookings b WHERE b.business_id = $1 AND EXISTS (
	    SELECT FROM booking_segments s WHERE s.business_id = b.business_id AND s.staff_id = $2 AND s.booking_id = b.id)`, s.id, staff[0]), "\n")
	if !strings.Contains(plan, "booking_segments_staff_idx") {
		t.Errorf("plan:\n%s", plan)
	}
	s.sql(`DELETE FROM booking_segments WHERE position > 0`)
}
