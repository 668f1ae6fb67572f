package bulk_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/bench/bulk"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// What every row that the program writes holds of these as well; each query gives what breaks it.
var promises = map[string]string{
	"no unit is taken twice": `SELECT count(*) FROM allocations a JOIN allocations b USING (business_id, resource_id, unit)
		WHERE a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`,
	"what stands occupies what its segments say": `SELECT count(*) FROM (
		SELECT s.booking_id, k.resource_id, k.starts_at, k.ends_at FROM booking_segments s JOIN bookings b ON b.business_id = s.business_id AND b.id = s.booking_id
		CROSS JOIN jsonb_to_recordset(s.picks) AS k (resource_id uuid, starts_at timestamptz, ends_at timestamptz) WHERE b.status = 'confirmed'
		EXCEPT SELECT booking_id, resource_id, starts_at, ends_at FROM allocations) x`,
	"only what stands occupies": `SELECT count(*) FROM allocations a JOIN bookings b ON b.business_id = a.business_id AND b.id = a.booking_id WHERE b.status <> 'confirmed'`,
	"histories end in the present status, the version is their length": `SELECT count(*) FROM bookings b LEFT JOIN LATERAL (
		SELECT count(*) AS n, max(version) AS last, (array_agg(to_status ORDER BY version DESC))[1] AS status FROM booking_history h
		WHERE h.business_id = b.business_id AND h.booking_id = b.id) h ON true WHERE (h.n, h.last, h.status) IS DISTINCT FROM (b.version, b.version, b.status)`,
	"the audit chain verifies": `SELECT count(*) FROM (SELECT *, lag(hash, 1, ''::bytea) OVER w AS previous, lag(seq, 1, 0) OVER w AS before,
		lead(seq) OVER w AS after FROM audit_entries WINDOW w AS (PARTITION BY business_id ORDER BY seq)) e
		WHERE seq <> before + 1 OR hash <> audit_hash(previous, seq, at, actor_kind, actor_id, request_id, action, subject, detail)
		OR (after IS NULL AND NOT EXISTS (SELECT FROM business_seq q WHERE q.business_id = e.business_id AND q.seq = e.seq AND q.audit_head = e.hash))`,
	"codes lead to their bookings": `SELECT count(*) FROM bookings b LEFT JOIN booking_codes c USING (code) WHERE c.booking_id IS DISTINCT FROM b.id`,
	"all stand in hours and shifts": `SELECT count(*) FROM bookings WHERE extract(hour FROM starts_at AT TIME ZONE 'Asia/Tokyo') NOT BETWEEN 10 AND 19
		OR business_date <> (starts_at AT TIME ZONE 'Asia/Tokyo')::date`,
	"nothing was made or ended in the future": `SELECT count(*) FROM bookings WHERE created_at >= starts_at OR updated_at < created_at OR updated_at > now() + interval '1 day'`,
}

// references are the foreign keys, which were not checked on the way in.
const references = `SELECT format('ALTER TABLE %s VALIDATE CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint WHERE contype = 'f'`

func TestFill_LeavesWhatTheProgramWouldHave(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), pgtest.NewURL(t)
	size := bulk.Size{Businesses: pgtest.Rounds(3, 40), Bookings: pgtest.Rounds(400, 60_000)}
	if err := bulk.Fill(ctx, url, size, time.Date(2026, 3, 4, 5, 6, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	for rule, sql := range promises {
		var broken int
		if err := conn.QueryRow(ctx, sql).Scan(&broken); err != nil || broken > 0 {
			t.Errorf("%s: %d rows do not, %v", rule, broken, err)
		}
	}
	var bookings, businesses int
	if err := conn.QueryRow(ctx, `SELECT count(*), count(DISTINCT business_id) FROM bookings`).Scan(&bookings, &businesses); err != nil {
		t.Fatal(err)
	}
	if bookings != size.Bookings || businesses != size.Businesses {
		t.Errorf("%d bookings of %d businesses", bookings, businesses)
	}
	checkReferences(ctx, t, conn)
}

// checkReferences has the database look at every foreign key anew.
func checkReferences(ctx context.Context, t *testing.T, conn *pgx.Conn) {
	t.Helper()
	if _, err := conn.Exec(ctx, `UPDATE pg_constraint SET convalidated = false WHERE contype = 'f'`); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(ctx, references)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range list {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestFill_NothingToFill_IsRefused(t *testing.T) {
	t.Parallel()
	if err := bulk.Fill(context.Background(), "postgres://127.0.0.1:1/none", bulk.Size{}, time.Time{}); err == nil {
		t.Error("no businesses were filled")
	}
}
