package booking

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file keeps the limits of a business: how many bookings a customer, a day
// and an interval of the clock take. They bind customers alone; what members
// enter counts and is never refused.

var bookingLimits = pg.Register("booking.limits",
	`SELECT booking_limits($1::uuid, $2::timestamptz, $3::text, $4::uuid, $5::uuid, $6::uuid, $7::date, $8::integer, $9::integer, $10::integer,
	     $11::integer, $12::timestamptz, $13::timestamptz, $14::integer, $15::integer)`)

// booker is whom limits count for, and what the draft takes the place of.
type booker struct {
	identity *string   // of a guest who books, see customer.Guest
	customer *[16]byte // of a booking that moves
	moving   *[16]byte // the booking itself
}

// queueLimits queues the check of the limits, where there are any, and its
// locks; the batch fails with a state that limitFault knows. To be queued
// between the lock of the schedule and those of the resources.
func (d *draft) queueLimits(b *pg.Batch) {
	if !d.customer {
		return
	}
	rules := &d.snap.Business
	open, perCustomer := rules.MaxOpenPerCustomer, rules.MaxPerCustomerDay
	if d.by.identity == nil && d.by.customer == nil {
		open, perCustomer = nil, nil
	}
	if d.by.moving != nil { // it is one of the coming ones already
		open = nil
	}
	var from, to *time.Time
	var bookings, persons *int
	if p := rules.Pace; p != nil {
		begins, ends := p.Interval(d.start, d.snap.Zone)
		from, to, bookings, persons = &begins, &ends, p.Bookings, p.Persons
	}
	if open == nil && perCustomer == nil && rules.MaxPerDay == nil && from == nil {
		return
	}
	b.Queue(bookingLimits, rules.ID, d.now, d.by.identity, d.by.customer, d.by.moving, (*[16]byte)(d.hold), d.date(), d.visit.PartySize,
		open, perCustomer, rules.MaxPerDay, from, to, bookings, persons)
}

// limitFault makes of the server's refusal by a limit the fault that callers
// know; other errors stay.
func (d *draft) limitFault(err error) error {
	if d == nil || err == nil {
		return err
	}
	rules := &d.snap.Business
	switch pg.State(err) {
	case pg.StateCustomerLimit:
		return ErrCustomerLimit.With(fault.Args{"max": valueOf(rules.MaxOpenPerCustomer)}).Because(err)
	case pg.StateCustomerDay:
		return ErrCustomerDayLimit.With(fault.Args{"max": valueOf(rules.MaxPerCustomerDay)}).Because(err)
	case pg.StateDayFull:
		return ErrDayFull.Because(err)
	case pg.StateIntervalFull:
		return ErrIntervalFull.Because(err)
	}
	return err
}

func valueOf(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
