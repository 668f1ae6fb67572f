package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is the shift table: who works when, and edits of weeks and months.

func (a *API) registerShiftTable() {
	register(a, operation{
		ID: "get-shift-table", Method: http.MethodGet, Path: "/businesses/{business_id}/shifts", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary:     "Who works when: the active staff by date",
		Description: "The effective shifts, with what decides each date. Of leave it tells that there is one, not why.",
	}, a.getShiftTable)
	register(a, operation{
		ID: "edit-shifts", Method: http.MethodPost, Path: "/businesses/{business_id}/shifts/bulk", Tags: tagSchedule, Authz: mayManageSchedule,
		Idempotent: true, Errors: []string{codeSuspended},
		Summary: "Write the shifts of a week or a month by date",
		Description: "For many resources and dates in one transaction: set the same ranges, copy another week or month, or go back to the weekly shifts. " +
			"What was written for these dates before is replaced. Leave and breaks stay, and so do bookings that were made.",
	}, a.editShifts)
}

// TableDayView is one date of the business.
type TableDayView struct {
	Date  clock.Date       `json:"date"`
	Hours []schedule.Range `json:"hours" doc:"When the business is open; none: closed"`
}

// ShiftCellView is one date of a staff member.
type ShiftCellView struct {
	Date   clock.Date       `json:"date"`
	Ranges []schedule.Range `json:"ranges" doc:"Works, without breaks; none: not at all"`
	Breaks []schedule.Range `json:"breaks" doc:"Pauses within the shift"`
	Source schedule.Source  `json:"source" enum:"leave,by_date,weekly,open" doc:"What decides: leave; a shift by date; the weekly shifts; or nothing, so that the hours of the business hold"`
}

// ShiftRowView is the dates of a staff member.
type ShiftRowView struct {
	ResourceID catalog.ResourceID `json:"resource_id"`
	Name       locale.Text        `json:"name"`
	Dates      []ShiftCellView    `json:"dates" doc:"All dates asked for, in order"`
}

// ShiftTableView is who works when.
type ShiftTableView struct {
	Days       []TableDayView `json:"days" doc:"All dates asked for, in order"`
	Items      []ShiftRowView `json:"items" doc:"Staff in their order"`
	NextCursor *string        `json:"next_cursor" doc:"Gets the next staff; null at the end"`
}

func shiftRowView(r *schedule.TableRow) ShiftRowView {
	v := ShiftRowView{ResourceID: r.Resource.ID, Name: r.Resource.Name, Dates: make([]ShiftCellView, len(r.Cells))}
	for i, c := range r.Cells {
		v.Dates[i] = ShiftCellView{c.Date, c.Ranges, c.Breaks, c.Source}
	}
	return v
}

type shiftTableInput struct {
	InBusiness
	Paging
	From clock.Date `query:"from" required:"true" doc:"First date" example:"2026-12-01"`
	To   clock.Date `query:"to" required:"true" doc:"Last date, at most 31 days" example:"2026-12-07"`
}

func (a *API) getShiftTable(ctx context.Context, in *shiftTableInput) (*data[ShiftTableView], error) {
	filter := []any{in.From, in.To}
	var at place
	var after *catalog.Resource
	if more, err := in.after(ctx, a, filter, &at); err != nil {
		return nil, err
	} else if more {
		after = &catalog.Resource{Position: at.Position, ID: catalog.ResourceID(at.ID)}
	}
	table, err := a.Schedule.ShiftTable(ctx, businessID(ctx), in.From, in.To, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(ctx, a, in.Paging, filter, table.Rows, shiftRowView,
		func(r *schedule.TableRow) place { return place{r.Resource.Position, id.Of[any](r.Resource.ID)} })
	if err != nil {
		return nil, err
	}
	v := ShiftTableView{Days: make([]TableDayView, len(table.Days)), Items: page.Body.Items, NextCursor: page.Body.NextCursor}
	for i, d := range table.Days {
		v.Days[i] = TableDayView{d.Date, d.Hours}
	}
	return &data[ShiftTableView]{v}, nil
}

type editShiftsInput struct {
	InBusiness
	Keyed
	ImpactQuery
	Body schedule.BulkInput
}

// EditedShiftsView is what a bulk edit did.
type EditedShiftsView struct {
	Changed int `json:"changed" doc:"How many dates changed, each one counted for each resource"`
	ImpactBody
}

func (a *API) editShifts(ctx context.Context, in *editShiftsInput) (*outcome[EditedShiftsView], error) {
	bid := businessID(ctx)
	ctx, impact := in.impact(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*schedule.BulkDone, EditedShiftsView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusOK,
		Render: func(d *schedule.BulkDone) EditedShiftsView {
			return EditedShiftsView{d.Changed, impactBody(ctx, impact)}
		},
		Do: func(c *idempotency.Claim) (*schedule.BulkDone, error) {
			return a.Schedule.EditShifts(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &outcome[EditedShiftsView]{replayedHeader(replayed), v}, nil
}
