package booking

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// MoveInput is where a booking is to go.
type MoveInput struct {
	Start   time.Time
	StaffID *catalog.ResourceID // nil: as nominated before
	// For members only:
	Override  string // why rules are overridden
	Consented bool   // the customer agreed to another staff member than the nominated one
}

// Reschedule moves a booking; it keeps its code, its prices and its policy. All
// of its allocations are given back and taken anew in one transaction: it never
// holds two slots, and never none. It answers like Create.
func (s *Service) Reschedule(ctx context.Context, c Change, in MoveInput) (*Booking, error) {
	var last *draft
	x, err := s.change(ctx, c, step{
		action: ActReschedule, event: EventRescheduled, detail: map[string]any{},
		apply: func(ctx context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
			d, err := s.moved(ctx, c.Actor, x, in, now)
			if err != nil {
				return err
			}
			last = d
			return s.placeAgain(ctx, tx, x, d, in)
		},
	})
	if err != nil {
		return nil, s.withAlternatives(ctx, last, err)
	}
	return x, nil
}

// moved checks the move and makes its draft.
func (s *Service) moved(ctx context.Context, a tenant.Actor, x *Booking, in MoveInput, now time.Time) (*draft, error) {
	member := a.Kind == tenant.Member
	switch _, ok := next(x.Status, ActReschedule); {
	case !ok:
		return nil, ErrState.With(fault.Args{"status": x.Status})
	case x.expired(now):
		return nil, ErrExpired
	case !member && !x.Policy.changeable(x.StartsAt, now):
		return nil, ErrChangeDeadline
	}
	snap, err := s.avail.Snapshot(ctx, x.BusinessID)
	if err != nil {
		return nil, err
	}
	var v fault.Fields
	checkStart(&v, in.Start, now)
	visit := x.revisit(snap, in.StaffID, &v)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if member && !in.Consented && x.losesNominated(visit) {
		return nil, ErrConsent
	}
	d := &draft{snap: snap, visit: visit, start: minute(in.Start), now: now, prefer: resourcesOf(x)}
	if member {
		d.asMember(in.Override != "")
	} else {
		d.asCustomer()
	}
	return d, nil
}

// revisit is the booking's visit as it was booked, with other staff where asked.
func (x *Booking) revisit(snap *availability.Snapshot, staff *catalog.ResourceID, v *fault.Fields) availability.Visit {
	parts := make([]availability.Part, len(x.Segments))
	asked := false
	for i, seg := range x.Segments {
		p := availability.Part{Service: snap.Services[seg.ServiceID], DurationMinutes: seg.DurationMinutes}
		if seg.Nominated {
			p.Staff, _ = snap.Resource(seg.StaffID)
		}
		if staff != nil {
			for _, r := range p.Service.Nominatable(snap.Resources) {
				if r.ID == *staff {
					p.Staff, asked = r, true
				}
			}
		}
		parts[i] = p
	}
	v.Check(staff == nil || asked, "body.staff_id", "unknown_id")
	return snap.Revisit(parts, x.PartySize)
}

// losesNominated tells whether a staff member whom the customer chose would no longer serve.
func (x *Booking) losesNominated(visit availability.Visit) bool {
	for i, seg := range x.Segments {
		if seg.Nominated && (visit.Parts[i].Staff == nil || visit.Parts[i].Staff.ID != seg.StaffID) {
			return true
		}
	}
	return false
}

func (s *Service) placeAgain(ctx context.Context, tx *pg.Tx, x *Booking, d *draft, in MoveInput) error {
	mine := func(t availability.Taken) bool { return t.BookingID != nil && *t.BookingID == [16]byte(x.ID) }
	segments, err := s.place(ctx, tx, d, resourcesOf(x), mine)
	if err != nil {
		return err
	}
	for i := range segments { // what was booked stays as it was sold
		segments[i].ServiceName, segments[i].Options = x.Segments[i].ServiceName, x.Segments[i].Options
	}
	x.Segments, x.StartsAt, x.EndsAt, x.Date = segments, d.start, d.end(), d.date()
	x.Overridden, x.OverrideReason, x.OutsideRules = in.Override != "", in.Override, false
	x.renominate(&d.visit)
	if x.ExpiresAt != nil && x.StartsAt.Before(*x.ExpiresAt) {
		x.ExpiresAt = &x.StartsAt
		queueExpiry(tx.Batch(), x)
	}
	availability.Release(tx.Batch(), x.BusinessID, x.owner())
	availability.Take(tx.Batch(), x.BusinessID, x.owner(), x.ExpiresAt, x.allocations())
	tx.Later(deleteSegments, x.BusinessID, x.ID)
	queueSegments(tx.Batch(), x)
	return nil
}

// renominate replaces the nomination lines by those of the present nominations.
func (x *Booking) renominate(visit *availability.Visit) {
	fresh := priceOf(visit, x.Currency)
	p := Price{Currency: x.Currency, Lines: []Line{}}
	for _, l := range x.Lines {
		if l.Kind != LineNomination {
			p.add(l)
		}
	}
	for _, l := range fresh.Lines {
		if l.Kind == LineNomination {
			p.add(l)
		}
	}
	x.Lines, x.Total = p.Lines, p.Total
}
