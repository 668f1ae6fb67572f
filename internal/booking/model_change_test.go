package booking_test

import (
	"context"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
)

// This file is what happens in a story to bookings that were made.

// doChange is an action of a member.
func (y *story) doChange(d draw) {
	b := oneOf(d, "booking", y.bookings)
	if b == nil {
		return
	}
	list := []booking.Action{booking.ActApprove, booking.ActDecline, booking.ActCancel, booking.ActCheckIn, booking.ActComplete, booking.ActNoShow}
	a := rapid.SampledFrom(list).Draw(d.t, "action")
	c, stale := y.change(d, b)
	want, to := y.changeOf(b, a)
	if stale {
		want = "precondition.stale"
	}
	y.tell("%s of %s, version %d", a, b.code, c.Expect)
	do := map[booking.Action]func(context.Context, booking.Change) (*booking.Booking, error){
		booking.ActApprove: y.service.Approve, booking.ActDecline: y.service.Decline, booking.ActCancel: y.service.Cancel,
		booking.ActCheckIn: y.service.CheckIn, booking.ActComplete: y.service.Complete, booking.ActNoShow: y.service.NoShow,
	}
	x, err := do[a](context.Background(), c)
	if y.want(string(a), err, want) {
		b.expires = 0
		y.became(b, to, false)
		y.answered(b, x)
	}
}

// answered compares what a change answered with the model.
func (y *story) answered(b *modelBooking, x *booking.Booking) {
	if x.Status != b.status || x.Version != b.version || modelMinutes(x.StartsAt) != b.start {
		y.fail("answered %s version %d at %s, the model says %s version %d at %d", x.Status, x.Version, x.StartsAt, b.status, b.version, b.start)
	}
}

// doUndo takes the last change back.
func (y *story) doUndo(d draw) {
	b := oneOf(d, "booking", y.bookings)
	if b == nil {
		return
	}
	c, stale := y.change(d, b)
	want, to := y.undoOf(b)
	if stale {
		want = "precondition.stale"
	}
	y.tell("undo of %s, version %d", b.code, c.Expect)
	x, err := y.service.Undo(context.Background(), c)
	if !y.want("undo", err, want) {
		return
	}
	if y.became(b, to, true); b.waits() {
		b.expires = y.deadline(b.start)
	}
	y.answered(b, x)
}

// doMove is a move by a member, who may give the visit to somebody else.
func (y *story) doMove(d draw) {
	b := oneOf(d, "booking", y.bookings)
	if b == nil {
		return
	}
	in, visit := booking.MoveInput{Consented: true}, b.visit
	start, staff := d.start(), d.staff()
	if d.yes("length") {
		visit = b.sold.lasting(rapid.SampledFrom([]int{5, 30, 60, 75, 120, 180}).Draw(d.t, "minutes"))
		in.Minutes = &visit.length
	}
	if d.yes("in place") {
		start = b.start
	}
	in.Start, in.StaffID = modelTime(start), y.staffID(staff)
	c, stale := y.change(d, b)
	serving := staff
	switch {
	case staff < 0 && b.status == booking.CheckedIn:
		serving = b.stylist()
	case staff < 0:
		serving = b.staff
	}
	want := y.moveOf(b, visit, start, serving, true, in.Minutes != nil)
	if stale {
		want = "precondition.stale"
	}
	y.tell("move of %s to %d, staff %d, %d minutes (asked for: %t), version %d", b.code, start, staff, visit.length, in.Minutes != nil, c.Expect)
	x, err := y.service.Reschedule(context.Background(), c, in)
	if !y.want("move", err, want) {
		return
	}
	if staff >= 0 && b.staff >= 0 { // a nomination goes over to who takes the visit over
		b.staff = staff
	}
	b.visit = visit
	y.moved(b, x, start, serving)
}

// moved notes where a booking went.
func (y *story) moved(b *modelBooking, x *booking.Booking, start, serving int) {
	b.start, b.took = start, y.tookOf(x)
	if b.waits() {
		b.expires = min(b.expires, start*60)
	}
	if !serves(b.took, b.visit, start, serving) {
		y.fail("moved to %d by %d it took %v", start, serving, b.took)
	}
	y.became(b, b.status, false)
	y.answered(b, x)
}

// doMoveByLink is a move by the customer.
func (y *story) doMoveByLink(d draw) {
	b := oneOf(d, "booking", y.bookings)
	if b == nil {
		return
	}
	start, staff := d.start(), d.staff()
	serving := staff
	if staff < 0 {
		serving = b.staff
	}
	y.tell("move of %s by its link to %d, staff %d", b.code, start, staff)
	x, err := y.service.RescheduleByLink(context.Background(), guest, y.token(b), booking.MoveInput{Start: modelTime(start), StaffID: y.staffID(staff)}, nil)
	if !y.want("move by link", err, y.moveOf(b, b.visit, start, serving, false, false)) {
		return
	}
	b.staff = serving
	y.moved(b, x, start, serving)
}

// token is the secret of a booking's link.
func (y *story) token(b *modelBooking) string {
	return y.service.ManageToken(&booking.Booking{BusinessID: y.shop.id, ID: b.id, LinkGeneration: 1})
}

func (y *story) doCancelByLink(d draw) {
	b := oneOf(d, "booking", y.bookings)
	if b == nil {
		return
	}
	y.tell("cancel of %s by its link", b.code)
	x, err := y.service.CancelByLink(context.Background(), guest, y.token(b), "", nil)
	if y.want("cancel", err, y.cancelOf(b)) {
		b.expires = 0
		y.became(b, booking.Cancelled, false)
		y.answered(b, x)
	}
}

// doJobs runs the jobs that end what lapsed; they come twice, and too early.
func (y *story) doJobs(draw) {
	y.tell("jobs")
	for _, b := range y.bookings {
		lapsed := y.lapsed(b)
		if err := y.expire(&booking.Booking{ID: b.id}); err != nil {
			y.fail("job: %v", err)
		}
		if lapsed {
			y.counts["expire ok"]++
			b.expires = 0
			y.became(b, booking.Expired, false)
		}
	}
	for _, h := range y.holds {
		if err := y.expireHold(&booking.Hold{ID: h.id}); err != nil {
			y.fail("job: %v", err)
		}
		if h.status == "active" && !y.stands(h) {
			y.counts["expire hold ok"]++
			h.status = "expired"
		}
	}
}
