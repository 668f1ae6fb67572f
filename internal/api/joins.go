package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is tables that are put together.

func (a *API) registerJoins() {
	const all, one = "/businesses/{business_id}/resource-joins", "/businesses/{business_id}/resource-joins/{join_id}"
	register(a, operation{
		ID: "list-resource-joins", Method: http.MethodGet, Path: all, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "Tables that are put together, in their order",
	}, a.listJoins)
	register(a, operation{
		ID: "create-resource-join", Method: http.MethodPost, Path: all, Tags: tagCatalog, Authz: mayManageCatalog,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Put tables together for larger parties",
		Description: "A service that takes one of the kind, or lists all of these tables, may be served by them together when no table alone takes the party: " +
			"all of them must be wholly free. The smallest that fits comes first. A visit that needs two things of the kind at once is not given any.",
	}, a.createJoin)
	register(a, operation{
		ID: "get-resource-join", Method: http.MethodGet, Path: one, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "Tables that are put together",
	}, a.getJoin)
	register(a, operation{
		ID: "update-resource-join", Method: http.MethodPatch, Path: one, Tags: tagCatalog, Authz: mayManageCatalog, IfMatch: true,
		Errors: []string{codeSuspended}, Summary: "Change what is put together", Description: "Bookings keep the tables that they have.",
	}, a.updateJoin)
	register(a, operation{
		ID: "delete-resource-join", Method: http.MethodDelete, Path: one, Tags: tagCatalog, Authz: mayManageCatalog, IfMatch: true,
		Errors: []string{codeSuspended}, Summary: "Put tables together no more", Description: "Bookings keep the tables that they have.",
	}, a.deleteJoin)
}

// JoinView is tables that are put together.
type JoinView struct {
	ID          catalog.JoinID       `json:"id"`
	Name        locale.Text          `json:"name"`
	ResourceIDs []catalog.ResourceID `json:"resource_ids" doc:"As long as one of them is archived, or takes nobody in, so do they together"`
	MinParty    int                  `json:"min_party"`
	MaxParty    int                  `json:"max_party"`
	Position    int                  `json:"position"`
	Active      bool                 `json:"active"`
	Version     int64                `json:"version"`
}

func joinView(j *catalog.Join) JoinView {
	return JoinView{
		ID: j.ID, Name: j.Name, ResourceIDs: j.ResourceIDs, MinParty: j.MinParty, MaxParty: j.MaxParty,
		Position: j.Position, Active: j.Active, Version: j.Version,
	}
}

// ChangedJoin is tables that are put together as they are now, and what the change does.
type ChangedJoin struct {
	JoinView
	ImpactBody
}

type listJoinsInput struct {
	InBusiness
	Paging
}

func (a *API) listJoins(ctx context.Context, in *listJoinsInput) (*data[list[JoinView]], error) {
	var at place
	var after *catalog.Join
	if more, err := in.after(ctx, a, nil, &at); err != nil {
		return nil, err
	} else if more {
		after = &catalog.Join{Position: at.Position, ID: catalog.JoinID(at.ID)}
	}
	rows, err := a.Catalog.Joins(ctx, businessID(ctx), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows, joinView, func(j *catalog.Join) place { return place{j.Position, id.Of[any](j.ID)} })
}

type createJoinInput struct {
	InBusiness
	Keyed
	ImpactQuery
	Body catalog.CreateJoinInput
}

func (a *API) createJoin(ctx context.Context, in *createJoinInput) (*createdOrTried[ChangedJoin], error) {
	bid := businessID(ctx)
	ctx, impact := in.impact(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Join, ChangedJoin]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(j *catalog.Join) ChangedJoin { return ChangedJoin{joinView(j), impactBody(ctx, impact)} },
		Do: func(c *idempotency.Claim) (*catalog.Join, error) {
			return a.Catalog.CreateJoin(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &createdOrTried[ChangedJoin]{in.status(), below(bid, "resource-joins", v.ID), replayedHeader(replayed), v}, nil
}

// InJoin is embedded by inputs about one join.
type InJoin struct {
	InBusiness
	JoinID catalog.JoinID `path:"join_id"`
}

type joinInput struct{ InJoin }

func (a *API) getJoin(ctx context.Context, in *joinInput) (*versioned[JoinView], error) {
	j, err := a.Catalog.Join(ctx, businessID(ctx), in.JoinID)
	if err != nil {
		return nil, err
	}
	return &versioned[JoinView]{etag(j.Version), joinView(j)}, nil
}

type updateJoinInput struct {
	InJoin
	Precondition
	ImpactQuery
	Body catalog.UpdateJoinInput
}

func (a *API) updateJoin(ctx context.Context, in *updateJoinInput) (*versioned[ChangedJoin], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	j, err := a.Catalog.UpdateJoin(ctx, actor(ctx), businessID(ctx), in.JoinID, expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedJoin]{etag(j.Version), ChangedJoin{joinView(j), impactBody(ctx, impact)}}, nil
}

type deleteJoinInput struct {
	InJoin
	Precondition
	ImpactQuery
}

func (a *API) deleteJoin(ctx context.Context, in *deleteJoinInput) (*data[ImpactBody], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	if err := a.Catalog.DeleteJoin(ctx, actor(ctx), businessID(ctx), in.JoinID, expect); err != nil {
		return nil, err
	}
	return &data[ImpactBody]{impactBody(ctx, impact)}, nil
}
