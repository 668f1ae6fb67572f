package schedule_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// Hours are accepted exactly when no calendar makes two days overlap: neither a
// lone holiday, nor two in a row, nor two with a day between, on any weekday.
func TestHoursInput_AcceptedWhenNoCalendarOverlaps(t *testing.T) {
	t.Parallel()
	var all []clock.Date // no holiday by the law that counts
	for d := date(2026, 1, 1); d.Year == 2026; d = d.AddDays(1) {
		all = append(all, d)
	}
	drawRow := func(t *rapid.T) []schedule.Range {
		start := 5 * rapid.SampledFrom([]int{0, 12, 24, 120}).Draw(t, "start")
		return ranges(start, rapid.SampledFrom([]int{1200, 1440, 1500, 1560}).Draw(t, "end"))
	}
	accepted, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var in schedule.HoursInput
		for d := range 7 {
			if rapid.Bool().Draw(t, "open") {
				in.Weekly = append(in.Weekly, schedule.WeekDay{Weekday: d, Ranges: drawRow(t)})
			}
		}
		h := schedule.Hours{}
		for _, d := range in.Weekly {
			h.Week[d.Weekday] = d.Ranges
		}
		if rapid.Bool().Draw(t, "holiday") {
			in.Holiday = &schedule.Row{Ranges: drawRow(t)}
		}
		if rapid.Bool().Draw(t, "eve") {
			in.Eve = &schedule.Row{Ranges: drawRow(t)}
		}
		h.Holiday, h.Eve = in.Holiday, in.Eve
		overlap := ""
		for first := range 7 {
			for _, holidays := range [][]int{{7}, {7, 8}, {7, 9}} {
				h.Holidays = jp.Calendar{Removed: all}
				monday := date(2026, 6, 1).AddDays(first)
				for _, k := range holidays {
					h.Holidays.Extra = append(h.Holidays.Extra, jp.Holiday{Date: monday.AddDays(k)})
				}
				covered := map[int]bool{}
				for k := range 16 {
					for _, r := range h.On(monday.AddDays(k)) {
						for m := r.StartMinute; m < r.EndMinute; m += 5 {
							if covered[k*1440+m] {
								overlap = monday.AddDays(k).String()
							}
							covered[k*1440+m] = true
						}
					}
				}
			}
		}
		err := in.Validate()
		if (err != nil) != (overlap != "") {
			t.Fatalf("%+v: overlap %q, error %v", in, overlap, err)
		}
		if err != nil {
			refused++
		} else {
			accepted++
		}
	})
	if accepted == 0 || refused == 0 {
		t.Errorf("%d accepted, %d refused", accepted, refused)
	}
}

func TestHoursInput_NamesTheRowThatRunsInto(t *testing.T) {
	t.Parallel()
	row := func(minutes ...int) *schedule.Row { return &schedule.Row{Ranges: ranges(minutes...)} }
	with := func(in schedule.HoursInput, holiday, eve *schedule.Row) schedule.HoursInput {
		in.Holiday, in.Eve = holiday, eve
		return in
	}
	late := day(5, 1200, 1560)
	for _, c := range []struct {
		name string
		in   schedule.HoursInput
		want []string
	}{
		{"into holidays", with(hours(late), row(60, 600), nil), []string{"body.weekly[0].ranges schedule.overlap_holiday"}},
		{"no weekday comes before a holiday where eves are eves", with(hours(late), row(60, 600), row(600, 900)), nil},
		{"into eves", with(hours(late), nil, row(60, 600)), []string{"body.weekly[0].ranges schedule.overlap_eve"}},
		{"eves into holidays", with(hours(), row(60, 600), row(1200, 1560)), []string{"body.eve.ranges schedule.overlap_holiday"}},
		{"eves into a weekday that is a holiday", with(hours(day(2, 60, 600)), nil, row(1200, 1560)), []string{"body.eve.ranges schedule.overlap_next_day"}},
		{"holidays into weekdays", with(hours(day(2, 60, 600)), row(1200, 1560), nil), []string{"body.holiday.ranges schedule.overlap_next_day"}},
		{
			"holidays into holidays and eves", with(hours(), row(60, 600, 1200, 1560), row(90, 600)),
			[]string{"body.holiday.ranges schedule.overlap_holiday", "body.holiday.ranges schedule.overlap_eve"},
		},
		{"what is no range", with(hours(), row(700, 600), row(3, 5)), []string{
			"body.holiday.ranges[0].end_minute above", "body.eve.ranges[0].start_minute multiple_of",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.in.Validate(); c.want == nil && err != nil {
				t.Error(err)
			} else if c.want != nil {
				refused(t, err, "validation.failed", c.want...)
			}
		})
	}
}

func TestClosingRule_InWords(t *testing.T) {
	t.Parallel()
	from, to := date(2027, 1, 4), date(2027, 3, 31)
	bounded := rule(2, "next_day", 2, 3)
	bounded.FromDate, bounded.ToDate = &from, &to
	until := rule(0, "close", 1)
	until.ToDate = &to
	since := rule(6, "open")
	since.FromDate = &from
	for _, c := range []struct {
		rule   schedule.ClosingRule
		ja, en string
	}{
		{rule(3, "close"), "毎週水曜日", "Every Wednesday"},
		{rule(2, "open", 2, 3), "第2・第3火曜日（祝日は営業）", "2nd and 3rd Tuesday of the month (open on holidays)"},
		{
			bounded, "第2・第3火曜日（祝日の場合は翌営業日、2027年1月4日〜2027年3月31日）",
			"2nd and 3rd Tuesday of the month (the next business day instead of a holiday, 4 Jan 2027 to 31 Mar 2027)",
		},
		{until, "第1日曜日（2027年3月31日まで）", "1st Sunday of the month (until 31 Mar 2027)"},
		{since, "毎週土曜日（祝日は営業、2027年1月4日から）", "Every Saturday (open on holidays, from 4 Jan 2027)"},
	} {
		if got := c.rule.Words(locale.JA); got != c.ja {
			t.Errorf("got %s, want %s", got, c.ja)
		}
		if got := c.rule.Words(locale.EN); got != c.en {
			t.Errorf("got %s, want %s", got, c.en)
		}
	}
}

func TestClosingRuleInput_NamesEveryFault(t *testing.T) {
	t.Parallel()
	from, to := date(2027, 1, 4), date(2027, 1, 3)
	in := schedule.ClosingRuleInput{
		Weekday: 7, Nths: []int{0, 2, 2, 6}, OnHoliday: "never", FromDate: &from, ToDate: &to, Note: locale.Text{"en": "Closed"},
	}
	refused(t, in.Validate(), "validation.failed", "body.weekday out_of_range", "body.nths[0] out_of_range", "body.nths[2] duplicate",
		"body.nths[3] out_of_range", "body.on_holiday not_allowed", "body.to_date schedule.before_from", "body.note.ja required")
	in = schedule.ClosingRuleInput{Nths: []int{1, 2, 3, 4, 5, 1}, OnHoliday: "open"}
	refused(t, in.Validate(), "validation.failed", "body.nths too_many", "body.nths[5] duplicate")
}

func TestPeriodsInput_NamesEveryFault(t *testing.T) {
	t.Parallel()
	turn := 7
	name := locale.Text{"ja": "ランチ"}
	in := schedule.PeriodsInput{Periods: []schedule.PeriodInput{
		{Name: name, StartMinute: 660, EndMinute: 900},
		{Name: name, Weekdays: []int{6, 0}, StartMinute: 895, EndMinute: 1000},
		{Name: name, Weekdays: []int{1, 1, 7}, StartMinute: 1000, EndMinute: 900, TurnMinutes: &turn},
		{Name: name, Weekdays: []int{1}, StartMinute: 900, EndMinute: 1000},
		{Name: name, Weekdays: []int{2, 1}, StartMinute: 995, EndMinute: 1800},
		{StartMinute: -5, EndMinute: 1801},
	}}
	refused(t, in.Validate(), "validation.failed", "body.periods[1] schedule.period_overlap",
		"body.periods[2].weekdays[1] duplicate", "body.periods[2].weekdays[2] out_of_range", "body.periods[2].end_minute above",
		"body.periods[2].turn_minutes too_small", "body.periods[4] schedule.period_overlap", "body.periods[5].name.ja required",
		"body.periods[5].start_minute too_small", "body.periods[5].end_minute too_large")
	in.Periods = make([]schedule.PeriodInput, 21)
	if f, ok := fault.As(in.Validate()); !ok || f.Fields[0].Code != "too_many" {
		t.Errorf("got %v", f)
	}
}

func TestPeriodAt_TheOneOfTheMinute(t *testing.T) {
	t.Parallel()
	list := []schedule.Period{
		{Weekdays: []int{2}, StartMinute: 660, EndMinute: 900}, {StartMinute: 1020, EndMinute: 1560},
	}
	for _, c := range []struct {
		date   clock.Date
		minute int
		want   int
	}{
		{tuesday, 660, 0}, {tuesday, 655, -1}, {tuesday, 900, -1}, {tuesday.AddDays(1), 660, -1}, {tuesday.AddDays(1), 1559, 1}, {tuesday, 1560, -1},
	} {
		got := schedule.PeriodAt(list, c.date, c.minute)
		if c.want < 0 && got != nil || c.want >= 0 && got != &list[c.want] {
			t.Errorf("%s %d: %+v", c.date, c.minute, got)
		}
	}
}
