package flag

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Life is how long a process goes by what it read of the flags.
const Life = 20 * time.Second

const (
	// pause is how long to leave the database alone after a read that failed.
	pause = 5 * time.Second
	// patience is how long a caller waits for a read.
	patience = 2 * time.Second
)

// Service knows how far flags are on. It is safe for concurrent use.
type Service struct {
	db      *pg.DB
	clock   clock.Clock
	log     *slog.Logger
	current atomic.Pointer[snapshot]
	reading sync.Mutex
}

// New makes the service; it reads at the first question. A nil log is none.
func New(db *pg.DB, clk clock.Clock, log *slog.Logger) *Service {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{db: db, clock: clk, log: log}
}

// On tells whether the flag is on for the business. It never fails: without
// PostgreSQL what was last known holds, and off where nothing is known.
func (s *Service) On(ctx context.Context, f *Flag, business [16]byte) bool {
	x := s.known(ctx).of(f.Name)
	return x.on(f, business)
}

// Require answers ErrOff unless the flag is on for the business.
func (s *Service) Require(ctx context.Context, f *Flag, business [16]byte) error {
	if !s.On(ctx, f, business) {
		return ErrOff
	}
	return nil
}

// Features are the names of the flags that are on for the business, sorted.
func (s *Service) Features(ctx context.Context, business [16]byte) []string {
	known := s.known(ctx)
	out := []string{}
	for _, f := range All() {
		if x := known.of(f.Name); x.on(f, business) {
			out = append(out, f.Name)
		}
	}
	return out
}

// known is the snapshot, read anew when it is too old. Many who ask at once wait
// for one read.
func (s *Service) known(ctx context.Context) *snapshot {
	if x := s.current.Load(); x != nil && s.clock.Now().Before(x.until) {
		return x
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	x := s.current.Load()
	now := s.clock.Now()
	if x != nil && now.Before(x.until) { // read while we waited
		return x
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	rows, err := s.read(ctx)
	until := now.Add(Life)
	if err != nil {
		s.log.WarnContext(ctx, "flags not read: going by what was last known", "error", err)
		until = now.Add(pause)
	}
	return s.learn(rows, until)
}

// learn publishes what was read or written.
func (s *Service) learn(rows []State, until time.Time) *snapshot {
	for {
		before := s.current.Load()
		if until.IsZero() && before != nil { // a write tells of one flag only
			until = before.until
		}
		after := before.with(rows, until)
		if s.current.CompareAndSwap(before, after) {
			return after
		}
	}
}
