package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the business's way: bookings at the counter and what is done with them.

var tagConsole = []string{"Console: bookings"}

// change is one of the actions on a booking.
type change struct {
	id, path, summary string
	reason            bool // a reason is required
	authz             Authz
	errors            []string
	do                func(*booking.Service, context.Context, booking.Change) (*booking.Booking, error)
}

var changes = []change{
	{"approve-booking", "approve", "Confirm a booking that waits for approval", false, mayChangeBookings, []string{"booking.expired"}, (*booking.Service).Approve},
	{"decline-booking", "decline", "Refuse a booking that waits for approval", true, mayChangeBookings, nil, (*booking.Service).Decline},
	{"cancel-booking", "cancel", "Cancel for the business, at no cost to the customer", false, mayChangeBookings, nil, (*booking.Service).Cancel},
	{"check-in-booking", "check-in", "The customer is here", false, mayReceiveGuests, []string{"booking.too_early"}, (*booking.Service).CheckIn},
	{"complete-booking", "complete", "The visit is over", false, mayReceiveGuests, []string{"booking.too_early"}, (*booking.Service).Complete},
	{"no-show-booking", "no-show", "The customer did not come", false, mayChangeBookings, []string{"booking.too_early"}, (*booking.Service).NoShow},
	{
		"undo-booking", "undo", "Take the last check-in, completion, no-show or cancellation back, on the same day",
		true, mayChangeBookings,
		[]string{"booking.slot_taken", "booking.undo_over", "booking.nothing_to_undo", "booking.expired"},
		(*booking.Service).Undo,
	},
}

func (a *API) registerConsoleBookings() {
	register(a, operation{
		ID: "list-bookings", Method: http.MethodGet, Path: "/businesses/{business_id}/bookings", Tags: tagConsole, Authz: mayReadBookings,
		Summary: "Bookings of some business days, in order of their start",
	}, a.listBookings)
	register(a, operation{
		ID: "create-console-booking", Method: http.MethodPost, Path: "/businesses/{business_id}/bookings", Tags: tagConsole, Authz: mayCreateBookings,
		Status: http.StatusCreated, Idempotent: true, Errors: append([]string{"business.suspended"}, bookingFaults...),
		Summary:     "Enter a walk-in or a phone booking",
		Description: "Not bound to the grid and to the deadlines of customers. With override_reason, outside hours and shifts too; two bookings never share what only one can have.",
	}, a.createConsoleBooking)
	register(a, operation{
		ID: "get-booking", Method: http.MethodGet, Path: "/businesses/{business_id}/bookings/{booking_id}", Tags: tagConsole, Authz: mayReadBookings,
		Summary: "One booking", Errors: []string{"not_found"},
	}, a.getBooking)
	register(a, operation{
		ID: "get-booking-history", Method: http.MethodGet, Path: "/businesses/{business_id}/bookings/{booking_id}/history", Tags: tagConsole, Authz: mayReadBookings,
		Summary: "Every change of a booking, in order", Errors: []string{"not_found"},
	}, a.bookingHistory)
	register(a, operation{
		ID: "reschedule-booking", Method: http.MethodPost, Path: "/businesses/{business_id}/bookings/{booking_id}/reschedule", Tags: tagConsole,
		Authz: mayChangeBookings, Idempotent: true, IfMatch: true,
		Errors:  append([]string{"booking.wrong_state", "booking.nomination_consent", "booking.expired", codeStale}, bookingFaults...),
		Summary: "Move a booking, give it to other staff, or change how long it lasts",
	}, a.rescheduleBooking)
	for _, c := range changes {
		register(a, operation{
			ID: c.id, Method: http.MethodPost, Path: "/businesses/{business_id}/bookings/{booking_id}/" + c.path, Tags: tagConsole,
			Authz: c.authz, Idempotent: true, IfMatch: true,
			Errors: append([]string{"not_found", "booking.wrong_state", codeStale}, c.errors...), Summary: c.summary,
		}, func(ctx context.Context, in *changeInput) (*changedBooking, error) {
			return a.changeBooking(ctx, in, c)
		})
	}
	a.registerLedger()
}

// CustomerView is the customer of a booking as the business sees them.
type CustomerView struct {
	ID             *customer.ID `json:"id" doc:"Null for somebody unknown"`
	FamilyName     string       `json:"family_name"`
	GivenName      string       `json:"given_name"`
	FamilyNameKana string       `json:"family_name_kana"`
	GivenNameKana  string       `json:"given_name_kana"`
	Phone          string       `json:"phone" doc:"E.164; empty for whoever may not see it, as are e-mail, note and override_reason"`
	Email          string       `json:"email"`
	Locale         locale.Lang  `json:"locale"`
}

// Serving is who and what serves one item of a visit.
type Serving struct {
	Item       int                `json:"item" doc:"Index in items"`
	ResourceID catalog.ResourceID `json:"resource_id"`
	Unit       int                `json:"unit" doc:"From 1; resources with a capacity have several"`
	Start      time.Time          `json:"start" doc:"With preparation"`
	End        time.Time          `json:"end" doc:"With clean-up"`
}

// ConsoleBooking is a booking as the business sees it.
type ConsoleBooking struct {
	BookingView
	Source         booking.Source `json:"source" enum:"public,console,walk_in,import"`
	Customer       CustomerView   `json:"customer"`
	Serving        []Serving      `json:"serving"`
	Overridden     bool           `json:"overridden" doc:"Placed outside the rules on purpose"`
	OverrideReason string         `json:"override_reason"`
	OutsideRules   bool           `json:"outside_rules" doc:"A later change of hours, shifts, resources or menus left it outside, and it was not moved since"`
	CreatedAt      time.Time      `json:"created_at"`
	UpdatedAt      time.Time      `json:"updated_at"`
}

// consoleBooking shows a booking as far as the caller may see it.
func consoleBooking(ctx context.Context, b *booking.Booking, snap *availability.Snapshot) ConsoleBooking {
	v := ConsoleBooking{
		BookingView: bookingView(b, snap.Zone, namesIn(snap)), Source: b.Source, Overridden: b.Overridden, OverrideReason: b.OverrideReason,
		OutsideRules: b.OutsideRules, CreatedAt: b.CreatedAt.In(snap.Zone), UpdatedAt: b.UpdatedAt.In(snap.Zone),
		Customer: CustomerView{
			ID: b.CustomerID.Ptr(), FamilyName: b.Guest.FamilyName, GivenName: b.Guest.GivenName, FamilyNameKana: b.Guest.FamilyNameKana,
			GivenNameKana: b.Guest.GivenNameKana, Phone: b.Guest.Phone, Email: b.Guest.Email, Locale: b.Locale,
		},
	}
	for i, s := range b.Segments {
		for _, p := range s.Picks {
			v.Serving = append(v.Serving, Serving{
				Item: i, ResourceID: p.ResourceID, Unit: int(p.Unit), Start: p.StartsAt.In(snap.Zone), End: p.EndsAt.In(snap.Zone),
			})
		}
	}
	if !callOf(ctx).seesContact(b) {
		v.Customer.Phone, v.Customer.Email, v.Note, v.OverrideReason = "", "", "", ""
	}
	return v
}

// seesContact tells whether the caller may see how to reach the customer of a
// booking, and what was noted on it.
func (c *call) seesContact(b *booking.Booking) bool {
	switch maySeeContact.reach(c.role) {
	case all:
		return true
	case own:
		return b.ServedBy(c.staff)
	case not:
	}
	return false
}

type listBookingsInput struct {
	InBusiness
	Paging
	From   clock.Date     `query:"from" required:"true" doc:"First business day"`
	To     clock.Date     `query:"to" required:"true" doc:"Last business day; at most 92 days"`
	Status booking.Status `query:"status" enum:"pending_payment,pending_approval,confirmed,checked_in,completed,no_show,cancelled,declined,expired"`
	Query  string         `query:"q" maxLength:"100" doc:"Part of a name or kana, a code, or the last four digits of the phone"`

	OutsideRules bool `query:"outside_rules" doc:"true: only those that stand and that a later change of hours, shifts or menus left outside the rules, to be worked off"`
}

func (a *API) listBookings(ctx context.Context, in *listBookingsInput) (*data[list[ConsoleBooking]], error) {
	f := booking.Filter{From: in.From, To: in.To, Status: in.Status, Query: in.Query, Outside: in.OutsideRules}
	var after booking.Mark
	if _, err := in.after(ctx, a, f, &after); err != nil {
		return nil, err
	}
	snap, err := a.Availability.Snapshot(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	found, err := a.Bookings.List(ctx, actor(ctx), businessID(ctx), f, after, in.Limit)
	if err != nil {
		return nil, err
	}
	var next *booking.Mark
	if len(found) > in.Limit {
		last := found[in.Limit-1]
		next, found = &booking.Mark{Start: last.StartsAt, ID: last.ID}, found[:in.Limit]
	}
	out := &data[list[ConsoleBooking]]{}
	for _, b := range found {
		out.Body.Items = append(out.Body.Items, consoleBooking(ctx, b, snap))
	}
	out.Body.NextCursor, err = nextCursor(ctx, a, f, next)
	return out, err
}

type consoleBookingInput struct {
	InBusiness
	Keyed
	Body struct {
		VisitWish
		AssignedStaffID *catalog.ResourceID `json:"assigned_staff_id,omitempty" doc:"Whom the business gives all that names no staff_id to; no nomination: it costs no fee"`
		Customer        *CustomerInput      `json:"customer,omitempty" doc:"May be left out for a walk-in"`
		Note            string              `json:"note,omitempty" maxLength:"1000"`
		WalkIn          bool                `json:"walk_in,omitempty" doc:"The customer is here: the booking starts checked in"`
		OverrideReason  string              `json:"override_reason,omitempty" maxLength:"500" doc:"Why it lies outside hours or shifts"`
		Silent          bool                `json:"silent,omitempty" doc:"Send the customer no mail"`
	}
}

type createdBooking struct {
	Location string `header:"Location" doc:"Where the created resource is"`
	ETag     string `header:"ETag" doc:"The version, for If-Match" example:"\"1\""`
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same key"`
	Body     ConsoleBooking
}

func (a *API) createConsoleBooking(ctx context.Context, in *consoleBookingInput) (*createdBooking, error) {
	bid := businessID(ctx)
	snap, err := a.Availability.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	r, short := in.Body.request()
	who := CustomerInput{}
	if in.Body.Customer != nil {
		who = *in.Body.Customer
	}
	source := booking.Console
	if in.Body.WalkIn {
		source = booking.WalkIn
	}
	view, replayed, err := idempotent(ctx, a, effect[*booking.Booking, ConsoleBooking]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(b *booking.Booking) ConsoleBooking { return consoleBooking(ctx, b, snap) },
		Do: func(c *idempotency.Claim) (*booking.Booking, error) {
			return a.Bookings.Create(ctx, actor(ctx), bid, booking.CreateInput{
				Request: r, Short: short, Customer: who.input(), Note: in.Body.Note, Source: source,
				CheckIn: in.Body.WalkIn, Override: in.Body.OverrideReason, Silent: in.Body.Silent,
				Given: in.Body.AssignedStaffID,
			}, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &createdBooking{
		Location: basePath + "/businesses/" + bid.String() + "/bookings/" + view.ID.String(), ETag: etag(view.Version),
		Replayed: replayedHeader(replayed), Body: view,
	}, nil
}

// OneBooking is embedded by inputs below …/bookings/{booking_id}.
type OneBooking struct {
	InBusiness
	BookingID booking.ID `path:"booking_id"`
}

func (a *API) getBooking(ctx context.Context, in *OneBooking) (*versioned[ConsoleBooking], error) {
	snap, err := a.Availability.Snapshot(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	b, err := a.Bookings.Get(ctx, actor(ctx), businessID(ctx), in.BookingID)
	if err != nil {
		return nil, err
	}
	return &versioned[ConsoleBooking]{ETag: etag(b.Version), Body: consoleBooking(ctx, b, snap)}, nil
}

// HistoryView is one change of a booking.
type HistoryView struct {
	Version int64          `json:"version"`
	At      time.Time      `json:"at"`
	Actor   string         `json:"actor" enum:"customer,member,api_key,operator,system"`
	UserID  *id.Of[Named]  `json:"user_id" doc:"Whose account; null for customers without one and for the system"`
	Action  booking.Action `json:"action"`
	From    string         `json:"from" doc:"The status before; empty when it was made"`
	To      string         `json:"to"`
	Reason  string         `json:"reason"`
}

// HistoryList is every change of a booking.
type HistoryList struct {
	Items []HistoryView `json:"items"`
}

func (a *API) bookingHistory(ctx context.Context, in *OneBooking) (*data[HistoryList], error) {
	snap, err := a.Availability.Snapshot(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	entries, err := a.Bookings.History(ctx, actor(ctx), businessID(ctx), in.BookingID)
	if err != nil {
		return nil, err
	}
	out := &data[HistoryList]{}
	for _, e := range entries {
		v := HistoryView{Version: e.Version, At: e.At.In(snap.Zone), Actor: e.ActorKind, Action: e.Action, From: e.From, To: e.To, Reason: e.Reason}
		if e.ActorID != nil {
			user := id.Of[Named](*e.ActorID)
			v.UserID = &user
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

// changedBooking is the answer of every change.
type changedBooking struct {
	ETag     string `header:"ETag" doc:"The new version, for If-Match" example:"\"2\""`
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same key"`
	Body     ConsoleBooking
}

type changeInput struct {
	OneBooking
	Keyed
	Precondition
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Required to decline and to undo"`
		Silent bool   `json:"silent,omitempty" doc:"Send the customer no mail"`
	} `required:"false"`
}

func (a *API) changeBooking(ctx context.Context, in *changeInput, c change) (*changedBooking, error) {
	ch := booking.Change{Actor: actor(ctx), Business: businessID(ctx), Booking: in.BookingID}
	if in.Body != nil {
		ch.Reason, ch.Silent = in.Body.Reason, in.Body.Silent
	}
	if c.reason && ch.Reason == "" {
		var v fault.Fields
		v.Add("body.reason", "required")
		return nil, v.Err()
	}
	return a.changed(ctx, in, in.Keyed, in.Precondition, ch, func(ch booking.Change) (*booking.Booking, error) {
		return c.do(a.Bookings, ctx, ch)
	})
}

// changed runs a change of a version that the caller read.
func (a *API) changed(ctx context.Context, request any, k Keyed, m Precondition, ch booking.Change,
	do func(booking.Change) (*booking.Booking, error),
) (*changedBooking, error) {
	var err error
	if ch.Expect, err = m.expect(); err != nil {
		return nil, err
	}
	snap, err := a.Availability.Snapshot(ctx, ch.Business)
	if err != nil {
		return nil, err
	}
	view, replayed, err := idempotent(ctx, a, effect[*booking.Booking, ConsoleBooking]{
		Key: k.IdempotencyKey, Business: &ch.Business, Request: request, Status: http.StatusOK,
		Render: func(b *booking.Booking) ConsoleBooking { return consoleBooking(ctx, b, snap) },
		Do: func(c *idempotency.Claim) (*booking.Booking, error) {
			ch.Claim = c
			return do(ch)
		},
	})
	if err != nil {
		return nil, err
	}
	return &changedBooking{ETag: etag(view.Version), Replayed: replayedHeader(replayed), Body: view}, nil
}

type moveInput struct {
	OneBooking
	Keyed
	Precondition
	Body struct {
		Start             time.Time           `json:"start"`
		StaffID           *catalog.ResourceID `json:"staff_id,omitempty" doc:"To give it to other staff; absent: as before"`
		DurationMinutes   *int                `json:"duration_minutes,omitempty" minimum:"5" maximum:"1440" multipleOf:"5" doc:"How long the visit is to last; its last item takes up the difference, prices stay. Absent: as before. Of a guest who is here nothing else changes"`
		OverrideReason    string              `json:"override_reason,omitempty" maxLength:"500" doc:"Why it lies outside hours or shifts"`
		CustomerConsented bool                `json:"customer_consented,omitempty" doc:"The customer agreed to another staff member than the one asked for"`
		Silent            bool                `json:"silent,omitempty" doc:"Send the customer no mail"`
	}
}

func (a *API) rescheduleBooking(ctx context.Context, in *moveInput) (*changedBooking, error) {
	ch := booking.Change{
		Actor: actor(ctx), Business: businessID(ctx), Booking: in.BookingID, Reason: in.Body.OverrideReason, Silent: in.Body.Silent,
	}
	return a.changed(ctx, in, in.Keyed, in.Precondition, ch, func(ch booking.Change) (*booking.Booking, error) {
		return a.Bookings.Reschedule(ctx, ch, booking.MoveInput{
			Start: in.Body.Start, StaffID: in.Body.StaffID, Minutes: in.Body.DurationMinutes, Override: in.Body.OverrideReason, Consented: in.Body.CustomerConsented,
		})
	})
}
