package booking_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
)

// What a history may hold, and what the customer is told of it, written down once
// more by hand.
func TestSteps_AreTheMachinesPathsForthAndBack(t *testing.T) {
	t.Parallel()
	want := `approve pending_approval confirmed booking.confirmed
cancel checked_in cancelled booking.cancelled
cancel confirmed cancelled booking.cancelled
cancel pending_approval cancelled booking.cancelled
cancel pending_payment cancelled booking.cancelled
check_in confirmed checked_in -
complete checked_in completed -
complete confirmed completed -
create - checked_in -
create - confirmed booking.confirmed
create - pending_approval booking.requested
create - pending_payment booking.requested
decline pending_approval declined booking.declined
expire pending_approval expired booking.expired
expire pending_payment expired booking.expired
no_show confirmed no_show -
reschedule checked_in checked_in booking.rescheduled
reschedule confirmed confirmed booking.rescheduled
reschedule pending_approval pending_approval booking.rescheduled
undo cancelled checked_in -
undo cancelled confirmed booking.confirmed
undo cancelled pending_approval booking.requested
undo cancelled pending_payment booking.requested
undo checked_in confirmed -
undo completed checked_in -
undo completed confirmed -
undo no_show confirmed -`
	var got []string
	for _, s := range booking.Steps() {
		words := []string{string(s.Action), string(s.From), string(s.To), booking.EventOf(s)}
		for i, w := range words {
			if w == "" {
				words[i] = "-"
			}
		}
		got = append(got, strings.Join(words, " "))
	}
	if d := cmp.Diff(strings.Split(want, "\n"), got); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
}
