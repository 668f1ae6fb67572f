package bulk_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/bench/bulk"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// The archive rule: what ended more than a week ago is removed, of the business
// that is cleaned, and nothing else, so that allocations follow what is to come.
func TestSweep_RemovesWhatEndedAWeekAgo_AndNothingElse(t *testing.T) {
	t.Parallel()
	ctx, url, now := context.Background(), pgtest.NewURL(t), time.Date(2026, 3, 4, 5, 6, 0, 0, time.UTC)
	if err := bulk.Fill(ctx, url, bulk.Size{Businesses: 2, Bookings: 800}, now); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	later := now.AddDate(0, 0, 30)
	count := func() (old, kept, others int) {
		err := conn.QueryRow(ctx, `SELECT count(*) FILTER (WHERE mine AND ends_at < $1), count(*) FILTER (WHERE mine AND ends_at >= $1), count(*) FILTER (WHERE NOT mine)
			FROM (SELECT *, business_id = (SELECT business_id FROM businesses WHERE slug = 'bulk-1') AS mine FROM allocations) a`, later.AddDate(0, 0, -7)).Scan(&old, &kept, &others)
		if err != nil {
			t.Fatal(err)
		}
		return old, kept, others
	}
	var shop business.ID
	if err := conn.QueryRow(ctx, `SELECT business_id FROM businesses WHERE slug = 'bulk-1'`).Scan(&shop); err != nil {
		t.Fatal(err)
	}
	old, kept, others := count()
	if old == 0 || kept == 0 || others == 0 {
		t.Fatalf("%d, %d and %d allocations prove nothing", old, kept, others)
	}
	var b pg.Batch
	availability.Sweep(&b, shop, later)
	if err := pgtest.Open(t, url).BatchTenant(ctx, shop, &b); err != nil {
		t.Fatal(err)
	}
	if o, k, x := count(); o != 0 || k != kept || x != others {
		t.Errorf("%d of %d old ones, %d of %d others of the business and %d of %d of another are left", o, old, k, kept, x, others)
	}
}
