package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// This file is how programs come in: with an API key in place of a person's token.

// Faults of keys at the edge.
var (
	errKeyNotAllowed = fault.New(fault.Forbidden, "auth.key_not_allowed")
	errScopeMissing  = fault.New(fault.Forbidden, "auth.scope_missing")
)

// aboutAccounts tells the operations by which people sign in.
func (op *operation) aboutAccounts() bool { return strings.HasPrefix(op.Path, "/auth/") }

// identifyKey finds out for whom a key acts. On the booking site it counts for
// nothing; where people sign in it has no business.
func (a *API) identifyKey(ctx context.Context, c *call, key string) error {
	if c.op.aboutAccounts() {
		return errKeyNotAllowed
	}
	if c.op.Authz.Audience == audiencePublic {
		return nil
	}
	p, err := a.gate.AuthenticateKey(ctx, key)
	if err != nil {
		return err
	}
	c.principal, c.signedIn = p, true
	return nil
}

// admitKey lets a key do what its scopes say, in its own business; another one is
// as absent as none.
func admitKey(r *http.Request, c *call, z Authz) error {
	if z.Audience != audienceBusiness {
		return errKeyNotAllowed
	}
	bid, err := businessOf(r)
	if err != nil {
		return err
	}
	key := c.principal.Key
	switch {
	case key.Business != [16]byte(bid):
		return errNotFound
	case z.Scope == "":
		return errKeyNotAllowed
	case !key.Has(z.Scope):
		return errScopeMissing.With(fault.Args{"scope": z.Scope})
	}
	c.business = bid
	return nil
}

// keyCodes are what the operation may answer to a key.
func (op *operation) keyCodes() []string {
	if op.Authz.Audience == audiencePublic && !op.aboutAccounts() {
		return nil
	}
	codes := []string{"auth.key_not_allowed"}
	if op.Authz.Audience != audiencePublic {
		codes = append(codes, "auth.key_unknown", "auth.key_expired", "auth.key_revoked")
	}
	if op.Authz.Scope != "" {
		codes = append(codes, "auth.scope_missing")
	}
	return codes
}
