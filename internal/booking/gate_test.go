package booking_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// One hot shop starves nobody: beyond 4 writers and 400 who wait, the next are
// told at once to come again, and another shop is served meanwhile.
func TestGate_TooManyForOneShop_AreToldAtOnceAndOthersAreServed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := s.another()
	s.staff(1)
	other.staff(1)
	svc, theirs := s.menu(60, 5500, need{kind: catalog.Staff}), other.menu(60, 5500, need{kind: catalog.Staff})
	s.offered(svc, at(1, 14, 0))
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	const extra = 16
	err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
		var b pg.Batch
		business.ScheduleChanged(&b, s.id) // an owner who edits keeps everybody waiting
		if err := tx.Run(context.Background(), &b); err != nil {
			return err
		}
		var told atomic.Int32
		served := make(chan error, 1)
		got := atOnce(404+extra, func(int) error {
			_, err := s.service.Create(ctx, guest, s.id, wish(svc, at(1, 14, 0)), nil)
			if f, ok := fault.As(err); ok && f.Code == "unavailable" && f.RetryAfter > 0 && told.Add(1) == extra {
				_, err := other.book(wish(theirs, at(1, 14, 0)))
				served <- err
				leave()
			}
			return err
		})
		if err := <-served; err != nil {
			t.Errorf("another shop: %v", err)
		}
		if got["unavailable"] != extra || got["unforeseen: context canceled"]+got["unavailable"] < 404 {
			t.Errorf("outcomes %v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.book(wish(svc, at(1, 14, 0))); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
