package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// This file is what is booked: services with their requirements, and options.

func (a *API) registerCatalog() {
	register(a, operation{
		ID: "list-services", Method: http.MethodGet, Path: "/businesses/{business_id}/services", Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "The menu in its order, archived services too",
	}, a.listServices)
	register(a, operation{
		ID: "create-service", Method: http.MethodPost, Path: "/businesses/{business_id}/services", Tags: tagCatalog, Authz: mayManageCatalog,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Add a service",
	}, a.createService)
	register(a, operation{
		ID: "get-service", Method: http.MethodGet, Path: "/businesses/{business_id}/services/{service_id}", Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "A service",
	}, a.getService)
	register(a, operation{
		ID: "update-service", Method: http.MethodPatch, Path: "/businesses/{business_id}/services/{service_id}", Tags: tagCatalog,
		Authz: mayManageCatalog, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Change a service", Description: "Bookings keep the price, length and requirements that they were made with; those that would not be taken so any more are told.",
	}, a.updateService)
	register(a, operation{
		ID: "delete-service", Method: http.MethodDelete, Path: "/businesses/{business_id}/services/{service_id}", Tags: tagCatalog,
		Authz: mayManageCatalog, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Remove a service", Description: "One that a booking may speak of is archived: its bookings stay.",
	}, a.deleteService)
	register(a, operation{
		ID: "duplicate-service", Method: http.MethodPost, Path: "/businesses/{business_id}/services/{service_id}/duplicate", Tags: tagCatalog,
		Authz: mayManageCatalog, Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Copy a service with all that belongs to it", Description: "The copy stands at the end of the menu and is archived until active is set to true.",
	}, a.duplicateService)
	a.registerOptions()
	a.registerCategories()
	a.registerRanks()
	a.registerSets()
	a.registerOrders()
}

// RequirementView is one thing that a service occupies: one of the resources.
type RequirementView struct {
	ID             catalog.RequirementID `json:"id"`
	Kind           catalog.Kind          `json:"kind" enum:"staff,room,seat,equipment"`
	ResourceIDs    []catalog.ResourceID  `json:"resource_ids" doc:"One of these; empty: any active one of the kind"`
	Units          int                   `json:"units"`
	PerPerson      bool                  `json:"per_person"`
	BeforeMinutes  int                   `json:"before_minutes"`
	AfterMinutes   int                   `json:"after_minutes"`
	GapStartMinute *int                  `json:"gap_start_minute" doc:"Null without a processing gap"`
	GapEndMinute   *int                  `json:"gap_end_minute"`
}

// ServiceView is what is booked, as members see it.
type ServiceView struct {
	ID              catalog.ServiceID  `json:"id"`
	Name            locale.Text        `json:"name"`
	Description     locale.Text        `json:"description,omitempty"`
	DurationMinutes int                `json:"duration_minutes"`
	Price           money.Money        `json:"price"`
	TaxPercent      int                `json:"tax_percent"`
	PerPerson       bool               `json:"per_person"`
	MinParty        int                `json:"min_party"`
	MaxParty        int                `json:"max_party"`
	Nomination      catalog.Nomination `json:"nomination" enum:"none,optional,required"`
	Position        int                `json:"position"`
	Active          bool               `json:"active"`
	Photo           *PhotoView         `json:"photo" doc:"Null: none"`
	OptionIDs       []catalog.OptionID `json:"option_ids"`
	Requirements    []RequirementView  `json:"requirements"`
	Version         int64              `json:"version"`
	TermsView
}

func serviceView(s *catalog.Service) ServiceView {
	v := ServiceView{
		ID: s.ID, Name: s.Name, Description: s.Description, DurationMinutes: s.DurationMinutes, Price: money.Yen(s.Price),
		TaxPercent: s.TaxPercent, PerPerson: s.PerPerson, MinParty: s.MinParty, MaxParty: s.MaxParty, Nomination: s.Nomination,
		Position: s.Position, Active: s.Active, Photo: photoOf(s.Photo), OptionIDs: s.Options, Requirements: make([]RequirementView, len(s.Requirements)), Version: s.Version,
		TermsView: termsView(s),
	}
	for i, r := range s.Requirements {
		v.Requirements[i] = RequirementView{
			ID: r.ID, Kind: r.Kind, ResourceIDs: r.ResourceIDs, Units: r.Units, PerPerson: r.PerPerson, BeforeMinutes: r.BeforeMinutes,
			AfterMinutes: r.AfterMinutes, GapStartMinute: r.GapStartMinute, GapEndMinute: r.GapEndMinute,
		}
	}
	return v
}

type listServicesInput struct {
	InBusiness
	Paging
}

func (a *API) listServices(ctx context.Context, in *listServicesInput) (*data[list[ServiceView]], error) {
	all, err := a.Catalog.Services(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	var at place
	more, err := in.after(ctx, a, nil, &at)
	if err != nil {
		return nil, err
	}
	if more {
		all = slices.DeleteFunc(all, func(s catalog.Service) bool {
			return s.Position < at.Position || s.Position == at.Position && s.ID.String() <= at.ID.String()
		})
	}
	return pageOf(ctx, a, in.Paging, nil, all, serviceView, func(s *catalog.Service) place { return place{s.Position, id.Of[any](s.ID)} })
}

type createServiceInput struct {
	InBusiness
	Keyed
	Body CreateServiceBody
}

func (a *API) createService(ctx context.Context, in *createServiceInput) (*created[ServiceView], error) {
	return a.newService(ctx, in.IdempotencyKey, in, func(c *idempotency.Claim) (*catalog.Service, error) {
		return a.Catalog.CreateService(ctx, actor(ctx), businessID(ctx), in.Body.input(), c)
	})
}

// newService answers with the service that do makes.
func (a *API) newService(
	ctx context.Context, key string, request any, do func(*idempotency.Claim) (*catalog.Service, error),
) (*created[ServiceView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Service, ServiceView]{
		Key: key, Business: &bid, Request: request, Status: http.StatusCreated, Render: serviceView, Do: do,
	})
	if err != nil {
		return nil, err
	}
	return &created[ServiceView]{below(bid, "services", v.ID), replayedHeader(replayed), v}, nil
}

type duplicateServiceInput struct {
	InService
	Keyed
}

func (a *API) duplicateService(ctx context.Context, in *duplicateServiceInput) (*created[ServiceView], error) {
	return a.newService(ctx, in.IdempotencyKey, in, func(c *idempotency.Claim) (*catalog.Service, error) {
		return a.Catalog.DuplicateService(ctx, actor(ctx), businessID(ctx), in.ServiceID, c)
	})
}

// below is the path of a record of a business.
func below(bid business.ID, what string, id fmt.Stringer) string {
	return basePath + "/businesses/" + bid.String() + "/" + what + "/" + id.String()
}

// InService is embedded by inputs about one service.
type InService struct {
	InBusiness
	ServiceID catalog.ServiceID `path:"service_id"`
}

type serviceInput struct{ InService }

func (a *API) getService(ctx context.Context, in *serviceInput) (*versioned[ServiceView], error) {
	return versionedService(a.Catalog.Service(ctx, businessID(ctx), in.ServiceID))
}

// ChangedService is a service as it was changed, and whom that concerns.
type ChangedService struct {
	ServiceView
	ImpactBody
}

type updateServiceInput struct {
	InService
	Precondition
	ImpactQuery
	Body UpdateServiceBody
}

func (a *API) updateService(ctx context.Context, in *updateServiceInput) (*versioned[ChangedService], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	s, err := a.Catalog.UpdateService(ctx, actor(ctx), businessID(ctx), in.ServiceID, expect, in.Body.input())
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedService]{etag(s.Version), ChangedService{serviceView(s), impactBody(ctx, impact)}}, nil
}

func versionedService(s *catalog.Service, err error) (*versioned[ServiceView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[ServiceView]{etag(s.Version), serviceView(s)}, nil
}

type deleteServiceInput struct {
	InService
	Precondition
	ImpactQuery
}

func (a *API) deleteService(ctx context.Context, in *deleteServiceInput) (*data[ImpactBody], error) {
	return in.told(ctx, in.Precondition, func(ctx context.Context, expect int64) error {
		return a.Catalog.DeleteService(ctx, actor(ctx), businessID(ctx), in.ServiceID, expect)
	})
}
