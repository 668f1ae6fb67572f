package booking

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// How a hold ended.
const (
	holdActive   = "active"
	holdUsed     = "used"
	holdReleased = "released"
	holdExpired  = "expired"
)

// holdRow is a hold as the database gives it.
type holdRow struct {
	ID        HoldID                    `db:"-"`
	Status    string                    `db:"status"`
	Request   Request                   `db:"request"`
	Picks     []availability.Allocation `db:"picks"`
	ExpiresAt time.Time                 `db:"expires_at"`
	now       time.Time
}

// HoldInput is a wish to keep a slot for some minutes.
type HoldInput struct {
	Request
	Short bool
}

// Hold keeps a slot for the business's minutes of hold. It answers ErrSlotTaken
// with alternatives like Create.
func (s *Service) Hold(ctx context.Context, a tenant.Actor, bid business.ID, in HoldInput, claim *idempotency.Claim) (*Hold, error) {
	var made *Hold
	var last *draft
	err := s.write(ctx, bid, func(ctx context.Context) error {
		k, err := s.avail.Calendar(ctx, bid)
		if err != nil {
			return err
		}
		d, err := s.wish(k.Snapshot, in.Request, in.Short)
		if err != nil {
			return err
		}
		last = d
		made = &Hold{
			BusinessID: bid, ID: id.New[Hold](d.now), Request: in.Request, CreatedAt: d.now,
			ExpiresAt: d.now.Add(time.Duration(k.Business.HoldMinutes) * time.Minute),
		}
		return s.takeHold(ctx, a, k, d, made, claim)
	})
	if err != nil {
		return nil, s.withAlternatives(ctx, last, taken(err))
	}
	return made, nil
}

// wish makes a draft of what a customer wishes, without saying who they are.
func (s *Service) wish(snap *availability.Snapshot, r Request, short bool) (*draft, error) {
	if !snap.Business.Public() {
		return nil, ErrNotFound
	}
	now := s.clock.Now()
	if r.PartySize == 0 {
		r.PartySize = 1
	}
	var v fault.Fields
	checkStart(&v, r.Start, now)
	places := inBody
	if short {
		places = inShortBody
	}
	visit := snap.Resolve(r.Request, &v, places)
	if err := v.Err(); err != nil {
		return nil, err
	}
	d := &draft{snap: snap, visit: visit, start: minute(r.Start), now: now}
	d.asCustomer()
	return d, nil
}

// takeHold tries the quick way first, like Create.
func (s *Service) takeHold(ctx context.Context, a tenant.Actor, k *availability.Calendar, d *draft, h *Hold, claim *idempotency.Claim) error {
	if segments, err := d.choose(k.Frame); err == nil {
		h.Picks = picksOf(segments)
		var b pg.Batch
		claim.Begin(&b)
		guard(&b, d.snap)
		availability.Lock(&b, resourcesIn(h.Picks))
		if err := s.queueHeld(&b, a, h, claim); err != nil {
			return err
		}
		if err := s.db.BatchTenant(ctx, h.BusinessID, &b); pg.State(err) != pg.StateTaken {
			return err
		}
	} else if fault.CodeOf(err) != ErrSlotTaken.Code {
		return err
	}
	return s.db.InTenant(ctx, h.BusinessID, func(tx *pg.Tx) error {
		claim.Begin(tx.Batch())
		segments, err := s.place(ctx, tx, d, nil, nil)
		if err != nil {
			return err
		}
		h.Picks = picksOf(segments)
		return s.queueHeld(tx.Batch(), a, h, claim)
	})
}

func (s *Service) queueHeld(b *pg.Batch, a tenant.Actor, h *Hold, claim *idempotency.Claim) error {
	raw := [16]byte(h.ID)
	availability.Take(b, h.BusinessID, availability.Owner{Hold: &raw}, &h.ExpiresAt, h.Picks)
	b.Queue(insertHold, h.BusinessID, h.ID, h.Request, h.Picks, h.ExpiresAt, h.CreatedAt)
	jobs.Enqueue(b, jobs.Default, ExpireHoldArgs{BusinessID: h.BusinessID.String(), HoldID: h.ID.String()}, h.CreatedAt, h.ExpiresAt)
	if err := claim.Store(b, h); err != nil {
		return err
	}
	audit.Append(b, h.BusinessID, audit.Entry{At: h.CreatedAt, Actor: a, Action: "hold.created", Subject: "hold:" + h.ID.String()}, nil)
	return nil
}

// Token is the secret that names the hold.
func (s *Service) HoldToken(h *Hold) string { return HoldToken(s.ring, h.BusinessID, h.ID) }

// Release gives a held slot back; not_found for a token that names no hold that
// still stands.
func (s *Service) Release(ctx context.Context, a tenant.Actor, token string) error {
	bid, hid, _, ok := openToken(s.ring, purposeHold, token)
	if !ok {
		return ErrNotFound
	}
	return s.write(ctx, bid, func(ctx context.Context) error {
		return s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
			h, err := lockedHold(ctx, tx, bid, hid, s.clock.Now())
			if err != nil {
				return err
			}
			if !h.stands() {
				return ErrNotFound
			}
			queueEndHold(tx.Batch(), bid, hid, holdReleased)
			audit.Append(tx.Batch(), bid, audit.Entry{At: h.now, Actor: a, Action: "hold.released", Subject: "hold:" + h.ID.String()}, nil)
			return nil
		})
	})
}

// queueEndHold queues that a hold ended and, unless a booking takes them over,
// that its allocations fall free.
func queueEndHold(b *pg.Batch, bid business.ID, hid [16]byte, status string) {
	b.Queue(endHold, bid, hid, status)
	if status != holdUsed {
		availability.Release(b, bid, availability.Owner{Hold: &hid})
	}
}

func lockedHold(ctx context.Context, tx *pg.Tx, bid, hid [16]byte, now time.Time) (*holdRow, error) {
	h, err := pg.SelectOne[holdRow](ctx, tx, lockHold, bid, hid)
	if errors.Is(err, pg.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	h.ID, h.now = hid, now
	return &h, nil
}

// holdOf is the hold that a customer brings along, nil when they bring none or
// it no longer stands: then they take their chance like everybody else.
func (s *Service) holdOf(ctx context.Context, tx *pg.Tx, bid business.ID, token string) (*holdRow, error) {
	if token == "" {
		return nil, nil //nolint:nilnil // no hold is an ordinary case, and a nil hold answers for itself
	}
	of, hid, _, ok := openToken(s.ring, purposeHold, token)
	if !ok || of != bid {
		var v fault.Fields
		v.Add("body.hold_token", "booking.hold_unknown")
		return nil, v.Err()
	}
	h, err := lockedHold(ctx, tx, bid, hid, s.clock.Now())
	if errors.Is(err, ErrNotFound) || (err == nil && !h.stands()) {
		return nil, nil //nolint:nilnil // as above
	}
	return h, err
}

func (h *holdRow) stands() bool {
	return h != nil && h.Status == holdActive && h.ExpiresAt.After(h.now)
}

// matches tells whether the draft is just what the hold holds.
func (h *holdRow) matches(d *draft) bool {
	if h == nil || !minute(h.Request.Start).Equal(d.start) || max(h.Request.PartySize, 1) != d.visit.PartySize ||
		len(h.Request.Items) != len(d.visit.Parts) {
		return false
	}
	for i, item := range h.Request.Items {
		if !reflect.DeepEqual(normal(item), normal(d.visit.Item(i))) {
			return false
		}
	}
	return d.fits(h.Picks)
}

// normal is an item with its options in one order.
func normal(i availability.Item) availability.Item {
	i.OptionIDs = append([]catalog.OptionID{}, i.OptionIDs...)
	slices.SortFunc(i.OptionIDs, func(a, b catalog.OptionID) int { return slices.Compare(a[:], b[:]) })
	return i
}

// fits tells whether allocations are what the draft's plan asks for now: the
// menu may have changed since they were taken.
func (d *draft) fits(list []availability.Allocation) bool {
	want := map[availability.Allocation]int{}
	for _, n := range d.visit.Plan.Needs {
		for _, span := range n.Spans {
			want[d.at(n.Segment, span)] += n.Units
		}
	}
	for _, a := range list {
		key := availability.Allocation{StartsAt: a.StartsAt.UTC(), EndsAt: a.EndsAt.UTC(), Segment: a.Segment}
		want[key]--
	}
	for _, n := range want {
		if n != 0 {
			return false
		}
	}
	return true
}

func (d *draft) at(segment int, span availability.Span) availability.Allocation {
	const step = availability.StepMinutes * time.Minute
	return availability.Allocation{
		StartsAt: d.start.Add(time.Duration(span.From) * step), EndsAt: d.start.Add(time.Duration(span.To) * step), Segment: int32(segment), //nolint:gosec // at most ten
	}
}

// segmentsFrom are the draft's segments served as the hold holds them.
func (d *draft) segmentsFrom(h *holdRow) []Segment {
	out := d.segments(nil, nil)
	for _, a := range h.Picks {
		s := &out[a.Segment]
		s.Picks = append(s.Picks, a)
		if r, ok := d.snap.Resource(a.ResourceID); ok && r.Kind == catalog.Staff && s.StaffID.IsZero() {
			s.StaffID = a.ResourceID
		}
	}
	return out
}

func (h *holdRow) resources() []catalog.ResourceID {
	if h == nil {
		return nil
	}
	return resourcesIn(h.Picks)
}

// owns tells whether an allocation is the hold's; nobody's for no hold.
func (h *holdRow) owns(t availability.Taken) bool {
	return h != nil && t.HoldID != nil && *t.HoldID == [16]byte(h.ID)
}

func picksOf(segments []Segment) []availability.Allocation {
	out := []availability.Allocation{}
	for _, s := range segments {
		out = append(out, s.Picks...)
	}
	return out
}

func resourcesOf(x *Booking) []catalog.ResourceID { return resourcesIn(x.allocations()) }

// resourcesIn are the resources of allocations, each once.
func resourcesIn(list []availability.Allocation) []catalog.ResourceID {
	var out []catalog.ResourceID
	for _, a := range list {
		if !slices.Contains(out, a.ResourceID) {
			out = append(out, a.ResourceID)
		}
	}
	return out
}
