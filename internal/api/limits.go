package api

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

// LimitOptions bound what callers may ask for. Zero values mean the defaults.
type LimitOptions struct {
	Reads          int            // a minute per address: 600
	Writes         int            // a minute per address: 120
	Burst          int            // at once: 100
	InFlight       int            // requests being answered at once: 512
	Time           time.Duration  // for one operation, after which it is a 503: 15 s
	ExemptLoopback bool           // dev: no limit by address for loopback
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
}

// Signed-in callers have limits of their own, twice as wide. The many of one
// address (a shop's tablets behind one router) share a wider limit by address,
// which is what a flood of invented tokens meets.
const (
	signedFactor = 2
	sharedFactor = 10
)

// class is what a request costs: reads are cheap.
type class struct {
	name    string // in the RateLimit headers
	guests  *ratelimit.Limiter[netip.Prefix]
	shared  *ratelimit.Limiter[netip.Prefix] // of an address, with a token
	callers *ratelimit.Limiter[[16]byte]
}

// limits are the limiters of one process.
type limits struct {
	options       LimitOptions
	reads, writes class
}

func newLimits(clk clock.Clock, o LimitOptions) *limits {
	orDefault := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	orDefault(&o.Reads, 600)
	orDefault(&o.Writes, 120)
	orDefault(&o.Burst, 100)
	orDefault(&o.InFlight, 512)
	if o.Time <= 0 {
		o.Time = 15 * time.Second
	}
	classOf := func(name string, perMinute int) class {
		limit := func(factor int) ratelimit.Limit {
			return ratelimit.Limit{Requests: perMinute * factor, Per: time.Minute, Burst: o.Burst * factor}
		}
		return class{
			name: name, guests: ratelimit.New[netip.Prefix](clk, limit(1), 0),
			shared: ratelimit.New[netip.Prefix](clk, limit(sharedFactor), 0), callers: ratelimit.New[[16]byte](clk, limit(signedFactor), 0),
		}
	}
	return &limits{options: o, reads: classOf("read", o.Reads), writes: classOf("write", o.Writes)}
}

func (l *limits) class(r *http.Request) *class {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return &l.reads
	}
	return &l.writes
}

// byAddress is the cheap limit before anything is looked up.
func (l *limits) byAddress(r *http.Request, c *call) error {
	if l.exempt(c.address) {
		return nil
	}
	k := l.class(r)
	by := k.guests
	if _, ok := bearer(r); ok {
		by = k.shared
	}
	return limited(c, k.name, by.Policy(), by.Allow(ratelimit.Network(c.address)))
}

// byCaller is the limit of who signed in. Whoever came with a token that did
// not stand is a guest after all.
func (l *limits) byCaller(r *http.Request, c *call) error {
	k := l.class(r)
	if c.signedIn {
		return limited(c, k.name, k.callers.Policy(), k.callers.Allow(c.principal.UserID))
	}
	if _, ok := bearer(r); !ok || l.exempt(c.address) {
		return nil
	}
	return limited(c, k.name, k.guests.Policy(), k.guests.Allow(ratelimit.Network(c.address)))
}

func (l *limits) exempt(a netip.Addr) bool { return l.options.ExemptLoopback && a.IsLoopback() }

// limited tells the state of a limit in the headers, and refuses beyond it. The
// headers' names are written as they go out.
func limited(c *call, name string, p ratelimit.Limit, r ratelimit.Result) error {
	b := make([]byte, 0, 64)
	b = append(append(append(b, '"'), name...), `";q=`...)
	b = strconv.AppendInt(b, int64(p.Requests), 10)
	b = append(b, ";w="...)
	b = strconv.AppendInt(b, int64(p.Per.Seconds()), 10)
	c.header["Ratelimit-Policy"] = []string{string(b)}
	b = append(append(append(b[:0], '"'), name...), `";r=`...)
	b = strconv.AppendInt(b, int64(r.Remaining), 10)
	b = append(b, ";t="...)
	b = strconv.AppendInt(b, int64(wholeSeconds(r.Reset)), 10)
	c.header["Ratelimit"] = []string{string(b)}
	if r.Allowed {
		return nil
	}
	return fault.New(fault.Throttled, "rate_limited").With(fault.Args{"seconds": wholeSeconds(r.RetryAfter)}).After(r.RetryAfter)
}

// clientOf is the address of the client: the peer, or behind proxies that are
// trusted the last address that one of them did not vouch for.
func (l *limits) clientOf(r *http.Request) netip.Addr {
	peer := peerOf(r)
	trusted := func(a netip.Addr) bool {
		return slices.ContainsFunc(l.options.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	if !trusted(peer) {
		return peer
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return peer
		}
		if peer = a.Unmap().WithZone(""); !trusted(peer) {
			return peer
		}
	}
	return peer
}

func peerOf(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil { // not from a socket
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}
