package auth

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Faults of this package.
var (
	ErrCredentials     = fault.New(fault.Unauthenticated, "auth.invalid_credentials")
	ErrTooManyAttempts = fault.New(fault.Throttled, "auth.too_many_attempts")
	ErrTokenInvalid    = fault.New(fault.Unauthenticated, "auth.token_invalid")
	ErrTokenExpired    = fault.New(fault.Unauthenticated, "auth.token_expired")
	ErrSessionEnded    = fault.New(fault.Unauthenticated, "auth.session_ended")
	ErrRefreshInvalid  = fault.New(fault.Unauthenticated, "auth.refresh_invalid")
	ErrRefreshReused   = fault.New(fault.Unauthenticated, "auth.refresh_reused")
	ErrLinkInvalid     = fault.New(fault.Invalid, "auth.link_invalid")
	ErrLinkExpired     = fault.New(fault.Invalid, "auth.link_expired")
	ErrEmailTaken      = fault.New(fault.Conflict, "auth.email_taken") // told to operators only
	errNotFound        = fault.New(fault.NotFound, "not_found")
)

// codeGuessable is the fault of a password that others would think of too.
const codeGuessable = "auth.password_guessable"
