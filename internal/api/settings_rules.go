package api

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the rules for customers among the settings: deadlines, openings,
// limits. Each may be taken away: null means so, for these properties.

// SettingsRules are the rules as members see them.
type SettingsRules struct {
	BookingCutoff      *business.Cutoff  `json:"booking_cutoff" doc:"Customers book until then, judged by the business date of the start; null: min_notice_minutes hold"`
	ChangeCutoff       *business.Cutoff  `json:"change_cutoff" doc:"Customers move a visit until then; null: change_notice_minutes hold"`
	CancelCutoff       *business.Cutoff  `json:"cancel_cutoff" doc:"Customers cancel until then; null: cancel_notice_minutes hold"`
	BookingOpens       *business.Opening `json:"booking_opens" doc:"When a date opens for booking; null: booking_window_days hold"`
	MaxOpenPerCustomer *int              `json:"max_open_per_customer" doc:"Coming bookings that a customer may have at a time; null: any number"`
	MaxPerCustomerDay  *int              `json:"max_per_customer_day" doc:"Bookings that a customer may have on a business day; null: any number"`
	MaxPerDay          *int              `json:"max_per_day" doc:"Bookings that customers may fill a business day up to; holds count, and what members enter; null: any number"`
	Pace               *business.Pace    `json:"pace" doc:"How many may arrive in an interval of the clock; null: any number"`
	Accepting          bool              `json:"accepting" doc:"Bookings are taken from customers; see stop-accepting"`
	AcceptingAgainAt   *time.Time        `json:"accepting_again_at" doc:"When a stop ends by itself; null: there is none, or somebody must resume"`
}

func settingsRules(b *business.Business, now time.Time) SettingsRules {
	return SettingsRules{
		BookingCutoff: b.BookingCutoff, ChangeCutoff: b.ChangeCutoff, CancelCutoff: b.CancelCutoff, BookingOpens: b.BookingOpens,
		MaxOpenPerCustomer: b.MaxOpenPerCustomer, MaxPerCustomerDay: b.MaxPerCustomerDay, MaxPerDay: b.MaxPerDay, Pace: b.Pace,
		Accepting: b.AcceptingAt(now), AcceptingAgainAt: inZone(b.AcceptingAgain(now), b.Zone()),
	}
}

// SettingsPatch changes the settings; what is left out stays.
type SettingsPatch struct {
	business.SettingsInput
	BookingCutoff      nullable[business.Cutoff]  `json:"booking_cutoff,omitzero" doc:"Customers book until then, in the place of min_notice_minutes; null takes it away"`
	ChangeCutoff       nullable[business.Cutoff]  `json:"change_cutoff,omitzero" doc:"Customers move a visit until then, in the place of change_notice_minutes; null takes it away"`
	CancelCutoff       nullable[business.Cutoff]  `json:"cancel_cutoff,omitzero" doc:"Customers cancel until then, in the place of cancel_notice_minutes; null takes it away"`
	BookingOpens       nullable[business.Opening] `json:"booking_opens,omitzero" doc:"When a date opens for booking, in the place of booking_window_days; null takes it away"`
	MaxOpenPerCustomer nullable[int]              `json:"max_open_per_customer,omitzero" doc:"Coming bookings that a customer may have at a time; null: any number" minimum:"1" maximum:"100"`
	MaxPerCustomerDay  nullable[int]              `json:"max_per_customer_day,omitzero" doc:"Bookings that a customer may have on a business day; null: any number" minimum:"1" maximum:"100"`
	MaxPerDay          nullable[int]              `json:"max_per_day,omitzero" doc:"Bookings that customers may fill a business day up to; null: any number" minimum:"1" maximum:"10000"`
	Pace               nullable[business.Pace]    `json:"pace,omitzero" doc:"How many may arrive in an interval of the clock; null: any number"`
}

// change is what a property says: nil for nothing, a pointer to nil for null.
func (n nullable[T]) change() **T {
	if !n.Set {
		return nil
	}
	return &n.Value
}

func (p *SettingsPatch) input() business.SettingsInput {
	in := p.SettingsInput
	in.Rules = business.RulesInput{
		BookingCutoff: p.BookingCutoff.change(), ChangeCutoff: p.ChangeCutoff.change(), CancelCutoff: p.CancelCutoff.change(),
		BookingOpens: p.BookingOpens.change(), MaxOpenPerCustomer: p.MaxOpenPerCustomer.change(),
		MaxPerCustomerDay: p.MaxPerCustomerDay.change(), MaxPerDay: p.MaxPerDay.change(), Pace: p.Pace.change(),
	}
	return in
}

// BookingCalendar is when customers may book, for them to read.
type BookingCalendar struct {
	BookingCutoff    *business.Cutoff  `json:"booking_cutoff" doc:"Until when a date is booked; null: min_notice_minutes hold"`
	BookingOpens     *business.Opening `json:"booking_opens" doc:"When a date opens for booking; null: booking_window_days hold"`
	BookingDeadline  locale.Text       `json:"booking_deadline" doc:"Until when one may book, in words"`
	BookingOpening   locale.Text       `json:"booking_opening" doc:"From when dates are open, in words"`
	Accepting        bool              `json:"accepting" doc:"false: no bookings are taken for the time being"`
	AcceptingAgainAt *time.Time        `json:"accepting_again_at" doc:"When they are taken again; null: they are, or nobody knows"`
}

func bookingCalendar(b *business.Business, now time.Time) BookingCalendar {
	return BookingCalendar{
		BookingCutoff: b.BookingCutoff, BookingOpens: b.BookingOpens,
		BookingDeadline: business.DeadlineInWords(b.BookingCutoff, b.MinNoticeMinutes),
		BookingOpening:  business.OpeningInWords(b.BookingOpens, b.BookingWindowDays),
		Accepting:       b.AcceptingAt(now), AcceptingAgainAt: inZone(b.AcceptingAgain(now), b.Zone()),
	}
}
