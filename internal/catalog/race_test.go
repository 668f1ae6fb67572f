package catalog_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

func TestUpdateService_OfManyWhoReadOneVersion_OneChangesIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	s := b.service("カット", catalog.RequirementInput{Kind: catalog.Staff})
	const rivals = 12
	results := make([]error, rivals)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range rivals {
		wg.Go(func() {
			<-start
			_, results[i] = b.catalog.UpdateService(t.Context(), owner, b.shop, s.ID, 1, catalog.UpdateServiceInput{
				Price:        new(money.Yen(int64(1000 + i))),
				Requirements: []catalog.RequirementInput{{Kind: catalog.Staff}, {Kind: catalog.Seat}},
			})
		})
	}
	close(start)
	wg.Wait()
	won := 0
	for i, err := range results {
		switch {
		case err == nil:
			won++
			if got, err := b.catalog.Service(t.Context(), b.shop, s.ID); err != nil || got.Price != int64(1000+i) || got.Version != 2 || len(got.Requirements) != 2 {
				t.Errorf("the winner is %d, but: %+v, %v", i, got, err)
			}
		case !errors.Is(err, business.ErrStale):
			t.Errorf("rival %d: %v", i, err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d won", won, rivals)
	}
	// The schedule's version and the trail count what was done, not what was tried.
	if got := b.texts(`SELECT (SELECT version FROM schedule_versions)::text || ' ' || (SELECT count(*) FROM audit_entries)::text`); got[0] != "3 2" {
		t.Errorf("schedule version and audit entries: %s, want 3 2", got[0])
	}
}
