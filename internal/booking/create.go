package booking

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/outbox"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Longest texts in characters.
const (
	MaxNote   = 1000
	MaxReason = 500
)

// CreateInput is a wish to book.
type CreateInput struct {
	Request
	Short        bool // the caller used the short form for one service: faults name its fields
	HoldToken    string
	Customer     customer.Input
	Note         string
	TermsVersion string // consented to; customers must name the present one
	// For members only:
	Source   Source
	CheckIn  bool   // a walk-in who is here already
	Override string // why rules are overridden; the no-overlap rule never is
	Silent   bool   // the customer is not told
}

// places is where the parts stand in what the caller sent.
func (in *CreateInput) places() availability.Places {
	if in.Short {
		return inShortBody
	}
	return inBody
}

// Create books. Customers are bound to what is offered and to the business's
// mode; members may do more (see draft.asMember). It answers ErrSlotTaken with
// alternatives, or an Invalid fault that names every field at fault. When it
// returns nil, everything that the booking brings about is committed.
func (s *Service) Create(ctx context.Context, a tenant.Actor, bid business.ID, in CreateInput, claim *idempotency.Claim) (*Booking, error) {
	var made *Booking
	var last *draft
	err := s.write(ctx, bid, func(ctx context.Context) error {
		k, err := s.avail.Calendar(ctx, bid)
		if err != nil {
			return err
		}
		d, x, err := s.draft(k.Snapshot, a, in)
		if err != nil {
			return err
		}
		last, made = d, x
		if a.Kind != tenant.Member && in.HoldToken == "" {
			err = s.createQuickly(ctx, a, k, d, x, claim)
			if err == nil || (pg.State(err) != pg.StateTaken && fault.CodeOf(err) != ErrSlotTaken.Code) {
				return err
			}
		}
		return s.createSurely(ctx, a, d, x, in, claim)
	})
	if err != nil {
		return nil, s.withAlternatives(ctx, last, taken(err))
	}
	return made, nil
}

// taken makes of the wall's refusal the fault that callers know.
func taken(err error) error {
	if pg.State(err) == pg.StateTaken {
		return ErrSlotTaken.Because(err)
	}
	return err
}

// draft checks the input against the schedule and makes the draft and the
// booking that it would become.
func (s *Service) draft(snap *availability.Snapshot, a tenant.Actor, in CreateInput) (*draft, *Booking, error) {
	member := a.Kind == tenant.Member
	switch {
	case !member && !snap.Business.Public():
		return nil, nil, ErrNotFound
	case snap.Business.Status == business.Suspended:
		return nil, nil, ErrSuspended
	}
	now := s.clock.Now()
	if in.PartySize == 0 {
		in.PartySize = 1
	}
	var v fault.Fields
	checkStart(&v, in.Start, now)
	visit := snap.Resolve(in.Request.Request, &v, in.places())
	guest := in.Customer.Normalize(&v, "body.customer", member, snap.Business.Locale)
	v.Check(utf8.RuneCountInString(in.Note) <= MaxNote, "body.note", "too_long", fault.Args{"max": MaxNote})
	v.Check(utf8.RuneCountInString(in.Override) <= MaxReason, "body.override_reason", "too_long", fault.Args{"max": MaxReason})
	if !member {
		v.Check(in.TermsVersion == snap.Business.TermsVersion, "body.consent.terms_version", "booking.terms_version",
			fault.Args{"version": snap.Business.TermsVersion})
	}
	if err := v.Err(); err != nil {
		return nil, nil, err
	}
	d := &draft{snap: snap, visit: visit, start: minute(in.Start), now: now}
	if member {
		d.asMember(in.Override != "")
	} else {
		d.asCustomer()
	}
	return d, d.booking(a, in, guest), nil
}

// booking is what the draft becomes once it is placed.
func (d *draft) booking(a tenant.Actor, in CreateInput, guest customer.Guest) *Booking {
	biz := &d.snap.Business
	price := priceOf(&d.visit, biz.Currency)
	x := &Booking{
		BusinessID: biz.ID, ID: id.New[Booking](d.now), Code: newCode(), Status: Confirmed, Source: Public, Guest: guest,
		StartsAt: d.start, EndsAt: d.end(), Date: d.date(), PartySize: d.visit.PartySize,
		Total: price.Total, Currency: price.Currency, Lines: price.Lines,
		Policy: policyOf(biz), Note: strings.TrimSpace(in.Note), Locale: guest.Locale,
		LinkGeneration: 1, Version: 1, CreatedAt: d.now, UpdatedAt: d.now,
	}
	if a.Kind == tenant.Member {
		x.Source = in.Source
		x.Overridden, x.OverrideReason = in.Override != "", in.Override
		if in.CheckIn {
			x.Status = CheckedIn
		}
		return x
	}
	x.Consent = &Consent{TermsVersion: in.TermsVersion, At: d.now}
	if biz.BookingMode == business.Approval {
		x.Status = PendingApproval
		deadline := d.now.Add(time.Duration(biz.ApprovalHours) * time.Hour)
		if d.start.Before(deadline) {
			deadline = d.start
		}
		x.ExpiresAt = &deadline
	}
	return x
}

// createQuickly chooses from what was last known and lets the guarded insert
// judge it, all in one round trip.
func (s *Service) createQuickly(ctx context.Context, a tenant.Actor, k *availability.Calendar, d *draft, x *Booking, claim *idempotency.Claim) error {
	segments, err := d.choose(k.Frame)
	if err != nil {
		return err
	}
	x.Segments = segments
	var b pg.Batch
	claim.Begin(&b)
	guard(&b, d.snap)
	availability.Lock(&b, resourcesOf(x))
	availability.Take(&b, x.BusinessID, x.owner(), x.ExpiresAt, x.allocations())
	if err := s.queueCreated(&b, a, x, claim, false); err != nil {
		return err
	}
	return s.db.BatchTenant(ctx, x.BusinessID, &b)
}

// createSurely looks and chooses again under the locks of all who could serve.
func (s *Service) createSurely(ctx context.Context, a tenant.Actor, d *draft, x *Booking, in CreateInput, claim *idempotency.Claim) error {
	return s.db.InTenant(ctx, x.BusinessID, func(tx *pg.Tx) error {
		claim.Begin(tx.Batch())
		held, err := s.holdOf(ctx, tx, x.BusinessID, in.HoldToken)
		if err != nil {
			return err
		}
		if held.matches(d) {
			x.Segments = d.segmentsFrom(held)
			queueEndHold(tx.Batch(), x.BusinessID, held.ID, holdUsed)
			availability.HandOver(tx.Batch(), x.BusinessID, held.ID, x.ID, x.ExpiresAt)
			return s.queueCreated(tx.Batch(), a, x, claim, in.Silent)
		}
		if x.Segments, err = s.place(ctx, tx, d, held.resources(), held.owns); err != nil {
			return err
		}
		if held != nil {
			queueEndHold(tx.Batch(), x.BusinessID, held.ID, holdReleased)
		}
		availability.Take(tx.Batch(), x.BusinessID, x.owner(), x.ExpiresAt, x.allocations())
		return s.queueCreated(tx.Batch(), a, x, claim, in.Silent)
	})
}

// queueCreated queues everything that a placed booking brings about.
func (s *Service) queueCreated(b *pg.Batch, a tenant.Actor, x *Booking, claim *idempotency.Claim, silent bool) error {
	queueInsert(b, x, a)
	if !silent {
		s.queueMessage(b, x, eventOf(x.Status), nil)
	}
	if x.ExpiresAt != nil {
		jobs.Enqueue(b, jobs.Default, ExpireArgs{BusinessID: x.BusinessID.String(), BookingID: x.ID.String()}, x.CreatedAt, *x.ExpiresAt)
	}
	if err := claim.Store(b, x); err != nil {
		return err
	}
	audit.Append(b, x.BusinessID, audit.Entry{
		At: x.CreatedAt, Actor: a, Action: "booking.created", Subject: subject(x.ID),
		Detail: map[string]any{"status": x.Status, "source": x.Source, "start": x.StartsAt, "overridden": x.Overridden},
	}, nil)
	return nil
}

// Events that a customer is told of.
const (
	EventConfirmed   = "booking.confirmed"
	EventRequested   = "booking.requested"
	EventDeclined    = "booking.declined"
	EventExpired     = "booking.expired"
	EventRescheduled = "booking.rescheduled"
	EventCancelled   = "booking.cancelled"
	EventLink        = "booking.link"
)

// eventOf is what a new booking of the status tells the customer; none for who is here already.
func eventOf(status Status) string {
	switch status {
	case Confirmed:
		return EventConfirmed
	case PendingApproval, PendingPayment:
		return EventRequested
	case CheckedIn, Completed, NoShow, Cancelled, Declined, Expired:
		return ""
	}
	return ""
}

// queueMessage queues the message of an event, where there is an event and an address.
func (s *Service) queueMessage(b *pg.Batch, x *Booking, event string, detail map[string]any) {
	if event == "" || x.Guest.Email == "" {
		return
	}
	outbox.Queue(b, x.BusinessID, outbox.Message{BookingID: x.ID, Event: event, Detail: detail}, x.UpdatedAt)
}

func subject(b ID) string { return "booking:" + b.String() }

func (b *Booking) owner() availability.Owner {
	raw := [16]byte(b.ID)
	return availability.Owner{Booking: &raw}
}
