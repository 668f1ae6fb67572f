package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is when a business is open: weekly hours, and dates that differ.

var tagSchedule = []string{"Schedule"}

const replaceNote = "If-Match names the version of what it replaces; a date that has none yet needs none."

func (a *API) registerSchedule() {
	register(a, operation{
		ID: "get-hours", Method: http.MethodGet, Path: "/businesses/{business_id}/hours", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "Weekly opening hours", Description: "Their version is that of the business.",
	}, a.getHours)
	register(a, operation{
		ID: "set-hours", Method: http.MethodPut, Path: "/businesses/{business_id}/hours", Tags: tagSchedule, Authz: mayManageSchedule,
		IfMatch: true, Errors: []string{codeSuspended},
		Summary:     "Replace the weekly opening hours",
		Description: "Minutes of the business day, up to 1800 (30:00). Ranges must not overlap, nor reach into the next day's. Bookings that were made stay.",
	}, a.setHours)
	register(a, operation{
		ID: "list-special-days", Method: http.MethodGet, Path: "/businesses/{business_id}/special-days", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "Dates that replace the weekly hours",
	}, a.listSpecialDays)
	register(a, operation{
		ID: "get-special-day", Method: http.MethodGet, Path: "/businesses/{business_id}/special-days/{date}", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "A date that replaces the weekly hours",
	}, a.getSpecialDay)
	register(a, operation{
		ID: "set-special-day", Method: http.MethodPut, Path: "/businesses/{business_id}/special-days/{date}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Open or close a date unlike the week", Description: replaceNote,
	}, a.setSpecialDay)
	register(a, operation{
		ID: "delete-special-day", Method: http.MethodDelete, Path: "/businesses/{business_id}/special-days/{date}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Status: http.StatusNoContent, Errors: []string{codeSuspended},
		Summary: "Give a date its weekly hours back",
	}, a.deleteSpecialDay)
	a.registerShifts()
}

// WeekView is ranges by weekday, all seven, Sunday first.
type WeekView struct {
	Weekly []schedule.WeekDay `json:"weekly"`
}

func weekView(w *schedule.Week) WeekView {
	v := WeekView{Weekly: make([]schedule.WeekDay, len(w))}
	for d := range w {
		v.Weekly[d] = schedule.WeekDay{Weekday: d, Ranges: w[d]}
	}
	return v
}

func versionedWeek(w schedule.Week, version int64, err error) (*versioned[WeekView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[WeekView]{etag(version), weekView(&w)}, nil
}

func (a *API) getHours(ctx context.Context, _ *businessInput) (*versioned[WeekView], error) {
	return versionedWeek(a.Schedule.Hours(ctx, businessID(ctx)))
}

type setHoursInput struct {
	InBusiness
	Precondition
	Body schedule.WeekInput
}

func (a *API) setHours(ctx context.Context, in *setHoursInput) (*versioned[WeekView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedWeek(a.Schedule.SetHours(ctx, actor(ctx), businessID(ctx), expect, in.Body))
}

// Span is embedded by inputs that ask for dates.
type Span struct {
	From clock.Date `query:"from" doc:"First date; yesterday when left out"`
	To   clock.Date `query:"to" doc:"Last date, at most 92 days; as far as possible when left out"`
}

// dates fills in what was left out.
func (s Span) dates(a *API) (from, to clock.Date) {
	from, to = s.From, s.To
	switch {
	case from.IsZero() && to.IsZero():
		from = clock.DateOf(a.Clock.Now()).AddDays(-1)
	case from.IsZero():
		from = to.AddDays(1 - schedule.MaxDays)
	}
	if to.IsZero() {
		to = from.AddDays(schedule.MaxDays - 1)
	}
	return from, to
}

// SpecialDayView replaces the weekly hours of a date.
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

// whole is a list that is bounded by its question and comes in one page.
func whole[T, V any](rows []T, view func(*T) V) *data[list[V]] {
	out := list[V]{Items: make([]V, len(rows))}
	for i := range rows {
		out.Items[i] = view(&rows[i])
	}
	return &data[list[V]]{out}
}

type specialDayInput struct {
	InBusiness
	Date clock.Date `path:"date"`
}

func (a *API) getSpecialDay(ctx context.Context, in *specialDayInput) (*versioned[SpecialDayView], error) {
	return versionedSpecialDay(a.Schedule.SpecialDay(ctx, businessID(ctx), in.Date))
}

func versionedSpecialDay(d *schedule.SpecialDay, err error) (*versioned[SpecialDayView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[SpecialDayView]{etag(d.Version), specialDayView(d)}, nil
}

type setSpecialDayInput struct {
	InBusiness
	Precondition
	Date clock.Date `path:"date"`
	Body schedule.SpecialDayInput
}

func (a *API) setSpecialDay(ctx context.Context, in *setSpecialDayInput) (*versioned[SpecialDayView], error) {
	expect, err := in.optional()
	if err != nil {
		return nil, err
	}
	return versionedSpecialDay(a.Schedule.SetSpecialDay(ctx, actor(ctx), businessID(ctx), in.Date, expect, in.Body))
}

// optional is expect for what may not exist yet: nil without a version.
func (m Precondition) optional() (*int64, error) {
	if m.IfMatch == "" {
		return nil, nil //nolint:nilnil // no version is an answer
	}
	n, err := m.expect()
	return &n, err
}

type deleteSpecialDayInput struct {
	InBusiness
	Precondition
	Date clock.Date `path:"date"`
}

func (a *API) deleteSpecialDay(ctx context.Context, in *deleteSpecialDayInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Schedule.DeleteSpecialDay(ctx, actor(ctx), businessID(ctx), in.Date, expect)
}
