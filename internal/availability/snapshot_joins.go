package availability

import (
	"cmp"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// join is resources put together, by their place in the snapshot.
type join struct {
	kind               catalog.Kind
	members            []int
	minParty, maxParty int
}

// keepJoins keeps the joins that can serve, the smallest first: those in force
// whose members all are.
func (s *Snapshot) keepJoins(list []catalog.Join) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b catalog.Join) int { // they come in the business's order
		return cmp.Or(cmp.Compare(a.MaxParty, b.MaxParty), cmp.Compare(len(a.ResourceIDs), len(b.ResourceIDs)))
	})
	s.joins = nil
	for _, x := range list {
		j := join{minParty: x.MinParty, maxParty: x.MaxParty}
		for _, id := range x.ResourceIDs {
			if i, ok := s.index[id]; ok && s.Resources[i].Active {
				j.members = append(j.members, i)
			}
		}
		if x.Active && len(j.members) == len(x.ResourceIDs) && len(j.members) > 1 {
			j.kind = s.Resources[j.members[0]].Kind
			s.joins = append(s.joins, j)
		}
	}
}

// joinsFor are the joins that can meet a requirement for a party where none of
// the candidates does. One with a candidate among its members is none of them:
// whenever all of it is free, that table alone is, and a table alone comes first.
func (s *Snapshot) joinsFor(r *catalog.Requirement, party int, candidates []int) [][]int {
	var out [][]int
	for i := range s.joins {
		j := &s.joins[i]
		if j.kind != r.Kind || party < j.minParty || party > j.maxParty {
			continue
		}
		unfit := slices.ContainsFunc(j.members, func(m int) bool {
			return slices.Contains(candidates, m) || len(r.ResourceIDs) > 0 && !slices.Contains(r.ResourceIDs, s.Resources[m].ID)
		})
		if !unfit && len(out) < MaxJoins {
			out = append(out, j.members)
		}
	}
	return out
}

// keepLoneJoins takes the joins from needs that compete with another need for
// things of their kind: who would have which table then is more than joins are for.
func (s *Snapshot) keepLoneJoins(p *Plan) {
	kinds := map[catalog.Kind]int{}
	joins := false
	for i := range p.Needs {
		kinds[s.kindOfNeed(&p.Needs[i])]++
		joins = joins || len(p.Needs[i].Joins) > 0
	}
	if !joins {
		return
	}
	for i := range p.Needs {
		if kinds[s.kindOfNeed(&p.Needs[i])] > 1 {
			p.Needs[i].Joins = nil
		}
	}
}

// kindOfNeed is the kind of what serves a need, empty where nothing does.
func (s *Snapshot) kindOfNeed(n *Need) catalog.Kind {
	switch {
	case len(n.Candidates) > 0:
		return s.kindOf(n.Candidates[0])
	case len(n.Joins) > 0:
		return s.kindOf(n.Joins[0][0])
	}
	return ""
}
