package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is the national holidays: by the law, as operators correct them.

func (a *API) registerHolidays() {
	register(a, operation{
		ID: "list-holidays", Method: http.MethodGet, Path: "/public/holidays", Tags: tagDirectory, Authz: public(),
		Summary: "National holidays of a span of dates", Description: "Computed by the law, as the operators correct it.",
	}, a.listHolidays)
	register(a, operation{
		ID: "admin-list-holidays", Method: http.MethodGet, Path: "/admin/holidays", Tags: tagAdmin, Authz: platform(),
		Summary: "National holidays of a span of dates, with what operators said of them",
	}, a.adminListHolidays)
	register(a, operation{
		ID: "admin-get-holiday", Method: http.MethodGet, Path: "/admin/holidays/{date}", Tags: tagAdmin, Authz: platform(),
		Summary: "What an operator said of a date", Description: "Not found where the law decides.",
	}, a.adminGetHoliday)
	register(a, operation{
		ID: "admin-set-holiday", Method: http.MethodPut, Path: "/admin/holidays/{date}", Tags: tagAdmin, Authz: platform(), IfMatch: true,
		Summary: "Make a date a holiday, or none, in every business",
		Description: replaceNote + " A ceremony that was decided after this program was built; a holiday that was moved for a year. " +
			"Bookings that were made stay.",
	}, a.adminSetHoliday)
	register(a, operation{
		ID: "admin-delete-holiday", Method: http.MethodDelete, Path: "/admin/holidays/{date}", Tags: tagAdmin, Authz: platform(), IfMatch: true,
		Status: http.StatusNoContent, Summary: "Let the law decide on a date again",
	}, a.adminDeleteHoliday)
}

// HolidayView is a national holiday.
type HolidayView struct {
	Date clock.Date  `json:"date"`
	Name locale.Text `json:"name"`
}

// holidayCache is how long front ends may keep the holidays.
const holidayCache = "public, max-age=300"

type holidaysInput struct{ Span }

func (a *API) listHolidays(ctx context.Context, in *holidaysInput) (*cached[list[HolidayView]], error) {
	from, to := in.dates(a)
	days, err := a.Holidays.Between(ctx, from, to)
	if err != nil {
		return nil, err
	}
	out := &cached[list[HolidayView]]{CacheControl: holidayCache}
	for i := range days {
		if days[i].Holiday {
			out.Body.Items = append(out.Body.Items, HolidayView{days[i].Date, days[i].Name})
		}
	}
	return out, nil
}

// HolidayOverrideView is what an operator said of a date.
type HolidayOverrideView struct {
	Date      clock.Date  `json:"date"`
	Holiday   bool        `json:"holiday"`
	Name      locale.Text `json:"name,omitempty" doc:"Absent where it is none"`
	Reason    string      `json:"reason"`
	Version   int64       `json:"version"`
	UpdatedAt time.Time   `json:"updated_at"`
}

func holidayOverrideView(o *schedule.HolidayOverride) HolidayOverrideView {
	return HolidayOverrideView{o.Date, o.Holiday, o.Name, o.Reason, o.Version, o.UpdatedAt.UTC()}
}

// AdminHolidayView is a date that is a national holiday, or of which an operator spoke.
type AdminHolidayView struct {
	Date     clock.Date           `json:"date"`
	Holiday  bool                 `json:"holiday"`
	Name     locale.Text          `json:"name,omitempty" doc:"Absent where it is none"`
	Override *HolidayOverrideView `json:"override" doc:"What an operator said of it; null: the law decides"`
}

func adminHolidayView(d *schedule.HolidayDate) AdminHolidayView {
	v := AdminHolidayView{Date: d.Date, Holiday: d.Holiday, Name: d.Name}
	if d.Override != nil {
		o := holidayOverrideView(d.Override)
		v.Override = &o
	}
	return v
}

func (a *API) adminListHolidays(ctx context.Context, in *holidaysInput) (*data[list[AdminHolidayView]], error) {
	from, to := in.dates(a)
	days, err := a.Holidays.Between(ctx, from, to)
	if err != nil {
		return nil, err
	}
	return whole(days, adminHolidayView), nil
}

type adminGetHolidayInput struct {
	Date clock.Date `path:"date"`
}

func (a *API) adminGetHoliday(ctx context.Context, in *adminGetHolidayInput) (*versioned[HolidayOverrideView], error) {
	days, err := a.Holidays.Between(ctx, in.Date, in.Date)
	if err != nil {
		return nil, err
	}
	if len(days) == 0 || days[0].Override == nil {
		return nil, business.ErrNotFound
	}
	return &versioned[HolidayOverrideView]{etag(days[0].Override.Version), holidayOverrideView(days[0].Override)}, nil
}

type adminSetHolidayInput struct {
	Precondition
	Date clock.Date `path:"date"`
	Body schedule.HolidayInput
}

func (a *API) adminSetHoliday(ctx context.Context, in *adminSetHolidayInput) (*versioned[HolidayOverrideView], error) {
	expect, err := in.optional()
	if err != nil {
		return nil, err
	}
	o, err := a.Holidays.Set(ctx, actor(ctx), in.Date, expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[HolidayOverrideView]{etag(o.Version), holidayOverrideView(o)}, nil
}

type adminDeleteHolidayInput struct {
	Precondition
	Date   clock.Date `path:"date"`
	Reason string     `query:"reason" required:"true" minLength:"1" maxLength:"500" doc:"For the trail"`
}

func (a *API) adminDeleteHoliday(ctx context.Context, in *adminDeleteHolidayInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Holidays.Delete(ctx, actor(ctx), in.Date, expect, in.Reason)
}
