package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

const maxUserAgent = 200 // characters kept

// LoginInput is what somebody signs in with, and from where.
type LoginInput struct {
	Email     string
	Password  string
	UserAgent string
	Address   netip.Addr
}

// Validate tells every fault of the input that says nothing about accounts.
func (in LoginInput) Validate() error {
	var v fault.Fields
	v.Check(strings.TrimSpace(in.Email) != "", "body.email", "required")
	v.Check(len(in.Email) <= MaxEmail, "body.email", "too_long", fault.Args{"max": MaxEmail})
	v.Check(in.Password != "", "body.password", "required")
	v.Check(utf8.RuneCountInString(normalPassword(in.Password)) <= MaxPassword, "body.password", "too_long", fault.Args{"max": MaxPassword})
	return v.Err()
}

// Login opens a session. A wrong password, an unknown address and a disabled
// account are the same ErrCredentials after the same work. ErrTooManyAttempts
// counts attempts of every outcome, per address of the network and per account.
func (s *Service) Login(ctx context.Context, in LoginInput) (Tokens, error) {
	if err := in.Validate(); err != nil {
		return Tokens{}, err
	}
	email, isEmail := normalEmail(in.Email)
	if err := s.countAttempt(in.Address, email); err != nil {
		return Tokens{}, err
	}
	if !isEmail { // then it has no account
		email = ""
	}
	var known credentialsRow
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(credentials, email), &known, &found)
	if err := s.db.Read(ctx, &b); err != nil {
		return Tokens{}, fmt.Errorf("login: %w", err)
	}
	ok, err := s.passwords.matches(ctx, known.PasswordHash, normalPassword(in.Password))
	if err != nil {
		return Tokens{}, fmt.Errorf("login: %w", err)
	}
	if !ok || known.Disabled {
		return Tokens{}, ErrCredentials
	}
	return s.open(ctx, known.ID, in)
}

// countAttempt refuses beyond the limits. An address that is over its limit
// does not use up the account's.
func (s *Service) countAttempt(from netip.Addr, email string) error {
	if from.IsValid() && !s.exempt(from) {
		if r := s.byAddress.Allow(ratelimit.Network(from)); !r.Allowed {
			return tooMany(r)
		}
	}
	if r := s.byAccount.Allow(sha256.Sum256([]byte(email))); !r.Allowed {
		return tooMany(r)
	}
	return nil
}

func tooMany(r ratelimit.Result) error {
	seconds := int64((r.RetryAfter + time.Second - 1) / time.Second)
	return ErrTooManyAttempts.With(fault.Args{"seconds": seconds}).After(r.RetryAfter)
}

// open makes the session and its first tokens.
func (s *Service) open(ctx context.Context, user UserID, in LoginInput) (Tokens, error) {
	now := s.clock.Now()
	session := id.New[Session](now)
	const first = 1
	var address string
	if in.Address.IsValid() {
		address = in.Address.String()
	}
	var b pg.Batch
	b.Queue(insertSession, session, user, int64(first), hashToken(s.refreshToken(session, first)), now, sessionEnd(now, now),
		cut(in.UserAgent, maxUserAgent), address)
	if err := s.db.Write(ctx, &b); err != nil {
		return Tokens{}, fmt.Errorf("open session: %w", err)
	}
	return s.tokens(user, session, first)
}

// cut keeps what can be stored and shown of a foreign text.
func cut(s string, most int) string {
	r := []rune(strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "")))
	return string(r[:min(most, len(r))])
}
