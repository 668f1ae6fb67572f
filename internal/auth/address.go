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

const purposeConfirm = "confirm-email"

// usersEmailKey is what keeps an address with one account.
const usersEmailKey = "users_email_key"

var (
	setPendingEmail = pg.Register("auth.set_pending_email",
		`UPDATE users SET pending_email = $2 WHERE id = $1 AND email = $3 AND password_hash = $4`)
	// The new address gets the link; one that has an account is told of the attempt.
	insertConfirm = pg.Register("auth.insert_confirm",
		`INSERT INTO account_messages (id, user_id, kind, address, created_at)
		 SELECT $1, coalesce(o.id, $2), CASE WHEN o.id IS NULL THEN 'confirm_email' ELSE 'account_exists' END,
		        CASE WHEN o.id IS NULL THEN $3 ELSE '' END, $4
		 FROM (VALUES ($3::text)) wish (email) LEFT JOIN users o ON o.email = wish.email
		 WHERE (SELECT count(*) FROM account_messages m WHERE m.user_id = coalesce(o.id, $2) AND m.created_at > $5
		        AND m.kind = CASE WHEN o.id IS NULL THEN 'confirm_email' ELSE 'account_exists' END) < $6::bigint`)
	takeNewEmail = pg.Register("auth.take_new_email",
		`UPDATE users SET email = pending_email, pending_email = NULL, email_verified_at = $2, search_key = $3 WHERE id = $1`)
)

// ChangeEmailInput is the address that shall be the account's, and the present
// password.
type ChangeEmailInput struct {
	Email    string
	Password string
	Address  netip.Addr // from where it is asked
}

// ChangeEmail sends a link to the new address, which makes it the account's, and
// a notice to the old one. Nobody learns whether the new address has an account:
// that gets another mail after the same work. ErrTooManyAttempts as for
// ChangePassword.
func (s *Service) ChangeEmail(ctx context.Context, who Principal, in ChangeEmailInput) error {
	var v fault.Fields
	email := readEmail(&v, in.Email)
	checkPresent(&v, "body.password", in.Password)
	if err := v.Err(); err != nil {
		return err
	}
	a, err := s.present(ctx, who.UserID, in.Password, in.Address, "body.password")
	if err != nil {
		return fmt.Errorf("change e-mail: %w", err)
	}
	if !v.Check(email != a.Email, "body.email", "auth.email_unchanged") {
		return v.Err()
	}
	now := s.clock.Now()
	m := newMail(now)
	err = s.db.InAccount(ctx, func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, setPendingEmail, a.ID, email, a.Email, a.PasswordHash)
		switch {
		case err != nil:
			return err
		case n == 0:
			return ErrSessionEnded // a rival set a new password, or took another address
		}
		tx.Later(insertConfirm, m, a.ID, email, now, now.Add(-time.Hour), mailsPerHour)
		jobs.Enqueue(tx.Batch(), jobs.Messages, SendArgs{MessageID: m.String()}, now, now)
		queueNoticeTo(tx.Batch(), a.ID, MailChangeAsked, a.Email, now)
		return nil
	})
	if err != nil {
		return fmt.Errorf("change e-mail: %w", err)
	}
	return nil
}

// confirmToken is bound to both addresses: it dies with either.
func (s *Service) confirmToken(user UserID, from, to string, expires time.Time) []byte {
	return s.linkToken(purposeConfirm, user, expires, from, to)
}

// ConfirmEmail takes the token of a mail to a new address, which is the account's
// and verified from then on; the old one is told. ErrEmailTaken when it went to
// another account meanwhile, ErrLinkExpired when the token was ours but is too
// old, else ErrLinkInvalid.
func (s *Service) ConfirmEmail(ctx context.Context, token string) error {
	raw, user, expires, err := readLink(token)
	if err != nil {
		return err
	}
	err = s.db.InAccount(ctx, func(tx *pg.Tx) error {
		a, err := locked(ctx, tx, user)
		switch {
		case errors.Is(err, pg.ErrNoRows):
			return ErrLinkInvalid
		case err != nil:
			return err
		case a.Disabled || a.PendingEmail == "":
			return ErrLinkInvalid
		}
		if err := s.linkStands(raw, s.confirmToken(user, a.Email, a.PendingEmail, expires), expires); err != nil {
			return err
		}
		now := s.clock.Now()
		tx.Later(takeNewEmail, user, now, searchKey(a.FamilyName, a.GivenName, a.PendingEmail))
		queueNoticeTo(tx.Batch(), user, MailEmailChanged, a.Email, now)
		return nil
	})
	switch {
	case pg.Constraint(err) == usersEmailKey:
		return ErrEmailTaken
	case err != nil:
		return fmt.Errorf("confirm e-mail: %w", err)
	}
	s.sessions.drop(func(h held) bool { return h.principal.UserID == user })
	return nil
}
