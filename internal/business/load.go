package business

import (
	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// settable is every column but the key, in the order of row.
const settable = `slug, name, description, vertical, status, status_reason, timezone, currency, locale,
	postal_code, prefecture, city, address_line, phone, email, grid_minutes, booking_mode, approval_hours,
	min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	cancellation_policy, terms_version, terms,
	booking_cutoff, change_cutoff, cancel_cutoff, booking_opens, max_open_per_customer, max_per_customer_day, max_per_day,
	pace, stopped, stopped_until, turn_minutes, fairness, accent_color, embed_origins,
	version, created_at, updated_at`

const columns = `business_id, ` + settable

var (
	byID            = pg.Register("business.by_id", `SELECT `+columns+` FROM businesses WHERE business_id = $1`)
	scheduleVersion = pg.Register("business.schedule_version", `SELECT v.version + h.revision FROM schedule_versions v, holiday_calendar h WHERE v.business_id = $1`)
	scheduleChange  = pg.Register("schedule.change", `SELECT schedule_change($1)`)
)

// QueueByID queues the reading of a business; found tells whether there is one.
func QueueByID(b *pg.Batch, bid ID, dst *Business, found *bool) {
	pg.CollectOne(b.Queue(byID, bid), dst, found)
}

// QueueScheduleVersion queues the reading of the version of everything that
// decides availability but the bookings. Queue it before what it is the version
// of: a change between the two then shows as a version that is too old. It is 0
// for an absent business.
func QueueScheduleVersion(b *pg.Batch, bid ID, dst *int64) {
	b.Queue(scheduleVersion, bid).Query(func(rows pgx.Rows) error {
		*dst = 0
		list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err == nil && len(list) > 0 {
			*dst = list[0]
		}
		return err
	})
}

// ScheduleChanged queues the lock that keeps bookings out until the end of the
// transaction, and makes a new version of the schedule: to be queued before any
// change of what decides availability.
func ScheduleChanged(b *pg.Batch, bid ID) { b.Queue(scheduleChange, bid) }
