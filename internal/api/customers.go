package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the people who visit a business: list and search, record, visits.

var tagCustomers = []string{"Customers"}

// Codes of customers' records.
const (
	codeMerged = "customer.merged"
	codeErased = "customer.erased"
)

func (a *API) registerCustomers() {
	register(a, operation{
		ID: "list-customers", Method: http.MethodGet, Path: "/businesses/{business_id}/customers", Tags: tagCustomers, Authz: mayReadCustomers,
		Summary: "Customers by their kana", Description: "Those who became one with another, and those who were erased, are left out. Staff see those whom they serve or served.",
	}, a.listCustomers)
	register(a, operation{
		ID: "create-customer", Method: http.MethodPost, Path: "/businesses/{business_id}/customers", Tags: tagCustomers, Authz: mayEditCustomers,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{"customer.exists"},
		Summary:     "Enter a customer by hand",
		Description: "Bookings bring their customers by themselves. A name, a phone number or an address is enough. Who has the same name and phone already is a 409 with their customer_id. Staff find the record again once they serve it.",
	}, a.createCustomer)
	register(a, operation{
		ID: "get-customer", Method: http.MethodGet, Path: "/businesses/{business_id}/customers/{customer_id}", Tags: tagCustomers, Authz: mayReadCustomers,
		Summary: "A customer", Errors: []string{codeMerged},
		Description: "One who became one with another is a 404 with the other's customer_id; one who was erased is shown as the numbers that are left.",
	}, a.getCustomer)
	register(a, operation{
		ID: "update-customer", Method: http.MethodPatch, Path: "/businesses/{business_id}/customers/{customer_id}", Tags: tagCustomers,
		Authz: mayEditCustomers, IfMatch: true, Errors: []string{codeMerged, codeErased, "customer.exists"},
		Summary: "Change a customer", Description: "Bookings keep the names and addresses that they were made with.",
	}, a.updateCustomer)
	register(a, operation{
		ID: "list-customer-duplicates", Method: http.MethodGet, Path: "/businesses/{business_id}/customers/{customer_id}/duplicates", Tags: tagCustomers,
		Authz: mayManageCustomers, Errors: []string{codeMerged},
		Summary: "Who may be the same person", Description: "At most twenty with the same phone number, address, or name in any kana.",
	}, a.listDuplicates)
	register(a, operation{
		ID: "list-customer-bookings", Method: http.MethodGet, Path: "/businesses/{business_id}/customers/{customer_id}/bookings", Tags: tagCustomers,
		Authz: mayReadCustomers, Errors: []string{codeMerged},
		Summary: "The visits of a customer, the newest first", Description: "Staff see those in which they serve.",
	}, a.listCustomerBookings)
	a.registerCustomerNotes()
	a.registerCustomerPrivacy()
}

// CustomerItem is a customer in a list.
type CustomerItem struct {
	ID             customer.ID `json:"id"`
	FamilyName     string      `json:"family_name"`
	GivenName      string      `json:"given_name"`
	FamilyNameKana string      `json:"family_name_kana"`
	GivenNameKana  string      `json:"given_name_kana"`
	Phone          string      `json:"phone" doc:"E.164"`
	Email          string      `json:"email"`
	Locale         locale.Lang `json:"locale"`
	Tags           []string    `json:"tags"`
	VisitCount     int         `json:"visit_count" doc:"Visits that took place"`
	NoShowCount    int         `json:"no_show_count" doc:"Visits that did not, without having been cancelled"`
	LastVisitAt    *time.Time  `json:"last_visit_at" doc:"Start of the last visit that took place; null for none"`
	NextVisitAt    *time.Time  `json:"next_visit_at" doc:"Start of the next visit that is booked; null for none"`
}

// CustomerDetail is a customer with all that a business knows but notes.
type CustomerDetail struct {
	CustomerItem
	BirthDate        *clock.Date        `json:"birth_date" doc:"Null for not known"`
	HealthConsent    customer.Agreement `json:"health_consent" enum:"none,granted,withdrawn" doc:"To the keeping of allergy and health notes"`
	MarketingConsent customer.Agreement `json:"marketing_consent" enum:"none,granted,withdrawn" doc:"To advertising by e-mail"`
	ErasedAt         *time.Time         `json:"erased_at" doc:"Since when nothing is known of the person; else null"`
	Version          int64              `json:"version"`
	CreatedAt        time.Time          `json:"created_at"`
	UpdatedAt        time.Time          `json:"updated_at"`
}

func customerItem(c *customer.Customer, zone *time.Location) CustomerItem {
	return CustomerItem{
		ID: c.ID, FamilyName: c.FamilyName, GivenName: c.GivenName, FamilyNameKana: c.FamilyNameKana, GivenNameKana: c.GivenNameKana,
		Phone: c.Phone, Email: c.Email, Locale: c.Locale, Tags: append([]string{}, c.Tags...), VisitCount: c.Visits.Count, NoShowCount: c.Visits.NoShows,
		LastVisitAt: inZone(c.Visits.Last, zone), NextVisitAt: inZone(c.Visits.Next, zone),
	}
}

func customerDetail(c *customer.Customer, zone *time.Location) CustomerDetail {
	return CustomerDetail{
		CustomerItem: customerItem(c, zone), BirthDate: c.BirthDate, HealthConsent: c.Health, MarketingConsent: c.Marketing,
		ErasedAt: inZone(c.ErasedAt, zone), Version: c.Version, CreatedAt: c.CreatedAt.In(zone), UpdatedAt: c.UpdatedAt.In(zone),
	}
}

// zone is that of the business at hand.
func (a *API) zone(ctx context.Context) (*time.Location, error) {
	snap, err := a.Availability.Snapshot(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	return snap.Zone, nil
}

// who names a customer of the business at hand, as the caller asks for them.
func who(ctx context.Context, cid customer.ID) customer.Who {
	return customer.Who{Actor: actor(ctx), Business: businessID(ctx), Customer: cid}
}

type listCustomersInput struct {
	InBusiness
	Paging
	Query string `query:"q" maxLength:"100" doc:"The last four digits of a phone number, a whole number in any form, an e-mail address, or the beginnings of names or kana"`
	Tag   string `query:"tag" maxLength:"100" doc:"Only those with this tag"`
	Row   string `query:"row" enum:"latin,a,ka,sa,ta,na,ha,ma,ya,ra,wa,other" doc:"Only those of a row of the index: readings in Latin letters, the fifty sounds, and names without a reading"`
}

func (a *API) listCustomers(ctx context.Context, in *listCustomersInput) (*data[list[CustomerItem]], error) {
	f := customer.Filter{Query: in.Query, Tag: in.Tag, Row: in.Row}
	var mark customer.Position
	var after *customer.Position
	more, err := in.after(ctx, a, f, &mark)
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
	rows, err := a.Customers.List(ctx, actor(ctx), businessID(ctx), f, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, f, rows, func(c *customer.Customer) CustomerItem { return customerItem(c, zone) }, (*customer.Customer).Position)
}

type createCustomerInput struct {
	InBusiness
	Keyed
	Body customer.ProfileInput
}

func (a *API) createCustomer(ctx context.Context, in *createCustomerInput) (*created[CustomerDetail], error) {
	bid := businessID(ctx)
	snap, err := a.Availability.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	v, replayed, err := idempotent(ctx, a, effect[*customer.Customer, CustomerDetail]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(c *customer.Customer) CustomerDetail { return customerDetail(c, snap.Zone) },
		Do: func(claim *idempotency.Claim) (*customer.Customer, error) {
			w := who(ctx, customer.ID{})
			w.Claim = claim
			return a.Customers.Create(ctx, w, in.Body, snap.Business.Locale)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[CustomerDetail]{below(bid, "customers", v.ID), replayedHeader(replayed), v}, nil
}

// OneCustomer is embedded by inputs below …/customers/{customer_id}.
type OneCustomer struct {
	InBusiness
	CustomerID customer.ID `path:"customer_id"`
}

func (a *API) getCustomer(ctx context.Context, in *OneCustomer) (*versioned[CustomerDetail], error) {
	c, err := a.Customers.Get(ctx, who(ctx, in.CustomerID))
	return a.versionedCustomer(ctx, c, err)
}

func (a *API) versionedCustomer(ctx context.Context, c *customer.Customer, err error) (*versioned[CustomerDetail], error) {
	if err != nil {
		return nil, err
	}
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	return &versioned[CustomerDetail]{etag(c.Version), customerDetail(c, zone)}, nil
}

type updateCustomerInput struct {
	OneCustomer
	Precondition
	Body customer.ProfileInput
}

func (a *API) updateCustomer(ctx context.Context, in *updateCustomerInput) (*versioned[CustomerDetail], error) {
	w := who(ctx, in.CustomerID)
	var err error
	if w.Expect, err = in.expect(); err != nil {
		return nil, err
	}
	c, err := a.Customers.Update(ctx, w, in.Body)
	return a.versionedCustomer(ctx, c, err)
}

// DuplicateView is somebody who may be the same person.
type DuplicateView struct {
	CustomerItem
	Same []string `json:"same" doc:"What they have in common: phone, email, name"`
}

// DuplicateList is who may be the same person.
type DuplicateList struct {
	Items []DuplicateView `json:"items"`
}

func (a *API) listDuplicates(ctx context.Context, in *OneCustomer) (*data[DuplicateList], error) {
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	found, err := a.Customers.Duplicates(ctx, who(ctx, in.CustomerID))
	if err != nil {
		return nil, err
	}
	out := &data[DuplicateList]{DuplicateList{Items: make([]DuplicateView, len(found))}}
	for i := range found {
		out.Body.Items[i] = DuplicateView{customerItem(&found[i].Customer, zone), found[i].Same}
	}
	return out, nil
}

type customerBookingsInput struct {
	OneCustomer
	Paging
}

func (a *API) listCustomerBookings(ctx context.Context, in *customerBookingsInput) (*data[list[ConsoleBooking]], error) {
	var after booking.Mark
	if _, err := in.after(ctx, a, in.CustomerID, &after); err != nil {
		return nil, err
	}
	if _, err := a.Customers.Get(ctx, who(ctx, in.CustomerID)); err != nil {
		return nil, err
	}
	snap, err := a.Availability.Snapshot(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	rows, err := a.Bookings.OfCustomer(ctx, actor(ctx), businessID(ctx), in.CustomerID, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, in.CustomerID, rows, func(b **booking.Booking) ConsoleBooking { return consoleBooking(ctx, *b, snap) },
		func(b **booking.Booking) booking.Mark { return booking.Mark{Start: (*b).StartsAt, ID: (*b).ID} })
}
