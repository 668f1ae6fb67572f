package schedule

import (
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// MaxWeeks is how many weeks may take turns.
const MaxWeeks = 4

// Anchors lie in these years; turns are counted from them in both directions.
const (
	firstAnchor = 2000
	lastAnchor  = 2100
)

// Pattern is the shifts of a resource that come again: one week, or up to four
// that take turns (A and B weeks).
//
// A week runs from Monday to Sunday, so that a weekend belongs to one turn.
// Turns are whole weeks counted from the anchor's, before it too: they know
// neither years nor week numbers, so that the 53rd week of a year changes nothing.
type Pattern struct {
	Weeks  []Week     // one to four; none: no restriction
	Anchor clock.Date // a day of the first week; nobody looks at it where there is only one
}

// On are the ranges of a date by the pattern alone.
func (p *Pattern) On(d clock.Date) []Range {
	if p.Empty() {
		return nil
	}
	return p.Weeks[p.Turn(d)].On(d)
}

// Turn is which of the weeks a date belongs to, from 0.
func (p *Pattern) Turn(d clock.Date) int {
	n := len(p.Weeks)
	if n < 2 {
		return 0
	}
	turn := monday(d).DaysSince(monday(p.Anchor)) / 7 % n
	return (turn + n) % n
}

// Empty tells whether there is no restriction: no week has a range. nil is empty.
func (p *Pattern) Empty() bool {
	if p == nil {
		return true
	}
	for i := range p.Weeks {
		if !p.Weeks[i].Empty() {
			return false
		}
	}
	return true
}

// monday is the first day of a date's week.
func monday(d clock.Date) clock.Date {
	return d.AddDays(-((int(d.Weekday()) + 6) % 7))
}

// TurnInput is one of the weeks that take turns; a weekday that is left out has no range.
type TurnInput struct {
	Weekly []WeekDay `json:"weekly" maxItems:"7"`
}

// ShiftsInput is the weekly shifts of a resource: one week, or several that take turns.
type ShiftsInput struct {
	Weekly     []WeekDay   `json:"weekly,omitempty" doc:"The one week that holds every week; empty lifts every restriction. Either this or weeks" maxItems:"7"`
	Weeks      []TurnInput `json:"weeks,omitempty" doc:"Weeks that take turns, from Monday to Sunday each; when none of them has a range, every restriction is lifted" minItems:"1" maxItems:"4"`
	AnchorDate *clock.Date `json:"anchor_date,omitempty" doc:"A day of the first of the weeks; required when there are several" example:"2026-12-01"`
}

// Validate reports every fault: ranges that are none, that overlap, or that
// reach past midnight into those of the next day, also from one week to the next.
func (in *ShiftsInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

// read checks the input and makes the pattern; one without any range has no weeks.
func (in *ShiftsInput) read(v *fault.Fields) Pattern {
	turns, at := in.Weeks, func(i int) string { return "body.weeks[" + strconv.Itoa(i) + "].weekly" }
	if in.Weeks == nil {
		v.Check(in.Weekly != nil, "body.weekly", "required")
		turns, at = []TurnInput{{in.Weekly}}, func(int) string { return "body.weekly" }
	} else {
		v.Check(in.Weekly == nil, "body.weekly", "not_both", fault.Args{"other": "weeks"})
		v.Check(len(in.Weeks) > 0, "body.weeks", "too_few", fault.Args{"min": 1})
	}
	if !v.Check(len(turns) <= MaxWeeks, "body.weeks", "too_many", fault.Args{"max": MaxWeeks}) || len(turns) == 0 {
		return Pattern{}
	}
	p := Pattern{Weeks: make([]Week, len(turns))}
	given := make([][7]string, len(turns))
	for i := range turns {
		p.Weeks[i], given[i] = readWeek(v, at(i), turns[i].Weekly)
	}
	p.checkNights(v, given)
	v.Check(len(turns) < 2 || in.AnchorDate != nil, "body.anchor_date", "required")
	if in.AnchorDate != nil && len(turns) > 1 {
		p.Anchor = *in.AnchorDate
		v.Check(firstAnchor <= p.Anchor.Year && p.Anchor.Year <= lastAnchor, "body.anchor_date", "out_of_range")
	}
	if p.Empty() {
		return Pattern{}
	}
	return p
}

// checkNights notes days that run past midnight into those that follow: a
// Sunday is followed by the Monday of the next turn.
func (p *Pattern) checkNights(v *fault.Fields, given [][7]string) {
	for i := range p.Weeks {
		for d := range 7 {
			next := &p.Weeks[i]
			if d == 0 {
				next = &p.Weeks[(i+1)%len(p.Weeks)]
			}
			v.Check(!runsInto(p.Weeks[i][d], next[(d+1)%7]), given[i][d]+".ranges", "schedule.overlap_next_day")
		}
	}
}

// readWeek checks the days of one week; given is where each weekday stands.
func readWeek(v *fault.Fields, at string, in []WeekDay) (week Week, given [7]string) {
	v.Check(len(in) <= 7, at, "too_many", fault.Args{"max": 7})
	for i, d := range in[:min(len(in), 8)] {
		item := at + "[" + strconv.Itoa(i) + "]"
		if !v.Check(0 <= d.Weekday && d.Weekday <= 6, item+".weekday", "out_of_range") ||
			!v.Check(given[d.Weekday] == "", item+".weekday", "duplicate") {
			continue
		}
		given[d.Weekday] = item
		week[d.Weekday] = readRanges(v, item+".ranges", d.Ranges)
	}
	return week, given
}
