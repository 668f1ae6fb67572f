package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is a person's own data, from the link of a booking. Anybody can book
// under a name and a number, so a link speaks for a whole record only when the
// business has seen who came, or when the record holds nothing but its booking.

func (a *API) registerOwnData() {
	register(a, operation{
		ID: "get-managed-data", Method: http.MethodGet, Path: "/public/bookings/{manage_token}/data", Tags: tagBooking, Authz: public(),
		Summary: "What the business keeps of the person who booked",
		Description: "Profile, bookings and consents; what the staff noted is to be asked of the business itself. Until the visit took place, a link shows no more than its own booking where the record holds others: " +
			"complete is then false. Recorded in the business's audit trail.",
		Errors: []string{"not_found"},
	}, a.getOwnData)
	register(a, operation{
		ID: "erase-managed-data", Method: http.MethodPost, Path: "/public/bookings/{manage_token}/erase", Tags: tagBooking, Authz: public(),
		Status: http.StatusNoContent, Errors: []string{"not_found", "customer.has_upcoming", "customer.unproven", codeErased, codeMerged},
		Summary:     "Erase the person who booked",
		Description: "As the business would: everything personal goes, and this link with it. Refused while a visit lies ahead, and while the link proves too little: then the business is to be asked.",
	}, a.eraseOwnData)
}

// OwnProfile is the person, as the business knows them.
type OwnProfile struct {
	FamilyName       string             `json:"family_name"`
	GivenName        string             `json:"given_name"`
	FamilyNameKana   string             `json:"family_name_kana"`
	GivenNameKana    string             `json:"given_name_kana"`
	Phone            string             `json:"phone" doc:"E.164"`
	Email            string             `json:"email"`
	Locale           locale.Lang        `json:"locale"`
	BirthDate        *clock.Date        `json:"birth_date" doc:"Null for not known"`
	HealthConsent    customer.Agreement `json:"health_consent" enum:"none,granted,withdrawn"`
	MarketingConsent customer.Agreement `json:"marketing_consent" enum:"none,granted,withdrawn"`
}

// OwnData is what the business keeps of the person.
type OwnData struct {
	Profile   OwnProfile    `json:"profile"`
	Bookings  []BookingView `json:"bookings" doc:"The newest first"`
	Consents  []ConsentView `json:"consents" doc:"The newest first"`
	Messages  []MessageView `json:"messages" doc:"The newest first"`
	Complete  bool          `json:"complete" doc:"false: of the booking of this link alone"`
	Truncated bool          `json:"truncated" doc:"A list was cut at a thousand"`
}

func (a *API) getOwnData(ctx context.Context, in *ByLink) (*data[OwnData], error) {
	l, err := a.Bookings.OpenLinked(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	snap, err := a.Availability.Snapshot(ctx, l.BusinessID)
	if err != nil {
		return nil, err
	}
	if !l.Proven {
		return &data[OwnData]{ofOneBooking(l.Booking, snap)}, a.Customers.ExportedPart(ctx, ownWho(ctx, l), l.ID)
	}
	e, err := a.Customers.ExportOwn(ctx, ownWho(ctx, l))
	if err != nil {
		return nil, err
	}
	r, err := a.Bookings.RecordOf(ctx, l.BusinessID, l.CustomerID)
	if err != nil {
		return nil, err
	}
	out := OwnData{
		Profile: ownProfile(e.Customer), Bookings: make([]BookingView, len(r.Bookings)), Consents: make([]ConsentView, len(e.Consents)),
		Messages: messageViews(r.Told, snap.Zone), Complete: true, Truncated: e.Truncated || r.Truncated,
	}
	for i, b := range r.Bookings {
		out.Bookings[i] = bookingView(b, snap.Zone, namesIn(snap))
	}
	for i := range e.Consents {
		out.Consents[i] = consentView(&e.Consents[i], snap.Zone)
	}
	return &data[OwnData]{out}, nil
}

// ownWho is the person of a link, who is no member even when signed in as one.
func ownWho(ctx context.Context, l *booking.Linked) customer.Who {
	a := actor(ctx)
	a.Kind, a.Role = tenant.Customer, ""
	return customer.Who{Actor: a, Business: l.BusinessID, Customer: l.CustomerID}
}

func ownProfile(c *customer.Customer) OwnProfile {
	return OwnProfile{
		FamilyName: c.FamilyName, GivenName: c.GivenName, FamilyNameKana: c.FamilyNameKana, GivenNameKana: c.GivenNameKana,
		Phone: c.Phone, Email: c.Email, Locale: c.Locale, BirthDate: c.BirthDate, HealthConsent: c.Health, MarketingConsent: c.Marketing,
	}
}

// ofOneBooking is no more than whoever has the link typed themselves.
func ofOneBooking(b *booking.Booking, snap *availability.Snapshot) OwnData {
	return OwnData{
		Profile: OwnProfile{
			FamilyName: b.Guest.FamilyName, GivenName: b.Guest.GivenName, FamilyNameKana: b.Guest.FamilyNameKana, GivenNameKana: b.Guest.GivenNameKana,
			Phone: b.Guest.Phone, Email: b.Guest.Email, Locale: b.Guest.Locale, HealthConsent: customer.NeverAsked, MarketingConsent: customer.NeverAsked,
		},
		Bookings: []BookingView{bookingView(b, snap.Zone, namesIn(snap))},
	}
}

type eraseOwnInput struct {
	ByLink
	Body struct {
		Confirm bool `json:"confirm" doc:"true: it cannot be undone"`
	}
}

func (a *API) eraseOwnData(ctx context.Context, in *eraseOwnInput) (*empty, error) {
	if !in.Body.Confirm {
		return nil, errConfirm()
	}
	l, err := a.Bookings.OpenLinked(ctx, in.Token)
	switch {
	case err != nil:
		return nil, err
	case l.Expected:
		return nil, customer.ErrUpcoming
	case !l.Proven:
		return nil, customer.ErrUnproven
	}
	_, err = a.Customers.Erase(ctx, ownWho(ctx, l), customer.ByLink)
	return &empty{}, err
}
