package booking

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// ExpireArgs is the job that ends a pending booking when its time has run out.
type ExpireArgs struct {
	BusinessID string `json:"business_id"`
	BookingID  string `json:"booking_id"`
}

// Kind is the job's kind.
func (ExpireArgs) Kind() string { return "booking.expire" }

// ExpireHoldArgs is the job that frees a hold when its time has run out.
type ExpireHoldArgs struct {
	BusinessID string `json:"business_id"`
	HoldID     string `json:"hold_id"`
}

// Kind is the job's kind.
func (ExpireHoldArgs) Kind() string { return "hold.expire" }

// queueExpiry queues the job that will end a pending booking.
func queueExpiry(b *pg.Batch, x *Booking) {
	jobs.Enqueue(b, jobs.Default, ExpireArgs{BusinessID: x.BusinessID.String(), BookingID: x.ID.String()}, x.UpdatedAt, *x.ExpiresAt)
}

// WorkExpire is the worker of ExpireArgs. A booking that was decided, moved or
// ended meanwhile is left alone, so that running twice does no harm.
func (s *Service) WorkExpire(ctx context.Context, a ExpireArgs) error {
	bid, err := id.Parse[business.Business](a.BusinessID)
	if err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	bookingID, err := id.Parse[Booking](a.BookingID)
	if err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	return s.write(ctx, bid, func(ctx context.Context) error {
		return s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
			tx.Later(lockWithBooking, bid, bookingID, []catalog.ResourceID{})
			return s.expireIn(ctx, tx, bid, bookingID, s.clock.Now())
		})
	})
}

// expireIn ends a pending booking whose time ran out, in the transaction of
// whoever noticed; any other booking is left alone.
func (s *Service) expireIn(ctx context.Context, tx *pg.Tx, bid business.ID, bookingID [16]byte, now time.Time) error {
	x, err := lockedBooking(ctx, tx, bid, bookingID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !x.expired(now) {
		if x.Status.Pending() && x.ExpiresAt != nil {
			queueExpiry(tx.Batch(), x) // the queue's clock goes before ours: once more, or the job would be lost
		}
		return nil
	}
	c := Change{Actor: tenant.Worker(), Business: bid, Booking: bookingID}
	return s.apply(ctx, tx, c, step{
		action: ActExpire,
		apply: func(_ context.Context, tx *pg.Tx, x *Booking, _ time.Time) error {
			if err := x.move(ActExpire); err != nil {
				return err
			}
			x.release(tx)
			return nil
		},
	}, x)
}

// WorkExpireHold is the worker of ExpireHoldArgs.
func (s *Service) WorkExpireHold(ctx context.Context, a ExpireHoldArgs) error {
	bid, err := id.Parse[business.Business](a.BusinessID)
	if err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	hid, err := id.Parse[Hold](a.HoldID)
	if err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	return s.write(ctx, bid, func(ctx context.Context) error {
		return s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
			now := s.clock.Now()
			h, err := lockedHold(ctx, tx, bid, hid, now)
			if errors.Is(err, ErrNotFound) {
				return nil
			}
			switch {
			case err != nil || h.Status != holdActive:
				return err
			case h.ExpiresAt.After(now): // as for bookings
				queueHoldExpiry(tx.Batch(), bid, hid, now, h.ExpiresAt)
			default:
				queueExpireHold(tx, bid, hid, now)
			}
			return nil
		})
	})
}

// queueExpireHold queues that a hold's time ran out.
func queueExpireHold(tx *pg.Tx, bid business.ID, hid HoldID, now time.Time) {
	queueEndHold(tx.Batch(), bid, hid, holdExpired)
	audit.Append(tx.AtEnd(), bid, audit.Entry{At: now, Actor: tenant.Worker(), Action: "hold.expired", Subject: "hold:" + hid.String()}, nil)
}

// queueHoldExpiry queues the job that will free a hold.
func queueHoldExpiry(b *pg.Batch, bid business.ID, hid HoldID, now, expires time.Time) {
	jobs.Enqueue(b, jobs.Default, ExpireHoldArgs{BusinessID: bid.String(), HoldID: hid.String()}, now, expires)
}
