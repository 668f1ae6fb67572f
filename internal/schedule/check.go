package schedule

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// maxRanges bounds the ranges of one day.
const maxRanges = 12

const minutesOfDay = 24 * 60

// WeekDay is the ranges of one weekday.
type WeekDay struct {
	Weekday int     `json:"weekday" doc:"0 is Sunday" minimum:"0" maximum:"6"`
	Ranges  []Range `json:"ranges" maxItems:"12"`
}

// WeekInput is a whole week; a weekday that is left out has no range.
type WeekInput struct {
	Weekly []WeekDay `json:"weekly" maxItems:"7"`
}

// Validate reports every fault: weekdays given twice, ranges that are none, that
// overlap, or that reach past midnight into the next day's.
func (in *WeekInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *WeekInput) read(v *fault.Fields) Week {
	const at = "body.weekly"
	var week Week
	var given [7]string
	v.Check(len(in.Weekly) <= 7, at, "too_many", fault.Args{"max": 7})
	for i, d := range in.Weekly[:min(len(in.Weekly), 8)] {
		item := at + "[" + strconv.Itoa(i) + "]"
		if !v.Check(0 <= d.Weekday && d.Weekday <= 6, item+".weekday", "out_of_range") ||
			!v.Check(given[d.Weekday] == "", item+".weekday", "duplicate") {
			continue
		}
		given[d.Weekday] = item
		week[d.Weekday] = readRanges(v, item+".ranges", d.Ranges)
	}
	for d := range week {
		next := (d + 1) % 7
		v.Check(!runsInto(week[d], week[next]), given[d]+".ranges", "schedule.overlap_next_day")
	}
	return week
}

// readRanges checks the ranges of one day and puts them in order.
func readRanges(v *fault.Fields, at string, in []Range) []Range {
	v.Check(len(in) <= maxRanges, at, "too_many", fault.Args{"max": maxRanges})
	whole := true
	for i, r := range in[:min(len(in), maxRanges+1)] {
		whole = r.check(v, at+"["+strconv.Itoa(i)+"]") && whole
	}
	out := append([]Range{}, in...)
	slices.SortFunc(out, func(a, b Range) int { return cmp.Compare(a.StartMinute, b.StartMinute) })
	for i := 1; whole && i < len(out); i++ {
		if !v.Check(out[i-1].EndMinute <= out[i].StartMinute, at, "schedule.overlap") {
			break
		}
	}
	return out
}

func (r Range) check(v *fault.Fields, at string) bool {
	before := v.Len()
	for _, m := range []struct {
		name string
		at   int
	}{{".start_minute", r.StartMinute}, {".end_minute", r.EndMinute}} {
		if v.Check(m.at >= 0, at+m.name, "too_small", fault.Args{"min": 0}) &&
			v.Check(m.at <= clock.MaxMinute, at+m.name, "too_large", fault.Args{"max": clock.MaxMinute}) {
			v.Check(m.at%MinuteStep == 0, at+m.name, "multiple_of", fault.Args{"step": MinuteStep})
		}
	}
	if v.Len() == before {
		v.Check(r.StartMinute < r.EndMinute, at+".end_minute", "above", fault.Args{"min": r.StartMinute})
	}
	return v.Len() == before
}

// runsInto tells whether a day's times past midnight overlap those of the next day.
func runsInto(day, next []Range) bool {
	for _, a := range day {
		for _, b := range next {
			if a.StartMinute-minutesOfDay < b.EndMinute && b.StartMinute < a.EndMinute-minutesOfDay {
				return true
			}
		}
	}
	return false
}
