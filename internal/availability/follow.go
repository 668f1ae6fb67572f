package availability

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// This file is how what is remembered of a business follows a booking of this
// process without being read anew: a busy shop is asked for its free times as
// often as it is booked.

// A commit is what one of this process's bookings or holds took.
type commit struct {
	generation int64 // of what is taken, that it made
	owner      [16]byte
	taken      []Taken
	expires    *time.Time
}

// What is read and what is told meet: a calendar may be read while bookings are
// committed, and be told of one that it has read already. Ids are made of their
// time, so that only the youngest of the owners that were read need be known.
const (
	youth      = time.Minute // longer than any transaction takes
	mostInARow = 32          // commits during one read
)

// Follow is BookingsChanged for a caller who knows all that its commit changed at
// a business: the owner took the list, until it expires where expires is given.
// An owner who took nothing new, as it took a hold's over, gives an empty list.
func (s *Service) Follow(bid business.ID, owner Owner, list []Allocation, expires *time.Time) {
	s.store.follow(bid, commit{owner: owner.id(), taken: takenOf(list, expires), expires: expires})
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

func (o Owner) id() [16]byte {
	if o.Booking != nil {
		return *o.Booking
	}
	return *o.Hold
}

func (s *store) follow(bid business.ID, x commit) {
	c := s.slot(bid)
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.generations()
	next := [2]int64{g[0], g[1] + 1}
	old := id.Time(x.owner).Before(s.clock.Now().Add(-youth / 2)) // it may have been read and not be known as young
	if old || !c.bookings.CompareAndSwap(g[1], next[1]) {
		c.bookings.Add(1)
		return
	}
	x.generation = next[1]
	if len(c.log) == mostInARow {
		c.log = slices.Delete(c.log, 0, 1)
	}
	c.log = append(c.log, x)
	if k := c.frame; k != nil && c.frameGen == g && k.knowable() {
		c.frame, c.frameGen = k.following(s, &x), next
	}
	if c.partsGen != g {
		return
	}
	parts := make([]*Calendar, 0, mostParts) // readers may hold the old ones
	for _, p := range c.parts {
		if p.knowable() {
			parts = append(parts, p.following(s, &x))
		}
	}
	c.parts, c.partsGen = parts, next
}

// caughtUp is a calendar that was read in generation g, and the generation that
// it is of with the commits since; false where not all of them are known.
func (c *cached) caughtUp(s *store, k *Calendar, g [2]int64) (*Calendar, [2]int64, bool) {
	now := c.generations()
	if now == g {
		return k, g, true
	}
	missed := now[1] - g[1]
	if now[0] != g[0] || !k.knowable() || missed > int64(len(c.log)) {
		return k, g, false
	}
	latest := c.log[int64(len(c.log))-missed:]
	for i := range latest {
		if latest[i].generation != g[1]+1+int64(i) {
			return k, g, false
		}
	}
	for i := range latest {
		k = k.following(s, &latest[i])
	}
	return k, now, true
}

// knowable tells whether what a commit changes follows from what it takes: not
// where customers are counted, or take turns by the numbers that the database gives.
func (k *Calendar) knowable() bool { return !k.limited() && k.Business.Fairness != business.RoundRobin }

// following is the calendar with a commit, unless it was read with it.
func (k *Calendar) following(s *store, x *commit) *Calendar {
	if _, read := k.young[x.owner]; read {
		return k
	}
	return k.with(s, x.taken, x.expires)
}

// youngAmong are the owners who took something within a moment before now, and later.
func youngAmong(taken []Taken, now time.Time) map[[16]byte]struct{} {
	out := map[[16]byte]struct{}{}
	for i := range taken {
		owner := taken[i].BookingID
		if owner == nil {
			owner = taken[i].HoldID
		}
		if owner != nil && id.Time(*owner).After(now.Add(-youth)) {
			out[*owner] = struct{}{}
		}
	}
	return out
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
