package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// claim is a taken stretch with the booking that takes it, as far as a reason
// needs it: nothing of the customer.
type claim struct {
	Taken
	Code       *string    `db:"code"`        // of the booking; nil of a hold
	ServesFrom *time.Time `db:"serves_from"` // the customer's time within it, without
	ServesTo   *time.Time `db:"serves_to"`   // preparation and clean-up; nil of a hold
}

// One allocation may serve several items one after the other (see Plan.follow):
// the customer's time ends with the last one that it covers.
var claimsBetween = pg.Register("availability.claims",
	`SELECT a.resource_id, a.unit, a.starts_at, a.ends_at, a.expires_at, a.booking_id, a.hold_id, b.code, s.starts_at AS serves_from,
	     (SELECT max(l.ends_at) FROM booking_segments l WHERE l.business_id = a.business_id AND l.booking_id = a.booking_id
	          AND l.position >= a.segment AND (l.position = a.segment OR l.ends_at <= a.ends_at)) AS serves_to
	 FROM allocations a
	 LEFT JOIN bookings b ON b.business_id = a.business_id AND b.id = a.booking_id
	 LEFT JOIN booking_segments s ON s.business_id = a.business_id AND s.booking_id = a.booking_id AND s.position = a.segment
	 WHERE a.business_id = $1 AND a.starts_at < $3 AND a.starts_at > $2::timestamptz - interval '3 days' AND a.ends_at > $2
	 ORDER BY a.starts_at, a.id`)

// queueClaims queues the reading of what is taken within a frame.
func queueClaims(b *pg.Batch, bid business.ID, f *Frame, dst *[]claim) {
	from, to := f.Reach()
	pg.Collect(b.Queue(claimsBetween, bid, from, to), dst)
}

// serves is the customer's time within the stretch; all of it, of a hold.
func (c *claim) serves() (from, to time.Time) {
	from, to = c.StartsAt, c.EndsAt
	if c.ServesFrom != nil && c.ServesFrom.After(from) {
		from = *c.ServesFrom
	}
	if c.ServesTo != nil && c.ServesTo.Before(to) {
		to = *c.ServesTo
	}
	return from, to
}

// owner is the booking or hold that takes it.
func (c *claim) owner() [16]byte {
	if c.BookingID != nil {
		return *c.BookingID
	}
	return *c.HoldID
}

// Overlap says which parts of two visits meet.
type Overlap string

// The overlaps. Preparation and clean-up are the other visit's, own ones are
// those of the visit that was asked about.
const (
	OverlapVisit          Overlap = "visit"
	OverlapPreparation    Overlap = "preparation"
	OverlapCleanUp        Overlap = "clean_up"
	OverlapOwnPreparation Overlap = "own_preparation"
	OverlapOwnCleanUp     Overlap = "own_clean_up"
)

// touches tells whether the claim and a need at a start share a step; steps are
// rounded as Occupy rounds them.
func (f *Frame) touches(c *claim, need *Need, start int) bool {
	from, to := f.Floor(c.StartsAt), f.Ceil(c.EndsAt)
	for _, s := range need.Spans {
		if max(start+s.From, from) < min(start+s.To, to) {
			return true
		}
	}
	return false
}

// overlap is how a claim and a need at a start meet: the customers themselves
// as soon as they do, else the other's preparation or clean-up during this
// visit, else the other visit during preparation or clean-up of this one.
func (e *explainer) overlap(c *claim, need *Need, start int) Overlap {
	f := e.frame
	begins, ends := c.serves()
	taken, theirs := Span{f.Floor(c.StartsAt), f.Ceil(c.EndsAt)}, Span{f.Floor(begins), f.Ceil(ends)}
	ours := Span{start, start + e.plan.Length}
	var inOurs, inTheirs, whole Span
	for _, s := range need.Spans {
		both := taken.meet(Span{start + s.From, start + s.To})
		if both.meet(ours).meet(theirs).some() {
			return OverlapVisit
		}
		inOurs, inTheirs, whole = both.meet(ours).or(inOurs), both.meet(theirs).or(inTheirs), both.or(whole)
	}
	switch buffer := inOurs.or(whole); {
	case !inOurs.some() && inTheirs.some() && inTheirs.From < start:
		return OverlapOwnPreparation
	case !inOurs.some() && inTheirs.some():
		return OverlapOwnCleanUp
	case buffer.From < theirs.From:
		return OverlapPreparation
	}
	return OverlapCleanUp
}

func (s Span) meet(o Span) Span { return Span{max(s.From, o.From), min(s.To, o.To)} }

func (s Span) some() bool { return s.From < s.To }

// or is the span, the other one where it is empty.
func (s Span) or(o Span) Span {
	if s.some() {
		return s
	}
	return o
}
