package booking_test

import (
	"context"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

func TestCreate_FreeSlot_IsConfirmedWithAllThatGoesWithIt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x, err := s.service.Create(context.Background(), guest, s.id, wish(svc, at(1, 14, 0)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if x.Status != booking.Confirmed || x.Total != 5500 || x.Segments[0].StaffID != staff[0] {
		t.Fatalf("booking = %+v", x)
	}
	for table, want := range map[string]int64{
		"bookings": 1, "booking_segments": 1, "booking_history": 1, "allocations": 1, "messages": 1, "customers": 1, "audit_entries": 1,
	} {
		if n := s.count(`SELECT count(*) FROM ` + table); n != want {
			t.Errorf("%s = %d rows, want %d", table, n, want)
		}
	}
	_, err = s.service.Create(context.Background(), guest, s.id, wish(svc, at(1, 14, 0)), nil)
	f, _ := fault.As(err)
	if f == nil || f.Code != "booking.slot_taken" || f.Extra["alternatives"] == nil {
		t.Fatalf("second booking: %v", err)
	}
}
