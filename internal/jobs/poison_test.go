package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// R23: jobs that can never be done hold up nobody, and end where operators see them.

type goodArgs struct {
	Queued time.Time `json:"queued"`
}

func (goodArgs) Kind() string { return "test.good" }

type (
	panicArgs   struct{}
	endlessArgs struct{}
	deafArgs    struct{}
	sizedArgs   struct {
		Size int `json:"size"`
	}
)

func (panicArgs) Kind() string   { return "poison.panic" }
func (endlessArgs) Kind() string { return "poison.endless" } // ends when its context does
func (deafArgs) Kind() string    { return "poison.deaf" }    // does not end even then
func (sizedArgs) Kind() string   { return "poison.bad_data" }

// ward is a runner among whose kinds are all the poisons.
type ward struct {
	t    *testing.T
	db   *pg.DB
	log  *lockedBuffer
	dead *jobs.DeadList

	mu     sync.Mutex
	delays []time.Duration // of good jobs, from the queue to the end
}

func newWard(t *testing.T) *ward {
	t.Helper()
	w := &ward{t: t, db: pgtest.New(t), log: &lockedBuffer{}}
	w.dead = jobs.NewDeadList(w.db, clock.System{})
	o := quick(w.db, w.log)
	o.Timeout, o.StuckAfter = 50*time.Millisecond, 50*time.Millisecond
	r := jobs.NewRunner(o)
	jobs.Add(r, func(_ context.Context, a goodArgs) error {
		took := clock.System{}.Now().Sub(a.Queued)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.delays = append(w.delays, took)
		return nil
	})
	jobs.Add(r, func(context.Context, panicArgs) error { panic("planted-panic") })
	jobs.Add(r, func(ctx context.Context, _ endlessArgs) error {
		<-ctx.Done()
		return ctx.Err()
	})
	hearing := make(chan struct{})
	jobs.Add(r, func(context.Context, deafArgs) error {
		<-hearing
		return errors.New("planted-deaf")
	})
	jobs.Add(r, func(context.Context, sizedArgs) error { return nil })
	start(t, r)
	t.Cleanup(func() { close(hearing) })
	return w
}

// queue puts a row into the queue as it stands, however little it fits.
func (w *ward) queue(q jobs.Queue, kind, args string) {
	w.t.Helper()
	_, err := w.db.WritePool().Exec(w.t.Context(), `INSERT INTO river_job (args, kind, max_attempts, queue, state) VALUES ($1::jsonb, $2, $3, $4, 'available')`,
		args, kind, jobs.MaxAttempts, string(q))
	if err != nil {
		w.t.Fatal(err)
	}
}

// goods puts good jobs into both queues, waits until they are done and gives their mean delay.
func (w *ward) goods(n int) time.Duration {
	w.t.Helper()
	w.mu.Lock()
	w.delays = nil
	w.mu.Unlock()
	var b pg.Batch
	now := clock.System{}.Now()
	for i := range n {
		jobs.Enqueue(&b, []jobs.Queue{jobs.Messages, jobs.Default}[i%2], goodArgs{now}, now, now)
	}
	if err := w.db.Write(w.t.Context(), &b); err != nil {
		w.t.Fatal(err)
	}
	w.until(fmt.Sprintf("%d good jobs", n), func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.delays) == n
	})
	var sum time.Duration
	for _, d := range w.delays {
		sum += d
	}
	return sum / time.Duration(n)
}

func (w *ward) until(what string, done func() bool) {
	w.t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-late:
			w.t.Fatalf("never came: %s\n%s", what, w.log)
		case <-tick.C:
		}
	}
}

// states counts the jobs of a kind by state.
func (w *ward) states(kind string) map[string]int {
	w.t.Helper()
	rows, err := w.db.ReadPool().Query(w.t.Context(), `SELECT state::text, count(*) FROM river_job WHERE kind = $1 GROUP BY 1`, kind)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			w.t.Fatal(err)
		}
		out[state] = n
	}
	return out
}

func TestR23_PoisonHoldsUpNobody_AndEndsInTheDeadList(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	n := pgtest.Rounds(40, 400)
	w.goods(n / 4) // so that both runs find warm connections
	calm := w.goods(n)
	each := pgtest.Rounds(1, 3)
	for range each {
		w.queue(jobs.Messages, "poison.panic", `{}`)
		w.queue(jobs.Messages, "poison.endless", `{}`)
		w.queue(jobs.Messages, "poison.bad_data", `{"size": "planted-size"}`)
		w.queue(jobs.Default, "poison.nobody_knows", `{"planted": "planted-args"}`)
		w.queue(jobs.Messages, "poison.deaf", `{}`)
	}
	poisoned := w.goods(n)
	t.Logf("R23: %d good jobs beside %d poisoned ones: mean delay %v, %v without (%.2f times)", n, 5*each, poisoned, calm, float64(poisoned)/float64(calm))

	for _, kind := range []string{"poison.panic", "poison.endless", "poison.bad_data", "poison.nobody_knows"} {
		w.until(kind+" given up", func() bool { return w.states(kind)["discarded"] == each })
	}
	// Nothing but the end of the process ends these; their places went to others.
	if got := w.states("poison.deaf"); got["running"] != each {
		t.Errorf("jobs that do not end: %v", got)
	}
	w.goods(n) // one more time, while they sit there
	w.wantDead(each)
}

// wantDead looks at the dead list as operators do.
func (w *ward) wantDead(each int) {
	w.t.Helper()
	got := map[string]int{}
	var before *jobs.Dead
	for {
		page, err := w.dead.List(w.t.Context(), jobs.DeadFilter{State: jobs.Discarded}, before, 3)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, d := range page {
			got[fmt.Sprint(d.Kind, " in ", d.Queue, " after ", d.Attempts, ": ", d.Error())]++
		}
		if len(page) < 3 {
			break
		}
		before = &page[2]
	}
	want := map[string]int{
		"poison.panic in messages after 8: panic": each, "poison.endless in messages after 8: timeout": each,
		"poison.bad_data in messages after 8: unreadable_arguments": each, "poison.nobody_knows in default after 8: unknown_kind": each,
	}
	if d := cmp.Diff(want, got); d != "" {
		w.t.Errorf("dead list (-want +got):\n%s", d)
	}
}

// A whole class of workers that hears nothing any more gives way to good jobs, and its own end in the dead list.
func TestR23_DeafJobsInEveryPlace_GiveWay(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	for range 4 { // as many as work on messages
		w.queue(jobs.Messages, "poison.deaf", `{}`)
	}
	w.until("all places taken", func() bool { return w.states("poison.deaf")["running"] == 4 })
	w.goods(10)
	if got := w.states("poison.deaf"); got["running"] != 4 {
		t.Errorf("jobs that do not end: %v", got)
	}
}

func TestDead_ErrorIsAClass_NeverItsWords(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		"unavailable": "unavailable", "booking.slot_taken": "booking.slot_taken", "panic": "panic", "timeout": "timeout", "": "error",
		"job kind is not registered in the client's Workers bundle: x.y":                            "unknown_kind",
		"json: cannot unmarshal number 09012345678 into Go struct field testArgs.name of type bool": "unreadable_arguments",
		"invalid character '山' looking for beginning of value":                                      "unreadable_arguments",
		"Stuck job rescued by JobRescuer":                                                           "rescued",
		"山田花子 has no address":                                                                       "error",
	} {
		if got := (&jobs.Dead{Stored: stored}).Error(); got != want {
			t.Errorf("%q: %q, want %q", stored, got, want)
		}
	}
}

// deadJob is one that ended so, at the instant.
func deadJob(t *testing.T, db *pg.DB, kind, state string, at time.Time) int64 {
	t.Helper()
	var id int64
	err := db.WritePool().QueryRow(t.Context(), `INSERT INTO river_job (state, attempt, max_attempts, kind, queue, args, errors, finalized_at, unique_key, unique_states)
		VALUES ($1::text::river_job_state, 8, 8, $2, 'bulk', '{"message_id": "planted"}', ARRAY['{"error": "first"}', '{"error": "timeout"}']::jsonb[], $3, 'k', 245::bit(8))
		RETURNING id`, state, kind, at).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestDeadList_NewestEndFirst_ByStateAndKind(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	now := clock.System{}.Now().Truncate(time.Second)
	l := jobs.NewDeadList(db, clock.System{})
	a := deadJob(t, db, "test.a", "discarded", now.Add(-time.Hour))
	b := deadJob(t, db, "test.b", "discarded", now)
	c := deadJob(t, db, "test.a", "discarded", now) // at the very same moment
	given := deadJob(t, db, "test.a", "cancelled", now)
	for _, x := range []struct {
		filter jobs.DeadFilter
		before *jobs.Dead
		want   []int64
	}{
		{jobs.DeadFilter{State: jobs.Discarded}, nil, []int64{c, b, a}},
		{jobs.DeadFilter{State: jobs.Discarded}, &jobs.Dead{ID: c, EndedAt: now}, []int64{b, a}},
		{jobs.DeadFilter{State: jobs.Discarded, Kind: "test.a"}, nil, []int64{c, a}},
		{jobs.DeadFilter{State: jobs.Cancelled}, nil, []int64{given}},
		{jobs.DeadFilter{State: jobs.Cancelled, Kind: "test.b"}, nil, nil},
	} {
		list, err := l.List(t.Context(), x.filter, x.before, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, d := range list {
			got = append(got, d.ID)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%+v: %v, want %v", x.filter, got, x.want)
		}
	}
}
