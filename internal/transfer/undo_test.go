package transfer_test

import (
	"context"
	"errors"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// undo tries to take back how a recorded booking was over.
func (s *shop) undo(t *testing.T) {
	t.Helper()
	x, err := id.Parse[booking.Booking](s.texts(`SELECT id::text FROM bookings`)[0])
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.bookings.Undo(context.Background(), booking.Change{Actor: owner, Business: s.id, Booking: x, Expect: 2, Reason: "x"})
	if !errors.Is(err, booking.ErrNothingToUndo) {
		t.Errorf("undone: %v", err)
	}
}
