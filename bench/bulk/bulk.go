// Package bulk fills a migrated database with many businesses and bookings, as
// the program would have left them after two years: made in SQL, a million
// bookings in some minutes. It is for measuring and for tests that need large
// tables; everything that the program promises of its rows holds of these.
//
// A business takes bookings for 730 days back and 60 days ahead; one in ten is
// five times as busy as the others. A booking is an hour of one stylist and the
// chair of the same number. Those that are over were completed, missed or
// cancelled, each with its history, messages and entries of the audit trail; only
// those to come occupy anything. The same size and instant give the same rows.
package bulk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
)

// Size is how much there is to be.
type Size struct {
	Businesses int // 1 to 100,000
	Bookings   int // over all of them; at most some 50,000 for each
}

// Days of bookings around the present one.
const (
	daysBack  = 730
	daysAhead = 60
)

// Password opens no account: nobody signs in as one of the owners until a
// caller gives them a hash of a passphrase.
const noPassword = "!"

// workers is how many connections write at once: as many as there are processors, mostly.
const workers = 2

// Fill makes the rows as a superuser at url, with the clock at now, and has the
// tables analysed. The database must hold none of its businesses yet: a second
// call fails on their keys. What it wrote before an error stays.
func Fill(ctx context.Context, url string, size Size, now time.Time) error {
	if size.Businesses < 1 || size.Bookings < 0 {
		return fmt.Errorf("bulk: %d businesses with %d bookings", size.Businesses, size.Bookings)
	}
	conns := make([]*pgx.Conn, workers)
	for i := range conns {
		conn, err := open(ctx, url)
		if err != nil {
			return fmt.Errorf("bulk: %w", err)
		}
		defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() //nolint:revive // all of them live until the end
		conns[i] = conn
	}
	if err := prepare(ctx, conns[0], url, size, now.UTC().Truncate(time.Minute)); err != nil {
		return fmt.Errorf("bulk: %w", err)
	}
	if err := write(ctx, conns, tables); err != nil {
		return fmt.Errorf("bulk: %w", err)
	}
	for _, sql := range []string{`DROP SCHEMA bulk CASCADE`, `VACUUM (ANALYZE)`} {
		if _, err := conns[0].Exec(ctx, sql); err != nil {
			return fmt.Errorf("bulk: %s: %w", sql, err)
		}
	}
	return nil
}

// open gives a session that checks no foreign keys and waits for no disk.
func open(ctx context.Context, url string) (*pgx.Conn, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	maps.Copy(c.RuntimeParams, map[string]string{
		"session_replication_role": "replica", "synchronous_commit": "off", "work_mem": "256MB", "timezone": "UTC",
		"statement_timeout": "0", "jit": "off", "search_path": "bulk, public",
	})
	return pgx.ConnectConfig(ctx, c)
}

// prepare makes the schema bulk: how many bookings each business has, and the facts of each.
func prepare(ctx context.Context, conn *pgx.Conn, url string, size Size, now time.Time) error {
	if _, err := conn.Exec(ctx, helpers); err != nil {
		return fmt.Errorf("helpers: %w", err)
	}
	if _, err := conn.Exec(ctx, `INSERT INTO bulk.setup VALUES ($1, $2, $3)`, size.Businesses, size.Bookings, now); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	for _, sql := range shops {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	if err := namesInto(ctx, conn, url, now); err != nil {
		return fmt.Errorf("names: %w", err)
	}
	for _, sql := range facts {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// write has the connections work off the statements, the longest first.
func write(ctx context.Context, conns []*pgx.Conn, statements []string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	todo := make(chan string, len(statements))
	for _, sql := range statements {
		todo <- sql
	}
	close(todo)
	done := make(chan error, len(conns))
	for _, conn := range conns {
		go func() {
			var err error
			for sql := range todo {
				if err = ctx.Err(); err != nil {
					break
				}
				if _, err = conn.Exec(ctx, sql); err != nil {
					err = fmt.Errorf("%s: %w", sql, err)
					stop()
					break
				}
			}
			done <- err
		}()
	}
	var errs []error
	for range conns {
		errs = append(errs, <-done)
	}
	return errors.Join(errs...)
}
