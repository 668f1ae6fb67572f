package booking_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// R11: stories of a shop, beside a model that was written without the program:
// after each step the outcome, every booking with its version, every hold, what is
// occupied and the day's ledger must be the model's.
//
// -rapid.seed with the number that a failure prints repeats it.
func TestModel_R11_Stories_AreAsTheModelSays(t *testing.T) {
	t.Parallel()
	stage := newShop(t)
	counts := map[string]int{}
	stories, budget, rounds := 0, pgtest.Rounds(5, 100), pgtest.Rounds(1, 2) // of a hundred stories at most
	if pgtest.Long() {
		rounds = 50
	}
	failed := false
	for range rounds {
		told := 0
		rapid.Check(t, func(rt *rapid.T) {
			if told >= budget && !failed { // after a failure rapid looks for a shorter one
				return
			}
			told++
			stories++
			y := newStory(rt, stage, stories, counts)
			failed = true // until it ended well
			for range pgtest.Rounds(1, 2) {
				rt.Repeat(y.actions())
			}
			y.checkInvariants()
			failed = false
		})
	}
	total := 0
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%6d × %s", counts[what], what)
		total += counts[what]
	}
	t.Logf("R11: %d stories, %d steps with an outcome", stories, total)
	for _, what := range modelMustSee {
		if pgtest.Full() && !t.Failed() && counts[what] == 0 {
			t.Errorf("never seen: %s", what)
		}
	}
}

// modelMustSee are outcomes without which the stories prove too little.
var modelMustSee = []string{
	"book ok", "book booking.slot_taken", "book validation.failed", "hold ok", "hold booking.slot_taken", "enter ok", "enter booking.slot_taken",
	"move ok", "move booking.slot_taken", "move precondition.stale", "move by link ok", "move by link booking.change_deadline",
	"cancel ok", "cancel booking.cancel_deadline", "cancel booking.wrong_state", "undo ok", "undo booking.slot_taken", "undo booking.undo_over",
	"approve ok", "decline ok", "check_in ok", "check_in booking.too_early", "complete ok", "no_show ok",
	"expire ok", "expire hold ok", "release ok", "release not_found",
}

// actions are the steps of a story; the one without a name follows each of them.
func (y *story) actions() map[string]func(*rapid.T) {
	day := 0
	step := func(do func(draw)) func(*rapid.T) {
		return func(t *rapid.T) {
			y.t = t
			day = y.model.now/60/modelDay + rapid.IntRange(0, 2).Draw(t, "day")
			do(draw{t, day})
		}
	}
	return map[string]func(*rapid.T){
		"book": step(y.doBook), "book more": step(y.doBook), "hold": step(y.doHold), "release": step(y.doRelease), "enter": step(y.doEnter),
		"move": step(y.doMove), "move by link": step(y.doMoveByLink), "cancel by link": step(y.doCancelByLink),
		"change": step(y.doChange), "change more": step(y.doChange), "undo": step(y.doUndo),
		"time": step(y.doTime), "lapse": step(y.doLapse), "mode": step(y.doMode), "jobs": step(y.doJobs),
		"": func(t *rapid.T) {
			y.t = t
			y.compare()
			y.compareLedger(day)
		},
	}
}

// draw is what a step draws from chance.
type draw struct {
	t   *rapid.T
	day int
}

func (d draw) service() int { return rapid.IntRange(0, len(modelMenu)-1).Draw(d.t, "service") }

func (d draw) staff() int { return rapid.IntRange(-1, 1).Draw(d.t, "staff") }

// start is mostly on the grid and in hours; the shop is open for twenty half
// hours. Chance likes what comes first best: the middle of the day.
func (d draw) start() int {
	at := d.day*modelDay + modelOpens + modelGrid*((rapid.IntRange(0, 21).Draw(d.t, "start")+13)%22-1)
	if rapid.IntRange(0, 9).Draw(d.t, "off the grid") == 9 {
		at += 5
	}
	return at
}

func (d draw) yes(what string) bool { return rapid.Bool().Draw(d.t, what) }

// oneOf draws one of a list; nothing when there is none.
func oneOf[T any](d draw, what string, list []*T) *T {
	if len(list) == 0 {
		return nil
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(d.t, what)]
}

// version is mostly the right one.
func (d draw) version(b *modelBooking) int64 {
	switch rapid.IntRange(0, 7).Draw(d.t, "version") {
	case 5:
		return 0
	case 6:
		return b.version + 1
	case 7:
		return max(1, b.version-1)
	}
	return b.version
}

// change is a member's change of the version that was drawn; stale tells that it must be refused.
func (y *story) change(d draw, b *modelBooking) (c booking.Change, stale bool) {
	c = booking.Change{Actor: member, Business: y.shop.id, Booking: b.id, Reason: "電話で依頼", Expect: d.version(b)}
	return c, c.Expect != 0 && c.Expect != b.version
}

func (y *story) doBook(d draw) {
	service, start, staff := d.service(), d.start(), d.staff()
	in := wish(y.services[service], modelTime(start))
	var hold *modelHold
	if hold = oneOf(d, "hold", y.holds); hold != nil && d.yes("bring it") {
		in.HoldToken = hold.token
		if d.yes("the same") {
			service, start, staff = hold.service, hold.start, hold.staff
		}
	} else {
		hold = nil
	}
	in.Request = y.request(service, start, staff)
	y.tell("book service %d at %d, staff %d, hold %v", service, start, staff, hold != nil)
	takesOver := y.stands(hold) && hold.service == service && hold.start == start && hold.staff == staff
	want := "ok"
	if !y.stands(hold) {
		hold = nil
	}
	if !takesOver {
		want = y.wished(modelMenu[service], start, staff, false, nil, hold)
	}
	x, err := y.book(in)
	if !y.want("book", err, want) {
		return
	}
	b := y.made(x, service, start, staff)
	if y.approval {
		b.expires = y.deadline(start)
	}
	switch {
	case takesOver:
		hold.status = "used"
		if !slices.Equal(b.took, hold.took) {
			y.fail("the hold kept %v, the booking has %v", hold.took, b.took)
		}
	case hold != nil:
		hold.status = "released"
	}
}

// made notes a new booking, after a look at who serves it.
func (y *story) made(x *booking.Booking, service, start, staff int) *modelBooking {
	b := &modelBooking{id: x.ID, code: x.Code, version: 1, sold: modelMenu[service], start: start, staff: staff, took: y.tookOf(x), status: booking.Confirmed}
	b.visit = b.sold
	if y.approval {
		b.status = booking.PendingApproval
	}
	if !serves(b.took, b.visit, start, staff) {
		y.fail("a booking of service %d at %d by %d took %v", service, start, staff, b.took)
	}
	y.bookings = append(y.bookings, b)
	return b
}

func (y *story) doHold(d draw) {
	service, start, staff := d.service(), d.start(), d.staff()
	y.tell("hold service %d at %d, staff %d", service, start, staff)
	h, err := y.service.Hold(context.Background(), guest, y.shop.id, booking.HoldInput{Request: y.request(service, start, staff)}, nil)
	if !y.want("hold", err, y.wished(modelMenu[service], start, staff, false, nil, nil)) {
		return
	}
	held := &modelHold{
		id: h.ID, token: y.service.HoldToken(h), status: "active", service: service, start: start, staff: staff, took: y.picked(h.Picks),
		expires: y.model.now + modelHoldFor,
	}
	if !serves(held.took, modelMenu[service], start, staff) {
		y.fail("a hold of service %d at %d by %d took %v", service, start, staff, held.took)
	}
	y.holds = append(y.holds, held)
}

func (y *story) doRelease(d draw) {
	h := oneOf(d, "hold", y.holds)
	if h == nil {
		return
	}
	y.tell("release")
	want := "not_found"
	if y.stands(h) {
		want = "ok"
	}
	if y.want("release", y.service.Release(context.Background(), guest, h.token), want) {
		h.status = "released"
	}
}

// doEnter is somebody at the counter, or on the phone.
func (y *story) doEnter(d draw) {
	service, start, staff, here := d.service(), d.start(), d.staff(), d.yes("walk-in")
	if here {
		start = y.model.now/300*5 + rapid.SampledFrom([]int{0, 5, 30, -30, 13 * 60}).Draw(d.t, "from now")
	}
	in := wish(y.services[service], modelTime(start))
	in.Request, in.CheckIn = y.request(service, start, staff), here
	y.tell("enter service %d at %d, staff %d, here %v", service, start, staff, here)
	want := y.wished(modelMenu[service], start, staff, true, nil, nil)
	if here && start*60 > y.model.now+modelCheckIn {
		want = "validation.failed"
	}
	x, err := y.enter(in)
	if !y.want("enter", err, want) {
		return
	}
	b := y.made(x, service, start, staff)
	if b.status = booking.Confirmed; here {
		b.status = booking.CheckedIn
	}
}

func (y *story) doMode(d draw) {
	y.approval = d.yes("approval")
	mode := map[bool]string{true: "approval", false: "instant"}[y.approval]
	y.tell("mode %s", mode)
	y.set("booking_mode = '" + mode + "'")
}

// doLapse lets time go on until a request lapses, or a visit begins.
func (y *story) doLapse(d draw) {
	b := oneOf(d, "booking", y.bookings)
	if b == nil || !b.occupies() {
		return
	}
	until := b.start * 60
	if b.waits() {
		until = b.expires
	}
	if until > y.model.now && until < y.model.now+12*60*60 {
		y.model.now = until
		y.setClock()
		y.tell("until the moment of %s", b.code)
	}
}

func (y *story) doTime(d draw) {
	y.model.now += 60 * rapid.SampledFrom([]int{3, 11, 45, 4 * 60, 11 * 60}).Draw(d.t, "minutes")
	y.setClock()
	y.tell("time goes on")
}
