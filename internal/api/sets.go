package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// This file is sets: several services, one after the other, for one price.

const (
	pathSets = "/businesses/{business_id}/service-sets"
	pathSet  = pathSets + "/{set_id}"
)

func (a *API) registerSets() {
	register(a, operation{
		ID: "list-service-sets", Method: http.MethodGet, Path: pathSets, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "Sets in their order, archived ones too",
	}, a.listSets)
	register(a, operation{
		ID: "create-service-set", Method: http.MethodPost, Path: pathSets, Tags: tagCatalog, Authz: mayManageCatalog,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary:     "Add a set of services for one price",
		Description: "The price stands in the place of its services' prices, whoever serves them; options and nomination fees come on top. It can be booked while all of its services can.",
	}, a.createSet)
	register(a, operation{
		ID: "get-service-set", Method: http.MethodGet, Path: pathSet, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "A set",
	}, a.getSet)
	register(a, operation{
		ID: "update-service-set", Method: http.MethodPatch, Path: pathSet, Tags: tagCatalog, Authz: mayManageCatalog,
		IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Change a set", Description: "Bookings keep the services and the price that they were made with.",
	}, a.updateSet)
	register(a, operation{
		ID: "delete-service-set", Method: http.MethodDelete, Path: pathSet, Tags: tagCatalog, Authz: mayManageCatalog,
		IfMatch: true, Status: http.StatusNoContent, Errors: []string{codeSuspended},
		Summary: "Remove a set", Description: "One that a booking may speak of is archived.",
	}, a.deleteSet)
	register(a, operation{
		ID: "duplicate-service-set", Method: http.MethodPost, Path: pathSet + "/duplicate", Tags: tagCatalog, Authz: mayManageCatalog,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Copy a set", Description: "The copy stands at the end and is archived until active is set to true.",
	}, a.duplicateSet)
}

// SetTerms are what a set may also have none of: null takes it away.
type SetTerms struct {
	CategoryID nullable[catalog.CategoryID] `json:"category_id,omitzero" doc:"Under which it stands in the menu; null: under none"`
	ActiveFrom nullable[clock.Date]         `json:"active_from,omitzero" doc:"First business date on which it may begin; null: since ever"`
	ActiveTo   nullable[clock.Date]         `json:"active_to,omitzero" doc:"Last business date on which it may begin; null: for ever"`
}

func (t *SetTerms) into(in *catalog.SetFields) {
	in.CategoryID, in.ActiveFrom, in.ActiveTo = t.CategoryID.or(catalog.CategoryID{}), t.ActiveFrom.or(clock.Date{}), t.ActiveTo.or(clock.Date{})
}

// CreateSetBody is a new set.
type CreateSetBody struct {
	SetTerms // in front: its properties are those of the document
	catalog.CreateSetInput
}

// UpdateSetBody changes a set.
type UpdateSetBody struct {
	SetTerms
	catalog.UpdateSetInput
}

// SetView is a set, as members see it.
type SetView struct {
	ID          catalog.SetID       `json:"id"`
	CategoryID  *catalog.CategoryID `json:"category_id" doc:"Null: under none"`
	Name        locale.Text         `json:"name"`
	Description locale.Text         `json:"description,omitempty"`
	ServiceIDs  []catalog.ServiceID `json:"service_ids" doc:"In the order in which they are served"`
	Price       money.Money         `json:"price"`
	ActiveFrom  *clock.Date         `json:"active_from" doc:"First business date on which it may begin; null: since ever"`
	ActiveTo    *clock.Date         `json:"active_to" doc:"Last business date on which it may begin; null: for ever"`
	Position    int                 `json:"position"`
	Active      bool                `json:"active"`
	Version     int64               `json:"version"`
}

func setView(s *catalog.Set) SetView {
	return SetView{
		ID: s.ID, CategoryID: s.CategoryID.Ptr(), Name: s.Name, Description: s.Description, ServiceIDs: s.ServiceIDs, Price: money.Yen(s.Price),
		ActiveFrom: s.ActiveFrom, ActiveTo: s.ActiveTo, Position: s.Position, Active: s.Active, Version: s.Version,
	}
}

type listSetsInput struct {
	InBusiness
	Paging
}

func (a *API) listSets(ctx context.Context, in *listSetsInput) (*data[list[SetView]], error) {
	var at place
	var after *catalog.Set
	if more, err := in.after(ctx, a, nil, &at); err != nil {
		return nil, err
	} else if more {
		after = &catalog.Set{Position: at.Position, ID: catalog.SetID(at.ID)}
	}
	rows, err := a.Catalog.Sets(ctx, businessID(ctx), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows, setView, func(s *catalog.Set) place { return place{s.Position, id.Of[any](s.ID)} })
}

type createSetInput struct {
	InBusiness
	Keyed
	Body CreateSetBody
}

func (a *API) createSet(ctx context.Context, in *createSetInput) (*created[SetView], error) {
	body := in.Body.CreateSetInput
	in.Body.SetTerms.into(&body.SetFields)
	return a.newSet(ctx, in.IdempotencyKey, in, func(c *idempotency.Claim) (*catalog.Set, error) {
		return a.Catalog.CreateSet(ctx, actor(ctx), businessID(ctx), body, c)
	})
}

// newSet answers with the set that do makes.
func (a *API) newSet(ctx context.Context, key string, request any, do func(*idempotency.Claim) (*catalog.Set, error)) (*created[SetView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Set, SetView]{
		Key: key, Business: &bid, Request: request, Status: http.StatusCreated, Render: setView, Do: do,
	})
	if err != nil {
		return nil, err
	}
	return &created[SetView]{below(bid, "service-sets", v.ID), replayedHeader(replayed), v}, nil
}

// InSet is embedded by inputs about one set.
type InSet struct {
	InBusiness
	SetID catalog.SetID `path:"set_id"`
}

type setInput struct{ InSet }

func (a *API) getSet(ctx context.Context, in *setInput) (*versioned[SetView], error) {
	return versionedSet(a.Catalog.Set(ctx, businessID(ctx), in.SetID))
}

type duplicateSetInput struct {
	InSet
	Keyed
}

func (a *API) duplicateSet(ctx context.Context, in *duplicateSetInput) (*created[SetView], error) {
	return a.newSet(ctx, in.IdempotencyKey, in, func(c *idempotency.Claim) (*catalog.Set, error) {
		return a.Catalog.DuplicateSet(ctx, actor(ctx), businessID(ctx), in.SetID, c)
	})
}

type updateSetInput struct {
	InSet
	Precondition
	Body UpdateSetBody
}

func (a *API) updateSet(ctx context.Context, in *updateSetInput) (*versioned[SetView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	body := in.Body.UpdateSetInput
	in.Body.SetTerms.into(&body.SetFields)
	return versionedSet(a.Catalog.UpdateSet(ctx, actor(ctx), businessID(ctx), in.SetID, expect, body))
}

func versionedSet(s *catalog.Set, err error) (*versioned[SetView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[SetView]{etag(s.Version), setView(s)}, nil
}

type deleteSetInput struct {
	InSet
	Precondition
}

func (a *API) deleteSet(ctx context.Context, in *deleteSetInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Catalog.DeleteSet(ctx, actor(ctx), businessID(ctx), in.SetID, expect)
}
