package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Tally is how many jobs of a queue are in a state.
type Tally struct {
	Queue         string  `db:"queue"`
	State         string  `db:"state"` // available, scheduled, running, retryable; discarded is the dead list
	Jobs          int64   `db:"jobs"`
	OldestSeconds float64 `db:"oldest_seconds"` // since the oldest one could be worked on; 0 when none could yet
}

var count = pg.Register("jobs.count",
	`SELECT queue, state::text, count(*) AS jobs,
	        greatest(0, extract(epoch FROM $1::timestamptz - min(scheduled_at)))::float8 AS oldest_seconds
	 FROM river_job WHERE state IN ('available', 'scheduled', 'running', 'retryable', 'discarded')
	 GROUP BY queue, state ORDER BY queue, state`)

// KindTally is how the jobs of a kind stand.
type KindTally struct {
	Kind      string     `db:"kind"`
	Waiting   int64      `db:"waiting"`   // could be worked on now
	Later     int64      `db:"later"`     // have their time, or the pause before another attempt, ahead
	Failing   int64      `db:"failing"`   // of those that wait or come later: an attempt failed already
	Running   int64      `db:"running"`   // are worked on
	Dead      int64      `db:"dead"`      // every attempt failed
	Cancelled int64      `db:"cancelled"` // were given up
	OldestDue *time.Time `db:"oldest_due"`
}

// mostKinds bounds how many kinds are told of: there are a dozen, but what a
// program of before left behind has kinds as well.
const mostKinds = 200

var countKinds = pg.Register("jobs.kinds",
	`SELECT kind,
	        count(*) FILTER (WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= $1::timestamptz) AS waiting,
	        count(*) FILTER (WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at > $1) AS later,
	        count(*) FILTER (WHERE state IN ('available', 'scheduled', 'retryable') AND cardinality(errors) > 0) AS failing,
	        count(*) FILTER (WHERE state = 'running') AS running,
	        count(*) FILTER (WHERE state = 'discarded') AS dead,
	        count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
	        min(scheduled_at) FILTER (WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= $1) AS oldest_due
	 FROM river_job WHERE state IN ('available', 'scheduled', 'running', 'retryable', 'discarded', 'cancelled')
	 GROUP BY kind ORDER BY kind LIMIT $2`)

// Kinds tells how the jobs of each kind stand, by name; kinds of which nothing is
// to be done and nothing was given up are left out.
func (l *DeadList) Kinds(ctx context.Context) ([]KindTally, error) {
	var b pg.Batch
	var out []KindTally
	// By the clock of the queue, which is the machine's.
	pg.Collect(b.Queue(countKinds, clock.System{}.Now(), mostKinds), &out)
	if err := l.db.Read(ctx, &b); err != nil {
		return nil, fmt.Errorf("kinds of jobs: %w", err)
	}
	return out, nil
}

var working = pg.Register("jobs.working", `SELECT EXISTS (SELECT FROM river_leader WHERE expires_at > now()) AS working`)

// Working tells whether any process works on jobs: one of those who do leads them.
func Working(ctx context.Context, db *pg.DB) (bool, error) {
	var b pg.Batch
	var out []struct {
		Working bool `db:"working"`
	}
	pg.Collect(b.Queue(working), &out)
	if err := db.Read(ctx, &b); err != nil {
		return false, fmt.Errorf("workers: %w", err)
	}
	return len(out) == 1 && out[0].Working, nil
}

// Count tells how many jobs wait, run, or died.
func Count(ctx context.Context, db *pg.DB, now time.Time) ([]Tally, error) {
	var b pg.Batch
	var out []Tally
	pg.Collect(b.Queue(count, now), &out)
	return out, db.Read(ctx, &b)
}
