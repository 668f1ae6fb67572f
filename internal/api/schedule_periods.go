package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is the named parts of the business day: lunch and dinner.

func (a *API) registerPeriods() {
	register(a, operation{
		ID: "get-periods", Method: http.MethodGet, Path: "/businesses/{business_id}/periods", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "Lunch and dinner: the named parts of the business day", Description: "Their version is that of the business.",
	}, a.getPeriods)
	register(a, operation{
		ID: "set-periods", Method: http.MethodPut, Path: "/businesses/{business_id}/periods", Tags: tagSchedule, Authz: mayManageSchedule,
		IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Replace the named parts of the business day",
		Description: "All of them; each gets a new id. Those of one weekday must not overlap. They say how long a table is kept by whoever comes during them " +
			"and open nothing: that is for the hours. Bookings that were made stay.",
	}, a.setPeriods)
}

// PeriodView is a named part of the business day.
type PeriodView struct {
	ID          schedule.PeriodID `json:"id"`
	Name        locale.Text       `json:"name"`
	Weekdays    []int             `json:"weekdays" doc:"0 is Sunday; none: every day"`
	StartMinute int               `json:"start_minute" doc:"Minutes from the start of the business day"`
	EndMinute   int               `json:"end_minute" doc:"The first minute that is outside"`
	TurnMinutes *int              `json:"turn_minutes" doc:"How long a table is kept; null: as the settings say"`
	EndsStay    bool              `json:"ends_stay" doc:"Whoever came during the period leaves at its end"`
}

func periodView(p *schedule.Period) PeriodView { return PeriodView(*p) }

// PeriodsView is all periods of a business, in their order.
type PeriodsView struct {
	Periods []PeriodView `json:"periods"`
}

func periodsView(list []schedule.Period) PeriodsView {
	return PeriodsView{whole(list, periodView).Body.Items}
}

func (a *API) getPeriods(ctx context.Context, _ *businessInput) (*versioned[PeriodsView], error) {
	list, version, err := a.Schedule.Periods(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	return &versioned[PeriodsView]{etag(version), periodsView(list)}, nil
}

type setPeriodsInput struct {
	InBusiness
	Precondition
	ImpactQuery
	Body schedule.PeriodsInput
}

// ChangedPeriods is the periods as they are now, and what the change does.
type ChangedPeriods struct {
	PeriodsView
	ImpactBody
}

func (a *API) setPeriods(ctx context.Context, in *setPeriodsInput) (*versioned[ChangedPeriods], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	list, version, err := a.Schedule.SetPeriods(ctx, actor(ctx), businessID(ctx), expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedPeriods]{etag(version), ChangedPeriods{periodsView(list), impactBody(ctx, impact)}}, nil
}
