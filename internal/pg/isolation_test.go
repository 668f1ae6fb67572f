package pg_test

import (
	"context"
	"slices"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// S12: a tenant sees its own rows, whatever the query leaves out; without a
// tenant nobody sees any; the platform sees all when it says so.
func TestTenant_SeesItsOwnRowsOnly(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := pgtest.New(t)
	first, second := [16]byte{1}, [16]byte{2}
	insert := &pg.Statement{SQL: `INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes,
	    booking_mode, approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes,
	    max_items, terms_version, created_at, updated_at)
	    VALUES ($1, $2, '{}', 'clinic', 'draft', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', now(), now())`}
	for slug, tenant := range map[string][16]byte{"first": first, "second": second} {
		if err := db.InTenant(ctx, tenant, func(tx *pg.Tx) error { tx.Later(insert, tenant, slug); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	all := &pg.Statement{SQL: `SELECT slug FROM businesses ORDER BY slug`}
	read := func(run func(context.Context, *pg.Batch) error) []string {
		var out []string
		var b pg.Batch
		pg.CollectColumn(b.Queue(all), &out)
		if err := run(ctx, &b); err != nil {
			t.Fatal(err)
		}
		return out
	}
	asTenant := func(ctx context.Context, b *pg.Batch) error { return db.ReadTenant(ctx, second, b) }
	asPlatform := func(ctx context.Context, b *pg.Batch) error {
		return db.InPlatform(ctx, func(tx *pg.Tx) error { return tx.Run(ctx, b) })
	}
	if got := read(asTenant); !slices.Equal(got, []string{"second"}) {
		t.Errorf("the second tenant sees %q", got)
	}
	if got := read(db.Read); len(got) != 0 {
		t.Errorf("nobody in particular sees %q", got)
	}
	if got := read(asPlatform); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("the platform sees %q", got)
	}
	if got := read(db.Read); len(got) != 0 {
		t.Errorf("after the platform's transaction, nobody in particular sees %q", got)
	}
	err := db.InTenant(ctx, second, func(tx *pg.Tx) error { tx.Later(insert, first, "planted"); return nil })
	if pg.State(err) != "42501" {
		t.Errorf("a tenant wrote another's row: %v", err)
	}
}
