package pg

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Tx is an open transaction.
type Tx struct {
	conn  *pgxpool.Conn
	later Batch
	end   Batch
}

// InTenant runs fn in one transaction of the tenant and commits when fn returns
// nil. It is run again, up to three times, after a deadlock or a serialization
// failure: fn must be free of effects outside the transaction. A nil answer
// means committed; after an Unavailable fault the outcome may be unknown.
func (db *DB) InTenant(ctx context.Context, tenant [16]byte, fn func(*Tx) error) error {
	return db.in(ctx, fn, func(b *pgx.Batch) { b.Queue(setTenant, tenantText(tenant)) })
}

// InPlatform runs fn across tenants under the platform role. Each caller is a
// named way of the platform that writes an audit entry of its own.
func (db *DB) InPlatform(ctx context.Context, fn func(*Tx) error) error {
	return db.in(ctx, fn, func(b *pgx.Batch) { b.Queue("SET LOCAL ROLE " + PlatformRole) })
}

// InAccount runs fn in a transaction that has no tenant: it sees no tenant's rows.
func (db *DB) InAccount(ctx context.Context, fn func(*Tx) error) error {
	return db.in(ctx, fn, func(*pgx.Batch) {})
}

// in opens the transaction with its first round trip and commits it with its
// last one: a closure that only defers statements costs one in all.
func (db *DB) in(ctx context.Context, fn func(*Tx) error, opening func(*pgx.Batch)) error {
	return retry(ctx, func() error {
		conn, err := db.write.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		tx := &Tx{conn: conn}
		tx.later.b.Queue("BEGIN")
		opening(&tx.later.b)
		if err := fn(tx); err != nil {
			abandon(conn) //nolint:contextcheck // the caller's context may be over
			return err
		}
		tx.later.b.QueuedQueries = append(tx.later.b.QueuedQueries, tx.end.b.QueuedQueries...)
		tx.later.b.Queue("COMMIT")
		if err := tx.flush(ctx); err != nil {
			abandon(conn) //nolint:contextcheck // as above
			return err
		}
		return nil
	})
}

// abandon rolls back even when the caller's context has ended; a connection that
// cannot be rolled back is closed by the pool.
func abandon(conn *pgxpool.Conn) {
	if conn.Conn().IsClosed() || conn.Conn().PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if _, err := conn.Exec(ctx, "ROLLBACK"); err != nil {
		_ = conn.Conn().Close(ctx)
	}
}

// SetTenant makes the transaction go on as the tenant's: for founding a
// business and for what must write an account's and a tenant's rows at once.
func (t *Tx) SetTenant(tenant [16]byte) {
	t.later.b.Queue(setTenant, tenantText(tenant))
}

// Run sends what was deferred so far and then the batch, in one round trip.
func (t *Tx) Run(ctx context.Context, b *Batch) error {
	t.later.b.QueuedQueries = append(t.later.b.QueuedQueries, b.b.QueuedQueries...)
	return t.flush(ctx)
}

func (t *Tx) flush(ctx context.Context) error {
	b := t.later.b
	t.later = Batch{}
	if b.Len() == 0 {
		return nil
	}
	return send(ctx, t.conn, &b)
}

// Later queues a statement for the next round trip, at the latest the commit's.
// Its error is that round trip's.
func (t *Tx) Later(s *Statement, args ...any) *pgx.QueuedQuery {
	return t.later.Queue(s, args...)
}

// Batch is what is deferred: for co-operators that add statements to a batch.
func (t *Tx) Batch() *Batch { return &t.later }

// AtEnd is what goes out right before the commit, after everything else,
// however often the transaction turns to the server until then: for the lock
// that everybody takes last.
func (t *Tx) AtEnd() *Batch { return &t.end }

// Exec sends what was deferred and the statement; it returns the rows affected.
func (t *Tx) Exec(ctx context.Context, s *Statement, args ...any) (int64, error) {
	var n int64
	t.Later(s, args...).Exec(func(tag pgconnTag) error {
		n = tag.RowsAffected()
		return nil
	})
	return n, t.flush(ctx)
}

// Select reads all rows by column name in one round trip with what was deferred.
func Select[T any](ctx context.Context, t *Tx, s *Statement, args ...any) ([]T, error) {
	var out []T
	Collect(t.Later(s, args...), &out)
	return out, t.flush(ctx)
}

// SelectOne reads one row by column name; pgx.ErrNoRows when there is none.
func SelectOne[T any](ctx context.Context, t *Tx, s *Statement, args ...any) (T, error) {
	var out T
	CollectOne(t.Later(s, args...), &out, nil)
	return out, t.flush(ctx)
}

const retries = 3

// retry runs fn again after a deadlock or a serialization failure, with jitter,
// and turns what the server or the network did into faults.
func retry(ctx context.Context, fn func() error) error {
	for attempt := 0; ; attempt++ {
		err := fn()
		if err == nil {
			return nil
		}
		if !retryable(err) || attempt == retries {
			return Translate(err)
		}
		pause := time.Duration(attempt+1) * 5 * time.Millisecond
		pause += rand.N(pause) //nolint:gosec // jitter needs no secrecy
		select {
		case <-ctx.Done():
			return Translate(fmt.Errorf("%w while retrying: %w", ctx.Err(), err))
		case <-time.After(pause):
		}
	}
}
