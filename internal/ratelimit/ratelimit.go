package ratelimit

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Limit is how often: Requests a Per in the long run, at most Burst at once.
type Limit struct {
	Requests int           // at least 1
	Per      time.Duration // at least Requests microseconds
	Burst    int           // Requests when 0
}

// PerMinute allows n a minute, all of them at once if need be.
func PerMinute(n int) Limit { return Limit{Requests: n, Per: time.Minute, Burst: n} }

// Result is the answer to one attempt, with what the headers tell.
type Result struct {
	Allowed    bool
	Limit      int           // the burst: what Remaining counts down from
	Remaining  int           // how many more would be allowed right now
	RetryAfter time.Duration // when refused: after this long it would be allowed; else 0
	Reset      time.Duration // when Remaining is back at Limit
}

// shards spread the keys over locks; a power of two.
const shards = 16

// probes is how many other keys a new one looks at to forget what is paid off.
const probes = 8

// Limiter keeps one limit for many keys. It is safe for concurrent use.
type Limiter[K comparable] struct {
	clock    clock.Clock
	limit    Limit
	interval time.Duration // what one attempt costs
	debt     time.Duration // how much a key may owe
	room     int           // keys of one shard
	seed     maphash.Seed
	shards   [shards]shard[K]
}

type shard[K comparable] struct {
	mu   sync.Mutex
	paid map[K]int64 // when the key owes nothing, in nanoseconds of Unix time
}

// New makes a limiter that remembers about maxKeys keys at most (100,000 when
// 0). A limit below one request is a programmer's error: configuration is
// validated where it enters.
func New[K comparable](clk clock.Clock, limit Limit, maxKeys int) *Limiter[K] {
	if limit.Burst == 0 {
		limit.Burst = limit.Requests
	}
	if limit.Requests < 1 || limit.Burst < 1 || limit.Per < time.Duration(limit.Requests) {
		panic("ratelimit: a limit allows at least one request")
	}
	if maxKeys <= 0 {
		maxKeys = 100_000
	}
	interval := limit.Per / time.Duration(limit.Requests)
	l := &Limiter[K]{
		clock: clk, limit: limit, interval: interval, debt: interval * time.Duration(limit.Burst),
		room: max(1, maxKeys/shards), seed: maphash.MakeSeed(),
	}
	for i := range l.shards {
		l.shards[i].paid = make(map[K]int64)
	}
	return l
}

// Policy is the limit that is kept.
func (l *Limiter[K]) Policy() Limit { return l.limit }

// Allow counts one attempt of the key, unless it is refused.
func (l *Limiter[K]) Allow(key K) Result {
	now := l.clock.Now().UnixNano()
	s := &l.shards[maphash.Comparable(l.seed, key)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	paid, known := s.paid[key]
	// What is owed lies between nothing and the whole debt, also after the clock was set back.
	owed := min(max(0, time.Duration(paid-now)), l.debt)
	if !known {
		owed = 0
	}
	if owed+l.interval > l.debt {
		return l.result(false, owed)
	}
	if !known {
		s.makeRoom(now, l.room)
	}
	owed += l.interval
	s.paid[key] = now + int64(owed)
	return l.result(true, owed)
}

func (l *Limiter[K]) result(allowed bool, owed time.Duration) Result {
	r := Result{Allowed: allowed, Limit: l.limit.Burst, Remaining: int((l.debt - owed) / l.interval), Reset: owed}
	if !allowed {
		r.RetryAfter = owed + l.interval - l.debt
	}
	return r
}

// Len is how many keys are remembered.
func (l *Limiter[K]) Len() int {
	n := 0
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		n += len(s.paid)
		s.mu.Unlock()
	}
	return n
}

// makeRoom forgets what is paid off among a few keys, and when the shard is
// full and all of them owe something, the one that owes least.
func (s *shard[K]) makeRoom(now int64, room int) {
	var least K
	owing, seen := false, 0
	for k, paid := range s.paid { // in an order that differs each time
		switch {
		case paid <= now:
			delete(s.paid, k)
		case !owing || paid < s.paid[least]:
			least, owing = k, true
		}
		if seen++; seen == probes {
			break
		}
	}
	if len(s.paid) >= room {
		delete(s.paid, least)
	}
}

// Network is the key of an address: itself for IPv4, its /64 for IPv6, where
// one customer owns that many addresses.
func Network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = 32
	}
	p, err := a.Prefix(bits)
	if err != nil { // no address: all of them share one key
		return netip.Prefix{}
	}
	return p
}
