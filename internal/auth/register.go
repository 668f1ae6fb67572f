package auth

import (
	"context"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// RegisterInput is what a person gives to have an account.
type RegisterInput Person

// Registered is what registering answers: what was asked, and nothing that tells
// whether the address had an account before.
type Registered struct {
	Email      string
	FamilyName string
	GivenName  string
	Locale     locale.Lang
}

// Validate tells every fault of the input.
func (in RegisterInput) Validate() error {
	_, err := Person(in).read()
	return err
}

// Register makes an account and sends the mail with which its address is
// verified. A known address gets another mail instead, after the same work and
// with the same answer, and its account stays as it is.
func (s *Service) Register(ctx context.Context, in RegisterInput, claim *idempotency.Claim) (Registered, error) {
	p, err := Person(in).read()
	if err != nil {
		return Registered{}, err
	}
	hash, err := s.passwords.hash(ctx, p.Password)
	if err != nil {
		return Registered{}, err
	}
	now := s.clock.Now()
	user := id.New[User](now)
	out := Registered{Email: p.Email, FamilyName: p.FamilyName, GivenName: p.GivenName, Locale: p.Locale}
	var b pg.Batch
	claim.Begin(&b)
	b.Queue(insertUser, user, p.Email, hash, p.FamilyName, p.GivenName, p.Locale, false, nil, now,
		searchKey(p.FamilyName, p.GivenName, p.Email))
	queueMail(&b, p.Email, user, now)
	if err := claim.Store(&b, out); err != nil {
		return Registered{}, fmt.Errorf("register: %w", err)
	}
	if err := s.db.Write(ctx, &b); err != nil {
		return Registered{}, fmt.Errorf("register: %w", err)
	}
	return out, nil
}

// CreateUser makes an account whose address counts as verified: for the demo
// and for operators at the command line. A known address is ErrEmailTaken.
func (s *Service) CreateUser(ctx context.Context, p Person) (UserID, error) {
	return s.create(ctx, p, false)
}

// CreateOperator makes an operator's account, with an entry in the platform's
// audit trail. An account that exists is never made an operator's: ErrEmailTaken.
func (s *Service) CreateOperator(ctx context.Context, p Person) (UserID, error) {
	return s.create(ctx, p, true)
}

func (s *Service) create(ctx context.Context, p Person, operator bool) (UserID, error) {
	p, err := p.read()
	if err != nil {
		return UserID{}, err
	}
	hash, err := s.passwords.hash(ctx, p.Password)
	if err != nil {
		return UserID{}, err
	}
	now := s.clock.Now()
	user := id.New[User](now)
	err = s.db.InAccount(ctx, func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, insertUser, user, p.Email, hash, p.FamilyName, p.GivenName, p.Locale, operator, &now, now,
			searchKey(p.FamilyName, p.GivenName, p.Email))
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrEmailTaken
		}
		if operator {
			audit.AppendPlatform(tx.Batch(), audit.PlatformEntry{
				ID: id.New[audit.PlatformEntry](now), At: now, Actor: tenant.Worker(), Action: "operator.created", Subject: "user:" + user.String(),
			})
		}
		return nil
	})
	if err != nil {
		return UserID{}, fmt.Errorf("create account: %w", err)
	}
	return user, nil
}
