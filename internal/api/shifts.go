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
		Summary: "Replace the weekly shifts of a resource", Description: "An empty week lifts every restriction. Bookings that were made stay.",
	}, a.setShifts)
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
		Authz: mayManageSchedule, IfMatch: true, Status: http.StatusNoContent, Errors: []string{codeSuspended},
		Summary: "Give a resource its weekly shifts back on a date",
	}, a.deleteException)
}

func (a *API) getShifts(ctx context.Context, in *resourceInput) (*versioned[WeekView], error) {
	return versionedWeek(a.Schedule.Shifts(ctx, businessID(ctx), in.ResourceID))
}

type setShiftsInput struct {
	InResource
	Precondition
	Body schedule.WeekInput
}

func (a *API) setShifts(ctx context.Context, in *setShiftsInput) (*versioned[WeekView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedWeek(a.Schedule.SetShifts(ctx, actor(ctx), businessID(ctx), in.ResourceID, expect, in.Body))
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

type setExceptionInput struct {
	InResource
	Precondition
	Date clock.Date `path:"date"`
	Body schedule.ExceptionInput
}

func (a *API) setException(ctx context.Context, in *setExceptionInput) (*versioned[ExceptionView], error) {
	expect, err := in.optional()
	if err != nil {
		return nil, err
	}
	return versionedException(a.Schedule.SetException(ctx, actor(ctx), businessID(ctx), in.ResourceID, in.Date, expect, in.Body))
}

type deleteExceptionInput struct {
	InResource
	Precondition
	Date clock.Date `path:"date"`
}

func (a *API) deleteException(ctx context.Context, in *deleteExceptionInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Schedule.DeleteException(ctx, actor(ctx), businessID(ctx), in.ResourceID, in.Date, expect)
}
