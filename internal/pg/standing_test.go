package pg_test

import (
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

func TestStand_TellsTheVersionAndByHowMuchTheClocksDiffer(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour} {
		s, err := pg.Stand(t.Context(), db, func() time.Time { return clock.System{}.Now().Add(ahead) })
		if err != nil || s.Version == "" || s.Took < 0 {
			t.Fatalf("%+v: %v", s, err)
		}
		if off := (s.Skew - ahead).Abs(); off > time.Minute {
			t.Errorf("our clock is %s ahead, found: %s", ahead, s.Skew)
		}
	}
}

func TestMigrations_ThoseThatWereMade(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	steps, err := pg.Migrations(t.Context(), db)
	if err != nil || len(steps) < 5 || steps[0].Version != 1 || steps[0].Name != "platform" {
		t.Fatalf("%+v: %v", steps, err)
	}
	for i, m := range steps {
		if !m.Applied || m.Version != int64(i+1) {
			t.Errorf("step %+v of a database that was migrated", m)
		}
	}
}
