package business

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Lookups by slug are remembered so long: a suspension shows everywhere within it.
const (
	rememberSlugs   = 30 * time.Second
	rememberedSlugs = 10_000
)

// Completeness names the fields that a business lacks for being shown to
// customers. The packages that know them bring theirs.
type Completeness func(ctx context.Context, tx *pg.Tx, bid ID) (lacking []string, err error)

// Service founds, changes, judges and finds businesses.
type Service struct {
	db       *pg.DB
	clock    clock.Clock
	changer  *Changer
	complete []Completeness
	slugs    *otter.Cache[string, Public]
	changes  atomic.Int64 // of slugs, so that a read that began before one is not remembered
}

// New makes the service; complete is what a business needs beyond its own
// fields before it can be submitted.
func New(db *pg.DB, clk clock.Clock, changer *Changer, complete ...Completeness) *Service {
	return &Service{
		db: db, clock: clk, changer: changer, complete: complete,
		slugs: otter.Must(&otter.Options[string, Public]{
			MaximumSize: rememberedSlugs, ExpiryCalculator: otter.ExpiryWriting[string, Public](rememberSlugs),
		}),
	}
}

// Get reads a business; not_found when there is none.
func (s *Service) Get(ctx context.Context, bid ID) (*Business, error) {
	var out Business
	var found bool
	var b pg.Batch
	QueueByID(&b, bid, &out, &found)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	return &out, nil
}
