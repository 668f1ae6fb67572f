package locale

import (
	"fmt"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

var weekdaysJA = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// FormatDate is "11月28日(土)" or "Sat 28 Nov".
func FormatDate(lang Lang, d clock.Date) string {
	if lang == EN {
		return d.UTC().Format("Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d年%d月%d日(%s)", d.Year, int(d.Month), d.Day, weekdaysJA[d.Weekday()])
}

// FormatTime is the wall time of an instant as seen from its business day:
// "14:30", and past midnight "25:30 (翌1:30)" or "01:30 (+1 day)".
func FormatTime(lang Lang, t time.Time, day clock.Date, loc *time.Location) string {
	l := t.In(loc)
	days := clock.DateOf(l).DaysSince(day)
	switch {
	case days <= 0:
		return l.Format("15:04")
	case lang == EN:
		return fmt.Sprintf("%s (+%d day)", l.Format("15:04"), days)
	}
	return fmt.Sprintf("%d:%02d (翌%d:%02d)", l.Hour()+24*days, l.Minute(), l.Hour(), l.Minute())
}

// FormatMoney is "¥5,500"; other currencies show their code.
func FormatMoney(m money.Money) string {
	n := strconv.FormatInt(m.Amount, 10)
	sign := ""
	if n[0] == '-' {
		sign, n = "-", n[1:]
	}
	for i := len(n) - 3; i > 0; i -= 3 {
		n = n[:i] + "," + n[i:]
	}
	if m.Currency == money.JPY {
		return sign + "¥" + n
	}
	return sign + m.Currency + " " + n
}
