package demo

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Reasons that the shops' people write.
const (
	reasonFull    = "誠に恐れ入りますが、ご希望の時間は担当の手配ができませんでした。"
	reasonByPhone = "お客さまよりお電話"
	reasonNoShow  = "ご連絡なし"
)

// arrivals is since when check-ins are told one by one; of older visits it is
// only told that they took place.
const arrivals = 14 * 24 * time.Hour

// follow puts the next event of a booking on the timetable: what its visit
// means to become of it, as far as its status still allows.
func (l *life) follow(r *record) {
	switch r.Status {
	case booking.PendingApproval:
		l.followRequest(r)
	case booking.Confirmed:
		l.followConfirmed(r)
	case booking.CheckedIn:
		l.then(r, r.EndsAt.Add(r.visit.overtime), l.bookings.Complete, "")
	case booking.PendingPayment, booking.Completed, booking.NoShow, booking.Cancelled, booking.Declined, booking.Expired:
	}
}

// followRequest answers as planned. Requests that are not in the plan are left
// to whoever tries the demo.
func (l *life) followRequest(r *record) {
	at := r.CreatedAt.Add(r.visit.answer)
	switch {
	case (r.visit.fate == unanswered || !l.planned[r.ID]) && r.ExpiresAt != nil:
		l.events.add(*r.ExpiresAt, func(ctx context.Context) error { return l.expire(ctx, r) })
	case r.visit.fate == declined:
		l.then(r, at, l.bookings.Decline, reasonFull)
	default:
		if latest := r.StartsAt.Add(-20 * time.Minute); at.After(latest) {
			at = latest
		}
		l.then(r, at, l.bookings.Approve, "")
	}
}

// expire is what the job does when nobody answered.
func (l *life) expire(ctx context.Context, r *record) error {
	err := l.bookings.WorkExpire(ctx, booking.ExpireArgs{BusinessID: l.id.String(), BookingID: r.ID.String()})
	if err != nil {
		return err
	}
	return l.changed(r)(l.bookings.Get(ctx, tenant.Worker(), l.id, r.ID))
}

func (l *life) followConfirmed(r *record) {
	v := &r.visit
	moveAt := r.StartsAt.Add(-v.moves)
	switch {
	case v.moves > 0 && !l.touched(r) && moveAt.After(r.UpdatedAt):
		v.moves = 0
		l.events.add(moveAt, func(ctx context.Context) error { return l.move(ctx, r) })
	case v.fate == cancelled:
		at := r.StartsAt.Add(-v.notice)
		if !at.After(r.UpdatedAt) {
			at = r.UpdatedAt.Add(r.StartsAt.Sub(r.UpdatedAt) / 2)
		}
		v.fate = comes // if it cannot be cancelled any more
		l.events.add(at, func(ctx context.Context) error { return l.cancel(ctx, r) })
	case v.fate == noShow:
		l.then(r, r.StartsAt.Add(25*time.Minute), l.bookings.NoShow, reasonNoShow)
	case !l.planned[r.ID] || l.until.Sub(r.StartsAt) > arrivals:
		l.then(r, r.EndsAt.Add(v.overtime), l.bookings.Complete, "")
	default:
		l.then(r, r.StartsAt.Add(v.late), l.bookings.CheckIn, "")
	}
}

// touched tells whether a confirmed booking was changed since: a life that is
// taken up again must not move a visit twice.
func (l *life) touched(r *record) bool {
	untouched := int64(1)
	if l.shop.approves() && r.Source == booking.Public {
		untouched = 2 // requested, then approved
	}
	return r.Version > untouched
}

// change is one of the services' changes of a booking.
type change func(context.Context, booking.Change) (*booking.Booking, error)

// then puts a change by the shop's people on the timetable, and after it what follows.
func (l *life) then(r *record, at time.Time, do change, reason string) {
	l.events.add(later(at, r.UpdatedAt), func(ctx context.Context) error {
		return l.changed(r)(do(ctx, l.byShop(r, reason)))
	})
}

// later keeps a booking's changes in order.
func later(at, last time.Time) time.Time {
	if !at.After(last) {
		return last.Add(time.Second)
	}
	return at
}

// byShop is a change by one of the people at the counter. Only who booked on the
// site is told of it: the others were told on the phone.
func (l *life) byShop(r *record, reason string) booking.Change {
	return booking.Change{
		Actor: l.clerk(r.visit), Business: l.id, Booking: r.ID, Expect: r.Version, Reason: reason, Silent: r.visit.way != online,
	}
}

// clerk is who deals with a visit.
func (l *life) clerk(v visit) tenant.Actor {
	if v.made.Minute()%2 == 0 {
		return l.owner
	}
	return l.staff
}

// changed takes the outcome of a change and goes on. A refusal is life: somebody
// who tries the demo was faster; then the rest of the plan is void.
func (l *life) changed(r *record) func(*booking.Booking, error) error {
	return func(x *booking.Booking, err error) error {
		if refused(err) {
			l.report.Refused++
			return nil
		}
		if err != nil {
			return err
		}
		r.Booking = x
		l.report.Changes++
		l.follow(r)
		return nil
	}
}

// refused tells whether the answer is one that an ordinary caller may get.
func refused(err error) bool {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.Invalid, fault.NotFound, fault.Precondition:
		return err != nil
	default:
		return false
	}
}

// cancel is by the customer: by the link where there was one, else by phone. A
// deadline that has passed lets the visit take place.
func (l *life) cancel(ctx context.Context, r *record) error {
	x, err := l.cancelled(ctx, r)
	if refused(err) {
		l.report.Refused++
		l.follow(r)
		return nil
	}
	return l.changed(r)(x, err)
}

func (l *life) cancelled(ctx context.Context, r *record) (*booking.Booking, error) {
	if r.visit.way == online {
		return l.bookings.CancelByLink(ctx, tenant.Actor{Kind: tenant.Customer}, l.bookings.ManageToken(r.Booking), "", nil)
	}
	return l.bookings.Cancel(ctx, l.byShop(r, reasonByPhone))
}

// move takes the visit to a free time nearby, if there is one; else it stays.
func (l *life) move(ctx context.Context, r *record) error {
	start, err := l.otherStart(ctx, r)
	if err != nil {
		return err
	}
	x := r.Booking
	if !start.IsZero() {
		in := booking.MoveInput{Start: start, Consented: true}
		if r.visit.way == online {
			x, err = l.bookings.RescheduleByLink(ctx, tenant.Actor{Kind: tenant.Customer}, l.bookings.ManageToken(r.Booking), in, nil)
		} else {
			x, err = l.bookings.Reschedule(ctx, l.byShop(r, reasonByPhone), in)
		}
	}
	if start.IsZero() || refused(err) {
		l.report.Refused++
		l.follow(r)
		return nil
	}
	return l.changed(r)(x, err)
}
