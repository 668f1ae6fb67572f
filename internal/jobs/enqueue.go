package jobs

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Queue is a class of urgency.
type Queue string

// The queues.
const (
	Money    Queue = "money"
	Messages Queue = "messages"
	Default  Queue = "default"
	Bulk     Queue = "bulk"
)

// Args are the arguments of a job; Kind is stable, it stands in rows.
type Args interface {
	Kind() string
}

// insert writes River's row directly, because its own insert is a round trip
// (and a NOTIFY) of its own; a test pins the columns against River's. Workers
// find the row by polling within a second.
var insert = pg.Register("jobs.insert",
	`INSERT INTO river_job (args, kind, max_attempts, priority, queue, state, created_at, scheduled_at, metadata, tags)
	 VALUES ($1::jsonb, $2, $3, 1, $4, CASE WHEN $6::timestamptz > $5::timestamptz THEN 'scheduled' ELSE 'available' END::river_job_state,
	         $5, $6, '{}', '{}')`)

// MaxAttempts is how often a job is tried before it goes to the dead list.
const MaxAttempts = 8

// Enqueue adds the job to the transaction's batch; it is worked at or after at.
func Enqueue(b *pg.Batch, q Queue, a Args, now, at time.Time) {
	raw, err := json.Marshal(a)
	if err != nil {
		panic(fmt.Sprintf("jobs: arguments of %s: %v", a.Kind(), err)) // arguments are plain values
	}
	b.Queue(insert, string(raw), a.Kind(), MaxAttempts, string(q), now, at)
}
