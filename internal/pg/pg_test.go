package pg_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

func TestPending_MigratedTemplate_IsZero(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	n, err := pg.Pending(context.Background(), db)
	if err != nil || n != 0 {
		t.Fatalf("pending = %d, %v; want 0", n, err)
	}
}

func TestRead_InstantsAreUTC(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var plain time.Time
	var maybe *time.Time
	var b pg.Batch
	b.Queue(&pg.Statement{SQL: `SELECT $1::timestamptz, $1::timestamptz`}, time.Date(2026, 12, 1, 14, 0, 0, 0, time.FixedZone("", 9*3600))).
		QueryRow(func(row pgx.Row) error { return row.Scan(&plain, &maybe) })
	if err := db.Read(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if want := "2026-12-01T05:00:00Z"; plain.Format(time.RFC3339) != want || maybe.Format(time.RFC3339) != want {
		t.Errorf("read %s and %s, want %s", plain, maybe, want)
	}
}
