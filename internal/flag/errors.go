package flag

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Faults of this package.
var (
	ErrOff      = fault.New(fault.Forbidden, "flag.off")
	ErrNotFound = fault.New(fault.NotFound, "not_found")
	ErrStale    = fault.New(fault.Precondition, "precondition.stale")
)
