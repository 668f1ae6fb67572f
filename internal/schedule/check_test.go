package schedule_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

func day(weekday int, minutes ...int) schedule.WeekDay {
	d := schedule.WeekDay{Weekday: weekday}
	for i := 0; i+1 < len(minutes); i += 2 {
		d.Ranges = append(d.Ranges, schedule.Range{StartMinute: minutes[i], EndMinute: minutes[i+1]})
	}
	return d
}

func week(days ...schedule.WeekDay) schedule.WeekInput { return schedule.WeekInput{Weekly: days} }

// hours are weekdays alone.
func hours(days ...schedule.WeekDay) schedule.HoursInput {
	return schedule.HoursInput{WeekInput: week(days...)}
}

func TestWeekInput_NamesEveryFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   schedule.WeekInput
		want []string
	}{
		{"nothing", week(), nil},
		{"closed", week(day(0)), nil},
		{"several ranges a day, in any order", week(day(1, 900, 1200, 600, 780)), nil},
		{"ranges that touch", week(day(1, 600, 780, 780, 1200)), nil},
		{"to 30:00", week(day(5, 1200, 1800), day(6, 1200, 1800)), nil},
		{"to 26:00 and open at 2:00", week(day(5, 1200, 1560), day(6, 120, 600)), nil},
		{"round the clock", week(day(0, 0, 1440), day(1, 0, 1440), day(2, 0, 1440), day(3, 0, 1440), day(4, 0, 1440), day(5, 0, 1440), day(6, 0, 1440)), nil},
		{"overlap", week(day(1, 600, 800, 790, 1200)), []string{"body.weekly[0].ranges schedule.overlap"}},
		{"the same twice", week(day(1, 600, 800, 600, 800)), []string{"body.weekly[0].ranges schedule.overlap"}},
		{"into the next day", week(day(5, 1200, 1565), day(6, 120, 600)), []string{"body.weekly[0].ranges schedule.overlap_next_day"}},
		{"Saturday into Sunday", week(day(0, 60, 600), day(6, 1200, 1560)), []string{"body.weekly[1].ranges schedule.overlap_next_day"}},
		{"a weekday twice", week(day(1, 600, 700), day(1, 800, 900)), []string{"body.weekly[1].weekday duplicate"}},
		{"no weekday", week(day(7, 600, 700), day(-1, 600, 700)), []string{"body.weekly[0].weekday out_of_range", "body.weekly[1].weekday out_of_range"}},
		{"out of bounds", week(day(1, -5, 1805)), []string{
			"body.weekly[0].ranges[0].start_minute too_small", "body.weekly[0].ranges[0].end_minute too_large",
		}},
		{"out of step", week(day(1, 601, 1202)), []string{
			"body.weekly[0].ranges[0].start_minute multiple_of", "body.weekly[0].ranges[0].end_minute multiple_of",
		}},
		{"backwards and empty", week(day(1, 700, 600, 900, 900)), []string{
			"body.weekly[0].ranges[0].end_minute above", "body.weekly[0].ranges[1].end_minute above",
		}},
		{
			"too many ranges", week(day(1, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 120, 125)),
			[]string{"body.weekly[0].ranges too_many"},
		},
		{"too many days", week(day(0), day(1), day(2), day(3), day(4), day(5), day(6), day(6)), []string{"body.weekly too_many", "body.weekly[7].weekday duplicate"}},
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

// A week is accepted exactly when no minute of it is covered twice.
func TestWeekInput_AcceptedWhenNoMinuteIsCoveredTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var in schedule.WeekInput
		covered := map[int]int{}
		for _, d := range rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 0, 7, rapid.ID[int]).Draw(t, "days") {
			x := schedule.WeekDay{Weekday: d}
			for range rapid.IntRange(0, 3).Draw(t, "ranges") {
				start := 5 * rapid.IntRange(0, 350).Draw(t, "start")
				end := min(start+5*rapid.IntRange(1, 80).Draw(t, "length"), 1800)
				if start >= end {
					continue
				}
				x.Ranges = append(x.Ranges, schedule.Range{StartMinute: start, EndMinute: end})
				for m := start; m < end; m += 5 {
					covered[(d*1440+m)%(7*1440)]++
				}
			}
			in.Weekly = append(in.Weekly, x)
		}
		twice := false
		for _, n := range covered {
			twice = twice || n > 1
		}
		if err := in.Validate(); (err != nil) != twice {
			t.Fatalf("%+v: covered twice %v, error %v", in, twice, err)
		}
	})
}

func refused(tb testing.TB, err error, code string, fields ...string) {
	tb.Helper()
	f, ok := fault.As(err)
	if !ok || f.Code != code {
		tb.Errorf("got %v, want %s", err, code)
		return
	}
	var got []string
	for _, x := range f.Fields {
		got = append(got, x.Location+" "+x.Code)
	}
	slices.Sort(got)
	slices.Sort(fields)
	if !slices.Equal(got, fields) {
		tb.Errorf("fields of %s:\n got  %s\n want %s", code, strings.Join(got, ", "), strings.Join(fields, ", "))
	}
}
