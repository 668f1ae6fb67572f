package app_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// A history is what many clients did at once, each by chance of its own, and what
// they were told. This file is the little world in which it happens and what its
// clients remember.

const historyClients = 16

// history is one run.
type history struct {
	*stage
	doc    *fuzzDocument
	houses []*house
	began  time.Time // with the process's monotonic clock

	mu      sync.Mutex
	visits  []*visit
	holds   []*kept
	events  []event
	lapses  []passage
	counts  map[string]map[string]int // of each kind of operation, by outcome
	flaws   []string
	unknown int // requests of which nobody knows what came of them
}

// house is one of the shops, with its owner's ever new way in.
type house struct {
	*shop
	services []string
	exact    bool // nothing but bookings takes a stylist here: a refusal proves that one was taken
	parties  bool
	door     string
	mu       sync.Mutex
	bearer   string
}

// visit is a booking as its clients were told of it.
type visit struct {
	house   *house
	id      string
	token   string // of its link; empty for those entered at the counter
	version int64  // the last one that anybody was told
	status  string
	start   time.Time
	told    map[int64]string // the status that was acknowledged with each version
}

// kept is a hold as its client was told of it.
type kept struct {
	house *house
	token string
	body  map[string]any
}

// event is an operation that took or gave back places, or was refused one.
type event struct {
	client       int
	call, answer int64 // nanoseconds since the beginning
	booking      string
	version      int64
	hold         string // that was made, or brought along, or released
	held         bool   // the hold is what was made
	refused      *wanted
}

// wanted is a stylist's time that was refused as taken.
type wanted struct {
	staff  string
	from   time.Time
	to     time.Time
	except string // whose own places do not count: the booking that was to be moved, or the hold that was brought
}

// passage is a step of the clock.
type passage struct {
	call, answer int64
	to           time.Time
}

// newHistory opens three shops whose limits are far away and whose slots are few:
// one where only bookings take stylists, one that answers first and whose staff
// come and go, one whose tables take parties.
func newHistory(t *testing.T) *history {
	t.Helper()
	h := &history{stage: newStage(t, 2), doc: readFuzzDocument(t), counts: map[string]map[string]int{}}
	h.watch()
	operator := h.appoint()
	for i, name := range []string{"history-exact", "history-asking", "history-tables"} {
		h.houses = append(h.houses, h.openHouse(i, name, operator))
	}
	h.clock.Set(clock.System{}.Now().Truncate(time.Minute)) // the queue's clock is the machine's: what is due later is brought to it
	for _, x := range h.houses {
		x.bearer = h.signIn(door(x.slug))
	}
	h.began = time.Now() //nolint:forbidigo // operations are ordered by the monotonic clock
	return h
}

func (h *history) openHouse(i int, name, operator string) *house {
	h.t.Helper()
	x := &house{shop: h.found(name, h.join(name), 2), exact: i == 0, parties: i == 2, door: door(name)}
	x.services = []string{x.service}
	name0 := map[string]string{"ja": "仕上げ"}
	switch i {
	case 0:
		x.services = []string{x.add("services", map[string]any{
			"name": name0, "duration_minutes": 60, "price": yen(4400), "option_ids": []string{x.option},
			"requirements": []map[string]any{{"kind": "staff", "resource_ids": x.staff}},
		})}
	case 2:
		table := x.add("resources", map[string]any{"kind": "seat", "name": map[string]string{"ja": "テーブル"}, "capacity": 6})
		x.services = append(x.services, x.add("services", map[string]any{
			"name": name0, "duration_minutes": 90, "price": yen(3000), "min_party": 1, "max_party": 6,
			"requirements": []map[string]any{{"kind": "seat", "resource_ids": []string{table}, "per_person": true}},
		}))
	}
	x.approved(operator)
	x.set(map[string]any{"min_notice_minutes": 0, "grid_minutes": 30, "hold_minutes": 7})
	if i == 1 {
		x.set(map[string]any{"booking_mode": "approval", "approval_hours": 1})
	}
	return x
}

// watch has the database write down each version of each booking with what it
// occupies, and what each hold does, as they are when their transaction commits:
// an answer to a customer does not say who serves.
func (h *history) watch() {
	h.t.Helper()
	h.exec(`CREATE SCHEMA proof`)
	h.exec(`CREATE TABLE proof.versions (booking uuid, version bigint, status text, expires_at timestamptz, at timestamptz, picks jsonb, PRIMARY KEY (booking, version))`)
	h.exec(`CREATE TABLE proof.holds (hold uuid PRIMARY KEY, expires_at timestamptz, picks jsonb)`)
	h.exec(`CREATE FUNCTION proof.note_booking() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO proof.versions SELECT b.id, b.version, b.status, b.expires_at, b.updated_at,
		  (SELECT jsonb_agg(k) FROM booking_segments s CROSS JOIN jsonb_array_elements(s.picks) k WHERE s.business_id = b.business_id AND s.booking_id = b.id)
		FROM bookings b WHERE b.business_id = NEW.business_id AND b.id = NEW.id ON CONFLICT DO NOTHING;
		RETURN NULL; END $$`)
	h.exec(`CREATE CONSTRAINT TRIGGER note AFTER INSERT OR UPDATE ON bookings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proof.note_booking()`)
	h.exec(`CREATE FUNCTION proof.note_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO proof.holds VALUES (NEW.id, NEW.expires_at, NEW.picks);
		RETURN NULL; END $$`)
	h.exec(`CREATE TRIGGER note AFTER INSERT ON holds FOR EACH ROW EXECUTE FUNCTION proof.note_hold()`)
}

// now is the moment in nanoseconds since the beginning.
func (h *history) moment() int64 {
	return int64(time.Since(h.began)) //nolint:forbidigo // as above
}

// note notes what must not be.
func (h *history) flaw(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flaws = append(h.flaws, fmt.Sprintf(format, args...))
}

// client is one of those who do things at once.
type client struct {
	*history
	*rand.Rand
	n    int
	keys int
}

// ask sends a request for an operation of the kind, in the owner's name when the
// house is given, and counts what came of it. What the document does not name is a flaw.
func (c *client) ask(kind string, as *house, method, path string, body any, words ...string) (a answer, call, end int64, ok bool) {
	for again := 0; ; again++ {
		all, way := words, ""
		if as != nil {
			way = as.way()
			all = append(slices.Clone(words), way)
		}
		call = c.moment()
		got, err := c.try(c.IntN(len(c.servers)), method, path, body, all...)
		end = c.moment()
		if err != nil {
			c.history.mu.Lock()
			c.unknown++
			c.history.mu.Unlock()
			c.flaw("%s: %s %s: %v", kind, method, path, err)
			return answer{}, call, end, false
		}
		if a = got; a.status != http.StatusUnauthorized || as == nil || again == 3 {
			break
		}
		as.renew(c.history, way)
	}
	c.judge(kind, method, path, a)
	return a, call, end, a.status < 300
}

// way is the owner's header.
func (x *house) way() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.bearer
}

// renew signs the owner in again, whose way in has ended: the clock of a history
// runs fast. Of those who found it so, the first does it.
func (x *house) renew(h *history, ended string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.bearer != ended {
		return
	}
	a, err := h.try(0, http.MethodPost, "/auth/login", map[string]any{"email": x.door, "password": passphrase})
	if err == nil && a.status == http.StatusTooManyRequests {
		return // a fast clock asks for many sign-ins; whoever finds it so next tries again
	}
	if err != nil || a.status != http.StatusOK {
		h.flaw("sign in: %v %d %s", err, a.status, a.raw)
		return
	}
	x.bearer = "Bearer " + a.text("access_token")
}

// judge counts an answer, and notes one that the document does not name.
func (c *client) judge(kind, method, path string, a answer) {
	outcome := "ok"
	if a.status >= 300 {
		outcome = strings.TrimSpace(strconv.Itoa(a.status) + " " + a.code() + " " + a.text("errors.0.code"))
	}
	c.count(kind, outcome)
	op, _ := c.doc.match(method, "/api/v1"+path)
	switch {
	case op == nil:
		c.flaw("%s: no operation %s %s", kind, method, path)
	case a.status >= 500, a.status >= 300 && !slices.Contains(op.codes, a.code()), a.status < 300 && op.answers(a.status) == nil:
		c.flaw("%s: %s %s: %d %s\n%s", kind, method, path, a.status, a.raw, c.logged(a.text("request_id")))
	}
}

// logged is what the servers said of a request.
func (h *history) logged(request string) string {
	var out []string
	for _, x := range h.servers {
		for l := range strings.SplitSeq(x.log.String(), "\n") {
			if request != "" && strings.Contains(l, request) {
				out = append(out, l)
			}
		}
	}
	return strings.Join(out, "\n")
}

func (h *history) count(kind, outcome string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.counts[kind] == nil {
		h.counts[kind] = map[string]int{}
	}
	h.counts[kind][outcome]++
}

// key is a new Idempotency-Key.
func (c *client) key() string {
	c.keys++
	return fmt.Sprintf("Idempotency-Key: history-%d-%d", c.n, c.keys)
}

func (c *client) oneIn(n int) bool { return c.IntN(n) == 0 }

func (c *client) house() *house { return c.houses[c.IntN(len(c.houses))] }

// start is one of few: within three days, by day, mostly on the hour.
func (c *client) start() time.Time {
	now := c.clock.Now().In(tokyo())
	at := time.Date(now.Year(), now.Month(), now.Day()+c.IntN(3), 10+c.IntN(8), 30*(c.IntN(4)/3), 0, 0, tokyo())
	if c.oneIn(4) { // soon: to be checked in
		at = now.Truncate(time.Hour).Add(time.Duration(1+c.IntN(3)) * time.Hour)
	}
	if at.Hour() == 23 { // nobody stays past midnight, so that each day stands for itself
		at = at.Add(-2 * time.Hour)
	}
	return at
}

// visit is one of the latest that were made, mostly one of those statuses.
func (c *client) visit(statuses ...string) *visit {
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	latest := c.visits[max(0, len(c.visits)-120):]
	for try := range 20 {
		if len(latest) == 0 {
			return nil
		}
		v := latest[c.IntN(len(latest))]
		if try == 19 || slices.Contains(statuses, v.status) || c.IntN(12) == 0 {
			return v
		}
	}
	return nil
}

// version is the one that the client believes to be the present one.
func (c *client) version(v *visit) string {
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	n := v.version
	if c.IntN(20) == 0 {
		n = max(1, n-1)
	}
	return fmt.Sprintf(`If-Match: "%d"`, n)
}

// acknowledged notes that a client was told of a version of a booking; at is
// where the booking stands in the answer.
func (c *client) acknowledged(v *visit, a answer, at string, e event) {
	if a.header.Get("Idempotent-Replayed") == "true" {
		return
	}
	version, _ := a.at(at + "version").(float64)
	status := a.text(at + "status")
	c.history.mu.Lock()
	before, twice := v.told[int64(version)]
	v.told[int64(version)] = status
	if int64(version) > v.version {
		v.version, v.status = int64(version), status
		v.start, _ = time.Parse(time.RFC3339, a.text(at+"start"))
	}
	e.client, e.booking, e.version = c.n, v.id, int64(version)
	c.events = append(c.events, e)
	c.history.mu.Unlock()
	if twice || version < 1 {
		c.flaw("version %v of booking %s was acknowledged twice, with %s and %s", version, v.id, before, strings.TrimSpace(status))
	}
}

// made notes a new booking.
func (c *client) made(x *house, a answer, at, token string, e event) {
	v := &visit{house: x, id: a.text(at + "id"), token: token, told: map[int64]string{}}
	c.acknowledged(v, a, at, e)
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	c.visits = append(c.visits, v)
}

// record notes an event without a booking.
func (c *client) record(e event) {
	e.client = c.n
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	c.events = append(c.events, e)
}
