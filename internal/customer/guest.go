package customer

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Longest values in characters.
const (
	MaxName  = 60
	MaxEmail = 254
)

// Guest is who a booking is for, normalised: names cleaned, kana full-width,
// phone E.164, e-mail lower-case in its domain.
type Guest struct {
	FamilyName     string      `json:"family_name"`
	GivenName      string      `json:"given_name"`
	FamilyNameKana string      `json:"family_name_kana"`
	GivenNameKana  string      `json:"given_name_kana"`
	Phone          string      `json:"phone"`
	Email          string      `json:"email"`
	Locale         locale.Lang `json:"locale"`
}

// Input is a guest as typed: any width, hiragana or katakana, hyphens.
type Input struct {
	FamilyName     string
	GivenName      string
	FamilyNameKana string
	GivenNameKana  string
	Phone          string
	Email          string
	Locale         string
}

// Normalize makes a guest of the input and notes what is wrong under the given
// path. A lenient caller (the counter) may leave names and phone out.
func (in Input) Normalize(v *fault.Fields, at string, lenient bool, fallback locale.Lang) Guest {
	g := Guest{
		FamilyName:     name(v, at+".family_name", in.FamilyName, !lenient),
		GivenName:      name(v, at+".given_name", in.GivenName, !lenient),
		FamilyNameKana: kana(v, at+".family_name_kana", in.FamilyNameKana),
		GivenNameKana:  kana(v, at+".given_name_kana", in.GivenNameKana),
		Phone:          phone(v, at+".phone", in.Phone, !lenient),
		Email:          email(v, at+".email", in.Email),
		Locale:         fallback,
	}
	if in.Locale != "" {
		lang, ok := locale.Parse(in.Locale)
		v.Check(ok, at+".locale", "not_allowed", fault.Args{"values": "ja, en"})
		g.Locale = lang
	}
	return g
}

func name(v *fault.Fields, at, s string, required bool) string {
	s = jp.CleanName(s)
	if v.Check(s != "" || !required, at, "required") {
		v.Check(utf8.RuneCountInString(s) <= MaxName, at, "too_long", fault.Args{"max": MaxName})
	}
	return s
}

func kana(v *fault.Fields, at, s string) string {
	s = jp.Katakana(jp.CleanName(s))
	v.Check(utf8.RuneCountInString(s) <= MaxName, at, "too_long", fault.Args{"max": MaxName})
	return s
}

func phone(v *fault.Fields, at, s string, required bool) string {
	if s = strings.TrimSpace(s); s == "" {
		v.Check(!required, at, "required")
		return ""
	}
	e164, err := jp.ParsePhone(s)
	v.Check(err == nil, at, "phone")
	return e164
}

func email(v *fault.Fields, at, s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	a, err := mail.ParseAddress(s)
	odd := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"(),:;<>[]\`, r) }
	ok := err == nil && a.Name == "" && a.Address == s && len(s) <= MaxEmail && strings.IndexFunc(s, odd) < 0
	if !v.Check(ok, at, "email") {
		return ""
	}
	i := strings.LastIndexByte(s, '@')
	return s[:i] + strings.ToLower(s[i:])
}

// IdentityKey is by what the business knows the guest again; nil without a phone.
func (g Guest) IdentityKey() *string {
	if g.Phone == "" {
		return nil
	}
	k := jp.Fold(g.FamilyName+g.GivenName) + "|" + g.Phone
	return &k
}

// IsAnonymous tells whether nothing is known: no customer record is made.
func (g Guest) IsAnonymous() bool {
	return g.FamilyName == "" && g.GivenName == "" && g.Phone == "" && g.Email == ""
}
