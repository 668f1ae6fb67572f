package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
)

// This file is what the law on personal data asks for: consents, export and
// erasure, by the business; and the merging of two records of one person.

func (a *API) registerCustomerPrivacy() {
	const path = "/businesses/{business_id}/customers/{customer_id}"
	register(a, operation{
		ID: "list-customer-consents", Method: http.MethodGet, Path: path + "/consents", Tags: tagCustomers, Authz: mayReadCustomers, Errors: []string{codeMerged},
		Summary: "What a customer agreed to and took back, the newest first", Description: "The last one of a purpose counts.",
	}, a.listConsents)
	register(a, operation{
		ID: "create-customer-consent", Method: http.MethodPost, Path: path + "/consents", Tags: tagCustomers, Authz: mayEditCustomers,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeMerged, codeErased},
		Summary: "Record what a customer agreed to or took back",
	}, a.createConsent)
	register(a, operation{
		ID: "merge-customer", Method: http.MethodPost, Path: path + "/merge", Tags: tagCustomers, Authz: mayManageCustomers,
		Idempotent: true, IfMatch: true, Errors: []string{codeMerged, codeErased, "customer.same"},
		Summary:     "Make two records of one person one",
		Description: "The other's bookings, notes, consents and tags come to this one, and what this one did not know. The other is gone; who books by its name and phone is found as this one. It cannot be undone.",
	}, a.mergeCustomer)
	register(a, operation{
		ID: "export-customer", Method: http.MethodGet, Path: path + "/export", Tags: tagCustomers, Authz: mayManageCustomers, Errors: []string{codeMerged},
		Summary:     "Everything that is kept of a customer",
		Description: "Recorded in the audit trail, as is the reading of allergy and health notes with it; API keys do not get these. Each list ends at a thousand: truncated tells.",
	}, a.exportCustomer)
	register(a, operation{
		ID: "erase-customer", Method: http.MethodPost, Path: path + "/erase", Tags: tagCustomers, Authz: mayManageCustomers,
		Idempotent: true, IfMatch: true, Errors: []string{codeMerged, codeErased, "customer.has_upcoming"},
		Summary: "Erase a customer",
		Description: "Names, addresses, tags, notes and birth date go, in the record and in all bookings, with what anybody wrote to these; links of the bookings end. " +
			"Visits and takings stay as numbers. Refused while a visit lies ahead. It cannot be undone.",
	}, a.eraseCustomer)
	a.registerOwnData()
}

// ConsentView is what a customer agreed to or took back.
type ConsentView struct {
	ID        customer.ConsentID `json:"id"`
	Purpose   string             `json:"purpose" enum:"terms,marketing_email,health_data"`
	Granted   bool               `json:"granted" doc:"false: taken back"`
	Version   string             `json:"version" doc:"Of the text that was shown"`
	Source    string             `json:"source" enum:"booking,console,manage_link"`
	BookingID *booking.ID        `json:"booking_id" doc:"With which it came; null for none"`
	At        time.Time          `json:"at"`
}

func consentView(c *customer.Consent, zone *time.Location) ConsentView {
	v := ConsentView{ID: c.ID, Purpose: c.Purpose, Granted: c.Granted, Version: c.Version, Source: c.Source, At: c.At.In(zone)}
	if c.BookingID != nil {
		of := booking.ID(*c.BookingID)
		v.BookingID = &of
	}
	return v
}

type listConsentsInput struct {
	OneCustomer
	Paging
}

func (a *API) listConsents(ctx context.Context, in *listConsentsInput) (*data[list[ConsentView]], error) {
	var mark customer.ConsentMark
	var after *customer.ConsentMark
	more, err := in.after(ctx, a, in.CustomerID, &mark)
	if err != nil {
		return nil, err
	}
	if more {
		after = &mark
	}
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := a.Customers.Consents(ctx, who(ctx, in.CustomerID), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, in.CustomerID, rows, func(c *customer.Consent) ConsentView { return consentView(c, zone) },
		func(c *customer.Consent) customer.ConsentMark { return customer.ConsentMark{At: c.At, ID: c.ID} })
}

type createConsentInput struct {
	OneCustomer
	Keyed
	Body struct {
		Purpose string `json:"purpose" enum:"marketing_email,health_data"`
		Granted bool   `json:"granted" doc:"false: taken back"`
		Version string `json:"version" minLength:"1" maxLength:"40" doc:"Of the text that was shown" example:"2026-04"`
	}
}

func (a *API) createConsent(ctx context.Context, in *createConsentInput) (*outcome[ConsentView], error) {
	bid := businessID(ctx)
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	v, replayed, err := idempotent(ctx, a, effect[*customer.Consent, ConsentView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(c *customer.Consent) ConsentView { return consentView(c, zone) },
		Do: func(claim *idempotency.Claim) (*customer.Consent, error) {
			w := who(ctx, in.CustomerID)
			w.Claim = claim
			return a.Customers.Record(ctx, w, customer.ConsentInput(in.Body))
		},
	})
	if err != nil {
		return nil, err
	}
	return &outcome[ConsentView]{replayedHeader(replayed), v}, nil
}

// changedCustomer is the answer of merging and erasing.
type changedCustomer struct {
	ETag     string `header:"ETag" doc:"The new version, for If-Match" example:"\"2\""`
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same key"`
	Body     CustomerDetail
}

// changeCustomer runs a change of a version that the caller read.
func (a *API) changeCustomer(ctx context.Context, request any, k Keyed, m Precondition, cid customer.ID,
	do func(customer.Who) (*customer.Customer, error),
) (*changedCustomer, error) {
	w := who(ctx, cid)
	var err error
	if w.Expect, err = m.expect(); err != nil {
		return nil, err
	}
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	v, replayed, err := idempotent(ctx, a, effect[*customer.Customer, CustomerDetail]{
		Key: k.IdempotencyKey, Business: &w.Business, Request: request, Status: http.StatusOK,
		Render: func(c *customer.Customer) CustomerDetail { return customerDetail(c, zone) },
		Do: func(claim *idempotency.Claim) (*customer.Customer, error) {
			w.Claim = claim
			return do(w)
		},
	})
	if err != nil {
		return nil, err
	}
	return &changedCustomer{etag(v.Version), replayedHeader(replayed), v}, nil
}

type mergeInput struct {
	OneCustomer
	Keyed
	Precondition
	Body struct {
		OtherID customer.ID `json:"other_id" doc:"The record that becomes part of this one"`
	}
}

func (a *API) mergeCustomer(ctx context.Context, in *mergeInput) (*changedCustomer, error) {
	return a.changeCustomer(ctx, in, in.Keyed, in.Precondition, in.CustomerID, func(w customer.Who) (*customer.Customer, error) {
		return a.Customers.Merge(ctx, w, in.Body.OtherID)
	})
}

type eraseInput struct {
	OneCustomer
	Keyed
	Precondition
	Body struct {
		Reason customer.EraseReason `json:"reason" enum:"customer_request,no_longer_needed,entered_by_mistake" doc:"Stands in the audit trail"`
	}
}

func (a *API) eraseCustomer(ctx context.Context, in *eraseInput) (*changedCustomer, error) {
	return a.changeCustomer(ctx, in, in.Keyed, in.Precondition, in.CustomerID, func(w customer.Who) (*customer.Customer, error) {
		return a.Customers.Erase(ctx, w, in.Body.Reason)
	})
}

// MessageView is a message that was made about a booking, and what became of it.
type MessageView struct {
	BookingID booking.ID `json:"booking_id"`
	Event     string     `json:"event" example:"booking.confirmed"`
	Channel   string     `json:"channel" enum:"email"`
	Status    string     `json:"status" enum:"queued,sending,sent,failed,skipped"`
	CreatedAt time.Time  `json:"created_at"`
	SentAt    *time.Time `json:"sent_at" doc:"Null while it was not"`
}

func messageViews(list []booking.Told, zone *time.Location) []MessageView {
	out := make([]MessageView, len(list))
	for i, m := range list {
		out[i] = MessageView{m.BookingID, m.Event, m.Channel, m.Status, m.CreatedAt.In(zone), inZone(m.SentAt, zone)}
	}
	return out
}

// CustomerExport is everything that is kept of a customer.
type CustomerExport struct {
	Profile   CustomerDetail   `json:"profile"`
	Bookings  []ConsoleBooking `json:"bookings"`
	Notes     []NoteView       `json:"notes"`
	Consents  []ConsentView    `json:"consents"`
	Messages  []MessageView    `json:"messages"`
	Truncated bool             `json:"truncated" doc:"A list was cut at a thousand"`
}

func (a *API) exportCustomer(ctx context.Context, in *OneCustomer) (*data[CustomerExport], error) {
	snap, err := a.Availability.Snapshot(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	e, err := a.Customers.Export(ctx, who(ctx, in.CustomerID))
	if err != nil {
		return nil, err
	}
	r, err := a.Bookings.RecordOf(ctx, businessID(ctx), in.CustomerID)
	if err != nil {
		return nil, err
	}
	out := CustomerExport{
		Profile: customerDetail(e.Customer, snap.Zone), Bookings: make([]ConsoleBooking, len(r.Bookings)), Notes: make([]NoteView, len(e.Notes)),
		Consents: make([]ConsentView, len(e.Consents)), Messages: messageViews(r.Told, snap.Zone), Truncated: e.Truncated || r.Truncated,
	}
	for i, b := range r.Bookings {
		out.Bookings[i] = consoleBooking(ctx, b, snap)
	}
	for i := range e.Notes {
		out.Notes[i] = noteView(&e.Notes[i], snap.Zone)
	}
	for i := range e.Consents {
		out.Consents[i] = consentView(&e.Consents[i], snap.Zone)
	}
	return &data[CustomerExport]{out}, nil
}

// errConfirm tells who did not say that they mean it.
func errConfirm() error {
	var v fault.Fields
	v.Add("body.confirm", "not_allowed", fault.Args{"values": "true"})
	return v.Err()
}
