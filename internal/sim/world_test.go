package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

const (
	simKey  = "YSB3aG9sZSB5ZWFyIGluIHNlY29uZHMsIDMyIGJ5dGU=" // 32 bytes that protect nothing
	baseURL = "https://book.example.jp"
)

// world is one installation while a story is played. Everything in it happens
// one after the other, in one goroutine.
type world struct {
	t       *testing.T
	story   story
	rng     *rand.Rand
	clock   *clock.Manual
	admin   *pgx.Conn // sees every row, whoever's it is
	verify  *verify.Verifier
	config  config.Config
	nodes   []*app.Inside // processes that tell each other nothing: what one changes, others see a minute late
	doc     *document
	post    *post
	queue   queue
	journal journal
	agenda  agenda
	shops   []*shop
	records map[string]*record // bookings by id, as those who made them wrote them down
	boss    *person            // the operator
	wrote   time.Time          // when anybody last did
	fresh   bool               // the starts that were shown last
	log     bytes.Buffer       // errors only
	tally   map[string]int
	calls   int
	keys    int
}

// newWorld makes an installation and the shops of the story on it.
func newWorld(t *testing.T, s story) *world {
	t.Helper()
	w := &world{
		t: t, story: s, rng: rand.New(rand.NewPCG(s.seed, 0x5eed)),
		clock: clock.NewManual(clock.Instant(s.begin, 5*60, tokyo)), records: map[string]*record{}, tally: map[string]int{},
	}
	w.post = &post{w: w, sent: map[string]int{}, twice: map[string]bool{}, all: map[string][]email.Mail{}}
	url := pgtest.NewURL(t)
	var err error
	if w.admin, err = pgx.Connect(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.admin.Close(context.Background()) })
	w.verify = verify.New(pgtest.Open(t, url), w.clock)
	w.config, err = config.Load(map[string]string{
		"DATABASE_URL": url, "OMOTENASHI_KEY": simKey, "OMOTENASHI_DATA": t.TempDir(), "OMOTENASHI_LOG_LEVEL": "error",
		"OMOTENASHI_LIMIT_READS": "100000000", "OMOTENASHI_LIMIT_WRITES": "100000000", "OMOTENASHI_LIMIT_BURST": "100000000",
		"OMOTENASHI_LIMIT_LOGINS_ACCOUNT": "100000", "OMOTENASHI_LIMIT_LOGINS_ADDRESS": "100000",
		"OMOTENASHI_WRITE_CONNS": "2", "OMOTENASHI_READ_CONNS": "2", "OMOTENASHI_JOB_CONNS": "2",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.exec(commitFaults)
	w.nodes = make([]*app.Inside, 2)
	for n := range w.nodes {
		w.restart(n)
	}
	t.Cleanup(func() {
		for _, n := range w.nodes {
			n.Close()
		}
	})
	w.doc = readDocument(t, w.nodes[0].Handler)
	w.found()
	return w
}

// options are those of every process of the story.
func (w *world) options() app.Options {
	return app.Options{
		Version: "sim", Clock: w.clock, Sender: w.post, Log: &w.log, UnsafeNoSync: true, UnsafeHashing: auth.Work{MemoryKiB: 64, Passes: 1},
	}
}

// restart ends a process and begins it anew, with nothing remembered.
func (w *world) restart(n int) {
	w.t.Helper()
	if w.nodes[n] != nil {
		w.nodes[n].Close()
	}
	var err error
	if w.nodes[n], err = app.OpenInside(w.t.Context(), w.config, w.options(), baseURL); err != nil {
		w.fail("start of a process: %v", err)
	}
}

// play goes through the days of the story.
func (w *world) play() {
	w.t.Helper()
	for day := range w.story.days {
		morning := clock.Instant(w.story.begin.AddDays(day+1), 5*60, tokyo)
		for _, s := range w.shops {
			s.planDay()
		}
		w.troubles()
		w.until(morning)
		w.checkDay()
		if day%30 == 29 {
			w.checkInvariants()
		}
	}
	w.until(w.clock.Now().Add(72 * time.Hour)) // what was promised to happen happens; nobody begins anything
}

// until does what is due up to an instant, jobs and appointments in the order of
// their times, and is there then.
func (w *world) until(end time.Time) {
	w.t.Helper()
	for {
		next, ok := w.agenda.next(end)
		if !ok {
			break
		}
		w.work(next.at)
		w.reach(next.at)
		next.do()
	}
	w.work(end)
	w.reach(end)
}

// reach moves the clock to an instant, never back.
func (w *world) reach(at time.Time) {
	if at.After(w.clock.Now()) {
		w.clock.Set(at)
	}
}

// at has something done at an instant, or at once when that has passed.
func (w *world) at(at time.Time, do func()) { w.agenda.add(at, do) }

// in has something done after a while.
func (w *world) in(d time.Duration, do func()) { w.at(w.clock.Now().Add(d), do) }

// chance is true so often of a hundred times.
func (w *world) chance(percent float64) bool { return w.rng.Float64()*100 < percent }

// minutes is a length between two, in whole minutes.
func (w *world) minutes(from, to int) time.Duration {
	return time.Duration(from+w.rng.IntN(max(to-from, 1))) * time.Minute
}

// pick is one of the list.
func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }

// fail ends the story with its seed and what happened last.
func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("%s on %s\n%s\nlog:\n%s\nagain: %s go test ./internal/sim -run TestSim_Replay", fmt.Sprintf(format, args...),
		w.clock.Now().In(tokyo).Format(time.RFC3339), w.journal.tail(25), &w.log, strings.Join(w.story.environ(), " "))
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.admin.Exec(w.t.Context(), sql, args...); err != nil {
		w.fail("%s: %v", sql, err)
	}
}

// count is one number that SQL answers, as a superuser.
func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	if err := w.admin.QueryRow(w.t.Context(), sql, args...).Scan(&n); err != nil {
		w.fail("%s: %v", sql, err)
	}
	return n
}

var tokyo = zone("Asia/Tokyo")

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}
