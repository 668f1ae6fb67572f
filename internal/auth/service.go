package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// CacheLife is how long another process may still believe in a session that
// ended here, or in a role that was taken away.
const CacheLife = 30 * time.Second

// cacheRoom is how many sessions, and how many roles, are kept at most.
const cacheRoom = 50_000

// Options are what an installation may set. Zero values mean the defaults.
type Options struct {
	LoginsPerAccount ratelimit.Limit       // attempts: 5 a minute
	LoginsPerAddress ratelimit.Limit       // attempts: 30 a minute
	Exempt           func(netip.Addr) bool // addresses that LoginsPerAddress does not bind; nil: none
	StuffingAccounts int                   // accounts a network may fail for within ten minutes: 20
	Work             Work                  // what a guess at a password costs
	PublicURL        string                // how browsers reach the site: passkeys are made for it
	Log              *slog.Logger          // nil: none
	Observe          func(event string)    // counts the events named Event…; nil: nobody does
}

// Service knows people. It is safe for concurrent use.
type Service struct {
	db        *pg.DB
	clock     clock.Clock
	ring      *secret.Ring
	keys      *signer
	passwords *hasher
	byAccount *ratelimit.Limiter[limitKey]
	byAddress *ratelimit.Limiter[limitKey]
	exempt    func(netip.Addr) bool
	stuffing  int
	log       *slog.Logger
	observe   func(event string)
	sessions  *cache[held]
	relying   func() (*webauthn.WebAuthn, error)
	roles     *cache[job]
	apiKeys   *cache[heldKey]
}

// New makes the service.
func New(db *pg.DB, clk clock.Clock, ring *secret.Ring, o Options) *Service {
	if o.LoginsPerAccount == (ratelimit.Limit{}) {
		o.LoginsPerAccount = ratelimit.PerMinute(5)
	}
	if o.LoginsPerAddress == (ratelimit.Limit{}) {
		o.LoginsPerAddress = ratelimit.PerMinute(30)
	}
	if o.Exempt == nil {
		o.Exempt = func(netip.Addr) bool { return false }
	}
	if o.StuffingAccounts == 0 {
		o.StuffingAccounts = 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(string) {}
	}
	return &Service{
		db: db, clock: clk, ring: ring, keys: newSigner(ring, clk), passwords: newHasher(o.Work),
		byAccount: ratelimit.New[limitKey](clk, o.LoginsPerAccount, 0),
		byAddress: ratelimit.New[limitKey](clk, o.LoginsPerAddress, 0), exempt: o.Exempt,
		relying:  sync.OnceValues(func() (*webauthn.WebAuthn, error) { return relyingParty(o.PublicURL) }),
		stuffing: o.StuffingAccounts, log: o.Log, observe: o.Observe,
		sessions: newCache[held](clk, CacheLife, cacheRoom), roles: newCache[job](clk, CacheLife, cacheRoom),
		apiKeys: newCache[heldKey](clk, CacheLife, cacheRoom),
	}
}

// held is what an access token stands for; nobody when its session has ended.
type held struct {
	principal Principal
	expires   time.Time // of the token
}

// Authenticate tells who holds an access token: ErrTokenInvalid, ErrTokenExpired,
// or ErrSessionEnded when session or account no longer stand. A token that
// stood is remembered for CacheLife, signature and all.
func (s *Service) Authenticate(ctx context.Context, accessToken string) (Principal, error) {
	key := sha256.Sum256([]byte(accessToken))
	h, err := s.sessions.get(ctx, string(key[:]), func(ctx context.Context) (held, bool, error) {
		c, err := s.keys.verify(accessToken)
		if err != nil {
			return held{}, false, err
		}
		p, keep, err := s.standing(ctx, c)
		return held{principal: p, expires: c.expires}, keep, err
	})
	switch {
	case err != nil:
		return Principal{}, fmt.Errorf("authenticate: %w", err)
	case !s.clock.Now().Before(h.expires):
		return Principal{}, ErrTokenExpired
	case h.principal.UserID.IsZero():
		return Principal{}, ErrSessionEnded
	}
	return h.principal, nil
}

// standing reads who is signed in by a session, nobody when it has ended. Who
// has not yet verified the e-mail address is read each time, so that the link in
// the mail opens what it opens in every process at once; so is an operator who
// has not yet shown a second factor.
func (s *Service) standing(ctx context.Context, c claimed) (p Principal, keep bool, err error) {
	var row principalRow
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(sessionStanding, c.session, c.user, s.clock.Now()), &row, &found)
	if err := s.db.Read(ctx, &b); err != nil || !found {
		return Principal{}, err == nil, err
	}
	p = Principal{
		UserID: c.user, SessionID: c.session, Operator: row.Operator, EmailVerified: row.EmailVerified, Locale: row.Locale,
		Strong: row.Strong, Enrolled: row.Enrolled,
	}
	return p, p.EmailVerified && (p.Strong || !p.Operator), nil
}

// Logout ends a session; one that has ended stays so.
func (s *Service) Logout(ctx context.Context, session SessionID) error {
	var b pg.Batch
	b.Queue(endSession, session, s.clock.Now(), endedByLogout)
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("logout: %w", err)
	}
	s.sessions.drop(func(h held) bool { return h.principal.SessionID == session })
	return nil
}

// LogoutAll ends all sessions of a person, the caller's included.
func (s *Service) LogoutAll(ctx context.Context, user UserID) error {
	var b pg.Batch
	b.Queue(endSessions, user, s.clock.Now(), endedByLogoutAll)
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("logout everywhere: %w", err)
	}
	s.sessions.drop(func(h held) bool { return h.principal.UserID == user })
	return nil
}

// Me is the person; a not_found fault when there is none.
func (s *Service) Me(ctx context.Context, user UserID) (User, error) {
	return s.user(ctx, userByID, user)
}

// ByEmail finds a person by an address in any spelling; a not_found fault when
// there is none. It is for members and operators who name a person, never for
// answers to strangers.
func (s *Service) ByEmail(ctx context.Context, email string) (User, error) {
	email, ok := normalEmail(email)
	if !ok {
		return User{}, errNotFound
	}
	return s.user(ctx, userByEmail, email)
}

func (s *Service) user(ctx context.Context, by *pg.Statement, key any) (User, error) {
	var u User
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(by, key), &u, &found)
	if err := s.db.Read(ctx, &b); err != nil {
		return User{}, fmt.Errorf("read a person: %w", err)
	}
	if !found {
		return User{}, errNotFound
	}
	return u, nil
}

// Sweep removes sessions that ended a month ago and mails of three months ago,
// and attempts that no longer count; it returns how many sessions and mails went.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	const month = 30 * 24 * time.Hour
	now := s.clock.Now()
	var n int64
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		tx.Later(sweepLimits, now)
		tx.Later(sweepChallenges, now)
		tx.Later(sweepFailures, now.Add(-stuffingSpan))
		sessions, err := tx.Exec(ctx, sweepSessions, now.Add(-month))
		if err != nil {
			return err
		}
		mails, err := tx.Exec(ctx, sweepMails, now.Add(-3*month))
		n = sessions + mails
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sweep sessions: %w", err)
	}
	return n, nil
}
