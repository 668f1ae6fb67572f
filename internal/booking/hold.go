package booking

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
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
	err := s.writeKnown(ctx, bid, func(ctx context.Context, p *pass) (*effect, error) {
		k, err := s.avail.Around(ctx, bid, in.Start)
		if err != nil {
			return nil, err
		}
		d, err := s.wish(k.Snapshot, in.Request, in.Short)
		if err != nil {
			return nil, s.refused(ctx, k.Snapshot, claim, err)
		}
		last = d
		if !k.Business.AcceptingAt(d.now) {
			return nil, s.refused(ctx, k.Snapshot, claim, ErrNotAccepting)
		}
		made = &Hold{
			BusinessID: bid, ID: id.New[Hold](d.now), Request: d.request(), Date: d.date(), CreatedAt: d.now,
			ExpiresAt: d.now.Add(time.Duration(k.Business.HoldMinutes) * time.Minute),
		}
		return s.takeHold(ctx, a, p, k, d, made, claim)
	})
	if err != nil {
		return nil, s.withAlternatives(ctx, last, taken(last.limitFault(err)))
	}
	return made, nil
}

// wish makes a draft of what a customer wishes, without saying who they are.
func (s *Service) wish(snap *availability.Snapshot, r Request, short bool) (*draft, error) {
	if !snap.Business.Public() {
		return nil, ErrNotFound
	}
	now := s.clock.Now()
	var v fault.Fields
	checkStart(&v, r.Start, now)
	places := inBody
	if short {
		places = inShortBody
	}
	visit := snap.ResolveAt(r.Request, minute(r.Start), &v, places)
	if err := v.Err(); err != nil {
		return nil, err
	}
	d := &draft{snap: snap, visit: visit, start: minute(r.Start), now: now}
	d.asCustomer()
	return d, nil
}

// takeHold tries the quick way first, like Create.
func (s *Service) takeHold(
	ctx context.Context, a tenant.Actor, p *pass, k *availability.Calendar, d *draft, h *Hold, claim *idempotency.Claim,
) (*effect, error) {
	if segments, err := s.plan(p, k, d); err == nil {
		h.Picks = picksOf(segments)
		var b pg.Batch
		claim.Begin(&b)
		guard(&b, d.snap)
		d.queueLimits(&b)
		availability.Lock(&b, resourcesIn(h.Picks))
		if err := s.queueHeld(&b, &b, a, h, claim); err != nil {
			return nil, err
		}
		err := s.db.BatchTenant(ctx, h.BusinessID, &b)
		if err == nil {
			return &effect{availability.Owner{Hold: (*[16]byte)(&h.ID)}, h.Picks, &h.ExpiresAt}, nil
		}
		if pg.State(err) != pg.StateTaken {
			return nil, err
		}
	} else if !isFull(err) {
		return nil, s.refused(ctx, k.Snapshot, claim, err)
	}
	return nil, s.db.InTenant(ctx, h.BusinessID, func(tx *pg.Tx) error {
		var b pg.Batch
		claim.Begin(&b)
		look, err := d.queueLook(&b, func(ids []catalog.ResourceID) { availability.Lock(&b, ids) })
		if err != nil {
			return err
		}
		if err := tx.Run(ctx, &b); err != nil {
			return err
		}
		segments, err := s.seat(ctx, tx, d, look, nil)
		if err != nil {
			return err
		}
		h.Picks = picksOf(segments)
		return s.queueHeld(tx.Batch(), tx.AtEnd(), a, h, claim)
	})
}

// queueHeld queues everything that a hold brings about; end is what goes out last.
func (s *Service) queueHeld(b, end *pg.Batch, a tenant.Actor, h *Hold, claim *idempotency.Claim) error {
	raw := [16]byte(h.ID)
	availability.Take(b, h.BusinessID, availability.Owner{Hold: &raw}, &h.ExpiresAt, h.Picks)
	b.Queue(insertHold, h.BusinessID, h.ID, h.Request, h.Picks, h.ExpiresAt, h.CreatedAt, h.Request.Start, h.Date, h.Request.PartySize)
	queueHoldExpiry(b, h.BusinessID, h.ID, h.CreatedAt, h.ExpiresAt)
	if err := claim.Store(b, h); err != nil {
		return err
	}
	audit.Append(end, h.BusinessID, audit.Entry{At: h.CreatedAt, Actor: a, Action: "hold.created", Subject: "hold:" + h.ID.String()}, nil)
	return nil
}

// HoldToken is the secret that names the hold.
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
			audit.Append(tx.AtEnd(), bid, audit.Entry{At: h.now, Actor: a, Action: "hold.released", Subject: "hold:" + h.ID.String()}, nil)
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

// holdNamed is the hold of a token, nil for none; a fault for a token that names
// no hold of the business.
func (s *Service) holdNamed(v *fault.Fields, bid business.ID, token string) *HoldID {
	if token == "" {
		return nil
	}
	of, raw, _, ok := openToken(s.ring, purposeHold, token)
	if !v.Check(ok && of == bid, "body.hold_token", "booking.hold_unknown") {
		return nil
	}
	hid := HoldID(raw)
	return &hid
}

// queueLookWithHold is queueLook for a draft that may bring a hold along: its
// resources are locked too, then its row. The hold answers when the batch was
// run; one that does not stand counts for nothing, and its bringer takes their
// chance like everybody else.
func (d *draft) queueLookWithHold(b *pg.Batch) (*look, *holdRow, error) {
	bid := d.snap.Business.ID
	if d.hold == nil {
		l, err := d.queueLook(b, func(ids []catalog.ResourceID) { availability.Lock(b, ids) })
		return l, nil, err
	}
	l, err := d.queueLook(b, func(ids []catalog.ResourceID) { b.Queue(lockWithHold, bid, *d.hold, ids) })
	if err != nil {
		return nil, nil, err
	}
	h := &holdRow{ID: *d.hold, now: d.now}
	b.Queue(lockHold, bid, *d.hold).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[holdRow])
		for _, r := range list {
			h.Status, h.Request, h.Picks, h.ExpiresAt = r.Status, r.Request, r.Picks, r.ExpiresAt
		}
		return err
	})
	return l, h, nil
}

func (h *holdRow) stands() bool {
	return h != nil && h.Status == holdActive && h.ExpiresAt.After(h.now)
}

// matches tells whether the draft is just what the hold holds.
func (h *holdRow) matches(d *draft) bool {
	if got, wished := h.Request.SetID, d.setID(); (got == nil) != (wished == nil) || got != nil && *got != *wished {
		return false
	}
	if !minute(h.Request.Start).Equal(d.start) || h.Request.PartySize != d.visit.PartySize || len(h.Request.Items) != len(d.visit.Parts) {
		return false
	}
	for i, item := range h.Request.Items {
		if !reflect.DeepEqual(normal(item), normal(d.visit.Item(i))) {
			return false
		}
	}
	return true
}

// normal is an item with its options in one order.
func normal(i availability.Item) availability.Item {
	i.OptionIDs = append([]catalog.OptionID{}, i.OptionIDs...)
	slices.SortFunc(i.OptionIDs, func(a, b catalog.OptionID) int { return slices.Compare(a[:], b[:]) })
	return i
}

// keep seats the draft on just what the hold holds, where that is what the
// draft wishes. Notice and grid were judged when the slot was held; hours,
// shifts and who may serve are judged again, as of now.
func (d *draft) keep(h *holdRow) ([]Segment, bool) {
	if !h.stands() || !h.matches(d) {
		return nil, false
	}
	at := *d
	at.free.AnyMinute, at.earliest, at.latest = true, time.Time{}, time.Time{}
	frame, err := at.frame()
	if err != nil {
		return nil, false
	}
	takeAllBut(frame, h.Picks)
	segments, err := at.choose(frame)
	return segments, err == nil && alike(picksOf(segments), h.Picks)
}

// alike tells whether two lists are the same allocations: the menu may have
// changed since the one was taken.
func alike(a, b []availability.Allocation) bool {
	order := func(x, y availability.Allocation) int {
		return cmp.Or(slices.Compare(x.ResourceID[:], y.ResourceID[:]), cmp.Compare(x.Unit, y.Unit),
			x.StartsAt.Compare(y.StartsAt), x.EndsAt.Compare(y.EndsAt), cmp.Compare(x.Segment, y.Segment))
	}
	a, b = slices.SortedFunc(slices.Values(a), order), slices.SortedFunc(slices.Values(b), order)
	return slices.EqualFunc(a, b, func(x, y availability.Allocation) bool { return order(x, y) == 0 })
}

// takeAllBut leaves nothing free in the frame but the given allocations.
func takeAllBut(frame *availability.Frame, list []availability.Allocation) {
	list = slices.SortedFunc(slices.Values(list), func(a, b availability.Allocation) int { return a.StartsAt.Compare(b.StartsAt) })
	begin, end := frame.Reach()
	for i := range frame.Resources {
		for u := range frame.Resources[i].Busy {
			free := begin
			for _, a := range list {
				if a.ResourceID == frame.Resources[i].ID && int(a.Unit) == u+1 {
					frame.Occupy(i, u+1, free, a.StartsAt)
					free = a.EndsAt
				}
			}
			frame.Occupy(i, u+1, free, end)
		}
	}
}

// request is the draft's wish as it was understood.
func (d *draft) request() Request {
	r := Request{Start: d.start, Request: availability.Request{PartySize: d.visit.PartySize, SetID: d.setID()}}
	for i := range d.visit.Parts {
		r.Items = append(r.Items, d.visit.Item(i))
	}
	return r
}

// setID is that of the set which is wished for, nil for none.
func (d *draft) setID() *catalog.SetID {
	if d.visit.Set == nil {
		return nil
	}
	return &d.visit.Set.ID
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

// keepHolds is how long a hold that ended is kept.
const keepHolds = 30 * 24 * time.Hour

var sweepHolds = pg.Register("booking.sweep_holds",
	`DELETE FROM holds WHERE business_id = $1 AND status <> 'active' AND created_at < $2`)

// SweepHolds queues the removal of holds that ended long before now.
func SweepHolds(b *pg.Batch, bid business.ID, now time.Time) {
	b.Queue(sweepHolds, bid, now.Add(-keepHolds))
}
