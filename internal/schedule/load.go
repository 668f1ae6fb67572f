package schedule

import (
	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	allHours = pg.Register("schedule.hours",
		`SELECT weekday, start_minute, end_minute FROM opening_hours WHERE business_id = $1 ORDER BY weekday, start_minute`)
	specialDays = pg.Register("schedule.special_days",
		`SELECT date, ranges, note, version FROM special_days
		 WHERE business_id = $1 AND date BETWEEN $2::date AND $3::date ORDER BY date`)
	allShifts = pg.Register("schedule.shifts",
		`SELECT resource_id, weekday, start_minute, end_minute FROM resource_shifts
		 WHERE business_id = $1 ORDER BY resource_id, weekday, start_minute`)
	allExceptions = pg.Register("schedule.exceptions",
		`SELECT resource_id, date, ranges, note, version FROM resource_exceptions
		 WHERE business_id = $1 AND date BETWEEN $2::date AND $3::date ORDER BY date, resource_id`)
)

// QueueHours queues the reading of the weekly opening hours.
func QueueHours(b *pg.Batch, bid business.ID, dst *Week) {
	b.Queue(allHours, bid).Query(func(rows pgx.Rows) error {
		*dst = Week{}
		var weekday int
		var r Range
		_, err := pgx.ForEachRow(rows, []any{&weekday, &r.StartMinute, &r.EndMinute}, func() error {
			dst[weekday] = append(dst[weekday], r)
			return nil
		})
		return err
	})
}

// QueueSpecialDays queues the reading of the special days from one date to
// another, both included, in order.
func QueueSpecialDays(b *pg.Batch, bid business.ID, from, to clock.Date, dst *[]SpecialDay) {
	pg.Collect(b.Queue(specialDays, bid, from, to), dst)
}

// QueueShifts queues the reading of all weekly shifts. A resource that is absent
// from dst has none, and works whenever the business is open.
func QueueShifts(b *pg.Batch, bid business.ID, dst *map[catalog.ResourceID]*Week) {
	b.Queue(allShifts, bid).Query(func(rows pgx.Rows) error {
		out := map[catalog.ResourceID]*Week{}
		var rid catalog.ResourceID
		var weekday int
		var r Range
		_, err := pgx.ForEachRow(rows, []any{&rid, &weekday, &r.StartMinute, &r.EndMinute}, func() error {
			if out[rid] == nil {
				out[rid] = &Week{}
			}
			out[rid][weekday] = append(out[rid][weekday], r)
			return nil
		})
		*dst = out
		return err
	})
}

// QueueExceptions queues the reading of the exceptions of all resources from one
// date to another, both included, by date.
func QueueExceptions(b *pg.Batch, bid business.ID, from, to clock.Date, dst *[]Exception) {
	pg.Collect(b.Queue(allExceptions, bid, from, to), dst)
}
