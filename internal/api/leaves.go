package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is the leave of staff: whole business days, whatever shifts say.

func (a *API) registerLeaves() {
	const one = "/businesses/{business_id}/leaves/{leave_id}"
	register(a, operation{
		ID: "list-leaves", Method: http.MethodGet, Path: "/businesses/{business_id}/leaves", Tags: tagSchedule, Authz: mayReadLeaves,
		Summary: "Leave of the staff", Description: "All that touches the dates, by its first one. Staff see their own.",
	}, a.listLeaves)
	register(a, operation{
		ID: "create-leave", Method: http.MethodPost, Path: "/businesses/{business_id}/leaves", Tags: tagSchedule, Authz: mayManageLeaves,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Enter leave of a staff member", Description: "It goes before shifts of any kind. Bookings that were made stay.",
	}, a.createLeave)
	register(a, operation{
		ID: "get-leave", Method: http.MethodGet, Path: one, Tags: tagSchedule, Authz: mayReadLeaves,
		Summary: "A leave", Description: "Staff see their own.",
	}, a.getLeave)
	register(a, operation{
		ID: "update-leave", Method: http.MethodPatch, Path: one, Tags: tagSchedule, Authz: mayManageLeaves,
		IfMatch: true, Errors: []string{codeSuspended}, Summary: "Change a leave",
	}, a.updateLeave)
	register(a, operation{
		ID: "delete-leave", Method: http.MethodDelete, Path: one, Tags: tagSchedule, Authz: mayManageLeaves,
		IfMatch: true, Errors: []string{codeSuspended}, Summary: "Take a leave back",
	}, a.deleteLeave)
}

// LeaveView is consecutive business days on which a staff member does not work.
type LeaveView struct {
	ID         schedule.LeaveID   `json:"id"`
	ResourceID catalog.ResourceID `json:"resource_id"`
	FromDate   clock.Date         `json:"from_date"`
	ToDate     clock.Date         `json:"to_date" doc:"Included"`
	Kind       schedule.LeaveKind `json:"kind" enum:"paid,sick,other"`
	Note       string             `json:"note"`
	Version    int64              `json:"version"`
}

func leaveView(l *schedule.Leave) LeaveView {
	return LeaveView{l.ID, l.ResourceID, l.FromDate, l.ToDate, l.Kind, l.Note, l.Version}
}

// ownResource is the resource that the actor is bound to, nil for who may see all.
func ownResource(a tenant.Actor) *catalog.ResourceID {
	if !a.Own {
		return nil
	}
	rid := catalog.ResourceID(a.Staff)
	return &rid
}

type listLeavesInput struct {
	InBusiness
	Paging
	Span
	ResourceID catalog.ResourceID `query:"resource_id" doc:"Of this staff member only"`
}

// leavePlace is a position in a list of leaves.
type leavePlace struct {
	From clock.Date       `json:"f"`
	ID   schedule.LeaveID `json:"i"`
}

func (a *API) listLeaves(ctx context.Context, in *listLeavesInput) (*data[list[LeaveView]], error) {
	from, to := in.dates(a)
	filter := []any{from, to, in.ResourceID}
	var at leavePlace
	var after *schedule.Leave
	if more, err := in.after(ctx, a, filter, &at); err != nil {
		return nil, err
	} else if more {
		after = &schedule.Leave{ID: at.ID, FromDate: at.From}
	}
	of := ownResource(actor(ctx))
	if !in.ResourceID.IsZero() {
		if of != nil && *of != in.ResourceID {
			return &data[list[LeaveView]]{list[LeaveView]{Items: []LeaveView{}}}, nil
		}
		of = &in.ResourceID
	}
	rows, err := a.Schedule.Leaves(ctx, businessID(ctx), from, to, of, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, filter, rows, leaveView, func(l *schedule.Leave) leavePlace { return leavePlace{l.FromDate, l.ID} })
}

// ChangedLeave is a leave as it was written, and whom that concerns.
type ChangedLeave struct {
	LeaveView
	ImpactBody
}

type createLeaveInput struct {
	InBusiness
	Keyed
	ImpactQuery
	Body schedule.CreateLeaveInput
}

func (a *API) createLeave(ctx context.Context, in *createLeaveInput) (*createdOrTried[ChangedLeave], error) {
	bid := businessID(ctx)
	ctx, impact := in.impact(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*schedule.Leave, ChangedLeave]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(l *schedule.Leave) ChangedLeave { return ChangedLeave{leaveView(l), impactBody(ctx, impact)} },
		Do: func(c *idempotency.Claim) (*schedule.Leave, error) {
			return a.Schedule.CreateLeave(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &createdOrTried[ChangedLeave]{in.status(), below(bid, "leaves", v.ID), replayedHeader(replayed), v}, nil
}

// InLeave is embedded by inputs about one leave.
type InLeave struct {
	InBusiness
	LeaveID schedule.LeaveID `path:"leave_id"`
}

func (a *API) getLeave(ctx context.Context, in *struct{ InLeave }) (*versioned[LeaveView], error) {
	return versionedLeave(a.Schedule.Leave(ctx, businessID(ctx), in.LeaveID, ownResource(actor(ctx))))
}

func versionedLeave(l *schedule.Leave, err error) (*versioned[LeaveView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[LeaveView]{etag(l.Version), leaveView(l)}, nil
}

type updateLeaveInput struct {
	InLeave
	Precondition
	ImpactQuery
	Body schedule.UpdateLeaveInput
}

func (a *API) updateLeave(ctx context.Context, in *updateLeaveInput) (*versioned[ChangedLeave], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	l, err := a.Schedule.UpdateLeave(ctx, actor(ctx), businessID(ctx), in.LeaveID, expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedLeave]{etag(l.Version), ChangedLeave{leaveView(l), impactBody(ctx, impact)}}, nil
}

type deleteLeaveInput struct {
	InLeave
	Precondition
	ImpactQuery
}

func (a *API) deleteLeave(ctx context.Context, in *deleteLeaveInput) (*data[ImpactBody], error) {
	return in.told(ctx, in.Precondition, func(ctx context.Context, expect int64) error {
		return a.Schedule.DeleteLeave(ctx, actor(ctx), businessID(ctx), in.LeaveID, expect)
	})
}
