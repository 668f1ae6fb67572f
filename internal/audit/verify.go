package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Verdict is what a walk along a business's chain of entries found.
type Verdict struct {
	Entries  int64 // that hold, up to the first fault
	BrokenAt int64 // the first sequence that was changed, moved or removed; 0: none
}

// OK tells whether the chain holds.
func (v Verdict) OK() bool { return v.BrokenAt == 0 }

// ErrNoTrail is the answer for a business that does not exist.
var ErrNoTrail = fault.New(fault.NotFound, "not_found")

// verifyPage is how many entries one statement recomputes: some tens of milliseconds.
const verifyPage = 5000

// An entry is broken when its hash is not that of its words and of the hash
// before it, or when its number does not follow. The head, which every append
// moves, is compared in the same snapshot as the page: what is appended
// meanwhile disturbs nothing.
var verifyChain = pg.Register("audit.verify", `
	WITH page AS (
	    SELECT seq, hash, at, actor_kind, actor_id, request_id, action, subject, detail,
	           lag(seq, 1, $2::bigint) OVER w + 1 AS expected, lag(hash, 1, $3::bytea) OVER w AS before
	    FROM (SELECT * FROM audit_entries WHERE business_id = $1 AND seq > CASE WHEN $2::bigint = 0 THEN -9223372036854775808 ELSE $2::bigint END
	          ORDER BY seq LIMIT $4) e
	    WINDOW w AS (ORDER BY seq)
	), judged AS (
	    SELECT count(*) AS entries, coalesce(max(seq), $2::bigint) AS last,
	           coalesce((array_agg(hash ORDER BY seq DESC))[1], $3::bytea) AS hash,
	           coalesce(min(greatest(expected, 1)) FILTER (WHERE seq <> expected
	               OR hash <> audit_hash(before, seq, at, actor_kind, actor_id, request_id, action, subject, detail)), 0) AS broken
	    FROM page
	)
	SELECT j.entries, j.last, j.hash, j.broken, s.seq, s.audit_head FROM judged j, business_seq s WHERE s.business_id = $1`)

// walked is one page of the walk, and the head at its moment.
type walked struct {
	entries, last, broken, headSeq int64
	hash, head                     []byte
}

// Verify recomputes the hash chain of a business from its first entry, page by
// page, and compares its end with the head. It finds every entry that was
// changed, moved, put in or removed, the newest included. Who can write the
// table, and the head, and recomputes all that follows, is found only by a copy
// of the head that is kept elsewhere. It answers not_found for an absent business.
func (t *Trail) Verify(ctx context.Context, business [16]byte) (Verdict, error) {
	at := walked{hash: []byte{}}
	var v Verdict
	for {
		next, err := t.walk(ctx, business, at)
		if err != nil {
			return Verdict{}, err
		}
		v.Entries += next.entries
		switch {
		case next.broken > 0:
			return Verdict{Entries: next.broken - 1, BrokenAt: next.broken}, nil
		case next.entries == verifyPage:
			at = next
			continue
		}
		v.BrokenAt = next.brokenHead()
		return v, nil
	}
}

// brokenHead compares the end of the chain with the head; 0 when they agree.
func (w walked) brokenHead() int64 {
	switch {
	case w.headSeq != w.last:
		return min(w.headSeq, w.last) + 1
	case !bytes.Equal(w.head, w.hash):
		return max(w.last, 1)
	}
	return 0
}

func (t *Trail) walk(ctx context.Context, business [16]byte, from walked) (walked, error) {
	var w walked
	var b pg.Batch
	b.Queue(verifyChain, business, from.last, from.hash, verifyPage).QueryRow(func(r pgx.Row) error {
		return r.Scan(&w.entries, &w.last, &w.hash, &w.broken, &w.headSeq, &w.head)
	})
	if err := t.db.ReadTenant(ctx, business, &b); err != nil {
		if errors.Is(err, pg.ErrNoRows) {
			return walked{}, ErrNoTrail
		}
		return walked{}, fmt.Errorf("verify the trail: %w", err)
	}
	return w, nil
}
