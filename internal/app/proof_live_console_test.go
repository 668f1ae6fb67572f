package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// console is a ledger on a screen. It reads the day once, and from then on only
// when it was told of a change: what it was not told of it never sees.
type console struct {
	x     *shop
	date  string
	known string // the number that its stream goes on from
	look  chan struct{}

	mu     sync.Mutex
	server int           // that it asks
	leave  func()        // ends its stream
	stir   time.Duration // it leaves its stream within so much, and goes on elsewhere; 0: it stays
	shown  []byte
	at     time.Time // when that was read
	events int
	breaks int // streams that ended
	waits  map[string]time.Time
	took   []time.Duration // from sending a write until it stands on the screen
	failed error
}

// watch opens so many consoles on a day, on the servers in turn, until ctx ends.
func (x *shop) watch(ctx context.Context, all *sync.WaitGroup, n int, date string) []*console {
	x.t.Helper()
	out := make([]*console, n)
	for i := range out {
		c := &console{x: x, server: i % len(x.servers), date: date, look: make(chan struct{}, 1), waits: map[string]time.Time{}}
		a, err := c.read()
		var day struct{ Seq int64 }
		if err == nil {
			err = json.Unmarshal(a.raw, &day)
		}
		if err != nil || day.Seq == 0 {
			x.t.Fatalf("ledger: %v %s", err, a.raw)
		}
		c.known = strconv.FormatInt(day.Seq, 10)
		out[i] = c
		all.Go(func() { c.follow(ctx) })
		all.Go(func() { c.refresh(ctx) })
	}
	return out
}

// follow listens to one stream after the other, as browsers do.
func (c *console) follow(ctx context.Context) {
	for ctx.Err() == nil {
		server, stir := c.place()
		c.stream(ctx, server, stir)
		c.mu.Lock()
		c.breaks++
		if stir > 0 {
			c.server = (c.server + 1) % len(c.x.servers)
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(20*time.Millisecond + rand.N(100*time.Millisecond)):
		}
	}
}

func (c *console) place() (server int, stir time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server, c.stir
}

// stream is one connection, from the number that is known on.
func (c *console) stream(ctx context.Context, server int, stir time.Duration) {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	if stir > 0 {
		defer time.AfterFunc(rand.N(stir), leave).Stop()
	}
	c.mu.Lock()
	c.leave = leave
	c.mu.Unlock()
	r, err := c.x.request(server, http.MethodGet, c.x.path("/events"), nil, []string{c.x.owner, "Last-Event-ID: " + c.known})
	if err != nil {
		c.fail(err)
		return
	}
	resp, err := c.x.client.Do(r.WithContext(ctx))
	if err != nil {
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		if resp.StatusCode != http.StatusServiceUnavailable {
			c.fail(fmt.Errorf("stream: status %d", resp.StatusCode))
		}
		return
	}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			c.known = id
		}
		if strings.HasPrefix(lines.Text(), "data: ") {
			c.told()
		}
	}
}

func (c *console) told() {
	c.mu.Lock()
	c.events++
	c.mu.Unlock()
	select {
	case c.look <- struct{}{}:
	default:
	}
}

func (c *console) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = errors.Join(c.failed, err)
}

// refresh reads the day when the console was told, until that succeeds.
func (c *console) refresh(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.look:
		}
		for ctx.Err() == nil {
			a, err := c.read()
			if err == nil && a.status == http.StatusOK {
				break
			}
			if err == nil && a.status != http.StatusServiceUnavailable {
				c.fail(fmt.Errorf("ledger: %d %s", a.status, a.raw))
				break
			}
		}
	}
}

// read shows the day, when there is an answer.
func (c *console) read() (answer, error) {
	server, _ := c.place()
	r, err := c.x.request(server, http.MethodGet, c.x.path("/ledger?date="+c.date), nil, []string{c.x.owner})
	if err != nil {
		return answer{}, err
	}
	resp, err := c.x.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode}
	if a.raw, err = io.ReadAll(resp.Body); err != nil || a.status != http.StatusOK {
		return a, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown, c.at = a.raw, clock.System{}.Now()
	for code, sent := range c.waits {
		c.sees(code, sent)
	}
	return a, nil
}

// sees notes that a booking stands on the screen, if it does.
func (c *console) sees(code string, sent time.Time) {
	if bytes.Contains(c.shown, []byte(code)) {
		c.took = append(c.took, c.at.Sub(sent))
		delete(c.waits, code)
	}
}

// expect has the console see the booking of the code sooner or later.
func (c *console) expect(code string, sent time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits[code] = sent
	c.sees(code, sent) // it may be there already
}

func (c *console) state() (missing, events, breaks int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waits), c.events, c.breaks, c.failed
}

// stirred has the console leave its stream, and every further one within so much.
func (c *console) stirred(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stir = d
	c.leave()
}
