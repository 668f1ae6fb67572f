package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is the dates on which a business is open unlike its ordinary hours.

func (a *API) registerSpecialDays() {
	register(a, operation{
		ID: "list-special-days", Method: http.MethodGet, Path: "/businesses/{business_id}/special-days", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "Dates that replace the ordinary hours",
	}, a.listSpecialDays)
	register(a, operation{
		ID: "set-special-days", Method: http.MethodPut, Path: "/businesses/{business_id}/special-days", Tags: tagSchedule,
		Authz: mayManageSchedule, Errors: []string{codeSuspended, "schedule.special_days_exist"},
		Summary: "Open or close several dates alike",
		Description: "All of them or none. A date that is the same special day already stays as it is, so that a request may be sent again; " +
			"one that is another refuses the request, unless `replace` is true. No versions are named: `replace` says what to do about those of others.",
	}, a.setSpecialDays)
	register(a, operation{
		ID: "delete-special-days", Method: http.MethodDelete, Path: "/businesses/{business_id}/special-days", Tags: tagSchedule,
		Authz: mayManageSchedule, Errors: []string{codeSuspended},
		Summary: "Give the dates of a span their ordinary hours back", Description: "Whoever changed them. It answers those that were special days.",
	}, a.deleteSpecialDays)
	register(a, operation{
		ID: "get-special-day", Method: http.MethodGet, Path: "/businesses/{business_id}/special-days/{date}", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "A date that replaces the ordinary hours",
	}, a.getSpecialDay)
	register(a, operation{
		ID: "set-special-day", Method: http.MethodPut, Path: "/businesses/{business_id}/special-days/{date}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Open or close a date unlike the ordinary hours", Description: replaceNote,
	}, a.setSpecialDay)
	register(a, operation{
		ID: "delete-special-day", Method: http.MethodDelete, Path: "/businesses/{business_id}/special-days/{date}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Give a date its ordinary hours back",
	}, a.deleteSpecialDay)
}

// SpecialDayView replaces the ordinary hours of a date.
type SpecialDayView struct {
	Date    clock.Date       `json:"date"`
	Ranges  []schedule.Range `json:"ranges" doc:"None: closed"`
	Note    locale.Text      `json:"note,omitempty"`
	Version int64            `json:"version"`
}

func specialDayView(d *schedule.SpecialDay) SpecialDayView {
	return SpecialDayView{d.Date, d.Ranges, d.Note, d.Version}
}

type spanInput struct {
	InBusiness
	Span
}

func (a *API) listSpecialDays(ctx context.Context, in *spanInput) (*data[list[SpecialDayView]], error) {
	from, to := in.dates(a)
	days, err := a.Schedule.SpecialDays(ctx, businessID(ctx), from, to)
	if err != nil {
		return nil, err
	}
	return whole(days, specialDayView), nil
}

// ChangedSpecialDays is some special days, and what their change does.
type ChangedSpecialDays struct {
	Items []SpecialDayView `json:"items"`
	ImpactBody
}

func changedSpecialDays(days []schedule.SpecialDay, impact ImpactBody) *data[ChangedSpecialDays] {
	return &data[ChangedSpecialDays]{ChangedSpecialDays{whole(days, specialDayView).Body.Items, impact}}
}

type setSpecialDaysInput struct {
	InBusiness
	ImpactQuery
	Body schedule.SpecialDaysInput
}

func (a *API) setSpecialDays(ctx context.Context, in *setSpecialDaysInput) (*data[ChangedSpecialDays], error) {
	ctx, impact := in.impact(ctx)
	days, err := a.Schedule.SetSpecialDays(ctx, actor(ctx), businessID(ctx), in.Body)
	if err != nil {
		return nil, err
	}
	return changedSpecialDays(days, impactBody(ctx, impact)), nil
}

type deleteSpecialDaysInput struct {
	InBusiness
	ImpactQuery
	From clock.Date `query:"from" required:"true" doc:"First date"`
	To   clock.Date `query:"to" required:"true" doc:"Last date, at most 92 days"`
}

func (a *API) deleteSpecialDays(ctx context.Context, in *deleteSpecialDaysInput) (*data[ChangedSpecialDays], error) {
	var v fault.Fields
	v.Check(!in.From.IsZero(), "query.from", "required")
	v.Check(!in.To.IsZero(), "query.to", "required")
	if err := v.Err(); err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	days, err := a.Schedule.DeleteSpecialDays(ctx, actor(ctx), businessID(ctx), in.From, in.To)
	if err != nil {
		return nil, err
	}
	return changedSpecialDays(days, impactBody(ctx, impact)), nil
}

type specialDayInput struct {
	InBusiness
	Date clock.Date `path:"date"`
}

func (a *API) getSpecialDay(ctx context.Context, in *specialDayInput) (*versioned[SpecialDayView], error) {
	d, err := a.Schedule.SpecialDay(ctx, businessID(ctx), in.Date)
	if err != nil {
		return nil, err
	}
	return &versioned[SpecialDayView]{etag(d.Version), specialDayView(d)}, nil
}

type setSpecialDayInput struct {
	InBusiness
	Precondition
	ImpactQuery
	Date clock.Date `path:"date"`
	Body schedule.SpecialDayInput
}

// ChangedSpecialDay is a special day as it is now, and what the change does.
type ChangedSpecialDay struct {
	SpecialDayView
	ImpactBody
}

func (a *API) setSpecialDay(ctx context.Context, in *setSpecialDayInput) (*versioned[ChangedSpecialDay], error) {
	expect, err := in.optional()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	d, err := a.Schedule.SetSpecialDay(ctx, actor(ctx), businessID(ctx), in.Date, expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedSpecialDay]{etag(d.Version), ChangedSpecialDay{specialDayView(d), impactBody(ctx, impact)}}, nil
}

type deleteSpecialDayInput struct {
	InBusiness
	Precondition
	ImpactQuery
	Date clock.Date `path:"date"`
}

func (a *API) deleteSpecialDay(ctx context.Context, in *deleteSpecialDayInput) (*data[ImpactBody], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	if err := a.Schedule.DeleteSpecialDay(ctx, actor(ctx), businessID(ctx), in.Date, expect); err != nil {
		return nil, err
	}
	return &data[ImpactBody]{impactBody(ctx, impact)}, nil
}
