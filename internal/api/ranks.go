package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the grades of staff, by which prices may differ.

const (
	pathRanks = "/businesses/{business_id}/staff-ranks"
	pathRank  = pathRanks + "/{rank_id}"
)

func (a *API) registerRanks() {
	register(a, operation{
		ID: "list-staff-ranks", Method: http.MethodGet, Path: pathRanks, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "The ranks of staff in their order",
	}, a.listRanks)
	register(a, operation{
		ID: "create-staff-rank", Method: http.MethodPost, Path: pathRanks, Tags: tagCatalog, Authz: mayManageCatalog,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Add a rank of staff", Description: "Staff hold a rank (rank_id), and services may have a price of their own for each.",
	}, a.createRank)
	register(a, operation{
		ID: "get-staff-rank", Method: http.MethodGet, Path: pathRank, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "A rank of staff",
	}, a.getRank)
	register(a, operation{
		ID: "update-staff-rank", Method: http.MethodPatch, Path: pathRank, Tags: tagCatalog, Authz: mayManageCatalog,
		IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Change a rank of staff",
	}, a.updateRank)
	register(a, operation{
		ID: "delete-staff-rank", Method: http.MethodDelete, Path: pathRank, Tags: tagCatalog, Authz: mayManageCatalog,
		IfMatch: true, Status: http.StatusNoContent, Errors: []string{codeSuspended, catalog.ErrRankInUse.Code},
		Summary: "Remove a rank of staff", Description: "Only one that no staff hold, archived ones too, and that no price names.",
	}, a.deleteRank)
}

// RankView is a rank of staff.
type RankView struct {
	ID       catalog.RankID `json:"id"`
	Name     locale.Text    `json:"name"`
	Position int            `json:"position"`
	Version  int64          `json:"version"`
}

func rankView(c *catalog.Rank) RankView {
	return RankView{c.ID, c.Name, c.Position, c.Version}
}

type listRanksInput struct {
	InBusiness
	Paging
}

func (a *API) listRanks(ctx context.Context, in *listRanksInput) (*data[list[RankView]], error) {
	var at place
	var after *catalog.Rank
	if more, err := in.after(ctx, a, nil, &at); err != nil {
		return nil, err
	} else if more {
		after = &catalog.Rank{Position: at.Position, ID: catalog.RankID(at.ID)}
	}
	rows, err := a.Catalog.Ranks(ctx, businessID(ctx), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows, rankView,
		func(c *catalog.Rank) place { return place{c.Position, id.Of[any](c.ID)} })
}

type createRankInput struct {
	InBusiness
	Keyed
	Body catalog.CreateLabelInput
}

func (a *API) createRank(ctx context.Context, in *createRankInput) (*created[RankView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Rank, RankView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated, Render: rankView,
		Do: func(c *idempotency.Claim) (*catalog.Rank, error) {
			return a.Catalog.CreateRank(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[RankView]{below(bid, "staff-ranks", v.ID), replayedHeader(replayed), v}, nil
}

// InRank is embedded by inputs about one rank.
type InRank struct {
	InBusiness
	RankID catalog.RankID `path:"rank_id"`
}

type rankInput struct{ InRank }

func (a *API) getRank(ctx context.Context, in *rankInput) (*versioned[RankView], error) {
	return versionedRank(a.Catalog.Rank(ctx, businessID(ctx), in.RankID))
}

type updateRankInput struct {
	InRank
	Precondition
	Body catalog.UpdateLabelInput
}

func (a *API) updateRank(ctx context.Context, in *updateRankInput) (*versioned[RankView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedRank(a.Catalog.UpdateRank(ctx, actor(ctx), businessID(ctx), in.RankID, expect, in.Body))
}

func versionedRank(c *catalog.Rank, err error) (*versioned[RankView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[RankView]{etag(c.Version), rankView(c)}, nil
}

type deleteRankInput struct {
	InRank
	Precondition
}

func (a *API) deleteRank(ctx context.Context, in *deleteRankInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Catalog.DeleteRank(ctx, actor(ctx), businessID(ctx), in.RankID, expect)
}
