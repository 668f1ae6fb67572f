package catalog_test

import (
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

func TestAccepts_ActiveKindListPartyAndUnits(t *testing.T) {
	t.Parallel()
	table := catalog.Resource{ID: catalog.ResourceID{1}, Kind: catalog.Seat, Capacity: 4, MinParty: 2, MaxParty: 4, Active: true}
	for name, c := range map[string]struct {
		change func(*catalog.Requirement, *catalog.Resource)
		party  int
		want   bool
	}{
		"fits":                {nil, 2, true},
		"party too small":     {nil, 1, false},
		"party too large":     {nil, 5, false},
		"archived":            {func(_ *catalog.Requirement, x *catalog.Resource) { x.Active = false }, 2, false},
		"other kind":          {func(r *catalog.Requirement, _ *catalog.Resource) { r.Kind = catalog.Room }, 2, false},
		"listed":              {func(r *catalog.Requirement, x *catalog.Resource) { r.ResourceIDs = []catalog.ResourceID{{9}, x.ID} }, 2, true},
		"not listed":          {func(r *catalog.Requirement, _ *catalog.Resource) { r.ResourceIDs = []catalog.ResourceID{{9}} }, 2, false},
		"units fit":           {func(r *catalog.Requirement, _ *catalog.Resource) { r.Units = 4 }, 2, true},
		"units do not":        {func(r *catalog.Requirement, _ *catalog.Resource) { r.Units = 5 }, 2, false},
		"a unit a person":     {func(r *catalog.Requirement, _ *catalog.Resource) { r.PerPerson = true }, 4, true},
		"two units a person":  {func(r *catalog.Requirement, _ *catalog.Resource) { r.PerPerson, r.Units = true, 2 }, 2, true},
		"two units for three": {func(r *catalog.Requirement, _ *catalog.Resource) { r.PerPerson, r.Units = true, 2 }, 3, false},
	} {
		r, x := catalog.Requirement{Kind: catalog.Seat, Units: 1}, table
		if c.change != nil {
			c.change(&r, &x)
		}
		if got := r.Accepts(&x, c.party); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestNominatable_WhoCanServeAndBeChosen(t *testing.T) {
	t.Parallel()
	staff := func(n byte, change func(*catalog.Resource)) catalog.Resource {
		x := catalog.Resource{ID: catalog.ResourceID{n}, Kind: catalog.Staff, Capacity: 1, MinParty: 1, MaxParty: 500, Nominatable: true, Active: true}
		if change != nil {
			change(&x)
		}
		return x
	}
	resources := []catalog.Resource{
		staff(1, nil),
		staff(2, func(x *catalog.Resource) { x.Nominatable = false }),
		staff(3, func(x *catalog.Resource) { x.Active = false }),
		staff(4, func(x *catalog.Resource) { x.MinParty = 3 }),
		staff(5, func(x *catalog.Resource) { x.Kind = catalog.Room }),
		staff(6, nil),
		staff(7, nil),
	}
	s := catalog.Service{
		MinParty: 1, MaxParty: 2, Nomination: catalog.NominationOptional,
		Requirements: []catalog.Requirement{
			{Kind: catalog.Room, Units: 1},
			{Kind: catalog.Staff, Units: 1, ResourceIDs: []catalog.ResourceID{{1}, {2}, {3}, {4}, {5}, {7}}},
		},
	}
	var got []byte
	for _, x := range s.Nominatable(resources) {
		got = append(got, x.ID[0])
	}
	if string(got) != "\x01\x07" {
		t.Errorf("got %v, want 1 and 7", got)
	}
	s.Nomination = catalog.NominationNone
	if got := s.Nominatable(resources); got != nil {
		t.Errorf("a service without nomination lists %d staff", len(got))
	}
}
