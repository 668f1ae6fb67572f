package schedule_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// closing is the year's end: four dates, closed.
func closing(replace bool) schedule.SpecialDaysInput {
	from, to := date(2026, 12, 30), date(2027, 1, 2)
	return schedule.SpecialDaysInput{
		FromDate: &from, ToDate: &to, Replace: replace, SpecialDayInput: schedule.SpecialDayInput{Note: locale.Text{"ja": "年末年始休業"}},
	}
}

func TestSetSpecialDays_AllOrNone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	first, err := b.schedule.SetSpecialDay(ctx, owner, b.shop, date(2026, 12, 31), nil, schedule.SpecialDayInput{Ranges: ranges(600, 900)})
	b.must(err)
	_, err = b.schedule.SetSpecialDays(ctx, owner, b.shop, closing(false))
	refused(t, err, "schedule.special_days_exist")
	if f, _ := fault.As(err); f.Args["date"] != date(2026, 12, 31) || f.Args["count"] != 1 {
		t.Errorf("args %+v", f.Args)
	}
	if n := b.text(`SELECT count(*)::text FROM special_days`); n != "1" {
		t.Errorf("%s special days after a refusal", n)
	}
	days, err := b.schedule.SetSpecialDays(ctx, owner, b.shop, closing(true))
	b.must(err)
	if len(days) != 4 || days[1].Version <= first.Version || days[0].Date != date(2026, 12, 30) {
		t.Errorf("got %+v", days)
	}
	again, err := b.schedule.SetSpecialDays(ctx, owner, b.shop, closing(false)) // sent again: nothing to do
	b.must(err)
	stored, err := b.schedule.SpecialDays(ctx, b.shop, date(2026, 12, 1), date(2027, 1, 31))
	b.must(err)
	if d := cmp.Diff(days, again) + cmp.Diff(days, stored); d != "" {
		t.Error(d)
	}
	if a := b.text(`SELECT detail::text FROM audit_entries WHERE action = 'special_days.set' ORDER BY seq`); !strings.Contains(a, `"dates": 4`) || !strings.Contains(a, `"dates": 0`) {
		t.Errorf("audit %s", a)
	}
}

func TestSetSpecialDays_ByWeekdaysAndByList(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	in := closing(false)
	in.Weekdays, in.Ranges = []int{6, 3}, ranges(600, 900)
	days, err := b.schedule.SetSpecialDays(ctx, owner, b.shop, in)
	b.must(err)
	if len(days) != 2 || days[0].Date != date(2026, 12, 30) || days[1].Date != date(2027, 1, 2) {
		t.Errorf("got %+v", days)
	}
	in = schedule.SpecialDaysInput{Dates: []clock.Date{date(2027, 5, 2), date(2026, 12, 24)}}
	days, err = b.schedule.SetSpecialDays(ctx, owner, b.shop, in)
	b.must(err)
	if len(days) != 2 || days[0].Date != date(2026, 12, 24) {
		t.Errorf("got %+v", days)
	}
	removed, err := b.schedule.DeleteSpecialDays(ctx, owner, b.shop, date(2026, 12, 24), date(2026, 12, 31))
	b.must(err)
	if len(removed) != 2 || removed[0].Date != date(2026, 12, 24) || removed[1].Date != date(2026, 12, 30) {
		t.Errorf("removed %+v", removed)
	}
	if left := b.text(`SELECT date::text FROM special_days ORDER BY date`); left != "2027-01-02, 2027-05-02" {
		t.Errorf("left %s", left)
	}
	_, err = b.schedule.DeleteSpecialDays(ctx, owner, b.shop, date(2026, 12, 24), date(2027, 12, 31))
	refused(t, err, "validation.failed", "query.to schedule.span_too_long")
}

func TestSetSpecialDays_NamesEveryFault(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	_, _, err := b.schedule.SetHours(ctx, owner, b.shop, 1, hours(day(2, 1200, 1560), day(5, 60, 600)))
	b.must(err)
	from, to, far := date(2026, 12, 7), date(2026, 12, 5), date(2036, 1, 1)
	list := []clock.Date{from, from}
	many := make([]clock.Date, 93)
	for i := range many {
		many[i] = from.AddDays(i)
	}
	year := from.AddDays(92)
	night := schedule.SpecialDayInput{Ranges: ranges(60, 600, 1200, 1560)}
	wednesday := date(2026, 12, 9)
	for _, c := range []struct {
		in   schedule.SpecialDaysInput
		want []string
	}{
		{schedule.SpecialDaysInput{}, []string{"body.from_date required_with", "body.to_date required_with"}},
		{schedule.SpecialDaysInput{FromDate: &from, ToDate: &to}, []string{"body.to_date schedule.before_from"}},
		{schedule.SpecialDaysInput{FromDate: &from, ToDate: &year}, []string{"body.to_date schedule.span_too_long"}},
		{schedule.SpecialDaysInput{FromDate: &from, ToDate: &from, Weekdays: []int{2, 9}}, []string{"body.weekdays[1] out_of_range", "body.weekdays schedule.no_such_weekday"}},
		{schedule.SpecialDaysInput{Dates: list, FromDate: &from, ToDate: &to, Weekdays: []int{1}}, []string{
			"body.dates[1] duplicate", "body.from_date not_both", "body.to_date not_both", "body.weekdays not_both",
		}},
		{schedule.SpecialDaysInput{Dates: many}, []string{"body.dates too_many"}},
		{schedule.SpecialDaysInput{Dates: []clock.Date{from, far}}, []string{"body.dates schedule.date_too_far"}},
		{schedule.SpecialDaysInput{FromDate: &far, ToDate: &far}, []string{"body.from_date schedule.date_too_far", "body.to_date schedule.date_too_far"}},
		{schedule.SpecialDaysInput{Dates: []clock.Date{wednesday, wednesday.AddDays(1)}, SpecialDayInput: night}, []string{
			"body.ranges schedule.overlap_day_before", "body.ranges schedule.overlap_day_after",
		}},
	} {
		_, err := b.schedule.SetSpecialDays(ctx, owner, b.shop, c.in)
		refused(t, err, "validation.failed", c.want...)
	}
	if n := b.text(`SELECT count(*)::text FROM special_days`); n != "0" {
		t.Errorf("%s special days after refusals", n)
	}
}

// A special day meets its neighbours as closing rules and holidays leave them.
func TestSetSpecialDay_MeetsHolidaysAndClosings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	in := hours()
	in.Holiday = &schedule.Row{Ranges: ranges(60, 600)}
	_, _, err := b.schedule.SetHours(ctx, owner, b.shop, 1, in)
	b.must(err)
	set := func(d clock.Date) error {
		_, err := b.schedule.SetSpecialDay(ctx, owner, b.shop, d, nil, schedule.SpecialDayInput{Ranges: ranges(1200, 1560)})
		return err
	}
	refused(t, set(date(2026, 12, 31)), "validation.failed", "body.ranges schedule.overlap_day_after") // into New Year's Day, a Friday
	_, err = b.schedule.CreateClosingRule(ctx, owner, b.shop, schedule.ClosingRuleInput{Weekday: 5, OnHoliday: "close"}, nil)
	b.must(err)
	b.must(set(date(2026, 12, 31)))
}
