package booking

import (
	"maps"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// EventOf is what the customer is told of an entry of the history, where they can
// be reached and nobody asked to keep quiet; "" for what needs no telling.
func EventOf(s Step) string {
	switch s.Action {
	case ActCreate:
		return eventOf(s.To)
	case ActApprove:
		return EventConfirmed
	case ActDecline:
		return EventDeclined
	case ActExpire:
		return EventExpired
	case ActReschedule:
		return EventRescheduled
	case ActCancel:
		return EventCancelled
	case ActUndo: // told to whoever was told of a cancellation before
		if s.From == Cancelled {
			return eventOf(s.To)
		}
	case ActCheckIn, ActUncheck, ActComplete, ActNoShow:
	}
	return ""
}

// noted are the facts of an entry, and that the customer is told of it where that
// was the actor's to choose: those who may keep quiet are members. What a customer
// does, or the program itself, is always told where there is an address. By both
// a message that is missing is known.
func (x *Booking) noted(a tenant.Actor, event string, silent bool, facts map[string]any) map[string]any {
	if silent || event == "" || x.Guest.Email == "" || !a.OfBusiness() {
		return facts
	}
	out := map[string]any{"told": true}
	maps.Copy(out, facts)
	return out
}
