package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Attempt is which try at a job this is.
type Attempt struct {
	JobID       int64
	Kind        string
	Number, Max int // the first is 1
}

// Last tells whether no other attempt follows an error of this one.
func (a Attempt) Last() bool { return a.Number >= a.Max }

type attemptKey struct{}

// AttemptOf is the attempt that the context belongs to; the zero value, which
// counts as the last, outside a job.
func AttemptOf(ctx context.Context) Attempt {
	a, _ := ctx.Value(attemptKey{}).(Attempt)
	return a
}

// LogAttrs is what a line of the log tells about the job at hand.
func LogAttrs(ctx context.Context) []slog.Attr {
	a, ok := ctx.Value(attemptKey{}).(Attempt)
	if !ok {
		return nil
	}
	return []slog.Attr{slog.String("job_kind", a.Kind), slog.Int64("job_id", a.JobID), slog.Int("job_attempt", a.Number)}
}

// Cancel marks an error that no other attempt can mend: the job ends at once.
func Cancel(err error) error { return river.JobCancel(err) }

// Snooze has the job tried again after the pause, at no cost of attempts: it
// cannot be worked on yet.
func Snooze(pause time.Duration) error { return river.JobSnooze(pause) }

// storedError is what the job's row may keep of an error: its code. The cause,
// which may name people, goes to the log only.
type storedError struct {
	text  string
	cause error
}

// Error is what River stores.
func (e *storedError) Error() string { return e.text }

// Unwrap gives the cause.
func (e *storedError) Unwrap() error { return e.cause }

// errPanic is the cause of a job that panicked.
type errPanic struct {
	value any
	stack string
}

// Error tells the value.
func (e *errPanic) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// attempt runs the work with its context, catches panics and tells the outcome.
func (r *Runner) attempt(ctx context.Context, row *rivertype.JobRow, work func(context.Context) error) error {
	ctx = context.WithValue(ctx, attemptKey{}, Attempt{JobID: row.ID, Kind: row.Kind, Number: row.Attempt, Max: row.MaxAttempts})
	start := clock.System{}.Now()
	err := catch(ctx, work)
	r.o.Observe(row.Kind, outcome(err), clock.System{}.Now().Sub(start))
	var cancelled *rivertype.JobCancelError
	var snoozed *rivertype.JobSnoozeError
	switch {
	case err == nil, errors.As(err, &snoozed):
		return err
	case errors.As(err, &cancelled): // River tells its handler nothing of these
		r.o.Log.ErrorContext(ctx, "job given up", "error", err.Error())
		return river.JobCancel(safe(cancelled.Unwrap()))
	}
	return safe(err)
}

func catch(ctx context.Context, work func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &errPanic{v, string(debug.Stack())}
		}
	}()
	return work(ctx)
}

func outcome(err error) string {
	var cancelled *rivertype.JobCancelError
	var snoozed *rivertype.JobSnoozeError
	var panicked *errPanic
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &snoozed):
		return "snoozed"
	case errors.As(err, &cancelled):
		return "cancelled"
	case errors.As(err, &panicked):
		return "panic"
	}
	return "error"
}

// safe is the error as it may be stored.
func safe(err error) error {
	var panicked *errPanic
	text := fault.CodeOf(err)
	switch {
	case errors.As(err, &panicked):
		text = "panic"
	case errors.Is(err, context.DeadlineExceeded):
		text = "timeout"
	}
	return &storedError{text, err}
}

// errorHandler logs what went wrong, once.
type errorHandler struct {
	log     *slog.Logger
	observe func(kind, outcome string, took time.Duration)
}

// HandleError is part of River's interface.
func (h *errorHandler) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	attrs := []any{"job_kind", job.Kind, "job_id", job.ID, "job_attempt", job.Attempt, "job_max_attempts", job.MaxAttempts}
	if stored, ok := errors.AsType[*storedError](err); ok {
		err = stored.cause
	} else {
		h.observe("unknown", "error", 0) // never reached a worker: no such kind, unreadable arguments
	}
	attrs = append(attrs, "error", err.Error())
	if panicked, ok := errors.AsType[*errPanic](err); ok {
		attrs = append(attrs, "stack", panicked.stack)
	}
	if job.Attempt >= job.MaxAttempts {
		h.log.ErrorContext(ctx, "job failed for the last time", attrs...)
		return nil
	}
	h.log.WarnContext(ctx, "job failed and will be tried again", attrs...)
	return nil
}

// HandlePanic is part of River's interface; panics of workers never get here.
func (h *errorHandler) HandlePanic(ctx context.Context, job *rivertype.JobRow, v any, trace string) *river.ErrorHandlerResult {
	h.log.ErrorContext(ctx, "panic around a job", "job_kind", job.Kind, "job_id", job.ID, "error", fmt.Sprint(v), "stack", trace)
	return nil
}

// quiet passes on River's own warnings and errors only, but not those about
// single jobs, which the error handler tells.
type quiet struct{ slog.Handler }

// Enabled is part of slog.Handler.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

// Handle is part of slog.Handler.
func (q quiet) Handle(ctx context.Context, rec slog.Record) error {
	if strings.Contains(rec.Message, "Unhandled job kind") || interrupted(rec) {
		return nil
	}
	rec.Message = strings.ToLower(rec.Message)
	return q.Handler.Handle(ctx, rec)
}

// interrupted tells of work that was broken off because the runner stops.
func interrupted(rec slog.Record) (yes bool) {
	rec.Attrs(func(a slog.Attr) bool {
		yes = yes || (a.Key == "error" || a.Key == "err") && strings.Contains(a.Value.String(), context.Canceled.Error())
		return !yes
	})
	return yes
}

// WithAttrs is part of slog.Handler.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup is part of slog.Handler.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }

func jitter(d time.Duration) time.Duration {
	return rand.N(max(d, 1)) //nolint:gosec // jitter needs no secrecy
}
