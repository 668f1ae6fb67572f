package auth

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Faults of API keys.
var (
	ErrKeyUnknown = fault.New(fault.Unauthenticated, "auth.key_unknown")
	ErrKeyExpired = fault.New(fault.Unauthenticated, "auth.key_expired")
	ErrKeyRevoked = fault.New(fault.Unauthenticated, "auth.key_revoked")
	ErrKeyLimit   = fault.New(fault.Conflict, "auth.key_limit")
	errSuspended  = fault.New(fault.Conflict, "business.suspended")
)
