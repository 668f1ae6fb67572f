package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is the looks that are kept: hourly ones, and those that operators ask for.

// LookLimit is how long a job may look at one invariant. One that takes longer
// is told as never finished by the age of its last result.
const LookLimit = 15 * time.Minute

// apart is how long the looks of an hour lie apart, so that none of them falls
// together with another one, or with whatever else a process does at its start.
const apart = time.Minute

// LookArgs is the job that looks at one invariant.
type LookArgs struct {
	Name string `json:"name"`
}

// Kind is the job's kind.
func (LookArgs) Kind() string { return "verify.invariant" }

// Last is an invariant with its last look.
type Last struct {
	Result
	CheckedAt time.Time // zero: nobody ever looked
	Waiting   bool      // a look is due or under way
}

var (
	keep = pg.Register("verify.keep",
		`INSERT INTO invariant_results AS r (name, checked_at, checked, breaches, examples, took_ms) VALUES ($1, $2, $3, $4, $5, $6)
		 ON CONFLICT (name) DO UPDATE SET checked_at = excluded.checked_at, checked = excluded.checked, breaches = excluded.breaches,
		     examples = excluded.examples, took_ms = excluded.took_ms
		 WHERE r.checked_at <= excluded.checked_at`)
	kept = pg.Register("verify.kept",
		`SELECT name, checked_at, checked, breaches, examples, took_ms FROM invariant_results ORDER BY name LIMIT 100`)
	waiting = pg.Register("verify.waiting",
		`SELECT DISTINCT args ->> 'name' AS name FROM river_job
		 WHERE kind = 'verify.invariant' AND state IN ('available', 'running', 'retryable') LIMIT 100`)
	lockAsking = pg.Register("verify.lock_asking", `SELECT pg_advisory_xact_lock(lock_key(9, 'verify'))`)
)

// keptRow is a result as its row has it.
type keptRow struct {
	Name      string    `db:"name"`
	CheckedAt time.Time `db:"checked_at"`
	Checked   int64     `db:"checked"`
	Breaches  int64     `db:"breaches"`
	Examples  []string  `db:"examples"`
	TookMs    int64     `db:"took_ms"`
}

// Look is Run and Keep: what was found is kept also when something else could not
// be looked at.
func (v *Verifier) Look(ctx context.Context, only ...string) ([]Result, error) {
	at := v.clock.Now()
	results, err := v.Run(ctx, only...)
	return results, errors.Join(err, v.Keep(ctx, at, results))
}

// Keep keeps what was found by looks that began at the instant, for operators and
// figures. What was found since then stays.
func (v *Verifier) Keep(ctx context.Context, at time.Time, results []Result) error {
	var b pg.Batch
	for _, r := range results {
		b.Queue(keep, r.Name, at, r.Checked, r.Breaches, append([]string{}, r.Examples...), r.Took.Milliseconds())
	}
	if b.Len() == 0 {
		return nil
	}
	if err := v.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("keep what was found: %w", err)
	}
	return nil
}

// Results are all invariants in their order with the last look at each.
func (v *Verifier) Results(ctx context.Context) ([]Last, error) {
	var rows []keptRow
	var due []string
	var b pg.Batch
	pg.Collect(b.Queue(kept), &rows)
	pg.CollectColumn(b.Queue(waiting), &due)
	if err := v.db.Read(ctx, &b); err != nil {
		return nil, fmt.Errorf("results of invariants: %w", err)
	}
	out := make([]Last, len(invariants))
	for i, x := range invariants {
		out[i].Name, out[i].What, out[i].Examples = x.name, x.what, []string{}
		for _, r := range rows {
			if r.Name == x.name {
				out[i].CheckedAt, out[i].Checked, out[i].Breaches, out[i].Examples = r.CheckedAt, r.Checked, r.Breaches, r.Examples
				out[i].Took = time.Duration(r.TookMs) * time.Millisecond
			}
		}
		for _, name := range due {
			out[i].Waiting = out[i].Waiting || name == x.name
		}
	}
	return out, nil
}

// Schedule has every invariant looked at, one after the other, some time apart by
// the clock of the queue, which is the machine's.
func (v *Verifier) Schedule(ctx context.Context) error {
	now := clock.System{}.Now()
	var b pg.Batch
	for i, x := range invariants {
		jobs.Enqueue(&b, jobs.Bulk, LookArgs{x.name}, now, now.Add(time.Duration(i+1)*apart))
	}
	return v.db.Write(ctx, &b)
}

// Ask has the named invariants, or all of them, looked at as soon as a worker is
// free, those that wait for it already but once; the platform's trail tells who
// asked. It answers with the results as they are until then, and ErrUnknown for a
// name that there is not.
func (v *Verifier) Ask(ctx context.Context, actor tenant.Actor, only ...string) ([]Last, error) {
	chosen, err := choose(only)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(chosen))
	for i, x := range chosen {
		names[i] = x.name
	}
	err = v.db.InAccount(ctx, func(tx *pg.Tx) error {
		now, due := v.clock.Now(), clock.System{}.Now()
		var asked []string
		tx.Later(lockAsking)
		pg.CollectColumn(tx.Later(waiting), &asked)
		if err := tx.Run(ctx, &pg.Batch{}); err != nil {
			return err
		}
		for _, name := range without(names, asked) {
			jobs.Enqueue(tx.Batch(), jobs.Bulk, LookArgs{name}, due, due)
		}
		audit.AppendPlatform(tx.Batch(), audit.PlatformEntry{
			ID: id.New[audit.PlatformEntry](now), At: now, Actor: actor, Action: "invariants.asked", Subject: "invariants", Detail: map[string]any{"invariants": names},
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return v.Results(ctx)
}

// without is the list less some of its words.
func without(list, some []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(some, s) })
}
