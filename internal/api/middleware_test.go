package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestRequestID(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for given, kept := range map[string]bool{
		"abc-123_X.9":           true,
		strings.Repeat("a", 64): true,
		strings.Repeat("a", 65): false,
		"":                      false,
		"a b":                   false,
		"a\"b":                  false,
		"日本":                    false,
	} {
		got := b.ask("GET", "/api/v1/public/raw", "", "X-Request-Id: "+given).Header().Get("X-Request-Id")
		if (got == given) != kept || len(got) < 11 && !kept {
			t.Errorf("%q: got %q", given, got)
		}
	}
}

func TestTraceID(t *testing.T) {
	t.Parallel()
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	for given, want := range map[string]string{
		"00-" + id + "-00f067aa0ba902b7-01":       id,
		"00-" + id + "-00f067aa0ba902b7-01-extra": id,
		"00-" + strings.ToUpper(id) + "-00-01":    "",
		"00-00000000000000000000000000000000-1-1": "",
		"00-short-1-1": "",
		"":             "",
	} {
		if got := traceID(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

// One line a request, with the pattern and never the path, the query or a token.
func TestLog_KnowsTheRequest_AndNoSecret(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := "/api/v1/businesses/" + shop.String() + "/things/" + thing.String()
	b.ask("GET", path, "", "as:staff", "X-Request-Id: r1", "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	b.ask("GET", "/api/v1/public/things/"+canary+"?must="+canary, "", "Authorization: Bearer "+canary)
	b.ask("GET", "/nowhere/"+canary, "")
	if strings.Contains(b.log.String(), canary) {
		t.Errorf("the canary sings: %s", b.log)
	}
	lines := strings.Split(strings.TrimSpace(b.log.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3: %s", len(lines), b.log)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]any{
		"method": "GET", "route": "/api/v1/businesses/{business_id}/things/{thing_id}", "status": 200.0, "request_id": "r1",
		"business": shop.String(), "actor": "03000000-0000-0000-0000-000000000000", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
	} {
		if line[k] != want {
			t.Errorf("%s: got %v, want %v", k, line[k], want)
		}
	}
	if !strings.Contains(lines[2], `"route":"unmatched"`) || !strings.Contains(lines[2], `"code":"not_found"`) {
		t.Errorf("the third line: %s", lines[2])
	}
}

func TestMetrics_ByRouteAndCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ask("GET", "/api/v1/public/raw", "")
	b.ask("GET", "/api/v1/me/thing", "")
	b.ask("GET", "/x", "")
	want := []string{"GET /api/v1/public/raw OK", "GET /api/v1/me/thing Unauthorized", "GET unmatched Not Found"}
	if !slices.Equal(b.figures.requests, want) || !slices.Equal(b.figures.problems, []string{"auth.required", "not_found"}) {
		t.Errorf("got %q, %q", b.figures.requests, b.figures.problems)
	}
}

func TestLimits_Defaults_ByAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Limits = LimitOptions{} })
	for n := range 101 {
		w := b.ask("GET", "/api/v1/public/raw", "")
		if (w.Code == 200) != (n < 100) {
			t.Fatalf("request %d: %d", n, w.Code)
		}
		if n == 0 {
			h := w.Header()
			if h.Get("RateLimit-Policy") != `"read";q=600;w=60` || h.Get("RateLimit") != `"read";r=99;t=1` {
				t.Errorf("headers: %v", h)
			}
		}
		if n == 100 {
			p := problemOf(t, w)
			if w.Code != 429 || p.Code != "rate_limited" || w.Header().Get("Retry-After") != "1" || w.Header().Get("RateLimit") != `"read";r=0;t=10` {
				t.Errorf("the refusal: %s, %v", w.Body, w.Header())
			}
		}
	}
	// Writes are counted apart, and time heals: a read every 100 ms.
	if w := b.ask("POST", "/api/v1/public/small", ""); w.Code != 204 || w.Header().Get("RateLimit-Policy") != `"write";q=120;w=60` {
		t.Errorf("a write: %d %v", w.Code, w.Header())
	}
	b.clock.Advance(100 * time.Millisecond)
	if w := b.ask("GET", "/api/v1/public/raw", ""); w.Code != 200 {
		t.Errorf("after 100 ms: %d", w.Code)
	}
	// Nothing is looked up for who is refused: not even the route.
	if w := b.ask("GET", "/nowhere", ""); w.Code != 429 {
		t.Errorf("an unknown route: %d", w.Code)
	}
}

func TestLimits_SignedIn_HaveTheirOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Limits = LimitOptions{Reads: 60, Writes: 60, Burst: 5} })
	count := func(words ...string) int {
		for n := range 1000 {
			if b.ask("GET", "/api/v1/public/self", "", words...).Code == 429 {
				return n
			}
		}
		return 1000
	}
	if n := count("as:owner"); n != 10 {
		t.Errorf("an owner made %d, want 10", n)
	}
	if n := count("as:staff"); n != 10 {
		t.Errorf("another of the same address made %d, want 10", n)
	}
	if n := count("as:invented"); n != 5 {
		t.Errorf("who invents a token made %d, want 5", n)
	}
	if n := count(); n != 0 {
		t.Errorf("the guest of that address made %d more, want 0", n)
	}
	// All tokens of an address together: 50, of which 27 are used (each refusal counted too).
	total := 0
	for i := range 100 {
		if b.ask("GET", "/api/v1/public/self", "", fmt.Sprintf("as:invented%d", i)).Header().Get("RateLimit-Policy") == `"read";q=600;w=60` {
			break
		}
		total++
	}
	if total > 30 {
		t.Errorf("a flood of invented tokens went on for %d", total)
	}
}

func TestLimits_Loopback_ExemptInDev(t *testing.T) {
	t.Parallel()
	for exempt, want := range map[bool]int{true: 200, false: 429} {
		b := newBench(t, func(d *Deps) { d.Limits = LimitOptions{Reads: 1, Writes: 1, Burst: 1, ExemptLoopback: exempt} })
		code := 0
		for range 3 {
			r := httptest.NewRequest("GET", "/api/v1/public/raw", nil)
			r.RemoteAddr = "127.0.0.1:9"
			w := httptest.NewRecorder()
			b.ServeHTTP(w, r)
			code = w.Code
		}
		if code != want {
			t.Errorf("exempt %v: got %d, want %d", exempt, code, want)
		}
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	l := newLimits(newBench(t).clock, LimitOptions{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	for _, x := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "", "203.0.113.9"},
		{"203.0.113.9:1", "198.51.100.1", "203.0.113.9"},         // not a proxy of ours
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},           //
		{"10.0.0.1:1", "1.1.1.1, 198.51.100.1", "198.51.100.1"},  // the first is the client's own claim
		{"10.0.0.1:1", "198.51.100.1, 10.0.0.2", "198.51.100.1"}, // two proxies
		{"10.0.0.1:1", "", "10.0.0.1"},                           //
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},                   //
		{"10.0.0.1:1", "198.51.100.1, nonsense", "10.0.0.1"},     //
		{"[::1]:1", "2001:db8::1", "2001:db8::1"},                //
		{"[::ffff:10.0.0.1]:1", "198.51.100.1", "198.51.100.1"},  //
		{"pipe", "", "invalid IP"},                               //
		{"10.0.0.1:1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},         // all of them ours
	} {
		r := &http.Request{RemoteAddr: x.peer, Header: http.Header{}}
		if x.forwarded != "" {
			r.Header.Set("X-Forwarded-For", x.forwarded)
		}
		if got := l.clientOf(r).String(); got != x.want {
			t.Errorf("%s via %q: got %s, want %s", x.peer, x.forwarded, got, x.want)
		}
	}
}

// Beyond the bound requests are refused at once, while those inside go on.
func TestOverload_RefusesAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Limits.InFlight = 2 })
	entered, leave := make(chan struct{}), make(chan struct{})
	b.Mount("GET /slow", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		entered <- struct{}{}
		<-leave
	}))
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if w := b.ask("GET", "/slow", ""); w.Code != 200 {
				t.Errorf("inside: %d", w.Code)
			}
		})
		<-entered
	}
	w := b.ask("GET", "/api/v1/public/raw", "")
	if p := problemOf(t, w); w.Code != 503 || p.Code != "overloaded" || w.Header().Get("Retry-After") != "1" {
		t.Errorf("beyond: %d %s", w.Code, w.Body)
	}
	close(leave)
	wg.Wait()
	if w := b.ask("GET", "/api/v1/public/raw", ""); w.Code != 200 {
		t.Errorf("after: %d", w.Code)
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, target := range []string{"/api/v1/public/raw", "/api/v1/me/thing", "/nowhere"} {
		h := b.ask("GET", target, "").Header()
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", target, h)
		}
	}
}

func TestAgent_FitToStore(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Mozilla/5.0":            "Mozilla/5.0",
		"a\x00b\tc\x7f":          "abc",
		"a\xffb":                 "a?b",
		strings.Repeat("あ", 300): strings.Repeat("あ", 200),
	} {
		if got := agent(given); got != want {
			t.Errorf("%q: got %q", given, got)
		}
	}
}
