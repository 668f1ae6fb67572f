package jp

import (
	"fmt"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Era is a reign by which years are counted.
type Era struct {
	JA     string // 令和
	Letter string // R
	First  clock.Date
}

// The eras since the calendar is the sun's, the latest first. Before 1873 the
// dates of Meiji were the moon's.
var eras = [...]Era{
	{"令和", "R", clock.Date{Year: 2019, Month: 5, Day: 1}},
	{"平成", "H", clock.Date{Year: 1989, Month: 1, Day: 8}},
	{"昭和", "S", clock.Date{Year: 1926, Month: 12, Day: 25}},
	{"大正", "T", clock.Date{Year: 1912, Month: 7, Day: 30}},
	{"明治", "M", clock.Date{Year: 1868, Month: 1, Day: 25}},
}

var solarSince = clock.Date{Year: 1873, Month: 1, Day: 1}

// EraOf is the era of a date, and the year in it; ok is false before 1873.
func EraOf(d clock.Date) (e Era, year int, ok bool) {
	if d.Before(solarSince) {
		return Era{}, 0, false
	}
	for _, e := range eras {
		if !d.Before(e.First) {
			return e, d.Year - e.First.Year + 1, true
		}
	}
	return Era{}, 0, false
}

// FormatEra writes a date as 令和6年5月1日, a first year as 令和元年; a date before 1873 as 1872年12月31日.
func FormatEra(d clock.Date) string {
	e, year, ok := EraOf(d)
	if !ok {
		return fmt.Sprintf("%04d年%d月%d日", d.Year, int(d.Month), d.Day)
	}
	shown := strconv.Itoa(year)
	if year == 1 {
		shown = "元"
	}
	return fmt.Sprintf("%s%s年%d月%d日", e.JA, shown, int(d.Month), d.Day)
}

// FormatEraShort writes a date as R6.5.1; a date before 1873 as 1872.12.31.
func FormatEraShort(d clock.Date) string {
	e, year, ok := EraOf(d)
	if !ok {
		return fmt.Sprintf("%04d.%d.%d", d.Year, int(d.Month), d.Day)
	}
	return fmt.Sprintf("%s%d.%d.%d", e.Letter, year, int(d.Month), d.Day)
}

// last is the last day that may be written in the era. Taisho and Showa began
// within a day that had begun in the era before, and which is written in both.
func (e Era) last() (last clock.Date, over bool) {
	for i, next := range eras {
		if i+1 == len(eras) || eras[i+1].Letter != e.Letter {
			continue
		}
		if next.Letter == "S" || next.Letter == "T" {
			return next.First, true
		}
		return next.First.AddDays(-1), true
	}
	return clock.Date{}, false
}

// DateReason says why a text is no date.
type DateReason string

// The reasons.
const (
	DateUnreadable DateReason = "unreadable"  // in none of the forms
	DateNoSuchDay  DateReason = "no_such_day" // 30 February
	DateBeforeEra  DateReason = "before_era"  // 令和元年4月30日
	DateAfterEra   DateReason = "after_era"   // 昭和65年
	DateLunar      DateReason = "lunar"       // 明治5年: not a date of this calendar
)

// DateError is what ParseDate answers for what is no date.
type DateError struct {
	Reason DateReason
	Era    Era        // of DateBeforeEra, DateAfterEra, DateLunar
	Meant  clock.Date // of DateBeforeEra and DateAfterEra: the day that counting on from the era would give
}

// Error is for logs; it does not repeat the text, which may be somebody's birthday.
func (e *DateError) Error() string { return "not a date: " + string(e.Reason) }

// date is a day of the era; a *DateError when it has none such.
func (e Era) date(year, month, day int) (clock.Date, error) {
	d, err := dateOf(e.First.Year+year-1, month, day)
	if err != nil {
		return clock.Date{}, err
	}
	last, over := e.last()
	switch {
	case year < 1:
		return clock.Date{}, &DateError{Reason: DateNoSuchDay}
	case e.Letter == "M" && d.Before(solarSince):
		return clock.Date{}, &DateError{Reason: DateLunar, Era: e}
	case d.Before(e.First):
		return clock.Date{}, &DateError{Reason: DateBeforeEra, Era: e, Meant: d}
	case over && d.After(last):
		return clock.Date{}, &DateError{Reason: DateAfterEra, Era: e, Meant: d}
	}
	return d, nil
}
