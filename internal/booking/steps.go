package booking

import (
	"cmp"
	"slices"
)

// Step is one allowed entry of a history. From is empty where the booking is new.
type Step struct {
	Action   Action
	From, To Status
}

// created are the statuses in which a booking may begin.
var created = []Status{PendingPayment, PendingApproval, Confirmed, CheckedIn}

// Steps are all entries that a history may hold: how bookings begin, the paths of
// the machine, and each path that can be undone, backwards. An undo goes back
// where the entry right before it came from, which was none itself, and no move.
func Steps() []Step {
	var out []Step
	for _, s := range created {
		out = append(out, Step{Action: ActCreate, To: s})
	}
	for a, along := range paths {
		for from, to := range along {
			out = append(out, Step{a, from, to})
			if undoable(to) && from != to {
				out = append(out, Step{ActUndo, to, from})
			}
		}
	}
	slices.SortFunc(out, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Action, b.Action), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return slices.Compact(out)
}
