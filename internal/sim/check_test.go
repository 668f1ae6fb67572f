package sim_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/verify"
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
}

// checkEnd is what must hold when the story is over.
func (w *world) checkEnd() {
	w.t.Helper()
	w.checkDay()
	w.checkRecords()
	w.checkMails()
	for _, s := range w.shops {
		a := w.must(call{op: "admin-verify-business-audit", in: []string{s.id}, bearer: w.boss.bearer()})
		if !a.yes("ok") {
			w.fail("the trail of %s: %s", s.slug, a.raw)
		}
	}
	w.checkInvariants()
	if n := w.count(`SELECT count(*) FROM river_job WHERE state <> 'scheduled'`); n > 0 {
		w.fail("%d jobs are left", n)
	}
}

// checkInvariants is what the command verify looks at.
func (w *world) checkInvariants() {
	w.t.Helper()
	results, err := w.verify.Run(w.t.Context())
	if err != nil && !errors.Is(err, verify.ErrJudging) { // a worker died over changed holidays
		w.fail("verify: %v", err)
	}
	for _, r := range results {
		w.tally["rows looked at by "+r.Name] += int(r.Checked)
		if r.Breaches > 0 {
			w.fail("%s, %s: %d times: %v", r.Name, r.What, r.Breaches, r.Examples)
		}
	}
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
