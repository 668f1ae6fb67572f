package pg_test

import (
	"context"
	"testing"

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
