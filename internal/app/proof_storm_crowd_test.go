package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// crowd is customers who book while something goes wrong: each wants a slot that
// nobody else wants, under a key of its own, and asks again with the key until it
// knows. So every key has exactly one booking in the end, or something was lost
// or made twice.
type crowd struct {
	*shop
	nextDay int  // the first day that they want
	crash   bool // answers may be lost altogether: a server is killed

	intents atomic.Int64 // so many wishes there were
	stop    chan struct{}
	people  sync.WaitGroup

	mu    sync.Mutex
	acked map[int]string // the booking of a wish that was answered with 201
	seen  map[string]int // answers, by what was asked, status and code
	wrong []string
}

// patient is a client that waits for longer than any request may take.
const patient = 25 * time.Second

// gather begins with so many who book, and as many who look, each at most every so often.
func (x *shop) gather(people int, every time.Duration, crash bool) *crowd {
	c := &crowd{shop: x, nextDay: 1, crash: crash, stop: make(chan struct{}), acked: map[int]string{}, seen: map[string]int{}}
	for i := range people {
		c.people.Go(func() { c.paced(every, func() { c.book(i) }) })
		c.people.Go(func() { c.paced(every, func() { c.look(i) }) })
	}
	x.t.Cleanup(c.disperse)
	return c
}

// disperse ends it when everybody knows; it may be called twice.
func (c *crowd) disperse() {
	select {
	case <-c.stop:
	default:
		close(c.stop)
	}
	c.people.Wait()
}

func (c *crowd) paced(every time.Duration, do func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-tick.C:
			do()
		}
	}
}

// slot is where the wish of a number is: another one for each.
func (c *crowd) slot(n int) (start, staff string) {
	hour := n / len(c.staff)
	return c.hour(c.nextDay+hour/24, hour%24), c.staff[n%len(c.staff)]
}

// book wishes for the next slot until the answer is known.
func (c *crowd) book(who int) {
	n := int(c.intents.Add(1)) - 1
	start, staff := c.slot(n)
	body := c.wish(start, n%8000, map[string]any{"staff_id": staff})
	pause := time.NewTicker(100 * time.Millisecond)
	defer pause.Stop()
	for try := range 2000 {
		a, err := c.within(patient, (who+try)%len(c.servers), http.MethodPost, c.site("/bookings"), body, fmt.Sprintf("Idempotency-Key: storm %d", n))
		if err == nil && a.status == http.StatusCreated {
			c.ack(n, a)
			return
		}
		if c.judge("book", a, err); c.t.Context().Err() != nil {
			return
		}
		<-pause.C
	}
	c.note("wish %d was never answered", n)
}

// look reads what needs the database, and what does not.
func (c *crowd) look(n int) {
	if n%4 == 0 {
		resp, err := c.client.Get("http://" + c.servers[0].Site + "/livez")
		if err == nil {
			_ = resp.Body.Close()
			c.judge("live", answer{status: resp.StatusCode, header: resp.Header}, nil)
			return
		}
		c.judge("live", answer{}, err)
		return
	}
	path := c.site("/availability?service_id=" + c.service + "&from=" + c.day(1) + "&to=" + c.day(2))
	switch n % 4 {
	case 1:
		path = "/public/businesses?q=salon"
	case 2:
		path = c.path("/ledger?date=" + c.day(1))
	}
	a, err := c.within(patient, n%len(c.servers), http.MethodGet, path, nil, c.owner)
	c.judge("look", a, err)
}

// ack notes an answer that says that it is booked.
func (c *crowd) ack(n int, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked[n] = a.text("booking.id")
	what := "book 201"
	if a.header.Get("Idempotent-Replayed") == "true" {
		what += " replayed"
	}
	c.seen[what]++
}

// judge counts an answer, and notes one that nobody may get.
func (c *crowd) judge(what string, a answer, err error) {
	if err != nil {
		c.tally(what + " no answer")
		if !c.crash && c.t.Context().Err() == nil {
			c.note("%s: no answer: %v", what, err)
		}
		return
	}
	c.tally(strings.TrimSpace(fmt.Sprint(what, " ", a.status, " ", a.code())))
	switch {
	case a.status == http.StatusOK:
	case what == "book" && a.status == http.StatusConflict && a.code() == "idempotency.in_flight":
	case what != "live" && a.status == http.StatusServiceUnavailable:
		if a.header.Get("Retry-After") == "" || a.header.Get("Content-Type") != "application/problem+json" || a.text("detail") == "" {
			c.note("%s: a 503 that does not say when to come again: %v %s", what, a.header, a.raw)
		}
	default:
		c.note("%s: %d %s", what, a.status, a.raw)
	}
}

func (c *crowd) tally(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[what]++
}

func (c *crowd) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.wrong) < 20 {
		c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
	}
}

// booked is how many know that they are.
func (c *crowd) booked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.acked)
}

// unavailable is how many 503s there were.
func (c *crowd) unavailable() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for what, times := range c.seen {
		if strings.Contains(what, " 503") {
			n += times
		}
	}
	return n
}

// wantServed waits until so many more are booked.
func (c *crowd) wantServed(more int) {
	c.t.Helper()
	before := c.booked()
	c.until(fmt.Sprintf("%d more bookings after %d; %v", more, before, c.wrong), func() bool { return c.booked() >= before+more })
}

// wantWhole sends everybody home and compares what they were told with what is stored.
func (c *crowd) wantWhole(name string) {
	c.t.Helper()
	c.disperse()
	for _, w := range c.wrong {
		c.t.Error(w)
	}
	wishes := int(c.intents.Load())
	if len(c.acked) != wishes {
		c.t.Errorf("%d of %d wishes were answered", len(c.acked), wishes)
	}
	stored := map[string]bool{}
	rows, err := c.admin.Query(c.t.Context(), `SELECT id::text FROM bookings WHERE business_id = $1 AND status = 'confirmed'`, c.id)
	if err != nil {
		c.t.Fatal(err)
	}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			c.t.Fatal(err)
		}
		stored[id] = true
	}
	if rows.Err() != nil {
		c.t.Fatal(rows.Err())
	}
	lost := 0
	for n, id := range c.acked {
		if !stored[id] {
			lost++
			c.t.Errorf("wish %d was told of booking %s, which is not there", n, id)
		}
	}
	c.t.Logf("%s: %d bookings acknowledged, %d lost, %d made twice; answers %v", name, len(c.acked), lost, len(stored)-wishes, sorted(c.seen))
	if len(stored) != wishes || c.overlaps() != 0 {
		c.t.Errorf("%d bookings of %d wishes, %d pairs overlap", len(stored), wishes, c.overlaps())
	}
	c.wantInvariants()
}

func sorted(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s: %d", k, m[k]))
	}
	return out
}

// wantInvariants looks at everything that must hold, as the command does.
func (s *stage) wantInvariants() {
	s.t.Helper()
	results, err := verify.New(pgtest.Open(s.t, s.url), s.clock).Run(s.t.Context())
	if err != nil {
		s.t.Error(err)
	}
	for _, r := range results {
		if r.Breaches > 0 {
			s.t.Errorf("%s, %s: %d times: %v", r.Name, r.What, r.Breaches, r.Examples)
		}
	}
}

// wantOneMailEach waits until the message of every booking has its fate, and
// counts what arrived: once at least, twice at most.
func (c *crowd) wantOneMailEach(t *testing.T) {
	t.Helper()
	// What was at work when the database went away is taken over after minutes; the
	// rescue has proofs of its own, here it is due at once.
	c.exec(`UPDATE river_job SET attempted_at = attempted_at - interval '1 hour' WHERE state = 'running'`)
	c.exec(`UPDATE river_job SET scheduled_at = now() WHERE state IN ('retryable', 'scheduled') AND kind <> 'booking.expire'`)
	late := time.After(2 * patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for c.count(`SELECT count(*) FROM messages WHERE status IN ('queued', 'sending')`) > 0 {
		select {
		case <-late:
			t.Fatalf("%d messages have no fate", c.count(`SELECT count(*) FROM messages WHERE status IN ('queued', 'sending')`))
		case <-tick.C:
		}
	}
	if n := c.count(`SELECT count(*) FROM messages WHERE status <> 'sent'`); n != 0 {
		t.Errorf("%d messages were not sent", n)
	}
	twice := 0
	for n := range c.acked {
		mails := len(c.mails(guestMail(n%8000), ""))
		if mails < 1 || mails > 2 {
			t.Errorf("guest %d got %d mails", n, mails)
		}
		twice += mails - 1
	}
	t.Logf("%d mails, %d of them came twice", len(c.acked)+twice, twice)
}
