package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

var errNoTokens = errors.New("the API answered a sign-in without tokens")

// signIn passes a sign-in to the API. Its tokens go into cookies and nowhere
// else; a refusal is answered as it is.
func (s *Sessions) signIn(w http.ResponseWriter, r *http.Request) {
	in := r.WithContext(r.Context())
	in.URL = &url.URL{Path: apiPath + "/auth" + strings.TrimPrefix(r.URL.Path, sessionPath)}
	in.Header = r.Header.Clone()
	in.Header.Del("Authorization")
	answer := &holding{ResponseWriter: w}
	s.api.ServeHTTP(answer, in)
	if !answer.held {
		return
	}
	h := w.Header()
	h.Del("Content-Type")
	h.Del("Content-Length")
	var t tokens
	if err := json.Unmarshal(answer.body.Bytes(), &t); err != nil || t.Access == "" || t.Refresh == "" {
		s.api.Refuse(w, r, errNoTokens)
		return
	}
	t.set(w)
	w.WriteHeader(http.StatusNoContent)
}

// signOut ends the session, and has the browser forget it in any case: who signs
// out at a counter that others use must not stay signed in because a server is
// busy. When the session may have survived, the answer says so.
func (s *Sessions) signOut(w http.ResponseWriter, r *http.Request) {
	held, r := pairOf(r), named(r)
	forget(w)
	if s.expired(held.access) && held.refresh != "" {
		again := s.renew(r, held.refresh)
		held.access = again.tokens.Access
		if !again.ok && !again.over() {
			again.answer.replay(w)
			return
		}
	}
	if held.access != "" {
		answer := newRecorder()
		s.api.ServeHTTP(answer, bearing(inside(r, "/auth/logout", ""), held.access))
		if answer.status != http.StatusUnauthorized && answer.status >= http.StatusBadRequest {
			answer.replay(w)
			return
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
