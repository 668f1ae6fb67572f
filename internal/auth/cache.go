package auth

import (
	"context"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// cache keeps answers for a while and asks once for many who wait. What was
// dropped while an answer was on its way is not kept and not given to anybody
// who comes after the drop.
type cache[V any] struct {
	clock   clock.Clock
	life    time.Duration
	room    int // entries
	flights singleflight.Group

	mu      sync.Mutex
	epoch   int64 // counts the drops
	entries map[string]cached[V]
}

// loadTimeout ends what no caller's context does.
const loadTimeout = 5 * time.Second

type cached[V any] struct {
	value V
	until time.Time
}

func newCache[V any](clk clock.Clock, life time.Duration, room int) *cache[V] {
	return &cache[V]{clock: clk, life: life, room: room, entries: map[string]cached[V]{}}
}

// get gives the kept answer, or loads it; load tells whether to keep it. An
// error is not kept. Load is shared with other callers: its context does not
// end with that of any of them.
func (c *cache[V]) get(ctx context.Context, key string, load func(context.Context) (v V, keep bool, err error)) (V, error) {
	now := c.clock.Now()
	v, ok, epoch := c.kept(key, now)
	if ok {
		return v, nil
	}
	got, err, _ := c.flights.Do(key+strconv.FormatInt(epoch, 10), func() (any, error) {
		if v, ok, _ := c.kept(key, now); ok { // another flight landed since we looked
			return v, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		v, keep, err := load(ctx)
		if err == nil && keep {
			c.put(key, v, now, epoch)
		}
		return v, err
	})
	v, _ = got.(V)
	return v, err
}

// kept is the answer that is still good, and the epoch in which it was looked for.
func (c *cache[V]) kept(key string, now time.Time) (v V, ok bool, epoch int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	return e.value, ok && now.Before(e.until), c.epoch
}

func (c *cache[V]) put(key string, v V, now time.Time, epoch int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch != epoch {
		return
	}
	if len(c.entries) >= c.room {
		c.evict(now)
	}
	c.entries[key] = cached[V]{value: v, until: now.Add(c.life)}
}

// evict removes what has run out among a few entries, and one of them in any case.
func (c *cache[V]) evict(now time.Time) {
	const probes = 8
	seen := 0
	for k, e := range c.entries {
		if seen++; seen == 1 || !now.Before(e.until) {
			delete(c.entries, k)
		}
		if seen == probes {
			return
		}
	}
}

// drop forgets what matches, and what is being loaded.
func (c *cache[V]) drop(match func(V) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	for k, e := range c.entries {
		if match(e.value) {
			delete(c.entries, k)
		}
	}
}
