package auth

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// AccessLife is how long an access token is valid.
const AccessLife = 15 * time.Minute

const (
	issuer    = "omotenashi"
	audience  = "omotenashi-api"
	tokenType = "at+jwt" // RFC 9068: an access token and nothing else

	// keyLife is how long one key signs. Generations of keys are counted from
	// 1970, so that all processes change at the same time without being told.
	keyLife = 30 * 24 * time.Hour
	// skew is how far the clocks of our processes may differ.
	skew = time.Minute

	maxAccessToken = 1024 // bytes; ours have some 350
)

// claims are what an access token says.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
}

// signer makes and checks access tokens. Two keys are live at any time: the one
// that signs now and its neighbour in time, see generations.
type signer struct {
	ring   *secret.Ring
	clock  clock.Clock
	parser *jwt.Parser

	mu   sync.Mutex
	keys map[int64]ed25519.PrivateKey
}

func newSigner(ring *secret.Ring, clk clock.Clock) *signer {
	return &signer{
		ring: ring, clock: clk, keys: map[int64]ed25519.PrivateKey{},
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithStrictDecoding(),
			jwt.WithIssuer(issuer), jwt.WithAudience(audience),
			jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithTimeFunc(clk.Now),
		),
	}
}

// generations are the live keys: the one that signs at t, and its predecessor,
// whose last tokens may still be out; in the last minute of a key its successor,
// with which a process whose clock is ahead signs already.
func generations(t time.Time) (current, neighbour int64) {
	current = t.Unix() / int64(keyLife/time.Second)
	if t.Add(skew).Unix()/int64(keyLife/time.Second) > current {
		return current, current + 1
	}
	return current, current - 1
}

// key derives the key of a generation, once.
func (s *signer) key(generation int64) ed25519.PrivateKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.keys[generation]
	if !ok {
		if len(s.keys) > 3 {
			clear(s.keys)
		}
		k = ed25519.NewKeyFromSeed(s.ring.Key("auth/access/" + strconv.FormatInt(generation, 10)))
		s.keys[generation] = k
	}
	return k
}

// sign makes an access token.
func (s *signer) sign(user UserID, session SessionID) (string, error) {
	now := s.clock.Now()
	generation, _ := generations(now)
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: user.String(),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now.Add(-skew)), ExpiresAt: jwt.NewNumericDate(now.Add(AccessLife)),
		},
		Session: session.String(),
	})
	t.Header["kid"] = strconv.FormatInt(generation, 10)
	t.Header["typ"] = tokenType
	token, err := t.SignedString(s.key(generation))
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	return token, nil
}

// claimed is what a token of ours says.
type claimed struct {
	user    UserID
	session SessionID
	expires time.Time
}

// verify answers ErrTokenExpired or ErrTokenInvalid, and never why: the reasons
// would end in a log together with what somebody forged.
func (s *signer) verify(token string) (claimed, error) {
	var c claims
	if len(token) > maxAccessToken {
		return claimed{}, ErrTokenInvalid
	}
	_, err := s.parser.ParseWithClaims(token, &c, s.keyOf)
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return claimed{}, ErrTokenExpired
	case err != nil:
		return claimed{}, ErrTokenInvalid
	}
	user, err1 := id.Parse[User](c.Subject)
	session, err2 := id.Parse[Session](c.Session)
	if err1 != nil || err2 != nil {
		return claimed{}, ErrTokenInvalid
	}
	return claimed{user: user, session: session, expires: c.ExpiresAt.Time}, nil
}

// keyOf finds the live key that the token names.
func (s *signer) keyOf(t *jwt.Token) (any, error) {
	if t.Header["typ"] != tokenType {
		return nil, errors.New("no access token")
	}
	current, neighbour := generations(s.clock.Now())
	for _, g := range []int64{current, neighbour} {
		if t.Header["kid"] == strconv.FormatInt(g, 10) {
			return s.key(g).Public(), nil
		}
	}
	return nil, errors.New("no live key")
}
