package demo

import (
	"context"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

// requestsNow is how many requests a shop that approves has before it.
const requestsNow = 3

// extrasWithin is how many days ahead the bookings are that round it off.
const extrasWithin = 28

// present rounds the picture of the moment off: every customer has been booked
// at least once, a shop that approves has requests before it, and one that is
// open has a guest.
func (l *life) present(ctx context.Context) error {
	if err := l.meetAll(ctx); err != nil {
		return err
	}
	if err := l.bringRequests(ctx); err != nil {
		return err
	}
	return l.seatSomebody(ctx)
}

// meetAll books those customers whom the plan left out, on one of the coming days.
func (l *life) meetAll(ctx context.Context) error {
	if l.state.SeededAt != nil {
		return nil
	}
	for p := range l.people {
		r := dice(l.shop.slug(), "meet "+strconv.Itoa(p)) // of one's own: others may be met already
		number, err := jp.ParsePhone(l.people[p].Phone)
		if err != nil {
			return err
		}
		for i := 0; i < extrasWithin && !l.met[number]; i++ {
			v := l.shop.wish(r, dateIn(l.until).AddDays(2+(p+i)%extrasWithin))
			v.person, v.way, v.fate, v.moves, v.made = p, phone, comes, 0, l.until
			if err := l.book(ctx, v); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *life) bringRequests(ctx context.Context) error {
	if !l.shop.approves() {
		return nil
	}
	r := dice(l.shop.slug(), "requests "+strconv.Itoa(dayNumber(dateIn(l.until))))
	for days := 2; days < extrasWithin && l.count(booking.PendingApproval) < requestsNow; days++ {
		v := l.shop.wish(r, dateIn(l.until).AddDays(days))
		v.person, v.way, v.fate, v.moves, v.made = r.IntN(len(l.people)), online, comes, 0, l.until
		if err := l.book(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// count is how many of the bookings have the status.
func (l *life) count(s booking.Status) int {
	n := 0
	for _, r := range l.known {
		if r.Status == s {
			n++
		}
	}
	return n
}

// seatSomebody lets a walk-in come where the shop is open and nobody is there.
func (l *life) seatSomebody(ctx context.Context) error {
	k, err := l.avail.Calendar(ctx, l.id)
	if err != nil || l.count(booking.CheckedIn) > 0 || !isOpen(k, l.until) {
		return err
	}
	start := l.until.Truncate(availability.StepMinutes * time.Minute)
	for i := range l.shop.menu {
		v := visit{items: []item{{service: l.shop.menu[i].name["ja"]}}, party: 1, person: -1, way: walkIn, made: l.until}
		if len(l.shop.menu[i].parties) > 0 {
			v.party = l.shop.menu[i].parties[0]
		}
		req, ok := l.request(v)
		if !ok {
			continue
		}
		actor, in := l.input(v, booking.Request{Start: start, Request: req})
		x, err := l.bookings.Create(ctx, actor, l.id, in, nil)
		if err == nil {
			l.report.Bookings++
			l.known[x.ID] = &record{Booking: x, visit: v}
			return nil
		}
		if !refused(err) {
			return err
		}
	}
	return nil // full, or about to close
}

// isOpen looks at yesterday's hours too, which may run past midnight.
func isOpen(k *availability.Calendar, now time.Time) bool {
	today := dateIn(now)
	for _, day := range []clock.Date{today.AddDays(-1), today} {
		for _, r := range k.Hours.On(day) {
			if !now.Before(clock.Instant(day, r.StartMinute, k.Zone)) && now.Before(clock.Instant(day, r.EndMinute, k.Zone)) {
				return true
			}
		}
	}
	return false
}
