package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	strangers = pg.Register("demo.strangers",
		`SELECT count(*) FROM directory d WHERE NOT EXISTS (SELECT FROM demo_state s WHERE s.slug = d.slug)`)
	states  = pg.Register("demo.states", `SELECT slug, lived_until, seeded_at FROM demo_state ORDER BY slug`)
	reserve = pg.Register("demo.reserve",
		`INSERT INTO demo_state (slug, lived_until) SELECT s, $2 FROM unnest($1::text[]) AS s ON CONFLICT (slug) DO NOTHING`)
	advance = pg.Register("demo.advance",
		`UPDATE demo_state SET lived_until = $2 WHERE slug = $1 AND lived_until < $2`)
	finish = pg.Register("demo.finish",
		`UPDATE demo_state SET lived_until = greatest(lived_until, $2), seeded_at = coalesce(seeded_at, $2) WHERE slug = $1`)
	tryLock = pg.Register("demo.try_lock", `SELECT pg_try_advisory_lock(lock_key(4, 'demo'))`)
	unlock  = pg.Register("demo.unlock", `SELECT pg_advisory_unlock(lock_key(4, 'demo'))`)
)

// state is how far the life of a shop was told.
type state struct {
	Slug       string     `db:"slug"`
	LivedUntil time.Time  `db:"lived_until"`
	SeededAt   *time.Time `db:"seeded_at"` // nil: the first telling was interrupted
}

func readStates(ctx context.Context, db *pg.DB) (map[string]state, error) {
	var list []state
	var b pg.Batch
	pg.Collect(b.Queue(states), &list)
	if err := db.Read(ctx, &b); err != nil {
		return nil, fmt.Errorf("state of the demo: %w", err)
	}
	out := make(map[string]state, len(list))
	for _, s := range list {
		out[s.Slug] = s
	}
	return out, nil
}

// countStrangers is how many businesses are not the demo's.
func countStrangers(ctx context.Context, db *pg.DB) (int64, error) {
	var n []int64
	var b pg.Batch
	pg.CollectColumn(b.Queue(strangers), &n)
	if err := db.Read(ctx, &b); err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}

func write(ctx context.Context, db *pg.DB, s *pg.Statement, args ...any) error {
	var b pg.Batch
	b.Queue(s, args...)
	return db.Write(ctx, &b)
}

// lockPause is how often one who waits for another process asks again.
const lockPause = 100 * time.Millisecond

// locked runs fn while no other process of the installation does. The lock is a
// session's, because fn runs for seconds over many transactions; it falls free
// when the process dies.
func locked(ctx context.Context, db *pg.DB, fn func() error) (err error) {
	conn, err := db.WritePool().Acquire(ctx)
	if err != nil {
		return fmt.Errorf("lock of the demo: %w", err)
	}
	defer conn.Release()
	if err := waitForLock(ctx, conn); err != nil {
		return fmt.Errorf("lock of the demo: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, failed := conn.Exec(ctx, unlock.SQL); failed != nil {
			_ = conn.Conn().Close(ctx) // then the server frees it
		}
	}()
	return fn()
}

func waitForLock(ctx context.Context, conn *pgxpool.Conn) error {
	tick := time.NewTicker(lockPause)
	defer tick.Stop()
	for {
		var got bool
		if err := conn.QueryRow(ctx, tryLock.SQL).Scan(&got); err != nil || got {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
