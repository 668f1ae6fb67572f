package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/bench/bulk"
)

// loadBulk fills the database with businesses that have bookings for two years back
// and 60 days ahead. While it does, the server checkpoints seldom; afterwards its
// settings are those that everybody gets, everything is on disk, and the tables
// are vacuumed and analysed.
func loadBulk(ctx context.Context, r *rig, businesses, bookings int) (err error) {
	if err := r.configure(ctx, `ALTER SYSTEM SET max_wal_size = '16GB'`, `ALTER SYSTEM SET checkpoint_timeout = '1h'`); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, r.configure(ctx, `ALTER SYSTEM RESET max_wal_size`, `ALTER SYSTEM RESET checkpoint_timeout`, `CHECKPOINT`))
	}()
	return bulk.Fill(ctx, r.adminURL, bulk.Size{Businesses: businesses, Bookings: bookings}, time.Now())
}

// configure runs statements that no transaction may hold, and has the server read its settings anew.
func (r *rig) configure(ctx context.Context, statements ...string) error {
	for _, sql := range append(statements, `SELECT pg_reload_conf()`) {
		if _, err := r.admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}
