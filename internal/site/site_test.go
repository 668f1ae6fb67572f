package site_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/site"
)

// accounts verifies the token "good" and counts.
type accounts struct {
	calls int
	err   error
}

func (a *accounts) VerifyEmail(_ context.Context, _ string) error {
	a.calls++
	return a.err
}

func get(t *testing.T, a *accounts, method string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	site.New(a, slog.New(slog.DiscardHandler)).Mount(mux.Handle)
	r := httptest.NewRequestWithContext(t.Context(), method, "http://shop.example"+site.AccountPath(auth.MailVerify, "<b>token"), nil)
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func TestVerify_Get_ChangesNothing(t *testing.T) {
	t.Parallel()
	a := &accounts{}
	w := get(t, a, http.MethodGet, nil)
	if a.calls != 0 || w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<form method="post">`) {
		t.Fatalf("calls %d, %d %s", a.calls, w.Code, w.Body)
	}
	if w.Header().Get("Referrer-Policy") != "no-referrer" || strings.Contains(w.Body.String(), "<b>token") {
		t.Fatalf("the token must not leave the page: %v %s", w.Header(), w.Body)
	}
}

func TestVerify_Post_Verifies(t *testing.T) {
	t.Parallel()
	a := &accounts{}
	w := get(t, a, http.MethodPost, http.Header{"Accept-Language": {"en"}})
	if a.calls != 1 || w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "is confirmed") {
		t.Fatalf("calls %d, %d %s", a.calls, w.Code, w.Body)
	}
}

func TestVerify_PostFromAnotherSite_IsRefused(t *testing.T) {
	t.Parallel()
	a := &accounts{}
	w := get(t, a, http.MethodPost, http.Header{"Sec-Fetch-Site": {"cross-site"}})
	if a.calls != 0 || w.Code != http.StatusForbidden {
		t.Fatalf("calls %d, status %d; want none, 403", a.calls, w.Code)
	}
}

func TestVerify_Failures_AreToldWithoutTheirCause(t *testing.T) {
	t.Parallel()
	for status, err := range map[int]error{
		http.StatusUnprocessableEntity: fault.New(fault.Invalid, "auth.link_expired"),
		http.StatusServiceUnavailable:  fault.New(fault.Unavailable, "unavailable"),
		http.StatusInternalServerError: errors.New("secret of the house"),
	} {
		w := get(t, &accounts{err: err}, http.MethodPost, nil)
		if w.Code != status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
}
