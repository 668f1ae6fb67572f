package booking

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Change is one change of a booking that stands.
type Change struct {
	Actor    tenant.Actor
	Business business.ID
	Booking  ID
	Expect   int64  // the version that the caller saw; 0: any (the customer's link)
	Reason   string // for the history
	Silent   bool   // the customer is not told
	Claim    *idempotency.Claim
}

// checkReason cleans the reason and notes when it is missing or too long.
func (c *Change) checkReason(needed bool) error {
	var v fault.Fields
	c.Reason = checkedText(&v, "body.reason", c.Reason, MaxReason)
	v.Check(c.Reason != "" || !needed, "body.reason", "required")
	return v.Err()
}

// step is what one action does to the booking under its lock.
type step struct {
	action Action
	detail map[string]any
	// locks, when given, prepares what is to be locked before the booking's row in
	// the place of the booking's own resources. It runs before each try.
	locks func(ctx context.Context) (func(*pg.Batch), error)
	// apply changes the booking and queues what goes with it; the status from
	// which it came is in before.
	apply func(ctx context.Context, tx *pg.Tx, x *Booking, now time.Time) error
}

// change runs one action: the locks of the booking's resources, then its row,
// the action's rules, and in the same transaction history, message and audit.
func (s *Service) change(ctx context.Context, c Change, st step) (*Booking, error) {
	if err := c.checkReason(false); err != nil {
		return nil, err
	}
	var out *Booking
	err := s.write(ctx, c.Business, func(ctx context.Context) error {
		queueLocks, err := c.locks(ctx, st)
		if err != nil {
			return err
		}
		return s.db.InTenant(ctx, c.Business, func(tx *pg.Tx) error {
			c.Claim.Begin(tx.Batch())
			queueLocks(tx.Batch())
			x, err := lockedBooking(ctx, tx, c.Business, c.Booking)
			if err != nil {
				return err
			}
			if x.hiddenFrom(c.Actor) {
				return ErrNotFound
			}
			if c.Expect != 0 && x.Version != c.Expect {
				return ErrStale
			}
			out = x
			return s.apply(ctx, tx, c, st, x)
		})
	})
	if err != nil {
		return nil, taken(err)
	}
	return out, nil
}

// locks are those of the step, or of the booking's own resources: those that it
// holds now, or gave back.
func (c *Change) locks(ctx context.Context, st step) (func(*pg.Batch), error) {
	if st.locks != nil {
		return st.locks(ctx)
	}
	return func(b *pg.Batch) { b.Queue(lockWithBooking, c.Business, c.Booking, []catalog.ResourceID{}) }, nil
}

func (s *Service) apply(ctx context.Context, tx *pg.Tx, c Change, st step, x *Booking) error {
	from, now := x.Status, s.clock.Now()
	x.Version, x.UpdatedAt = x.Version+1, now
	if err := st.apply(ctx, tx, x, now); err != nil {
		return err
	}
	queueUpdate(tx.Batch(), x)
	event := EventOf(Step{st.action, from, x.Status})
	queueHistory(tx.Batch(), x, c.Actor, st.action, from, c.Reason, x.noted(c.Actor, event, c.Silent, st.detail))
	if !c.Silent {
		s.queueMessage(tx.Batch(), x, event, st.detail)
	}
	c.Claim.About(x.ID)
	if err := c.Claim.Store(tx.Batch(), x); err != nil {
		return err
	}
	audit.Append(tx.AtEnd(), x.BusinessID, audit.Entry{
		At: now, Actor: c.Actor, Action: "booking." + string(st.action), Subject: subject(x.ID),
		Detail: map[string]any{"from": from, "to": x.Status, "version": x.Version},
	}, nil)
	return nil
}

func lockedBooking(ctx context.Context, tx *pg.Tx, bid business.ID, id ID) (*Booking, error) {
	r, err := pg.SelectOne[row](ctx, tx, lockByID, bid, id)
	if errors.Is(err, pg.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return r.booking(), nil
}

// move takes the booking along the machine; ErrState where there is no path.
func (x *Booking) move(a Action) error {
	to, ok := next(x.Status, a)
	if !ok {
		return ErrState.With(fault.Args{"status": x.Status})
	}
	x.Status = to
	return nil
}

// moveFrom is move for what is possible from an instant on; ErrTooEarly before,
// where there is a path at all.
func (x *Booking) moveFrom(a Action, earliest, now time.Time) error {
	if err := x.move(a); err != nil {
		return err
	}
	if now.Before(earliest) {
		return ErrTooEarly
	}
	return nil
}

// release queues the freeing of what the booking occupies.
func (x *Booking) release(tx *pg.Tx) {
	x.ExpiresAt = nil
	availability.Release(tx.Batch(), x.BusinessID, x.owner())
}

// expired tells whether a pending booking's time ran out.
func (x *Booking) expired(now time.Time) bool {
	return x.Status.Pending() && x.ExpiresAt != nil && !x.ExpiresAt.After(now)
}

// Approve confirms a booking that waits for the business. Its slot was kept all
// the while; one whose time ran out is ErrExpired. Whether it is outside today's
// rules is judged anew, and no reason to refuse.
func (s *Service) Approve(ctx context.Context, c Change) (*Booking, error) {
	var snap *availability.Snapshot
	return s.change(ctx, c, step{
		action: ActApprove, locks: s.guarded(c, &snap),
		apply: func(_ context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
			if x.expired(now) {
				return ErrExpired
			}
			if err := x.move(ActApprove); err != nil {
				return err
			}
			x.ExpiresAt = nil
			availability.Keep(tx.Batch(), x.BusinessID, x.ID)
			return x.rejudge(snap)
		},
	})
}

// Decline refuses a booking that waits for the business; a reason is needed,
// the customer reads it.
func (s *Service) Decline(ctx context.Context, c Change) (*Booking, error) {
	if err := c.checkReason(true); err != nil {
		return nil, err
	}
	return s.change(ctx, c, step{
		action: ActDecline, detail: map[string]any{"reason": c.Reason},
		apply: func(_ context.Context, tx *pg.Tx, x *Booking, _ time.Time) error {
			if err := x.move(ActDecline); err != nil {
				return err
			}
			x.release(tx)
			return nil
		},
	})
}

// Check-ins are for the day of the visit; until then the customer cannot be there.
const checkInAhead = 12 * time.Hour

// CheckIn notes that the customer is here.
func (s *Service) CheckIn(ctx context.Context, c Change) (*Booking, error) {
	return s.change(ctx, c, step{
		action: ActCheckIn,
		apply: func(_ context.Context, _ *pg.Tx, x *Booking, now time.Time) error {
			return x.moveFrom(ActCheckIn, x.StartsAt.Add(-checkInAhead), now)
		},
	})
}

// Complete notes that the visit is over; what it still occupied falls free.
func (s *Service) Complete(ctx context.Context, c Change) (*Booking, error) {
	return s.change(ctx, c, step{
		action: ActComplete,
		apply: func(_ context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
			if err := x.moveFrom(ActComplete, x.StartsAt.Add(-checkInAhead), now); err != nil {
				return err
			}
			x.release(tx)
			return nil
		},
	})
}

// NoShow notes that the customer did not come; not before the visit began.
func (s *Service) NoShow(ctx context.Context, c Change) (*Booking, error) {
	return s.change(ctx, c, step{
		action: ActNoShow,
		apply: func(_ context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
			if err := x.moveFrom(ActNoShow, x.StartsAt, now); err != nil {
				return err
			}
			x.release(tx)
			return nil
		},
	})
}

// Cancel cancels for the business, at no cost to the customer.
func (s *Service) Cancel(ctx context.Context, c Change) (*Booking, error) {
	return s.change(ctx, c, step{
		action: ActCancel, detail: map[string]any{"by": "business"},
		apply: func(_ context.Context, tx *pg.Tx, x *Booking, _ time.Time) error {
			return x.cancel(tx, 0)
		},
	})
}

func (x *Booking) cancel(tx *pg.Tx, fee int64) error {
	if err := x.move(ActCancel); err != nil {
		return err
	}
	x.CancelFee = &fee
	x.release(tx)
	return nil
}

// Undo takes the last check-in, completion, no-show or cancellation back: on
// the same day, with a reason, and only if the slot can be taken again.
func (s *Service) Undo(ctx context.Context, c Change) (*Booking, error) {
	if err := c.checkReason(true); err != nil {
		return nil, err
	}
	var snap *availability.Snapshot
	return s.change(ctx, c, step{
		action: ActUndo, locks: s.guarded(c, &snap),
		apply: func(ctx context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
			if !undoable(x.Status) || x.kept() {
				return ErrNothingToUndo
			}
			last, err := pg.SelectOne[HistoryEntry](ctx, tx, lastHistory, x.BusinessID, x.ID)
			if err != nil {
				return err
			}
			if last.From == "" || last.From == last.To || last.Action == ActUndo || last.To != string(x.Status) {
				return ErrNothingToUndo
			}
			if clock.DateOf(last.At.In(snap.Zone)) != clock.DateOf(now.In(snap.Zone)) {
				return ErrUndoOver
			}
			return s.back(ctx, tx, snap, x, Status(last.From), now)
		},
	})
}

// back gives the booking its earlier status again and retakes what that occupies.
// Where the rules changed meanwhile it is marked as outside them.
func (s *Service) back(ctx context.Context, tx *pg.Tx, snap *availability.Snapshot, x *Booking, to Status, now time.Time) error {
	occupied := x.Status.Occupies()
	x.Status, x.CancelFee = to, nil
	if to.Pending() {
		deadline := approvalDeadline(&snap.Business, x.StartsAt, now)
		if !deadline.After(now) {
			return ErrExpired
		}
		x.ExpiresAt = &deadline
		queueExpiry(tx.Batch(), x)
	}
	if to.Occupies() {
		if err := x.rejudge(snap); err != nil {
			return err
		}
	}
	if !to.Occupies() || occupied {
		return nil
	}
	if err := s.freeExpiredUnder(ctx, tx, x, now); err != nil {
		return err
	}
	availability.Take(tx.Batch(), x.BusinessID, x.owner(), x.ExpiresAt, x.allocations())
	return nil
}

// freeExpiredUnder frees what has expired on the resources that the booking is
// about to retake.
func (s *Service) freeExpiredUnder(ctx context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
	from, to := x.StartsAt, x.EndsAt
	for _, a := range x.allocations() { // with preparation and clean-up
		if a.StartsAt.Before(from) {
			from = a.StartsAt
		}
		if a.EndsAt.After(to) {
			to = a.EndsAt
		}
	}
	var taken []availability.Taken
	var b pg.Batch
	availability.QueueBusy(&b, x.BusinessID, from, to, &taken)
	if err := tx.Run(ctx, &b); err != nil {
		return err
	}
	return s.freeExpired(ctx, tx, x.BusinessID, now, expiredAmong(taken, resourcesOf(x), now))
}
