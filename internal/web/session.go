package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/sync/singleflight"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

const (
	apiPath     = "/api/v1"
	sessionPath = "/session"
)

// API is what sessions stand before, in the same process.
type API interface {
	http.Handler
	// Refuse answers a request that shall not reach it with an error's problem document.
	Refuse(w http.ResponseWriter, r *http.Request, err error)
}

// Sessions stand before the API and give browsers a session by cookies:
//
//	POST /session/login, /session/second-factor, /session/passkey   as the API's /auth/…; the tokens become cookies
//	GET /session                                                    whether the browser holds a session: its scripts cannot see
//	DELETE /session                                                 signs out
//	/api/v1/…                                                       the session's cookies count as its token
//
// Everything else passes untouched, and so does a request that brings an
// Authorization header of its own. It is safe for concurrent use.
type Sessions struct {
	api     API
	clock   clock.Clock
	origin  *http.CrossOriginProtection
	renewal singleflight.Group // by refresh token
}

// NewSessions stands before the API. The public URL is an origin of ours even
// where a proxy tells us another name of the host.
// It panics on a URL that is no origin, which no configuration lets pass.
func NewSessions(api API, clk clock.Clock, publicURL string) *Sessions {
	s := &Sessions{api: api, clock: clk, origin: http.NewCrossOriginProtection()}
	if err := s.origin.AddTrustedOrigin(publicURL); err != nil {
		panic(fmt.Sprintf("web: public URL: %v", err))
	}
	return s
}

// ServeHTTP is part of http.Handler.
func (s *Sessions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if strings.HasPrefix(path, apiPath+"/") {
		s.call(w, r)
		return
	}
	way, ok := strings.CutPrefix(path, sessionPath)
	switch {
	case !ok:
		s.api.ServeHTTP(w, r)
	case r.Method == http.MethodGet && way == "":
		tellHeld(w, r)
	case r.Method == http.MethodDelete && way == "":
		s.protected(w, r, s.signOut)
	case r.Method == http.MethodPost && (way == "/login" || way == "/second-factor" || way == "/passkey"):
		s.protected(w, r, s.signIn)
	default:
		s.api.ServeHTTP(w, r)
	}
}

var errCrossSite = fault.New(fault.Forbidden, "auth.cross_site")

// ours tells whether a page of ours, or the person, had the browser send the
// request; other programs than browsers say nothing of that, and count as ours.
func (s *Sessions) ours(r *http.Request) bool {
	asked := *r
	asked.Method = http.MethodPost // the protection asks for less when a request changes nothing
	return s.origin.Check(&asked) == nil
}

// protected refuses what another site had the browser send.
func (s *Sessions) protected(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	if s.ours(r) {
		next(w, r)
		return
	}
	s.api.Refuse(w, r, errCrossSite)
}

// call lets a request to the API count as the session's. What another site's page
// had the browser send never does: it may read what everybody may.
func (s *Sessions) call(w http.ResponseWriter, r *http.Request) {
	held := pairOf(r)
	_, own := r.Header["Authorization"]
	switch {
	case own || held == (pair{}):
		s.api.ServeHTTP(w, r)
	case s.ours(r):
		s.callAs(w, r, held)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		s.api.ServeHTTP(w, r)
	default:
		s.api.Refuse(w, r, errCrossSite)
	}
}

// callAs passes a request on with the session's token, a new one if need be.
func (s *Sessions) callAs(w http.ResponseWriter, r *http.Request, held pair) {
	if !s.expired(held.access) {
		s.api.ServeHTTP(w, bearing(r, held.access))
		return
	}
	if held.refresh == "" {
		s.api.ServeHTTP(w, r)
		return
	}
	r = named(r)
	switch again := s.renew(r, held.refresh); {
	case again.ok:
		s.api.ServeHTTP(&changing{ResponseWriter: w, change: again.tokens.set}, bearing(r, again.tokens.Access))
	case again.over():
		s.api.ServeHTTP(&changing{ResponseWriter: w, change: forget}, r)
	default: // it may well go on, but that cannot be told at the moment
		again.answer.replay(w)
	}
}

// named is the request with a name of its own, so that the log shows it and what
// was asked on its behalf by the same.
func named(r *http.Request) *http.Request {
	if r.Header.Get("X-Request-Id") != "" {
		return r
	}
	out := r.WithContext(r.Context())
	out.Header = r.Header.Clone()
	out.Header.Set("X-Request-Id", rand.Text())
	return out
}

// bearing is the request with a token.
func bearing(r *http.Request, token string) *http.Request {
	out := r.WithContext(r.Context())
	out.Header = r.Header.Clone()
	out.Header.Set("Authorization", "Bearer "+token)
	return out
}
