package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/outbox"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// A planned booking is its statements, ready to be sent.
type planned struct {
	business [16]byte
	batch    pg.Batch
}

// registered finds a statement of the program's by its name.
func registered(name string) *pg.Statement { return byName()[name] }

var byName = sync.OnceValue(func() map[string]*pg.Statement {
	out := map[string]*pg.Statement{}
	for _, s := range pg.Statements() {
		out[s.Name] = s
	}
	return out
})

// answerSize is how many bytes the stored answer of a booking has.
const answerSize = 1100

// plan queues what the quick way of booking.Create queues, in its order.
func (b *bare) plan(n int) (_ *planned, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("no slots are left")
		}
	}()
	p := b.slots.place(n, b.job.Hot, true)
	now := clock.System{}.Now()
	bid, bookingID := business.ID(p.target.Business), id.New[planned](now)
	raw := [16]byte(bookingID)
	guest := p.guest()
	g := customer.Guest{
		FamilyName: guest.Family, GivenName: guest.Given, FamilyNameKana: guest.FamilyKana, GivenNameKana: guest.GivenKana,
		Phone: guest.Phone, Email: guest.Email, Locale: "ja",
	}
	minutes := hourMinutes
	if b.job.Hot {
		minutes = hotMinutes
	}
	end := p.start.Add(time.Duration(minutes) * time.Minute)
	list := []availability.Allocation{
		{ResourceID: catalog.ResourceID(p.target.Staff[p.who]), Unit: 1, StartsAt: p.start, EndsAt: end},
		{ResourceID: catalog.ResourceID(p.target.Seats[p.who]), Unit: 1, StartsAt: p.start, EndsAt: end},
	}
	out := &planned{business: p.target.Business}
	q := &out.batch
	scope := idempotency.Scope{Business: &out.business, Actor: "guest", Route: "create-booking"}
	claim := idempotency.New(b.ring, scope, fmt.Sprintf("bare-%d-%d", n, now.UnixNano()), randomBytes(32), now)
	claim.Render = func(any) (int, any, error) { return 201, strings.Repeat("x", answerSize), nil }
	claim.Begin(q)
	q.Queue(registered("booking.schedule_guard"), bid, p.target.Version)
	availability.Lock(q, []catalog.ResourceID{list[0].ResourceID, list[1].ResourceID})
	availability.Take(q, bid, availability.Owner{Booking: &raw}, nil, list)
	cid := customer.Upsert(q, bid, g, now)
	q.Queue(registered("booking.customer_by_key"), bid, g.IdentityKey())
	b.insert(q, &p, bid, raw, cid, g, end, now, list)
	a := tenant.Actor{Kind: tenant.Customer, RequestID: fmt.Sprintf("bare-%d", n)}
	q.Queue(registered("booking.insert_history"), bid, raw, 1, now, a.Kind, a.User(), "create", "", "confirmed", map[string]any{})
	outbox.Queue(q, bid, outbox.Message{BookingID: raw, Event: "booking.confirmed"}, now)
	claim.About(raw)
	if err := claim.Store(q, nil); err != nil {
		return nil, err
	}
	audit.Append(q, bid, audit.Entry{
		At: now, Actor: a, Action: "booking.created", Subject: "booking:" + uuid(raw),
		Detail: map[string]any{"status": "confirmed", "source": "public", "start": p.start, "overridden": false},
	}, nil)
	return out, nil
}

// insert queues the booking with its code, its segment and the consent.
func (b *bare) insert(q *pg.Batch, p *place, bid business.ID, raw [16]byte, cid customer.ID, g customer.Guest, end, now time.Time, list []availability.Allocation) {
	consent := map[string]any{"terms_version": "1", "at": now}
	lines := []map[string]any{{"kind": "service", "name": json.RawMessage(p.target.Menu), "quantity": 1, "amount": 5500, "tax_percent": 10}}
	policy := map[string]any{"steps": []any{}, "change_notice_minutes": 0, "cancel_notice_minutes": 0}
	code := hex.EncodeToString(randomBytes(8))
	q.Queue(registered("booking.insert"), bid, raw, code, "confirmed", "public", g.IdentityKey(), cid, g, p.start, end,
		clock.DateOf(p.start.In(japan())), 1, nil, 5500, "JPY", lines, policy, consent, "", "ja", false, "", now, nil)
	q.Queue(registered("booking.insert_code"), code, bid, raw)
	segments, err := json.Marshal([]map[string]any{{
		"service_id": uuid(p.target.Service), "service_name": json.RawMessage(p.target.Menu), "options": []any{}, "duration_minutes": int(end.Sub(p.start).Minutes()),
		"starts_at": p.start, "ends_at": end, "staff_id": list[0].ResourceID, "nominated": true, "picks": list,
	}})
	if err != nil {
		panic(err) // plain values
	}
	q.Queue(registered("booking.insert_segments"), bid, raw, string(segments))
	customer.Agreed(q, bid, raw, "1", now)
}

var japan = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation(benchZone)
	if err != nil {
		panic(err) // compiled in
	}
	return loc
})

// uuid is the text of an id.
func uuid(raw [16]byte) string { return id.Of[struct{}](raw).String() }
