package business

import (
	"slices"
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Bounds of the rules for customers, as the database checks them.
const (
	MaxPerCustomer = 100
	MaxPerDay      = 10_000
	maxCutoffDays  = 60
	maxMinute      = 1800
	maxPaceCount   = 1000
	maxPacePersons = 10_000
)

// RulesInput changes what customers may do. Of each, nil leaves it as it is, and
// a pointer to nil takes it away.
type RulesInput struct {
	BookingCutoff      **Cutoff
	ChangeCutoff       **Cutoff
	CancelCutoff       **Cutoff
	BookingOpens       **Opening
	MaxOpenPerCustomer **int
	MaxPerCustomerDay  **int
	MaxPerDay          **int
	Pace               **Pace
}

func (in *RulesInput) apply(b *Business, v *fault.Fields) {
	replace(&b.BookingCutoff, in.BookingCutoff, func(c *Cutoff) { c.check(v, "body.booking_cutoff") })
	replace(&b.ChangeCutoff, in.ChangeCutoff, func(c *Cutoff) { c.check(v, "body.change_cutoff") })
	replace(&b.CancelCutoff, in.CancelCutoff, func(c *Cutoff) { c.check(v, "body.cancel_cutoff") })
	replace(&b.BookingOpens, in.BookingOpens, func(o *Opening) { o.check(v, "body.booking_opens") })
	limit := func(at string, most int) func(*int) {
		return func(n *int) { set(v, at, new(int), n, 1, most) }
	}
	replace(&b.MaxOpenPerCustomer, in.MaxOpenPerCustomer, limit("body.max_open_per_customer", MaxPerCustomer))
	replace(&b.MaxPerCustomerDay, in.MaxPerCustomerDay, limit("body.max_per_customer_day", MaxPerCustomer))
	replace(&b.MaxPerDay, in.MaxPerDay, limit("body.max_per_day", MaxPerDay))
	replace(&b.Pace, in.Pace, func(p *Pace) { p.check(v, "body.pace") })
}

// replace changes a rule that is given, and checks one that is set.
func replace[T any](dst **T, src **T, check func(*T)) {
	if src == nil {
		return
	}
	if *dst = *src; *dst != nil {
		check(*dst)
	}
}

func (c *Cutoff) check(v *fault.Fields, at string) {
	set(v, at+".days_before", new(int), &c.DaysBefore, 0, maxCutoffDays)
	set(v, at+".minute", new(int), &c.Minute, 0, maxMinute)
}

func (o *Opening) check(v *fault.Fields, at string) {
	set(v, at+".months_before", new(int), &o.MonthsBefore, 1, 12)
	set(v, at+".day", new(int), o.Day, 1, 31)
	set(v, at+".minute", new(int), &o.Minute, 0, maxMinute)
}

func (p *Pace) check(v *fault.Fields, at string) {
	names := make([]string, len(PaceMinutes))
	for i, m := range PaceMinutes {
		names[i] = strconv.Itoa(m)
	}
	v.Check(slices.Contains(PaceMinutes, p.Minutes), at+".minutes", "not_allowed", fault.Args{"values": strings.Join(names, ", ")})
	v.Check(p.Bookings != nil || p.Persons != nil, at, "business.pace_empty")
	set(v, at+".bookings", new(int), p.Bookings, 1, maxPaceCount)
	set(v, at+".persons", new(int), p.Persons, 1, maxPacePersons)
}
