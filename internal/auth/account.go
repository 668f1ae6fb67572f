package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// account is what stands for a person when secrets or the address change.
type account struct {
	ID           UserID
	Email        string
	PasswordHash string
	FamilyName   string
	GivenName    string
	PendingEmail string // asked for, not yet confirmed
	Disabled     bool
	Enrolled     bool // has a second factor
}

var (
	accountByID = pg.Register("auth.account",
		`SELECT u.id, u.email, u.password_hash, u.family_name, u.given_name, coalesce(u.pending_email, '') AS pending_email,
		        u.disabled_at IS NOT NULL AS disabled,
		        EXISTS (SELECT FROM totp_factors t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
		        OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id) AS enrolled
		 FROM users u WHERE u.id = $1`)
	updateProfile = pg.Register("auth.update_profile",
		`UPDATE users SET family_name = $2, given_name = $3, locale = $4, search_key = $5 WHERE id = $1`)
)

// account reads the account; the zero one when there is none that is open.
func (s *Service) account(ctx context.Context, user UserID) (account, error) {
	var a account
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(accountByID, user), &a, &found)
	if err := s.db.Read(ctx, &b); err != nil || !found || a.Disabled {
		return account{}, err
	}
	return a, nil
}

// locked reads the account anew in a transaction that nobody else changes it in.
func locked(ctx context.Context, tx *pg.Tx, user UserID) (account, error) {
	tx.Later(lockUser, user)
	return pg.SelectOne[account](ctx, tx, accountByID, user)
}

// present reads the account of somebody who is signed in and shows the present
// password, a guess at which is counted. A wrong one is a fault of the field.
func (s *Service) present(ctx context.Context, user UserID, password string, from netip.Addr, at string) (account, error) {
	try, err := s.attempt(passwordBucket, user.String(), from)
	if err != nil {
		return account{}, err
	}
	var a account
	var found bool
	var b pg.Batch
	try.queue(&b)
	pg.CollectOne(b.Queue(accountByID, user), &a, &found)
	if err := s.db.Write(ctx, &b); err != nil {
		return account{}, err
	}
	if err := try.refused(false); err != nil {
		return account{}, err
	}
	right, err := s.passwords.matches(ctx, a.PasswordHash, normalPassword(password))
	if err != nil {
		return account{}, err
	}
	if !found || a.Disabled {
		return account{}, ErrSessionEnded
	}
	var v fault.Fields
	v.Check(right, at, "auth.password_wrong")
	return a, v.Err()
}

// allow counts an attempt of which nothing else is read or written, in a round
// trip of its own.
func (s *Service) allow(ctx context.Context, what bucket, account string, from netip.Addr) error {
	try, err := s.attempt(what, account, from)
	if err != nil {
		return err
	}
	var b pg.Batch
	try.queue(&b)
	if err := s.db.Write(ctx, &b); err != nil {
		return err
	}
	return try.refused(false)
}

// searchKey is by what operators find a person.
func searchKey(familyName, givenName, email string) string {
	return jp.Fold(familyName + " " + givenName + " " + email)
}

// ProfileInput is what a person changes of the own account; nil leaves as it is.
type ProfileInput struct {
	FamilyName *string
	GivenName  *string
	Locale     *locale.Lang
}

// read cleans and checks.
func (in ProfileInput) read() (ProfileInput, error) {
	var v fault.Fields
	for at, s := range map[string]**string{"body.family_name": &in.FamilyName, "body.given_name": &in.GivenName} {
		if *s != nil {
			name := readName(&v, at, **s)
			*s = &name
		}
	}
	if in.Locale != nil {
		_, ok := locale.Parse(string(*in.Locale))
		v.Check(ok, "body.locale", "not_allowed", fault.Args{"values": "ja, en"})
	}
	return in, v.Err()
}

// UpdateProfile changes name or language of a person and returns the person.
func (s *Service) UpdateProfile(ctx context.Context, user UserID, in ProfileInput) (User, error) {
	in, err := in.read()
	if err != nil {
		return User{}, err
	}
	var u User
	err = s.db.InAccount(ctx, func(tx *pg.Tx) error {
		tx.Later(lockUser, user)
		if u, err = pg.SelectOne[User](ctx, tx, userByID, user); err != nil {
			return err
		}
		set(&u.FamilyName, in.FamilyName)
		set(&u.GivenName, in.GivenName)
		set(&u.Locale, in.Locale)
		tx.Later(updateProfile, user, u.FamilyName, u.GivenName, u.Locale, searchKey(u.FamilyName, u.GivenName, u.Email))
		return nil
	})
	switch {
	case errors.Is(err, pg.ErrNoRows):
		return User{}, errNotFound
	case err != nil:
		return User{}, fmt.Errorf("update profile: %w", err)
	}
	s.sessions.drop(func(h held) bool { return h.principal.UserID == user }) // they hold the language
	return u, nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
