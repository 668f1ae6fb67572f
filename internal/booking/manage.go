package booking

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// ManageToken is the secret of the booking's link.
func (s *Service) ManageToken(x *Booking) string {
	return ManageToken(s.ring, x.BusinessID, x.ID, x.LinkGeneration)
}

// Managed is a booking as its link shows it.
type Managed struct {
	*Booking
	CanCancel     bool
	CanReschedule bool
	FeeNow        int64     // what cancelling costs now
	FreeUntil     time.Time // until when it costs nothing
	CancelUntil   time.Time // before when the customer may cancel, whatever it costs
	ChangeUntil   time.Time // before when the customer may move it
}

// open finds the booking of a link; not_found for a link that we did not make,
// that was revoked, or whose time is over.
func (s *Service) open(ctx context.Context, token string) (*Booking, error) {
	bid, bookingID, generation, ok := openToken(s.ring, purposeManage, token)
	if !ok {
		return nil, ErrNotFound
	}
	x, err := s.Get(ctx, tenant.Actor{Kind: tenant.Customer}, bid, bookingID)
	if err != nil {
		return nil, err
	}
	if x.LinkGeneration != generation || s.clock.Now().After(x.EndsAt.Add(linkLife)) {
		return nil, ErrNotFound
	}
	return x, nil
}

// Open shows the booking of a link. It changes nothing.
func (s *Service) Open(ctx context.Context, token string) (*Managed, error) {
	x, err := s.open(ctx, token)
	if err != nil {
		return nil, err
	}
	return s.managed(x), nil
}

func (s *Service) managed(x *Booking) *Managed {
	now := s.clock.Now()
	m := &Managed{
		Booking: x, FreeUntil: x.Policy.FreeUntil(x.StartsAt),
		CancelUntil: x.Policy.CancelUntil(x.Date, x.StartsAt), ChangeUntil: x.Policy.ChangeUntil(x.Date, x.StartsAt),
	}
	if x.expired(now) {
		return m
	}
	if _, ok := next(x.Status, ActCancel); ok && x.Status != CheckedIn {
		m.CanCancel = x.cancellable(now)
		m.FeeNow = x.feeAt(now)
	}
	if _, ok := next(x.Status, ActReschedule); ok && x.Status != CheckedIn {
		m.CanReschedule = x.changeable(now)
	}
	return m
}

// feeAt is what cancelling costs the customer: nothing before the business confirmed.
func (x *Booking) feeAt(now time.Time) int64 {
	if x.Status.Pending() {
		return 0
	}
	return x.Policy.Fee(x.Total, x.StartsAt, now)
}

// CancelByLink cancels for the customer, at the cost that the policy of the
// booking names for now.
func (s *Service) CancelByLink(ctx context.Context, a tenant.Actor, token, reason string, claim *idempotency.Claim) (*Booking, error) {
	x, err := s.open(ctx, token)
	if err != nil {
		return nil, err
	}
	c := Change{Actor: customerActor(a), Business: x.BusinessID, Booking: x.ID, Reason: reason, Claim: claim}
	return s.change(ctx, c, step{
		action: ActCancel, detail: map[string]any{"by": "customer"},
		apply: func(_ context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
			switch {
			case x.Status == CheckedIn:
				return ErrState.With(fault.Args{"status": x.Status})
			case x.expired(now):
				return ErrExpired
			case x.Status.Occupies() && !x.cancellable(now):
				return ErrCancelDeadline
			}
			return x.cancel(tx, x.feeAt(now))
		},
	})
}

// RescheduleByLink moves for the customer.
func (s *Service) RescheduleByLink(ctx context.Context, a tenant.Actor, token string, in MoveInput, claim *idempotency.Claim) (*Booking, error) {
	x, err := s.open(ctx, token)
	if err != nil {
		return nil, err
	}
	in.Override, in.Consented = "", true // their own wish
	return s.Reschedule(ctx, Change{Actor: customerActor(a), Business: x.BusinessID, Booking: x.ID, Claim: claim}, in)
}

// BusinessOf is the business that a link leads to; false for a token that we did
// not make.
func (s *Service) BusinessOf(token string) (business.ID, bool) {
	bid, _, _, ok := openToken(s.ring, purposeManage, token)
	return bid, ok
}

// Links are sent again at most so often within an hour.
const linksPerHour = 3

var linksSent = pg.Register("booking.links_sent",
	`SELECT count(*) AS n FROM messages WHERE business_id = $1 AND booking_id = $2 AND event = $3 AND created_at > $4`)

// SendLink sends the link again to the address on the booking, when code and
// phone belong together. The answer never tells whether they do.
func (s *Service) SendLink(ctx context.Context, a tenant.Actor, code, phone string) error {
	e164, err := jp.ParsePhone(phone)
	if err != nil {
		var v fault.Fields
		v.Add("body.phone", "phone")
		return v.Err()
	}
	var found []struct {
		Tenant  business.ID `db:"tenant_id"`
		Booking ID          `db:"booking_id"`
	}
	var b pg.Batch
	pg.Collect(b.Queue(byCode, CleanCode(code)), &found)
	if err := s.db.Read(ctx, &b); err != nil {
		return err
	}
	if len(found) == 0 {
		return nil
	}
	return s.sendLink(ctx, a, found[0].Tenant, found[0].Booking, e164)
}

func (s *Service) sendLink(ctx context.Context, a tenant.Actor, bid business.ID, bookingID ID, phone string) error {
	now := s.clock.Now()
	err := s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		x, err := lockedBooking(ctx, tx, bid, bookingID)
		if err != nil {
			return err
		}
		n, err := pg.SelectOne[struct {
			N int64 `db:"n"`
		}](ctx, tx, linksSent, bid, bookingID, EventLink, now.Add(-time.Hour))
		if err != nil || n.N >= linksPerHour || x.Guest.Phone != phone || x.Guest.Email == "" || now.After(x.EndsAt.Add(linkLife)) {
			return err
		}
		x.UpdatedAt = now
		s.queueMessage(tx.Batch(), x, EventLink, nil)
		audit.Append(tx.Batch(), bid, audit.Entry{At: now, Actor: customerActor(a), Action: "booking.link_sent", Subject: subject(x.ID)}, nil)
		return nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
