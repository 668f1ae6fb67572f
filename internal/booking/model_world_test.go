package booking_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// This file is the model: what a shop of two stylists and one room of two seats
// must answer and remember, written from the words of the product and not from
// the program. Times are whole minutes since the midnight before the story.

// What a service of the model takes, in minutes from its start.
type modelNeed struct {
	kind  catalog.Kind
	spans [][2]int
}

type modelService struct {
	length int
	needs  []modelNeed
}

// modelMenu: a cut; a treatment whose seat is cleaned for half an hour; a colour
// that leaves the stylist free for an hour while it works.
var modelMenu = []modelService{
	{60, []modelNeed{{catalog.Staff, [][2]int{{0, 60}}}}},
	{60, []modelNeed{{catalog.Staff, [][2]int{{0, 60}}}, {catalog.Seat, [][2]int{{0, 90}}}}},
	{120, []modelNeed{{catalog.Staff, [][2]int{{0, 30}, {90, 120}}}, {catalog.Seat, [][2]int{{0, 120}}}}},
}

// lasting is the service when the visit is given another length: what it takes
// ends so much later or earlier, and what lies behind its gap with it.
func (s modelService) lasting(length int) modelService {
	out := modelService{length: length}
	for _, n := range s.needs {
		end := n.spans[len(n.spans)-1][1] + length - s.length
		need := modelNeed{kind: n.kind}
		for i, span := range n.spans {
			if i == len(n.spans)-1 || span[1] > end {
				span[1] = end
			}
			if span[0] < span[1] {
				need.spans = append(need.spans, span)
			}
		}
		out.needs = append(out.needs, need)
	}
	return out
}

// place is one unit of a resource: stylists 0 and 1, and the seat 2 of two units.
type place struct{ resource, unit int }

var modelPlaces = map[catalog.Kind][]place{
	catalog.Staff: {{0, 1}, {1, 1}},
	catalog.Seat:  {{2, 1}, {2, 2}},
}

// taken is a place for some minutes.
type modelTaken struct {
	place
	from, to int
}

func (a modelTaken) meets(b modelTaken) bool {
	return a.place == b.place && a.from < b.to && b.from < a.to
}

// modelBooking is what must be so about a booking.
type modelBooking struct {
	id      booking.ID
	code    string
	status  booking.Status
	version int64
	sold    modelService
	visit   modelService // of the length that it has now
	start   int
	staff   int // who was asked for; -1: nobody
	took    []modelTaken
	expires int // in seconds; of what waits
	before  booking.Status
	undone  bool // the last change took one back
	changed int  // when the last change was, in seconds
}

// modelHold is what must be so about a hold.
type modelHold struct {
	id      booking.HoldID
	token   string
	status  string // of the row
	service int
	start   int
	staff   int
	took    []modelTaken
	expires int
}

// model is the shop as it must be. now is in seconds.
type model struct {
	now      int
	approval bool
	bookings []*modelBooking
	holds    []*modelHold
}

const (
	modelDay        = 24 * 60
	modelOpens      = 10 * 60
	modelCloses     = 20 * 60
	modelGrid       = 30
	modelHoldFor    = 10 * 60      // seconds
	modelApproveFor = 24 * 60 * 60 // seconds
	modelCheckIn    = 12 * 60 * 60 // seconds
	modelMemberBack = 24 * 60 * 60 // seconds
)

func newModel() *model {
	return &model{now: 8*60*60 + 7}
}

// occupying are the statuses that keep a place.
var occupying = []booking.Status{booking.PendingPayment, booking.PendingApproval, booking.Confirmed, booking.CheckedIn}

func (b *modelBooking) occupies() bool { return slices.Contains(occupying, b.status) }

// stylist is who serves.
func (b *modelBooking) stylist() int {
	for _, a := range b.took {
		if slices.Contains(modelPlaces[catalog.Staff], a.place) {
			return a.resource
		}
	}
	return -1
}

func (b *modelBooking) waits() bool { return b.status == booking.PendingApproval }

func (m *model) lapsed(b *modelBooking) bool { return b.waits() && b.expires <= m.now }

// stands tells whether a hold keeps its places for whoever has its token.
func (m *model) stands(h *modelHold) bool {
	return h != nil && h.status == "active" && h.expires > m.now
}

// held is everything that is taken from somebody else's view, but for one booking and one hold.
func (m *model) held(but *modelBooking, butHold *modelHold) []modelTaken {
	var out []modelTaken
	for _, b := range m.bookings {
		if b != but && b.occupies() && !m.lapsed(b) {
			out = append(out, b.took...)
		}
	}
	for _, h := range m.holds {
		if h != butHold && m.stands(h) {
			out = append(out, h.took...)
		}
	}
	return out
}

// clash is the first of the list that is taken already.
func clash(list, held []modelTaken) (modelTaken, bool) {
	for _, a := range list {
		if slices.ContainsFunc(held, a.meets) {
			return a, true
		}
	}
	return modelTaken{}, false
}

// at is what a need takes when a place serves it from the start.
func (n modelNeed) at(p place, start int) []modelTaken {
	out := make([]modelTaken, len(n.spans))
	for i, s := range n.spans {
		out[i] = modelTaken{p, start + s[0], start + s[1]}
	}
	return out
}

// fits tells whether somebody could serve; staff is who must, -1 for anybody.
func fits(visit modelService, start, staff int, held []modelTaken) bool {
	for _, n := range visit.needs {
		if !slices.ContainsFunc(modelPlaces[n.kind], func(p place) bool {
			_, taken := clash(n.at(p, start), held)
			return !taken && (n.kind != catalog.Staff || staff < 0 || p.resource == staff)
		}) {
			return false
		}
	}
	return true
}

// serves tells whether the places are a right answer to a wish: each need by one
// place for just its minutes, and by whom it was asked of.
func serves(took []modelTaken, visit modelService, start, staff int) bool {
	want := 0
	for _, n := range visit.needs {
		want += len(n.spans)
		if !slices.ContainsFunc(modelPlaces[n.kind], func(p place) bool {
			return (n.kind != catalog.Staff || staff < 0 || p.resource == staff) &&
				!slices.ContainsFunc(n.at(p, start), func(a modelTaken) bool { return !slices.Contains(took, a) })
		}) {
			return false
		}
	}
	return len(took) == want
}

// inHours tells whether a visit lies within a day's hours.
func inHours(visit modelService, start int) bool {
	of := ((start % modelDay) + modelDay) % modelDay
	return of >= modelOpens && of+visit.length <= modelCloses
}

// mayStart is what the rules say of a start, whoever is free.
func (m *model) mayStart(visit modelService, start int, member bool) bool {
	switch {
	case !inHours(visit, start):
		return false
	case member:
		return start*60 >= m.now-modelMemberBack
	}
	// Whoever is asked first needs a moment to answer.
	return start%modelGrid == 0 && (start*60 > m.now || start*60 == m.now && !m.approval)
}

// wished is the answer to a wish for a new place.
func (m *model) wished(visit modelService, start, staff int, member bool, but *modelBooking, hold *modelHold) string {
	switch {
	case !m.mayStart(visit, start, member):
		return "validation.failed"
	case !fits(visit, start, staff, m.held(but, hold)):
		return "booking.slot_taken"
	}
	return "ok"
}

// deadline is until when a request for the start can be answered.
func (m *model) deadline(start int) int { return min(m.now+modelApproveFor, start*60) }

// steps are the changes that members and customers may make; see product.md.
var modelPaths = map[booking.Action]map[booking.Status]booking.Status{
	booking.ActApprove: {booking.PendingApproval: booking.Confirmed},
	booking.ActDecline: {booking.PendingApproval: booking.Declined},
	booking.ActCancel: {
		booking.PendingApproval: booking.Cancelled, booking.Confirmed: booking.Cancelled, booking.CheckedIn: booking.Cancelled,
	},
	booking.ActCheckIn:  {booking.Confirmed: booking.CheckedIn},
	booking.ActComplete: {booking.Confirmed: booking.Completed, booking.CheckedIn: booking.Completed},
	booking.ActNoShow:   {booking.Confirmed: booking.NoShow},
}

// changeOf is the answer to an action of a member, and where it leads.
func (m *model) changeOf(b *modelBooking, a booking.Action) (code string, to booking.Status) {
	to, ok := modelPaths[a][b.status]
	switch {
	case a == booking.ActApprove && m.lapsed(b):
		return "booking.expired", ""
	case !ok:
		return "booking.wrong_state", ""
	case (a == booking.ActCheckIn || a == booking.ActComplete) && m.now < b.start*60-modelCheckIn, a == booking.ActNoShow && m.now < b.start*60:
		return "booking.too_early", ""
	}
	return "ok", to
}

// undoOf is the answer to a member who takes the last change back, and where that leads.
func (m *model) undoOf(b *modelBooking) (code string, to booking.Status) {
	back := []booking.Status{booking.Completed, booking.NoShow, booking.Cancelled, booking.CheckedIn}
	switch {
	case !slices.Contains(back, b.status) || b.before == "" || b.before == b.status || b.undone:
		return "booking.nothing_to_undo", ""
	case b.changed/60/modelDay != m.now/60/modelDay:
		return "booking.undo_over", ""
	case b.before == booking.PendingApproval && m.deadline(b.start) <= m.now:
		return "booking.expired", ""
	case b.status != booking.CheckedIn && slices.Contains(occupying, b.before):
		if _, taken := clash(b.took, m.held(b, nil)); taken {
			return "booking.slot_taken", ""
		}
	}
	return "ok", b.before
}

// cancelOf is the answer to a customer who cancels by the link.
func (m *model) cancelOf(b *modelBooking) string {
	_, ok := modelPaths[booking.ActCancel][b.status]
	switch {
	case b.status == booking.CheckedIn:
		return "booking.wrong_state"
	case m.lapsed(b):
		return "booking.expired"
	case !ok:
		return "booking.wrong_state"
	case m.now >= b.start*60:
		return "booking.cancel_deadline"
	}
	return "ok"
}

// moveOf is the answer to a move; staff is who must serve then. Of who is here the
// end may be another one, where that is asked for, and nothing else.
func (m *model) moveOf(b *modelBooking, visit modelService, start, staff int, member, length bool) string {
	switch {
	case b.status == booking.CheckedIn && length && start == b.start && staff == b.stylist():
	case b.status != booking.PendingApproval && b.status != booking.Confirmed:
		return "booking.wrong_state"
	case m.lapsed(b):
		return "booking.expired"
	case !member && m.now >= b.start*60:
		return "booking.change_deadline"
	case member && b.waits() && start*60 <= m.now: // it would lapse there
		return "validation.failed"
	}
	return m.wished(visit, start, staff, member, b, nil)
}

// became notes a change of a booking.
func (m *model) became(b *modelBooking, to booking.Status, undo bool) {
	b.before, b.status, b.undone, b.changed = b.status, to, undo, m.now
	b.version++
}

// soldTwice is a place that the model itself would have sold twice.
func (m *model) soldTwice() string {
	var all []modelTaken
	for _, b := range m.bookings {
		if b.occupies() {
			if c, ok := clash(b.took, all); ok {
				return fmt.Sprintf("place %v is taken twice", c)
			}
			all = append(all, b.took...)
		}
	}
	for _, h := range m.holds {
		if h.status == "active" {
			if c, ok := clash(h.took, all); ok {
				return fmt.Sprintf("place %v is taken twice, once by a hold", c)
			}
			all = append(all, h.took...)
		}
	}
	return ""
}

// midnight is where the model's minutes begin.
var midnight = time.Date(2026, 11, 30, 0, 0, 0, 0, tokyo)

func modelTime(minutes int) time.Time { return midnight.Add(time.Duration(minutes) * time.Minute) }

func modelMinutes(t time.Time) int { return int(t.Sub(midnight) / time.Minute) }

// inOrder sorts places, to compare lists of them.
func inOrder(list []modelTaken) []modelTaken {
	return slices.SortedFunc(slices.Values(list), func(a, b modelTaken) int {
		return cmp.Or(cmp.Compare(a.resource, b.resource), cmp.Compare(a.unit, b.unit), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
}
