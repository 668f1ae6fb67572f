package business

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// maxEmbedOrigins is how many origins may frame the booking form.
const maxEmbedOrigins = 10

// EmbedPath is where, below the public URL, the script stands that puts booking
// forms into the pages of shops.
const EmbedPath = "/embed.js"

// EmbedSnippet is the line that an owner copies into a page of their own.
func EmbedSnippet(publicURL, slug string) string {
	return `<script src="` + publicURL + EmbedPath + `" data-shop="` + slug + `" async></script>`
}

func (in *SettingsInput) applyEmbedding(b *Business, v *fault.Fields) {
	if in.EmbedOrigins == nil {
		return
	}
	const at = "body.embed_origins"
	b.EmbedOrigins = []string{}
	for i, text := range *in.EmbedOrigins {
		origin, ok := parseOrigin(text)
		v.Check(ok, at+"["+strconv.Itoa(i)+"]", "business.embed_origin")
		if ok && !slices.Contains(b.EmbedOrigins, origin) {
			b.EmbedOrigins = append(b.EmbedOrigins, origin)
		}
	}
	v.Check(len(b.EmbedOrigins) <= maxEmbedOrigins, at, "too_many", fault.Args{"max": maxEmbedOrigins})
}

const (
	longestHost = 253
	longestName = 63
	portHTTPS   = "443"
)

// parseOrigin reads https://host or https://host:port; a slash at the end is
// forgiven. What it lets through stands in a header, so that it is letters,
// digits, hyphens and dots: no wildcard, no quotes, no list.
func parseOrigin(text string) (string, bool) {
	text = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(text)), "/")
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok {
		return "", false
	}
	host, port := rest, ""
	if strings.Contains(rest, ":") {
		var err error
		if host, port, err = net.SplitHostPort(rest); err != nil {
			return "", false
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
			return "", false
		}
	}
	if !isHost(host) {
		return "", false
	}
	origin := url.URL{Scheme: "https", Host: host}
	if port != "" && port != portHTTPS { // browsers leave the usual one out
		origin.Host = net.JoinHostPort(host, port)
	}
	return origin.String(), true
}

// isHost tells whether it is a host by its name, as names are registered.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || len(host) > longestHost {
		return false
	}
	names := strings.Split(host, ".")
	return len(names) > 1 && !slices.ContainsFunc(names, func(n string) bool {
		return n == "" || len(n) > longestName || n[0] == '-' || n[len(n)-1] == '-' ||
			strings.ContainsFunc(n, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') })
	})
}
