package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is when a resource works: weekly shifts, and dates that differ.

func (a *API) registerShifts() {
	register(a, operation{
		ID: "get-shifts", Method: http.MethodGet, Path: "/businesses/{business_id}/resources/{resource_id}/shifts", Tags: tagSchedule,
		Authz: mayReadSchedule, Summary: "Weekly shifts of a resource",
		Description: "Their version is that of the resource. A resource without any works whenever the business is open.",
	}, a.getShifts)
	register(a, operation{
		ID: "set-shifts", Method: http.MethodPut, Path: "/businesses/{business_id}/resources/{resource_id}/shifts", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Replace the weekly shifts of a resource",
		Description: "One week, or up to four that take turns (A and B weeks), each from Monday to Sunday and counted from the week of anchor_date. " +
			"Weeks without any range lift every restriction. Bookings that were made stay.",
	}, a.setShifts)
	register(a, operation{
		ID: "get-breaks", Method: http.MethodGet, Path: "/businesses/{business_id}/resources/{resource_id}/breaks", Tags: tagSchedule,
		Authz: mayReadSchedule, Summary: "Breaks of a resource by weekday", Description: "Their version is that of the resource.",
	}, a.getBreaks)
	register(a, operation{
		ID: "set-breaks", Method: http.MethodPut, Path: "/businesses/{business_id}/resources/{resource_id}/breaks", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary:     "Replace the breaks of a resource",
		Description: "They are taken out of its weekly shifts and of its shifts by date alike. Bookings that were made stay.",
	}, a.setBreaks)
	register(a, operation{
		ID: "list-exceptions", Method: http.MethodGet, Path: "/businesses/{business_id}/resources/{resource_id}/exceptions", Tags: tagSchedule,
		Authz: mayReadSchedule, Summary: "Dates on which a resource works unlike its week",
	}, a.listExceptions)
	register(a, operation{
		ID: "get-exception", Method: http.MethodGet, Path: "/businesses/{business_id}/resources/{resource_id}/exceptions/{date}", Tags: tagSchedule,
		Authz: mayReadSchedule, Summary: "A date on which a resource works unlike its week",
	}, a.getException)
	register(a, operation{
		ID: "set-exception", Method: http.MethodPut, Path: "/businesses/{business_id}/resources/{resource_id}/exceptions/{date}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Set when a resource works on a date", Description: replaceNote,
	}, a.setException)
	register(a, operation{
		ID: "delete-exception", Method: http.MethodDelete, Path: "/businesses/{business_id}/resources/{resource_id}/exceptions/{date}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Give a resource its weekly shifts back on a date",
	}, a.deleteException)
	a.registerShiftTable()
	a.registerLeaves()
}

// TurnView is one of the weeks that take turns: ranges by weekday, all seven, Sunday first.
type TurnView struct {
	Weekly []schedule.WeekDay `json:"weekly"`
}

// ShiftsView is the weekly shifts of a resource.
type ShiftsView struct {
	Weekly     []schedule.WeekDay `json:"weekly" doc:"Of the first week: ranges by weekday, all seven, Sunday first"`
	Weeks      []TurnView         `json:"weeks" doc:"All weeks that take turns, from Monday to Sunday each; mostly one"`
	AnchorDate *clock.Date        `json:"anchor_date" doc:"A day of the first week; null where there is only one" nullable:"true"`
}

func shiftsView(p *schedule.Pattern) ShiftsView {
	weeks := p.Weeks
	if len(weeks) == 0 {
		weeks = make([]schedule.Week, 1)
	}
	v := ShiftsView{Weeks: make([]TurnView, len(weeks))}
	for i := range weeks {
		v.Weeks[i].Weekly = weekDays(&weeks[i])
	}
	v.Weekly = v.Weeks[0].Weekly
	if len(weeks) > 1 {
		v.AnchorDate = &p.Anchor
	}
	return v
}

func weekDays(w *schedule.Week) []schedule.WeekDay {
	out := make([]schedule.WeekDay, len(w))
	for d := range w {
		out[d] = schedule.WeekDay{Weekday: d, Ranges: w[d]}
	}
	return out
}

func versionedShifts(p schedule.Pattern, version int64, err error) (*versioned[ShiftsView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[ShiftsView]{etag(version), shiftsView(&p)}, nil
}

func (a *API) getShifts(ctx context.Context, in *resourceInput) (*versioned[ShiftsView], error) {
	return versionedShifts(a.Schedule.Shifts(ctx, businessID(ctx), in.ResourceID))
}

// ChangedShifts are the weekly shifts as they were changed, and whom that concerns.
type ChangedShifts struct {
	ShiftsView
	ImpactBody
}

type setShiftsInput struct {
	InResource
	Precondition
	ImpactQuery
	Body schedule.ShiftsInput
}

func (a *API) setShifts(ctx context.Context, in *setShiftsInput) (*versioned[ChangedShifts], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	v, err := versionedShifts(a.Schedule.SetShifts(ctx, actor(ctx), businessID(ctx), in.ResourceID, expect, in.Body))
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedShifts]{v.ETag, ChangedShifts{v.Body, impactBody(ctx, impact)}}, nil
}

// BreaksView is the breaks of a resource by weekday, all seven, Sunday first.
type BreaksView struct {
	Weekly []schedule.WeekDay `json:"weekly"`
}

func versionedBreaks(w schedule.Week, version int64, err error) (*versioned[BreaksView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[BreaksView]{etag(version), BreaksView{weekDays(&w)}}, nil
}

func (a *API) getBreaks(ctx context.Context, in *resourceInput) (*versioned[BreaksView], error) {
	return versionedBreaks(a.Schedule.Breaks(ctx, businessID(ctx), in.ResourceID))
}

// ChangedBreaks are the breaks as they were changed, and whom that concerns.
type ChangedBreaks struct {
	BreaksView
	ImpactBody
}

type setBreaksInput struct {
	InResource
	Precondition
	ImpactQuery
	Body schedule.BreaksInput
}

func (a *API) setBreaks(ctx context.Context, in *setBreaksInput) (*versioned[ChangedBreaks], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	v, err := versionedBreaks(a.Schedule.SetBreaks(ctx, actor(ctx), businessID(ctx), in.ResourceID, expect, in.Body))
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedBreaks]{v.ETag, ChangedBreaks{v.Body, impactBody(ctx, impact)}}, nil
}

// ExceptionView replaces the weekly shifts of a resource on a date.
type ExceptionView struct {
	Date    clock.Date       `json:"date"`
	Ranges  []schedule.Range `json:"ranges" doc:"None: does not work"`
	Note    string           `json:"note"`
	Version int64            `json:"version"`
}

func exceptionView(e *schedule.Exception) ExceptionView {
	return ExceptionView{e.Date, e.Ranges, e.Note, e.Version}
}

type listExceptionsInput struct {
	InResource
	Span
}

func (a *API) listExceptions(ctx context.Context, in *listExceptionsInput) (*data[list[ExceptionView]], error) {
	from, to := in.dates(a)
	rows, err := a.Schedule.Exceptions(ctx, businessID(ctx), in.ResourceID, from, to)
	if err != nil {
		return nil, err
	}
	return whole(rows, exceptionView), nil
}

type exceptionInput struct {
	InResource
	Date clock.Date `path:"date"`
}

func (a *API) getException(ctx context.Context, in *exceptionInput) (*versioned[ExceptionView], error) {
	return versionedException(a.Schedule.Exception(ctx, businessID(ctx), in.ResourceID, in.Date))
}

func versionedException(e *schedule.Exception, err error) (*versioned[ExceptionView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[ExceptionView]{etag(e.Version), exceptionView(e)}, nil
}

// ChangedException is a date as it was changed, and whom that concerns.
type ChangedException struct {
	ExceptionView
	ImpactBody
}

type setExceptionInput struct {
	InResource
	Precondition
	ImpactQuery
	Date clock.Date `path:"date"`
	Body schedule.ExceptionInput
}

func (a *API) setException(ctx context.Context, in *setExceptionInput) (*versioned[ChangedException], error) {
	expect, err := in.optional()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	e, err := a.Schedule.SetException(ctx, actor(ctx), businessID(ctx), in.ResourceID, in.Date, expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedException]{etag(e.Version), ChangedException{exceptionView(e), impactBody(ctx, impact)}}, nil
}

type deleteExceptionInput struct {
	InResource
	Precondition
	ImpactQuery
	Date clock.Date `path:"date"`
}

func (a *API) deleteException(ctx context.Context, in *deleteExceptionInput) (*data[ImpactBody], error) {
	return in.told(ctx, in.Precondition, func(ctx context.Context, expect int64) error {
		return a.Schedule.DeleteException(ctx, actor(ctx), businessID(ctx), in.ResourceID, in.Date, expect)
	})
}
