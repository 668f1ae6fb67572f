package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var sequences = pg.Register("audit.sequences", `SELECT business_id, seq FROM business_seq WHERE business_id = ANY ($1::uuid[])`)

// sequencesLimit bounds the time of the one statement.
const sequencesLimit = 2 * time.Second

// Sequences are the numbers of the last writes of businesses, those that are
// absent left out. It is the platform's look across them, at numbers alone and in
// one round trip, for who watches many of them at once.
func Sequences(ctx context.Context, db *pg.DB, list [][16]byte) (map[[16]byte]int64, error) {
	out := make(map[[16]byte]int64, len(list))
	err := db.Survey(ctx, sequencesLimit, func(tx *pg.Tx) error {
		clear(out)
		tx.Later(sequences, list).Query(func(rows pgx.Rows) error {
			var id [16]byte
			var seq int64
			_, err := pgx.ForEachRow(rows, []any{&id, &seq}, func() error {
				out[id] = seq
				return nil
			})
			return err
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the numbers of writes: %w", err)
	}
	return out, nil
}
