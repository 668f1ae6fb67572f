package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

const (
	writeEvery = 50 * time.Millisecond // twenty a second
	liveStaff  = 12                    // so many bookings an hour
)

// R34: consoles on two servers see each booking that is made on either, also
// while they leave and come again, and while the servers lose the connection on
// which they hear of each other. Another business's console is told nothing.
func TestProof_R34_Live_EachWriteIsSeenByEachConsole(t *testing.T) {
	t.Parallel()
	consoles, writes := pgtest.Rounds(5, 50), pgtest.Rounds(20, 100)
	s := newStage(t, 2)
	x := s.openShop("live-salon", liveStaff)
	y := s.found("live-other", s.join("liveother"), 1)
	ctx, end := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer func() { end(); all.Wait() }()
	list := x.watch(ctx, &all, consoles, s.day(1))
	others := y.watch(ctx, &all, 2, s.day(1))
	s.until("streams", func() bool { return s.streams() == consoles+2 })

	took := x.writeAndSee(list, 0, writes)
	slices.Sort(took)
	t.Logf("R34: %d consoles on 2 servers, %d writes at 20 a second: each seen by each; write to screen p50 %s, p95 %s, slowest %s",
		consoles, writes, took[len(took)/2].Round(time.Millisecond), took[len(took)*95/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
	for _, c := range others {
		if _, events, _, err := c.state(); events != 0 || err != nil {
			t.Errorf("another business's console was told %d times, %v", events, err)
		}
	}

	for _, c := range list {
		c.stirred(time.Second)
	}
	deaf, stopCutting := context.WithCancel(ctx)
	cuts := s.cutListeners(deaf, &all, 1500*time.Millisecond)
	more := writes / 2
	took = x.writeAndSee(list, writes, more)
	stopCutting()
	slices.Sort(took)
	breaks := 0
	for _, c := range list {
		_, _, n, _ := c.state()
		breaks += n
	}
	t.Logf("R34: %d more while streams broke %d times and %d listening connections were cut: no gap; p95 %s, slowest %s",
		more, breaks, cuts(), took[len(took)*95/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
	if breaks < consoles || cuts() == 0 {
		t.Errorf("%d breaks and %d cuts prove nothing", breaks, cuts())
	}
}

// writeAndSee books so many times, twenty a second, on the servers in turn, and
// waits until each console shows all of it.
func (x *shop) writeAndSee(list []*console, first, n int) (took []time.Duration) {
	x.t.Helper()
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	for i := first; i < first+n; i++ {
		<-tick.C
		body := x.wish(x.hour(1, i/liveStaff), i, map[string]any{"staff_id": x.staff[i%liveStaff]})
		sent := clock.System{}.Now()
		a := x.ask(i%len(x.servers), http.MethodPost, x.site("/bookings"), body)
		if a.status != http.StatusCreated {
			x.t.Fatalf("booking %d: %d %s", i, a.status, a.raw)
		}
		for _, c := range list {
			c.expect(a.text("booking.code"), sent)
		}
	}
	x.until("each console to show each booking", func() bool {
		for _, c := range list {
			if missing, _, _, err := c.state(); err != nil {
				x.t.Fatal(err)
			} else if missing > 0 {
				return false
			}
		}
		return true
	})
	for _, c := range list {
		c.mu.Lock()
		took = append(took, c.took...)
		c.took = nil
		c.mu.Unlock()
	}
	return took
}

// cutListeners ends the connections on which servers hear of each other, again
// and again, and tells how many so far.
func (s *stage) cutListeners(ctx context.Context, all *sync.WaitGroup, every time.Duration) (cuts func() int) {
	var mu sync.Mutex
	n := 0
	all.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			var ended int
			err := s.admin.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND (query LIKE 'LISTEN %' OR query = 'SELECT')`).Scan(&ended)
			if err == nil {
				mu.Lock()
				n += ended
				mu.Unlock()
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
}

// streams is how many the servers have open.
func (s *stage) streams() (n int) {
	s.t.Helper()
	for i := range s.servers {
		n += s.streamsOf(i)
	}
	return n
}

func (s *stage) streamsOf(server int) (n int) {
	s.t.Helper()
	_, text := call(s.t, http.MethodGet, "http://"+s.servers[server].Private+"/metrics", "")
	_, rest, _ := strings.Cut(text, "\nomotenashi_live_streams ")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		s.t.Fatalf("figures of streams: %v", err)
	}
	return n
}

// follow opens a stream and gives what is read of it line by line; the channel
// is closed when the stream ends.
func (x *shop) follow(server int, words ...string) <-chan string {
	x.t.Helper()
	r, err := x.request(server, http.MethodGet, x.path("/events"), nil, words)
	if err != nil {
		x.t.Fatal(err)
	}
	resp, err := x.client.Do(r) //nolint:bodyclose // by who reads it, below
	if err != nil {
		x.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		raw, _ := io.ReadAll(resp.Body)
		x.t.Fatalf("stream: %d %s", resp.StatusCode, raw)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		defer resp.Body.Close()
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

// wantEnd waits until the stream ends.
func wantEnd(t *testing.T, lines <-chan string, within time.Duration) {
	t.Helper()
	late := time.After(within)
	for {
		select {
		case _, open := <-lines:
			if !open {
				return
			}
		case <-late:
			t.Fatal("the stream goes on")
		}
	}
}

// wantTold waits for the next change, and gives its number.
func wantTold(t *testing.T, lines <-chan string) string {
	t.Helper()
	seq, open := nextTold(t, lines)
	if !open {
		t.Fatal("the stream ended before a change")
	}
	return seq
}

// nextTold waits for the next change or the end of the stream.
func nextTold(t *testing.T, lines <-chan string) (seq string, open bool) {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case line, open := <-lines:
			if !open {
				return "", false
			}
			if rest, ok := strings.CutPrefix(line, "id: "); ok {
				return rest, true
			}
		case <-late:
			t.Fatal("no change is told")
		}
	}
}

// attend follows a business that has just got its members: the word of that ends
// streams, when it comes after they were opened. Then it comes again, as consoles do.
func (x *shop) attend(server int, words ...string) (lines <-chan string, seq string) {
	x.t.Helper()
	for range 10 {
		lines = x.follow(server, words...)
		if seq, open := nextTold(x.t, lines); open {
			return lines, seq
		}
	}
	x.t.Fatal("each stream ended at once")
	return nil, ""
}

// What changes beside bookings is told of as well: with a word (hours), or found
// by its number alone (a customer's record), on the other server too.
func TestProof_R34_Live_WhateverIsWritten_IsTold(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.found("live-draft", s.join("livedraft"), 1)
	lines, _ := x.attend(1, x.owner) // without a number the first is told at once
	for what, write := range map[string]func(){
		"a customer": func() { x.add("customers", map[string]any{"family_name": "山田", "phone": guestPhone(1)}) },
		"hours": func() {
			x.must(http.StatusOK, http.MethodPut, x.path("/special-days/"+x.day(20)), map[string]any{"ranges": []any{}}, x.owner)
		},
	} {
		write()
		seq := strconv.Itoa(s.count(`SELECT seq FROM business_seq WHERE business_id = '` + x.id + `'`))
		s.until(what, func() bool { return wantTold(t, lines) == seq })
	}
}

// Whoever was removed, or signed out, is told no more.
func TestProof_R34_Live_WhoMayNoMore_IsOut(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.found("live-members", s.join("liveowner"), 1)
	bearer := x.enlist("livestaff", map[string]any{"role": "staff"})
	second := s.signIn(door("livestaff"))
	signedOut, _ := x.attend(1, second)
	s.must(http.StatusNoContent, http.MethodPost, "/auth/logout", nil, second)
	s.clock.Advance(auth.CacheLife)
	if a := s.ask(1, http.MethodGet, x.path("/events"), nil, second); a.status != http.StatusUnauthorized {
		t.Errorf("signed out, a new stream: %d %s", a.status, a.raw)
	}
	if pgtest.Full() { // the stream that is open ends within half a minute
		wantEnd(t, signedOut, 40*time.Second)
	}

	var streams []<-chan string
	for server := range 2 {
		lines, _ := x.attend(server, bearer)
		streams = append(streams, lines)
	}
	id := ""
	list := x.must(http.StatusOK, http.MethodGet, x.path("/members"), nil, x.owner)
	for i := range 2 {
		if who := fmt.Sprintf("items.%d.", i); list.text(who+"role") == "staff" {
			id = list.text(who + "id")
		}
	}
	x.must(http.StatusNoContent, http.MethodDelete, x.path("/members/"+id), nil, x.owner, x.version("/members/"+id))
	for server, lines := range streams {
		wantEnd(t, lines, patience)
		if a := s.ask(server, http.MethodGet, x.path("/events"), nil, bearer); a.status != http.StatusNotFound {
			t.Errorf("removed, a new stream at server %d: %d %s", server, a.status, a.raw)
		}
	}
}

// A server that stops does not wait for its streams, and its consoles go on elsewhere.
func TestProof_R34_Live_AServerThatStops_EndsItsStreams(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.found("live-drain", s.join("livedrain"), 1)
	lines, known := x.attend(1, x.owner)
	if err := s.servers[1].stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	wantEnd(t, lines, patience)
	x.add("customers", map[string]any{"family_name": "山田", "phone": guestPhone(1)})
	if next := wantTold(t, x.follow(0, x.owner, "Last-Event-ID: "+known)); next == known {
		t.Errorf("what was written meanwhile was not told: %s after %s", next, known)
	}
}

// Streams beyond the bounds are refused in words that say when to come again;
// open streams take none of the places for requests, and no connection.
func TestProof_R34_Live_Bounds(t *testing.T) {
	t.Parallel()
	s := emptyStage(t, pgtest.NewURL(t))
	environ := s.environ(true)
	environ["OMOTENASHI_LIVE_STREAMS"], environ["OMOTENASHI_LIVE_STREAMS_BUSINESS"] = "30", "25"
	s.serve(environ, app.Options{UnsafeNoSync: true})
	owner := s.join("livebounds")
	x, y := s.found("live-many", owner, 1), s.found("live-more", owner, 1)
	for range 25 {
		x.attend(0, owner)
	}
	a := s.ask(0, http.MethodGet, x.path("/events"), nil, owner)
	if a.status != http.StatusTooManyRequests || a.code() != "live.too_many" || a.header.Get("Retry-After") == "" {
		t.Errorf("beyond a business's: %d %s", a.status, a.raw)
	}
	for range 5 {
		y.attend(0, owner)
	}
	a = s.ask(0, http.MethodGet, y.path("/events"), nil, owner)
	if a.status != http.StatusServiceUnavailable || a.code() != "overloaded" || a.header.Get("Retry-After") == "" {
		t.Errorf("beyond the process's: %d %s", a.status, a.raw)
	}
	s.until("connections that nobody uses", func() bool {
		return s.count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'omotenashi' AND state <> 'idle' AND query NOT LIKE 'LISTEN %'`) == 0
	})
}
