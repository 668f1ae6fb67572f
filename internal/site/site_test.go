package site_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/site"
)

// accounts does what it is told to, and counts.
type accounts struct {
	calls    int
	password string
	err      error
	offerErr error
}

func (a *accounts) VerifyEmail(context.Context, string) error { return a.did("") }

func (a *accounts) ConfirmEmail(context.Context, string) error { return a.did("") }

func (a *accounts) ResetPassword(_ context.Context, _, password string) error { return a.did(password) }

func (a *accounts) ResetOffer(context.Context, string) (auth.ResetOffer, error) {
	return auth.ResetOffer{Email: "hana@example.jp", MinPassword: 8}, a.offerErr
}

func (a *accounts) did(password string) error {
	a.calls++
	a.password = password
	return a.err
}

func ask(t *testing.T, a *accounts, method, kind, form string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	site.New(a, slog.New(slog.DiscardHandler)).Mount(mux.Handle)
	r := httptest.NewRequestWithContext(t.Context(), method, "http://shop.example"+site.AccountPath(kind, "<b>token"), strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func get(t *testing.T, a *accounts, method string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, a, method, auth.MailVerify, "", header)
}

func TestAccountPages_GetChangesNothing_TokenStays(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{auth.MailVerify, auth.MailConfirm, auth.MailReset} {
		a := &accounts{}
		w := ask(t, a, http.MethodGet, kind, "", nil)
		if a.calls != 0 || w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<form method="post">`) {
			t.Errorf("%s: calls %d, %d %s", kind, a.calls, w.Code, w.Body)
		}
		if w.Header().Get("Referrer-Policy") != "no-referrer" || w.Header().Get("Cache-Control") != "no-store" || strings.Contains(w.Body.String(), "<b>token") {
			t.Errorf("%s: the token must not leave the page: %v %s", kind, w.Header(), w.Body)
		}
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

func TestAccountPages_PostFromAnotherSite_IsRefused(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{auth.MailVerify, auth.MailConfirm, auth.MailReset} {
		a := &accounts{}
		w := ask(t, a, http.MethodPost, kind, "", http.Header{"Sec-Fetch-Site": {"cross-site"}})
		if a.calls != 0 || w.Code != http.StatusForbidden {
			t.Errorf("%s: calls %d, status %d; want none, 403", kind, a.calls, w.Code)
		}
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

func TestReset_Post_SetsThePassword(t *testing.T) {
	t.Parallel()
	a := &accounts{}
	w := ask(t, a, http.MethodPost, auth.MailReset, "username=x&password="+url.QueryEscape(" ひみつの & <言葉> "), http.Header{"Accept-Language": {"en"}})
	if a.password != " ひみつの & <言葉> " || w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "is set") || strings.Contains(w.Body.String(), "<form") {
		t.Fatalf("%q, %d %s", a.password, w.Code, w.Body)
	}
}

// What is wrong is told beside the field, in the reader's language, and the form
// stays; what was typed is not sent back.
func TestReset_BadPassword_IsToldAtTheField(t *testing.T) {
	t.Parallel()
	var v fault.Fields
	v.Add("body.password", "too_short", fault.Args{"min": 8})
	for lang, want := range map[string]string{"ja": "8 文字以上", "en": "8 characters"} {
		w := ask(t, &accounts{err: v.Err()}, http.MethodPost, auth.MailReset, "password=hunter2", http.Header{"Accept-Language": {lang}})
		body := w.Body.String()
		_, told, _ := strings.Cut(body, `role="alert">`)
		told, _, _ = strings.Cut(told, "<")
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(told, want) || !strings.Contains(body, `aria-invalid="true"`) ||
			!strings.Contains(body, `<html lang="`+lang) || !strings.Contains(body, "<form") || strings.Contains(body, "hunter2") {
			t.Errorf("%s: %d %q\n%s", lang, w.Code, told, body)
		}
	}
}

func TestReset_WhatFails_KeepsOrClosesTheForm(t *testing.T) {
	t.Parallel()
	old := fault.New(fault.Invalid, "auth.link_expired")
	for _, c := range []struct {
		name, method string
		a            accounts
		status       int
		form         bool
	}{
		{"an old link", http.MethodGet, accounts{offerErr: old}, http.StatusUnprocessableEntity, false},
		{"an old link, sent", http.MethodPost, accounts{err: old}, http.StatusUnprocessableEntity, false},
		{"busy", http.MethodPost, accounts{err: fault.New(fault.Unavailable, "overloaded")}, http.StatusServiceUnavailable, true},
		{"a mistake of ours", http.MethodPost, accounts{err: errors.New("secret of the house")}, http.StatusInternalServerError, false},
	} {
		w := ask(t, &c.a, c.method, auth.MailReset, "password=x", nil)
		if form := strings.Contains(w.Body.String(), "<form"); w.Code != c.status || form != c.form || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d, form %t: %s", c.name, w.Code, form, w.Body)
		}
	}
}

// A form that is far too long is read to a bound, and is no password.
func TestReset_EndlessForm_IsBounded(t *testing.T) {
	t.Parallel()
	a := &accounts{}
	ask(t, a, http.MethodPost, auth.MailReset, "password="+strings.Repeat("x", 1<<20), nil)
	if a.calls != 1 || a.password != "" {
		t.Errorf("%d calls, %d bytes", a.calls, len(a.password))
	}
}
