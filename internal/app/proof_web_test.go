package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
)

// The session's cookies.
const (
	accessCookie  = "__Host-access"
	refreshCookie = "__Host-refresh"
)

// browser is one with its cookies, which it sends as a page of ours does.
type browser struct {
	*stage
	cookies map[string]string
}

func (s *stage) browser() *browser { return &browser{s, map[string]string{}} }

// copied is another browser with the same cookies: a thief, or one that lost an answer.
func (b *browser) copied() *browser {
	return &browser{b.stage, map[string]string{accessCookie: b.cookies[accessCookie], refreshCookie: b.cookies[refreshCookie]}}
}

// request is what the browser would send; words are headers, an empty one is left out.
func (b *browser) request(server int, method, path string, body any, words ...string) *http.Request {
	b.t.Helper()
	r, err := b.stage.request(server, method, "/dev"+path, body, append([]string{"Sec-Fetch-Site: same-origin"}, words...))
	if err != nil {
		b.t.Fatal(err)
	}
	r.URL.Path = path
	for name, values := range r.Header {
		if values[0] == "" {
			r.Header.Del(name)
		}
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// visit sends a request and keeps the cookies of the answer.
func (b *browser) visit(method, path string, body any, words ...string) answer {
	b.t.Helper()
	a, err := b.send(b.request(0, method, path, body, words...))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range cookiesOf(a) {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return a
}

func cookiesOf(a answer) []*http.Cookie { return (&http.Response{Header: a.header}).Cookies() }

func (b *browser) me() answer { return b.visit(http.MethodGet, "/api/v1/me", nil) }

// signedIn is a browser with a session of the account.
func (s *stage) signedIn(name string) *browser {
	s.t.Helper()
	b := s.browser()
	a := b.visit(http.MethodPost, "/session/login", map[string]any{"email": door(name), "password": passphrase})
	if a.status != http.StatusNoContent || len(a.raw) != 0 || len(b.cookies) != 2 {
		s.t.Fatalf("sign in: %d %v %s", a.status, a.header, a.raw)
	}
	return b
}

// Whose request changes something, and whose reads something, by where it comes
// from and what it brings. What another site has a browser send never counts as
// the session's; a token of one's own always counts.
func TestProof_Web_S08_CrossSiteMatrix(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	token := s.join("matrix")
	in := s.signedIn("matrix")
	own := "http://" + s.servers[0].Site
	for _, from := range []struct {
		name, site, origin string
		ours               bool
	}{
		{"our page", "same-origin", own, true},
		{"the person", "none", "", true},
		{"another program", "", "", true},
		{"an old browser's page of ours", "", own, true},
		{"the public URL behind a proxy", "same-site", "https://book.example.jp", false},
		{"a neighbour", "same-site", "http://evil.example", false},
		{"another site", "cross-site", "http://evil.example", false},
		{"a sandboxed frame", "cross-site", "null", false},
		{"an old browser's page of another site", "", "http://evil.example", false},
		{"another port of ours", "same-site", "http://127.0.0.1:1", false},
	} {
		for _, brings := range []string{"cookie", "bearer", "both", "none"} {
			b, words := s.browser(), []string{"Sec-Fetch-Site: " + from.site, "Origin: " + from.origin}
			if brings == "cookie" || brings == "both" {
				b = in.copied()
			}
			if brings == "bearer" || brings == "both" {
				words = append(words, token)
			}
			read, change := http.StatusOK, http.StatusOK
			switch {
			case brings == "none":
				read, change = http.StatusUnauthorized, http.StatusUnauthorized
			case brings == "cookie" && !from.ours:
				read, change = http.StatusUnauthorized, http.StatusForbidden
			}
			if a := b.visit(http.MethodGet, "/api/v1/me", nil, words...); a.status != read {
				t.Errorf("%s with %s reads: %d %s", from.name, brings, a.status, a.raw)
			}
			a := b.visit(http.MethodPatch, "/api/v1/me", map[string]any{"given_name": "花子"}, words...)
			if a.status != change || (change == http.StatusForbidden) != (a.code() == "auth.cross_site") {
				t.Errorf("%s with %s changes: %d %s", from.name, brings, a.status, a.raw)
			}
		}
		want := map[bool]int{true: http.StatusNoContent, false: http.StatusForbidden}[from.ours]
		words := []string{"Sec-Fetch-Site: " + from.site, "Origin: " + from.origin, "Accept-Language: en"}
		a := s.browser().visit(http.MethodPost, "/session/login", map[string]any{"email": door("matrix"), "password": passphrase}, words...)
		if a.status != want || (len(cookiesOf(a)) == 2) != from.ours || !from.ours && !strings.Contains(a.text("detail"), "another site") {
			t.Errorf("%s signs in: %d %s", from.name, a.status, a.raw)
		}
		if a := in.copied().visit(http.MethodDelete, "/session", nil, words...); !from.ours && (a.status != want || len(cookiesOf(a)) != 0) {
			t.Errorf("%s signs out: %d %s", from.name, a.status, a.raw)
		}
		if from.ours { // that was the end of the session
			in = s.signedIn("matrix")
		}
	}
}

// A browser holds its tokens in cookies that nothing else can read, and the
// session is known by the browser and address that opened it.
func TestProof_Web_S08_SessionIsInTheCookiesAlone(t *testing.T) {
	t.Parallel()
	s := emptyStageWith(t, map[string]string{"OMOTENASHI_TRUSTED_PROXIES": "127.0.0.0/8"})
	s.join("cookie")
	s.clock.Advance(time.Second) // the newest session is listed first
	b := s.browser()
	a := b.visit(http.MethodPost, "/session/login", map[string]any{"email": door("cookie"), "password": passphrase},
		"User-Agent: counter tablet", "X-Forwarded-For: 203.0.113.9")
	for i, want := range []http.Cookie{{Name: accessCookie, MaxAge: 900}, {Name: refreshCookie, MaxAge: 604800}} {
		c := cookiesOf(a)[i]
		if c.Name != want.Name || c.MaxAge != want.MaxAge || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %s", a.header["Set-Cookie"][i])
		}
	}
	if a.status != http.StatusNoContent || len(a.raw) != 0 || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %s", a.status, a.header, a.raw)
	}
	own := b.visit(http.MethodGet, "/api/v1/me/sessions", nil)
	if current, _ := own.at("items.0.current").(bool); !current || own.text("items.0.user_agent") != "counter tablet" || own.text("items.0.address") != "203.0.113.9" {
		t.Errorf("the session is %v", own.at("items.0"))
	}
	s.clock.Advance(16 * time.Minute)
	if a := b.me(); a.status != http.StatusOK || strings.Contains(string(a.raw), b.cookies[accessCookie]) || len(cookiesOf(a)) != 2 {
		t.Errorf("after the first token: %d %s", a.status, a.raw)
	}
	for _, refused := range []struct {
		way, body, code string
		status          int
	}{
		{"login", `{"email":"cookie@proof.example","password":"wrong"}`, "auth.invalid_credentials", 401},
		{"login", `{`, "request.malformed", 400},
		{"second-factor", `{"challenge_token":"x","code":"123456"}`, "auth.challenge_invalid", 401},
		{"passkey", `{"challenge_token":"x"}`, "", 422},
	} {
		a := b.copied().visit(http.MethodPost, "/session/"+refused.way, refused.body)
		if a.status != refused.status || refused.code != "" && a.code() != refused.code || len(cookiesOf(a)) != 0 {
			t.Errorf("%+v: %d %s", refused, a.status, a.raw)
		}
	}
	s.wantNothingSecret(b.cookies[accessCookie], b.cookies[refreshCookie], passphrase)
}

// emptyStageWith is one server with settings of its own.
func emptyStageWith(t *testing.T, more map[string]string) *stage {
	t.Helper()
	s := newStage(t, 1)
	environ := s.environ(false)
	maps.Copy(environ, more)
	s.serve(environ, app.Options{UnsafeNoSync: true})
	slices.Reverse(s.servers)
	return s
}

func TestProof_Web_S08_SecondFactorComesBeforeTheCookies(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	s.enrol(door("strong"), s.join("strong"))
	s.clock.Advance(30 * time.Second) // each code is taken once
	b := s.browser()
	begun := b.visit(http.MethodPost, "/session/login", map[string]any{"email": door("strong"), "password": passphrase})
	if begun.status != http.StatusUnauthorized || begun.code() != "auth.second_factor_required" || begun.text("challenge_token") == "" || len(b.cookies) != 0 {
		t.Fatalf("%d %s", begun.status, begun.raw)
	}
	code := authtest.Code(t, s.apps[door("strong")], s.clock.Now())
	done := b.visit(http.MethodPost, "/session/second-factor", map[string]any{"challenge_token": begun.text("challenge_token"), "code": code})
	if done.status != http.StatusNoContent || len(b.cookies) != 2 || b.me().status != http.StatusOK {
		t.Errorf("%d %s", done.status, done.raw)
	}
}

// A page that wakes up asks much at once, of several processes. All of it is
// answered, with one successor of the token. Whoever shows the old one later has
// stolen it, or was stolen from: the session ends for both.
func TestProof_Web_S08_RotationServesAllAndEndsTheThiefs(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	s.join("rotating")
	b := s.signedIn("rotating")
	thief := b.copied()
	s.clock.Advance(16 * time.Minute)
	successors := map[string]bool{}
	for i, a := range s.atOnce(20, func(_, server int) (answer, error) {
		return s.send(b.request(server, http.MethodGet, "/api/v1/me", nil))
	}) {
		if a.status != http.StatusOK || len(cookiesOf(a)) != 2 {
			t.Fatalf("%d: %d %v %s", i, a.status, a.header, a.raw)
		}
		for _, c := range cookiesOf(a) {
			b.cookies[c.Name] = c.Value
		}
		successors[b.cookies[refreshCookie]] = true
	}
	if len(successors) != 1 || s.count(`SELECT max(generation) FROM sessions`) != 2 {
		t.Errorf("%d successors", len(successors))
	}
	if a := b.me(); a.status != http.StatusOK || len(cookiesOf(a)) != 0 {
		t.Errorf("with the successor: %d %v", a.status, a.header)
	}
	s.clock.Advance(11 * time.Second)
	if a := thief.me(); a.status != http.StatusUnauthorized || len(thief.cookies) != 0 {
		t.Errorf("the thief: %d %v", a.status, a.header)
	}
	delete(b.cookies, accessCookie) // it lives on for a minute at most
	if a := b.me(); a.status != http.StatusUnauthorized || len(b.cookies) != 0 {
		t.Errorf("the owner: %d %v", a.status, a.header)
	}
}

func TestProof_Web_S08_SessionsEnd(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	s.join("leaving")
	for name, wait := range map[string]time.Duration{"at once": 0, "after the token": 16 * time.Minute} {
		b := s.signedIn("leaving")
		kept := b.copied()
		s.clock.Advance(wait)
		if a := b.visit(http.MethodDelete, "/session", nil); a.status != http.StatusNoContent || len(b.cookies) != 0 {
			t.Errorf("%s: sign-out: %d %v %s", name, a.status, a.header, a.raw)
		}
		if a := kept.me(); a.status != http.StatusUnauthorized {
			t.Errorf("%s: the cookies are worth something after sign-out: %d", name, a.status)
		}
		s.clock.Advance(16 * time.Minute)
		if a := kept.me(); a.status != http.StatusUnauthorized || len(kept.cookies) != 0 {
			t.Errorf("%s: dead cookies stay: %d %v", name, a.status, a.header)
		}
	}
	s.clock.Advance(time.Minute)
	lost, here := s.signedIn("leaving"), s.signedIn("leaving")
	gone := lost.copied()
	list := here.visit(http.MethodGet, "/api/v1/me/sessions", nil) // the newest two come first
	id := list.text("items.0.id")
	if current, _ := list.at("items.0.current").(bool); current {
		id = list.text("items.1.id")
	}
	if a := here.visit(http.MethodDelete, "/api/v1/me/sessions/"+id, nil); a.status != http.StatusNoContent {
		t.Fatalf("revoke: %d %s", a.status, a.raw)
	}
	if a := lost.me(); a.status != http.StatusUnauthorized {
		t.Errorf("revoked elsewhere: %d", a.status)
	}
	if a := gone.visit(http.MethodDelete, "/session", nil); a.status != http.StatusNoContent || len(gone.cookies) != 0 {
		t.Errorf("sign-out of a session that is gone: %d %v", a.status, a.header)
	}
	if a := s.browser().visit(http.MethodDelete, "/session", nil); a.status != http.StatusNoContent {
		t.Errorf("sign-out of nobody: %d", a.status)
	}
}

// Every page says what it may do, and where the public URL is by https, that
// browsers shall come so.
func TestProof_Web_S24_EveryAnswerHasItsHeaders(t *testing.T) {
	t.Parallel()
	s := emptyStageWith(t, map[string]string{"OMOTENASHI_PUBLIC_URL": "https://book.example.jp"})
	for server, transport := range []string{"max-age=31536000", ""} {
		for _, path := range []string{
			"/", "/nowhere", "/console", "/console/", "/console/b/x/ledger", "/console/assets/none.js", "/admin", "/admin/jobs",
			"/docs", "/manage/x", "/verify-email/x", "/api/v1/me", "/api/v1/public/businesses", "/openapi.json",
		} {
			a, err := s.send(s.browser().request(server, http.MethodGet, path, nil))
			if err != nil {
				t.Fatal(err)
			}
			csp := a.header.Get("Content-Security-Policy")
			inline := strings.Contains(csp, "unsafe-inline") || strings.Contains(csp, "unsafe-eval")
			if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors") || inline {
				t.Errorf("%s: %d policy %q", path, a.status, csp)
			}
			if a.header.Get("X-Content-Type-Options") != "nosniff" || !slices.Contains([]string{"no-referrer", "same-origin"}, a.header.Get("Referrer-Policy")) {
				t.Errorf("%s: %v", path, a.header)
			}
			if got := a.header.Get("Strict-Transport-Security"); got != transport {
				t.Errorf("%s of server %d: HSTS %q", path, server, got)
			}
		}
	}
}
