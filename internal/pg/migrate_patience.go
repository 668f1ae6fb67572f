package pg

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// A migration runs beside the program of before. A statement of it that waits for
// a table's lock makes everybody wait who comes after, so that it waits for a
// moment only, gives all back, and comes again.
const (
	migrationLockWait = 200 * time.Millisecond
	migrationPause    = 500 * time.Millisecond
	migrationTries    = 120
)

// migrationParams are of every session that migrates.
func migrationParams(params map[string]string) {
	params["role"] = ownerRole
	params["timezone"] = "UTC"
	params["lock_timeout"] = millis(migrationLockWait)
}

// patiently runs a step of a migration until no lock is in its way. What was
// applied before a busy lock stays applied.
func patiently(ctx context.Context, log *slog.Logger, step func() error) error {
	for try := 1; ; try++ {
		err := step()
		if state := State(err); state != "55P03" && state != "40P01" || try == migrationTries { // a lock that is not to be had, or a circle of them
			return err
		}
		log.InfoContext(ctx, "a table is busy: the migration comes again", "try", try)
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w while waiting to migrate: %w", ctx.Err(), err)
		case <-time.After(migrationPause):
		}
	}
}
