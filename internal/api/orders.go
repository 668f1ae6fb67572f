package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// This file puts menus and resources in order, each in one call.

const (
	pathServiceOrder = "/businesses/{business_id}/service-order"
	racingOrders     = "Two who sort at once come one after the other, and the later has the last word on all that they name; what the caller did not know of stays behind it. " +
		"Whatever changes its place has a new version."
)

func (a *API) registerOrders() {
	register(a, operation{
		ID: "get-service-order", Method: http.MethodGet, Path: pathServiceOrder, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "The whole menu in its order, by ids, archived services too",
	}, a.getServiceOrder)
	register(a, operation{
		ID: "set-service-order", Method: http.MethodPut, Path: pathServiceOrder, Tags: tagCatalog, Authz: mayManageCatalog,
		Errors:  []string{codeSuspended},
		Summary: "Put the menu in order", Description: "Categories in their order, and services in theirs under the category that they are named with; " +
			"what is not named stays behind, in its order and under its category. " + racingOrders,
	}, a.setServiceOrder)
	register(a, operation{
		ID: "set-resource-order", Method: http.MethodPut, Path: "/businesses/{business_id}/resource-order", Tags: tagCatalog, Authz: mayManageCatalog,
		Errors:  []string{codeSuspended},
		Summary: "Put resources in order", Description: "Those that are not named stay behind, in their order. " + racingOrders,
	}, a.setResourceOrder)
}

// MenuOrder is the menu in its order.
type MenuOrder struct {
	Groups []catalog.MenuGroup `json:"groups" doc:"Categories in their order, each with its services; category_id null: what stands under none" maxItems:"101"`
}

func (a *API) getServiceOrder(ctx context.Context, _ *businessInput) (*data[MenuOrder], error) {
	groups, err := a.Catalog.MenuOrder(ctx, businessID(ctx))
	return &data[MenuOrder]{MenuOrder{groups}}, err
}

type serviceOrderInput struct {
	InBusiness
	Body MenuOrder
}

func (a *API) setServiceOrder(ctx context.Context, in *serviceOrderInput) (*data[MenuOrder], error) {
	groups, err := a.Catalog.SetMenuOrder(ctx, actor(ctx), businessID(ctx), in.Body.Groups)
	return &data[MenuOrder]{MenuOrder{groups}}, err
}

// ResourceOrder is resources in their order.
type ResourceOrder struct {
	ResourceIDs []catalog.ResourceID `json:"resource_ids" maxItems:"300"`
}

type resourceOrderInput struct {
	InBusiness
	Body ResourceOrder
}

func (a *API) setResourceOrder(ctx context.Context, in *resourceOrderInput) (*data[ResourceOrder], error) {
	ids, err := a.Catalog.SetResourceOrder(ctx, actor(ctx), businessID(ctx), in.Body.ResourceIDs)
	return &data[ResourceOrder]{ResourceOrder{ids}}, err
}
