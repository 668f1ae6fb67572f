package jp

import (
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ErrPostal is what ParsePostal answers for anything but seven digits.
var ErrPostal = errors.New("not a postal code")

// ParsePostal reads a postal code as people type it, with 〒, full-width digits
// and any dash, and makes it seven digits.
func ParsePostal(s string) (string, error) {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		switch {
		case '0' <= r && r <= '9' && b.Len() < 7:
			b.WriteRune(r)
		case strings.ContainsRune(dashes, r), r == ' ', r == '〒' && b.Len() == 0:
		default:
			return "", ErrPostal
		}
	}
	if b.Len() != 7 {
		return "", ErrPostal
	}
	return b.String(), nil
}

// FormatPostal shows a stored code: "150-0001".
func FormatPostal(code string) string {
	if len(code) != 7 {
		return code
	}
	return code[:3] + "-" + code[3:]
}
