package availability

import (
	"cmp"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// best is what Choose must pick at minute m: of all assignments the one with
// the fewest changes of staff, then the first by preference.
func (o *oracle) best(m int) []Pick {
	p := &o.plan
	order := make([]int, len(p.Needs))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := p.Needs[a], p.Needs[b]
		if x.Staff != y.Staff && x.Staff {
			return -1
		} else if x.Staff != y.Staff {
			return 1
		}
		return cmp.Compare(x.Segment, y.Segment)
	})
	var best []Pick
	var bestKey []int
	o.assignments(p, m, 1, func(way []option) bool {
		changes, key := 0, []int{}
		for _, n := range order {
			changed := o.changed(p, way, n)
			changes += changed
			key = append(append(append(key, changed), o.standing(way[n], o.owner[m])...), way[n].units...)
		}
		key = append([]int{changes}, key...)
		if best == nil || slices.Compare(key, bestKey) < 0 {
			bestKey, best = key, nil
			for n, x := range way {
				best = append(best, o.picks(n, x)...)
			}
		}
		return true
	})
	return best
}

// picks is an option as Choose gives it.
func (o *oracle) picks(n int, x option) []Pick {
	if x.join == 0 {
		return []Pick{{n, x.resource, x.units}}
	}
	var list []Pick
	for _, r := range x.members {
		p := Pick{Need: n, Resource: r}
		for u := range o.things[r].capacity {
			p.Units = append(p.Units, u+1)
		}
		list = append(list, p)
	}
	return list
}

// standing is where an option stands in the order of choice on a day, the lowest first.
func (o *oracle) standing(way option, day int) []int {
	if way.join > 0 {
		return []int{2, way.join}
	}
	r := way.resource
	x := o.things[r]
	if x.kind != catalog.Staff {
		return []int{1, x.party, x.capacity, x.rank, r}
	}
	turn := 0
	switch {
	case o.fairness == business.RoundRobin:
		turn = x.given
	case o.fairness != business.Priority && day >= 0 && day < o.days:
		turn = o.load[r][day]
	}
	return []int{0, turn, 0, x.rank, r}
}

// changed is 1 when a staff need is served by nobody of the segment before.
func (o *oracle) changed(p *Plan, way []option, n int) int {
	before := -1
	for _, need := range p.Needs {
		if need.Staff && need.Segment < p.Needs[n].Segment {
			before = max(before, need.Segment)
		}
	}
	if !p.Needs[n].Staff || before < 0 {
		return 0
	}
	for k, need := range p.Needs {
		if need.Staff && need.Segment == before && way[k].resource == way[n].resource {
			return 0
		}
	}
	return 1
}
