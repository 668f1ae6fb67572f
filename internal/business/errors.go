package business

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Faults of a business.
var (
	ErrNotFound   = fault.New(fault.NotFound, "not_found")
	ErrStale      = fault.New(fault.Precondition, "precondition.stale")
	ErrNoVersion  = fault.New(fault.NoPrecondition, "precondition.required")
	ErrUnverified = fault.New(fault.Forbidden, "auth.email_unverified")
	ErrSuspended  = fault.New(fault.Conflict, "business.suspended")
	ErrSlugTaken  = fault.New(fault.Conflict, "business.slug_taken")
	ErrStatus     = fault.New(fault.Conflict, "business.wrong_status")
	ErrIncomplete = fault.New(fault.Conflict, "business.incomplete")
	ErrMember     = fault.New(fault.Conflict, "business.member_exists")
	ErrLimit      = fault.New(fault.Conflict, "business.limit_reached")
)
