package booking

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Service holds the rules of bookings and opens their transactions.
type Service struct {
	db      *pg.DB
	clock   clock.Clock
	ring    *secret.Ring
	avail   *availability.Service
	gate    *gate
	changed func(business.ID)
}

// New makes the service. changed is called after each commit that changed what
// is taken at a business; it must not block.
func New(db *pg.DB, clk clock.Clock, ring *secret.Ring, avail *availability.Service, changed func(business.ID)) *Service {
	return &Service{db: db, clock: clk, ring: ring, avail: avail, gate: newGate(), changed: changed}
}

// attempts bounds how often a write is planned again because the schedule
// changed under it, or because a random code was taken already. Edits of hours
// and shifts may stand in line for the schedule, and each of them that goes first
// costs a plan: a shop that enters a month of leave still takes bookings in.
const attempts = 12

// errOutdated has a write planned again: what it was planned with is no longer so.
var errOutdated = errors.New("planned with what is no longer so")

// refused is the refusal of a plan before its transaction began, unless the
// claim's effect stands already: its answer is replayed whatever the time is
// now; or the schedule changed since the snapshot that it was judged by: another
// program may have made a menu, opened a day or renewed its terms, and nobody is
// refused for what one of ours missed.
func (s *Service) refused(ctx context.Context, snap *availability.Snapshot, claim *idempotency.Claim, refusal error) error {
	run := s.db.ReadTenant
	if claim != nil {
		run = s.db.BatchTenant
	}
	var version int64
	var b pg.Batch
	claim.Begin(&b)
	business.QueueScheduleVersion(&b, snap.Business.ID, &version)
	if err := run(ctx, snap.Business.ID, &b); err != nil {
		return err
	}
	if version != snap.Version {
		return errOutdated
	}
	return refusal
}

// write runs fn at the business's gate. It runs it again when the schedule
// changed since the plan was made or when a new code clashed, and tells of the
// change when it was committed, or may have been.
func (s *Service) write(ctx context.Context, bid business.ID, fn func(ctx context.Context) error) error {
	return s.writeKnown(ctx, bid, func(ctx context.Context, _ *pass) (*effect, error) { return nil, fn(ctx) })
}

// effect is all that a commit changed of what is taken.
type effect struct {
	owner   availability.Owner
	taken   []availability.Allocation
	expires *time.Time
}

// writeKnown is write for what may know all of its effect; nil where it does not.
func (s *Service) writeKnown(ctx context.Context, bid business.ID, fn func(ctx context.Context, p *pass) (*effect, error)) error {
	p, err := s.gate.enter(ctx, bid)
	if err != nil {
		return err
	}
	defer p.leave()
	for range attempts {
		var e *effect
		if e, err = fn(ctx, p); err == nil {
			if e != nil {
				s.avail.Follow(bid, e.owner, e.taken, e.expires)
			} else {
				s.avail.BookingsChanged(bid)
			}
			s.changed(bid)
			return nil
		}
		switch {
		case pg.State(err) == pg.StateScheduleChanged, errors.Is(err, errOutdated):
			s.avail.ScheduleChanged(bid)
		case pg.Constraint(err) == "booking_codes_pkey":
		default:
			if fault.KindOf(err) == fault.Unavailable || errors.Is(err, context.Canceled) { // the answer was lost, or nobody waited for it
				s.avail.BookingsChanged(bid)
				s.changed(bid)
			}
			return err
		}
	}
	return fault.Wrap(fault.Unavailable, "unavailable", err).After(retryAfterBusy)
}

// customer is the actor of somebody who holds a secret link, or of a guest.
func customerActor(a tenant.Actor) tenant.Actor {
	a.Kind, a.Role = tenant.Customer, ""
	return a
}

// inBody is where the parts of a visit stand in a request with items.
var inBody = availability.Places{
	Item:  func(i int, field string) string { return "body.items[" + itoa(i) + "]." + field },
	Items: "body.items", Party: "body.party_size", Set: "body.set_id",
}

// inShortBody is where they stand in the short form for one service.
var inShortBody = availability.Places{
	Item:  func(_ int, field string) string { return "body." + field },
	Items: "body.service_id", Party: "body.party_size", Set: "body.set_id",
}

// step rounds to the database's and the wire's precision.
func minute(t time.Time) time.Time { return t.UTC().Truncate(time.Minute) }
