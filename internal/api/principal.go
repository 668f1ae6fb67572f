package api

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Principal is who signed in.
type Principal struct {
	UserID        [16]byte
	SessionID     [16]byte
	Operator      bool
	EmailVerified bool
	Locale        locale.Lang
}

// gate is what the edge asks about callers.
type gate interface {
	// Authenticate answers an Unauthenticated fault for a token that does not stand.
	Authenticate(ctx context.Context, accessToken string) (Principal, error)
	// Role is the caller's role in the business; false for none.
	Role(ctx context.Context, user [16]byte, business [16]byte) (tenant.Role, bool, error)
}
