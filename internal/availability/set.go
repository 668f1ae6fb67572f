package availability

import (
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Set finds a set of the menu, inactive ones too.
func (s *Snapshot) Set(id catalog.SetID) (*catalog.Set, bool) {
	i := slices.IndexFunc(s.Sets, func(x catalog.Set) bool { return x.ID == id })
	if i < 0 {
		return nil, false
	}
	return &s.Sets[i], true
}

// Category finds a category of the menu.
func (s *Snapshot) Category(id catalog.CategoryID) (*catalog.Category, bool) {
	i := slices.IndexFunc(s.Categories, func(x catalog.Category) bool { return x.ID == id })
	if i < 0 {
		return nil, false
	}
	return &s.Categories[i], true
}

// Rank finds a rank of staff.
func (s *Snapshot) Rank(id catalog.RankID) (*catalog.Rank, bool) {
	i := slices.IndexFunc(s.Ranks, func(x catalog.Rank) bool { return x.ID == id })
	if i < 0 {
		return nil, false
	}
	return &s.Ranks[i], true
}

// expand puts the services of the set that a request names in the place of its
// items. Items that are given say who serves and with which options, and must be
// those services in order. The set is nil for a request without one.
func (s *Snapshot) expand(r *Request, v *fault.Fields, at Places) *catalog.Set {
	if r.SetID == nil {
		return nil
	}
	set, ok := s.Set(*r.SetID)
	if !ok || !set.Active {
		v.Add(at.Set, "unknown_id")
		return nil
	}
	if len(r.Items) == 0 {
		for _, sid := range set.ServiceIDs {
			r.Items = append(r.Items, Item{ServiceID: sid})
		}
		return set
	}
	if !v.Check(len(r.Items) == len(set.ServiceIDs), at.Items, "booking.not_the_set") {
		return set
	}
	for i, sid := range set.ServiceIDs {
		v.Check(r.Items[i].ServiceID == sid, at.Item(i, "service_id"), "booking.not_the_set")
	}
	return set
}

// mostItems is how many items a visit may have; a set is one choice, however
// many services it is made of.
func (s *Snapshot) mostItems(set *catalog.Set) int {
	if set != nil {
		return max(s.Business.MaxItems, len(set.ServiceIDs))
	}
	return s.Business.MaxItems
}

// itemsOf are the items of a question about several services: the staff member is asked for
// wherever they can be, and each option goes to the first service that takes it.
// What no service takes is left for the first one to be refused.
func (s *Snapshot) itemsOf(services []catalog.ServiceID, staff *catalog.ResourceID, options []catalog.OptionID) []Item {
	items := make([]Item, len(services))
	asked := false
	for i, sid := range services {
		items[i].ServiceID = sid
		svc := s.Services[sid]
		if staff == nil || svc == nil {
			continue
		}
		if slices.ContainsFunc(svc.Nominatable(s.Resources), func(r *catalog.Resource) bool { return r.ID == *staff && lists(svc, r) }) {
			items[i].StaffID, asked = staff, true
		}
	}
	if !asked {
		items[0].StaffID = staff
	}
	for _, oid := range options {
		i := slices.IndexFunc(services, func(sid catalog.ServiceID) bool {
			svc := s.Services[sid]
			return svc != nil && slices.Contains(svc.Options, oid)
		})
		i = max(i, 0)
		items[i].OptionIDs = append(items[i].OptionIDs, oid)
	}
	return items
}
