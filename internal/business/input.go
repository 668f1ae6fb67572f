package business

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Longest values in characters.
const (
	MaxName        = 100
	MaxDescription = 2000
	maxPlace       = 100
	maxEmail       = 254
	minSlug        = 3
	maxSlug        = 60
)

// Profile is what people read of a business, as typed. What is left out stays
// as it is, or empty in a new business.
type Profile struct {
	Slug        *string     `json:"slug,omitempty" doc:"The last part of the public address; made up when a business is founded without" minLength:"3" maxLength:"60" pattern:"^[a-z0-9](-?[a-z0-9])*$" example:"hana-salon"`
	Description locale.Text `json:"description,omitempty"`
	PostalCode  *string     `json:"postal_code,omitempty" doc:"Seven digits; 〒, full-width digits and any dash are accepted" maxLength:"20" example:"150-0001"`
	Prefecture  *string     `json:"prefecture,omitempty" doc:"One of the 47" maxLength:"20" example:"東京都"`
	City        *string     `json:"city,omitempty" maxLength:"100" example:"渋谷区"`
	AddressLine *string     `json:"address_line,omitempty" maxLength:"100" example:"神宮前1-2-3"`
	Phone       *string     `json:"phone,omitempty" doc:"In any common form; answered as E.164" maxLength:"40" example:"03-1234-5678"`
	Email       *string     `json:"email,omitempty" doc:"For customers" maxLength:"254" example:"info@hana-salon.example"`
	AccentColor *string     `json:"accent_color,omitempty" doc:"Of its pages, #rrggbb; dark enough for white letters on it and for letters of it on the page. Empty: that of the platform" maxLength:"7" example:"#2f5d50"`
}

// Base is in which zone, currency and language a business works.
type Base struct {
	Timezone *string      `json:"timezone,omitempty" doc:"IANA; Asia/Tokyo unless another is given" maxLength:"64" example:"Asia/Tokyo"`
	Currency *string      `json:"currency,omitempty" doc:"JPY" enum:"JPY"`
	Locale   *locale.Lang `json:"locale,omitempty" doc:"Of messages to customers who chose none; ja unless given" enum:"ja,en"`
}

// FoundInput is what a business is founded with.
type FoundInput struct {
	Name     locale.Text `json:"name"`
	Vertical Vertical    `json:"vertical" enum:"hair_salon,nail_eyelash,spa_massage,clinic,restaurant,fitness,lodging,lesson"`
	Profile
	Base
}

// Validate reports every fault of the input.
func (in *FoundInput) Validate() error {
	var v fault.Fields
	in.apply(&Business{}, &v)
	return v.Err()
}

func (in *FoundInput) apply(b *Business, v *fault.Fields) {
	b.Name = in.Name.Line()
	b.Name.Check(v, "body.name", MaxName, true)
	b.Vertical = in.Vertical
	checkOneOf(v, "body.vertical", in.Vertical, Verticals)
	in.Profile.apply(b, v)
	in.Base.apply(b, v)
}

// UpdateInput changes what people read of a business; what is left out stays.
type UpdateInput struct {
	Name     locale.Text `json:"name,omitempty"`
	Vertical *Vertical   `json:"vertical,omitempty" enum:"hair_salon,nail_eyelash,spa_massage,clinic,restaurant,fitness,lodging,lesson"`
	Profile
}

// Validate reports every fault of the input.
func (in *UpdateInput) Validate() error {
	var v fault.Fields
	in.apply(&Business{}, &v)
	return v.Err()
}

func (in *UpdateInput) apply(b *Business, v *fault.Fields) {
	if in.Name != nil {
		b.Name = in.Name.Line()
		b.Name.Check(v, "body.name", MaxName, true)
	}
	if in.Vertical != nil {
		b.Vertical = *in.Vertical
		checkOneOf(v, "body.vertical", b.Vertical, Verticals)
	}
	in.Profile.apply(b, v)
}

func (in *Profile) apply(b *Business, v *fault.Fields) {
	if in.Slug != nil {
		b.Slug = *in.Slug
		checkSlug(v, b.Slug)
	}
	if in.Description != nil {
		b.Description = in.Description.Lines()
		b.Description.Check(v, "body.description", MaxDescription, false)
	}
	in.applyPlace(b, v)
	if in.Phone != nil {
		b.Phone = readPhone(v, *in.Phone)
	}
	if in.Email != nil {
		b.Email = readEmail(v, *in.Email)
	}
	if in.AccentColor != nil {
		b.AccentColor = readAccent(v, *in.AccentColor)
	}
}

func (in *Profile) applyPlace(b *Business, v *fault.Fields) {
	if s := in.PostalCode; s != nil {
		var err error
		if b.PostalCode = strings.TrimSpace(*s); b.PostalCode != "" {
			b.PostalCode, err = jp.ParsePostal(b.PostalCode)
		}
		v.Check(err == nil, "body.postal_code", "postal_code")
	}
	if s := in.Prefecture; s != nil {
		known := true
		if b.Prefecture = jp.CleanName(*s); b.Prefecture != "" {
			b.Prefecture, known = jp.ParsePrefecture(b.Prefecture)
		}
		v.Check(known, "body.prefecture", "prefecture")
	}
	setLine(v, "body.city", &b.City, in.City)
	setLine(v, "body.address_line", &b.AddressLine, in.AddressLine)
}

func setLine(v *fault.Fields, at string, dst, src *string) {
	if src != nil {
		*dst = jp.CleanName(*src)
		v.Check(utf8.RuneCountInString(*dst) <= maxPlace, at, "too_long", fault.Args{"max": maxPlace})
	}
}

func (in *Base) apply(b *Business, v *fault.Fields) {
	if in.Timezone != nil {
		b.Timezone = *in.Timezone
		v.Check(isZone(b.Timezone), "body.timezone", "timezone")
	}
	if in.Currency != nil {
		b.Currency = *in.Currency
		checkOneOf(v, "body.currency", b.Currency, []string{"JPY"})
	}
	if in.Locale != nil {
		b.Locale = *in.Locale
		checkOneOf(v, "body.locale", b.Locale, locale.Langs)
	}
}

func checkOneOf[T ~string](v *fault.Fields, at string, got T, allowed []T) {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	v.Check(slices.Contains(allowed, got), at, "not_allowed", fault.Args{"values": strings.Join(names, ", ")})
}

var slugPattern = regexp.MustCompile(`^[a-z0-9](-?[a-z0-9])*$`)

// Slugs that addresses of our own begin with.
var reservedSlugs = []string{
	"admin", "api", "app", "assets", "auth", "book", "bookings", "console", "dev", "docs", "embed", "favicon", "find", "health", "help",
	"hooks", "icon", "invitations", "livez", "login", "logout", "manage", "manifest", "media", "metrics", "offline", "ogp", "openapi",
	"privacy", "public", "readyz", "register", "robots", "search", "session", "shop", "shops", "sign-in", "sign-up", "site", "sitemap",
	"static", "sw", "terms", "webhooks", "well-known", "www",
}

func checkSlug(v *fault.Fields, s string) {
	const at = "body.slug"
	switch {
	case len(s) < minSlug:
		v.Add(at, "too_short", fault.Args{"min": minSlug})
	case len(s) > maxSlug:
		v.Add(at, "too_long", fault.Args{"max": maxSlug})
	case !slugPattern.MatchString(s):
		v.Add(at, "business.slug_format")
	case slices.Contains(reservedSlugs, s):
		v.Add(at, "business.slug_reserved")
	}
}

func readPhone(v *fault.Fields, s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	e164, err := jp.ParsePhone(s)
	v.Check(err == nil, "body.phone", "phone")
	return e164
}

func readEmail(v *fault.Fields, s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	a, err := mail.ParseAddress(s)
	ok := err == nil && a.Name == "" && a.Address == s && len(s) <= maxEmail && !strings.ContainsAny(s, "\r\n\x00 \"(),:;<>[]\\")
	v.Check(ok, "body.email", "email")
	return s
}
