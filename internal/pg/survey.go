package pg

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Survey runs fn over the rows of all tenants, as the platform: in one snapshot,
// with nothing that could be written, each statement within the limit instead of
// the session's. It is for looking whether what is stored agrees with itself; a
// caller who does so on somebody's word notes that in the platform's trail.
func (db *DB) Survey(ctx context.Context, limit time.Duration, fn func(*Tx) error) error {
	patiently := func(tx *Tx) error {
		undo := patient(tx.conn.Conn(), silenceFactor*limit)
		defer undo()
		if err := fn(tx); err != nil {
			return err
		}
		return tx.flush(ctx)
	}
	return db.in(ctx, patiently, func(b *pgx.Batch) {
		b.Queue("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
		b.Queue("SET LOCAL statement_timeout = " + millis(limit))
		b.Queue("SET LOCAL ROLE " + PlatformRole)
	})
}
