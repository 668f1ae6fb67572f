package auth

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

// bucket is a kind of attempts, with limits of its own. The reasons stand in
// docs/adr/0012-limits-of-guesses.md.
type bucket struct {
	name string
	// perNetwork counts an account's attempts of each network by themselves, so
	// that a stranger cannot use up the owner's.
	perNetwork bool
	// wide bounds an account's attempts over all networks too, and slows
	// networks that fail for many accounts.
	wide bool
}

// The buckets. Who is signed in, or has shown the password already, is counted
// by account alone: nobody else can use that up.
var (
	loginBucket    = bucket{name: "login", perNetwork: true, wide: true}
	forgotBucket   = bucket{name: "forgot-password", perNetwork: true}
	resendBucket   = bucket{name: "resend-verification", perNetwork: true}
	passwordBucket = bucket{name: "current-password"}
)

const (
	// spread is how many times the attempts of one network an account bears from
	// all networks together: those it was never used from share them.
	spread = 12
	// stuffingSpan is how long a failure counts against its network.
	stuffingSpan = 10 * time.Minute
)

// Events for Options.Observe.
const (
	EventStuffing = "stuffing"        // a network failed for many accounts and is slowed
	EventRefused  = "attempt_refused" // an attempt was over a limit
	EventReused   = "refresh_reused"  // a refresh token was used twice: a session was stolen
)

// limitKey names what is limited without telling it.
type limitKey = [16]byte

// The limits of an attempt, in the order in which they are taken: what one of
// them refuses uses up none that follows.
const (
	byNetwork = iota
	byAccount
	bySlow // of a network that was found stuffing
	byAll  // of an account, from all networks
	limits
)

// attempt is one attempt: counted in this process, and then over all processes
// by a statement of the batch that the attempt needs anyway.
type attempt struct {
	s       *Service
	from    netip.Prefix // zero: exempt, or not known
	keys    [limits]*limitKey
	stuffer limitKey
	row     takenRow
}

// attempt begins an attempt in the bucket at an account, which any text may
// name. It is refused with ErrTooManyAttempts when this process alone has seen
// too many. Otherwise queue it, and ask refused when the batch has run.
func (s *Service) attempt(what bucket, account string, from netip.Addr) (*attempt, error) {
	a := &attempt{s: s}
	key := func(kind string, parts ...string) *limitKey {
		raw := [][]byte{[]byte(what.name), []byte(kind)}
		for _, p := range parts {
			raw = append(raw, []byte(p))
		}
		k := limitKey(s.ring.MAC("auth/limit", raw...))
		return &k
	}
	if from.IsValid() && !s.exempt(from) {
		a.from = ratelimit.Network(from)
		a.keys[byNetwork] = key("network", a.from.String())
	}
	a.keys[byAccount] = key("account", account)
	if what.perNetwork {
		a.keys[byAccount] = key("pair", account, ratelimit.Network(from).String())
	}
	if what.wide {
		a.keys[byAll] = key("all", account)
		if a.from.IsValid() {
			a.keys[bySlow] = key("slow", a.from.String())
			a.stuffer = *key("stuffing", a.from.String())
		}
	}
	return a, a.here()
}

// here counts the attempt in this process.
func (a *attempt) here() error {
	if k := a.keys[byNetwork]; k != nil {
		if r := a.s.byAddress.Allow(*k); !r.Allowed {
			return a.tooMany(r.RetryAfter)
		}
	}
	if r := a.s.byAccount.Allow(*a.keys[byAccount]); !r.Allowed {
		return a.tooMany(r.RetryAfter)
	}
	return nil
}

// queue counts the attempt over all processes. The batch must go to db.Write.
func (a *attempt) queue(b *pg.Batch) {
	account, address := a.s.byAccount.Policy(), a.s.byAddress.Policy()
	each := []time.Duration{each(address), each(account), time.Minute, each(account) / spread}
	burst := []int32{count32(address.Burst), count32(account.Burst), 1, count32(account.Burst * spread)}
	keys := make([][]byte, limits)
	for i, k := range a.keys {
		if k != nil {
			keys[i] = k[:]
		}
	}
	pg.CollectOne(b.Queue(takeAttempt, a.s.clock.Now(), keys, each, burst, a.stuffer[:]), &a.row, nil)
}

// refused is ErrTooManyAttempts when the attempt was over a limit. An account
// that was used from the same network before is known there: it is spared the
// limits that others may have used up.
func (a *attempt) refused(known bool) error {
	switch limit := a.row.Refused - 1; {
	case limit < 0, known && (limit == bySlow || limit == byAll):
		return nil
	}
	return a.tooMany(a.row.Wait)
}

// pressed is the refusal that an account which is known was spared.
func (a *attempt) pressed() error {
	if a.row.Refused == 0 {
		return nil
	}
	return a.tooMany(a.row.Wait)
}

// failed notes that the attempt failed. A network that fails for many accounts
// is slowed: it tries passwords that were stolen elsewhere.
func (a *attempt) failed(ctx context.Context) error {
	if !a.from.IsValid() {
		return nil
	}
	var slowed []bool
	var b pg.Batch
	pg.CollectColumn(b.Queue(noteFailure, a.keys[bySlow][:], a.keys[byAll][:], a.s.clock.Now(), stuffingSpan, int32(a.s.stuffing), //nolint:gosec // small
		a.stuffer[:]), &slowed)
	if err := a.s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("note a failure: %w", err)
	}
	if len(slowed) == 1 && slowed[0] {
		a.s.observe(EventStuffing)
		a.s.log.WarnContext(ctx, "sign-in fails for many accounts: the network is slowed", "network", a.from.String(), "accounts", a.s.stuffing+1)
	}
	return nil
}

func (a *attempt) tooMany(wait time.Duration) error {
	a.s.observe(EventRefused)
	seconds := int64((wait + time.Second - 1) / time.Second)
	return ErrTooManyAttempts.With(fault.Args{"seconds": seconds}).After(wait)
}

// each is what one attempt costs in the long run.
func each(l ratelimit.Limit) time.Duration { return l.Per / time.Duration(l.Requests) }

// count32 is a number of attempts as the database counts them.
func count32(n int) int32 { return int32(min(n, 1<<30)) } //nolint:gosec // bounded

// The counts, over all processes.
var (
	takeAttempt = pg.Register("auth.take_attempt",
		`SELECT refused, wait FROM rate_take_all($1, ARRAY[($2::bytea[])[1], ($2::bytea[])[2],
		     CASE WHEN EXISTS (SELECT FROM rate_limits WHERE key = $5 AND due > $1) THEN ($2::bytea[])[3] END, ($2::bytea[])[4]], $3, $4)`)
	noteFailure = pg.Register("auth.note_failure",
		`SELECT sign_in_failed($1, $2, $3, $4, $5, $6)`)
	sweepLimits = pg.Register("auth.sweep_limits",
		`DELETE FROM rate_limits WHERE due < $1`)
	sweepFailures = pg.Register("auth.sweep_failures",
		`DELETE FROM sign_in_failures WHERE at < $1`)
)

type takenRow struct {
	Refused int // the place of the limit that refused, from 1; 0: none
	Wait    time.Duration
}
