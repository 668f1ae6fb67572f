package jp

import (
	_ "embed" // the table
	"errors"
	"strings"
	"sync"

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

// The public table of Japan Post as of 30 September 2025: its towns (KEN_ALL) and
// the codes of companies and offices (JIGYOSYO), these without their names.
// Japan Post claims no right in it. Written by `make postal`; do not edit.
//
//go:embed postal.bin
var postalFile []byte

var postalTable = sync.OnceValues(func() (*PostalTable, error) { return OpenPostal(postalFile) })

// Postal gives the places of a code of seven digits, as ParsePostal makes it:
// several where it stands for several towns, none where it is not in use. The
// table is part of the program and tested with it: a broken one panics.
func Postal(code string) []Place {
	t, err := postalTable()
	if err != nil {
		panic(err)
	}
	places, err := t.Lookup(code)
	if err != nil {
		panic(err)
	}
	return places
}
