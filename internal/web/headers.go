package web

import (
	"net/http"
	"strings"
)

// What the console's pages may do: what we serve ourselves and nothing else, in
// nobody's frame. Pictures that are about to be uploaded are shown as blob:.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; " +
	"font-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// What they may ask of the device: passkeys.
const permissions = "publickey-credentials-create=(self), publickey-credentials-get=(self), " +
	"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

func strict(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Permissions-Policy", permissions)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// oneYear is for how long a browser asks by https only, once it has done so. It
// says nothing of names below ours, which may be somebody else's.
const oneYear = "max-age=31536000"

// ByHTTPS has every answer tell browsers to come by https only, where that is
// how the public URL has them come.
func ByHTTPS(publicURL string, next http.Handler) http.Handler {
	if !strings.HasPrefix(publicURL, "https://") {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Strict-Transport-Security"] = []string{oneYear}
		next.ServeHTTP(w, r)
	})
}
