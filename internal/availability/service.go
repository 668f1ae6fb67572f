package availability

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// MaxDays is how many days one question may span.
const MaxDays = 31

// rememberedBusinesses bounds the memory for calendars: some 50 kB each.
const rememberedBusinesses = 2000

// Service answers when something can be booked. What it shows may be as old as
// Staleness; who takes a slot looks again under the locks.
type Service struct {
	store    *store
	clock    clock.Clock
	answers  *answers
	searches sync.Pool
	buffers  sync.Pool
}

// New makes the service.
func New(db *pg.DB, clk clock.Clock) *Service {
	return &Service{
		store: newStore(db, clk, rememberedBusinesses), clock: clk, answers: newAnswers(),
		searches: sync.Pool{New: func() any { return new(Search) }},
		buffers:  sync.Pool{New: func() any { return new(make([]byte, 0, scratch)) }},
	}
}

// ScheduleChanged forgets what is known of a business: to be called after the
// commit of any change of hours, menus, resources or settings.
func (s *Service) ScheduleChanged(bid business.ID) { s.store.scheduleChanged(bid) }

// BookingsChanged forgets what is taken: to be called after the commit of any
// change of allocations.
func (s *Service) BookingsChanged(bid business.ID) { s.store.bookingsChanged(bid) }

// ForgetAll forgets every business: after a time in which changes may have been missed.
func (s *Service) ForgetAll() { s.store.forgetAll() }

// Snapshot is the schedule of a business; not_found for an absent one.
func (s *Service) Snapshot(ctx context.Context, bid business.ID) (*Snapshot, error) {
	return s.store.snapshot(ctx, bid)
}

// Calendar is the bookable time of a business as it was at most Staleness ago.
func (s *Service) Calendar(ctx context.Context, bid business.ID) (*Calendar, error) {
	return s.store.calendar(ctx, bid)
}

// Around is a calendar that has the days around a start, where they can be
// booked at all; the rest of it may be missing.
func (s *Service) Around(ctx context.Context, bid business.ID, start time.Time) (*Calendar, error) {
	snap, err := s.store.snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	from, days := DaysAround(start, snap.Zone)
	return s.store.covering(ctx, bid, from, from.AddDays(days-1))
}

// Query is a question for free starts of one service.
type Query struct {
	ServiceID catalog.ServiceID
	Also      []catalog.ServiceID // more services of the visit, one after the other; none with a set
	SetID     *catalog.SetID      // in the place of a service; nil for none
	From, To  clock.Date          // both included, at most MaxDays
	StaffID   *catalog.ResourceID
	OptionIDs []catalog.OptionID
	PartySize int // 0: the least that the service takes
}

// validate checks the range of the question.
func (q *Query) validate(v *fault.Fields) {
	if q.To.Before(q.From) {
		v.Add("query.to", "before_from")
		return
	}
	v.Check(q.To.DaysSince(q.From) < MaxDays, "query.to", "range_too_long", fault.Args{"max": MaxDays})
}

// inQuery is where the parts of a question stand.
var inQuery = Places{
	Item:  func(_ int, field string) string { return "query." + field },
	Items: "query.service_id", Party: "query.party_size", Set: "query.set_id",
}

// Request is the visit that the question is about.
func (q *Query) Request(s *Snapshot) Request {
	r := Request{Items: []Item{{ServiceID: q.ServiceID, StaffID: q.StaffID, OptionIDs: q.OptionIDs}}, PartySize: q.PartySize, SetID: q.SetID}
	switch {
	case q.SetID != nil:
		if set, ok := s.Set(*q.SetID); ok {
			r.Items = s.itemsOf(set.ServiceIDs, q.StaffID, q.OptionIDs)
		}
	case len(q.Also) > 0:
		r.Items = s.itemsOf(append([]catalog.ServiceID{q.ServiceID}, q.Also...), q.StaffID, q.OptionIDs)
	}
	return r
}

// resolve makes a visit of the question.
func (q *Query) resolve(s *Snapshot) (Visit, error) {
	var v fault.Fields
	q.validate(&v)
	visit := s.resolve(q.Request(s), &v, inQuery, true)
	return visit, v.Err()
}

// AnswerJSON is the answer to a question as JSON: see Answer. The bytes are
// shared with others who ask: they are never to be changed. A business that
// takes no bookings from customers is not_found.
func (s *Service) AnswerJSON(ctx context.Context, bid business.ID, q Query) ([]byte, error) {
	k, err := s.store.covering(ctx, bid, q.From, q.To)
	if err != nil {
		return nil, err
	}
	if !k.Business.Public() {
		return nil, ErrNotFound
	}
	now := s.clock.Now()
	key, kept := q.key(k, now)
	if !kept {
		return s.answer(ctx, k, &q, now)
	}
	if b, ok := s.answers.encoded.GetIfPresent(key); ok {
		return b, nil
	}
	b, err := s.answer(ctx, k, &q, now)
	if err == nil {
		s.answers.encoded.Set(key, b)
	}
	return b, err
}

// answer looks for the starts and writes them.
func (s *Service) answer(ctx context.Context, k *Calendar, q *Query, now time.Time) ([]byte, error) {
	visit, err := q.resolve(k.Snapshot)
	if err != nil {
		return nil, err
	}
	days := q.To.DaysSince(q.From) + 1
	view, err := s.view(ctx, k, q.From, days, &visit.Plan, now)
	if err != nil {
		return nil, err
	}
	search := s.search()
	defer s.searches.Put(search)
	starts := k.Find(search, view, &visit, k.WindowIn(view, now))
	next, found := first(starts)
	if !found {
		if next, err = s.after(ctx, k.Business.ID, q, now); err != nil {
			return nil, err
		}
	}
	room := s.buffers.Get().(*[]byte) //nolint:errcheck // the pool holds nothing else
	defer s.buffers.Put(room)
	*room = starts.AppendJSON((*room)[:0], next)
	return slices.Clone(*room), nil
}

// after is the first free start behind the days of a question, zero when none is in sight.
func (s *Service) after(ctx context.Context, bid business.ID, q *Query, now time.Time) (time.Time, error) {
	k, err := s.Calendar(ctx, bid)
	if err != nil {
		return time.Time{}, err
	}
	visit, err := q.resolve(k.Snapshot)
	if err != nil {
		return time.Time{}, err
	}
	search := s.search()
	defer s.searches.Put(search)
	return k.after(search, &visit, q.To.AddDays(1), now), nil
}

func (s *Service) search() *Search { return s.searches.Get().(*Search) } //nolint:errcheck // the pool holds nothing else

// view is the days asked for: a part of the calendar, or read anew for the plan
// where they lie outside.
func (s *Service) view(ctx context.Context, k *Calendar, from clock.Date, days int, p *Plan, now time.Time) (*Frame, error) {
	if !from.Before(k.From) && !from.AddDays(days-1).After(k.To) {
		return k.Frame.View(from.DaysSince(k.From), days), nil
	}
	return s.store.beyond(ctx, k, from, days, p, now)
}

func first(s *Starts) (time.Time, bool) {
	if at := s.First(); at >= 0 {
		return s.Frame.Instant(at), true
	}
	return time.Time{}, false
}

// after is the first free start on the date or later, zero when none is in sight.
func (k *Calendar) after(search *Search, v *Visit, from clock.Date, now time.Time) time.Time {
	if from.Before(k.From) {
		from = k.From
	}
	if from.After(k.To) {
		return time.Time{}
	}
	view := k.Frame.View(from.DaysSince(k.From), k.To.DaysSince(from)+1)
	at, _ := first(k.Find(search, view, v, k.WindowIn(view, now)))
	return at
}
