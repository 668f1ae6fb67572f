package booking

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// A write whose answer was lost may have been committed: what is remembered of
// the business is dropped, here and elsewhere, as after one that was.
func TestWrite_OutcomeUnknown_TellsOfAChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		told int
	}{
		"committed": {nil, 1}, "answer lost": {pg.Unavailable.Because(errors.New("connection reset")), 1},
		"caller gone": {fmt.Errorf("commit: %w", context.Canceled), 1}, "refused": {ErrSlotTaken, 0},
	} {
		told := 0
		clk := clock.System{}
		s := New(nil, clk, nil, availability.New(nil, clk), func(business.ID) { told++ })
		err := s.write(t.Context(), business.ID{1}, func(context.Context) error { return c.err })
		if !errors.Is(err, c.err) || told != c.told {
			t.Errorf("%s: told %d times, want %d: %v", name, told, c.told, err)
		}
	}
}
