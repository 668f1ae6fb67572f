package availability

import (
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// startRules are the rules of when services may start and sets may begin, each
// once: the menus of lunch have the same hours, and one mask of a frame serves them all.
type startRules struct {
	list []*catalog.Service // one that has the rule, by index of StartMask
	of   map[catalog.ServiceID]int

	ofSet map[catalog.SetID]int
}

func startRulesOf(menu []catalog.Service, sets []catalog.Set) startRules {
	r := startRules{of: map[catalog.ServiceID]int{}, ofSet: map[catalog.SetID]int{}}
	known := map[string]int{}
	rule := func(svc *catalog.Service) int {
		key := fmt.Sprint(svc.Hours, svc.ActiveFrom, svc.ActiveTo)
		if _, ok := known[key]; !ok {
			known[key] = len(r.list)
			r.list = append(r.list, svc)
		}
		return known[key]
	}
	for i := range menu {
		if menu[i].Restricted() {
			r.of[menu[i].ID] = rule(&menu[i])
		}
	}
	for i := range sets {
		if x := &sets[i]; x.Restricted() { // the rule of a service with the same dates
			r.ofSet[x.ID] = rule(&catalog.Service{ActiveFrom: x.ActiveFrom, ActiveTo: x.ActiveTo})
		}
	}
	return r
}

// bound binds a visit to the dates on which its set may begin.
func (s *Snapshot) bound(v Visit) Visit {
	if v.Set != nil {
		if rule, ok := s.starts.ofSet[v.Set.ID]; ok {
			v.Plan.Starts = append(v.Plan.Starts, StartMask{rule, 0})
		}
	}
	return v
}

// OfSet is a visit that was booked as a set: it moves only to where that may begin.
func (s *Snapshot) OfSet(v Visit, id catalog.SetID) Visit {
	if set, ok := s.Set(id); ok {
		v.Set = set
	}
	return s.bound(v)
}

// layStarts lays where services with a rule of their own may start; an override
// lets them start anywhere.
func (s *Snapshot) layStarts(f *Frame, free Freedom) {
	f.Starts = make([]Bits, len(s.starts.list))
	for i, svc := range s.starts.list {
		if !free.AnyHours {
			f.Starts[i] = f.Starting(svc.StartsOn)
		}
	}
}
