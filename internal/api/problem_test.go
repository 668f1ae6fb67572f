package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestProblem_SecretsNeverLeave(t *testing.T) {
	t.Parallel()
	for how, want := range map[string]struct {
		status int
		code   string
	}{
		"error":           {500, "internal"},
		"cause":           {409, "precondition.stale"},
		"internal":        {500, "internal"},
		"framework":       {500, "internal"},
		"framework-model": {500, "internal"},
		"headers":         {500, "internal"},
		"panic":           {500, "internal"},
		"panic-error":     {500, "internal"},
		"encode":          {500, "internal"},
		"cancelled":       {503, "unavailable"}, // not by the client
		"unavailable":     {503, "unavailable"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			w := b.ask("POST", "/api/v1/public/fail/"+how, "")
			p := problemOf(t, w)
			if w.Code != want.status || p.Code != want.code {
				t.Errorf("got %d %s, want %d %s", w.Code, p.Code, want.status, want.code)
			}
			var raw strings.Builder
			_ = w.Header().Write(&raw)
			if strings.Contains(raw.String()+w.Body.String(), canary) || w.Header().Get("X-Planted") != "" {
				t.Errorf("the canary sings: %s%s", raw.String(), w.Body)
			}
			if !strings.Contains(b.log.String(), `"error"`) {
				t.Errorf("the cause is not in the log: %s", b.log)
			}
			if after := w.Header().Get("Retry-After"); how == "unavailable" && after != "2" || want.status == 503 && after == "" {
				t.Errorf("Retry-After %q", after)
			}
		})
	}
}

func TestProblem_SecretOfTheGate_Internal(t *testing.T) {
	t.Parallel()
	w := newBench(t).ask("GET", "/api/v1/me/thing", "", "as:broken")
	if p := problemOf(t, w); p.Status != 500 || p.Code != "internal" {
		t.Errorf("got %s", found(p))
	}
}

func TestProblem_AbortedHandler_AbortsTheAnswer(t *testing.T) {
	t.Parallel()
	defer func() {
		if v := recover(); v != http.ErrAbortHandler { //nolint:errorlint // the server's own sentinel
			t.Errorf("recovered %v", v)
		}
	}()
	newBench(t).ask("POST", "/api/v1/public/fail/abort", "")
}

func TestProblem_FurtherMembers(t *testing.T) {
	t.Parallel()
	w := newBench(t).ask("POST", "/api/v1/public/fail/taken", "")
	p := problemOf(t, w)
	if w.Code != 409 || len(p.Alternatives) != 1 || !strings.Contains(w.Body.String(), `"staff_ids":[]`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestProblem_Language(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for accept, want := range map[string]string{
		"":                       "ja",
		"en":                     "en",
		"en-GB,en;q=0.9":         "en",
		"ja,en;q=0.5":            "ja",
		"fr":                     "ja",
		"fr,en;q=0.2":            "en",
		"not a language !!,;q=x": "ja",
	} {
		w := b.ask("GET", "/api/v1/nothing", "", "Accept-Language: "+accept)
		p := problemOf(t, w)
		title := map[string]string{"ja": "見つかりません", "en": "Not found"}[want]
		if got := w.Header().Get("Content-Language"); got != want || p.Title != title {
			t.Errorf("%q: language %q, title %q, want %q", accept, got, p.Title, title)
		}
	}
}

func TestRoute_WhatTheMuxRefuses_IsAProblem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, x := range []struct {
		method, target string
		status         int
		code, allow    string
	}{
		{"GET", "/", 404, "not_found", ""},
		{"GET", "/api/v1/nothing", 404, "not_found", ""},
		{"GET", "/api/v1/public/things/", 404, "not_found", ""},
		{"GET", "/api/v1//public/raw", 404, "not_found", ""},
		{"GET", "/api/v1/public/../public/raw", 404, "not_found", ""},
		{"GET", "/api/v1/public/raw/", 404, "not_found", ""},
		{"DELETE", "/api/v1/public/raw", 405, "method_not_allowed", "GET, HEAD"},
		{"GET", "/api/v1/public/small", 405, "method_not_allowed", "POST"},
		{"OPTIONS", "/api/v1/me/thing", 405, "method_not_allowed", "GET, HEAD"},
	} {
		w := b.ask(x.method, x.target, "")
		p := problemOf(t, w)
		if w.Code != x.status || p.Code != x.code || w.Header().Get("Allow") != x.allow || w.Header().Get("Location") != "" {
			t.Errorf("%s %s: %d %s, headers %v", x.method, x.target, w.Code, p.Code, w.Header())
		}
	}
}

// What the client gave up is no fault of the server's.
func TestProblem_ClientIsGone_IsNoServerError(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	b.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "POST", "/api/v1/public/fail/cancelled", nil))
	if w.Code != statusClientGone || strings.Contains(b.log.String(), `"level":"ERROR"`) {
		t.Errorf("got %d, log %s", w.Code, b.log)
	}
}

// An operation that takes too long is given up, in time that is configured.
func TestProblem_OutOfTime_IsUnavailable(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Limits.Time = time.Nanosecond })
	w := b.ask("POST", "/api/v1/public/fail/wait", "")
	if p := problemOf(t, w); w.Code != 503 || p.Code != "unavailable" || w.Header().Get("Retry-After") != "1" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestProblem_OverSocket_HeadHasNoBody(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(newBench(t).Handler())
	defer s.Close()
	r, err := s.Client().Head(s.URL + "/api/v1/public/raw")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD: %d %v", r.StatusCode, r.Header)
	}
}

// A further member never takes the name of one that every problem has: a name
// given twice is read one way or the other.
func TestProblem_FurtherMembers_StandBesideTheirs(t *testing.T) {
	t.Parallel()
	p := &Problem{Status: 409, Code: "not_found", extra: map[string]any{"status": "approved", "code": 1, "business_status": "approved"}}
	raw, err := json.Marshal(p)
	if err != nil || strings.Count(string(raw), `"status"`) != 1 || strings.Count(string(raw), `"code"`) != 1 || !strings.Contains(string(raw), `"business_status":"approved"`) {
		t.Errorf("%v: %s", err, raw)
	}
}
