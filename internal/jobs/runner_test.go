package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// patience bounds every wait for something that must happen.
const patience = 20 * time.Second

type testArgs struct {
	Name string `json:"name"`
}

func (testArgs) Kind() string { return "test.kind" }

// quick is a runner that looks often and tries again at once.
func quick(db *pg.DB, log io.Writer) jobs.Options {
	return jobs.Options{
		DB: db, Log: slog.New(slog.NewTextHandler(log, nil)), Poll: 20 * time.Millisecond,
		Backoff: func(int) time.Duration { return time.Millisecond },
	}
}

func start(t *testing.T, r *jobs.Runner) {
	t.Helper()
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
}

func enqueue(t *testing.T, db *pg.DB, args ...jobs.Args) {
	t.Helper()
	var b pg.Batch
	now := clock.System{}.Now()
	for _, a := range args {
		jobs.Enqueue(&b, jobs.Messages, a, now, now)
	}
	if err := db.Write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
}

func receive[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// row reads one text of the job table until it is as wanted.
func waitState(t *testing.T, db *pg.DB, want string) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var got string
	for {
		err := db.ReadPool().QueryRow(t.Context(), "SELECT coalesce(string_agg(state::text, ',' ORDER BY id), '') FROM river_job").Scan(&got)
		if err != nil {
			t.Fatal(err)
		}
		if got == want {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("states of the jobs %q, want %q", got, want)
		case <-tick.C:
		}
	}
}

func TestEnqueue_RowIsRiversOwn(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	client, err := river.NewClient(riverpgxv5.New(db.WritePool()), &river.Config{})
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System{}.Now() // River looks at the real clock
	for _, at := range []time.Time{now, now.Add(time.Hour)} {
		opts := &river.InsertOpts{Queue: "messages", MaxAttempts: jobs.MaxAttempts}
		if at.After(now) {
			opts.ScheduledAt = at
		}
		if _, err := client.Insert(t.Context(), testArgs{"one"}, opts); err != nil {
			t.Fatal(err)
		}
		var b pg.Batch
		jobs.Enqueue(&b, jobs.Messages, testArgs{"one"}, now, at)
		if err := db.Write(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.ReadPool().Query(t.Context(),
		`SELECT to_jsonb(j) - 'id' - 'created_at' - CASE state WHEN 'available' THEN 'scheduled_at' ELSE '' END
		 FROM river_job j ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[map[string]any])
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 {
		t.Fatalf("%d rows", len(got))
	}
	for i := 0; i < len(got); i += 2 {
		if d := cmp.Diff(got[i], got[i+1]); d != "" {
			t.Errorf("row %d (-river's +ours):\n%s", i, d)
		}
	}
	if got[0]["state"] != "available" || got[2]["state"] != "scheduled" {
		t.Errorf("states %v and %v", got[0]["state"], got[2]["state"])
	}
}

func TestRunner_WorksWhatWasEnqueued(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	done := make(chan string, 1)
	var outcome atomic.Value
	o := quick(db, io.Discard)
	o.Observe = func(kind, out string, _ time.Duration) { outcome.Store(kind + " " + out) }
	r := jobs.NewRunner(o)
	jobs.Add(r, func(ctx context.Context, a testArgs) error {
		at := jobs.AttemptOf(ctx)
		done <- fmt.Sprintf("%s %s %d/%d", a.Name, at.Kind, at.Number, at.Max)
		return nil
	})
	enqueue(t, db, testArgs{"one"})
	start(t, r)
	if got, want := receive(t, done), fmt.Sprintf("one test.kind 1/%d", jobs.MaxAttempts); got != want {
		t.Errorf("worked %q, want %q", got, want)
	}
	waitState(t, db, "completed")
	if got := outcome.Load(); got != "test.kind ok" {
		t.Errorf("observed %v", got)
	}
}

func TestRunner_ErrorIsTriedAgain_LoggedOnce_StoredWithoutItsText(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	log := &lockedBuffer{}
	var tries atomic.Int32
	r := jobs.NewRunner(quick(db, log))
	jobs.Add(r, func(context.Context, testArgs) error {
		switch tries.Add(1) {
		case 1:
			return fmt.Errorf("planted-secret: %w", fault.New(fault.Unavailable, "unavailable"))
		case 2:
			panic("planted-panic")
		}
		return nil
	})
	enqueue(t, db, testArgs{"one"})
	start(t, r)
	waitState(t, db, "completed")
	if n := tries.Load(); n != 3 {
		t.Errorf("%d tries, want 3", n)
	}
	var stored string
	if err := db.ReadPool().QueryRow(t.Context(), "SELECT errors::text FROM river_job").Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(stored, "planted") || !strings.Contains(stored, "unavailable") {
		t.Errorf("stored errors: %s", stored)
	}
	if n := strings.Count(log.String(), "planted-secret"); n != 1 {
		t.Errorf("the error is logged %d times:\n%s", n, log)
	}
	if n := strings.Count(log.String(), "planted-panic"); n != 1 {
		t.Errorf("the panic is logged %d times:\n%s", n, log)
	}
}

func TestRunner_GivesUp_OnCancelAndAfterTheLastAttempt(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	log := &lockedBuffer{}
	var last atomic.Bool
	r := jobs.NewRunner(quick(db, log))
	jobs.Add(r, func(ctx context.Context, a testArgs) error {
		if a.Name == "poison" {
			return jobs.Cancel(errors.New("planted-poison"))
		}
		last.Store(jobs.AttemptOf(ctx).Last())
		return errors.New("never")
	})
	enqueue(t, db, testArgs{"poison"}, testArgs{"failing"}, unknownArgs{})
	start(t, r)
	waitState(t, db, "cancelled,discarded,discarded")
	if !last.Load() {
		t.Error("the last attempt does not know that it is the last")
	}
	if n := strings.Count(log.String(), "planted-poison"); n != 1 {
		t.Errorf("the poison is logged %d times:\n%s", n, log)
	}
	counts, err := jobs.Count(t.Context(), db, clock.System{}.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(counts) != 1 || counts[0].State != "discarded" || counts[0].Jobs != 2 {
		t.Errorf("counts %+v", counts)
	}
}

type unknownArgs struct{}

func (unknownArgs) Kind() string { return "test.unknown" }

func TestRunner_AttemptEndsInTime(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	o := quick(db, io.Discard)
	o.Timeout = 50 * time.Millisecond
	r := jobs.NewRunner(o)
	var tries atomic.Int32
	jobs.Add(r, func(ctx context.Context, _ testArgs) error {
		if tries.Add(1) == 1 {
			<-ctx.Done() // endless, but for its context
			return ctx.Err()
		}
		return nil
	})
	enqueue(t, db, testArgs{"endless"})
	start(t, r)
	waitState(t, db, "completed")
	var stored string
	if err := db.ReadPool().QueryRow(t.Context(), "SELECT errors[1] ->> 'error' FROM river_job").Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if stored != "timeout" {
		t.Errorf("stored %q", stored)
	}
}

func TestRunner_StartAndStopTwice(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := jobs.NewRunner(quick(db, io.Discard))
	jobs.Add(r, func(context.Context, testArgs) error { return nil })
	if err := r.Stop(t.Context()); err != nil {
		t.Errorf("stop before start: %v", err)
	}
	for range 2 {
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := r.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestRunner_StopWithoutPatience_GivesTheJobBack(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	begun := make(chan struct{}, 1)
	r := jobs.NewRunner(quick(db, io.Discard))
	jobs.Add(r, func(ctx context.Context, _ testArgs) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	enqueue(t, db, testArgs{"long"})
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	receive(t, begun)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := r.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stop: %v", err)
	}
	var state string
	var attempt int
	if err := db.ReadPool().QueryRow(t.Context(), "SELECT state::text, attempt FROM river_job").Scan(&state, &attempt); err != nil {
		t.Fatal(err)
	}
	if state == "running" || state == "discarded" {
		t.Errorf("state %s after attempt %d", state, attempt)
	}
}

func TestPeriodic_IsDoneAtTheStart(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	done := make(chan string, 8)
	for range 2 { // two processes, one task
		r := jobs.NewRunner(quick(db, io.Discard))
		jobs.Periodic(r, "test.periodic", time.Hour, func(ctx context.Context) error {
			done <- jobs.AttemptOf(ctx).Kind
			return nil
		})
		start(t, r)
	}
	if got := receive(t, done); got != "test.periodic" {
		t.Errorf("done %q", got)
	}
	waitState(t, db, "completed")
}

const envChild = "JOBS_TEST_CHILD"

// TestMain lets the test binary play a worker that is killed at work.
func TestMain(m *testing.M) {
	if url := os.Getenv(envChild); url != "" {
		playWorker(url)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// playWorker returns only when something went wrong.
func playWorker(url string) {
	ctx := context.Background()
	db, err := pg.Open(ctx, pg.Options{URL: url, UnsafeNoSync: true})
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return
	}
	r := jobs.NewRunner(quick(db, io.Discard))
	jobs.Add(r, func(context.Context, testArgs) error {
		fmt.Fprintln(os.Stdout, "at work")
		select {} // until killed
	})
	if err := r.Start(ctx); err != nil {
		fmt.Fprintln(os.Stdout, err)
		return
	}
	select {}
}

func TestRunner_RescuesTheJobOfAKilledProcess(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // a process that was killed takes its time to be missed
		return
	}
	url := pgtest.NewURL(t)
	db := pgtest.Open(t, url)
	enqueue(t, db, testArgs{"one"})
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"="+url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 64)
	n, err := out.Read(line)
	if err != nil || !strings.HasPrefix(string(line[:n]), "at work") {
		t.Fatalf("the child said %q: %v", line[:n], err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	o := quick(db, io.Discard)
	o.Timeout, o.RescueAfter = 50*time.Millisecond, 100*time.Millisecond
	r := jobs.NewRunner(o)
	done := make(chan int, 1)
	jobs.Add(r, func(ctx context.Context, _ testArgs) error {
		done <- jobs.AttemptOf(ctx).Number
		return nil
	})
	// The dead one was the leader; its term ends by itself in some seconds, here at once.
	if _, err := db.WritePool().Exec(t.Context(), "DELETE FROM river_leader"); err != nil {
		t.Fatal(err)
	}
	start(t, r)
	if got := receive(t, done); got != 2 {
		t.Errorf("attempt %d, want 2", got)
	}
	waitState(t, db, "completed")
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
