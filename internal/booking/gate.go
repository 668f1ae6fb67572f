package booking

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
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
	places  chan struct{}
	inside  int // writers inside and waiting
	mu      sync.Mutex
	planned []*pass // by those inside
}

// A pass is of one writer inside: what it is about to take is seen by the others,
// who choose something else where they can, as they would lose against it.
type pass struct {
	gate  *gate
	door  *door
	bid   business.ID
	taken []availability.Allocation
}

// choose plans with what the others inside are about to take, and has them see
// what comes of it. It is forgotten when the pass is given back.
func (p *pass) choose(fn func(others []availability.Allocation) ([]availability.Allocation, error)) error {
	p.door.mu.Lock()
	defer p.door.mu.Unlock()
	var others []availability.Allocation
	for _, x := range p.door.planned {
		if x != p {
			others = append(others, x.taken...)
		}
	}
	taken, err := fn(others)
	if err != nil {
		return err
	}
	p.taken = taken
	if !slices.Contains(p.door.planned, p) {
		p.door.planned = append(p.door.planned, p)
	}
	return nil
}

// leave gives the pass back.
func (p *pass) leave() {
	p.door.mu.Lock()
	p.door.planned = slices.DeleteFunc(p.door.planned, func(x *pass) bool { return x == p })
	p.door.mu.Unlock()
	<-p.door.places
	p.gate.gone(p.bid, p.door)
}

func newGate() *gate { return &gate{doors: map[business.ID]*door{}} }

// enter waits for a place. ErrBusy when too many wait already.
func (g *gate) enter(ctx context.Context, bid business.ID) (*pass, error) {
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
		return &pass{gate: g, door: d, bid: bid}, nil
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
