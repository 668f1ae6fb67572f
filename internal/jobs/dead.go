package jobs

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// State is how a job ended that was not done.
type State string

// The ends of jobs that nobody will try again unless an operator says so.
const (
	Discarded State = "discarded" // every attempt failed
	Cancelled State = "cancelled" // given up at once: no other attempt could have mended it
)

// Faults of the dead list.
var (
	ErrNotFound = fault.New(fault.NotFound, "not_found")
	ErrNotDead  = fault.New(fault.Conflict, "job.not_dead")
	ErrNotGiven = fault.New(fault.Conflict, "job.not_discarded")
)

// MaxReason bounds why a job is tried again, in characters.
const MaxReason = 500

// Dead is a job that ended without being done. Arguments stay in its row: they
// are ids, and what they point at is the business's.
type Dead struct {
	ID        int64     `db:"id"`
	Kind      string    `db:"kind"`
	Queue     string    `db:"queue"`
	State     State     `db:"state"`
	Attempts  int       `db:"attempt"`
	Stored    string    `db:"stored"` // the last error as its row keeps it; see Error
	CreatedAt time.Time `db:"created_at"`
	EndedAt   time.Time `db:"finalized_at"`
}

// Classes of errors that no code names.
const (
	classOther      = "error"
	classUnknown    = "unknown_kind"         // no version of the program that runs here knows the kind
	classUnreadable = "unreadable_arguments" // they do not fit the kind
	classRescued    = "rescued"              // the process died, or the job did not end
)

var errorCode = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*$`)

// Error is the class of the last error: a fault's code, panic, timeout, or one of
// what befalls jobs before they are worked on. It never shows a word of the error
// itself, which may name people.
func (d *Dead) Error() string {
	switch {
	case errorCode.MatchString(d.Stored):
		return d.Stored
	case strings.Contains(d.Stored, "kind is not registered"):
		return classUnknown
	case strings.Contains(d.Stored, "unmarshal") || strings.HasPrefix(d.Stored, "json:") || strings.Contains(d.Stored, "invalid character"):
		return classUnreadable
	case strings.Contains(d.Stored, "rescued by"):
		return classRescued
	}
	return classOther
}

// DeadFilter chooses from the dead list; an empty kind is any.
type DeadFilter struct {
	State State
	Kind  string
}

// DeadList is what operators see and do about jobs that ended without being done.
// It needs no runner: any process can show it.
type DeadList struct {
	db    *pg.DB
	clock clock.Clock
}

// NewDeadList looks at the queue of the database.
func NewDeadList(db *pg.DB, clk clock.Clock) *DeadList { return &DeadList{db: db, clock: clk} }

// What River keeps of attempts stands in errors, the oldest first.
const deadColumns = `id, kind, queue, state::text AS state, attempt,
	coalesce(errors[cardinality(errors)] ->> 'error', '') AS stored, created_at, coalesce(finalized_at, created_at) AS finalized_at`

var (
	listDead = pg.Register("jobs.dead",
		`SELECT `+deadColumns+` FROM river_job
		 WHERE state = $1::text::river_job_state AND finalized_at IS NOT NULL AND ($2::text = '' OR kind = $2)
		   AND (finalized_at, id) < ($3::timestamptz, $4::bigint)
		 ORDER BY finalized_at DESC, id DESC LIMIT $5`)
	lockDead = pg.Register("jobs.lock_dead", `SELECT `+deadColumns+` FROM river_job WHERE id = $1 FOR UPDATE`)
	// Whether a periodic task was queued in its interval is no matter for what an operator asks for.
	replay = pg.Register("jobs.replay",
		`UPDATE river_job SET state = 'available', attempt = 0, max_attempts = $2, scheduled_at = $3, finalized_at = NULL,
		        unique_key = NULL, unique_states = NULL
		 WHERE id = $1`)
	giveUp = pg.Register("jobs.give_up", `UPDATE river_job SET state = 'cancelled', finalized_at = $2 WHERE id = $1`)
)

// List gives at most limit jobs of the dead list, the last that ended first, and
// those only that ended before the given one.
func (l *DeadList) List(ctx context.Context, f DeadFilter, before *Dead, limit int) ([]Dead, error) {
	at, below := l.clock.Now().AddDate(100, 0, 0), int64(0)
	if before != nil {
		at, below = before.EndedAt, before.ID
	}
	var out []Dead
	var b pg.Batch
	pg.Collect(b.Queue(listDead, string(f.State), f.Kind, at, below, limit), &out)
	if err := l.db.Read(ctx, &b); err != nil {
		return nil, fmt.Errorf("dead jobs: %w", err)
	}
	return out, nil
}

// Replay has a job of the dead list tried anew, with as many attempts as a new
// one; the platform's trail tells who asked and why. Its past errors stay with
// it. It answers ErrNotFound for none, ErrNotDead for one that did not end or was done.
func (l *DeadList) Replay(ctx context.Context, actor tenant.Actor, job int64, reason string) error {
	return l.judge(ctx, actor, job, "job.replayed", reason, func(tx *pg.Tx, d *Dead) error {
		if d.State != Discarded && d.State != Cancelled {
			return ErrNotDead
		}
		// Like any job it is due by the clock of the queue, which is the machine's.
		_, err := tx.Exec(ctx, replay, job, MaxAttempts, clock.System{}.Now())
		return err
	})
}

// GiveUp takes a job of which every attempt failed from what asks for a person:
// it is cancelled as if no other attempt could mend it, and can be replayed as
// long as such ones are kept. The platform's trail tells who gave it up and why.
// It answers ErrNotFound for none, ErrNotGiven for one in any other state.
func (l *DeadList) GiveUp(ctx context.Context, actor tenant.Actor, job int64, reason string) error {
	return l.judge(ctx, actor, job, "job.discarded", reason, func(tx *pg.Tx, d *Dead) error {
		if d.State != Discarded {
			return ErrNotGiven
		}
		_, err := tx.Exec(ctx, giveUp, job, l.clock.Now())
		return err
	})
}

// judge is what an operator does to a job, which nobody else changes meanwhile.
func (l *DeadList) judge(ctx context.Context, actor tenant.Actor, job int64, action, reason string, do func(*pg.Tx, *Dead) error) error {
	reason = jp.CleanText(reason)
	var v fault.Fields
	if v.Check(reason != "", "body.reason", "required") {
		v.Check(utf8.RuneCountInString(reason) <= MaxReason, "body.reason", "too_long", fault.Args{"max": MaxReason})
	}
	if err := v.Err(); err != nil {
		return err
	}
	return l.db.InAccount(ctx, func(tx *pg.Tx) error {
		d, err := pg.SelectOne[Dead](ctx, tx, lockDead, job)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := do(tx, &d); err != nil {
			return err
		}
		now := l.clock.Now()
		audit.AppendPlatform(tx.Batch(), audit.PlatformEntry{
			ID: id.New[audit.PlatformEntry](now), At: now, Actor: actor, Action: action, Subject: fmt.Sprintf("job:%d", job),
			Reason: reason, Detail: map[string]any{"kind": d.Kind, "queue": d.Queue, "state": d.State, "error": d.Error()},
		})
		return nil
	})
}
