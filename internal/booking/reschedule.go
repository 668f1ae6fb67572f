package booking

import (
	"context"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// MoveInput is where a booking is to go.
type MoveInput struct {
	Start   time.Time
	StaffID *catalog.ResourceID // nil: as nominated before
	// For members only:
	Minutes   *int   // how long the visit lasts then; nil: as before
	Override  string // why rules are overridden
	Consented bool   // the customer agreed to another staff member than the nominated one
}

// check cleans the reason for overriding rules and notes what is wrong with it
// and with the length.
func (in *MoveInput) check(v *fault.Fields) {
	in.Override = checkedText(v, "body.override_reason", in.Override, MaxReason)
	if n := in.Minutes; n != nil {
		v.Check(*n%availability.StepMinutes == 0, lengthField, "step_five")
		v.Check(*n >= availability.StepMinutes, lengthField, "too_small", fault.Args{"min": availability.StepMinutes})
		v.Check(*n <= availability.MaxVisitMinutes, lengthField, "booking.visit_too_long", fault.Args{"max": availability.MaxVisitMinutes})
	}
}

const lengthField = "body.duration_minutes"

// Reschedule moves a booking, or changes how long it lasts; it keeps its code,
// its prices and its policy. All of its allocations are given back and taken anew
// in one transaction: it never holds two slots, and never none. It answers like
// Create. A guest who is here stays where they are: of theirs only the end moves.
func (s *Service) Reschedule(ctx context.Context, c Change, in MoveInput) (*Booking, error) {
	var v fault.Fields
	in.check(&v)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if !c.Actor.OfBusiness() {
		in.Minutes = nil
	}
	m := &move{s: s, c: c, in: in}
	detail := map[string]any{}
	x, err := s.change(ctx, c, step{
		action: ActReschedule, detail: detail, locks: m.locks,
		apply: func(ctx context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
			detail["from_start"], detail["to_start"] = x.StartsAt, minute(in.Start)
			if in.Minutes != nil {
				detail["from_minutes"], detail["to_minutes"] = x.minutes(), *in.Minutes
			}
			return m.apply(ctx, tx, x, now)
		},
	})
	if err != nil {
		return nil, s.withAlternatives(ctx, m.plan, m.plan.limitFault(err))
	}
	return x, nil
}

// move is one move of a booking. It is planned from what can be read without a
// lock, so that all locks can be taken in the one order, and planned again when
// the booking turns out to be another one by then.
type move struct {
	s    *Service
	c    Change
	in   MoveInput
	snap *availability.Snapshot
	plan *draft // nil: it was refused without a look
	look *look
}

// locks plans the move and queues the locks of all who could serve it and of all
// who serve now.
func (m *move) locks(ctx context.Context) (func(*pg.Batch), error) {
	m.plan, m.look = nil, nil
	x, err := m.s.Get(ctx, m.c.Actor, m.c.Business, m.c.Booking)
	if err != nil {
		return nil, err
	}
	if m.snap, err = m.s.avail.Snapshot(ctx, m.c.Business); err != nil {
		return nil, err
	}
	if d, err := m.draft(x, m.s.clock.Now()); err == nil { // else the booking as it is under its lock gives the reason
		m.plan = d
	}
	return m.queueLocks, nil
}

func (m *move) queueLocks(b *pg.Batch) {
	lock := func(ids []catalog.ResourceID) { b.Queue(lockWithBooking, m.c.Business, m.c.Booking, ids) }
	if m.plan != nil {
		var err error
		if m.look, err = m.plan.queueLook(b, lock); err == nil {
			return
		}
		m.plan = nil
	}
	guard(b, m.snap)
	lock([]catalog.ResourceID{})
}

func (m *move) apply(ctx context.Context, tx *pg.Tx, x *Booking, now time.Time) error {
	d, err := m.draft(x, now)
	if err != nil {
		return err
	}
	if m.plan == nil || !covers(m.plan.candidates(), d.candidates()) {
		return errOutdated
	}
	m.plan = d
	mine := func(t availability.Taken) bool { return t.BookingID != nil && *t.BookingID == [16]byte(x.ID) }
	segments, err := m.s.seat(ctx, tx, d, m.look, mine)
	if err != nil {
		return err
	}
	x.moveTo(tx.Batch(), d, segments, m.in.Override)
	return nil
}

// covers tells whether all of the few are among the many.
func covers(many, few []catalog.ResourceID) bool {
	return !slices.ContainsFunc(few, func(r catalog.ResourceID) bool { return !slices.Contains(many, r) })
}

// draft checks the move of the booking and makes its draft.
func (m *move) draft(x *Booking, now time.Time) (*draft, error) {
	member := m.c.Actor.OfBusiness()
	switch _, ok := next(x.Status, ActReschedule); {
	case !ok, x.Status == CheckedIn && !m.endsOnly(x):
		return nil, ErrState.With(fault.Args{"status": x.Status})
	case x.expired(now):
		return nil, ErrExpired
	case !member && !m.snap.Business.Public():
		return nil, ErrSuspended
	case !member && !x.changeable(now):
		return nil, ErrChangeDeadline
	case !member && !m.snap.Business.AcceptingAt(now):
		return nil, ErrNotAccepting
	}
	var v fault.Fields
	checkStart(&v, m.in.Start, now)
	visit, err := x.revisit(m.snap, m.in, member, &v)
	if err != nil {
		return nil, err
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if member && !m.in.Consented && x.losesNominated(visit) {
		return nil, ErrConsent
	}
	start := minute(m.in.Start)
	if m.in.Minutes == nil && !start.Equal(x.StartsAt) { // a table is kept as long as it is then; else the visit lasts as it was sold
		visit = m.snap.At(visit, start)
	}
	d := &draft{snap: m.snap, visit: visit, start: start, now: now, prefer: resourcesOf(x)}
	if x.Status == CheckedIn {
		d.only(d.prefer)
	}
	if member {
		d.asMember(m.in.Override != "")
		if x.Status.Pending() { // it lapses at its start: moved into the past it would hold nothing
			d.earliest = now.Add(time.Second)
		}
	} else {
		d.asCustomer()
		d.by = booker{customer: (*[16]byte)(x.CustomerID.Ptr()), moving: (*[16]byte)(&x.ID)}
	}
	return d, nil
}

// endsOnly tells whether nothing of the booking changes but its end.
func (m *move) endsOnly(x *Booking) bool {
	stays := m.in.StaffID == nil || slices.Contains(resourcesOf(x), *m.in.StaffID)
	return m.in.Minutes != nil && minute(m.in.Start).Equal(x.StartsAt) && stays
}

// minutes is how long the visit lasts.
func (x *Booking) minutes() int { return int(x.EndsAt.Sub(x.StartsAt) / time.Minute) }

// revisit is the booking's visit as it was booked, with other staff and of another
// length where asked: the last item takes up the difference.
// A customer nominates; a member only assigns where nobody was nominated before,
// or where who takes over cannot be nominated: that costs nothing, and the
// customer is not told who it is.
func (x *Booking) revisit(snap *availability.Snapshot, in MoveInput, member bool, v *fault.Fields) (availability.Visit, error) {
	staff := in.StaffID
	parts := make([]availability.Part, len(x.Segments))
	asked := false
	for i, seg := range x.Segments {
		p := availability.Part{Service: snap.Services[seg.ServiceID], DurationMinutes: seg.DurationMinutes}
		if p.Service == nil { // made after the snapshot
			return availability.Visit{}, errOutdated
		}
		for _, o := range seg.Options {
			p.ExtraMinutes += o.DurationMinutes
		}
		if snap.CutShort(seg.StartsAt, seg.EndsAt) { // what it lasts elsewhere is what the menu says
			p.OwnMinutes = p.Service.DurationMinutes
		}
		if seg.Nominated {
			p.Staff, _ = snap.Resource(seg.StaffID)
		}
		if staff != nil && x.give(&p, snap, *staff, member, seg.Nominated) {
			asked = true
		}
		parts[i] = p
	}
	v.Check(staff == nil || asked, "body.staff_id", "unknown_id")
	if in.Minutes != nil {
		x.stretch(&parts[len(parts)-1], *in.Minutes, v)
	}
	visit := snap.OfSet(snap.Revisit(parts, x.PartySize), x.SetID)
	v.Check(len(visit.Plan.Needs) <= availability.MaxNeeds, "body.start", "booking.visit_too_large")
	return visit, nil
}

// stretch has the last part end with a visit of so many minutes.
func (x *Booking) stretch(last *availability.Part, minutes int, v *fault.Fields) {
	before := x.minutes() - last.DurationMinutes
	least := before + availability.StepMinutes
	v.Check(minutes >= least, lengthField, "too_small", fault.Args{"min": least})
	last.DurationMinutes, last.OwnMinutes = max(minutes-before, availability.StepMinutes), 0
}

// give has the staff member serve the part, if they can.
func (x *Booking) give(p *availability.Part, snap *availability.Snapshot, staff catalog.ResourceID, member, nominated bool) bool {
	r, ok := snap.Assign(p.Service, staff, x.PartySize)
	if !ok {
		return false
	}
	able := p.Service.Nomination != catalog.NominationNone && r.Nominatable
	switch {
	case member && (!nominated || !able):
		p.Staff, p.Assigned = nil, r
		return true
	case !able:
		return false
	}
	p.Staff = r
	return true
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

// renominated tells whether another one is asked for, for any of its items, than was sold.
func (x *Booking) renominated(visit *availability.Visit) bool {
	for i, seg := range x.Segments {
		staff := visit.Parts[i].Staff
		if seg.Nominated != (staff != nil) || staff != nil && staff.ID != seg.StaffID {
			return true
		}
	}
	return false
}

// moveTo queues that the booking is served so from the draft's start on.
func (x *Booking) moveTo(b *pg.Batch, d *draft, segments []Segment, override string) {
	for i := range segments { // what was booked stays as it was sold
		segments[i].ServiceName, segments[i].Options = x.Segments[i].ServiceName, x.Segments[i].Options
	}
	x.reprice(d)
	x.Segments, x.StartsAt, x.EndsAt, x.Date = segments, d.start, d.end(), d.date()
	x.Overridden, x.OverrideReason, x.OutsideRules = override != "", override, false
	if x.ExpiresAt != nil && x.StartsAt.Before(*x.ExpiresAt) {
		x.ExpiresAt = &d.start
		queueExpiry(b, x)
	}
	availability.Release(b, x.BusinessID, x.owner())
	availability.Take(b, x.BusinessID, x.owner(), x.ExpiresAt, x.allocations())
	b.Queue(deleteSegments, x.BusinessID, x.ID)
	queueSegments(b, x)
}

// reprice replaces the nomination lines by those of the present nominations,
// unless these are the ones that were sold, and gives a service another price
// where the customer asks for somebody who costs another one today. All else
// stays as it was sold, a set as a whole.
func (x *Booking) reprice(d *draft) {
	fresh, kept := priceOf(&d.visit, x.Currency), !x.renominated(&d.visit)
	p := Price{Currency: x.Currency, Lines: []Line{}}
	item := 0
	for _, l := range x.Lines {
		switch l.Kind {
		case LineNomination:
			if !kept {
				continue
			}
		case LineService:
			l.Amount = x.amountFor(item, l, d)
			item++
		case LineOption, LineSet:
		}
		p.add(l)
	}
	for _, l := range fresh.Lines {
		if l.Kind == LineNomination && !kept {
			p.add(l)
		}
	}
	x.Lines, x.Total = p.Lines, p.Total
}

// amountFor is what an item of the booking costs when it is served as the draft
// says. Where the business puts somebody in who was not asked for, it never costs more.
func (x *Booking) amountFor(item int, sold Line, d *draft) int64 {
	if !x.SetID.IsZero() || item >= len(x.Segments) || item >= len(d.visit.Parts) {
		return sold.Amount
	}
	var before *catalog.Resource
	if x.Segments[item].Nominated {
		before, _ = d.snap.Resource(x.Segments[item].StaffID)
	}
	part := &d.visit.Parts[item]
	price := part.Service.PriceFor(part.Staff)
	switch {
	case price == part.Service.PriceFor(before):
		return sold.Amount
	case part.Staff == nil:
		return min(sold.Amount, price*int64(sold.Quantity))
	}
	return price * int64(sold.Quantity)
}
