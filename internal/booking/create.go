package booking

import (
	"cmp"
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
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
	CheckIn  bool                // a walk-in who is here already
	Given    *catalog.ResourceID // whom the business gives what nobody was asked for; nil: whoever is free
	Override string              // why rules are overridden; the no-overlap rule never is
	Silent   bool                // the customer is not told
	Entry    *Entry              // of a booking that was made elsewhere
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
	err := s.writeKnown(ctx, bid, func(ctx context.Context, p *pass) (*effect, error) {
		k, err := s.avail.Around(ctx, bid, in.Start)
		if err != nil {
			return nil, err
		}
		d, x, err := s.draft(k.Snapshot, a, in)
		if err != nil {
			return nil, s.refused(ctx, k.Snapshot, claim, err)
		}
		last, made = d, x
		if !a.OfBusiness() && in.HoldToken == "" {
			err = s.createQuickly(ctx, a, p, k, d, x, claim)
			if err == nil {
				return &effect{x.owner(), x.allocations(), x.ExpiresAt}, nil
			}
			if pg.State(err) != pg.StateTaken && !isFull(err) {
				return nil, err
			}
		}
		kept, err := s.createSurely(ctx, a, d, x, in, claim)
		if err != nil || !kept {
			return nil, err
		}
		return &effect{owner: x.owner()}, nil
	})
	if err != nil {
		return nil, s.withAlternatives(ctx, last, taken(last.limitFault(err)))
	}
	return made, nil
}

// taken makes of the wall's refusal the fault that callers know.
func taken(err error) error {
	switch pg.State(err) {
	case pg.StateTaken:
		return ErrSlotTaken.Because(err)
	case pg.StateNewOnly:
		return ErrNewOnly.Because(err)
	case pg.StateReturningOnly:
		return ErrReturningOnly.Because(err)
	}
	return err
}

// draft checks the input against the schedule and makes the draft and the
// booking that it would become.
func (s *Service) draft(snap *availability.Snapshot, a tenant.Actor, in CreateInput) (*draft, *Booking, error) {
	member := a.OfBusiness()
	switch {
	case !member && !snap.Business.Public():
		return nil, nil, ErrNotFound
	case snap.Business.Status == business.Suspended:
		return nil, nil, ErrSuspended
	case !member && !snap.Business.AcceptingAt(s.clock.Now()):
		return nil, nil, ErrNotAccepting
	}
	d := &draft{snap: snap, start: minute(in.Start), now: s.clock.Now()}
	var v fault.Fields
	checkStart(&v, in.Start, d.now)
	d.visit = snap.ResolveAt(in.Request.Request, d.start, &v, in.places())
	guest := in.Customer.Normalize(&v, "body.customer", member, snap.Business.Locale)
	in.Note = checkedText(&v, "body.note", in.Note, MaxNote)
	in.Override = checkedText(&v, "body.override_reason", in.Override, MaxReason)
	d.hold = s.holdNamed(&v, snap.Business.ID, in.HoldToken)
	if member {
		d.asMember(in.Override != "")
		v.Check(!in.CheckIn || !d.start.After(d.now.Add(checkInAhead)), "body.start", "booking.too_early")
	} else {
		d.asCustomer()
		d.by.identity = guest.IdentityKey()
		d.newcomers = newcomersOf(&d.visit, guest)
		v.Check(in.TermsVersion == snap.Business.TermsVersion, "body.consent.terms_version", "booking.terms_version",
			fault.Args{"version": snap.Business.TermsVersion})
	}
	if err := v.Err(); err != nil {
		return nil, nil, err
	}
	if err := d.give(in.Given); err != nil {
		return nil, nil, err
	}
	if err := in.Entry.assign(d); err != nil {
		return nil, nil, err
	}
	x := d.booking(a, in, guest)
	in.Entry.price(x)
	return d, x, nil
}

// give has the staff member serve every part that nobody was asked for and that
// they can do. It is no nomination, and costs nothing.
func (d *draft) give(staff *catalog.ResourceID) error {
	if staff == nil {
		return nil
	}
	given := false
	for i := range d.visit.Parts {
		p := &d.visit.Parts[i]
		if r, ok := d.snap.Assign(p.Service, *staff, d.visit.PartySize); ok && p.Staff == nil {
			p.Assigned, given = r, true
		}
	}
	var v fault.Fields
	if !v.Check(given, "body.assigned_staff_id", "unknown_id") {
		return v.Err()
	}
	var set catalog.SetID
	if d.visit.Set != nil {
		set = d.visit.Set.ID
	}
	d.visit = d.snap.OfSet(d.snap.Revisit(d.visit.Parts, d.visit.PartySize), set)
	return nil
}

// booking is what the draft becomes once it is placed.
func (d *draft) booking(a tenant.Actor, in CreateInput, guest customer.Guest) *Booking {
	biz := &d.snap.Business
	price := priceOf(&d.visit, biz.Currency)
	x := &Booking{
		BusinessID: biz.ID, ID: id.New[Booking](d.now), Code: newCode(), Status: Confirmed, Source: Public, Guest: guest,
		StartsAt: d.start, EndsAt: d.end(), Date: d.date(), PartySize: d.visit.PartySize,
		Total: price.Total, Currency: price.Currency, Lines: price.Lines,
		Policy: PolicyOf(biz), Note: in.Note, Locale: guest.Locale,
		LinkGeneration: 1, Version: 1, CreatedAt: d.now, UpdatedAt: d.now,
	}
	if d.visit.Set != nil {
		x.SetID = d.visit.Set.ID
	}
	if a.OfBusiness() {
		x.Source = cmp.Or(in.Source, Console)
		x.Overridden, x.OverrideReason = in.Override != "", in.Override
		if in.CheckIn {
			x.Status = CheckedIn
		}
		return x
	}
	x.Consent = &Consent{TermsVersion: in.TermsVersion, At: d.now}
	if biz.BookingMode == business.Approval {
		x.Status = PendingApproval
		deadline := approvalDeadline(biz, d.start, d.now)
		x.ExpiresAt = &deadline
	}
	return x
}

// approvalDeadline is when a request of now lapses: never past the start.
func approvalDeadline(b *business.Business, start, now time.Time) time.Time {
	deadline := now.Add(time.Duration(b.ApprovalHours) * time.Hour)
	if start.Before(deadline) {
		return start
	}
	return deadline
}

// createQuickly chooses from what was last known and lets the guarded insert
// judge it, all in one round trip.
func (s *Service) createQuickly(
	ctx context.Context, a tenant.Actor, p *pass, k *availability.Calendar, d *draft, x *Booking, claim *idempotency.Claim,
) error {
	segments, err := s.plan(p, k, d)
	if isFull(err) {
		return err
	}
	if err != nil {
		return s.refused(ctx, k.Snapshot, claim, err)
	}
	x.Segments = segments
	var b pg.Batch
	claim.Begin(&b)
	guard(&b, d.snap)
	d.newcomers.queue(&b, d)
	d.queueLimits(&b)
	availability.Lock(&b, resourcesOf(x))
	availability.Take(&b, x.BusinessID, x.owner(), x.ExpiresAt, x.allocations())
	queueCustomer(&b, x)
	if err := s.queueCreated(&b, &b, a, x, claim, false); err != nil {
		return err
	}
	return s.db.BatchTenant(ctx, x.BusinessID, &b)
}

// plan chooses from what was last known, beside what others are about to take.
func (s *Service) plan(p *pass, k *availability.Calendar, d *draft) (segments []Segment, err error) {
	err = p.choose(func(others []availability.Allocation) ([]availability.Allocation, error) {
		segments, err = d.choose(s.avail.Beside(k, others))
		if d.full = isFull(err); d.full && len(others) > 0 {
			_, alone := d.choose(k.Frame)
			d.full = isFull(alone)
		}
		return picksOf(segments), err
	})
	return segments, err
}

// createSurely looks and chooses again under the locks of all who could serve. kept
// tells that the booking took over just what its hold held.
func (s *Service) createSurely(
	ctx context.Context, a tenant.Actor, d *draft, x *Booking, in CreateInput, claim *idempotency.Claim,
) (kept bool, err error) {
	err = s.db.InTenant(ctx, x.BusinessID, func(tx *pg.Tx) error {
		var b pg.Batch
		claim.Begin(&b)
		look, held, err := d.queueLookWithHold(&b)
		if err != nil {
			return err
		}
		queueCustomer(&b, x) // here, so that the stored answer can name a customer who was known before
		if err := tx.Run(ctx, &b); err != nil {
			return err
		}
		look.taken = in.Entry.also(look.taken)
		if kept, err = s.fill(ctx, tx, d, x, look, held); err != nil {
			return err
		}
		if err := s.queueCreated(tx.Batch(), tx.AtEnd(), a, x, claim, in.Silent); err != nil {
			return err
		}
		return in.Entry.along(tx.Batch(), x)
	})
	return kept, err
}

// fill gives the booking who serves it: what its hold holds, as long as that is
// what is wished for and within today's rules, else whoever is free.
func (s *Service) fill(ctx context.Context, tx *pg.Tx, d *draft, x *Booking, look *look, held *holdRow) (kept bool, err error) {
	if segments, ok := d.keep(held); ok {
		x.Segments = segments
		queueEndHold(tx.Batch(), x.BusinessID, held.ID, holdUsed)
		availability.HandOver(tx.Batch(), x.BusinessID, held.ID, x.ID, x.ExpiresAt)
		return true, nil
	}
	segments, err := s.seat(ctx, tx, d, look, held.owns)
	if err != nil {
		return false, err
	}
	x.Segments = segments
	if held.stands() {
		queueEndHold(tx.Batch(), x.BusinessID, held.ID, holdReleased)
	}
	availability.Take(tx.Batch(), x.BusinessID, x.owner(), x.ExpiresAt, x.allocations())
	return false, nil
}

// queueCreated queues everything that a placed booking brings about; end is what
// goes out last.
func (s *Service) queueCreated(b, end *pg.Batch, a tenant.Actor, x *Booking, claim *idempotency.Claim, silent bool) error {
	event := eventOf(x.Status)
	queueInsert(b, x, a, x.noted(a, event, silent, nil))
	if !silent {
		s.queueMessage(b, x, event, nil)
	}
	if x.ExpiresAt != nil {
		queueExpiry(b, x)
	}
	told := *x
	if !a.OfBusiness() {
		told.CustomerID = customer.ID{} // the quick way learns it only with its commit, and guests need not
	}
	claim.About(x.ID)
	if err := claim.Store(b, &told); err != nil {
		return err
	}
	audit.Append(end, x.BusinessID, audit.Entry{
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

func (x *Booking) owner() availability.Owner {
	raw := [16]byte(x.ID)
	return availability.Owner{Booking: &raw}
}
