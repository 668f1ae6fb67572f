package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Most of each that a business may have, archived ones included: what
// availability looks through for every question.
const (
	MaxResources = 300
	MaxServices  = 300
	MaxOptions   = 300
)

// Catalog keeps what a business offers.
type Catalog struct {
	db      *pg.DB
	changer *business.Changer
}

// New makes it.
func New(db *pg.DB, changer *business.Changer) *Catalog { return &Catalog{db: db, changer: changer} }

// Complete names "services" unless the business has an active service whose
// requirements its active resources can meet.
func Complete(ctx context.Context, tx *pg.Tx, bid business.ID) ([]string, error) {
	var resources []Resource
	var services []Service
	var joins []Join
	var b pg.Batch
	QueueResources(&b, bid, &resources)
	QueueServices(&b, bid, &services)
	QueueJoins(&b, bid, &joins)
	if err := tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	for i := range services {
		if services[i].Active && (services[i].servable(resources) || services[i].servableTogether(resources, joins)) {
			return nil, nil
		}
	}
	return []string{"services"}, nil
}

// enough is how many tries tell whether a service can be served; beyond them it
// is given the benefit of the doubt, which availability resolves.
const enough = 100_000

// servable tells whether the resources, all of them free, could serve the
// service for at least one size of party.
func (s *Service) servable(resources []Resource) bool {
	f := fitting{resources: resources, tries: enough}
	for party := s.MinParty; party <= s.MaxParty; party++ {
		f.party, f.taken = party, map[ResourceID]int{}
		if f.fits(f.hardestFirst(s.Requirements)) {
			return true
		}
	}
	return false
}

// fitting gives each requirement a resource with enough units left.
type fitting struct {
	resources []Resource
	party     int
	taken     map[ResourceID]int
	tries     int
}

func (f *fitting) hardestFirst(list []Requirement) []*Requirement {
	out := make([]*Requirement, len(list))
	choices := make(map[*Requirement]int, len(list))
	for i := range list {
		out[i] = &list[i]
		for k := range f.resources {
			if list[i].Accepts(&f.resources[k], f.party) {
				choices[out[i]]++
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *Requirement) int { return cmp.Compare(choices[a], choices[b]) })
	return out
}

func (f *fitting) fits(rest []*Requirement) bool {
	if f.tries--; len(rest) == 0 || f.tries < 0 {
		return true
	}
	r, units := rest[0], rest[0].UnitsFor(f.party)
	for i := range f.resources {
		x := &f.resources[i]
		if !r.Accepts(x, f.party) || f.taken[x.ID]+units > x.Capacity {
			continue
		}
		f.taken[x.ID] += units
		if f.fits(rest[1:]) {
			return true
		}
		f.taken[x.ID] -= units
	}
	return false
}

// checkVersion answers what a change of a row says that is absent, or of another version.
func checkVersion(found bool, version, expect int64) error {
	switch {
	case !found:
		return business.ErrNotFound
	case version != expect:
		return business.ErrStale
	}
	return nil
}

// place is where a new row stands: where it was put, else behind the last.
func place(wanted *int, last int) int {
	if wanted != nil {
		return *wanted
	}
	return last + 1
}

func limitReached(most int) error { return business.ErrLimit.With(fault.Args{"max": most}) }
