package transfer

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

// This file reads values as people write them into tables.

func oneLine(s string) string { return jp.CleanName(s) }

// plainValue is a value in any width, in lower case, without blanks around it.
func plainValue(s string) string { return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))) }

// number reads a whole number: "５", "1,200", "3名".
func number(s string, units ...string) (int, bool) {
	s = strings.ReplaceAll(plainValue(s), ",", "")
	for _, u := range units {
		s = strings.TrimSuffix(s, u)
	}
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return n, err == nil && n >= 0
}

// yen reads an amount: "¥5,500", "5,500円", "5500", "￥5,500-".
func yen(s string) (int64, bool) {
	s = plainValue(s)
	s = strings.TrimLeft(s, `¥\ `)
	for _, u := range []string{"(税込)", "税込", "円", "jpy", "-", "―"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, u))
	}
	s = strings.ReplaceAll(strings.TrimPrefix(s, "jpy"), ",", "")
	s = strings.TrimSuffix(strings.TrimSpace(s), ".0")
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}

// minutes reads a length of time: "60", "60分", "1時間30分", "1:30", "1h", "90min".
func minutes(s string) (int, bool) {
	s = plainValue(s)
	hours, rest, found := 0, s, false
	for _, mark := range []string{"時間", "hours", "hour", "h", ":"} {
		if before, after, ok := strings.Cut(s, mark); ok {
			n, valid := number(before)
			if !valid {
				return 0, false
			}
			hours, rest, found = n, strings.TrimSpace(after), true
			break
		}
	}
	if found && rest == "" {
		return hours * 60, hours <= 24
	}
	if found && rest == "半" {
		return hours*60 + 30, hours <= 24
	}
	n, ok := number(rest, "分", "minutes", "minute", "mins", "min", "m")
	return hours*60 + n, ok && hours <= 24 && n <= 24*60
}

var (
	yesWords = words("○ 〇 ◯ はい 有 あり 有り 可 する yes y true 1 on 公開 表示 有効 指名 在籍 在籍中")
	noWords  = words("× ✕ x いいえ 無 なし 無し 不可 しない no n false 0 off 非公開 非表示 無効 フリー 退職 -")
)

func words(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[plainValue(w)] = true
	}
	return out
}

// yes reads a yes or a no.
func yes(s string) (value, ok bool) {
	s = plainValue(s)
	return yesWords[s], yesWords[s] || noWords[s]
}

// list takes a list apart: 、 , ; / | + and line breaks stand between its entries.
func list(s string) []string {
	out := []string{}
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,；;／/｜|＋+\n\r", r) }) {
		if w = oneLine(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// halves takes a whole name apart at its first blank; one without a blank is a family name.
func halves(s string) (family, given string) {
	family, given, _ = strings.Cut(oneLine(s), " ")
	return family, given
}

// timeOfDay reads "14:30", "14時30分", "14時", "１４：３０", "午後2時", "25:30", "14:30:00" as
// minutes of the business day.
func timeOfDay(s string) (int, bool) {
	s = plainValue(s)
	afternoon := 0
	for mark, add := range map[string]int{"午前": 0, "午後": 12, "am": 0, "pm": 12} {
		if strings.HasPrefix(s, mark) || strings.HasSuffix(s, mark) {
			s, afternoon = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, mark), mark)), add
		}
	}
	s = strings.TrimSuffix(strings.NewReplacer("時", ":", "分", "", "半", "30").Replace(s), ":")
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, ok := number(p)
		if !ok || v > 59 && i > 0 {
			return 0, false
		}
		n[i] = v
	}
	if afternoon > 0 && n[0] < 12 {
		n[0] += afternoon
	}
	minute := n[0]*60 + n[1]
	return minute, n[0] <= 30 && minute <= clock.MaxMinute && n[2] == 0
}

// startOf reads a start of a date and a time, or of both in one: "2026-12-01
// 14:30", "2026年12月1日14時30分", "令和8年12月1日 14:30", RFC 3339.
func startOf(c cells, zone *time.Location) (time.Time, string) {
	date, tod := c["date"], c["time"]
	if s, ok := c["start"]; ok {
		if t, err := time.Parse(time.RFC3339, strings.TrimSpace(s)); err == nil {
			return t, ""
		}
		date, tod = splitStart(s)
	}
	if date == "" {
		return time.Time{}, "date"
	}
	d, err := jp.ParseDate(dateOnly(date))
	if err != nil {
		return time.Time{}, "date"
	}
	minute, ok := timeOfDay(tod)
	if !ok {
		return time.Time{}, "time"
	}
	return clock.Instant(d, minute, zone), ""
}

// dateOnly takes a weekday off: "2026/12/01(火)".
func dateOnly(s string) string {
	s = norm.NFKC.String(s)
	if i := strings.IndexAny(s, "(["); i > 0 {
		return strings.TrimSpace(s[:i])
	}
	return s
}

// splitStart takes a date and a time apart: at the day's sign, a weekday, a blank or a T.
func splitStart(s string) (date, tod string) {
	s = norm.NFKC.String(strings.TrimSpace(s))
	for _, end := range []string{")", "日"} {
		if before, after, ok := strings.Cut(s, end); ok {
			return before + end, strings.TrimSpace(after)
		}
	}
	if i := strings.LastIndexAny(s, " T"); i > 0 {
		return strings.TrimSpace(s[:i]), s[i+1:]
	}
	return s, ""
}

// A spreadsheet takes what begins with one of these for a formula.
const formulaMarks = "=+-@\t\r"

// guarded is a text that no spreadsheet takes for a formula: behind an apostrophe.
func guarded(s string) string {
	if s != "" && (strings.IndexByte(formulaMarks, s[0]) >= 0 || strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＋") ||
		strings.HasPrefix(s, "－") || strings.HasPrefix(s, "＠") || strings.HasPrefix(s, "'")) {
		return "'" + s
	}
	return s
}

// unguarded takes the apostrophe off again that guarded set.
func unguarded(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && guarded(rest) == s {
		return rest
	}
	return s
}
