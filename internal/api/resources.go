package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// This file is what bookings occupy: staff, rooms, seats, equipment.

var tagCatalog = []string{"Catalog"}

func (a *API) registerResources() {
	register(a, operation{
		ID: "list-resources", Method: http.MethodGet, Path: "/businesses/{business_id}/resources", Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "Staff, rooms, seats and equipment in their order, archived ones too",
	}, a.listResources)
	register(a, operation{
		ID: "create-resource", Method: http.MethodPost, Path: "/businesses/{business_id}/resources", Tags: tagCatalog, Authz: mayManageCatalog,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Add a resource",
	}, a.createResource)
	register(a, operation{
		ID: "get-resource", Method: http.MethodGet, Path: "/businesses/{business_id}/resources/{resource_id}", Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "A resource",
	}, a.getResource)
	register(a, operation{
		ID: "update-resource", Method: http.MethodPatch, Path: "/businesses/{business_id}/resources/{resource_id}", Tags: tagCatalog,
		Authz: mayManageCatalog, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Change a resource", Description: "Bookings that were made stay as they are; those that it no longer serves are told.",
	}, a.updateResource)
	register(a, operation{
		ID: "delete-resource", Method: http.MethodDelete, Path: "/businesses/{business_id}/resources/{resource_id}", Tags: tagCatalog,
		Authz: mayManageCatalog, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Remove a resource", Description: "One that a service, a member or a booking speaks of is archived: its bookings stay and are told, and it takes no more.",
	}, a.deleteResource)
}

// ResourceView is what a booking occupies.
type ResourceView struct {
	ID            catalog.ResourceID `json:"id"`
	Kind          catalog.Kind       `json:"kind" enum:"staff,room,seat,equipment"`
	Name          locale.Text        `json:"name"`
	Capacity      int                `json:"capacity"`
	MinParty      int                `json:"min_party"`
	MaxParty      int                `json:"max_party"`
	Nominatable   bool               `json:"nominatable"`
	NominationFee money.Money        `json:"nomination_fee"`
	Position      int                `json:"position"`
	Active        bool               `json:"active"`
	RankID        *catalog.RankID    `json:"rank_id" doc:"Of staff; null: none"`
	Stopped       bool               `json:"stopped" doc:"Customers are not given it for the time being, see stop-accepting; what is booked on it stays"`
	StoppedUntil  *time.Time         `json:"stopped_until" doc:"Customers are given it again from then on, in UTC; null: not stopped, or until somebody resumes"`
	Photo         *PhotoView         `json:"photo" doc:"Null: none"`
	Version       int64              `json:"version"`
}

func resourceView(r *catalog.Resource) ResourceView {
	return ResourceView{
		ID: r.ID, Kind: r.Kind, Name: r.Name, Capacity: r.Capacity, MinParty: r.MinParty, MaxParty: r.MaxParty,
		Nominatable: r.Nominatable, NominationFee: money.Yen(r.NominationFee), Position: r.Position, Active: r.Active, RankID: r.RankID.Ptr(),
		Stopped: r.Stopped, StoppedUntil: inZone(r.StoppedUntil, time.UTC), Photo: photoOf(r.Photo), Version: r.Version,
	}
}

// place is a position in a list that people order by hand.
type place struct {
	Position int        `json:"p"`
	ID       id.Of[any] `json:"i"`
}

type listResourcesInput struct {
	InBusiness
	Paging
	Kind catalog.Kind `query:"kind" enum:"staff,room,seat,equipment"`
}

func (a *API) listResources(ctx context.Context, in *listResourcesInput) (*data[list[ResourceView]], error) {
	var at place
	var after *catalog.Resource
	if more, err := in.after(ctx, a, in.Kind, &at); err != nil {
		return nil, err
	} else if more {
		after = &catalog.Resource{Position: at.Position, ID: catalog.ResourceID(at.ID)}
	}
	rows, err := a.Catalog.Resources(ctx, businessID(ctx), in.Kind, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, in.Kind, rows, resourceView,
		func(r *catalog.Resource) place { return place{r.Position, id.Of[any](r.ID)} })
}

// RankOfStaff is the rank of a staff member, who may also have none.
type RankOfStaff struct {
	RankID nullable[catalog.RankID] `json:"rank_id,omitzero" doc:"Staff only: services may have a price of their own for it; null: none"`
}

// CreateResourceBody is a new resource.
type CreateResourceBody struct {
	RankOfStaff // in front: its property is that of the document
	catalog.CreateResourceInput
}

func (b *CreateResourceBody) input() catalog.CreateResourceInput {
	in := b.CreateResourceInput
	in.RankID = b.RankOfStaff.RankID.or(catalog.RankID{})
	return in
}

// UpdateResourceBody changes a resource.
type UpdateResourceBody struct {
	RankOfStaff
	catalog.UpdateResourceInput
}

func (b *UpdateResourceBody) input() catalog.UpdateResourceInput {
	in := b.UpdateResourceInput
	in.RankID = b.RankOfStaff.RankID.or(catalog.RankID{})
	return in
}

type createResourceInput struct {
	InBusiness
	Keyed
	Body CreateResourceBody
}

func (a *API) createResource(ctx context.Context, in *createResourceInput) (*created[ResourceView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Resource, ResourceView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated, Render: resourceView,
		Do: func(c *idempotency.Claim) (*catalog.Resource, error) {
			return a.Catalog.CreateResource(ctx, actor(ctx), bid, in.Body.input(), c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[ResourceView]{below(bid, "resources", v.ID), replayedHeader(replayed), v}, nil
}

// InResource is embedded by inputs about one resource.
type InResource struct {
	InBusiness
	ResourceID catalog.ResourceID `path:"resource_id"`
}

type resourceInput struct{ InResource }

func (a *API) getResource(ctx context.Context, in *resourceInput) (*versioned[ResourceView], error) {
	return versionedResource(a.Catalog.Resource(ctx, businessID(ctx), in.ResourceID))
}

type updateResourceInput struct {
	InResource
	Precondition
	ImpactQuery
	Body UpdateResourceBody
}

// ChangedResource is a resource as it was changed, and whom that concerns.
type ChangedResource struct {
	ResourceView
	ImpactBody
}

func (a *API) updateResource(ctx context.Context, in *updateResourceInput) (*versioned[ChangedResource], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	r, err := a.Catalog.UpdateResource(ctx, actor(ctx), businessID(ctx), in.ResourceID, expect, in.Body.input())
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedResource]{etag(r.Version), ChangedResource{resourceView(r), impactBody(ctx, impact)}}, nil
}

func versionedResource(r *catalog.Resource, err error) (*versioned[ResourceView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[ResourceView]{etag(r.Version), resourceView(r)}, nil
}

type deleteResourceInput struct {
	InResource
	Precondition
	ImpactQuery
}

func (a *API) deleteResource(ctx context.Context, in *deleteResourceInput) (*data[ImpactBody], error) {
	return in.told(ctx, in.Precondition, func(ctx context.Context, expect int64) error {
		return a.Catalog.DeleteResource(ctx, actor(ctx), businessID(ctx), in.ResourceID, expect)
	})
}
