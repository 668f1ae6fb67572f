package booking_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// These must hold after every test, whatever it did: each query gives the rows
// that break the rule.
var invariants = map[string]string{
	"I1 two allocations of one unit overlap": `
		SELECT a.id::text FROM allocations a JOIN allocations b ON b.business_id = a.business_id AND b.resource_id = a.resource_id
		  AND b.unit = a.unit AND b.id > a.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`,
	"I1 two bookings that stand say that they are served by one unit at once": `
		WITH p AS (SELECT s.booking_id, s.position, k.* FROM booking_segments s JOIN bookings b USING (business_id)
		           CROSS JOIN jsonb_to_recordset(s.picks) AS k (resource_id uuid, unit integer, starts_at timestamptz, ends_at timestamptz)
		           WHERE b.id = s.booking_id AND b.status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in'))
		SELECT a.booking_id::text FROM p a JOIN p b ON b.resource_id = a.resource_id AND b.unit = a.unit
		  AND (b.booking_id, b.position, b.starts_at) > (a.booking_id, a.position, a.starts_at)
		  AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`,
	"a booking that stands occupies just what its segments say, any other nothing": `
		WITH said AS (SELECT s.booking_id, (k.resource_id, k.unit, k.starts_at, k.ends_at)::text AS what
		              FROM booking_segments s JOIN bookings b USING (business_id)
		              CROSS JOIN jsonb_to_recordset(s.picks) AS k (resource_id uuid, unit integer, starts_at timestamptz, ends_at timestamptz)
		              WHERE b.id = s.booking_id AND b.status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in')),
		     held AS (SELECT booking_id, (resource_id, unit, starts_at, ends_at)::text AS what FROM allocations WHERE booking_id IS NOT NULL)
		SELECT coalesce(s.booking_id, h.booking_id)::text FROM said s FULL JOIN held h USING (booking_id, what)
		WHERE s.what IS NULL OR h.what IS NULL`,
	"a hold that stands occupies what it says, one that ended nothing": `
		SELECT coalesce(h.id, a.hold_id)::text FROM (SELECT id, jsonb_array_length(picks) AS n FROM holds WHERE status = 'active') h
		FULL JOIN (SELECT hold_id, count(*) AS n FROM allocations WHERE hold_id IS NOT NULL GROUP BY 1) a ON a.hold_id = h.id
		WHERE h.n IS DISTINCT FROM a.n`,
	"what expires is what waits, and its allocations know": `
		SELECT b.id::text FROM bookings b LEFT JOIN allocations a ON a.business_id = b.business_id AND a.booking_id = b.id
		WHERE (b.status IN ('pending_payment', 'pending_approval')) <> (b.expires_at IS NOT NULL)
		   OR (a.id IS NOT NULL AND a.expires_at IS DISTINCT FROM b.expires_at)`,
	"I3 the history is a path that ends in the present status": `
		SELECT h.booking_id::text FROM (SELECT *, lag(to_status, 1, '') OVER w AS before, lead(version) OVER w AS after
		       FROM booking_history WINDOW w AS (PARTITION BY booking_id ORDER BY version)) h JOIN bookings b ON b.id = h.booking_id
		WHERE h.from_status <> h.before OR (h.after IS NULL AND h.to_status <> b.status)`,
	"I3 each step of the history is allowed": `
		SELECT booking_id::text || ' ' || action || ' ' || from_status || ' to ' || to_status FROM booking_history
		WHERE (action, from_status, to_status) NOT IN (
		    ('create', '', 'confirmed'), ('create', '', 'pending_approval'), ('create', '', 'pending_payment'), ('create', '', 'checked_in'),
		    ('approve', 'pending_approval', 'confirmed'), ('decline', 'pending_approval', 'declined'), ('expire', 'pending_approval', 'expired'),
		    ('expire', 'pending_payment', 'expired'), ('cancel', 'pending_payment', 'cancelled'), ('cancel', 'pending_approval', 'cancelled'),
		    ('cancel', 'confirmed', 'cancelled'), ('cancel', 'checked_in', 'cancelled'), ('check_in', 'confirmed', 'checked_in'),
		    ('complete', 'confirmed', 'completed'), ('complete', 'checked_in', 'completed'), ('no_show', 'confirmed', 'no_show'),
		    ('reschedule', 'pending_approval', 'pending_approval'), ('reschedule', 'confirmed', 'confirmed'), ('reschedule', 'checked_in', 'checked_in'),
		    ('undo', 'checked_in', 'confirmed'), ('undo', 'completed', 'confirmed'), ('undo', 'completed', 'checked_in'),
		    ('undo', 'no_show', 'confirmed'), ('undo', 'cancelled', 'confirmed'), ('undo', 'cancelled', 'checked_in'),
		    ('undo', 'cancelled', 'pending_approval'), ('undo', 'cancelled', 'pending_payment'))`,
	"I4 the version is the number of changes": `
		SELECT b.id::text FROM bookings b LEFT JOIN booking_history h ON h.business_id = b.business_id AND h.booking_id = b.id
		GROUP BY b.id, b.version HAVING count(h.version) <> b.version OR max(h.version) <> b.version`,
	"each message has its job": `
		SELECT m.id::text FROM messages m WHERE NOT EXISTS (SELECT FROM river_job j WHERE j.kind = 'message.send' AND j.args ->> 'message_id' = m.id::text)`,
	"what waits has the job that ends it": `
		SELECT b.id::text FROM bookings b WHERE b.expires_at IS NOT NULL AND NOT EXISTS (SELECT FROM river_job j
		    WHERE j.kind = 'booking.expire' AND j.args ->> 'booking_id' = b.id::text AND j.scheduled_at <= b.expires_at)`,
	"the price is the sum of its lines": `
		SELECT id::text FROM bookings WHERE total <> (SELECT coalesce(sum((l ->> 'amount')::bigint), 0) FROM jsonb_array_elements(price_lines) l)`,
	"I13 the audit chain verifies": `
		SELECT seq::text FROM (SELECT *, lag(hash, 1, ''::bytea) OVER w AS previous, lag(seq, 1, 0) OVER w AS before,
		        lead(seq) OVER w AS after FROM audit_entries WINDOW w AS (ORDER BY seq)) e
		WHERE seq <> before + 1
		   OR hash <> audit_hash(previous, seq, at, actor_kind, actor_id, request_id, action, subject, detail)
		   OR (after IS NULL AND NOT EXISTS (SELECT FROM business_seq q WHERE q.business_id = e.business_id AND q.seq = e.seq AND q.audit_head = e.hash))`,
	"the code leads to the booking": `
		SELECT b.code FROM bookings b LEFT JOIN booking_codes c ON c.code = b.code
		WHERE c.booking_id IS DISTINCT FROM b.id OR c.tenant_id IS DISTINCT FROM b.business_id`,
	"segments follow one another and fill the visit": `
		SELECT booking_id::text FROM (SELECT s.*, b.starts_at AS begins, b.ends_at AS closes, lag(s.ends_at, 1, b.starts_at) OVER w AS before,
		        lead(s.position) OVER w AS after FROM booking_segments s JOIN bookings b ON b.id = s.booking_id
		        WINDOW w AS (PARTITION BY s.booking_id ORDER BY s.position)) x
		WHERE starts_at <> before OR (after IS NULL AND ends_at <> closes)`,
}

// checkInvariants looks for what no operation may leave behind.
func (s *shop) checkInvariants() {
	s.tb.Helper()
	for rule, sql := range invariants {
		if broken := s.texts(sql); len(broken) > 0 {
			s.tb.Errorf("%s: %s", rule, strings.Join(broken, ", "))
		}
	}
}

// Each invariant is itself tried: what breaks it must be found.
func TestInvariants_BrokenRows_AreFound(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	svc := s.menu(60, 5500, need{kind: "staff"})
	s.mustBook(wish(svc, at(1, 14, 0)))
	s.mustHold(svc, at(1, 16, 0))
	for rule, damage := range map[string]string{
		"I1 two bookings that stand say": `INSERT INTO booking_segments (business_id, booking_id, position, service_id, service_name, options, duration_minutes,
			starts_at, ends_at, nominated, picks) SELECT business_id, booking_id, 7, service_id, service_name, options, duration_minutes, starts_at, ends_at, nominated, picks FROM booking_segments`,
		"a booking that stands occupies":  `DELETE FROM allocations`,
		"a hold that stands occupies":     `DELETE FROM allocations WHERE hold_id IS NOT NULL`,
		"what expires is what waits":      `UPDATE bookings SET expires_at = starts_at`,
		"I3 the history is a path":        `UPDATE bookings SET status = 'completed'`,
		"I3 each step of the history":     `INSERT INTO booking_history (business_id, booking_id, version, at, actor_kind, action, from_status, to_status) SELECT business_id, id, 2, created_at, 'system', 'no_show', 'confirmed', 'expired' FROM bookings`,
		"I4 the version is the number":    `UPDATE bookings SET version = 2`,
		"each message has its job":        `DELETE FROM river_job`,
		"what waits has the job":          `UPDATE bookings SET expires_at = starts_at`,
		"the price is the sum":            `UPDATE bookings SET total = total + 1`,
		"I13 the audit chain":             `UPDATE business_seq SET seq = seq + 1`,
		"the code leads to the booking":   `DELETE FROM booking_codes`,
		"segments follow one another and": `UPDATE bookings SET ends_at = ends_at + interval '5 minutes'`,
	} {
		for name, sql := range invariants {
			if strings.HasPrefix(name, rule) && len(s.after(damage, sql)) == 0 {
				t.Errorf("%s: the damage was not seen", name)
			}
		}
	}
}

// after is the first column of the query's rows in a transaction that did the
// damage before and is then rolled back.
func (s *shop) after(damage, query string) []string {
	s.tb.Helper()
	rollback := errors.New("rollback")
	var out []string
	err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: damage})
		var b pg.Batch
		pg.CollectColumn(b.Queue(&pg.Statement{SQL: query}), &out)
		if err := tx.Run(context.Background(), &b); err != nil {
			return err
		}
		return rollback
	})
	if !errors.Is(err, rollback) {
		s.tb.Fatalf("%s: %v", damage, err)
	}
	return out
}
