package demo

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Mails go out for a handful of fresh bookings: enough to see what they look
// like, and no flood.
const (
	mailsPerShop = 8
	mailedSince  = 7 * 24 * time.Hour
)

// book makes the booking of a visit at the free time nearest to the one wished
// for, or not at all.
func (l *life) book(ctx context.Context, v visit) error {
	k, err := l.avail.Calendar(ctx, l.id)
	if err != nil {
		return err
	}
	req, ok := l.request(v)
	if !ok {
		return nil // its services were given up
	}
	start := l.freeStart(k, v, req)
	if start.IsZero() && v.items[0].staff != "" { // whom they wanted has no time: then anybody
		req = withoutStaff(req)
		start = l.freeStart(k, v, req)
	}
	if start.IsZero() {
		l.report.Refused++
		return nil
	}
	actor, in := l.input(v, booking.Request{Start: start, Request: req})
	x, err := l.bookings.Create(ctx, actor, l.id, in, nil)
	if refused(err) {
		l.report.Refused++
		return nil
	}
	if err != nil {
		return err
	}
	l.report.Bookings++
	r := &record{Booking: x, visit: v}
	l.known[x.ID], l.planned[x.ID], l.met[x.Guest.Phone] = r, true, true
	l.follow(r)
	return nil
}

// request is what the visit asks for, in the shop's own terms; ok is false when
// the shop no longer has it.
func (l *life) request(v visit) (req availability.Request, ok bool) {
	req.PartySize = v.party
	for _, it := range v.items {
		svc := l.services[it.service]
		if svc == nil || !svc.Active {
			return req, false
		}
		x := availability.Item{ServiceID: svc.ID}
		for _, o := range it.options {
			if id, ok := l.options[o]; ok {
				x.OptionIDs = append(x.OptionIDs, id)
			}
		}
		if staff := l.resources[it.staff]; staff != nil && svc.Nomination != catalog.NominationNone {
			x.StaffID = &staff.ID
		}
		req.Items = append(req.Items, x)
	}
	return req, true
}

func withoutStaff(req availability.Request) availability.Request {
	items := make([]availability.Item, len(req.Items))
	for i, it := range req.Items {
		it.StaffID = nil
		items[i] = it
	}
	return availability.Request{Items: items, PartySize: req.PartySize}
}

// nowhere is for requests whose faults nobody reads.
var nowhere = availability.Places{Item: func(int, string) string { return "" }}

// freeStart is the free start on the visit's day nearest to its time: exactly
// that one for who stands at the door. Zero when there is none, or when the day
// is so full that it keeps its last times for others.
func (l *life) freeStart(k *availability.Calendar, v visit, req availability.Request) time.Time {
	var faults fault.Fields
	plan := k.Resolve(req, &faults, nowhere)
	if faults.Len() > 0 || v.date.Before(k.From) || v.date.After(k.To) {
		return time.Time{}
	}
	day := k.Frame.View(v.date.DaysSince(k.From), 1)
	if v.way != walkIn && l.nearlyFull(k, day) {
		return time.Time{}
	}
	earliest, latest := k.Window(l.clock.Now())
	wished := clock.Instant(v.date, v.minute, tokyo())
	if v.way == walkIn {
		wished = wished.Truncate(time.Duration(k.Business.GridMinutes) * time.Minute)
		earliest, latest = wished, wished.Add(time.Minute)
	}
	return nearest(l.search.Find(day, &plan.Plan, day.Window(earliest, latest)), wished)
}

// nearest is the free start nearest to an instant, the earlier of two as near.
func nearest(s *availability.Starts, wished time.Time) time.Time {
	best := time.Time{}
	for step := range s.Day(0) {
		if at := s.Frame.Instant(step); best.IsZero() || at.Sub(wished).Abs() < best.Sub(wished).Abs() {
			best = at
		}
	}
	return best
}

// nearlyFull tells whether a day has hardly any start left for the first service:
// whoever tries the demo finds something free on every coming day.
func (l *life) nearlyFull(k *availability.Calendar, day *availability.Frame) bool {
	if l.first == nil {
		return false
	}
	var faults fault.Fields
	party := min(max(l.first.MinParty, 2), l.first.MaxParty)
	visit := k.Resolve(availability.Request{Items: []availability.Item{{ServiceID: l.first.ID}}, PartySize: party}, &faults, nowhere)
	if faults.Len() > 0 {
		return false
	}
	from, to := day.Reach()
	free := 0
	for range l.search.Find(day, &visit.Plan, day.Window(from, to)).Day(0) {
		free++
	}
	return free < l.shop.reserve
}

// otherStart is a free start for a booking that moves, a little later on its day
// or on one of the next.
func (l *life) otherStart(ctx context.Context, r *record) (time.Time, error) {
	k, err := l.avail.Calendar(ctx, l.id)
	if err != nil {
		return time.Time{}, err
	}
	req, ok := l.request(r.visit)
	if !ok {
		return time.Time{}, nil
	}
	v := r.visit
	for days := 1; days <= 3; days++ {
		v.date = r.Date.AddDays(days)
		if start := l.freeStart(k, v, req); !start.IsZero() {
			return start, nil
		}
	}
	return time.Time{}, nil
}

// input is who books, and what they say.
func (l *life) input(v visit, req booking.Request) (tenant.Actor, booking.CreateInput) {
	in := booking.CreateInput{Request: req, Note: v.note, TermsVersion: *l.shop.settings.TermsVersion}
	if v.person >= 0 {
		in.Customer = l.people[v.person]
	}
	switch v.way {
	case online:
		in.Customer = l.sparingMail(v, in.Customer)
		return tenant.Actor{Kind: tenant.Customer}, in
	case phone:
		in.Source, in.Silent = booking.Console, true
	case walkIn:
		in.Source, in.Silent, in.CheckIn, in.Customer = booking.WalkIn, true, true, customer.Input{}
	}
	return l.clerk(v), in
}

// sparingMail leaves the address out where a mail would be one of too many, or
// of something long past.
func (l *life) sparingMail(v visit, c customer.Input) customer.Input {
	switch {
	case c.Email == "":
	case l.mails >= mailsPerShop, l.until.Sub(v.made) > mailedSince, !v.date.After(dateIn(l.until)):
		c.Email = ""
	default:
		l.mails++
	}
	return c
}
