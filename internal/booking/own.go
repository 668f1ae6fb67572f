package booking

import (
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// ServedBy tells whether the staff resource serves a part of the visit.
func (x *Booking) ServedBy(staff [16]byte) bool {
	for _, s := range x.Segments {
		if !s.StaffID.IsZero() && s.StaffID == catalog.ResourceID(staff) {
			return true
		}
	}
	return false
}

// hiddenFrom tells whether the booking is as absent to the actor: one who is
// bound to their own, and serves no part of it.
func (x *Booking) hiddenFrom(a tenant.Actor) bool { return a.Own && !x.ServedBy(a.Staff) }
