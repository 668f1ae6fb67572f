package customer

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// ID names a customer within a business.
type ID = id.Of[Guest]

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

// upsert fills what was unknown and keeps what is known: somebody who knows a
// name and a phone number cannot rewrite a customer's record.
var upsert = pg.Register("customer.upsert",
	`INSERT INTO customers AS c (business_id, id, family_name, given_name, family_name_kana, given_name_kana, phone, phone_last4,
	     email, locale, identity_key, search_key, sort_key, created_at, updated_at)
	 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
	 ON CONFLICT (business_id, identity_key) DO UPDATE
	 SET email = CASE WHEN c.email = '' THEN excluded.email ELSE c.email END,
	     family_name_kana = CASE WHEN c.family_name_kana = '' THEN excluded.family_name_kana ELSE c.family_name_kana END,
	     given_name_kana = CASE WHEN c.given_name_kana = '' THEN excluded.given_name_kana ELSE c.given_name_kana END,
	     sort_key = CASE WHEN c.family_name_kana = '' THEN excluded.sort_key ELSE c.sort_key END,
	     search_key = CASE WHEN c.family_name_kana = '' THEN excluded.search_key ELSE c.search_key END`)

// Upsert queues that the business knows the guest. The record's id is the one
// returned, or that of the record with the same identity key.
func Upsert(b *pg.Batch, business business.ID, g Guest, now time.Time) ID {
	cid := id.New[Guest](now)
	last4 := ""
	if g.Phone != "" {
		last4 = jp.Last4(g.Phone)
	}
	full, kana := g.FamilyName+" "+g.GivenName, g.FamilyNameKana+" "+g.GivenNameKana
	b.Queue(upsert, business, cid, g.FamilyName, g.GivenName, g.FamilyNameKana, g.GivenNameKana, g.Phone, last4, g.Email,
		string(g.Locale), g.IdentityKey(), jp.Fold(full+" "+kana), jp.SortKey(strings.TrimSpace(kana), full), now)
	return cid
}
