package availability

import (
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// startRules are the rules of when services may start, each once: the menus of
// lunch have the same hours, and one mask of a frame serves them all.
type startRules struct {
	list []*catalog.Service // one that has the rule, by index of StartMask
	of   map[catalog.ServiceID]int
}

func startRulesOf(menu []catalog.Service) startRules {
	r := startRules{of: map[catalog.ServiceID]int{}}
	known := map[string]int{}
	for i := range menu {
		svc := &menu[i]
		if !svc.Restricted() {
			continue
		}
		key := fmt.Sprint(svc.Hours, svc.ActiveFrom, svc.ActiveTo)
		if _, ok := known[key]; !ok {
			known[key] = len(r.list)
			r.list = append(r.list, svc)
		}
		r.of[svc.ID] = known[key]
	}
	return r
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
