package api

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Principal is who signed in.
type Principal = auth.Principal

// gate is what the edge asks about callers; auth.Service is the one.
type gate interface {
	// Authenticate answers an Unauthenticated fault for a token that does not stand.
	Authenticate(ctx context.Context, accessToken string) (Principal, error)
	// AuthenticateKey is Authenticate for API keys.
	AuthenticateKey(ctx context.Context, key string) (Principal, error)
	// Role is what the caller is in the business; false for nothing.
	Role(ctx context.Context, user auth.UserID, business [16]byte) (tenant.Job, bool, error)
}
