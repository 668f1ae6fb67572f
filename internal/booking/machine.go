package booking

// Status is where a booking is in its life.
type Status string

// The statuses.
const (
	PendingPayment  Status = "pending_payment"
	PendingApproval Status = "pending_approval"
	Confirmed       Status = "confirmed"
	CheckedIn       Status = "checked_in"
	Completed       Status = "completed"
	NoShow          Status = "no_show"
	Cancelled       Status = "cancelled"
	Declined        Status = "declined"
	Expired         Status = "expired"
)

// Statuses are all of them.
var Statuses = []Status{PendingPayment, PendingApproval, Confirmed, CheckedIn, Completed, NoShow, Cancelled, Declined, Expired}

// Action is what changes a booking; histories store it.
type Action string

// The actions.
const (
	ActCreate     Action = "create"
	ActApprove    Action = "approve"
	ActDecline    Action = "decline"
	ActExpire     Action = "expire"
	ActReschedule Action = "reschedule"
	ActCancel     Action = "cancel"
	ActCheckIn    Action = "check_in"
	ActUncheck    Action = "undo_check_in"
	ActComplete   Action = "complete"
	ActNoShow     Action = "no_show"
	ActUndo       Action = "undo"
)

// paths are the allowed changes of status; undo goes back along one of them and
// is judged by undoable.
var paths = map[Action]map[Status]Status{
	ActApprove:  {PendingApproval: Confirmed},
	ActDecline:  {PendingApproval: Declined},
	ActExpire:   {PendingApproval: Expired, PendingPayment: Expired},
	ActCancel:   {PendingPayment: Cancelled, PendingApproval: Cancelled, Confirmed: Cancelled, CheckedIn: Cancelled},
	ActCheckIn:  {Confirmed: CheckedIn},
	ActComplete: {Confirmed: Completed, CheckedIn: Completed},
	ActNoShow:   {Confirmed: NoShow},
	ActReschedule: {
		PendingApproval: PendingApproval, Confirmed: Confirmed,
		CheckedIn: CheckedIn, // only its end: whoever is here began when they began
	},
}

// next is the status that the action leads to, and whether it is allowed.
func next(from Status, a Action) (Status, bool) {
	to, ok := paths[a][from]
	return to, ok
}

// undoable tells whether a member may take the status back to what it was.
func undoable(s Status) bool {
	return s == Completed || s == NoShow || s == Cancelled || s == CheckedIn
}

// Occupies tells whether a booking of the status holds its resources.
func (s Status) Occupies() bool {
	switch s {
	case PendingPayment, PendingApproval, Confirmed, CheckedIn:
		return true
	case Completed, NoShow, Cancelled, Declined, Expired:
		return false
	}
	return false
}

// Pending tells whether it waits for somebody and expires.
func (s Status) Pending() bool { return s == PendingPayment || s == PendingApproval }
