package demo

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// A life is what happens at one shop between two instants, in order.
type life struct {
	*house
	deps   Deps
	state  state
	from   time.Time // what happens until then has happened
	until  time.Time // the present
	people []customer.Input
	report Report

	events  timetable
	search  availability.Search
	day     clock.Date // of the last progress that was kept
	known   map[booking.ID]*record
	planned map[booking.ID]bool
	met     map[string]bool // phone numbers of those who have a booking
	mails   int
}

// A record is what a life needs to know of a booking.
type record struct {
	*booking.Booking
	visit visit
}

func newLife(d Deps, s *shop, st state, ids map[string]auth.UserID) *life {
	return &life{
		house: newHouse(d, s, st.LivedUntil, ids), deps: d, state: st, from: st.LivedUntil, until: d.Now,
		people: s.people(max(s.customers*d.Percent/100, 1)),
		known:  map[booking.ID]*record{}, planned: map[booking.ID]bool{}, met: map[string]bool{},
	}
}

// run tells the life from where it was left until the present. A shop that its
// people have closed or deleted is left alone.
func (l *life) run(ctx context.Context) error {
	if alive, err := l.prepare(ctx); err != nil || !alive {
		return err
	}
	if err := l.remember(ctx); err != nil {
		return err
	}
	if err := l.plan(ctx); err != nil {
		return err
	}
	if err := l.happen(ctx); err != nil {
		return err
	}
	l.setClocks(l.until)
	if err := l.present(ctx); err != nil {
		return err
	}
	if err := write(ctx, l.deps.DB, finish, l.shop.slug(), l.until); err != nil {
		return err
	}
	l.report.Seeded, l.report.ToppedUp = l.state.SeededAt == nil, l.state.SeededAt != nil
	l.report.Customers = len(l.people)
	l.deps.Log.InfoContext(ctx, "demo told", slog.String("shop", l.shop.slug()), slog.Int("bookings", l.report.Bookings),
		slog.Int("changes", l.report.Changes), slog.Int("refused", l.report.Refused), slog.Time("from", l.from), slog.Time("until", l.until))
	return nil
}

// prepare builds a new shop, or finds an old one and what it has by now.
func (l *life) prepare(ctx context.Context) (alive bool, err error) {
	from, to := l.announced()
	if l.state.SeededAt == nil {
		if err := l.build(ctx); err != nil {
			return false, err
		}
		return true, l.announce(ctx, from, to)
	}
	if there, err := l.find(ctx); err != nil || !there {
		return false, err
	}
	x, err := l.business.Get(ctx, l.id)
	if err != nil || !x.Public() {
		return false, err
	}
	l.setClocks(l.until) // the leaves of the coming days are entered today
	if err := l.look(ctx); err != nil {
		return false, err
	}
	if oldest := l.until.AddDate(0, 0, -catchUpDays); l.from.Before(oldest) {
		l.from = oldest
	}
	return true, l.announce(ctx, from, to)
}

// announced are the dates whose special days and leaves are still to be set:
// those that nobody could book until now.
func (l *life) announced() (from, to clock.Date) {
	today := dateIn(l.until)
	if l.state.SeededAt == nil {
		from = today.AddDays(-historyDays)
	} else {
		from = dateIn(l.state.LivedUntil).AddDays(windowDays + 1)
	}
	return from, today.AddDays(windowDays + 1)
}

// days are the dates on which visits of this stretch of life may fall.
func (l *life) days() (from, to clock.Date) {
	today := dateIn(l.until)
	if l.state.SeededAt == nil {
		return today.AddDays(-historyDays), today.AddDays(longestLead)
	}
	return dateIn(l.from).AddDays(-1), today.AddDays(longestLead)
}

// plan fills the timetable: bookings that are still to be made, and what is
// still to become of those that were.
func (l *life) plan(ctx context.Context) error {
	made := map[time.Time]*record{}
	for _, r := range l.known {
		made[r.CreatedAt.UTC()] = r
	}
	from, to := l.days()
	for d := from; !d.After(to); d = d.AddDays(1) {
		for _, v := range l.shop.day(d, len(l.people), l.deps.Percent) {
			if r := made[v.made]; r != nil {
				r.visit = v
				l.planned[r.ID] = true
				l.follow(r)
			} else if v.made.After(l.from) && !v.made.After(l.until) {
				l.events.add(v.made, func(ctx context.Context) error { return l.book(ctx, v) })
			}
		}
	}
	for _, r := range l.known {
		if !l.planned[r.ID] { // somebody tried the demo
			r.visit = visit{fate: comes, made: r.CreatedAt}
			l.follow(r)
		}
	}
	return ctx.Err()
}

// remember reads the bookings that this stretch of life may concern.
func (l *life) remember(ctx context.Context) error {
	last := dateIn(l.until).AddDays(windowDays + 1)
	for from := dateIn(l.state.LivedUntil).AddDays(-longestLead); !from.After(last); from = from.AddDays(booking.MaxListDays) {
		f := booking.Filter{From: from, To: from.AddDays(booking.MaxListDays - 1)}
		if err := l.rememberList(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

const pageSize = 500

func (l *life) rememberList(ctx context.Context, f booking.Filter) error {
	var after booking.Mark
	for {
		page, err := l.bookings.List(ctx, tenant.Worker(), l.id, f, after, pageSize)
		if err != nil {
			return fmt.Errorf("list of bookings: %w", err)
		}
		for _, x := range page[:min(len(page), pageSize)] {
			l.known[x.ID] = &record{Booking: x}
			l.met[x.Guest.Phone] = true
			after = booking.Mark{Start: x.StartsAt, ID: x.ID}
		}
		if len(page) <= pageSize {
			return nil
		}
	}
}

// happen lets one event after the other take place and keeps the progress after
// each day.
func (l *life) happen(ctx context.Context) error {
	l.day = dateIn(l.from)
	l.setClocks(l.from)
	for {
		e, some := l.events.take(l.until)
		if !some {
			return nil
		}
		if d := dateIn(e.at); d.After(l.day) {
			if err := write(ctx, l.deps.DB, advance, l.shop.slug(), l.clock.Now()); err != nil {
				return err
			}
			l.day = d
			l.calendar.Set(e.at)
		}
		l.clock.Set(e.at)
		if err := e.do(ctx); err != nil {
			return err
		}
	}
}

func (l *life) setClocks(t time.Time) {
	l.clock.Set(t)
	l.calendar.Set(t)
}
