package schedule

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	upsertSpecialDays = pg.Register("schedule.upsert_special_days",
		`INSERT INTO special_days (business_id, date, ranges, note, version)
		 SELECT $1, x.d, $3, $4, v.version FROM schedule_versions v, unnest($2::date[]) AS x (d) WHERE v.business_id = $1
		 ON CONFLICT (business_id, date) DO UPDATE SET ranges = excluded.ranges, note = excluded.note, version = excluded.version
		 RETURNING version`)
	deleteSpecialDays = pg.Register("schedule.delete_special_days",
		`DELETE FROM special_days WHERE business_id = $1 AND date BETWEEN $2::date AND $3::date`)
)

// SpecialDaysInput opens or closes several dates alike: the dates of a span,
// perhaps only some weekdays of it, or the dates of a list.
type SpecialDaysInput struct {
	FromDate *clock.Date  `json:"from_date,omitempty" doc:"The first date of a span; this and to_date, or dates"`
	ToDate   *clock.Date  `json:"to_date,omitempty" doc:"The last date of the span, at most 92 days" example:"2026-12-05"`
	Weekdays []int        `json:"weekdays,omitempty" doc:"Only these weekdays of the span, 0 is Sunday; none: every day" maxItems:"7" minimum:"0" maximum:"6"`
	Dates    []clock.Date `json:"dates,omitempty" doc:"The dates one by one" maxItems:"92"`
	Replace  bool         `json:"replace,omitempty" doc:"true: also the dates that are special days already, whoever made them so; false: one that is one otherwise refuses the whole request"`
	SpecialDayInput
}

// Validate reports every fault that shows without the days around.
func (in *SpecialDaysInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	in.dates(&v)
	return v.Err()
}

// dates are those that are meant, in order, each once; from 1 to MaxDays.
func (in *SpecialDaysInput) dates(v *fault.Fields) []clock.Date {
	weekdays := readWeekdays(v, "body.weekdays", in.Weekdays)
	if len(in.Dates) > 0 {
		v.Check(in.FromDate == nil, "body.from_date", "not_both", fault.Args{"other": "dates"})
		v.Check(in.ToDate == nil, "body.to_date", "not_both", fault.Args{"other": "dates"})
		v.Check(len(weekdays) == 0, "body.weekdays", "not_both", fault.Args{"other": "dates"})
		return distinctDates(v, in.Dates)
	}
	given := v.Check(in.FromDate != nil, "body.from_date", "required_with", fault.Args{"other": "to_date"})
	given = v.Check(in.ToDate != nil, "body.to_date", "required_with", fault.Args{"other": "from_date"}) && given
	if !given || !v.Check(!in.ToDate.Before(*in.FromDate), "body.to_date", "schedule.before_from") ||
		!v.Check(in.ToDate.DaysSince(*in.FromDate) < MaxDays, "body.to_date", "schedule.span_too_long", fault.Args{"max": MaxDays}) {
		return nil
	}
	var out []clock.Date
	for d := *in.FromDate; !d.After(*in.ToDate); d = d.AddDays(1) {
		if len(weekdays) == 0 || slices.Contains(weekdays, int(d.Weekday())) {
			out = append(out, d)
		}
	}
	v.Check(len(out) > 0, "body.weekdays", "schedule.no_such_weekday")
	return out
}

func distinctDates(v *fault.Fields, in []clock.Date) []clock.Date {
	if !v.Check(len(in) <= MaxDays, "body.dates", "too_many", fault.Args{"max": MaxDays}) {
		return nil
	}
	seen := map[clock.Date]bool{}
	for i, d := range in {
		v.Check(!seen[d], "body.dates["+strconv.Itoa(i)+"]", "duplicate")
		seen[d] = true
	}
	return slices.SortedFunc(slices.Values(in), byDate)
}

func byDate(a, b clock.Date) int { return cmp.Compare(a.DaysSince(b), 0) }

// SetSpecialDays replaces the hours of several dates alike, all or none of them,
// and returns them in order. A date that is the same special day already stays
// as it is, so that a request may be sent again. One that is another answers
// schedule.special_days_exist, unless the input says to replace: there are no
// versions to name here, since one request speaks of many of them.
func (s *Service) SetSpecialDays(ctx context.Context, actor tenant.Actor, bid business.ID, in SpecialDaysInput) ([]SpecialDay, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out []SpecialDay
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		var v fault.Fields
		day, dates := in.read(&v), in.dates(&v)
		if err := checkDates(ch, dates, len(in.Dates) > 0); err != nil {
			return business.Done{}, err
		}
		var hours Hours
		var b pg.Batch
		QueueOpening(&b, bid, dates[0].AddDays(-1), dates[len(dates)-1].AddDays(1), &hours)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		write, err := hours.put(day, dates, in.Replace)
		if err != nil {
			return business.Done{}, err
		}
		var version int64
		if len(write) > 0 {
			if version, err = writeVersioned(ctx, ch.Tx, upsertSpecialDays, bid, write, day.Ranges, day.Note); err != nil {
				return business.Done{}, err
			}
		}
		out = hours.special(dates, write, version)
		return business.Done{
			Action: "special_days.set", Subject: "business:" + bid.String(),
			Detail: map[string]any{"from": dates[0], "to": dates[len(dates)-1], "dates": len(write)},
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// checkDates refuses dates that nobody means. They are in order.
func checkDates(ch *business.Change, dates []clock.Date, listed bool) error {
	from, to := "body.from_date", "body.to_date"
	if listed {
		from, to = "body.dates", "body.dates"
	}
	var v fault.Fields
	checkDateAt(&v, from, dates[0], ch)
	if !listed || v.Len() == 0 {
		checkDateAt(&v, to, dates[len(dates)-1], ch)
	}
	return v.Err()
}

// put makes the dates special days and tells which were not that before.
func (h *Hours) put(day SpecialDay, dates []clock.Date, replace bool) ([]clock.Date, error) {
	var write, others []clock.Date
	for _, d := range dates {
		have, found := h.Special[d]
		if found && slices.Equal(have.Ranges, day.Ranges) && reflect.DeepEqual(have.Note, day.Note) {
			continue
		}
		if found {
			others = append(others, d)
		}
		day.Date = d
		h.Special[d] = day
		write = append(write, d)
	}
	if len(others) > 0 && !replace {
		return nil, fault.New(fault.Conflict, "schedule.special_days_exist").With(fault.Args{"date": others[0], "count": len(others)})
	}
	var v fault.Fields
	before, after := false, false
	for _, d := range dates {
		before = before || runsInto(h.On(d.AddDays(-1)), day.Ranges)
		after = after || runsInto(day.Ranges, h.On(d.AddDays(1)))
	}
	v.Check(!before, "body.ranges", "schedule.overlap_day_before")
	v.Check(!after, "body.ranges", "schedule.overlap_day_after")
	return write, v.Err()
}

// special are the special days of the dates, the written ones in their new version.
func (h *Hours) special(dates, written []clock.Date, version int64) []SpecialDay {
	out := make([]SpecialDay, len(dates))
	for i, d := range dates {
		out[i] = h.Special[d]
		if slices.Contains(written, d) {
			out[i].Version = version
		}
	}
	return out
}

// DeleteSpecialDays gives the dates from one to another, both included, their
// ordinary hours back, whoever changed them, and returns those that were special days.
func (s *Service) DeleteSpecialDays(ctx context.Context, actor tenant.Actor, bid business.ID, from, to clock.Date) ([]SpecialDay, error) {
	if err := checkSpan(from, to); err != nil {
		return nil, err
	}
	var out []SpecialDay
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		var b pg.Batch
		QueueSpecialDays(&b, bid, from, to, &out)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		ch.Tx.Later(deleteSpecialDays, bid, from, to)
		return business.Done{
			Action: "special_days.removed", Subject: "business:" + bid.String(),
			Detail: map[string]any{"from": from, "to": to, "dates": len(out)},
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
