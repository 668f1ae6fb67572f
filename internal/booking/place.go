package booking

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is the slow and certain way to a slot: lock all that could serve the
// visit, look at what is taken, free what has expired, choose. The quick way in
// create.go guesses the choice and lets the guarded insert judge it.

// guard queues the check that the schedule is still the one of the snapshot,
// and keeps it so until the end of the transaction.
func guard(b *pg.Batch, snap *availability.Snapshot) {
	b.Queue(scheduleGuard, snap.Business.ID, snap.Version)
}

// look is what a draft sees under the locks of all who could serve it.
type look struct {
	frame *availability.Frame
	taken []availability.Taken
	given []availability.Given
}

// queueLook queues what everybody does who is about to take something: the check
// of the schedule and of the limits, then the locks, which lock queues for the resources that it is
// given, and then the reading of what is taken around the start.
func (d *draft) queueLook(b *pg.Batch, lock func([]catalog.ResourceID)) (*look, error) {
	frame, err := d.frame()
	if err != nil {
		return nil, err
	}
	l := &look{frame: frame}
	guard(b, d.snap)
	d.newcomers.queue(b, d)
	d.queueLimits(b)
	lock(d.candidates())
	from, to := frame.Reach()
	availability.QueueBusy(b, d.snap.Business.ID, from, to, &l.taken)
	d.snap.QueueGiven(b, d.now, &l.given)
	return l, nil
}

// seat finds who serves the draft in what it sees, and frees what has expired
// there. Allocations that mine accepts count as free: those of the hold or
// booking that the draft replaces. It answers ErrSlotTaken, or an Invalid fault
// when the start is outside the rules.
func (s *Service) seat(ctx context.Context, tx *pg.Tx, d *draft, l *look, mine func(availability.Taken) bool) ([]Segment, error) {
	expired := expiredAmong(l.taken, d.candidates(), d.now)
	if err := s.freeExpired(ctx, tx, d.snap.Business.ID, d.now, expired); err != nil {
		return nil, err
	}
	d.snap.Occupy(l.frame, l.taken, d.now, mine)
	d.snap.Recall(l.frame, l.given)
	return d.choose(l.frame)
}

// choose picks who serves the draft in a frame.
func (d *draft) choose(frame *availability.Frame) ([]Segment, error) {
	step, window := frame.Floor(d.start), frame.Window(d.earliest, d.latest)
	picks, ok := frame.Choose(&d.visit.Plan, window, step, d.preferred())
	if !ok {
		return nil, refusal(frame.Reasons(&d.visit.Plan, window, step))
	}
	return d.segments(frame, picks), nil
}

// ruleCodes are the reasons that no waiting mends: the start itself is wrong.
var ruleCodes = []availability.Code{availability.TooSoon, availability.TooFar, availability.OffGrid, availability.Closed, availability.NotOffered}

// refusal is the fault for a start that is not free: Invalid where it breaks a
// rule, taken where somebody or something is missing.
func refusal(reasons []availability.Reason) error {
	var v fault.Fields
	for _, r := range reasons {
		if slices.Contains(ruleCodes, r.Code) {
			v.Add("body.start", "booking."+string(r.Code))
		}
	}
	if err := v.Err(); err != nil {
		return err
	}
	for _, r := range reasons {
		switch r.Code { //nolint:exhaustive // all others are places that are taken
		case availability.DayFull:
			return ErrDayFull
		case availability.IntervalFull:
			return ErrIntervalFull
		}
	}
	return ErrSlotTaken
}

// isFull tells whether a refusal may be out of date: what was taken a moment ago
// may have been given back.
func isFull(err error) bool {
	return errors.Is(err, ErrSlotTaken) || errors.Is(err, ErrDayFull) || errors.Is(err, ErrIntervalFull)
}

// hasAlternatives are the refusals that another start may mend.
var hasAlternatives = []string{fault.CodeInvalid, ErrSlotTaken.Code, ErrDayFull.Code, ErrIntervalFull.Code}

// expiredAmong are the taken rows on the locked resources whose time ran out.
func expiredAmong(taken []availability.Taken, locked []catalog.ResourceID, now time.Time) []availability.Taken {
	var out []availability.Taken
	for _, t := range taken {
		if t.ExpiredAt(now) && slices.Contains(locked, t.ResourceID) {
			out = append(out, t)
		}
	}
	return out
}

// freeExpired ends the holds and pending bookings whose time ran out, each with
// its own history: whoever comes next does not wait for the job. Their rows are
// locked in the order of their ids, as two who come next may meet the same ones.
func (s *Service) freeExpired(ctx context.Context, tx *pg.Tx, bid business.ID, now time.Time, list []availability.Taken) error {
	for _, hid := range owners(list, func(t availability.Taken) *[16]byte { return t.HoldID }) {
		queueExpireHold(tx, bid, hid, now)
	}
	for _, x := range owners(list, func(t availability.Taken) *[16]byte { return t.BookingID }) {
		if err := s.expireIn(ctx, tx, bid, x, now); err != nil {
			return err
		}
	}
	return nil
}

// owners are the ids that of gives, each once, in order.
func owners(list []availability.Taken, of func(availability.Taken) *[16]byte) [][16]byte {
	var out [][16]byte
	for _, t := range list {
		if x := of(t); x != nil {
			out = append(out, *x)
		}
	}
	slices.SortFunc(out, func(a, b [16]byte) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(out)
}

// maxAlternatives is how many other starts a refused customer is offered.
const maxAlternatives = 3

// Alternative is a free start near the one that was refused.
type Alternative struct {
	Start    time.Time            `json:"start"` // with the offset of the business
	End      time.Time            `json:"end"`
	StaffIDs []catalog.ResourceID `json:"staff_ids"`
}

// withAlternatives adds near free starts to a refusal; other errors stay.
func (s *Service) withAlternatives(ctx context.Context, d *draft, refused error) error {
	f, ok := fault.As(refused)
	if !ok || d == nil || !slices.Contains(hasAlternatives, f.Code) {
		return refused
	}
	if !d.full {
		s.avail.BookingsChanged(d.snap.Business.ID) // what was shown is out of date
	}
	list, err := s.alternatives(ctx, d)
	if err != nil {
		return refused // the refusal itself is the better answer
	}
	return f.WithExtra("alternatives", list)
}

// alternatives are the free starts nearest to the draft's, with the staff wished
// for as far as possible.
func (s *Service) alternatives(ctx context.Context, d *draft) ([]Alternative, error) {
	k, err := s.avail.Calendar(ctx, d.snap.Business.ID)
	if err != nil {
		return nil, err
	}
	if k.Version != d.snap.Version { // the plan speaks of resources by their place in its own snapshot
		return []Alternative{}, nil
	}
	var search availability.Search
	starts := k.Find(&search, k.Frame, &d.visit, k.WindowIn(k.Frame, d.now))
	out := []Alternative{}
	for _, step := range starts.Near(k.Frame.Floor(d.start), maxAlternatives) {
		slot := starts.Slot(step)
		out = append(out, Alternative{Start: slot.Start, End: slot.End, StaffIDs: slot.StaffIDs})
	}
	return out, nil
}
