package booking_test

import (
	"slices"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
)

// A fee that was raised since is not charged for the same staff member.
func TestMove_NominationFee_StaysAsItWasSold(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	in := wish(svc, at(1, 14, 0))
	in.Items[0].StaffID = &staff[1]
	x := s.mustBook(in)
	sold := x.Total
	s.sql(`UPDATE resources SET nomination_fee = nomination_fee + 1000 WHERE business_id = $1`, s.id)
	got, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 15, 0)})
	if err != nil || got.Total != sold || len(got.Lines) != len(x.Lines) {
		t.Errorf("with the same staff: %v, %+v, sold for %d", err, got, sold)
	}
	got, err = s.moveByLink(got, booking.MoveInput{Start: at(1, 16, 0), StaffID: &staff[2]})
	if err != nil || got.Total != 5500+1000+1000 {
		t.Errorf("with others it is what they cost today: %v, %+v", err, got)
	}
}

// Who cannot be nominated takes over with the customer's consent: the booking
// then is one without nomination, and costs no fee.
func TestMove_NominatedBookingToStaffWhoOnlyHelp_NeedsConsentAndCostsNoFee(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	s.sql(`UPDATE resources SET nominatable = false WHERE id = $1`, staff[0])
	in := wish(svc, at(1, 14, 0))
	in.Items[0].StaffID = &staff[1]
	x := s.mustBook(in)
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 14, 0), StaffID: &staff[0]}); code(err) != "booking.nomination_consent" {
		t.Errorf("without consent: %v", err)
	}
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 14, 0), StaffID: &staff[0]}); !slices.Equal(fields(err), []string{"body.staff_id unknown_id"}) {
		t.Errorf("customers cannot ask for them: %v", err)
	}
	got, err := s.move(x, booking.MoveInput{Start: at(1, 14, 0), StaffID: &staff[0], Consented: true})
	if err != nil || got.Segments[0].StaffID != staff[0] || got.Segments[0].Nominated || got.Total != 5500 {
		t.Errorf("with consent: %v, %+v", err, got)
	}
	back, err := s.move(got, booking.MoveInput{Start: at(1, 14, 0), StaffID: &staff[1]})
	if err != nil || back.Segments[0].StaffID != staff[1] || back.Segments[0].Nominated || back.Total != 5500 {
		t.Errorf("given on: %v, %+v", err, back)
	}
}
