package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// audience is who an operation is for.
type audience string

const (
	audiencePublic   audience = "public"   // anybody, signed in or not
	audiencePerson   audience = "person"   // whoever is signed in
	audienceBusiness audience = "business" // members of the business in the path
	audiencePlatform audience = "platform" // operators of the installation
)

// Authz says who may call an operation. It stands in the document as x-authz,
// which the authorization matrix test reads as its oracle.
type Authz struct {
	Audience audience      `json:"audience"`
	Roles    []tenant.Role `json:"roles,omitempty"` // of the business audience: any of these
	Own      []tenant.Role `json:"own,omitempty"`   // those of them who are bound to what they serve themselves
	Scope    string        `json:"scope,omitempty"` // of the business audience: API keys with this scope; none for no key
	// Permission is the row of the table of permissions, in words.
	Permission string `json:"permission,omitempty"`
}

// public lets anybody call.
func public() Authz { return Authz{Audience: audiencePublic} }

// person lets whoever is signed in call.
func person() Authz { return Authz{Audience: audiencePerson} }

// platform lets operators call who have shown a second factor.
func platform() Authz { return Authz{Audience: audiencePlatform} }

// rank orders the roles from the highest.
var rank = []tenant.Role{tenant.Owner, tenant.Manager, tenant.Staff, tenant.Assistant}

// member lets members of the business call whose role is at least the given one.
func member(least tenant.Role) Authz {
	i := slices.Index(rank, least)
	if i < 0 {
		panic("api: no such role: " + string(least))
	}
	return Authz{Audience: audienceBusiness, Roles: rank[:i+1]}
}

// check panics on an operation that would be open by mistake.
func (z Authz) check(op *operation) {
	wrong := func(why string) { panic(fmt.Sprintf("api: operation %s: x-authz: %s", op.ID, why)) }
	inBusiness := strings.HasPrefix(op.Path, "/businesses/{business_id}")
	switch z.Audience {
	case audiencePublic, audiencePerson, audiencePlatform:
		if len(z.Roles) > 0 {
			wrong("roles belong to the business audience")
		}
		if inBusiness {
			wrong("paths of a business are for its members")
		}
		if strings.HasPrefix(op.Path, "/admin") != (z.Audience == audiencePlatform) {
			wrong("/admin and the platform audience belong together")
		}
	case audienceBusiness:
		if len(z.Roles) == 0 {
			wrong("no roles")
		}
		if !inBusiness {
			wrong("no business in the path")
		}
	default:
		wrong("no audience")
	}
}

// Faults of the edge itself.
var (
	errSignIn    = fault.New(fault.Unauthenticated, "auth.required")
	errForbidden = fault.New(fault.Forbidden, "auth.forbidden")
	errNotFound  = fault.New(fault.NotFound, "not_found")
)

// identify finds out who calls. A token that does not stand is refused, except
// on public operations, where it counts as none: so that a client whose token
// has just run out can still refresh it.
func (a *API) identify(r *http.Request, c *call, z Authz) error {
	token, ok := bearer(r)
	if !ok {
		if z.Audience == audiencePublic {
			return nil
		}
		return errSignIn
	}
	if auth.IsAPIKey(token) {
		return a.identifyKey(r.Context(), c, token)
	}
	p, err := a.gate.Authenticate(r.Context(), token)
	switch {
	case err == nil:
		c.principal, c.signedIn = p, true
	case z.Audience == audiencePublic && fault.KindOf(err) == fault.Unauthenticated:
	default:
		return err
	}
	return nil
}

// bearer is the token of the Authorization header.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, ok && token != "" && strings.EqualFold(scheme, "bearer")
}

// admit checks membership and role. Another's business is as absent as none.
func (a *API) admit(ctx context.Context, r *http.Request, c *call, z Authz) error {
	if c.principal.Key != nil {
		return admitKey(r, c, z)
	}
	switch z.Audience {
	case audiencePlatform:
		if !c.principal.Operator {
			return errForbidden
		}
		if !c.principal.Strong {
			return auth.ErrStrongRequired.WithExtra("enrolled", c.principal.Enrolled)
		}
	case audienceBusiness:
		bid, err := businessOf(r)
		if err != nil {
			return err
		}
		job, ok, err := a.gate.Role(ctx, c.principal.UserID, bid)
		if err != nil {
			return err
		}
		if !ok {
			return errNotFound
		}
		c.business, c.role, c.staff = bid, job.Role, job.Staff
		if z.reach(c.role) == not {
			return errForbidden
		}
	case audiencePublic, audiencePerson:
	}
	return nil
}

// businessOf is the business that the path names.
func businessOf(r *http.Request) (business.ID, error) {
	bid, err := id.Parse[business.Business](r.PathValue("business_id"))
	if err != nil {
		var f fault.Fields
		f.Add("path.business_id", "format_id")
		return business.ID{}, f.Err()
	}
	return bid, nil
}
