package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

// tick is the job of a periodic task; its kind is the task's name.
type tick struct{ name string }

// Kind is the task's name.
func (t tick) Kind() string { return t.name }

// Periodic has the task done once an interval by one process of all, and once
// when the first of them starts. Like any job it is tried again after an error,
// so it must bear being run twice. The name is a kind: "sweep.sessions".
func Periodic(r *Runner, name string, every time.Duration, task func(context.Context) error) {
	river.AddWorkerArgs(r.workers, tick{name}, river.WorkFunc(func(ctx context.Context, job *river.Job[tick]) error {
		return r.attempt(ctx, job.JobRow, task)
	}))
	r.ticks = append(r.ticks, Tick{name, every})
	r.steps[name] = func(ctx context.Context, _ []byte) error { return task(ctx) }
	r.periodic = append(r.periodic, river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return tick{name}, &river.InsertOpts{
				Queue: string(Bulk), MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByPeriod: every},
			}
		}, &river.PeriodicJobOpts{ID: name, RunOnStart: true}))
}
