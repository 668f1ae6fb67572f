package jobs

import (
	"context"
	"time"

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

// Count tells how many jobs wait, run, or died.
func Count(ctx context.Context, db *pg.DB, now time.Time) ([]Tally, error) {
	var b pg.Batch
	var out []Tally
	pg.Collect(b.Queue(count, now), &out)
	return out, db.Read(ctx, &b)
}
