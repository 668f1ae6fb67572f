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
		Summary: "Change a service", Description: "Bookings keep the price, length and requirements that they were made with.",
	}, a.updateService)
	register(a, operation{
		ID: "delete-service", Method: http.MethodDelete, Path: "/businesses/{business_id}/services/{service_id}", Tags: tagCatalog,
		Authz: mayManageCatalog, IfMatch: true, Status: http.StatusNoContent, Errors: []string{codeSuspended},
		Summary: "Remove a service", Description: "One that a booking may speak of is archived.",
	}, a.deleteService)
	a.registerOptions()
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
	OptionIDs       []catalog.OptionID `json:"option_ids"`
	Requirements    []RequirementView  `json:"requirements"`
	Version         int64              `json:"version"`
}

func serviceView(s *catalog.Service) ServiceView {
	v := ServiceView{
		ID: s.ID, Name: s.Name, Description: s.Description, DurationMinutes: s.DurationMinutes, Price: money.Yen(s.Price),
		TaxPercent: s.TaxPercent, PerPerson: s.PerPerson, MinParty: s.MinParty, MaxParty: s.MaxParty, Nomination: s.Nomination,
		Position: s.Position, Active: s.Active, OptionIDs: s.Options, Requirements: make([]RequirementView, len(s.Requirements)), Version: s.Version,
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
	return pageOfMenu(ctx, a, in.Paging, nil, all, serviceView)
}

// pageOfMenu cuts a page out of a whole menu, which is bounded and in order.
func pageOfMenu[V any](ctx context.Context, a *API, p Paging, filter any, all []catalog.Service, view func(*catalog.Service) V) (*data[list[V]], error) {
	var at place
	more, err := p.after(ctx, a, filter, &at)
	if err != nil {
		return nil, err
	}
	if more {
		first := slices.IndexFunc(all, func(s catalog.Service) bool {
			return s.Position > at.Position || s.Position == at.Position && s.ID.String() > at.ID.String()
		})
		if first < 0 {
			first = len(all)
		}
		all = all[first:]
	}
	return pageOf(ctx, a, p, filter, all, view, func(s *catalog.Service) place { return place{s.Position, id.Of[any](s.ID)} })
}

type createServiceInput struct {
	InBusiness
	Keyed
	Body catalog.CreateServiceInput
}

func (a *API) createService(ctx context.Context, in *createServiceInput) (*created[ServiceView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Service, ServiceView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated, Render: serviceView,
		Do: func(c *idempotency.Claim) (*catalog.Service, error) {
			return a.Catalog.CreateService(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[ServiceView]{below(bid, "services", v.ID), replayedHeader(replayed), v}, nil
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

type updateServiceInput struct {
	InService
	Precondition
	Body catalog.UpdateServiceInput
}

func (a *API) updateService(ctx context.Context, in *updateServiceInput) (*versioned[ServiceView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedService(a.Catalog.UpdateService(ctx, actor(ctx), businessID(ctx), in.ServiceID, expect, in.Body))
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
}

func (a *API) deleteService(ctx context.Context, in *deleteServiceInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Catalog.DeleteService(ctx, actor(ctx), businessID(ctx), in.ServiceID, expect)
}
