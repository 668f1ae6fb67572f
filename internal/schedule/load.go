package schedule

import (
	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	allHours = pg.Register("schedule.hours",
		`SELECT weekday, start_minute, end_minute FROM opening_hours WHERE business_id = $1 ORDER BY weekday, start_minute`)
	ownRows = pg.Register("schedule.own_rows",
		`SELECT holiday_hours = 'own', eve_hours = 'own' FROM businesses WHERE business_id = $1`)
	specialDays = pg.Register("schedule.special_days",
		`SELECT date, ranges, note, version FROM special_days
		 WHERE business_id = $1 AND date BETWEEN $2::date AND $3::date ORDER BY date`)
	allExceptions = pg.Register("schedule.exceptions",
		`SELECT resource_id, date, ranges, note, version FROM resource_exceptions
		 WHERE business_id = $1 AND date BETWEEN $2::date AND $3::date ORDER BY date, resource_id`)
)

// QueueHours queues the reading of the opening hours by weekday, of holidays and of eves.
func QueueHours(b *pg.Batch, bid business.ID, dst *Rows) {
	b.Queue(ownRows, bid).Query(func(rows pgx.Rows) error {
		*dst = Rows{}
		var holiday, eve bool
		_, err := pgx.ForEachRow(rows, []any{&holiday, &eve}, func() error {
			if holiday {
				dst.Holiday = &Row{Ranges: []Range{}}
			}
			if eve {
				dst.Eve = &Row{Ranges: []Range{}}
			}
			return nil
		})
		return err
	})
	b.Queue(allHours, bid).Query(func(rows pgx.Rows) error {
		var weekday int
		var r Range
		_, err := pgx.ForEachRow(rows, []any{&weekday, &r.StartMinute, &r.EndMinute}, func() error {
			dst.add(weekday, r)
			return nil
		})
		return err
	})
}

// add puts a range into a row; one of a row that is not there is passed over.
func (r *Rows) add(row int, x Range) {
	switch {
	case row < len(r.Week):
		r.Week[row] = append(r.Week[row], x)
	case row == holidayRow && r.Holiday != nil:
		r.Holiday.Ranges = append(r.Holiday.Ranges, x)
	case row == eveRow && r.Eve != nil:
		r.Eve.Ranges = append(r.Eve.Ranges, x)
	}
}

// QueueOpening queues the reading of all that decides when a business is open on
// the dates from one to another, both included; dst is laid for them.
func QueueOpening(b *pg.Batch, bid business.ID, from, to clock.Date, dst *Hours) {
	QueueHours(b, bid, &dst.Rows)
	QueueClosings(b, bid, &dst.Closings)
	QueueHolidays(b, from.AddDays(-holidaysAround), to.AddDays(holidaysAround), &dst.Holidays)
	b.Queue(specialDays, bid, from, to).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[SpecialDay])
		dst.Special = make(map[clock.Date]SpecialDay, len(list))
		for _, d := range list {
			dst.Special[d.Date] = d
		}
		dst.Lay(from, to)
		return err
	})
}

// holidaysAround is how many days around the dates in question operators'
// holidays are read: those before decide where closings move to.
const holidaysAround = 500

// QueueSpecialDays queues the reading of the special days from one date to
// another, both included, in order.
func QueueSpecialDays(b *pg.Batch, bid business.ID, from, to clock.Date, dst *[]SpecialDay) {
	pg.Collect(b.Queue(specialDays, bid, from, to), dst)
}

// QueueExceptions queues the reading of the exceptions of all resources from one
// date to another, both included, by date.
func QueueExceptions(b *pg.Batch, bid business.ID, from, to clock.Date, dst *[]Exception) {
	pg.Collect(b.Queue(allExceptions, bid, from, to), dst)
}
