package auth

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// An address as mail servers take it without quoting, in lower case, with a
// domain of at least two labels.
var emailForm = regexp.MustCompile("^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*" +
	"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")

const maxLocalPart = 64 // RFC 5321, 4.5.3.1.1

// normalEmail is the one spelling of an address by which accounts are found:
// lower case, and full-width characters of a Japanese keyboard made plain.
func normalEmail(s string) (string, bool) {
	s = strings.ToLower(norm.NFKC.String(strings.TrimSpace(s)))
	ok := len(s) <= MaxEmail && emailForm.MatchString(s) && strings.IndexByte(s, '@') <= maxLocalPart
	return s, ok
}

func readEmail(v *fault.Fields, s string) string {
	const at = "body.email"
	if !v.Check(strings.TrimSpace(s) != "", at, "required") {
		return ""
	}
	if !v.Check(len(s) <= MaxEmail, at, "too_long", fault.Args{"max": MaxEmail}) {
		return ""
	}
	s, ok := normalEmail(s)
	if !v.Check(ok, at, "email") {
		return ""
	}
	return s
}
