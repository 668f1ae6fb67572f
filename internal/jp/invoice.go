package jp

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What ParseInvoiceNumber answers for what is none.
var (
	ErrInvoiceNumber = errors.New("not a registration number")
	ErrCheckDigit    = errors.New("check digit does not fit") // thirteen digits, but mistyped
)

// InvoiceNumber is the registration number of an issuer of qualified invoices
// (適格請求書発行事業者登録番号), "T7000012050002".
type InvoiceNumber struct {
	Number string
	// Checked tells that the check digit was held against the rest: the number is
	// a corporate number (法人番号). Numbers of sole proprietors and others without
	// one are given out beside the corporate ones, and the tax agency publishes
	// no check for them: of these only the form is sure.
	Checked bool
}

const maxInvoiceInput = 40

// ParseInvoiceNumber reads a registration number as people type it: T and
// thirteen digits, full-width, with any dash or blank between.
func ParseInvoiceNumber(s string) (InvoiceNumber, error) {
	digits, ok := strings.CutPrefix(numberText(s), "T")
	if !ok || !thirteenDigits(digits) {
		return InvoiceNumber{}, ErrInvoiceNumber
	}
	n := InvoiceNumber{Number: "T" + digits, Checked: corporate(digits)}
	if n.Checked && digits[0] != checkDigit(digits[1:]) {
		return InvoiceNumber{}, ErrCheckDigit
	}
	return n, nil
}

// FormatInvoiceNumber shows a stored number: "T7-0000-1205-0002"; what is none is shown as it is.
func FormatInvoiceNumber(number string) string {
	if len(number) != 14 || number[0] != 'T' {
		return number
	}
	return number[:2] + "-" + number[2:6] + "-" + number[6:10] + "-" + number[10:]
}

// numberText is the text in NFKC without blanks and dashes, letters large.
func numberText(s string) string {
	if utf8.RuneCountInString(s) > maxInvoiceInput {
		return ""
	}
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || strings.ContainsRune(dashes, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(strings.TrimSpace(s))))
}

func thirteenDigits(s string) bool {
	return len(s) == 13 && strings.Trim(s, "0123456789") == ""
}

// corporate tells whether the digits after the first are of the ranges from which corporate numbers are
// given: 0 to 5 registered companies and, as 00, the state; 7 all others.
func corporate(digits string) bool {
	return digits[1] <= '5' || digits[1] == '7'
}

// checkDigit is the first digit of a corporate number with the twelve digits
// after it: weights 1 and 2 from the right, nine minus the sum's rest by nine
// (Ordinance 70 of the Ministry of Finance, 2014). It is never 0.
func checkDigit(rest string) byte {
	sum := 0
	for i := range len(rest) {
		weight := 1 + i%2
		sum += weight * int(rest[len(rest)-1-i]-'0')
	}
	return byte('9' - sum%9)
}
