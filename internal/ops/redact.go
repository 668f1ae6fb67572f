package ops

import (
	"log/slog"
	"regexp"
	"strings"
)

// redacted stands where a secret was.
const redacted = "[redacted]"

// secretKeys are parts of attribute keys whose values are never logged.
var secretKeys = []string{
	"password", "passphrase", "token", "secret", "authorization", "cookie", "credential",
	"email", "phone", "note", "_name_kana", "family_name", "given_name",
}

// redact replaces the values of secret attributes, and what looks like one
// inside any text. It is the last net: code does not log such things.
func redact(_ []string, a slog.Attr) slog.Attr {
	key := strings.ToLower(a.Key)
	for _, part := range secretKeys {
		if strings.Contains(key, part) {
			return slog.String(a.Key, redacted)
		}
	}
	switch v := a.Value.Any().(type) {
	case string:
		if clean := Scrub(v); clean != v {
			return slog.String(a.Key, clean)
		}
	case error:
		return slog.String(a.Key, Scrub(v.Error()))
	}
	return a
}

var (
	scrubEmail = regexp.MustCompile(`[^\s<>"'(,;:=/]+@[^\s<>"'),;:/]+\.[^\s<>"'),;:/]+`)
	scrubPhone = regexp.MustCompile(`\+\d{9,14}|\b0\d{9,10}\b`)
	scrubToken = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+|(?:/manage/|/holds/|/public/bookings/|/verify-email/)[\w-]{20,}`)
	scrubURL   = regexp.MustCompile(`://[^\s/@]+:[^\s/@]+@`)
)

// scrubEmails leaves the user of an address such as postgres://app@host alone.
func scrubEmails(s string) string {
	var b strings.Builder
	end := 0
	for _, at := range scrubEmail.FindAllStringIndex(s, -1) {
		b.WriteString(s[end:at[0]])
		if end = at[1]; strings.HasSuffix(s[:at[0]], "://") {
			b.WriteString(s[at[0]:at[1]])
			continue
		}
		b.WriteString(redacted)
	}
	return b.String() + s[end:]
}

// Scrub takes out of a text what looks like an e-mail address, a phone number,
// a token or the password of a URL.
func Scrub(s string) string {
	if strings.Contains(s, "://") {
		s = scrubURL.ReplaceAllString(s, "://") // user and password
	}
	if strings.Contains(s, "@") {
		s = scrubEmails(s)
	}
	if strings.Contains(s, "eyJ") || strings.Contains(s, "/") {
		s = scrubToken.ReplaceAllString(s, redacted)
	}
	return scrubPhone.ReplaceAllString(s, redacted)
}
