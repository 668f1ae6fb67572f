package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// This file is the customer's way: free times, quote, hold, booking, and the
// link that manages it.

const availabilityID = "get-availability"

var tagBooking = []string{"Booking site"}

// bookingFaults are what placing a visit may answer.
var bookingFaults = []string{
	"booking.slot_taken", "booking.not_accepting", "booking.day_full", "booking.interval_full", "booking.customer_limit",
	"booking.customer_day_limit", "booking.new_customers_only", "booking.returning_customers_only", "validation.failed", "not_found",
}

func (a *API) registerBookingSite() {
	register(a, operation{
		ID: availabilityID, Method: http.MethodGet, Path: "/public/businesses/{slug}/availability", Tags: tagBooking, Authz: public(),
		Summary: "Free start times of a service", Description: "For at most 31 business days. What is shown may be a minute old; booking never trusts it.",
		Errors: []string{"not_found"},
	}, a.getAvailability)
	register(a, operation{
		ID: "create-quote", Method: http.MethodPost, Path: "/public/businesses/{slug}/quotes", Tags: tagBooking, Authz: public(),
		Summary: "Price and conditions of a visit, without placing it", Errors: []string{"not_found"},
	}, a.createQuote)
	register(a, operation{
		ID: "create-hold", Method: http.MethodPost, Path: "/public/businesses/{slug}/holds", Tags: tagBooking, Authz: public(),
		Status: http.StatusCreated, Idempotent: true, Errors: bookingFaults,
		Summary: "Keep a slot for some minutes", Description: "Expires by itself unless a booking brings its token.",
	}, a.createHold)
	register(a, operation{
		ID: "release-hold", Method: http.MethodDelete, Path: "/public/holds/{hold_token}", Tags: tagBooking, Authz: public(),
		Summary: "Give a held slot back", Errors: []string{"not_found"},
	}, a.releaseHold)
	register(a, operation{
		ID: "create-booking", Method: http.MethodPost, Path: "/public/businesses/{slug}/bookings", Tags: tagBooking, Authz: public(),
		Status: http.StatusCreated, Idempotent: true, Errors: bookingFaults,
		Summary:     "Book, without an account",
		Description: "Confirmed at once, or pending_approval where the business answers first. A slot that was just taken is a 409 with near alternatives.",
	}, a.createBooking)
	register(a, operation{
		ID: "find-booking", Method: http.MethodPost, Path: "/public/bookings/find", Tags: tagBooking, Authz: public(),
		Summary:     "Send the link of a booking again",
		Description: "To the address on the booking, when code and phone belong together. The answer never tells whether they do.",
	}, a.findBooking)
	register(a, operation{
		ID: "get-managed-booking", Method: http.MethodGet, Path: "/public/bookings/{manage_token}", Tags: tagBooking, Authz: public(),
		Summary: "A booking by its link", Description: "And what may still be changed, and what cancelling costs now. Changes nothing.", Errors: []string{"not_found"},
	}, a.getManaged)
	register(a, operation{
		ID: "cancel-managed-booking", Method: http.MethodPost, Path: "/public/bookings/{manage_token}/cancel", Tags: tagBooking, Authz: public(),
		Idempotent: true, Errors: []string{"not_found", "booking.wrong_state", "booking.cancel_deadline", "booking.expired"},
		Summary: "Cancel a booking by its link",
	}, a.cancelManaged)
	register(a, operation{
		ID: "reschedule-managed-booking", Method: http.MethodPost, Path: "/public/bookings/{manage_token}/reschedule", Tags: tagBooking, Authz: public(),
		Idempotent: true, Errors: append([]string{"booking.wrong_state", "booking.change_deadline", "booking.expired", "business.suspended"}, bookingFaults...),
		Summary: "Move a booking by its link",
	}, a.rescheduleManaged)
}

// InSite is embedded by inputs below /public/businesses/{slug}.
type InSite struct {
	Slug string `path:"slug" maxLength:"60" doc:"The business's name in addresses" example:"hana-salon"`
}

// open finds the business of a slug; not_found unless customers may see it.
func (s InSite) open(ctx context.Context, a *API) (business.ID, error) {
	p, err := a.Businesses.BySlug(ctx, s.Slug)
	return p.ID, err
}

type availabilityInput struct {
	InSite
	ServiceID catalog.ServiceID  `query:"service_id" doc:"This or set_id is required"`
	SetID     catalog.SetID      `query:"set_id" doc:"A set, in the place of service_id"`
	From      clock.Date         `query:"from" required:"true" doc:"First business day"`
	To        clock.Date         `query:"to" required:"true" doc:"Last business day; at most 31 days"`
	StaffID   catalog.ResourceID `query:"staff_id" doc:"Only starts at which this staff member can be nominated"`
	OptionIDs []string           `query:"option_ids,explode" maxItems:"20" doc:"Repeated, or separated by commas"`
	PartySize int                `query:"party_size" minimum:"1" maximum:"500" doc:"Persons; the least that the service takes when absent"`
}

// check notes a question about nothing, or about two things.
func (in *availabilityInput) check() error {
	var v fault.Fields
	v.Check(!in.ServiceID.IsZero() || !in.SetID.IsZero(), "query.service_id", "required")
	v.Check(in.ServiceID.IsZero() || in.SetID.IsZero(), "query.set_id", "not_both", fault.Args{"other": "service_id"})
	return v.Err()
}

func (a *API) getAvailability(ctx context.Context, in *availabilityInput) (*data[encoded[availability.Answer]], error) {
	options, err := parseIDs[catalog.Option]("option_ids", in.OptionIDs, 20)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	q := question{in.InSite, availability.Query{
		ServiceID: in.ServiceID, SetID: in.SetID.Ptr(), From: in.From, To: in.To, StaffID: in.StaffID.Ptr(), OptionIDs: options, PartySize: in.PartySize,
	}}
	raw, err := a.freeTimes(ctx, q)
	if err != nil {
		return nil, err
	}
	a.remember(ctx, q)
	return &data[encoded[availability.Answer]]{encoded[availability.Answer]{raw}}, nil
}

type quoteInput struct {
	InSite
	Body VisitWish
}

// QuoteView is what a visit would cost, and under which conditions.
type QuoteView struct {
	DurationMinutes    int         `json:"duration_minutes"`
	Price              PriceView   `json:"price"`
	Deposit            money.Money `json:"deposit" doc:"To be paid when booking; 0: none"`
	CancellationPolicy PolicyView  `json:"cancellation_policy"`
	TermsVersion       string      `json:"terms_version" doc:"To consent to when booking"`
}

func (a *API) createQuote(ctx context.Context, in *quoteInput) (*data[QuoteView], error) {
	bid, err := in.open(ctx, a)
	if err != nil {
		return nil, err
	}
	r, short := in.Body.request()
	q, err := a.Bookings.Quote(ctx, bid, r, short)
	if err != nil {
		return nil, err
	}
	return &data[QuoteView]{QuoteView{
		DurationMinutes: q.DurationMinutes, Price: priceView(q.Price), Deposit: money.Money{Currency: q.Price.Currency},
		CancellationPolicy: policyView(q.Policy), TermsVersion: q.TermsVersion,
	}}, nil
}

type holdInput struct {
	InSite
	Keyed
	Body VisitWish
}

// HoldView is a held slot.
type HoldView struct {
	HoldToken string    `json:"hold_token" doc:"Secret; to be brought with the booking"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (a *API) createHold(ctx context.Context, in *holdInput) (*created[HoldView], error) {
	bid, err := in.open(ctx, a)
	if err != nil {
		return nil, err
	}
	snap, err := a.Availability.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	r, short := in.Body.request()
	view, replayed, err := idempotent(ctx, a, effect[*booking.Hold, HoldView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(h *booking.Hold) HoldView {
			return HoldView{HoldToken: a.Bookings.HoldToken(h), ExpiresAt: h.ExpiresAt.In(snap.Zone)}
		},
		Do: func(c *idempotency.Claim) (*booking.Hold, error) {
			return a.Bookings.Hold(ctx, actor(ctx), bid, booking.HoldInput{Request: r, Short: short}, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[HoldView]{Location: basePath + "/public/holds/" + view.HoldToken, Replayed: replayedHeader(replayed), Body: view}, nil
}

func (a *API) releaseHold(ctx context.Context, in *struct {
	Token string `path:"hold_token" maxLength:"200"`
},
) (*empty, error) {
	return &empty{}, a.Bookings.Release(ctx, actor(ctx), in.Token)
}

// ConsentInput is what the customer agrees to.
type ConsentInput struct {
	TermsVersion string `json:"terms_version" maxLength:"40" doc:"The present terms_version of the business's profile" example:"1"`
}

type bookingInput struct {
	InSite
	Keyed
	Body struct {
		VisitWish
		HoldToken string        `json:"hold_token,omitempty" maxLength:"200" doc:"Of a hold that the booking takes over"`
		Customer  CustomerInput `json:"customer"`
		Note      string        `json:"note,omitempty" maxLength:"1000"`
		Consent   ConsentInput  `json:"consent"`
	}
}

// BookedView is a new booking with the secret of its link.
type BookedView struct {
	Booking     BookingView `json:"booking"`
	ManageToken string      `json:"manage_token" doc:"Secret; whoever has it may move and cancel the booking"`
	ManageURL   string      `json:"manage_url"`
}

func (a *API) createBooking(ctx context.Context, in *bookingInput) (*created[BookedView], error) {
	bid, err := in.open(ctx, a)
	if err != nil {
		return nil, err
	}
	snap, err := a.Availability.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	r, short := in.Body.request()
	view, replayed, err := idempotent(ctx, a, effect[*booking.Booking, BookedView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(b *booking.Booking) BookedView {
			token := a.Bookings.ManageToken(b)
			return BookedView{Booking: bookingView(b, snap.Zone, namesIn(snap)), ManageToken: token, ManageURL: a.manageURL(token)}
		},
		Do: func(c *idempotency.Claim) (*booking.Booking, error) {
			return a.Bookings.Create(ctx, actor(ctx), bid, booking.CreateInput{
				Request: r, Short: short, HoldToken: in.Body.HoldToken, Customer: in.Body.Customer.input(), Note: in.Body.Note,
				TermsVersion: in.Body.Consent.TermsVersion,
			}, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[BookedView]{
		Location: basePath + "/public/bookings/" + view.ManageToken, Replayed: replayedHeader(replayed), Body: view,
	}, nil
}

// manageURL is where the customer's link leads.
func (a *API) manageURL(token string) string { return a.PublicURL + booking.ManagePath(token) }

// namesIn finds names of resources in a snapshot.
func namesIn(snap *availability.Snapshot) names {
	return func(id catalog.ResourceID) locale.Text {
		if r, ok := snap.Resource(id); ok {
			return r.Name
		}
		return locale.Text{string(locale.JA): ""}
	}
}

type findInput struct {
	Body struct {
		Code  string `json:"code" minLength:"1" maxLength:"40" example:"7K3M9PQX"`
		Phone string `json:"phone" minLength:"1" maxLength:"50" example:"090-1234-5678"`
	}
}

func (a *API) findBooking(ctx context.Context, in *findInput) (*empty, error) {
	return &empty{}, a.Bookings.SendLink(ctx, actor(ctx), in.Body.Code, in.Body.Phone)
}

// ByLink is embedded by inputs below /public/bookings/{manage_token}.
type ByLink struct {
	Token string `path:"manage_token" maxLength:"200"`
}

// ManagedView is a booking as its link shows it.
type ManagedView struct {
	Booking         BookingView    `json:"booking"`
	Business        ManagedPlace   `json:"business"`
	CanCancel       bool           `json:"can_cancel"`
	CanReschedule   bool           `json:"can_reschedule" doc:"The customer may move the visit; false also while the business takes no bookings"`
	CancellationFee money.Money    `json:"cancellation_fee" doc:"What cancelling costs now"`
	FreeUntil       time.Time      `json:"free_until" doc:"Until when cancelling costs nothing"`
	CancelUntil     time.Time      `json:"cancel_until" doc:"Before when the customer may cancel, whatever it costs; never later than the start"`
	ChangeUntil     time.Time      `json:"change_until" doc:"Before when the customer may move the visit; never later than the start"`
	Customer        CustomerOnLink `json:"customer"`
}

// ManagedPlace is where the visit is.
type ManagedPlace struct {
	Slug     string      `json:"slug"`
	Name     locale.Text `json:"name"`
	Phone    string      `json:"phone"`
	Timezone string      `json:"timezone"`
}

// CustomerOnLink is no more of the customer than the link must show.
type CustomerOnLink struct {
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
}

func (a *API) getManaged(ctx context.Context, in *ByLink) (*data[ManagedView], error) {
	m, err := a.Bookings.Open(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	snap, err := a.Availability.Snapshot(ctx, m.BusinessID)
	if err != nil {
		return nil, err
	}
	b := &snap.Business
	return &data[ManagedView]{ManagedView{
		Booking:   bookingView(m.Booking, snap.Zone, namesIn(snap)),
		Business:  ManagedPlace{Slug: b.Slug, Name: b.Name, Phone: b.Phone, Timezone: b.Timezone},
		CanCancel: m.CanCancel, CanReschedule: m.CanReschedule && b.AcceptingAt(a.Clock.Now()),
		CancellationFee: money.Money{Amount: m.FeeNow, Currency: m.Currency}, FreeUntil: m.FreeUntil.In(snap.Zone),
		CancelUntil: m.CancelUntil.In(snap.Zone), ChangeUntil: m.ChangeUntil.In(snap.Zone),
		Customer: CustomerOnLink{FamilyName: m.Guest.FamilyName, GivenName: m.Guest.GivenName},
	}}, nil
}

type cancelInput struct {
	ByLink
	Keyed
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	} `required:"false"`
}

// CancelledView is a cancelled booking and what that costs.
type CancelledView struct {
	Booking BookingView `json:"booking"`
	Fee     money.Money `json:"fee"`
}

func (a *API) cancelManaged(ctx context.Context, in *cancelInput) (*outcome[CancelledView], error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	l, err := a.link(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	view, replayed, err := idempotent(ctx, a, effect[*booking.Booking, CancelledView]{
		Key: in.IdempotencyKey, Business: &l.business, Request: in, Status: http.StatusOK,
		Render: func(b *booking.Booking) CancelledView { return cancelledView(b, l.show(b)) },
		Do: func(c *idempotency.Claim) (*booking.Booking, error) {
			return a.Bookings.CancelByLink(ctx, actor(ctx), in.Token, reason, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &outcome[CancelledView]{Replayed: replayedHeader(replayed), Body: view}, nil
}

func cancelledView(b *booking.Booking, v BookingView) CancelledView {
	fee := money.Money{Currency: b.Currency}
	if b.CancelFee != nil {
		fee.Amount = *b.CancelFee
	}
	return CancelledView{Booking: v, Fee: fee}
}

type rescheduleInput struct {
	ByLink
	Keyed
	Body struct {
		Start   time.Time           `json:"start" example:"2026-12-01T16:00:00+09:00"`
		StaffID *catalog.ResourceID `json:"staff_id,omitempty" doc:"To ask for another staff member; absent: as before"`
	}
}

// MovedView is a moved booking.
type MovedView struct {
	Booking BookingView `json:"booking"`
}

func (a *API) rescheduleManaged(ctx context.Context, in *rescheduleInput) (*outcome[MovedView], error) {
	l, err := a.link(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	view, replayed, err := idempotent(ctx, a, effect[*booking.Booking, MovedView]{
		Key: in.IdempotencyKey, Business: &l.business, Request: in, Status: http.StatusOK,
		Render: func(b *booking.Booking) MovedView { return MovedView{l.show(b)} },
		Do: func(c *idempotency.Claim) (*booking.Booking, error) {
			return a.Bookings.RescheduleByLink(ctx, actor(ctx), in.Token, booking.MoveInput{Start: in.Body.Start, StaffID: in.Body.StaffID}, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &outcome[MovedView]{Replayed: replayedHeader(replayed), Body: view}, nil
}

// linked is the business that a link leads to, and how it shows bookings.
type linked struct {
	business business.ID
	snap     *availability.Snapshot
}

func (l linked) show(b *booking.Booking) BookingView {
	return bookingView(b, l.snap.Zone, namesIn(l.snap))
}

// link reads a manage token; not_found for one that we did not make.
func (a *API) link(ctx context.Context, token string) (linked, error) {
	bid, ok := a.Bookings.BusinessOf(token)
	if !ok {
		return linked{}, errNotFound
	}
	snap, err := a.Availability.Snapshot(ctx, bid)
	return linked{bid, snap}, err
}
