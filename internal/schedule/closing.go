package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// MaxClosings is how many closing rules a business may have.
const MaxClosings = 50

// OnHoliday is what becomes of a regular closing on a national holiday.
type OnHoliday string

// What may become of it.
const (
	CloseOnHoliday OnHoliday = "close"    // it stays
	OpenOnHoliday  OnHoliday = "open"     // the holiday is open
	MoveOnHoliday  OnHoliday = "next_day" // the next day that is open and no holiday is closed in its place
)

// ClosingRuleID identifies a closing rule.
type ClosingRuleID = id.Of[ClosingRule]

// ClosingRule closes a business regularly: every Wednesday, or on the second and
// third Tuesday (第2・第3火曜).
//
// Special days do not move closings: what is put off comes on the next day that
// the rows open and no rule closes, and a special day there decides over it.
type ClosingRule struct {
	ID        ClosingRuleID `db:"id"`
	Weekday   int           `db:"weekday"` // 0 is Sunday
	Nths      []int         `db:"nths"`    // ascending, 1 to 5; none: every week
	OnHoliday OnHoliday     `db:"on_holiday"`
	FromDate  *clock.Date   `db:"from_date"` // the first date that it names; nil: since ever
	ToDate    *clock.Date   `db:"to_date"`   // the last; nil: for ever. A closing that was moved may come later
	Note      locale.Text   `db:"note"`      // for customers; may be empty
	Version   int64         `db:"version"`
}

// names tells whether the rule speaks of a date, holiday or not.
func (r *ClosingRule) names(d clock.Date) bool {
	return int(d.Weekday()) == r.Weekday && (len(r.Nths) == 0 || slices.Contains(r.Nths, nth(d))) &&
		(r.FromDate == nil || !d.Before(*r.FromDate)) && (r.ToDate == nil || !d.After(*r.ToDate))
}

// Words are the rule as people say it: 第2・第3火曜日（祝日の場合は翌営業日）.
func (r *ClosingRule) Words(lang locale.Lang) string {
	say := func(key string, args fault.Args) string { return locale.T(lang, "schedule.words."+key, args) }
	and, comma := "・", "、"
	if lang == locale.EN {
		and, comma = " and ", ", "
	}
	weekday := say("weekday."+strconv.Itoa(r.Weekday), nil)
	text := say("weekly", fault.Args{"weekday": weekday})
	if len(r.Nths) > 0 {
		list := make([]string, len(r.Nths))
		for i, n := range r.Nths {
			list[i] = say("nth."+strconv.Itoa(n), nil)
		}
		text = say("nths", fault.Args{"weekday": weekday, "nths": strings.Join(list, and)})
	}
	var more []string
	if r.OnHoliday != CloseOnHoliday {
		more = append(more, say("on_holiday."+string(r.OnHoliday), nil))
	}
	if span := r.span(lang, say); span != "" {
		more = append(more, span)
	}
	if len(more) == 0 {
		return text
	}
	return say("but", fault.Args{"text": text, "more": strings.Join(more, comma)})
}

// span is from when to when the rule holds, nothing of one that always does.
func (r *ClosingRule) span(lang locale.Lang, say func(string, fault.Args) string) string {
	day := func(d *clock.Date) string {
		if lang == locale.EN {
			return d.UTC().Format("2 Jan 2006")
		}
		return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day)
	}
	switch {
	case r.FromDate != nil && r.ToDate != nil:
		return say("from_to", fault.Args{"from": day(r.FromDate), "to": day(r.ToDate)})
	case r.FromDate != nil:
		return say("from", fault.Args{"from": day(r.FromDate)})
	case r.ToDate != nil:
		return say("to", fault.Args{"to": day(r.ToDate)})
	}
	return ""
}

// ClosingRuleInput is a regular closing, all of it.
type ClosingRuleInput struct {
	Weekday   int         `json:"weekday" doc:"0 is Sunday" minimum:"0" maximum:"6" example:"2"`
	Nths      []int       `json:"nths,omitempty" doc:"Which of the month: [2, 3] is the second and third; none: every week" maxItems:"5" minimum:"1" maximum:"5" example:"[2,3]"`
	OnHoliday OnHoliday   `json:"on_holiday" doc:"Where it falls on a national holiday: close as ever; open; or next_day, and the next day that is open and no holiday is closed in its place" enum:"close,open,next_day"`
	FromDate  *clock.Date `json:"from_date,omitempty" doc:"The first date that it may close; since ever when absent"`
	ToDate    *clock.Date `json:"to_date,omitempty" doc:"The last; for ever when absent. A closing that a holiday put off may come later" example:"2027-03-31"`
	Note      locale.Text `json:"note,omitempty" doc:"Shown to customers"`
}

// Validate reports every fault of the input.
func (in *ClosingRuleInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *ClosingRuleInput) read(v *fault.Fields) ClosingRule {
	r := ClosingRule{
		Weekday: in.Weekday, Nths: readNths(v, "body.nths", in.Nths), OnHoliday: in.OnHoliday, FromDate: in.FromDate, ToDate: in.ToDate,
		Note: in.Note.Lines(), Version: 1,
	}
	v.Check(0 <= in.Weekday && in.Weekday <= 6, "body.weekday", "out_of_range")
	known := []OnHoliday{CloseOnHoliday, OpenOnHoliday, MoveOnHoliday}
	v.Check(slices.Contains(known, in.OnHoliday), "body.on_holiday", "not_allowed", fault.Args{"values": "close, open, next_day"})
	v.Check(in.FromDate == nil || in.ToDate == nil || !in.ToDate.Before(*in.FromDate), "body.to_date", "schedule.before_from")
	r.Note.Check(v, "body.note", maxNote, false)
	return r
}

// readNths checks which of a month are meant and puts them in order. It is never nil.
func readNths(v *fault.Fields, at string, in []int) []int {
	v.Check(len(in) <= 5, at, "too_many", fault.Args{"max": 5})
	out := []int{}
	for i, n := range in[:min(len(in), 6)] {
		item := at + "[" + strconv.Itoa(i) + "]"
		if v.Check(1 <= n && n <= 5, item, "out_of_range") && v.Check(!slices.Contains(out, n), item, "duplicate") {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}
