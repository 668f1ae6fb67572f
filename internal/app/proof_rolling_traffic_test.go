package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// traffic sends requests at an even pace and counts how they end. A client of
// its own repeats nothing: an answer that did not come is counted.
type traffic struct {
	client *http.Client
	base   string
	make   func(i int) errand

	mu     sync.Mutex
	ends   map[string]int // "GET 200"
	faults []string       // answers of 5xx, and what was no answer; a few
	booked []string       // codes of the bookings that were acknowledged
}

// errand is one request.
type errand struct {
	method, path string
	body         any
	words        []string // headers, "Name: value"
}

func newTraffic(t *testing.T, base string, next func(i int) errand) *traffic {
	t.Helper()
	c := &http.Client{Transport: unrepeated{&http.Transport{MaxIdleConnsPerHost: 64}}, Timeout: patience}
	t.Cleanup(c.CloseIdleConnections)
	return &traffic{client: c, base: base, make: next, ends: map[string]int{}}
}

// inTheAir bounds the requests that wait for their answers; where it is reached,
// the pace slackens instead of piling up what a slow machine cannot serve.
const inTheAir = 200

// run sends so many requests a second until ctx ends, and returns when each has
// its end. It gives how many were sent.
func (l *traffic) run(ctx context.Context, rate int) int {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	air := make(chan struct{}, inTheAir)
	var wg sync.WaitGroup
	defer wg.Wait()
	began := clock.System{}.Now()
	sent := 0
	for {
		select {
		case <-ctx.Done():
			return sent
		case <-tick.C:
		}
		due := int(clock.System{}.Now().Sub(began).Seconds() * float64(rate))
		for ; sent < due && ctx.Err() == nil; sent++ {
			air <- struct{}{}
			n := sent
			wg.Go(func() {
				defer func() { <-air }()
				l.do(n)
			})
		}
	}
}

func (l *traffic) do(i int) {
	x := l.make(i)
	a, err := l.send(x)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		l.ends[x.method+" without an answer"]++
		l.faults = append(l.faults, fmt.Sprintf("%s %s: %v", x.method, x.path, err))
	case a.status >= 500:
		l.faults = append(l.faults, fmt.Sprintf("%s %s: %d %s", x.method, x.path, a.status, a.raw))
		fallthrough
	default:
		l.ends[fmt.Sprintf("%s %d", x.method, a.status)]++
	}
	if code := a.text("booking.code"); a.status == http.StatusCreated && code != "" {
		l.booked = append(l.booked, code)
	}
}

func (l *traffic) send(x errand) (answer, error) {
	var body io.Reader
	if x.body != nil {
		raw, err := json.Marshal(x.body)
		if err != nil {
			return answer{}, err
		}
		body = bytes.NewReader(raw)
	}
	// Not the test's context: what was sent when it ends shall be answered.
	r, err := http.NewRequestWithContext(context.Background(), x.method, l.base+x.path, body)
	if err != nil {
		return answer{}, err
	}
	if x.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, w := range x.words {
		name, value, _ := strings.Cut(w, ": ")
		r.Header.Set(name, value)
	}
	resp, err := l.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	return received(resp)
}

// unrepeated is a transport that never repeats a request by itself: a connection that
// is reset under a request shows.
type unrepeated struct{ *http.Transport }

// RoundTrip is part of http.RoundTripper. What has a body that cannot be read
// again is not sent again.
func (o unrepeated) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if r.Body == nil {
		r.Body = io.NopCloser(strings.NewReader(""))
	}
	r.GetBody = nil
	return o.Transport.RoundTrip(r)
}

// count is how many requests ended so: "POST 201"; all that begin with the word.
func (l *traffic) count(end string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for what, times := range l.ends {
		if strings.HasPrefix(what, end) {
			n += times
		}
	}
	return n
}

func (l *traffic) told() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	parts := []string{}
	for _, what := range slices.Sorted(maps.Keys(l.ends)) {
		parts = append(parts, fmt.Sprintf("%s × %d", what, l.ends[what]))
	}
	return strings.Join(parts, ", ")
}

// wantNoFault fails for answers of 5xx and requests without an answer.
func (l *traffic) wantNoFault(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.faults {
		if i == 10 {
			t.Errorf("and %d more", len(l.faults)-i)
			break
		}
		t.Error(f)
	}
}

// everyday are requests as customers and the shop make them: seven of ten look,
// three book. Starts are spread, so that most bookings succeed and some meet another.
func (x *shop) everyday() func(i int) errand {
	calm := x.day(1)
	return func(i int) errand {
		switch i % 10 {
		case 0, 3, 6:
			n := i/10*3 + i%10/3
			return errand{http.MethodPost, "/api/v1" + x.site("/bookings"), x.wish(x.hour(1+n/24%55, n%24), i%8000), []string{fmt.Sprintf("Idempotency-Key: everyday-%d", i)}}
		case 1:
			return errand{http.MethodGet, "/api/v1" + x.site("/services"), nil, nil}
		case 2:
			return errand{http.MethodGet, "/api/v1" + x.path("/ledger?date="+calm), nil, []string{"Authorization: " + x.owner}}
		case 4:
			return errand{http.MethodGet, "/api/v1" + x.site(""), nil, nil}
		default:
			return errand{http.MethodGet, "/api/v1" + x.site(fmt.Sprintf("/availability?service_id=%s&from=%s&to=%s", x.service, x.day(1+i%40), x.day(3+i%40))), nil, nil}
		}
	}
}

// wantBooked fails for an acknowledged booking that is not there.
func (l *traffic) wantBooked(s *stage) {
	s.t.Helper()
	var n int
	if err := s.admin.QueryRow(s.t.Context(), `SELECT count(*) FROM bookings WHERE code = ANY($1)`, l.booked).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	if n != len(l.booked) || s.overlaps() != 0 {
		s.t.Errorf("%d bookings acknowledged, %d of them there, %d pairs overlap", len(l.booked), n, s.overlaps())
	}
}
