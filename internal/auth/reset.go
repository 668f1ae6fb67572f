package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// ResetLife is how long the link of a mail for a forgotten password can be used.
const ResetLife = time.Hour

const purposeReset = "reset-password"

var (
	insertReset = pg.Register("auth.insert_reset",
		`INSERT INTO account_messages (id, user_id, kind, created_at)
		 SELECT $1, u.id, 'reset_password', $3 FROM users u
		 WHERE u.email = $2 AND u.disabled_at IS NULL
		   AND (SELECT count(*) FROM account_messages m WHERE m.user_id = u.id AND m.created_at > $4 AND m.kind = 'reset_password') < $5::bigint`)
	// A reset shows that the address is the person's; who changes the password
	// takes back a change of address that somebody else may have asked for.
	setPassword = pg.Register("auth.set_password",
		`UPDATE users SET password_hash = $2, pending_email = NULL,
		        email_verified_at = CASE WHEN $3 THEN coalesce(email_verified_at, $4) ELSE email_verified_at END
		 WHERE id = $1`)
)

// ForgotPassword sends the link with which a new password is set, if there is an
// account and its mails of the last hour are not too many; the answer and the
// work are the same if not. ErrTooManyAttempts as for signing in.
func (s *Service) ForgotPassword(ctx context.Context, email string, from netip.Addr) error {
	var v fault.Fields
	email = readEmail(&v, email)
	if err := v.Err(); err != nil {
		return err
	}
	if err := s.allow(ctx, forgotBucket, email, from); err != nil {
		return fmt.Errorf("forgotten password: %w", err)
	}
	now := s.clock.Now()
	m := newMail(now)
	var b pg.Batch
	b.Queue(insertReset, m, email, now, now.Add(-time.Hour), mailsPerHour)
	jobs.Enqueue(&b, jobs.Messages, SendArgs{MessageID: m.String()}, now, now)
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("forgotten password: %w", err)
	}
	return nil
}

// resetToken is bound to what it replaces: it dies when it was used, and when
// password or address change otherwise.
func (s *Service) resetToken(a account, expires time.Time) []byte {
	return s.linkToken(purposeReset, a.ID, expires, a.Email, a.PasswordHash)
}

// ResetOffer is what the page behind the link of a mail needs to know.
type ResetOffer struct {
	Email       string // whose password it is
	MinPassword int    // characters that a new one needs
}

// ResetOffer tells whose password the link of a mail sets, and changes nothing.
// ErrLinkExpired when it was ours but is too old, else ErrLinkInvalid.
func (s *Service) ResetOffer(ctx context.Context, token string) (ResetOffer, error) {
	a, err := s.resetLink(ctx, token)
	return ResetOffer{Email: a.Email, MinPassword: minPassword(a.Enrolled)}, err
}

func (s *Service) resetLink(ctx context.Context, token string) (account, error) {
	raw, user, expires, err := readLink(token)
	if err != nil {
		return account{}, err
	}
	a, err := s.account(ctx, user)
	if err != nil {
		return account{}, fmt.Errorf("reset password: %w", err)
	}
	return a, s.linkStands(raw, s.resetToken(a, expires), expires)
}

// ResetPassword sets a new password with the token of a mail, once, ends all
// sessions and tells the owner. The address counts as verified then; a second
// factor is demanded as before.
func (s *Service) ResetPassword(ctx context.Context, token, password string) error {
	a, err := s.resetLink(ctx, token)
	if err != nil {
		return err
	}
	var v fault.Fields
	password = readNewPassword(&v, "body.password", password, minPassword(a.Enrolled), a.Email, a.FamilyName, a.GivenName)
	if err := v.Err(); err != nil {
		return err
	}
	err = s.setPassword(ctx, a, password, SessionID{}, true)
	if errors.Is(err, errPasswordMoved) {
		return ErrLinkInvalid
	}
	return err
}

// errPasswordMoved says that the account changed while its new password was hashed.
var errPasswordMoved = errors.New("the account has changed meanwhile")

// setPassword stores a new password that suits the account as it was read, ends
// all sessions but keep, and tells the owner.
func (s *Service) setPassword(ctx context.Context, was account, password string, keep SessionID, proven bool) error {
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.db.InAccount(ctx, func(tx *pg.Tx) error {
		now := s.clock.Now()
		is, err := locked(ctx, tx, was.ID)
		switch {
		case err != nil:
			return err
		case is.PasswordHash != was.PasswordHash || is.Enrolled != was.Enrolled || is.Email != was.Email || is.Disabled:
			return errPasswordMoved
		}
		tx.Later(setPassword, was.ID, hash, proven, now)
		if keep.IsZero() {
			tx.Later(endSessions, was.ID, now, endedByPassword)
		} else {
			tx.Later(endOtherSessions, was.ID, keep, now, endedByPassword)
		}
		queueNotice(tx.Batch(), was.ID, MailPasswordChanged, now)
		return nil
	})
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	s.sessions.drop(func(h held) bool { return h.principal.UserID == was.ID && h.principal.SessionID != keep })
	return nil
}

// ChangePasswordInput is the present password and the new one.
type ChangePasswordInput struct {
	Current string
	New     string
	Address netip.Addr // from where it is asked
}

// ChangePassword sets a new password for somebody who is signed in and shows the
// present one, ends the other sessions and tells the owner. ErrTooManyAttempts
// counts all who show a password of this account.
func (s *Service) ChangePassword(ctx context.Context, who Principal, in ChangePasswordInput) error {
	var v fault.Fields
	checkPresent(&v, "body.current_password", in.Current)
	checkPresent(&v, "body.new_password", in.New)
	if err := v.Err(); err != nil {
		return err
	}
	a, err := s.present(ctx, who.UserID, in.Current, in.Address, "body.current_password")
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	password := readNewPassword(&v, "body.new_password", in.New, minPassword(a.Enrolled), a.Email, a.FamilyName, a.GivenName)
	if err := v.Err(); err != nil {
		return err
	}
	err = s.setPassword(ctx, a, password, who.SessionID, false)
	if errors.Is(err, errPasswordMoved) {
		return ErrSessionEnded // which a rival's new password did
	}
	return err
}
