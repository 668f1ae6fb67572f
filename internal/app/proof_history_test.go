package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// A run is repeated with the seed that it printed, and made longer or shorter; the
// seed decides what each client does, and the machine how they meet.
const (
	historySeedEnv = "OMOTENASHI_HISTORY_SEED"
	historySizeEnv = "OMOTENASHI_HISTORY"
)

// kindOf is something to do, and how often of all that is done.
type kindOf struct {
	weight int
	do     func()
}

// kinds are all that a client may do.
func (c *client) kinds() map[string]kindOf {
	return map[string]kindOf{
		"book": {22, c.book}, "enter": {7, c.enter}, "walk-in": {4, c.walkIn},
		"hold": {8, c.hold}, "confirm hold": {6, c.confirm}, "release": {2, c.release},
		"approve": {7, c.act("approve", "pending_approval")}, "decline": {2, c.act("decline", "pending_approval")},
		"cancel": {6, c.act("cancel", "confirmed", "pending_approval", "checked_in")}, "cancel by link": {8, c.cancelByLink},
		"move": {6, c.move}, "move by link": {6, c.moveByLink},
		"check-in": {4, c.act("check-in", "confirmed")}, "complete": {4, c.act("complete", "checked_in")}, "no-show": {4, c.late},
		"undo": {4, c.act("undo", "cancelled", "completed", "no_show", "checked_in")},
		"read": {10, c.read}, "hours": {1, c.hours}, "special day": {1, c.special}, "leave": {1, c.leave}, "shifts": {1, c.shifts},
		"stop": {1, c.stop}, "resume": {1, c.resume}, "settings": {1, c.settings}, "import": {1, c.bring}, "merge": {1, c.merge}, "time": {3, c.time},
	}
}

// mustHappen are the kinds that must have worked: a history in which nothing works shows nothing.
var mustHappen = []string{
	"book", "enter", "walk-in", "hold", "confirm hold", "release", "approve", "decline", "cancel", "cancel by link", "move", "move by link",
	"check-in", "complete", "no-show", "undo", "replay", "availability", "ledger", "list", "explain", "link", "hours", "special day", "ordinary day",
	"leave", "leave over", "shifts", "stop", "resume", "settings", "import", "import part", "import start", "merge", "expire", "expire hold",
}

// night is after all that is done: what nobody answered by then lapses.
const night = 4 * time.Hour

// R09: sixteen clients do everything that there is to do, at once and by chance,
// to three little shops on two servers. Nothing is answered with a server's error
// or with a code that the document does not name; every invariant holds at the end;
// and whatever a client was told stands in the histories as it was told. R10: what
// happened to each place could have happened one after the other.
func TestProof_R09_R10_RandomHistory_KeepsEveryInvariant(t *testing.T) {
	t.Parallel()
	size, seed := historySize(t), historySeed(t)
	t.Logf("R09: %d operations, %s=%d", size, historySeedEnv, seed)
	if size == 0 {
		return // an ordinary run has no time for three shops: see TestProof_R10_DoubleSale_IsRefused for what it proves
	}
	h := newHistory(t)
	h.run(size, seed)
	h.request(seed)
	h.pass(night)
	h.settle()
	h.report(t)
	h.checkInvariants(t)
	h.checkBookkeeping(t)
	h.checkLine(t)
}

func historySize(t *testing.T) int {
	t.Helper()
	size := pgtest.Rounds(0, 10_000)
	if pgtest.Long() {
		size = 100_000
	}
	return int(historyNumber(t, historySizeEnv, uint64(size)))
}

func historySeed(t *testing.T) uint64 {
	t.Helper()
	return historyNumber(t, historySeedEnv, uint64(time.Now().UnixNano())) //nolint:forbidigo // a seed
}

// historyNumber is the number in the environment, or another one.
func historyNumber(t *testing.T, name string, other uint64) uint64 {
	t.Helper()
	raw := os.Getenv(name)
	if raw == "" {
		return other
	}
	n, err := strconv.ParseUint(raw, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// run has all clients do their share.
func (h *history) run(size int, seed uint64) {
	var wg sync.WaitGroup
	for i := range historyClients {
		c := &client{history: h, Rand: rand.New(rand.NewPCG(seed, uint64(i))), n: i}
		wg.Go(func() {
			kinds := c.kinds()
			var all []string
			for _, name := range slices.Sorted(maps.Keys(kinds)) {
				all = append(all, slices.Repeat([]string{name}, kinds[name].weight)...)
			}
			for range size / historyClients {
				kinds[all[c.IntN(len(all))]].do()
			}
		})
	}
	wg.Wait()
}

// request makes a few requests that nobody will answer: in some histories all of
// them were answered in time.
func (h *history) request(seed uint64) {
	c := &client{history: h, Rand: rand.New(rand.NewPCG(seed, historyClients)), n: historyClients}
	x := c.asking()
	c.resumeAt(x)
	for wait, tries := 3, 0; wait > 0 && tries < 500; tries++ {
		body, w := c.wish(x)
		if c.bookSo("book", x, body, w, "") {
			wait--
		}
	}
}

// settle waits until the jobs that are due have ended; patience is for a moment in
// which none does, as a long history leaves thousands.
func (h *history) settle() {
	h.t.Helper()
	late, least := time.After(patience), math.MaxInt
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := h.due(); err != nil {
			h.t.Fatal(err)
		}
		left := h.stage.count(`SELECT count(*) FROM river_job WHERE state IN ('running', 'available') AND scheduled_at <= now()`)
		if left == 0 {
			return
		}
		if left < least {
			late, least = time.After(patience), left
		}
		select {
		case <-late:
			h.t.Fatalf("%d jobs did not end", left)
		case <-tick.C:
		}
	}
}

// report prints what came of each kind, and fails for kinds that never worked.
func (h *history) report(t *testing.T) {
	t.Helper()
	h.counts["expire"] = map[string]int{"ok": h.stage.count(`SELECT count(*) FROM booking_history WHERE action = 'expire'`)}
	h.counts["expire hold"] = map[string]int{"ok": h.stage.count(`SELECT count(*) FROM holds WHERE status = 'expired'`)}
	for _, kind := range slices.Sorted(maps.Keys(h.counts)) {
		var refusals []string
		for _, outcome := range slices.Sorted(maps.Keys(h.counts[kind])) {
			if outcome != "ok" {
				refusals = append(refusals, fmt.Sprintf("%s × %d", outcome, h.counts[kind][outcome]))
			}
		}
		t.Logf("%-14s %5d ok; %s", kind, h.counts[kind]["ok"], strings.Join(refusals, ", "))
	}
	for _, kind := range mustHappen {
		if h.counts[kind]["ok"] == 0 {
			t.Errorf("%s never worked", kind)
		}
	}
	for _, f := range h.flaws[:min(len(h.flaws), 20)] {
		t.Errorf("%.2000s", f)
	}
	if len(h.flaws) > 0 {
		t.Errorf("%d flaws, %d requests of which nobody knows", len(h.flaws), h.unknown)
	}
}

// checkInvariants looks at all that must hold whatever happened.
func (h *history) checkInvariants(t *testing.T) {
	t.Helper()
	results, err := verify.New(pgtest.Open(t, h.url), h.clock).Run(t.Context())
	if err != nil {
		t.Errorf("invariants: %v", err)
	}
	for _, r := range results {
		t.Logf("%-4s %6d looked at, %d breaches", r.Name, r.Checked, r.Breaches)
		if r.Breaches > 0 {
			t.Errorf("%s %s: %d breaches, such as %v", r.Name, r.What, r.Breaches, r.Examples)
		}
	}
	if n := h.overlaps(); n > 0 {
		t.Errorf("%d pairs overlap", n)
	}
}

// checkBookkeeping holds what the clients were told against what is stored: each
// version that was acknowledged has the status that was told, and no version
// came about of which nobody was told, but by the clock.
func (h *history) checkBookkeeping(t *testing.T) {
	t.Helper()
	var raw []byte
	err := h.admin.QueryRow(t.Context(), `SELECT coalesce(jsonb_object_agg(booking_id || ' ' || version, to_status || ' ' || action), '{}')
		FROM booking_history`).Scan(&raw)
	stored := map[string]string{}
	if err == nil {
		err = json.Unmarshal(raw, &stored)
	}
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, v := range h.visits {
		for version, status := range v.told {
			told++
			key := fmt.Sprintf("%s %d", v.id, version)
			if got, _, _ := strings.Cut(stored[key], " "); got != status {
				t.Errorf("version %d of booking %s was acknowledged as %s, and is stored as %q", version, v.id, status, stored[key])
			}
			delete(stored, key)
		}
	}
	for key, what := range stored {
		if !strings.HasSuffix(what, " expire") && h.unknown == 0 {
			t.Errorf("version %s, %s, came about and nobody was told", key, what)
		}
	}
	t.Logf("%d bookings, %d acknowledged versions stand as they were told, %d came about by the clock", len(h.visits), told, len(stored))
	if told == 0 {
		t.Error("nothing was acknowledged")
	}
}
