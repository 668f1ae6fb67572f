package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Options are how jobs are worked. Zero values take the defaults.
type Options struct {
	DB      *pg.DB // its pool for writes is River's
	Log     *slog.Logger
	Observe func(kind, outcome string, took time.Duration) // may be nil; outcome is ok, error, snoozed, cancelled or panic

	Workers     map[Queue]int                   // how many at once; see defaultWorkers
	Poll        time.Duration                   // between two looks for work: 500 ms
	Timeout     time.Duration                   // of one attempt: 30 s
	StuckAfter  time.Duration                   // beyond Timeout, until the place of a job that does not end is given to another: 5 s
	RescueAfter time.Duration                   // until a dead process's job is taken over: 3 min
	Backoff     func(attempt int) time.Duration // until the next attempt; see backoff
}

var defaultWorkers = map[Queue]int{Money: 2, Messages: 4, Default: 4, Bulk: 1}

// Jobs that are done are kept for a look; the dead list for a month.
const (
	keepCompleted = 6 * time.Hour
	keepCancelled = 7 * 24 * time.Hour
	keepDiscarded = 30 * 24 * time.Hour
)

// Runner works on jobs. Kinds are added before it is started.
type Runner struct {
	o        Options
	workers  *river.Workers
	periodic []*river.PeriodicJob
	steps    map[string]step // by kind: the same work outside of River
	ticks    []Tick

	mu      sync.Mutex
	client  *river.Client[pgx.Tx]
	started bool
}

// NewRunner makes a runner that knows no kinds yet.
func NewRunner(o Options) *Runner {
	if o.Workers == nil {
		o.Workers = defaultWorkers
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	if o.Observe == nil {
		o.Observe = func(string, string, time.Duration) {}
	}
	o.Poll = cmp.Or(o.Poll, 500*time.Millisecond)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.StuckAfter = cmp.Or(o.StuckAfter, 5*time.Second)
	o.RescueAfter = cmp.Or(o.RescueAfter, 3*time.Minute)
	return &Runner{o: o, workers: river.NewWorkers(), steps: map[string]step{}}
}

// Add has jobs of T's kind worked by the function. It may be called more than
// once for the same job, after an error and after a process that died; an error
// of Cancel ends the job, any other is tried again after a pause. A kind added
// twice is a programmer's error.
func Add[T Args](r *Runner, work func(ctx context.Context, args T) error) {
	river.AddWorker(r.workers, river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error {
		return r.attempt(ctx, job.JobRow, func(ctx context.Context) error { return work(ctx, job.Args) })
	}))
	var none T
	r.steps[none.Kind()] = func(ctx context.Context, raw []byte) error {
		var args T
		if err := json.Unmarshal(raw, &args); err != nil {
			return fmt.Errorf("arguments: %w", err)
		}
		return work(ctx, args)
	}
}

// Start begins to work. It answers when the first looks are under way; ending
// ctx does not stop the runner, Stop does. Starting twice does nothing.
func (r *Runner) Start(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.started {
		return nil
	}
	client, err := river.NewClient(riverpgxv5.New(r.o.DB.WritePool()), r.config())
	if err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", pg.Translate(err))
	}
	r.client, r.started = client, true
	return nil
}

// Stop takes no more jobs and waits for those at work. When ctx ends first they
// are cancelled and given back without costing an attempt. Stopping twice, or
// before a start, does nothing.
func (r *Runner) Stop(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.started {
		return nil
	}
	r.started = false
	err := r.client.Stop(ctx)
	if err == nil {
		return nil
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), hardStop)
	defer cancel()
	return errors.Join(fmt.Errorf("jobs did not end in time: %w", err), r.client.StopAndCancel(hard))
}

// hardStop is how long cancelled jobs get to notice.
const hardStop = 5 * time.Second

func (r *Runner) config() *river.Config {
	queues := make(map[string]river.QueueConfig, len(r.o.Workers))
	for q, n := range r.o.Workers {
		queues[string(q)] = river.QueueConfig{MaxWorkers: n}
	}
	return &river.Config{
		Queues:                      queues,
		Workers:                     r.workers,
		PeriodicJobs:                r.periodic,
		PollOnly:                    true, // our inserts do not notify, so that listening would cost a connection for nothing
		FetchPollInterval:           r.o.Poll,
		FetchCooldown:               min(r.o.Poll, 100*time.Millisecond),
		JobTimeout:                  r.o.Timeout,
		JobStuckThreshold:           r.o.StuckAfter,
		RescueStuckJobsAfter:        r.o.RescueAfter,
		MaxAttempts:                 MaxAttempts,
		RetryPolicy:                 retryPolicy(r.o.Backoff),
		ErrorHandler:                &errorHandler{log: r.o.Log, observe: r.o.Observe},
		JobStuckHandler:             r.stuck,
		CompletedJobRetentionPeriod: keepCompleted,
		CancelledJobRetentionPeriod: keepCancelled,
		DiscardedJobRetentionPeriod: keepDiscarded,
		ReindexerIndexNames:         []string{}, // the serving role does not own the indexes
		Logger:                      slog.New(quiet{r.o.Log.Handler()}),
	}
}

// stuck gives the place of a job that ignores its end to another one.
func (r *Runner) stuck(ctx context.Context, p river.JobStuckHandlerParams) river.JobStuckHandlerResult {
	r.o.Log.ErrorContext(ctx, "job does not end", "job_id", p.ID, "job_kind", p.Kind, "stuck_jobs", p.TotalStuckJobs)
	return river.JobStuckHandlerResult{AddWorkerSlot: true}
}

// retryPolicy is when a failed job is tried again, in River's own, real time.
type retryPolicy func(attempt int) time.Duration

// NextRetry is part of River's interface.
func (p retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return clock.System{}.Now().Add(p(job.Attempt)) // not by its errors: a job that was brought back keeps those of its past
}

// pauses between attempts: an outage of some hours is outlived.
var pauses = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour,
}

// backoff is the pause after the attempt (1 is the first) with up to a tenth of
// jitter, so that what failed together does not come back together.
func backoff(attempt int) time.Duration {
	p := pauses[min(max(attempt, 1), len(pauses))-1]
	return p + jitter(p/10)
}
