package api

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// An address that is limited is the peer's, or one that a trusted proxy wrote:
// what stands left of an untrusted one in the header is never believed.
func FuzzClientOf(f *testing.F) {
	for _, x := range []string{"", "203.0.113.9", "evil, 203.0.113.9", "10.0.0.1", "198.51.100.7, 10.0.0.2, 10.0.0.3", "::ffff:10.0.0.1", "fe80::1%eth0", "[::1]:80", "1.2.3.4:80", ",,,", "\xff", strings.Repeat("10.0.0.1,", 500)} {
		f.Add("10.0.0.1:1234", x)
		f.Add("203.0.113.1:1234", x)
	}
	l := &limits{options: LimitOptions{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	f.Fuzz(func(t *testing.T, peer, header string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		r.Header["X-Forwarded-For"] = []string{header}
		got := l.clientOf(r)
		direct := peerOf(r)
		trusted := netip.MustParsePrefix("10.0.0.0/8").Contains(direct)
		switch {
		case !trusted && got != direct:
			t.Errorf("%q made %s of the peer %s", header, got, direct)
		case got.Is4In6() || got.Zone() != "":
			t.Errorf("%q, %q: %s has another spelling", peer, header, got)
		}
		// Whoever writes in front of what a proxy added changes nothing.
		r.Header["X-Forwarded-For"] = []string{header + ", 198.51.100.7"}
		if spoofed := l.clientOf(r); trusted && spoofed != netip.MustParseAddr("198.51.100.7") {
			t.Errorf("%q before the proxy's word made %s", header, spoofed)
		}
	})
}
