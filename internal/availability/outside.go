package availability

import (
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// This file judges visits that were booked before by the rules of today: who
// changes hours, shifts or menus is told whom that leaves outside.

// BreachKind is which rule a booked visit no longer keeps.
type BreachKind string

// The kinds, in the order in which they are told.
const (
	BreachClosed       BreachKind = "closed"        // not all of it is within opening hours
	BreachServiceHours BreachKind = "service_hours" // one of its services may not start then
	BreachGone         BreachKind = "resource_gone" // who or what serves it is archived
	BreachUnfit        BreachKind = "unfit"         // who or what serves it no longer serves this service
	BreachCapacity     BreachKind = "capacity"      // the resource no longer has the unit that serves it
	BreachParty        BreachKind = "party_size"    // who or what serves it no longer takes such a party
	BreachStaffOff     BreachKind = "staff_off"     // who serves it does not work then
	BreachResourceOff  BreachKind = "resource_off"  // the same of a room, seat or equipment
)

// Breach is the first rule that a booked visit does not keep.
type Breach struct {
	Kind     BreachKind
	Resource *catalog.Resource // who or what it is about; nil for a rule of the business or of a service
}

// Stay is a visit as it was booked, with who and what serves it.
type Stay struct {
	StartsAt, EndsAt time.Time
	PartySize        int
	// Overridden: a member placed it outside hours and shifts on purpose. It is
	// held to the rest: whoever serves it must still be there and still be able to.
	Overridden bool
	Parts      []StayPart
}

// StayPart is one service of a visit.
type StayPart struct {
	ServiceID catalog.ServiceID `json:"service_id"`
	StartsAt  time.Time         `json:"starts_at"`
	Picks     []Allocation      `json:"picks"`
}

// Judge tells which visits of some days lie outside the rules of a snapshot. It
// is read-only once made.
type Judge struct {
	s     *Snapshot
	frame *Frame
}

// Judge lays the schedule out for visits that start between two instants, both
// included. Its cost grows with the days between them.
func (s *Snapshot) Judge(first, last time.Time) (*Judge, error) {
	from := clock.DateOf(first.In(s.Zone)).AddDays(-1)
	days := clock.DateOf(last.In(s.Zone)).DaysSince(from) + 2 // visits last a day at most, see MaxVisitMinutes
	f, err := s.Frame(from, days, Freedom{AnyMinute: true})
	if err != nil {
		return nil, fmt.Errorf("judging from %s: %w", from, err)
	}
	return &Judge{s, f}, nil
}

// Outside is the first rule that the visit does not keep; ok is false for one
// that is inside all of them. What else is booked is not asked: what was given
// to a visit is its own.
func (j *Judge) Outside(x *Stay) (breach Breach, ok bool) {
	if !x.Overridden {
		if !j.frame.Open.all(j.frame.Floor(x.StartsAt), j.frame.Ceil(x.EndsAt)) {
			return Breach{Kind: BreachClosed}, true
		}
		for i := range x.Parts {
			if !j.starts(&x.Parts[i]) {
				return Breach{Kind: BreachServiceHours}, true
			}
		}
	}
	for i := range x.Parts {
		for _, a := range x.Parts[i].Picks {
			if kind, against := j.against(x, &x.Parts[i], a); against {
				r, _ := j.s.Resource(a.ResourceID)
				return Breach{Kind: kind, Resource: r}, true
			}
		}
	}
	return Breach{}, false
}

// against tells why what was given to a part no longer serves it.
func (j *Judge) against(x *Stay, p *StayPart, a Allocation) (BreachKind, bool) {
	i, ok := j.s.index[a.ResourceID]
	if !ok {
		return BreachGone, true
	}
	r := &j.s.Resources[i]
	switch {
	case !r.Active:
		return BreachGone, true
	case !j.s.serves(p.ServiceID, r):
		return BreachUnfit, true
	case int(a.Unit) > r.Capacity:
		return BreachCapacity, true
	case !j.s.takes(r, x):
		return BreachParty, true
	}
	work := j.frame.Resources[i].Work
	if x.Overridden || work == nil || work.all(j.frame.Floor(a.StartsAt), j.frame.Ceil(a.EndsAt)) {
		return "", false
	}
	if r.Kind == catalog.Staff {
		return BreachStaffOff, true
	}
	return BreachResourceOff, true
}

// serves tells whether the service takes the resource for what it needs of its
// kind. One that needs nothing of the kind any more does not mind.
func (s *Snapshot) serves(service catalog.ServiceID, r *catalog.Resource) bool {
	svc := s.Services[service]
	if svc == nil {
		return true
	}
	needed := false
	for i := range svc.Requirements {
		q := &svc.Requirements[i]
		if q.Kind != r.Kind {
			continue
		}
		if len(q.ResourceIDs) == 0 || slices.Contains(q.ResourceIDs, r.ID) {
			return true
		}
		needed = true
	}
	return !needed
}

// takes tells whether the resource takes the party of a visit, alone or as one of
// those that were put together for it.
func (s *Snapshot) takes(r *catalog.Resource, x *Stay) bool {
	if r.MinParty <= x.PartySize && x.PartySize <= r.MaxParty {
		return true
	}
	return slices.ContainsFunc(s.joins, func(j join) bool {
		return j.minParty <= x.PartySize && x.PartySize <= j.maxParty && slices.Contains(j.members, s.index[r.ID]) && x.has(s, j.members)
	})
}

// has tells whether all of the resources were given to the visit.
func (x *Stay) has(s *Snapshot, members []int) bool {
	return !slices.ContainsFunc(members, func(m int) bool {
		return !slices.ContainsFunc(x.Parts, func(p StayPart) bool {
			return slices.ContainsFunc(p.Picks, func(a Allocation) bool { return a.ResourceID == s.Resources[m].ID })
		})
	})
}

// starts tells whether the service of a part may start when the part does.
func (j *Judge) starts(p *StayPart) bool {
	rule, restricted := j.s.starts.of[p.ServiceID]
	return !restricted || j.frame.Starts[rule].Has(j.frame.Floor(p.StartsAt))
}
