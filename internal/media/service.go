package media

import (
	"context"
	"regexp"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// decodeMemory is what all pictures that are decoded at once may take. One that
// needs more by itself has all of it.
const decodeMemory = 128 << 20

// mostWaiting is how many uploads may wait for memory; each holds its file meanwhile.
const mostWaiting = 8

// Service keeps photos. It is safe for concurrent use.
type Service struct {
	db      *pg.DB
	clock   clock.Clock
	changer *business.Changer
	blobs   Blobs
	memory  *semaphore.Weighted
	waiting atomic.Int64
}

// New makes the service over the place where files lie.
func New(db *pg.DB, clk clock.Clock, changer *business.Changer, blobs Blobs) *Service {
	return &Service{db: db, clock: clk, changer: changer, blobs: blobs, memory: semaphore.NewWeighted(decodeMemory)}
}

// reserve waits for the memory that a picture may take, and answers how to give it back.
func (s *Service) reserve(ctx context.Context, weight int64) (release func(), err error) {
	weight = min(weight, decodeMemory)
	defer s.waiting.Add(-1)
	if s.waiting.Add(1) > mostWaiting {
		return nil, errBusy
	}
	if err := s.memory.Acquire(ctx, weight); err != nil {
		return nil, errBusy.Because(err)
	}
	return func() { s.memory.Release(weight) }, nil
}

// OfShop are the photos of the shop itself, in their order: at most MaxOfShop.
func (s *Service) OfShop(ctx context.Context, bid business.ID) ([]Photo, error) {
	var out []Photo
	var b pg.Batch
	QueueOfShop(&b, bid, &out)
	return out, s.db.ReadTenant(ctx, bid, &b)
}

// One reads a photo; not_found for none.
func (s *Service) One(ctx context.Context, bid business.ID, t Target) (*Photo, error) {
	var out Photo
	var found bool
	var b pg.Batch
	t.queue(&b, bid, &out, &found)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	return &out, nil
}

// fileName is the form of the names of files: nothing else is looked for.
var fileName = regexp.MustCompile(`^[0-9a-f]{64}-[1-9][0-9]{0,3}\.jpg$`)

// Open reads a file by its name in an address; ErrNoBlob for none. It asks nobody
// who is allowed to: whoever knows the name was shown it.
func (s *Service) Open(ctx context.Context, file string) (Blob, error) {
	if !fileName.MatchString(file) {
		return nil, ErrNoBlob
	}
	return s.blobs.Open(ctx, file)
}
