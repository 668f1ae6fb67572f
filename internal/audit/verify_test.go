package audit_test

import (
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// S23: whatever is done to the trail by somebody who may do everything shows,
// and where.
func TestVerify_FindsEveryTampering(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, test := range []struct {
		name, sql string
		brokenAt  int64
	}{
		{"untouched", `SELECT $1::uuid`, 0},
		{"an action is edited", `UPDATE audit_entries SET action = 'thing.kept' WHERE business_id = $1 AND seq = 7`, 7},
		{"a detail is edited", `UPDATE audit_entries SET detail = detail || '{"n": 99}' WHERE business_id = $1 AND seq = 1`, 1},
		{"a moment is edited", `UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE business_id = $1 AND seq = 12`, 12},
		{"an actor is removed", `UPDATE audit_entries SET actor_id = NULL WHERE business_id = $1 AND seq = 5`, 5},
		{"the newest is edited", `UPDATE audit_entries SET subject = 'thing:x' WHERE business_id = $1 AND seq = 12`, 12},
		{"one is edited, and its hash made to fit", `UPDATE audit_entries e SET action = 'thing.kept', hash = audit_hash(
		    (SELECT hash FROM audit_entries p WHERE p.business_id = $1 AND p.seq = 6), seq, at, actor_kind, actor_id, request_id, 'thing.kept', subject, detail)
		    WHERE business_id = $1 AND seq = 7`, 8},
		{"the newest is edited, and its hash made to fit", `UPDATE audit_entries e SET action = 'thing.kept', hash = audit_hash(
		    (SELECT hash FROM audit_entries p WHERE p.business_id = $1 AND p.seq = 11), seq, at, actor_kind, actor_id, request_id, 'thing.kept', subject, detail)
		    WHERE business_id = $1 AND seq = 12`, 12},
		{"one in the middle is deleted", `DELETE FROM audit_entries WHERE business_id = $1 AND seq = 7`, 7},
		{"the first is deleted", `DELETE FROM audit_entries WHERE business_id = $1 AND seq = 1`, 1},
		{"the newest is deleted", `DELETE FROM audit_entries WHERE business_id = $1 AND seq = 12`, 12},
		{"the newest three are deleted", `DELETE FROM audit_entries WHERE business_id = $1 AND seq > 9`, 10},
		{"all are deleted", `DELETE FROM audit_entries WHERE business_id = $1`, 1},
		{"two change places", `UPDATE audit_entries SET seq = CASE seq WHEN 4 THEN -5 ELSE -4 END WHERE business_id = $1 AND seq IN (4, 5)`, 1},
		{"the numbers are closed up", `UPDATE audit_entries SET seq = seq + 100 WHERE business_id = $1 AND seq > 6`, 7},
		{"one is put in before all", `INSERT INTO audit_entries SELECT business_id, 0, at, actor_kind, actor_id, request_id, action, subject, detail, hash
		    FROM audit_entries WHERE business_id = $1 AND seq = 1`, 1},
		{"one is put in after all", `INSERT INTO audit_entries SELECT business_id, 13, at, actor_kind, actor_id, request_id, action, subject, detail, hash
		    FROM audit_entries WHERE business_id = $1 AND seq = 12`, 13},
		{"the head is changed", `UPDATE business_seq SET audit_head = sha256('x') WHERE business_id = $1`, 12},
		{"the head is set back", `UPDATE business_seq SET seq = 9 WHERE business_id = $1`, 10},
		{"the newest is deleted and the number set back", `WITH d AS (DELETE FROM audit_entries WHERE business_id = $1 AND seq = 12)
		    UPDATE business_seq SET seq = 11 WHERE business_id = $1`, 11},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := &bench{Trail: b.Trail, t: t, db: b.db, admin: b.admin}
			bid := b.business(test.name)
			b.append(bid, chain(12)...)
			b.exec(test.sql, bid)
			got, err := b.Verify(t.Context(), bid)
			if err != nil || got.BrokenAt != test.brokenAt || got.OK() != (test.brokenAt == 0) || got.OK() && got.Entries != 12 {
				t.Errorf("got %+v, %v, want broken at %d", got, err, test.brokenAt)
			}
		})
	}
}

// Two entries that change places, seen at the earlier place.
func TestVerify_FindsReordering(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	bid := b.business("swapped")
	b.append(bid, chain(12)...)
	b.exec(`UPDATE audit_entries SET seq = -seq WHERE business_id = $1 AND seq IN (4, 5)`, bid)
	b.exec(`UPDATE audit_entries SET seq = 9 + seq WHERE business_id = $1 AND seq < 0`, bid)
	if got, err := b.Verify(t.Context(), bid); err != nil || got != (audit.Verdict{Entries: 3, BrokenAt: 4}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// A trail of several pages, grown by SQL to be quick: whole, then broken on a
// later page.
func TestVerify_WalksPageByPage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	bid := b.business("long")
	for range 20 { // in one transaction the sequence's row would leave ten thousand versions to step over
		b.exec(`SELECT audit_append($1, now(), 'member', NULL, 'r', 'thing.changed', 'thing:' || n, '{}') FROM generate_series(1, 500) n`, bid)
	}
	if got, err := b.Verify(t.Context(), bid); err != nil || got != (audit.Verdict{Entries: 10000}) {
		t.Errorf("got %+v, %v", got, err)
	}
	b.exec(`DELETE FROM audit_entries WHERE business_id = $1 AND seq = 5001`, bid)
	if got, err := b.Verify(t.Context(), bid); err != nil || got != (audit.Verdict{Entries: 5000, BrokenAt: 5001}) {
		t.Errorf("a page begins with a gap: %+v, %v", got, err)
	}
	none, err := b.Verify(t.Context(), [16]byte{9})
	if fault.CodeOf(err) != "not_found" || none.Entries != 0 {
		t.Errorf("no such business: %+v, %v", none, err)
	}
}

// The serving role itself can rewrite nothing.
func TestTrail_IsAppendOnlyForTheProgram(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	bid := b.business("walls")
	b.append(bid, chain(2)...)
	for _, sql := range []string{
		`UPDATE audit_entries SET action = 'x'`, `DELETE FROM audit_entries`, `TRUNCATE audit_entries`,
		`UPDATE platform_audit SET reason = 'x'`, `DELETE FROM platform_audit`,
	} {
		err := b.db.InTenant(t.Context(), bid, func(tx *pg.Tx) error {
			_, err := tx.Exec(t.Context(), &pg.Statement{SQL: sql})
			return err
		})
		if pg.State(err) != "42501" {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
