package pg

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Batch gathers statements that go to the server in one round trip. Outside an
// explicit transaction the server runs them as one: all or nothing.
type Batch struct {
	b pgx.Batch
}

// Queue adds a statement; give the result's Query, QueryRow or Exec a function
// to read what it returns.
func (b *Batch) Queue(s *Statement, args ...any) *pgx.QueuedQuery {
	return b.b.Queue(s.SQL, args...)
}

// Len is the number of statements.
func (b *Batch) Len() int { return b.b.Len() }

// Collect reads all rows of a queued statement into dst, by column name.
func Collect[T any](q *pgx.QueuedQuery, dst *[]T) {
	q.Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
		if err != nil {
			return err
		}
		*dst = list
		return nil
	})
}

// CollectOne reads the one row of a queued statement into dst, by column name.
// found, when given, tells whether there was one; without it an absent row is pgx.ErrNoRows.
func CollectOne[T any](q *pgx.QueuedQuery, dst *T, found *bool) {
	q.Query(func(rows pgx.Rows) error {
		v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
		if errors.Is(err, pgx.ErrNoRows) && found != nil {
			*found = false
			return nil
		}
		if err != nil {
			return err
		}
		*dst = v
		if found != nil {
			*found = true
		}
		return nil
	})
}

// sender is a connection, a pool or a transaction.
type sender interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// send runs the batch and waits until the server is ready again: for an
// implicit transaction that is after its commit.
func send(ctx context.Context, s sender, b *pgx.Batch) error {
	return s.SendBatch(ctx, b).Close()
}

// resend sends the batch as often as retry wants it. In a batch that was sent the
// driver leaves the names by which the server knew its statements, and an error
// has it give those names up: a further try is of statements never sent.
func resend(ctx context.Context, s sender, b *pgx.Batch) error {
	sent := false
	return retry(ctx, func() error {
		if sent {
			b = unsent(b)
		}
		sent = true
		return send(ctx, s, b)
	})
}

// unsent is the batch as it was queued.
func unsent(b *pgx.Batch) *pgx.Batch {
	out := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, len(b.QueuedQueries))}
	for i, q := range b.QueuedQueries {
		out.QueuedQueries[i] = &pgx.QueuedQuery{SQL: q.SQL, Arguments: q.Arguments, Fn: q.Fn}
	}
	return out
}

const setTenant = "SELECT set_config('app.business_id', $1, true)"

// tenantText is the canonical text of a tenant's id, as the policies compare it.
func tenantText(t [16]byte) string {
	const hex = "0123456789abcdef"
	out := make([]byte, 0, 36)
	for i, c := range t {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, hex[c>>4], hex[c&15])
	}
	return string(out)
}

// withTenant is the batch led by the statement that sets the tenant.
func withTenant(tenant [16]byte, b *Batch) *pgx.Batch {
	out := &pgx.Batch{}
	out.Queue(setTenant, tenantText(tenant))
	out.QueuedQueries = append(out.QueuedQueries, b.b.QueuedQueries...)
	return out
}

// BatchTenant runs the batch for one tenant as one transaction in one round
// trip. Deadlocks are retried, so the batch's readers may run more than once.
// A nil answer means committed.
func (db *DB) BatchTenant(ctx context.Context, tenant [16]byte, b *Batch) error {
	return resend(ctx, db.write, withTenant(tenant, b))
}

// ReadTenant is BatchTenant on the pool for reads.
func (db *DB) ReadTenant(ctx context.Context, tenant [16]byte, b *Batch) error {
	return resend(ctx, db.read, withTenant(tenant, b))
}

// Read runs a batch of reads of tables that belong to no tenant.
func (db *DB) Read(ctx context.Context, b *Batch) error {
	return resend(ctx, db.read, &b.b)
}

// Write runs a batch of writes of tables that belong to no tenant, as one transaction.
func (db *DB) Write(ctx context.Context, b *Batch) error {
	return resend(ctx, db.write, &b.b)
}

// CollectColumn reads the first column of all rows of a queued statement into dst.
func CollectColumn[T any](q *pgx.QueuedQuery, dst *[]T) {
	q.Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowTo[T])
		if err != nil {
			return err
		}
		*dst = list
		return nil
	})
}
