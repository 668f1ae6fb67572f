package verify

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// stepColumns are the allowed entries of a history, as booking's machine has them:
// actions, statuses from which, statuses to which.
func stepColumns(time.Time) []any {
	var actions, from, to []string
	for _, s := range booking.Steps() {
		actions, from, to = append(actions, string(s.Action)), append(from, string(s.From)), append(to, string(s.To))
	}
	return []any{actions, from, to}
}

// Each entry begins where the one before it ended, is a step of the machine, and
// the last one ends in the present status. An undo goes back where the entry
// before it came from.
var histories = pg.Register("verify.histories", counted(`
	entries AS (
	    SELECT business_id, booking_id, version, action, from_status, to_status, lag(to_status, 1, '') OVER w AS came,
	        lag(from_status, 1, '') OVER w AS before, lag(action, 1, '') OVER w AS done, lead(version) OVER w AS next
	    FROM booking_history WINDOW w AS (PARTITION BY business_id, booking_id ORDER BY version)
	), wrong AS (
	    SELECT DISTINCT ON (b.business_id, b.id) b.business_id, b.id, b.status, h.version, h.action, h.from_status, h.to_status
	    FROM bookings b LEFT JOIN entries h ON h.business_id = b.business_id AND h.booking_id = b.id
	    WHERE h.booking_id IS NULL OR h.from_status <> h.came OR (h.next IS NULL AND h.to_status <> b.status)
	       OR (h.action, h.from_status, h.to_status) NOT IN (SELECT a, f, t FROM unnest($1::text[], $2::text[], $3::text[]) AS s (a, f, t))
	       OR (h.action = 'undo' AND (h.done = 'undo' OR h.before <> h.to_status))
	    ORDER BY b.business_id, b.id, h.version
	), broken AS MATERIALIZED (
	    SELECT 'business:' || business_id || ' booking:' || id || coalesce(' version:' || version || ' ' || action || ' from ' || from_status || ' to ' || to_status,
	        ' has no history') || ', is ' || status AS example FROM wrong
	)`, `SELECT count(*) FROM booking_history`))

// Versions count from one, without a gap.
var versions = pg.Register("verify.versions", counted(`
	broken AS MATERIALIZED (
	    SELECT 'business:' || b.business_id || ' booking:' || b.id || ' version:' || b.version || ' after ' || coalesce(h.entries, 0) || ' changes' AS example
	    FROM bookings b
	    LEFT JOIN (SELECT business_id, booking_id, count(*) AS entries, min(version) AS first, max(version) AS last
	               FROM booking_history GROUP BY business_id, booking_id) h ON h.business_id = b.business_id AND h.booking_id = b.id
	    WHERE b.version IS DISTINCT FROM h.entries OR b.version <> h.last OR h.first <> 1
	)`, `SELECT count(*) FROM bookings`))
