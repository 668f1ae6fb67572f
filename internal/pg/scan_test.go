package pg_test

import (
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

type rawRow struct {
	id   [16]byte
	n    int32
	at   time.Time
	some bool
}

var rawRows = pg.Register("test.raw", `SELECT $1::uuid AS id, n, at FROM (VALUES
	(7, '2026-02-28T23:59:59.123456+09:00'::timestamptz), (-1, '1969-07-20T20:17:40Z'), (NULL, NULL)) AS x (n, at)`)

func collectRaw(t *testing.T, fn func(*pg.Row, *rawRow)) ([]rawRow, error) {
	t.Helper()
	db := pgtest.New(t)
	var b pg.Batch
	var got []rawRow
	pg.CollectRaw(b.Queue(rawRows, [16]byte{1, 15: 2}), &got, fn)
	err := db.Read(t.Context(), &b)
	return got, err
}

// What is read raw is what the driver would have read.
func TestCollectRaw_ReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	got, err := collectRaw(t, func(r *pg.Row, x *rawRow) {
		x.id, _ = r.UUID(0)
		x.n = r.Int32(1)
		x.at, x.some = r.Time(2)
	})
	if err != nil || len(got) != 3 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	id := [16]byte{1, 15: 2}
	want := []rawRow{
		{id, 7, time.Date(2026, 2, 28, 14, 59, 59, 123456000, time.UTC), true},
		{id, -1, time.Date(1969, 7, 20, 20, 17, 40, 0, time.UTC), true},
		{id, 0, time.Time{}, false},
	}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("row %d is %v, want %v", i, got[i], w)
		}
	}
}

// A column of another type is an error and no wild value.
func TestCollectRaw_OfAnotherType_IsRefused(t *testing.T) {
	t.Parallel()
	if _, err := collectRaw(t, func(r *pg.Row, x *rawRow) { x.n = r.Int32(2) }); err == nil {
		t.Error("an instant was read as a number")
	}
}
