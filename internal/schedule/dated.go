package schedule

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// MaxDays is how many days one question may span.
const MaxDays = 92

// Dates that can be set lie at most so many days before and after today.
const (
	maxDaysBack  = 366
	maxDaysAhead = 730
)

// checkSpan refuses a question that runs backwards or too far.
func checkSpan(from, to clock.Date) error {
	var v fault.Fields
	if v.Check(!to.Before(from), "query.to", "schedule.before_from") {
		v.Check(to.DaysSince(from) < MaxDays, "query.to", "schedule.span_too_long", fault.Args{"max": MaxDays})
	}
	return v.Err()
}

// checkDate notes a date that nobody means.
func checkDate(v *fault.Fields, date clock.Date, ch *business.Change) {
	checkDateAt(v, "path.date", date, ch)
}

// checkDateAt is checkDate for a date that stands elsewhere.
func checkDateAt(v *fault.Fields, at string, date clock.Date, ch *business.Change) bool {
	return checkNear(v, at, date, clock.DateOf(ch.Now.In(ch.Business.Zone())))
}

func checkNear(v *fault.Fields, at string, date, today clock.Date) bool {
	days := date.DaysSince(today)
	return v.Check(-maxDaysBack <= days && days <= maxDaysAhead, at, "schedule.date_too_far",
		fault.Args{"back": maxDaysBack, "ahead": maxDaysAhead})
}

// checkExpected compares the version of what stands for a date, 0 for nothing,
// with the one that the caller knows, nil for none.
func checkExpected(version int64, expect *int64) error {
	switch {
	case expect == nil && version == 0:
		return nil
	case expect == nil:
		return business.ErrNoVersion
	case *expect != version:
		return business.ErrStale
	}
	return nil
}

// writeVersioned runs a statement that returns the version which it wrote.
func writeVersioned(ctx context.Context, tx *pg.Tx, s *pg.Statement, args ...any) (version int64, err error) {
	var b pg.Batch
	b.Queue(s, args...).QueryRow(func(r pgx.Row) error { return r.Scan(&version) })
	err = tx.Run(ctx, &b)
	return version, err
}
