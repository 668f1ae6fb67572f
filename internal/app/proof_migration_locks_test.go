package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// lockWatch looks who waits for a lock, again and again, and remembers how long.
type lockWatch struct {
	mu    sync.Mutex
	waits map[string]*lockWait // by session and beginning
	looks int
}

type lockWait struct {
	kind   string // relation, tuple, transactionid, advisory, …
	what   string // the relation, where it is one
	query  string
	longer time.Duration // waited when it was last seen
}

// lookAtLocks is how often; a wait may last as much longer than it was seen to.
const lookAtLocks = 10 * time.Millisecond

// tooLong is what no request may wait for a migration.
const tooLong = 500 * time.Millisecond

// watchLocks looks until the answered function ends it.
func watchLocks(t *testing.T, url string) (*lockWatch, func()) {
	t.Helper()
	w := &lockWatch{waits: map[string]*lockWait{}}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it is not needed any more
		tick := time.NewTicker(lookAtLocks)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := w.look(ctx, conn); err != nil && ctx.Err() == nil {
				t.Errorf("look at the locks: %v", err)
				return
			}
		}
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		<-done
	})
	t.Cleanup(stop)
	return w, stop
}

func (w *lockWatch) look(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT a.pid || ' ' || l.waitstart, l.locktype, coalesce(c.relname, ''), left(a.query, 120),
			extract(epoch FROM clock_timestamp() - l.waitstart)::float8
		FROM pg_locks l JOIN pg_stat_activity a USING (pid) LEFT JOIN pg_class c ON c.oid = l.relation
		WHERE NOT l.granted AND l.waitstart IS NOT NULL`)
	if err != nil {
		return err
	}
	defer rows.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks++
	for rows.Next() {
		var key string
		var x lockWait
		var seconds float64
		if err := rows.Scan(&key, &x.kind, &x.what, &x.query, &seconds); err != nil {
			return err
		}
		x.longer = time.Duration(seconds * float64(time.Second))
		w.waits[key] = &x
	}
	return rows.Err()
}

// longest is the longest wait for a relation (what a migration locks) and for anything else.
func (w *lockWatch) longest() (relation, other lockWait, over []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.waits {
		into := &other
		if x.kind == "relation" {
			into = &relation
			if x.longer > tooLong {
				over = append(over, fmt.Sprintf("%v for %s: %s", x.longer, x.what, strings.Join(strings.Fields(x.query), " ")))
			}
		}
		if x.longer > into.longer {
			*into = *x
		}
	}
	slices.Sort(over)
	return relation, other, over
}
