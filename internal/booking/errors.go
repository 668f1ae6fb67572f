package booking

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Faults of the write path.
var (
	ErrNotFound         = fault.New(fault.NotFound, "not_found")
	ErrSlotTaken        = fault.New(fault.Conflict, "booking.slot_taken")
	ErrState            = fault.New(fault.Conflict, "booking.wrong_state")
	ErrStale            = fault.New(fault.Precondition, "precondition.stale")
	ErrChangeDeadline   = fault.New(fault.Conflict, "booking.change_deadline")
	ErrCancelDeadline   = fault.New(fault.Conflict, "booking.cancel_deadline")
	ErrExpired          = fault.New(fault.Conflict, "booking.expired")
	ErrTooEarly         = fault.New(fault.Conflict, "booking.too_early")
	ErrUndoOver         = fault.New(fault.Conflict, "booking.undo_over")
	ErrNothingToUndo    = fault.New(fault.Conflict, "booking.nothing_to_undo")
	ErrConsent          = fault.New(fault.Conflict, "booking.nomination_consent")
	ErrNotAccepting     = fault.New(fault.Conflict, "booking.not_accepting")
	ErrDayFull          = fault.New(fault.Conflict, "booking.day_full")
	ErrIntervalFull     = fault.New(fault.Conflict, "booking.interval_full")
	ErrNewOnly          = fault.New(fault.Conflict, "booking.new_customers_only")
	ErrReturningOnly    = fault.New(fault.Conflict, "booking.returning_customers_only")
	ErrSuspended        = fault.New(fault.Conflict, "business.suspended")
	ErrCustomerLimit    = fault.New(fault.Conflict, "booking.customer_limit")
	ErrCustomerDayLimit = fault.New(fault.Conflict, "booking.customer_day_limit")

	ErrBusy = fault.New(fault.Unavailable, "unavailable").After(retryAfterBusy)
)
