package verify

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is about what is taken: by whom, for how long, and only once.

// The spans of a unit are read in order of their start; one that begins before
// all earlier ones have ended overlaps.
var overlaps = pg.Register("verify.overlaps", counted(`
	spans AS (
	    SELECT business_id, resource_id, unit, id, starts_at, coalesce('booking:' || booking_id, 'hold:' || hold_id) AS owner,
	        max(ends_at) OVER (PARTITION BY business_id, resource_id, unit ORDER BY starts_at, id
	            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS taken_until
	    FROM allocations
	), broken AS MATERIALIZED (
	    SELECT 'business:' || business_id || ' resource:' || resource_id || ' unit:' || unit || ' ' || owner || ' overlaps another' AS example
	    FROM spans WHERE starts_at < taken_until
	    UNION ALL
	    SELECT 'constraint:allocations_no_overlap does not stand' WHERE NOT EXISTS (
	        SELECT FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid
	        WHERE c.conrelid = 'allocations'::regclass AND c.conname = 'allocations_no_overlap' AND c.contype = 'x'
	          AND i.indisvalid AND i.indisready AND NOT c.condeferrable)
	)`, `SELECT count(*) FROM allocations`))

// lateness is how long after its expiry something may still stand: jobs that end
// it are looked for every few seconds.
const lateness = time.Minute

// instants are now, and before when nothing may have expired.
func instants(now time.Time) []any { return []any{now, now.Add(-lateness)} }

// What a booking or hold says, by its picks, is compared with what it holds, as
// far as that is not over: spans that are over are swept after a week. A booking
// of another state holds nothing, ever.
var occupied = pg.Register("verify.occupied", counted(`
	standing AS MATERIALIZED (
	    SELECT business_id, id, 'booking:' || id AS owner, status LIKE 'pending%' AS waits, expires_at, ends_at > $1::timestamptz - interval '1 day' AS ahead
	    FROM bookings WHERE status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in')
	), kept AS MATERIALIZED (
	    SELECT business_id, id, 'hold:' || id AS owner, expires_at, picks FROM holds WHERE status = 'active'
	), said AS (
	    SELECT x.business_id, x.owner, x.expires_at, p.resource_id, p.unit, p.starts_at, p.ends_at
	    FROM standing x JOIN booking_segments g ON g.business_id = x.business_id AND g.booking_id = x.id AND x.ahead
	    CROSS JOIN jsonb_to_recordset(g.picks) AS p (resource_id uuid, unit integer, starts_at timestamptz, ends_at timestamptz)
	    WHERE p.ends_at > $1
	    UNION ALL
	    SELECT x.business_id, x.owner, x.expires_at, p.resource_id, p.unit, p.starts_at, p.ends_at
	    FROM kept x CROSS JOIN jsonb_to_recordset(x.picks) AS p (resource_id uuid, unit integer, starts_at timestamptz, ends_at timestamptz)
	    WHERE p.ends_at > $1
	), held AS (
	    SELECT business_id, coalesce('booking:' || booking_id, 'hold:' || hold_id) AS owner, expires_at, resource_id, unit, starts_at, ends_at FROM allocations
	), wrong AS (
	    SELECT business_id, owner, 'stands past its expiry' AS how FROM standing WHERE waits AND expires_at < $2::timestamptz
	    UNION SELECT business_id, owner, 'stands past its expiry' FROM kept WHERE expires_at < $2
	    UNION SELECT business_id, owner, 'stands past its expiry' FROM held WHERE expires_at < $2
	    UNION SELECT business_id, owner, 'waits without an end, or ends without waiting' FROM standing WHERE waits <> (expires_at IS NOT NULL)
	    UNION SELECT coalesce(s.business_id, h.business_id), coalesce(s.owner, h.owner), 'occupies something else than it says'
	        FROM said s FULL JOIN (SELECT * FROM held WHERE ends_at > $1) h USING (business_id, owner, resource_id, unit, starts_at, ends_at)
	        WHERE s.owner IS NULL OR h.owner IS NULL
	    UNION SELECT h.business_id, h.owner, 'occupies something else than it says' FROM held h
	        WHERE NOT EXISTS (SELECT FROM standing s WHERE s.business_id = h.business_id AND s.owner = h.owner)
	          AND NOT EXISTS (SELECT FROM kept k WHERE k.business_id = h.business_id AND k.owner = h.owner)
	    UNION SELECT h.business_id, h.owner, 'occupies until another expiry than its own'
	        FROM held h JOIN said s USING (business_id, owner, resource_id, unit, starts_at, ends_at) WHERE h.expires_at IS DISTINCT FROM s.expires_at
	), broken AS MATERIALIZED (
	    SELECT 'business:' || business_id || ' ' || owner || ' ' || how AS example FROM wrong
	)`, `(SELECT count(*) FROM standing) + (SELECT count(*) FROM kept) + (SELECT count(*) FROM allocations)`))
