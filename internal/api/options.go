package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

func (a *API) registerOptions() {
	register(a, operation{
		ID: "list-service-options", Method: http.MethodGet, Path: "/businesses/{business_id}/service-options", Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "Options in their order, archived ones too",
	}, a.listOptions)
	register(a, operation{
		ID: "create-service-option", Method: http.MethodPost, Path: "/businesses/{business_id}/service-options", Tags: tagCatalog,
		Authz: mayManageCatalog, Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Add an option", Description: "Services name the options that may be added to them.",
	}, a.createOption)
	register(a, operation{
		ID: "get-service-option", Method: http.MethodGet, Path: "/businesses/{business_id}/service-options/{option_id}", Tags: tagCatalog,
		Authz: mayReadCatalog, Summary: "An option",
	}, a.getOption)
	register(a, operation{
		ID: "update-service-option", Method: http.MethodPatch, Path: "/businesses/{business_id}/service-options/{option_id}", Tags: tagCatalog,
		Authz: mayManageCatalog, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Change an option", Description: "Bookings keep the price and length that they were made with.",
	}, a.updateOption)
	register(a, operation{
		ID: "delete-service-option", Method: http.MethodDelete, Path: "/businesses/{business_id}/service-options/{option_id}", Tags: tagCatalog,
		Authz: mayManageCatalog, IfMatch: true, Status: http.StatusNoContent, Errors: []string{codeSuspended},
		Summary: "Remove an option", Description: "One that a booking may speak of is archived.",
	}, a.deleteOption)
}

// OptionView is an add-on, as members see it.
type OptionView struct {
	ID              catalog.OptionID `json:"id"`
	Name            locale.Text      `json:"name"`
	DurationMinutes int              `json:"duration_minutes"`
	Price           money.Money      `json:"price"`
	Position        int              `json:"position"`
	Active          bool             `json:"active"`
	Version         int64            `json:"version"`
}

func optionView(o *catalog.Option) OptionView {
	return OptionView{o.ID, o.Name, o.DurationMinutes, money.Yen(o.Price), o.Position, o.Active, o.Version}
}

type listOptionsInput struct {
	InBusiness
	Paging
}

func (a *API) listOptions(ctx context.Context, in *listOptionsInput) (*data[list[OptionView]], error) {
	var at place
	var after *catalog.Option
	if more, err := in.after(ctx, a, nil, &at); err != nil {
		return nil, err
	} else if more {
		after = &catalog.Option{Position: at.Position, ID: catalog.OptionID(at.ID)}
	}
	rows, err := a.Catalog.Options(ctx, businessID(ctx), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows, optionView,
		func(o *catalog.Option) place { return place{o.Position, id.Of[any](o.ID)} })
}

type createOptionInput struct {
	InBusiness
	Keyed
	Body catalog.CreateOptionInput
}

func (a *API) createOption(ctx context.Context, in *createOptionInput) (*created[OptionView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Option, OptionView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated, Render: optionView,
		Do: func(c *idempotency.Claim) (*catalog.Option, error) {
			return a.Catalog.CreateOption(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[OptionView]{below(bid, "service-options", v.ID), replayedHeader(replayed), v}, nil
}

// InOption is embedded by inputs about one option.
type InOption struct {
	InBusiness
	OptionID catalog.OptionID `path:"option_id"`
}

type optionInput struct{ InOption }

func (a *API) getOption(ctx context.Context, in *optionInput) (*versioned[OptionView], error) {
	return versionedOption(a.Catalog.Option(ctx, businessID(ctx), in.OptionID))
}

type updateOptionInput struct {
	InOption
	Precondition
	Body catalog.UpdateOptionInput
}

func (a *API) updateOption(ctx context.Context, in *updateOptionInput) (*versioned[OptionView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedOption(a.Catalog.UpdateOption(ctx, actor(ctx), businessID(ctx), in.OptionID, expect, in.Body))
}

func versionedOption(o *catalog.Option, err error) (*versioned[OptionView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[OptionView]{etag(o.Version), optionView(o)}, nil
}

type deleteOptionInput struct {
	InOption
	Precondition
}

func (a *API) deleteOption(ctx context.Context, in *deleteOptionInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Catalog.DeleteOption(ctx, actor(ctx), businessID(ctx), in.OptionID, expect)
}
