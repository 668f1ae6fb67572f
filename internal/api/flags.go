package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/flag"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// This file is how operators switch features on.

func (a *API) registerFlags() {
	register(a, operation{
		ID: "list-flags", Method: http.MethodGet, Path: "/admin/flags", Tags: tagAdmin, Authz: platform(),
		Summary: "The feature flags of this program, by name",
	}, a.listFlags)
	register(a, operation{
		ID: "get-flag", Method: http.MethodGet, Path: "/admin/flags/{flag}", Tags: tagAdmin, Authz: platform(),
		Summary: "A feature flag",
	}, a.getFlag)
	register(a, operation{
		ID: "set-flag", Method: http.MethodPut, Path: "/admin/flags/{flag}", Tags: tagAdmin, Authz: platform(), IfMatch: true,
		Summary: "Set how far a feature flag is on",
		Description: "`killed` beats all; `business_ids` are in whatever the percentage. A growing percentage keeps whom it had. " +
			"Holds within half a minute in every process.",
	}, a.setFlag)
}

// FlagView is a feature flag and how far it is on.
type FlagView struct {
	Name        string       `json:"name" example:"business_api_keys"`
	What        string       `json:"what" doc:"What is different where it is on"`
	Owner       string       `json:"owner" doc:"Who answers for it"`
	RemoveBy    clock.Date   `json:"remove_by" doc:"The last day on which it may be in the program"`
	Killed      bool         `json:"killed" doc:"Off for all, whatever else is set"`
	Percent     int          `json:"percent" doc:"On for so many of all businesses"`
	BusinessIDs []id.Of[any] `json:"business_ids" doc:"On for these"`
	Version     int64        `json:"version"`
	UpdatedAt   *time.Time   `json:"updated_at" doc:"Null: never set"`
}

func flagView(d *flag.Described) FlagView {
	v := FlagView{
		Name: d.Flag.Name, What: d.What, Owner: d.Owner, RemoveBy: d.Remove, Killed: d.Killed, Percent: d.Percent,
		BusinessIDs: d.Businesses, Version: d.Version,
	}
	if !d.UpdatedAt.IsZero() {
		v.UpdatedAt = inZone(&d.UpdatedAt, time.UTC)
	}
	return v
}

func (a *API) listFlags(ctx context.Context, in *struct{ Paging }) (*data[list[FlagView]], error) {
	var after string
	if _, err := in.after(ctx, a, nil, &after); err != nil {
		return nil, err
	}
	all, err := a.Flags.List(ctx)
	if err != nil {
		return nil, err
	}
	for len(all) > 0 && strings.Compare(all[0].Flag.Name, after) <= 0 {
		all = all[1:]
	}
	return pageOf(ctx, a, in.Paging, nil, all, flagView, func(d *flag.Described) string { return d.Flag.Name })
}

type flagInput struct {
	Flag string `path:"flag" maxLength:"100" example:"business_api_keys"`
}

func (a *API) getFlag(ctx context.Context, in *flagInput) (*versioned[FlagView], error) {
	return versionedFlag(a.Flags.Get(ctx, in.Flag))
}

// FlagBody is how far a flag shall be on, all of it.
type FlagBody struct {
	Killed      bool         `json:"killed"`
	Percent     int          `json:"percent" minimum:"0" maximum:"100" example:"10"`
	BusinessIDs []id.Of[any] `json:"business_ids,omitempty" maxItems:"200"`
	Reason      string       `json:"reason" doc:"For the trail" minLength:"1" maxLength:"500"`
}

type setFlagInput struct {
	Precondition
	Flag string `path:"flag" maxLength:"100" example:"business_api_keys"`
	Body FlagBody
}

func (a *API) setFlag(ctx context.Context, in *setFlagInput) (*versioned[FlagView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedFlag(a.Flags.Set(ctx, actor(ctx), in.Flag, expect, flag.SetInput{
		Killed: in.Body.Killed, Percent: in.Body.Percent, Businesses: in.Body.BusinessIDs, Reason: in.Body.Reason,
	}))
}

func versionedFlag(d flag.Described, err error) (*versioned[FlagView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[FlagView]{etag(d.Version), flagView(&d)}, nil
}
