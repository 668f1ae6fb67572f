package booking

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Faults of the write path.
var (
	ErrNotFound       = fault.New(fault.NotFound, "not_found")
	ErrSlotTaken      = fault.New(fault.Conflict, "booking.slot_taken")
	ErrState          = fault.New(fault.Conflict, "booking.wrong_state")
	ErrStale          = fault.New(fault.Precondition, "precondition.stale")
	ErrChangeDeadline = fault.New(fault.Conflict, "booking.change_deadline")
	ErrCancelDeadline = fault.New(fault.Conflict, "booking.cancel_deadline")
	ErrExpired        = fault.New(fault.Conflict, "booking.expired")
	ErrTooEarly       = fault.New(fault.Conflict, "booking.too_early")
	ErrUndoOver       = fault.New(fault.Conflict, "booking.undo_over")
	ErrNothingToUndo  = fault.New(fault.Conflict, "booking.nothing_to_undo")
	ErrConsent        = fault.New(fault.Conflict, "booking.nomination_consent")
	ErrSuspended      = fault.New(fault.Conflict, "business.suspended")
	ErrBusy           = fault.New(fault.Unavailable, "unavailable").After(retryAfterBusy)
)
