package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// overlaps is what no path may ever make: two allocations of one unit at one time.
const overlaps = `SELECT count(*) FROM allocations a JOIN allocations b USING (business_id, resource_id, unit)
	WHERE a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`

// checkDay is what can be looked at every day.
func (w *world) checkDay() {
	w.t.Helper()
	if n := w.count(overlaps); n > 0 {
		w.fail("%d pairs of allocations overlap", n)
	}
	if n := w.count(`SELECT count(*) FROM holds h JOIN allocations a USING (business_id) WHERE a.hold_id = h.id AND h.status <> 'active'`); n > 0 {
		w.fail("%d ended holds still occupy something", n)
	}
}

// checkEnd is what must hold when the story is over.
func (w *world) checkEnd() {
	w.t.Helper()
	w.checkDay()
	w.checkRecords()
	w.checkMails()
	for _, s := range w.shops {
		a := w.must(call{op: "admin-verify-business-audit", in: []string{s.id}, bearer: w.boss.bearer()})
		if a.at("intact") != true {
			w.fail("the trail of %s: %s", s.slug, a.raw)
		}
	}
	for name, sql := range invariants {
		if n := w.count(sql); n > 0 {
			w.fail("%s: %d", name, n)
		}
	}
	if n := w.count(`SELECT count(*) FROM river_job WHERE state <> 'scheduled'`); n > 0 {
		w.fail("%d jobs are left", n)
	}
}

var invariants = map[string]string{
	"histories that do not lead from one status to the next": `SELECT count(*) FROM (
		SELECT from_status, version, lag(to_status) OVER h AS was, lag(version) OVER h AS before
		FROM booking_history WINDOW h AS (PARTITION BY business_id, booking_id ORDER BY version)) x
		WHERE coalesce(was, '') <> from_status OR version <> coalesce(before, 0) + 1`,
	"bookings that are not what their history says": `SELECT count(*) FROM bookings b
		LEFT JOIN LATERAL (SELECT to_status, version FROM booking_history h
			WHERE h.business_id = b.business_id AND h.booking_id = b.id ORDER BY version DESC LIMIT 1) h ON true
		WHERE h.to_status IS DISTINCT FROM b.status OR h.version IS DISTINCT FROM b.version`,
	"bookings over that still occupy something": `SELECT count(*) FROM allocations a JOIN bookings b ON b.business_id = a.business_id AND b.id = a.booking_id
		WHERE b.status NOT IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in')`,
	"bookings to come that occupy nothing": `SELECT count(*) FROM bookings b
		WHERE b.status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in') AND b.starts_at > (SELECT max(at) FROM audit_entries)
		AND NOT EXISTS (SELECT FROM allocations a WHERE a.business_id = b.business_id AND a.booking_id = b.id)`,
	"holds and requests past their time": `SELECT (SELECT count(*) FROM holds WHERE status = 'active' AND expires_at < (SELECT max(at) FROM audit_entries) - interval '1 day')
		+ (SELECT count(*) FROM bookings WHERE status = 'pending_approval' AND expires_at < (SELECT max(at) FROM audit_entries) - interval '1 day')`,
}

// checkRecords compares the database with what everybody wrote down.
func (w *world) checkRecords() {
	w.t.Helper()
	type row struct {
		ID, Status       string
		StartsAt, EndsAt time.Time
		Total, Version   int64
		Events           []string
	}
	rows, err := w.admin.Query(w.t.Context(), `SELECT b.id::text, b.status, b.starts_at, b.ends_at, b.total, b.version,
		coalesce((SELECT array_agg(m.event ORDER BY m.created_at, m.id) FROM messages m WHERE m.business_id = b.business_id AND m.booking_id = b.id), '{}') AS events
		FROM bookings b`)
	if err != nil {
		w.fail("bookings: %v", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		w.fail("bookings: %v", err)
	}
	if len(list) != len(w.records) {
		w.fail("%d bookings in the database, %d were made", len(list), len(w.records))
	}
	for _, b := range list {
		r := w.records[b.ID]
		if r == nil {
			w.fail("nobody made booking %s", b.ID)
		}
		r.lapse()
		slices.Sort(r.events)
		slices.Sort(b.Events)
		got := fmt.Sprint(b.Status, b.StartsAt.UTC(), b.EndsAt.UTC(), b.Total, b.Version, b.Events)
		want := fmt.Sprint(r.status, r.start, r.end, r.total, r.version, r.events)
		if got != want {
			w.fail("booking %s of %s is\n%s, its people wrote down\n%s", r.code, r.shop.slug, got, want)
		}
		w.tally["ended as "+b.Status]++
	}
}

// checkMails counts what reached the post of each message: once; twice only
// where its sender could not know; not at all only where it was refused for good.
func (w *world) checkMails() {
	w.t.Helper()
	rows, err := w.admin.Query(w.t.Context(), `SELECT id::text, status, attempts, last_error FROM messages`)
	if err != nil {
		w.fail("messages: %v", err)
	}
	type message struct {
		ID, Status string
		Attempts   int
		LastError  string
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[message])
	if err != nil {
		w.fail("messages: %v", err)
	}
	for _, m := range list {
		n := w.post.sent[m.ID]
		good := m.Status == "sent" && n >= 1 || m.Status == "failed" && m.LastError != "" || m.Status == "skipped" && n == 0
		if !good || n > 2 || n == 2 && !w.post.twice[m.ID] {
			w.fail("a message is %s after %d attempts (%q) and was accepted %d times", m.Status, m.Attempts, m.LastError, n)
		}
		w.tally[strings.TrimSpace(fmt.Sprintf("mails %s, %d times", m.Status, n))]++
	}
}
