package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

// within is a worker with a time of its own for one attempt.
type within[T Args] struct {
	river.Worker[T]
	limit time.Duration
}

// Timeout is part of River's interface.
func (w within[T]) Timeout(*river.Job[T]) time.Duration { return w.limit }

// AddWithin is Add for a kind whose attempts may take longer than others. One
// whose process died is taken over when the limit is over, too.
func AddWithin[T Args](r *Runner, limit time.Duration, work func(ctx context.Context, args T) error) {
	river.AddWorker(r.workers, within[T]{limit: limit, Worker: river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error {
		return r.attempt(ctx, job.JobRow, func(ctx context.Context) error { return work(ctx, job.Args) })
	})})
}
