package jp

import (
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// The longest date: 昭和六十四年一月七日, with blanks.
const maxDateInput = 40

// ParseDate reads a date as people write it, in any width: 2024-05-01, 2024/5/1,
// 2024.5.1, 20240501, 2024年5月1日, 令和6年5月1日, 昭和六十四年一月七日, 平成元年1月8日,
// R6.5.1, H31/4/30, S64-1-7, R060501. Days that are not on the calendar, or not in
// the era, are refused with a *DateError that says why. Years are 1 to 9999.
func ParseDate(s string) (clock.Date, error) {
	unreadable := &DateError{Reason: DateUnreadable}
	if utf8.RuneCountInString(s) > maxDateInput {
		return clock.Date{}, unreadable
	}
	era, rest := cutEra(dateText(s))
	year, month, day, ok := scanDate(rest, era != nil)
	if !ok {
		return clock.Date{}, unreadable
	}
	if era != nil {
		return era.date(year, month, day)
	}
	return dateOf(year, month, day)
}

// dateOf is the date if the calendar has it.
func dateOf(year, month, day int) (clock.Date, error) {
	d := clock.Date{Year: year, Month: time.Month(month), Day: day}
	if year < 1 || year > 9999 || clock.DateOf(d.UTC()) != d {
		return clock.Date{}, &DateError{Reason: DateNoSuchDay}
	}
	return d, nil
}

// dateText is the text in NFKC without blanks, letters large, dashes "-".
func dateText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return -1
		case r == '〜', r == '~':
			return r
		case strings.ContainsRune(dashes, r):
			return '-'
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, CleanName(norm.NFKC.String(s)))
}

// cutEra takes the era off: 令和, 令 or R; nil without one.
func cutEra(s string) (*Era, string) {
	for i := range eras {
		e := &eras[i]
		_, n := utf8.DecodeRuneInString(e.JA)
		for _, mark := range []string{e.JA, e.JA[:n], e.Letter} {
			if rest, ok := strings.CutPrefix(s, mark); ok {
				return e, strings.TrimPrefix(rest, ".") // R.6.5.1
			}
		}
	}
	return nil, s
}

// scanDate takes a date without era apart.
func scanDate(s string, inEra bool) (year, month, day int, ok bool) {
	if strings.Trim(s, "0123456789") == "" {
		return scanDigits(s, inEra)
	}
	first, rest, ok := scanNumber(s, inEra)
	if typed := s[:len(s)-len(rest)]; !ok || !inEra && first < 1000 && (len(typed) != 4 || typed[0] != '0') { // 24 could be any century's
		return 0, 0, 0, false
	}
	separators := [2]string{"年", "月"}
	if !strings.HasPrefix(rest, "年") {
		_, n := utf8.DecodeRuneInString(rest)
		if !strings.Contains("-/.", rest[:n]) || n == 0 {
			return 0, 0, 0, false
		}
		separators = [2]string{rest[:n], rest[:n]}
	}
	numbers := [3]int{first}
	for i, separator := range separators {
		if rest, ok = strings.CutPrefix(rest, separator); !ok {
			return 0, 0, 0, false
		}
		if numbers[i+1], rest, ok = scanNumber(rest, false); !ok {
			return 0, 0, 0, false
		}
	}
	if separators[1] == "月" {
		rest = strings.TrimPrefix(rest, "日")
	}
	return numbers[0], numbers[1], numbers[2], rest == ""
}

// scanDigits takes 20240501 apart, or 060501 after an era.
func scanDigits(s string, inEra bool) (year, month, day int, ok bool) {
	if inEra && len(s) != 6 || !inEra && len(s) != 8 {
		return 0, 0, 0, false
	}
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n / 10000, n / 100 % 100, n % 100, true
}

// scanNumber takes a number off the front, in digits or in kanji; 元 is the first year of an era.
func scanNumber(s string, first bool) (n int, rest string, ok bool) {
	if rest, ok := strings.CutPrefix(s, "元"); first && ok {
		return 1, rest, true
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits > 0 {
		for _, r := range s[:min(digits, 5)] {
			n = n*10 + int(r-'0')
		}
		return n, s[digits:], digits <= 4
	}
	kanji := len(s) - len(strings.TrimLeft(s, kanjiDigits+kanjiPowers))
	n, ok = kanjiNumber(s[:kanji])
	return n, s[kanji:], ok
}

const (
	kanjiDigits = "〇一二三四五六七八九"
	kanjiPowers = "十百千"
)

// kanjiNumber reads 六十四 and 二千二十四, or digit by digit 二〇二四; up to 9999.
func kanjiNumber(s string) (n int, ok bool) {
	if !strings.ContainsAny(s, kanjiPowers) {
		for _, r := range s {
			n = n*10 + strings.IndexRune(kanjiDigits, r)/len("一")
		}
		return n, s != "" && utf8.RuneCountInString(s) <= 4
	}
	digit, smallest := 0, 10000
	for _, r := range s {
		i := strings.IndexRune(kanjiPowers, r)
		if i < 0 {
			if digit != 0 || r == '〇' {
				return 0, false
			}
			digit = strings.IndexRune(kanjiDigits, r) / len("一")
			continue
		}
		power := [...]int{10, 100, 1000}[i/len("十")]
		if power >= smallest {
			return 0, false
		}
		n += max(digit, 1) * power
		digit, smallest = 0, power
	}
	return n + digit, true
}
