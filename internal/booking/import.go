package booking

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is how bookings that were made elsewhere come in: those to come by
// the one write path, visits that are over as records that occupy nothing.

// Entry is what is known of a booking that was made elsewhere beyond what Create
// is told of any. A nil one is a booking that is made here.
type Entry struct {
	Assigned []*catalog.ResourceID // who serves each item though nobody asked for them; nil: whoever is free
	Total    *int64                // what was agreed; nil: as the menu says
	Try      bool                  // only look: nothing is kept
	Also     []availability.Allocation
	// Along queues what goes along in the booking's transaction; it may be called
	// more than once, each time for a transaction that begins anew.
	Along func(b *pg.Batch, x *Booking)
}

// errTried takes back what was only tried.
var errTried = errors.New("only tried")

// assign has those serve the draft whom the entry names.
func (e *Entry) assign(d *draft) error {
	if e == nil {
		return nil
	}
	var v fault.Fields
	assigned := false
	for i, staff := range e.Assigned[:min(len(e.Assigned), len(d.visit.Parts))] {
		if staff == nil {
			continue
		}
		r, ok := d.snap.Assign(d.visit.Parts[i].Service, *staff, d.visit.PartySize)
		if v.Check(ok, inBody.Item(i, "staff_id"), "unknown_id") {
			d.visit.Parts[i].Assigned, assigned = r, true
		}
	}
	if err := v.Err(); err != nil {
		return err
	}
	if assigned {
		d.visit = d.snap.Revisit(d.visit.Parts, d.visit.PartySize)
	}
	return nil
}

// price puts what was agreed in the place of what the menu says.
func (e *Entry) price(x *Booking) {
	if e == nil || e.Total == nil || *e.Total == x.Total || len(x.Lines) == 0 {
		return
	}
	line := x.Lines[0]
	line.Quantity, line.Amount = 1, *e.Total
	x.Lines, x.Total = []Line{line}, *e.Total
}

// also adds what is taken by others who were tried before.
func (e *Entry) also(taken []availability.Taken) []availability.Taken {
	if e == nil {
		return taken
	}
	for _, a := range e.Also {
		taken = append(taken, availability.Taken{ResourceID: a.ResourceID, Unit: a.Unit, StartsAt: a.StartsAt, EndsAt: a.EndsAt})
	}
	return taken
}

// along ends what was only tried, and queues what goes along with anything else.
func (e *Entry) along(b *pg.Batch, x *Booking) error {
	switch {
	case e == nil:
	case e.Try:
		return errTried
	case e.Along != nil:
		e.Along(b, x)
	}
	return nil
}

// Bring books as Create does for a member, without offering another time to whom
// it refuses: a booking to come that was made elsewhere. What is only tried is
// returned as it would be.
func (s *Service) Bring(ctx context.Context, a tenant.Actor, bid business.ID, in CreateInput) (*Booking, error) {
	var made *Booking
	err := s.write(ctx, bid, func(ctx context.Context) error {
		snap, err := s.avail.Snapshot(ctx, bid)
		if err != nil {
			return err
		}
		d, x, err := s.draft(snap, a, in)
		if err != nil {
			return s.refused(ctx, snap, nil, err)
		}
		made = x
		_, err = s.createSurely(ctx, a, d, x, in, nil)
		return err
	})
	if err != nil && !errors.Is(err, errTried) {
		return nil, taken(err)
	}
	return made, nil
}

// firstPast is the earliest visit that is recorded.
var firstPast = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// ends are how a visit that is recorded was over.
var ends = map[Status]Action{Completed: ActComplete, NoShow: ActNoShow, Cancelled: ActCancel}

// Ended tells statuses with which a booking can be recorded that occupies nothing.
func (s Status) Ended() bool { return ends[s] != "" }

// Record keeps a booking that is over: it was confirmed and then completed,
// missed or cancelled, and occupies nothing. It is bound to no hours and nobody's
// time; its services may be archived. Nobody is told. It answers an Invalid fault
// that names every field at fault: a visit to come cannot be over but by being cancelled.
func (s *Service) Record(ctx context.Context, a tenant.Actor, bid business.ID, in CreateInput, status Status) (*Booking, error) {
	snap, err := s.avail.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	d, x, err := s.recorded(snap, a, &in, status)
	if err != nil {
		return nil, err
	}
	err = s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		x.Status, x.Version = Confirmed, 1
		queueCustomer(tx.Batch(), x)
		queueInsert(tx.Batch(), x, a, nil)
		x.Status, x.Version = status, 2
		queueUpdate(tx.Batch(), x)
		queueHistory(tx.Batch(), x, a, ends[status], Confirmed, "", map[string]any{"recorded": true})
		if err := in.Entry.along(tx.Batch(), x); err != nil {
			return err
		}
		audit.Append(tx.AtEnd(), bid, audit.Entry{
			At: d.now, Actor: a, Action: "booking.recorded", Subject: subject(x.ID),
			Detail: map[string]any{"status": status, "source": x.Source, "start": x.StartsAt},
		}, nil)
		return nil
	})
	if err != nil && !errors.Is(err, errTried) {
		return nil, err
	}
	return x, nil
}

// recorded makes the booking of what was.
func (s *Service) recorded(snap *availability.Snapshot, a tenant.Actor, in *CreateInput, status Status) (*draft, *Booking, error) {
	if snap.Business.Status == business.Suspended {
		return nil, nil, ErrSuspended
	}
	d := &draft{snap: snap, start: minute(in.Start), now: s.clock.Now()}
	var v fault.Fields
	v.Check(status.Ended(), "body.status", "not_allowed", fault.Args{"values": "completed, no_show, cancelled"})
	if v.Check(!in.Start.IsZero(), "body.start", "required") {
		v.Check(!in.Start.Before(firstPast), "body.start", "booking.too_soon")
		v.Check(status == Cancelled || !in.Start.After(d.now), "body.start", "booking.too_early")
		v.Check(!in.Start.After(d.now.Add(memberAhead)), "body.start", "booking.too_far")
		v.Check(in.Start.Unix()%(availability.StepMinutes*60) == 0, "body.start", "step_five")
	}
	parts := s.partsOf(snap, in, &v)
	guest := in.Customer.Normalize(&v, "body.customer", true, snap.Business.Locale)
	in.Note = checkedText(&v, "body.note", in.Note, MaxNote)
	if err := v.Err(); err != nil {
		return nil, nil, err
	}
	d.visit = snap.Revisit(parts, max(in.PartySize, 1))
	x := d.booking(a, *in, guest)
	x.Segments = d.segments(nil, nil)
	for i := range x.Segments {
		if p := &parts[i]; p.Staff != nil {
			x.Segments[i].StaffID = p.Staff.ID
		} else if p.Assigned != nil {
			x.Segments[i].StaffID = p.Assigned.ID
		}
	}
	in.Entry.price(x)
	return d, x, nil
}

// partsOf are the items of a visit that is over, whatever is offered today.
func (s *Service) partsOf(snap *availability.Snapshot, in *CreateInput, v *fault.Fields) []availability.Part {
	var parts []availability.Part
	total := 0
	v.Check(len(in.Items) > 0, "body.items", "required")
	v.Check(in.PartySize <= 500, "body.party_size", "too_large", fault.Args{"max": 500})
	for i, item := range in.Items {
		svc := snap.Services[item.ServiceID]
		if !v.Check(svc != nil, inBody.Item(i, "service_id"), "unknown_id") {
			continue
		}
		p := availability.Part{Service: svc, DurationMinutes: svc.DurationMinutes}
		if item.StaffID != nil {
			p.Staff, _ = snap.Resource(*item.StaffID)
		}
		if in.Entry != nil && i < len(in.Entry.Assigned) && in.Entry.Assigned[i] != nil {
			p.Assigned, _ = snap.Resource(*in.Entry.Assigned[i])
		}
		total += p.DurationMinutes
		parts = append(parts, p)
	}
	v.Check(total <= availability.MaxVisitMinutes, "body.items", "booking.visit_too_long", fault.Args{"max": availability.MaxVisitMinutes})
	return parts
}

// kept tells a booking that was entered as over: it never occupied anything, so
// that there is nothing to take back.
func (x *Booking) kept() bool { return x.Source == Import && len(x.allocations()) == 0 }

var (
	pageOfAll = pg.Register("booking.page_of_all",
		`SELECT `+columns+` FROM bookings b WHERE b.business_id = $1 AND b.id > $2 ORDER BY b.id LIMIT $3`)
	known = pg.Register("booking.known", `SELECT id FROM bookings WHERE business_id = $1 AND id = ANY ($2::uuid[])`)
)

// Page reads all bookings by their ids, behind the given one (zero: from the
// first), at most limit.
func (s *Service) Page(ctx context.Context, bid business.ID, after ID, limit int) ([]*Booking, error) {
	var rows []row
	var b pg.Batch
	pg.Collect(b.Queue(pageOfAll, bid, [16]byte(after), limit), &rows)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	return bookings(rows), nil
}

// QueueKnown asks which of the ids are bookings of the business.
func QueueKnown(b *pg.Batch, bid business.ID, ids []ID, dst *[]ID) {
	pg.CollectColumn(b.Queue(known, bid, ids), dst)
}
