package audit_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var start = time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC)

// bench is trails on a database of their own, and a superuser who may do anything to them.
type bench struct {
	*audit.Trail
	t     *testing.T
	db    *pg.DB
	admin *pgxpool.Pool
}

func newBench(t *testing.T) *bench {
	t.Helper()
	url := pgtest.NewURL(t)
	b := &bench{t: t, db: pgtest.Open(t, url)}
	b.Trail = audit.NewTrail(b.db)
	var err error
	if b.admin, err = pgxpool.New(context.Background(), url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.admin.Close)
	return b
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.admin.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatalf("%s: %v", sql, err)
	}
}

// business is one without anything but a trail.
func (b *bench) business(slug string) [16]byte {
	b.t.Helper()
	bid := [16]byte(id.New[struct{}](start))
	b.exec(`INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode, approval_hours,
	    min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items, terms_version, created_at, updated_at)
	    VALUES ($1, $2, '{"ja": "店"}', 'clinic', 'draft', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $3, $3)`, bid, slug, start)
	b.exec(`INSERT INTO business_seq (business_id) VALUES ($1)`, bid)
	return bid
}

// append adds entries, each a minute after the one before.
func (b *bench) append(bid [16]byte, entries ...audit.Entry) {
	b.t.Helper()
	for i, e := range entries {
		if e.At.IsZero() {
			e.At = start.Add(time.Duration(i) * time.Minute)
		}
		var batch pg.Batch
		audit.Append(&batch, bid, e, nil)
		if err := b.db.BatchTenant(b.t.Context(), bid, &batch); err != nil {
			b.t.Fatal(err)
		}
	}
}

// chain is n entries of different kinds.
func chain(n int) []audit.Entry {
	out := make([]audit.Entry, n)
	for i := range out {
		out[i] = audit.Entry{
			Actor: tenant.Actor{Kind: tenant.Member, UserID: [16]byte{byte(i % 3)}, RequestID: "r"}, Action: "thing.changed",
			Subject: fmt.Sprintf("thing:%d", i), Detail: map[string]any{"n": i, "at": "2026年"},
		}
	}
	return out
}

func (b *bench) user(n byte, family, given string) [16]byte {
	b.t.Helper()
	uid := [16]byte{15: n}
	b.exec(`INSERT INTO users (id, email, password_hash, family_name, given_name, locale, created_at) VALUES ($1, $2, '', $3, $4, 'ja', $5)`,
		uid, fmt.Sprintf("u%d@example.jp", n), family, given, start)
	return uid
}
