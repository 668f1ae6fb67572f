package schedule

import (
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

// Row is the ranges of one kind of day.
type Row struct {
	Ranges []Range `json:"ranges" doc:"None: closed" maxItems:"12"`
}

// Rows are the opening hours as a business writes them down: by weekday, and for
// national holidays (祝日) and their eves (祝前日), which are like an eighth and a
// ninth weekday. A holiday that is an eve as well is a holiday.
type Rows struct {
	Week    Week
	Holiday *Row // nil: a holiday opens as its weekday says
	Eve     *Row // nil: an eve opens as its weekday says
}

// By is what decides when a business is open on a date.
type By string

// What may decide, the strongest last.
const (
	ByWeekday By = "weekday"
	ByEve     By = "eve"
	ByHoliday By = "holiday"
	ByClosing By = "closing_rule"
	BySpecial By = "special_day"
)

// Ruling is when a business is open on a date, and why.
type Ruling struct {
	By      By
	Ranges  []Range      // none: closed
	Closing *ClosingRule // of ByClosing
	From    clock.Date   // of ByClosing: the holiday whose closing was moved here; zero where it was not
}

// Hours are the opening hours of dates. Of what speaks of a date, the first
// decides: its special day; a closing rule; the row of holidays; the row of
// eves; its weekday. The zero value is closed always.
type Hours struct {
	Rows
	Closings []ClosingRule // in the order in which they are asked
	Holidays jp.Calendar
	Special  map[clock.Date]SpecialDay

	first clock.Date
	laid  []verdict // of the dates from first on
}

// verdict is a ruling in short; special days are not in it.
type verdict struct {
	by      By
	closing int // index of the closing rule
	from    clock.Date
}

// Lay judges the dates from one to another, both included, so that asking for
// them costs next to nothing. Any other date is judged when it is asked for.
func (h *Hours) Lay(from, to clock.Date) {
	h.first, h.laid = from, nil
	if days := to.DaysSince(from) + 1; !h.plain() && days > 0 {
		laid := make([]verdict, days)
		h.judge(from, laid)
		h.laid = laid
	}
}

// On are the ranges in effect on a date.
func (h *Hours) On(d clock.Date) []Range {
	if s, ok := h.Special[d]; ok {
		return s.Ranges
	}
	return h.ranges(h.verdict(d), d)
}

// Ruling are the ranges in effect on a date, with what decides.
func (h *Hours) Ruling(d clock.Date) Ruling {
	if s, ok := h.Special[d]; ok {
		return Ruling{By: BySpecial, Ranges: s.Ranges}
	}
	v := h.verdict(d)
	r := Ruling{By: v.by, Ranges: h.ranges(v, d), From: v.from}
	if v.by == ByClosing {
		r.Closing = &h.Closings[v.closing]
	}
	return r
}

// plain tells whether weekdays decide alone.
func (h *Hours) plain() bool { return h.Holiday == nil && h.Eve == nil && len(h.Closings) == 0 }

func (h *Hours) verdict(d clock.Date) verdict {
	if h.plain() {
		return verdict{by: ByWeekday}
	}
	if i := d.DaysSince(h.first); 0 <= i && i < len(h.laid) {
		return h.laid[i]
	}
	var one [1]verdict
	h.judge(d, one[:])
	return one[0]
}

func (h *Hours) ranges(v verdict, d clock.Date) []Range {
	switch v.by {
	case ByClosing, BySpecial:
		return nil
	case ByHoliday:
		return h.Holiday.Ranges
	case ByEve:
		return h.Eve.Ranges
	case ByWeekday:
	}
	return h.Week.On(d)
}

// MaxMove is how many days after a holiday its closing may come; where the
// business has none to close by then, it lapses.
const MaxMove = 14

// judge fills out with the verdicts of the dates from first on. Closings that a
// holiday puts off wait in line, so the walk begins where nobody can be waiting:
// after so many days without a holiday that all who waited before have lapsed.
func (h *Hours) judge(first clock.Date, out []verdict) {
	d := first
	if h.moves() {
		d = h.quiet(first)
	}
	var line []put
	holiday := h.Holidays.IsHoliday(d)
	for {
		i := d.DaysSince(first)
		if i >= len(out) {
			return
		}
		next := h.Holidays.IsHoliday(d.AddDays(1))
		var v verdict
		v, line = h.close(d, holiday, h.row(holiday, next), line)
		if i >= 0 {
			out[i] = v
		}
		d, holiday = d.AddDays(1), next
	}
}

// put is a closing that a holiday put off.
type put struct {
	closing int
	from    clock.Date
}

// close applies the closing rules to a date whose row is known.
func (h *Hours) close(d clock.Date, holiday bool, row verdict, line []put) (verdict, []put) {
	for len(line) > 0 && d.DaysSince(line[0].from) > MaxMove {
		line = line[1:]
	}
	i, closes := h.named(d, holiday)
	switch {
	case closes:
		return verdict{by: ByClosing, closing: i}, line
	case len(h.ranges(row, d)) == 0: // closed already: nothing to put off, nor room for what was
		return row, line
	case i >= 0 && h.Closings[i].OnHoliday == MoveOnHoliday:
		return row, append(line, put{i, d})
	case holiday || len(line) == 0:
		return row, line
	}
	return verdict{by: ByClosing, closing: line[0].closing, from: line[0].from}, line[1:]
}

// named is the closing rule that speaks of a date, -1 for none, and whether it
// closes it. Of several on a holiday, one that closes goes before one that moves,
// and that before one that opens.
func (h *Hours) named(d clock.Date, holiday bool) (index int, closes bool) {
	index = -1
	for i := range h.Closings {
		r := &h.Closings[i]
		switch {
		case !r.names(d):
		case !holiday || r.OnHoliday == CloseOnHoliday:
			return i, true
		case index < 0 || r.OnHoliday == MoveOnHoliday && h.Closings[index].OnHoliday != MoveOnHoliday:
			index = i
		}
	}
	return index, false
}

func (h *Hours) row(holiday, eve bool) verdict {
	switch {
	case holiday && h.Holiday != nil:
		return verdict{by: ByHoliday}
	case eve && !holiday && h.Eve != nil:
		return verdict{by: ByEve}
	}
	return verdict{by: ByWeekday}
}

// moves tells whether some closing moves off holidays.
func (h *Hours) moves() bool {
	for i := range h.Closings {
		if h.Closings[i].OnHoliday == MoveOnHoliday {
			return true
		}
	}
	return false
}

// quietest bounds the search for a time without holidays; by the law there is one in each season.
const quietest = 400

// quiet is the latest date up to d before which MaxMove days are no holidays.
func (h *Hours) quiet(d clock.Date) clock.Date {
	free := 0
	for range quietest {
		if free == MaxMove {
			return d.AddDays(MaxMove)
		}
		d = d.AddDays(-1)
		if free++; h.Holidays.IsHoliday(d) {
			free = 0
		}
	}
	return d
}

// nth is the how-manieth of its weekday a date is in its month, from 1 to 5.
func nth(d clock.Date) int { return (d.Day-1)/7 + 1 }
