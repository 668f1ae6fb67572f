package idempotency

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	sweep = pg.Register("idempotency.sweep",
		`DELETE FROM idempotency_keys WHERE business_id = $1 AND created_at < $2`)
	sweepAccounts = pg.Register("idempotency.sweep_accounts",
		`DELETE FROM account_idempotency_keys WHERE created_at < $1`)
)

// Sweep queues the removal of a business's answers that can no longer be replayed.
func Sweep(b *pg.Batch, business [16]byte, now time.Time) {
	b.Queue(sweep, business, now.Add(-Keep))
}

// SweepAccounts queues the same for answers that belong to no business.
func SweepAccounts(b *pg.Batch, now time.Time) {
	b.Queue(sweepAccounts, now.Add(-Keep))
}
