package jp

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// ErrPhone is what ParsePhone answers for anything but a phone number in use.
var ErrPhone = errors.New("not a phone number")

const maxPhoneInput = 40

// dashes are the marks that people type between groups of digits, after NFKC.
const dashes = "-‐‑‒–—―−ー─━〜~"

// ParsePhone reads a number as people type it, full-width and with any dash, in
// the national form of Japan or with the country's code ("+81 (0)90…", "0081-90…"),
// after "TEL" or without, and makes it E.164 ("+819012345678"). Toll-free numbers
// (0120, 0800), IP telephony (050) and 0570 are numbers too. Numbers of ranges that
// nobody was assigned are refused: of 060, by the ranges that the library knows.
func ParsePhone(s string) (e164 string, err error) {
	if utf8.RuneCountInString(s) > maxPhoneInput {
		return "", ErrPhone
	}
	var b strings.Builder
	for _, r := range withoutTel(strings.TrimSpace(norm.NFKC.String(s))) {
		switch {
		case '0' <= r && r <= '9', r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case strings.ContainsRune(dashes, r), strings.ContainsRune(" ()./", r):
		default:
			return "", ErrPhone
		}
	}
	number := b.String()
	if rest, ok := strings.CutPrefix(number, "0081"); ok { // as dialled from abroad
		number = "+81" + rest
	}
	n, err := phonenumbers.Parse(number, "JP")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", ErrPhone
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

// withoutTel takes off what letterheads write before a number.
func withoutTel(s string) string {
	const tel = "TEL"
	if len(s) > len(tel) && strings.EqualFold(s[:len(tel)], tel) {
		return strings.TrimLeft(s[len(tel):], ":. ")
	}
	return s
}

// NationalPhone is how a stored number is shown: "090-1234-5678" for one of
// Japan, "+1 202-456-1111" for others; what cannot be read is shown as it is.
func NationalPhone(e164 string) string {
	n, err := phonenumbers.Parse(e164, "JP")
	switch {
	case err != nil:
		return e164
	case phonenumbers.GetRegionCodeForNumber(n) == "JP":
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// Last4 are the last four digits of a stored number, by which people at the
// counter look customers up; empty for a number that is shorter.
func Last4(e164 string) string {
	if len(e164) < 4 {
		return ""
	}
	return e164[len(e164)-4:]
}
