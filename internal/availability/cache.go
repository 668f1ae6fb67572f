package availability

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Staleness is how old what is shown may be when no word of a change arrived.
// The write path trusts none of it.
const Staleness = time.Minute

// cached is what this process remembers of one business. A change raises its
// generation, so that a load which began before the change is not kept.
type cached struct {
	generation atomic.Int64 // of everything
	bookings   atomic.Int64 // of what is taken

	loading chan struct{} // held by the one that loads

	mu       sync.RWMutex
	log      []commit // the latest that were followed, see follow
	snapshot *Snapshot
	snapGen  int64
	snapAt   time.Time
	frame    *Calendar
	frameGen [2]int64
	parts    []*Calendar // of a few days each, all of partsGen
	partsGen [2]int64
}

// A question for a few days of a business whose bookings have just changed does
// not wait for the whole calendar to be read: only its days are, and remembered
// beside others. After so many of them the whole is worth it.
const (
	partDays  = 7
	mostParts = 4
)

// Calendar is a business's bookable time with what is taken in it: the days from
// yesterday to the end of the booking window. It is shared and never changed.
type Calendar struct {
	*Snapshot
	Frame    *Frame
	From, To clock.Date            // the days, both included
	serial   uint64                // another one for each load, and for each change since
	young    map[[16]byte]struct{} // owners among what was read who may be told of again, see follow
	at       time.Time
	until    time.Time // the earliest expiry inside, at the latest at + Staleness
}

// beyondTimeout bounds a read that several wait for.
const beyondTimeout = 5 * time.Second

// store remembers the businesses that are asked for; the least used go first.
type store struct {
	db    *pg.DB
	clock clock.Clock
	slots *otter.Cache[business.ID, *cached]
	loads atomic.Uint64 // of calendars
	reads singleflight.Group
}

func newStore(db *pg.DB, clk clock.Clock, businesses int) *store {
	return &store{db: db, clock: clk, slots: otter.Must(&otter.Options[business.ID, *cached]{MaximumSize: businesses})}
}

func (s *store) slot(bid business.ID) *cached {
	if c, ok := s.slots.GetIfPresent(bid); ok {
		return c
	}
	c, _ := s.slots.SetIfAbsent(bid, &cached{loading: make(chan struct{}, 1)})
	return c
}

// scheduleChanged forgets everything of a business, bookingsChanged what is taken.
func (s *store) scheduleChanged(bid business.ID) { s.slot(bid).generation.Add(1) }
func (s *store) bookingsChanged(bid business.ID) { s.slot(bid).bookings.Add(1) }
func (s *store) forgetAll()                      { s.slots.InvalidateAll() }

// alone waits for the right to load; the returned function gives it back.
func (c *cached) alone(ctx context.Context) (func(), error) {
	select {
	case c.loading <- struct{}{}:
		return func() { <-c.loading }, nil
	case <-ctx.Done():
		return nil, pg.Translate(ctx.Err())
	}
}

func (c *cached) freshSnapshot(now time.Time) *Snapshot {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.snapshot != nil && c.snapGen == c.generation.Load() && now.Sub(c.snapAt).Abs() < Staleness {
		return c.snapshot
	}
	return nil
}

func (c *cached) freshCalendar(now time.Time) *Calendar {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k := c.frame
	if k != nil && c.frameGen == c.generations() && !now.Before(k.at) && now.Before(k.until) {
		return k
	}
	return nil
}

// freshPart is a remembered part that has the days.
func (c *cached) freshPart(from, to clock.Date, now time.Time) *Calendar {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.partsGen != c.generations() {
		return nil
	}
	for _, k := range c.parts {
		if !from.Before(k.From) && !to.After(k.To) && !now.Before(k.at) && now.Before(k.until) {
			return k
		}
	}
	return nil
}

// keep remembers a part that was read in a generation, as it is now.
func (c *cached) keep(s *store, k *Calendar, g [2]int64, now time.Time) *Calendar {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, g, ok := c.caughtUp(s, k, g)
	if !ok {
		return k
	}
	if c.partsGen != g {
		c.parts = nil
	}
	kept := make([]*Calendar, 0, mostParts) // readers may hold the old ones
	for _, p := range c.parts {
		if now.Before(p.until) {
			kept = append(kept, p)
		}
	}
	c.parts, c.partsGen = append(kept, k), g
	return k
}

// full tells whether as many parts are remembered as may be.
func (c *cached) full() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.partsGen == c.generations() && len(c.parts) >= mostParts
}

func (c *cached) generations() [2]int64 { return [2]int64{c.generation.Load(), c.bookings.Load()} }

// snapshot is the schedule of a business, from memory or from the database.
func (s *store) snapshot(ctx context.Context, bid business.ID) (*Snapshot, error) {
	c := s.slot(bid)
	if snap := c.freshSnapshot(s.clock.Now()); snap != nil {
		return snap, nil
	}
	done, err := c.alone(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return s.loadSnapshot(ctx, c, bid)
}

// loadSnapshot is called by the one that loads.
func (s *store) loadSnapshot(ctx context.Context, c *cached, bid business.ID) (*Snapshot, error) {
	now := s.clock.Now()
	if snap := c.freshSnapshot(now); snap != nil {
		return snap, nil
	}
	g := c.generation.Load()
	snap, err := loadSnapshot(ctx, s.db, bid, now)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.snapshot, c.snapGen, c.snapAt = snap, g, now
	return snap, nil
}

// calendar is the bookable time of a business, from memory or from the database.
func (s *store) calendar(ctx context.Context, bid business.ID) (*Calendar, error) {
	c := s.slot(bid)
	if k := c.freshCalendar(s.clock.Now()); k != nil {
		return k, nil
	}
	done, err := c.alone(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	now := s.clock.Now()
	if k := c.freshCalendar(now); k != nil {
		return k, nil
	}
	g := c.generations()
	snap, err := s.loadSnapshot(ctx, c, bid)
	if err != nil {
		return nil, err
	}
	from, to := snap.reach(now)
	k, err := s.loadCalendar(ctx, snap, from, to, now)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k, g, ok := c.caughtUp(s, k, g)
	if ok {
		c.frame, c.frameGen = k, g
	}
	return k, nil
}

// covering is a calendar that has the days: the whole one, or a part that was
// read for them. Days outside of the whole are not looked for.
func (s *store) covering(ctx context.Context, bid business.ID, from, to clock.Date) (*Calendar, error) {
	c := s.slot(bid)
	now := s.clock.Now()
	if k := c.freshCalendar(now); k != nil {
		return k, nil
	}
	days := to.DaysSince(from) + 1
	if days < 1 || days > partDays || c.full() {
		return s.calendar(ctx, bid)
	}
	if k := c.freshPart(from, to, now); k != nil {
		return k, nil
	}
	snap, err := s.snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	if first, last := snap.reach(now); from.Before(first) || to.After(last) {
		return s.calendar(ctx, bid)
	}
	return s.part(ctx, c, bid, from, to)
}

// part reads the days, once for all who wait for them.
func (s *store) part(ctx context.Context, c *cached, bid business.ID, from, to clock.Date) (*Calendar, error) {
	done, err := c.alone(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	now := s.clock.Now()
	if k := c.freshCalendar(now); k != nil {
		return k, nil
	}
	if k := c.freshPart(from, to, now); k != nil {
		return k, nil
	}
	g := c.generations()
	snap, err := s.loadSnapshot(ctx, c, bid)
	if err != nil {
		return nil, err
	}
	k, err := s.loadCalendar(ctx, snap, from, to, now)
	if err != nil {
		return nil, err
	}
	return c.keep(s, k, g, now), nil
}

// reach is the first and the last day of a calendar that is loaded now.
func (s *Snapshot) reach(now time.Time) (first, last clock.Date) {
	// The last of the time until which it is shown.
	return clock.DateOf(now.In(s.Zone)).AddDays(-1), s.LastDate(now.Add(Staleness))
}

func (s *store) loadCalendar(ctx context.Context, snap *Snapshot, from, to clock.Date, now time.Time) (*Calendar, error) {
	k := &Calendar{Snapshot: snap, serial: s.loads.Add(1), From: from, To: to, at: now, until: now.Add(Staleness)}
	days := k.To.DaysSince(k.From) + 1
	var err error
	if k.Frame, err = snap.Frame(k.From, days, Freedom{}); err != nil {
		return nil, err
	}
	var taken []Taken
	expiry, err := s.occupy(ctx, snap, k.Frame, now, &taken, func(b *pg.Batch) {
		begin, end := k.Frame.Reach()
		QueueBusy(b, snap.Business.ID, begin, end, &taken)
	})
	if err != nil {
		return nil, err
	}
	k.young = youngAmong(taken, now)
	if expiry != nil && expiry.Before(k.until) {
		k.until = *expiry
	}
	if resumes := snap.nextResume(now); !resumes.IsZero() && resumes.Before(k.until) {
		k.until = resumes
	}
	return k, nil
}

// beyond is days that no calendar has, as far as starts of a plan look at them. It
// is remembered by nobody, but who asks the same meanwhile gets the same, unless
// a change was heard of in between.
func (s *store) beyond(ctx context.Context, k *Calendar, from clock.Date, days int, p *Plan, now time.Time) (*Frame, error) {
	f, err := k.Snapshot.Frame(from, days, Freedom{})
	if err != nil {
		return nil, fmt.Errorf("frame of %s: %w", from, err)
	}
	begin, end := f.reachOf(p)
	key := fmt.Sprint(k.Business.ID, k.Version, s.slot(k.Business.ID).generations(), from, days, begin.Unix(), end.Unix())
	shared, err, _ := s.reads.Do(key, func() (any, error) {
		all, stop := context.WithTimeout(context.WithoutCancel(ctx), beyondTimeout) // one who goes away leaves the others
		defer stop()
		var taken []Taken
		_, err := s.occupy(all, k.Snapshot, f, now, &taken, func(b *pg.Batch) {
			queueSpans(b, k.Business.ID, begin, end, &taken)
		})
		return f, err
	})
	if err != nil {
		return nil, err
	}
	return shared.(*Frame), nil //nolint:errcheck,forcetypeassert // the function gives nothing else
}

// occupy marks in a frame of customers what is taken, as queue has it read, and
// what they are not given at now; it returns the earliest expiry inside, nil when
// there is none.
func (s *store) occupy(ctx context.Context, snap *Snapshot, f *Frame, now time.Time, taken *[]Taken, queue func(*pg.Batch)) (*time.Time, error) {
	var b pg.Batch
	queue(&b)
	var arrivals []Arrival
	snap.queueArrivals(&b, f, now, &arrivals)
	var given []Given
	snap.QueueGiven(&b, now, &given)
	if err := s.db.ReadTenant(ctx, snap.Business.ID, &b); err != nil {
		return nil, err
	}
	snap.Restrict(f, now)
	snap.Limit(f, arrivals, now)
	snap.Recall(f, given)
	snap.Occupy(f, *taken, now, nil)
	var earliest *time.Time
	see := func(expires *time.Time) {
		if expires != nil && expires.After(now) && (earliest == nil || expires.Before(*earliest)) {
			earliest = expires
		}
	}
	for _, t := range *taken {
		see(t.ExpiresAt)
	}
	for _, a := range arrivals {
		see(a.ExpiresAt)
	}
	return earliest, nil
}
