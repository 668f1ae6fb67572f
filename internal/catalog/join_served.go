package catalog

import (
	"slices"
)

// servableTogether is servable with tables put together: each join counts as one
// more table, of as many units as anybody could want.
func (s *Service) servableTogether(resources []Resource, joins []Join) bool {
	with, all := *s, slices.Clone(resources)
	with.Requirements = slices.Clone(s.Requirements)
	for i := range joins {
		table, ok := joins[i].table(resources)
		if !ok {
			continue
		}
		all = append(all, table)
		for k := range with.Requirements {
			if r := &with.Requirements[k]; len(r.ResourceIDs) > 0 && joins[i].listed(r) {
				r.ResourceIDs = append(slices.Clone(r.ResourceIDs), table.ID)
			}
		}
	}
	return len(all) > len(resources) && with.servable(all)
}

// table is the join as a table; false for one that is out of use.
func (x *Join) table(resources []Resource) (Resource, bool) {
	t := Resource{ID: ResourceID(x.ID), Capacity: maxCapacity * maxParty, MinParty: x.MinParty, MaxParty: x.MaxParty, Active: x.Active}
	for _, rid := range x.ResourceIDs {
		i := slices.IndexFunc(resources, func(r Resource) bool { return r.ID == rid && r.Active })
		if i < 0 {
			return t, false
		}
		t.Kind = resources[i].Kind
	}
	return t, x.Active
}

// listed tells whether the requirement lists all members.
func (x *Join) listed(r *Requirement) bool {
	return !slices.ContainsFunc(x.ResourceIDs, func(rid ResourceID) bool { return !slices.Contains(r.ResourceIDs, rid) })
}
