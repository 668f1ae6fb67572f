package availability

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
)

// This file is how what is remembered of a business follows a booking of this
// process without being read anew: a busy shop is asked for its free times as
// often as it is booked.

// Follow is BookingsChanged for a caller who knows all that its commit changed:
// it took the list, until it expires where expires is given, after it had got k
// from the service. What was read before the commit began takes the list in;
// what may or may not have the commit in it is forgotten.
func (s *Service) Follow(k *Calendar, list []Allocation, expires *time.Time) {
	s.store.follow(k, takenOf(list, expires), expires)
}

// Beside is the frame of a calendar with more taken.
func (s *Service) Beside(k *Calendar, list []Allocation) *Frame {
	return k.with(s.store, takenOf(list, nil), nil).Frame
}

func takenOf(list []Allocation, expires *time.Time) []Taken {
	taken := make([]Taken, len(list))
	for i, a := range list {
		taken[i] = Taken{ResourceID: a.ResourceID, Unit: a.Unit, StartsAt: a.StartsAt, EndsAt: a.EndsAt, ExpiresAt: expires}
	}
	return taken
}

func (s *store) follow(k *Calendar, taken []Taken, expires *time.Time) {
	c := s.slot(k.Business.ID)
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.generations()
	next := [2]int64{g[0], g[1] + 1} // whoever began to read before the commit may have missed it
	if !c.bookings.CompareAndSwap(g[1], next[1]) {
		c.bookings.Add(1)
		return
	}
	if !k.knowable() {
		return
	}
	after := func(old *Calendar) *Calendar { return old.with(s, taken, expires) }
	if c.frame != nil && c.frameGen == g && c.frame.read <= k.read {
		c.frame, c.frameGen = after(c.frame), next
	}
	if c.partsGen != g {
		return
	}
	parts := make([]*Calendar, 0, mostParts) // readers may hold the old ones
	for _, p := range c.parts {
		if p.read <= k.read {
			parts = append(parts, after(p))
		}
	}
	c.parts, c.partsGen = parts, next
}

// knowable tells whether what a booking changes follows from what it takes: not
// where customers are counted, or take turns by the numbers that the database gives.
func (k *Calendar) knowable() bool {
	return k.read > 0 && !k.limited() && k.Business.Fairness != business.RoundRobin
}

// with is the calendar with more taken; itself where none of it lies in its days.
func (k *Calendar) with(s *store, taken []Taken, expires *time.Time) *Calendar {
	from, to := k.Frame.Reach()
	var mine []Taken
	for _, t := range taken {
		if t.StartsAt.Before(to) && t.EndsAt.After(from) {
			mine = append(mine, t)
		}
	}
	if len(mine) == 0 {
		return k
	}
	next, frame := *k, *k.Frame
	next.serial = s.loads.Add(1)
	frame.Resources = slices.Clone(frame.Resources)
	for _, t := range mine {
		if i, ok := k.index[t.ResourceID]; ok {
			frame.Resources[i].own()
		}
	}
	k.Snapshot.Occupy(&frame, mine, s.clock.Now(), nil)
	next.Frame = &frame
	if expires != nil && expires.Before(next.until) {
		next.until = *expires
	}
	return &next
}

// own gives a resource that was copied memory of its own for what is taken.
func (r *Resource) own() {
	r.Busy, r.Load = slices.Clone(r.Busy), slices.Clone(r.Load)
	for u := range r.Busy {
		r.Busy[u] = slices.Clone(r.Busy[u])
	}
}
