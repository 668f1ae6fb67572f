package booking_test

import (
	"slices"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// Whoever serves without having been asked for costs nothing more, and may be
// somebody who cannot be asked for at all.
func TestCreate_GivenToStaff_IsServedByThemWithoutNomination(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	s.sql(`UPDATE resources SET nominatable = false WHERE id = $1`, staff[0])
	for i, who := range staff {
		in := wish(svc, at(1, 11+2*i, 0))
		in.Given = &who
		x, err := s.enter(in)
		if err != nil || x.Segments[0].StaffID != who || x.Segments[0].Nominated || x.Total != 5500 {
			t.Errorf("given to %d: %v, %+v", i, err, x)
		}
	}
}

func TestCreate_GivenToStaffWhoAreTaken_IsNotServedByOthers(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	in := wish(svc, at(1, 14, 0))
	in.Given = &staff[2]
	if _, err := s.enter(in); err != nil {
		t.Fatal(err)
	}
	if _, err := s.enter(in); code(err) != "booking.slot_taken" {
		t.Errorf("a second one for the same person: %v", err)
	}
}

func TestCreate_GivenVisit_KeepsWhoWasAskedFor(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	in := wish(svc, at(1, 14, 0))
	in.Items = append(in.Items, in.Items[0])
	in.Items[0].StaffID, in.Given = &staff[1], &staff[0]
	x, err := s.enter(in)
	if err != nil || x.Segments[0].StaffID != staff[1] || !x.Segments[0].Nominated || x.Segments[1].StaffID != staff[0] || x.Segments[1].Nominated {
		t.Errorf("given but for what names somebody: %v, %+v", err, x)
	}
}

func TestCreate_GivenSet_StaysTheSet(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	in := bundled(s.bundle(9000, svc, svc), at(1, 14, 0))
	in.Given = &staff[2]
	x, err := s.enter(in)
	if err != nil || x.SetID != *in.SetID || x.Total != 9000 || x.Segments[0].StaffID != staff[2] || x.Segments[1].StaffID != staff[2] {
		t.Errorf("a set: %v, %+v", err, x)
	}
}

func TestCreate_GivenToWhoCannotServe_IsRefused(t *testing.T) {
	t.Parallel()
	s, staff, _ := nominated(t)
	only := s.menu(60, 5500, need{kind: catalog.Staff, ids: staff[:1]})
	in := wish(only, at(1, 14, 0))
	in.Given = &staff[1]
	if _, err := s.enter(in); !slices.Equal(fields(err), []string{"body.assigned_staff_id unknown_id"}) {
		t.Errorf("somebody without the skill: %v", err)
	}
}
