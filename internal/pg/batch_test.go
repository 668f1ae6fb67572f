package pg_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// fails is a function that asks its first callers to try again: what is taken
// from a sequence stays taken when the transaction is rolled back.
const fails = `CREATE SEQUENCE tries;
GRANT ALL ON SEQUENCE tries TO public;
CREATE FUNCTION fails(times bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('tries') <= times THEN
        RAISE EXCEPTION 'again' USING ERRCODE = '40001';
    END IF;
    RETURN times;
END $$`

// The server forgets the statements of a batch that failed, the driver's batch
// does not: each further try must be of statements never sent.
func TestBatch_TriedAgain_IsSentAnew(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	admin, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(t.Context(), fails); err != nil {
		t.Fatal(err)
	}
	if err := admin.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	db := pgtest.Open(t, url)
	for name, send := range map[string]func(context.Context, *pg.Batch) error{
		"read": db.Read, "write": db.Write,
		"read of a tenant":  func(ctx context.Context, b *pg.Batch) error { return db.ReadTenant(ctx, [16]byte{1}, b) },
		"write of a tenant": func(ctx context.Context, b *pg.Batch) error { return db.BatchTenant(ctx, [16]byte{1}, b) },
	} {
		var b pg.Batch
		var before, got int64
		b.Queue(&pg.Statement{SQL: `SELECT setval('tries', 1, false) + $1::bigint`}, 1)
		if err := db.Write(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		b = pg.Batch{}
		b.Queue(&pg.Statement{SQL: `SELECT $1::bigint`}, 7).QueryRow(func(row pgx.Row) error { return row.Scan(&before) })
		b.Queue(&pg.Statement{SQL: `SELECT fails($1)`}, 3).QueryRow(func(row pgx.Row) error { return row.Scan(&got) })
		if err := send(t.Context(), &b); err != nil || before != 7 || got != 3 {
			t.Errorf("%s: read %d and %d, %v", name, before, got, err)
		}
	}
}
