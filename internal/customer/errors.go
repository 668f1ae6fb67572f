package customer

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Faults of customers.
var (
	ErrNotFound = fault.New(fault.NotFound, "not_found")
	ErrStale    = fault.New(fault.Precondition, "precondition.stale")
	ErrExists   = fault.New(fault.Conflict, "customer.exists")       // with the id of the record that has this name and phone
	ErrMerged   = fault.New(fault.NotFound, "customer.merged")       // with the id of the record that it became
	ErrErased   = fault.New(fault.Conflict, "customer.erased")       // nothing is known of them any more
	ErrSelf     = fault.New(fault.Conflict, "customer.same")         // merging somebody with themselves
	ErrUpcoming = fault.New(fault.Conflict, "customer.has_upcoming") // erasing somebody who is still expected
	ErrNotes    = fault.New(fault.Conflict, "customer.too_many_notes")
	ErrUnproven = fault.New(fault.Conflict, "customer.unproven") // a link that proves too little to speak for the whole record
)
