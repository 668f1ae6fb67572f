package auth

import (
	"cmp"
	"context"
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

// Login opens a session, or tells with ErrSecondFactor how to go on. A wrong password, an unknown address and a disabled
// account are the same ErrCredentials after the same work. ErrTooManyAttempts
// counts attempts of every outcome, per network, and per account and network.
func (s *Service) Login(ctx context.Context, in LoginInput) (Tokens, error) {
	if err := in.Validate(); err != nil {
		return Tokens{}, err
	}
	known, err := s.checkPassword(ctx, &in)
	if err != nil {
		return Tokens{}, err
	}
	if known.TOTP || known.Passkeys {
		return Tokens{}, s.secondStep(ctx, known)
	}
	return s.open(ctx, known.ID, Device{UserAgent: in.UserAgent, Address: in.Address})
}

// checkPassword finds the account whose address and password these are. It
// cleans the input on its way.
func (s *Service) checkPassword(ctx context.Context, in *LoginInput) (credentialsRow, error) {
	email, isEmail := normalEmail(in.Email)
	in.Address = in.Address.Unmap().WithZone("")
	try, err := s.attempt(loginBucket, email, in.Address)
	if err != nil {
		return credentialsRow{}, err
	}
	if !isEmail { // then it has no account
		email = ""
	}
	var known credentialsRow
	var found bool
	var b pg.Batch
	try.queue(&b)
	pg.CollectOne(b.Queue(credentials, email, networkOf(in.Address)), &known, &found)
	if err := s.db.Write(ctx, &b); err != nil {
		return credentialsRow{}, fmt.Errorf("login: %w", err)
	}
	if err := try.refused(known.Known); err != nil {
		return credentialsRow{}, err
	}
	ok, err := s.passwords.matches(ctx, known.PasswordHash, normalPassword(in.Password))
	if err != nil {
		return credentialsRow{}, fmt.Errorf("login: %w", err)
	}
	if ok && !known.Disabled {
		return known, nil
	}
	return credentialsRow{}, cmp.Or(try.failed(ctx), try.pressed(), error(ErrCredentials))
}

// networkOf is the network of an address for the database; nil for none.
func networkOf(a netip.Addr) *netip.Prefix {
	if !a.IsValid() {
		return nil
	}
	p := ratelimit.Network(a)
	return &p
}

// Device is what a session is opened on.
type Device struct {
	UserAgent string
	Address   netip.Addr
}

// opening is a session that is about to be.
type opening struct {
	user    UserID
	session SessionID
}

const firstGeneration = 1

// queueSession queues a new session; a strong one has shown a second factor.
func (s *Service) queueSession(b *pg.Batch, user UserID, on Device, strong bool) opening {
	now := s.clock.Now()
	o := opening{user: user, session: id.New[Session](now)}
	var address string
	if on.Address.IsValid() {
		address = on.Address.Unmap().WithZone("").String()
	}
	var strongAt *time.Time
	if strong {
		strongAt = &now
	}
	b.Queue(insertSession, o.session, user, int64(firstGeneration), hashToken(s.refreshToken(o.session, firstGeneration)), now,
		sessionEnd(now, now), cut(on.UserAgent, maxUserAgent), address, strongAt)
	return o
}

// open makes the session of an account without a second factor, and its first tokens.
func (s *Service) open(ctx context.Context, user UserID, on Device) (Tokens, error) {
	var b pg.Batch
	o := s.queueSession(&b, user, on, false)
	if err := s.db.Write(ctx, &b); err != nil {
		return Tokens{}, fmt.Errorf("open session: %w", err)
	}
	return s.tokens(o.user, o.session, firstGeneration)
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
