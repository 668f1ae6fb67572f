package ops

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
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
	if isSecret(a.Key) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() { //nolint:exhaustive // nothing else holds a text
	case slog.KindString:
		v := a.Value.String()
		if clean := Scrub(v); clean != v {
			return slog.String(a.Key, clean)
		}
	case slog.KindAny:
		if err, ok := a.Value.Any().(error); ok {
			return slog.String(a.Key, Scrub(err.Error()))
		}
	}
	return a
}

// judged remembers which keys are secret: they are a few words of the program's
// own, asked for with every line of the log.
var judged sync.Map

func isSecret(key string) bool {
	if known, ok := judged.Load(key); ok {
		secret, _ := known.(bool)
		return secret
	}
	lower := strings.ToLower(key)
	secret := slices.ContainsFunc(secretKeys, func(part string) bool { return strings.Contains(lower, part) })
	judged.Store(key, secret)
	return secret
}

// tokenPaths are the beginnings of paths that end in a token.
var tokenPaths = []string{"/manage/", "/holds/", "/public/bookings/", "/verify-email/"}

var (
	scrubEmail = regexp.MustCompile(`[^\s<>"'(,;:=/]+@[^\s<>"'),;:/]+\.[^\s<>"'),;:/]+`)
	scrubPhone = regexp.MustCompile(`\+\d{9,14}|\b0\d{9,10}\b`)
	scrubToken = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+|(?:` + strings.Join(tokenPaths, "|") + `)[\w-]{20,}`)
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
// a token or the password of a URL. What a pattern cannot do without is looked
// for first: most texts of a log have none of it.
func Scrub(s string) string {
	if strings.Contains(s, "://") {
		s = scrubURL.ReplaceAllString(s, "://") // user and password
	}
	if strings.Contains(s, "@") {
		s = scrubEmails(s)
	}
	if strings.Contains(s, "eyJ") || slices.ContainsFunc(tokenPaths, func(path string) bool { return strings.Contains(s, path) }) {
		s = scrubToken.ReplaceAllString(s, redacted)
	}
	if hasDigits(s, leastPhone) {
		s = scrubPhone.ReplaceAllString(s, redacted)
	}
	return s
}

// leastPhone is how many digits in a row scrubPhone needs.
const leastPhone = 9

// hasDigits tells whether n digits stand in a row.
func hasDigits(s string, n int) bool {
	run := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			run = 0
		} else if run++; run == n {
			return true
		}
	}
	return false
}
