package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is when a business is open: weekly hours, and dates that differ.

var tagSchedule = []string{"Schedule"}

const replaceNote = "If-Match names the version of what it replaces; a date that has none yet needs none."

func (a *API) registerSchedule() {
	register(a, operation{
		ID: "get-hours", Method: http.MethodGet, Path: "/businesses/{business_id}/hours", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "Opening hours by weekday, of holidays and of their eves", Description: "Their version is that of the business.",
	}, a.getHours)
	register(a, operation{
		ID: "set-hours", Method: http.MethodPut, Path: "/businesses/{business_id}/hours", Tags: tagSchedule, Authz: mayManageSchedule,
		IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Replace the opening hours",
		Description: "Minutes of the business day, up to 1800 (30:00). Ranges must not overlap, nor reach into those of a day that may follow. " +
			"On a date its special day decides, else a closing rule, else the hours of holidays (a holiday that is an eve as well is a holiday), " +
			"else those of eves, else its weekday. Bookings that were made stay.",
	}, a.setHours)
	a.registerSpecialDays()
	a.registerClosingRules()
	a.registerPeriods()
	a.registerShifts()
}

// HoursView is the opening hours: ranges by weekday, all seven, Sunday first,
// and the two rows beside them.
type HoursView struct {
	Weekly  []schedule.WeekDay `json:"weekly"`
	Holiday *schedule.Row      `json:"holiday" doc:"Of national holidays (祝日); null: as their weekday"`
	Eve     *schedule.Row      `json:"eve" doc:"Of days before a national holiday (祝前日); null: as their weekday"`
}

func hoursView(r *schedule.Rows) HoursView {
	return HoursView{weekDays(&r.Week), r.Holiday, r.Eve}
}

func (a *API) getHours(ctx context.Context, _ *businessInput) (*versioned[HoursView], error) {
	rows, version, err := a.Schedule.Hours(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	return &versioned[HoursView]{etag(version), hoursView(&rows)}, nil
}

type setHoursInput struct {
	InBusiness
	Precondition
	ImpactQuery
	Body schedule.HoursInput
}

// ChangedHours is the opening hours as they are now, and what the change does.
type ChangedHours struct {
	HoursView
	ImpactBody
}

func (a *API) setHours(ctx context.Context, in *setHoursInput) (*versioned[ChangedHours], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	rows, version, err := a.Schedule.SetHours(ctx, actor(ctx), businessID(ctx), expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedHours]{etag(version), ChangedHours{hoursView(&rows), impactBody(ctx, impact)}}, nil
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

// whole is a list that is bounded by its question and comes in one page.
func whole[T, V any](rows []T, view func(*T) V) *data[list[V]] {
	out := list[V]{Items: make([]V, len(rows))}
	for i := range rows {
		out.Items[i] = view(&rows[i])
	}
	return &data[list[V]]{out}
}

// optional is expect for what may not exist yet: nil without a version.
func (m Precondition) optional() (*int64, error) {
	if m.IfMatch == "" {
		return nil, nil //nolint:nilnil // no version is an answer
	}
	n, err := m.expect()
	return &n, err
}
