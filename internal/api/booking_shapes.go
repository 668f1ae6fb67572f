package api

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// This file is how visits and bookings look on the wire, both ways.

// VisitItem is one wished service of a visit.
type VisitItem struct {
	ServiceID catalog.ServiceID   `json:"service_id"`
	StaffID   *catalog.ResourceID `json:"staff_id,omitempty" doc:"The staff member asked for; absent: whoever is free"`
	OptionIDs []catalog.OptionID  `json:"option_ids,omitempty" maxItems:"20"`
}

// VisitWish is when and what: either items, one after the other, or the short
// form for one service.
type VisitWish struct {
	Start     time.Time           `json:"start" doc:"A free start, as availability gives it" example:"2026-12-01T14:30:00+09:00"`
	Items     []VisitItem         `json:"items,omitempty" maxItems:"10" doc:"Services of one visit, one after the other"`
	SetID     *catalog.SetID      `json:"set_id,omitempty" doc:"A set of services for one price; items may then be left out, or are its services in order, to say who serves and with which options"`
	ServiceID *catalog.ServiceID  `json:"service_id,omitempty" doc:"Short form for one service, in the place of items"`
	StaffID   *catalog.ResourceID `json:"staff_id,omitempty" doc:"With service_id"`
	OptionIDs []catalog.OptionID  `json:"option_ids,omitempty" maxItems:"20" doc:"With service_id"`
	PartySize int                 `json:"party_size,omitempty" minimum:"1" maximum:"500" doc:"Persons; the least that all services of the visit take when absent"`
}

// request makes of it what the service wants; short tells the form.
func (w VisitWish) request() (r booking.Request, short bool) {
	r.Start, r.PartySize, r.SetID = w.Start, w.PartySize, w.SetID
	if len(w.Items) == 0 {
		if w.ServiceID != nil {
			r.Items = []availability.Item{{ServiceID: *w.ServiceID, StaffID: w.StaffID, OptionIDs: w.OptionIDs}}
		}
		return r, w.SetID == nil || w.ServiceID != nil
	}
	for _, i := range w.Items {
		r.Items = append(r.Items, availability.Item(i))
	}
	return r, false
}

// CustomerInput is who comes. Any width and any kana are accepted and stored full-width.
type CustomerInput struct {
	FamilyName     string       `json:"family_name,omitempty" maxLength:"200" example:"山田"`
	GivenName      string       `json:"given_name,omitempty" maxLength:"200" example:"花子"`
	FamilyNameKana string       `json:"family_name_kana,omitempty" maxLength:"200" example:"ヤマダ"`
	GivenNameKana  string       `json:"given_name_kana,omitempty" maxLength:"200" example:"ハナコ"`
	Phone          string       `json:"phone,omitempty" maxLength:"50" example:"090-1234-5678"`
	Email          string       `json:"email,omitempty" maxLength:"254" example:"hanako@example.com"`
	Locale         *locale.Lang `json:"locale,omitempty" doc:"The language of messages; the business's when absent"`
}

func (c CustomerInput) input() customer.Input {
	in := customer.Input{
		FamilyName: c.FamilyName, GivenName: c.GivenName, FamilyNameKana: c.FamilyNameKana, GivenNameKana: c.GivenNameKana,
		Phone: c.Phone, Email: c.Email,
	}
	if c.Locale != nil {
		in.Locale = string(*c.Locale)
	}
	return in
}

// Named is a thing with its name.
type Named struct {
	ID   catalog.ResourceID `json:"id"`
	Name locale.Text        `json:"name"`
}

// NamedService is a service with its name as it was booked.
type NamedService struct {
	ID   catalog.ServiceID `json:"id"`
	Name locale.Text       `json:"name"`
}

// NamedSet is a set with its name as it was booked.
type NamedSet struct {
	ID   catalog.SetID `json:"id"`
	Name locale.Text   `json:"name"`
}

// NamedOption is an option with its name and price as they were booked.
type NamedOption struct {
	ID              catalog.OptionID `json:"id"`
	Name            locale.Text      `json:"name"`
	DurationMinutes int              `json:"duration_minutes"`
	Price           money.Money      `json:"price"`
}

// BookedItem is one service of a booked visit.
type BookedItem struct {
	Service NamedService  `json:"service"`
	Options []NamedOption `json:"options"`
	Staff   *Named        `json:"staff" doc:"Who was asked for; null for whoever is free"`
	Start   time.Time     `json:"start"`
	End     time.Time     `json:"end"`
}

// PriceLine is one line of a price.
type PriceLine struct {
	Kind       booking.LineKind `json:"kind" enum:"service,option,nomination,set" doc:"set: brings the services of a set to its price, mostly below zero"`
	Name       locale.Text      `json:"name"`
	Quantity   int              `json:"quantity"`
	Amount     money.Money      `json:"amount" doc:"For the whole quantity, tax included"`
	TaxPercent int              `json:"tax_percent" enum:"8,10"`
}

// TaxShare is the consumption tax inside a total, rounded once per rate.
type TaxShare struct {
	Percent int         `json:"percent"`
	Sum     money.Money `json:"sum" doc:"Of the lines at this rate, tax included"`
	Tax     money.Money `json:"tax" doc:"Inside the sum"`
}

// PriceView is what a visit costs.
type PriceView struct {
	Total money.Money `json:"total" doc:"Tax included"`
	Lines []PriceLine `json:"lines"`
	Tax   []TaxShare  `json:"tax"`
}

// PolicyView is a cancellation policy as it was when the booking was made.
type PolicyView struct {
	Steps               []business.PolicyStep `json:"steps" doc:"From so many hours before the start, cancelling costs this share; none: it is free"`
	ChangeNoticeMinutes int                   `json:"change_notice_minutes" doc:"Customers may move the visit until so long before its start"`
	CancelNoticeMinutes int                   `json:"cancel_notice_minutes" doc:"Customers may cancel until so long before its start"`
	ChangeCutoff        *business.Cutoff      `json:"change_cutoff" doc:"Customers may move the visit until then, in the place of the minutes; null: the minutes hold"`
	CancelCutoff        *business.Cutoff      `json:"cancel_cutoff" doc:"Customers may cancel until then, in the place of the minutes; null: the minutes hold"`
	ChangeDeadline      locale.Text           `json:"change_deadline" doc:"Until when customers may move the visit, in words"`
	CancelDeadline      locale.Text           `json:"cancel_deadline" doc:"Until when customers may cancel, in words"`
}

// BookingView is a booking as its customer sees it.
type BookingView struct {
	ID                 booking.ID     `json:"id"`
	Code               string         `json:"code" doc:"To be read out on the phone" example:"7K3M9PQX"`
	Status             booking.Status `json:"status" enum:"pending_payment,pending_approval,confirmed,checked_in,completed,no_show,cancelled,declined,expired"`
	Start              time.Time      `json:"start"`
	End                time.Time      `json:"end"`
	Date               clock.Date     `json:"date" doc:"The business day; 00:30 on a day that closes at 26:00 belongs to the day before"`
	PartySize          int            `json:"party_size"`
	Set                *NamedSet      `json:"set" doc:"The set that was booked; null for none"`
	Items              []BookedItem   `json:"items"`
	Price              PriceView      `json:"price"`
	CancellationPolicy PolicyView     `json:"cancellation_policy"`
	ExpiresAt          *time.Time     `json:"expires_at" doc:"Of a pending booking: until when it is kept; else null"`
	Note               string         `json:"note"`
	Version            int64          `json:"version"`
}

// names finds the names of resources.
type names func(catalog.ResourceID) locale.Text

// bookingView shows a booking in its business's zone.
func bookingView(b *booking.Booking, zone *time.Location, of names) BookingView {
	v := BookingView{
		ID: b.ID, Code: b.Code, Status: b.Status, Start: b.StartsAt.In(zone), End: b.EndsAt.In(zone), Date: b.Date, PartySize: b.PartySize,
		Items: make([]BookedItem, len(b.Segments)), Price: priceView(b.Price()), CancellationPolicy: policyView(b.Policy),
		ExpiresAt: inZone(b.ExpiresAt, zone), Note: b.Note, Version: b.Version,
	}
	for _, l := range b.Lines {
		if l.Kind == booking.LineSet && !b.SetID.IsZero() {
			v.Set = &NamedSet{b.SetID, l.Name}
		}
	}
	for i, s := range b.Segments {
		item := BookedItem{
			Service: NamedService{ID: s.ServiceID, Name: s.ServiceName}, Options: namedOptions(s.Options, b.Currency),
			Start: s.StartsAt.In(zone), End: s.EndsAt.In(zone),
		}
		if s.Nominated {
			item.Staff = &Named{ID: s.StaffID, Name: of(s.StaffID)}
		}
		v.Items[i] = item
	}
	return v
}

func namedOptions(list []booking.OptionSnapshot, currency string) []NamedOption {
	out := make([]NamedOption, len(list))
	for i, o := range list {
		out[i] = NamedOption{ID: o.ID, Name: o.Name, DurationMinutes: o.DurationMinutes, Price: money.Money{Amount: o.Price, Currency: currency}}
	}
	return out
}

func priceView(p booking.Price) PriceView {
	amount := func(n int64) money.Money { return money.Money{Amount: n, Currency: p.Currency} }
	v := PriceView{Total: amount(p.Total), Lines: make([]PriceLine, len(p.Lines)), Tax: make([]TaxShare, len(p.Tax))}
	for i, l := range p.Lines {
		v.Lines[i] = PriceLine{Kind: l.Kind, Name: l.Name, Quantity: l.Quantity, Amount: amount(l.Amount), TaxPercent: l.TaxPercent}
	}
	for i, t := range p.Tax {
		v.Tax[i] = TaxShare{Percent: t.Percent, Sum: amount(t.Sum), Tax: amount(t.Tax)}
	}
	return v
}

func policyView(p booking.Policy) PolicyView {
	return PolicyView{
		Steps: p.Steps, ChangeNoticeMinutes: p.ChangeNoticeMinutes, CancelNoticeMinutes: p.CancelNoticeMinutes,
		ChangeCutoff: p.ChangeCutoff, CancelCutoff: p.CancelCutoff,
		ChangeDeadline: business.DeadlineInWords(p.ChangeCutoff, p.ChangeNoticeMinutes),
		CancelDeadline: business.DeadlineInWords(p.CancelCutoff, p.CancelNoticeMinutes),
	}
}

func inZone(t *time.Time, zone *time.Location) *time.Time {
	if t == nil {
		return nil
	}
	local := t.In(zone)
	return &local
}
