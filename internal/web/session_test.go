package web

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

var noon = time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)

// fakeAPI answers as a test wants it, and remembers what it was asked.
type fakeAPI struct {
	answer http.HandlerFunc

	mu    sync.Mutex
	asked []*http.Request
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked = append(f.asked, r)
	f.mu.Unlock()
	f.answer(w, r)
}

func (f *fakeAPI) Refuse(w http.ResponseWriter, _ *http.Request, err error) {
	status := http.StatusInternalServerError
	if f, ok := fault.As(err); ok && f.Kind == fault.Forbidden {
		status = http.StatusForbidden
	}
	http.Error(w, err.Error(), status)
}

// paths are the paths that were asked for, in their order.
func (f *fakeAPI) paths() (out []string) {
	for _, r := range f.asked {
		out = append(out, r.Method+" "+r.URL.Path)
	}
	return out
}

func sessions(answer http.HandlerFunc) (*Sessions, *fakeAPI) {
	api := &fakeAPI{answer: answer}
	return NewSessions(api, clock.NewManual(noon), "https://book.example.jp"), api
}

// token is an access token that ends then, as far as it says itself.
func token(ends time.Time) string {
	return "e30." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"exp":%d}`, ends.Unix())) + ".signature"
}

func pairCookies(access, refresh string) string {
	return "Cookie: " + accessCookie + "=" + access + "; " + refreshCookie + "=" + refresh
}

// giving answers refreshes with the body, and anything else with 200.
func giving(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/auth/refresh" {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return
		}
		_, _ = io.WriteString(w, r.Header.Get("Authorization"))
	}
}

const newPair = `{"access_token":"new-access","expires_in":900,"refresh_token":"new-refresh"}`

func TestSessions_Expired(t *testing.T) {
	t.Parallel()
	s, _ := sessions(nil)
	for access, want := range map[string]bool{
		token(noon.Add(time.Minute)): false, token(noon.Add(early + time.Second)): false, token(noon.Add(early)): true, token(noon.Add(-time.Hour)): true,
		"": true, "x": true, "a.b": true, "a.!!.c": true, "a.e30.c": true, "a." + base64.RawURLEncoding.EncodeToString([]byte("[]")) + ".c": true,
	} {
		if got := s.expired(access); got != want {
			t.Errorf("%q: %v", access, got)
		}
	}
}

// Whoever has no session is passed on as they came: the very same request.
func TestSessions_WithoutCookies_PassUntouched(t *testing.T) {
	t.Parallel()
	var got *http.Request
	s, _ := sessions(func(_ http.ResponseWriter, r *http.Request) { got = r })
	for _, words := range [][]string{nil, {"Cookie: lang=ja"}, {"Authorization: Bearer x", pairCookies("a", "b")}, {"Authorization: ", pairCookies("a", "b")}} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/public/businesses/hana/bookings", http.NoBody)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		for _, w := range words {
			name, value, _ := strings.Cut(w, ": ")
			r.Header.Set(name, value)
		}
		if s.ServeHTTP(httptest.NewRecorder(), r); got != r {
			t.Errorf("%q was changed", words)
		}
	}
}

// A page learns whether there is a session, and nothing of it; the API is not asked.
func TestSessions_Held(t *testing.T) {
	t.Parallel()
	for cookies, want := range map[string]string{
		"":                         `{"held":false}`,
		"Cookie: lang=ja":          `{"held":false}`,
		pairCookies("", ""):        `{"held":false}`,
		pairCookies("a", "b"):      `{"held":true}`,
		"Cookie: __Host-refresh=b": `{"held":true}`,
	} {
		s, api := sessions(giving(http.StatusOK, newPair))
		w := get(s, http.MethodGet, "/session", cookies)
		if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != want || w.Header().Get("Cache-Control") != "no-store" || len(api.asked) > 0 {
			t.Errorf("%q: %d %s %v, %d requests", cookies, w.Code, got, w.Header(), len(api.asked))
		}
	}
}

// Requests with one expired token share one exchange; that the first of them is
// given up does no harm to the others.
func TestSessions_RequestsAtOnce_ShareAnExchange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const many = 20
		exchanges, going := 0, make(chan struct{})
		s, _ := sessions(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v1/auth/refresh" {
				exchanges++
				<-going
				if err := r.Context().Err(); err != nil {
					t.Errorf("the exchange ended with its first request: %v", err)
				}
			}
			giving(http.StatusOK, newPair)(w, r)
		})
		first, giveUp := context.WithCancel(t.Context())
		answers := make([]*httptest.ResponseRecorder, many)
		ask := func(ctx context.Context, i int) {
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/me", http.NoBody)
			name, value, _ := strings.Cut(pairCookies(token(noon), "old"), ": ")
			r.Header.Set(name, value)
			answers[i] = httptest.NewRecorder()
			go s.ServeHTTP(answers[i], r)
			synctest.Wait()
		}
		ask(first, 0)
		giveUp()
		for i := 1; i < many; i++ {
			ask(t.Context(), i)
		}
		close(going)
		synctest.Wait()
		if exchanges != 1 {
			t.Errorf("%d exchanges", exchanges)
		}
		for i, w := range answers {
			if w.Body.String() != "Bearer new-access" || len(w.Result().Cookies()) != 2 || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d: %d %v %s", i, w.Code, w.Header(), w.Body)
			}
		}
	})
}

// What the program asks itself comes from the same browser, and is named alike.
func TestSessions_Exchange_IsOnBehalfOfTheRequest(t *testing.T) {
	t.Parallel()
	s, api := sessions(giving(http.StatusOK, newPair))
	get(s, http.MethodPatch, "/api/v1/me", pairCookies("", "old"), "User-Agent: tablet", "X-Forwarded-For: 203.0.113.7", "Accept-Language: en", "Sec-Fetch-Site: same-origin")
	if len(api.asked) != 2 {
		t.Fatal(api.paths())
	}
	inner, outer := api.asked[0], api.asked[1]
	for _, name := range []string{"User-Agent", "X-Forwarded-For", "Accept-Language", "X-Request-Id"} {
		if got := inner.Header.Get(name); got == "" || got != outer.Header.Get(name) {
			t.Errorf("%s: %q and %q", name, got, outer.Header.Get(name))
		}
	}
	if inner.RemoteAddr != outer.RemoteAddr || inner.Method != http.MethodPost || inner.Header.Get("Cookie") != "" || outer.Method != http.MethodPatch {
		t.Errorf("%+v", inner)
	}
}

func TestSessions_WhatARefusedExchangeMeans(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct {
		status, cleared int
		body            string
	}{
		http.StatusUnauthorized:        {http.StatusOK, 2, ""},                           // as a guest, who is refused where that matters
		http.StatusServiceUnavailable:  {http.StatusServiceUnavailable, 0, "come again"}, // not signed out by a database that restarts
		http.StatusTooManyRequests:     {http.StatusTooManyRequests, 0, "come again"},
		http.StatusInternalServerError: {http.StatusInternalServerError, 0, "come again"},
	} {
		s, _ := sessions(giving(status, "come again"))
		w := get(s, http.MethodGet, "/api/v1/me", pairCookies(token(noon), "old"))
		cookies := w.Result().Cookies()
		if w.Code != want.status || len(cookies) != want.cleared || w.Body.String() != want.body {
			t.Errorf("%d: %d %v %s", status, w.Code, w.Header(), w.Body)
		}
		if slices.ContainsFunc(cookies, func(c *http.Cookie) bool { return c.MaxAge >= 0 || c.Value != "" }) {
			t.Errorf("%d: %v", status, cookies)
		}
	}
}

func TestSessions_SignInWithoutTokens_IsOurFault(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "{}", `{"access_token":"a"}`, `[`} {
		s, _ := sessions(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, body)
		})
		w := get(s, http.MethodPost, "/session/login", "Content-Type: application/json")
		if w.Code != http.StatusInternalServerError || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%q: %d %v", body, w.Code, w.Header())
		}
	}
}

// The browser forgets a session even when the program cannot end it just then.
func TestSessions_SignOut_AlwaysForgets(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, cookies   string
		refresh, logout int
		want            int
		asked           string
	}{
		{"nobody", "Cookie: x=y", 0, 0, 204, ""},
		{"signed in", pairCookies(token(noon.Add(time.Hour)), "r"), 0, 204, 204, "logout"},
		{"ended elsewhere", pairCookies(token(noon.Add(time.Hour)), "r"), 0, 401, 204, "logout"},
		{"expired", pairCookies(token(noon), "r"), 200, 204, 204, "refresh logout"},
		{"expired and over", pairCookies(token(noon), "r"), 401, 0, 204, "refresh"},
		{"busy", pairCookies(token(noon.Add(time.Hour)), "r"), 0, 503, 503, "logout"},
		{"busy at the exchange", pairCookies("", "r"), 503, 0, 503, "refresh"},
	} {
		s, api := sessions(nil)
		api.answer = func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/logout") {
				w.WriteHeader(test.logout)
				return
			}
			giving(test.refresh, newPair)(w, r)
		}
		w := get(s, http.MethodDelete, "/session", test.cookies)
		cookies := w.Result().Cookies()
		if w.Code != test.want || len(cookies) != 2 || cookies[0].MaxAge >= 0 || cookies[1].MaxAge >= 0 {
			t.Errorf("%s: %d %v", test.name, w.Code, cookies)
		}
		if got := strings.ReplaceAll(strings.Join(api.paths(), " "), "POST /api/v1/auth/", ""); got != test.asked {
			t.Errorf("%s: asked %q", test.name, got)
		}
	}
}

// Events reach the browser as they are written, with the new cookies before them.
func TestSessions_StreamsAreNotHeldBack(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	s, _ := sessions(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/auth/refresh" {
			giving(http.StatusOK, newPair)(w, r)
			return
		}
		control := http.NewResponseController(w)
		_, _ = io.WriteString(w, "event: change\n")
		if err := errors.Join(control.SetWriteDeadline(time.Time{}), control.Flush()); err != nil {
			t.Error(err)
		}
		<-ended
	})
	server := httptest.NewServer(s)
	defer server.Close()
	defer close(ended) // before the server waits for it
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/v1/businesses/x/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	name, value, _ := strings.Cut(pairCookies("", "old"), ": ")
	r.Header.Set(name, value)
	resp, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || line != "event: change\n" || len(resp.Cookies()) != 2 {
		t.Errorf("%q %v %v", line, err, resp.Header)
	}
}
