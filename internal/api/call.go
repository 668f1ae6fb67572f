package api

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// call is what is known of the request at hand; the edge fills it in as the
// request passes, the handlers read it.
type call struct {
	requestID string
	traceID   string // of W3C traceparent, for the log
	lang      locale.Lang
	address   netip.Addr      // of the client, as far as proxies are trusted
	userAgent string          // valid text, cut to a length that can be stored
	header    http.Header     // of the answer
	gone      <-chan struct{} // closed when the client is

	boundary  string     // between the parts of a form
	asked     asked      // of a question for free times
	route     string     // "POST /api/v1/auth/login"; empty when nothing matched
	op        *operation // nil outside the API
	principal Principal
	signedIn  bool
	business  business.ID
	role      tenant.Role // in that business
	staff     [16]byte    // the resource that the caller is there; zero for none

	code  string // of the problem that is answered
	cause error  // of the problem, for the log
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// callOf is never nil: a context from elsewhere gives an empty call.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{lang: locale.JA, header: http.Header{}}
}

// actor is on whose behalf the request acts, as services want to know it.
func actor(ctx context.Context) tenant.Actor {
	c := callOf(ctx)
	a := tenant.Actor{Kind: tenant.Anonymous, RequestID: c.requestID, Lang: c.lang}
	if !c.signedIn {
		return a
	}
	a.UserID = c.principal.UserID
	a.Kind = tenant.Customer
	switch {
	case c.principal.Key != nil:
		a.Kind, a.Role = tenant.APIKey, tenant.Manager
	case c.role != "":
		a.Kind, a.Role, a.Staff = tenant.Member, c.role, c.staff
		a.Own = c.op.Authz.reach(c.role) == own
	case c.op != nil && c.op.Authz.Audience == audiencePlatform:
		a.Kind = tenant.Operator
	}
	return a
}

// Guest is the actor of a request for a page of elsewhere, see Mount: a customer
// who did not sign in.
func Guest(ctx context.Context) tenant.Actor {
	return tenant.Actor{Kind: tenant.Anonymous, RequestID: callOf(ctx).requestID, Lang: callOf(ctx).lang}
}

// principal is who signed in; its zero value is a guest.
func principal(ctx context.Context) Principal { return callOf(ctx).principal }

// businessID is the business of a path below /businesses/{business_id}, of which
// the caller is a member.
func businessID(ctx context.Context) business.ID { return callOf(ctx).business }

// language is that of the answer, by Accept-Language.
func language(ctx context.Context) locale.Lang { return callOf(ctx).lang }

// clientAgent is the client's User-Agent, fit to be stored.
func clientAgent(ctx context.Context) string { return callOf(ctx).userAgent }
