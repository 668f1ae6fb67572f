package sim_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// TestSim plays one shop for a year
func TestSim_Try(t *testing.T) {
	t.Parallel()
	seed := uint64(1)
	if v := os.Getenv("SIM_SEED"); v != "" {
		seed, _ = strconv.ParseUint(v, 10, 64)
	}
	days := pgtest.Rounds(5, 30)
	if v := os.Getenv("SIM_DAYS"); v != "" {
		days, _ = strconv.Atoi(v)
	}
	began := time.Now()
	w := newWorld(t, story{seed: seed, begin: clock.Date{Year: 2027, Month: time.October, Day: 1}, days: days, shops: []plan{salon(), clinic(), bar(), abroad()}})
	setup := time.Since(began)
	w.play()
	w.checkEnd()
	t.Logf("setup %s all %s: %s", setup, time.Since(began), w.summary())
}

func (w *world) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d calls, %d jobs, %d bookings, digest %s\n", w.calls, w.queue.worked, len(w.records), w.journal.digest())
	for _, k := range slices.Sorted(maps.Keys(w.tally)) {
		fmt.Fprintf(&b, "  %6d %s\n", w.tally[k], k)
	}
	return b.String()
}
