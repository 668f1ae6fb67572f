package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// This file is how a simulation works on jobs: one at a time, in an order and at
// a time of its own, where River has the machine's.

// step is one attempt at a job of a kind, with its arguments as they are stored.
type step func(ctx context.Context, args []byte) error

// Tick is a periodic task.
type Tick struct {
	Name  string
	Every time.Duration
}

// Ticks are the periodic tasks, in the order in which they were added.
func (r *Runner) Ticks() []Tick { return r.ticks }

// Step makes one attempt at a job with the arguments of its row, as a worker of
// River would: with its context, panics caught. Nothing is written to the row,
// which is its caller's; see Ended and Pause for what to make of the error.
func (r *Runner) Step(ctx context.Context, a Attempt, args []byte) error {
	work, known := r.steps[a.Kind]
	if !known {
		return fmt.Errorf("no worker for jobs of kind %q", a.Kind)
	}
	row := &rivertype.JobRow{ID: a.JobID, Kind: a.Kind, Attempt: a.Number, MaxAttempts: a.Max}
	return r.attempt(ctx, row, func(ctx context.Context) error { return work(ctx, args) })
}

// Ended tells whether the job is over after an attempt that answered err: done,
// given up, or tried for the last time.
func (a Attempt) Ended(err error) bool {
	var cancelled *rivertype.JobCancelError
	var snoozed *rivertype.JobSnoozeError
	switch {
	case err == nil, errors.As(err, &cancelled):
		return true
	case errors.As(err, &snoozed):
		return false
	}
	return a.Last()
}

// Pause is how long to wait after an attempt that answered err and did not end
// the job, without the jitter that River's schedule has; free tells whether the
// attempt does not count.
func (a Attempt) Pause(err error) (pause time.Duration, free bool) {
	if snoozed, ok := errors.AsType[*rivertype.JobSnoozeError](err); ok {
		return snoozed.Duration, true
	}
	return pauses[min(max(a.Number, 1), len(pauses))-1], false
}
