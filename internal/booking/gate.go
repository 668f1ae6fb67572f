package booking

import (
	"context"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// One hot slot must starve nobody: of one business only so many writers hold a
// connection at once and only so many wait, before any connection is taken.
const (
	writersPerBusiness = 4
	waitersPerBusiness = 400
	retryAfterBusy     = time.Second
)

// gate admits the writers of each business.
type gate struct {
	mu    sync.Mutex
	doors map[business.ID]*door
}

type door struct {
	places chan struct{}
	inside int // writers inside and waiting
}

func newGate() *gate { return &gate{doors: map[business.ID]*door{}} }

// enter waits for a place and returns the function that leaves it. ErrBusy when
// too many wait already.
func (g *gate) enter(ctx context.Context, bid business.ID) (leave func(), err error) {
	g.mu.Lock()
	d := g.doors[bid]
	if d == nil {
		d = &door{places: make(chan struct{}, writersPerBusiness)}
		g.doors[bid] = d
	}
	if d.inside >= writersPerBusiness+waitersPerBusiness {
		g.mu.Unlock()
		return nil, ErrBusy
	}
	d.inside++
	g.mu.Unlock()
	select {
	case d.places <- struct{}{}:
		return func() { <-d.places; g.gone(bid, d) }, nil
	case <-ctx.Done():
		g.gone(bid, d)
		return nil, pg.Translate(ctx.Err())
	}
}

func (g *gate) gone(bid business.ID, d *door) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d.inside--; d.inside == 0 {
		delete(g.doors, bid)
	}
}
