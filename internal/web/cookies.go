package web

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
)

// The names bind the cookies to this very host by https, as browsers enforce:
// no other host below the same domain can set them. (They take 127.0.0.1 and
// localhost for as safe as https, except Safari.)
const (
	accessCookie  = "__Host-access"
	refreshCookie = "__Host-refresh"
)

// pair is what a session's cookies hold; empty for a cookie that is not there.
type pair struct{ access, refresh string }

// pairOf reads the session's cookies of a request.
func pairOf(r *http.Request) pair {
	var p pair
	if len(r.Header["Cookie"]) == 0 {
		return p
	}
	if c, err := r.Cookie(accessCookie); err == nil {
		p.access = c.Value
	}
	if c, err := r.Cookie(refreshCookie); err == nil {
		p.refresh = c.Value
	}
	return p
}

// tellHeld answers whether the browser brings a session. Whether that still goes
// on shows when it is used.
func tellHeld(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	_ = json.NewEncoder(w).Encode(struct {
		Held bool `json:"held"`
	}{pairOf(r) != pair{}})
}

// tokens are what the API answers to a sign-in or a refresh.
type tokens struct {
	Access    string `json:"access_token"`
	ExpiresIn int    `json:"expires_in"` // seconds
	Refresh   string `json:"refresh_token"`
}

func (t tokens) set(w http.ResponseWriter) {
	http.SetCookie(w, cookie(accessCookie, t.Access, t.ExpiresIn))
	http.SetCookie(w, cookie(refreshCookie, t.Refresh, int(auth.RefreshLife/time.Second)))
}

// forget has the browser drop the session's cookies.
func forget(w http.ResponseWriter) {
	http.SetCookie(w, cookie(accessCookie, "", -1))
	http.SetCookie(w, cookie(refreshCookie, "", -1))
}

func cookie(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}
