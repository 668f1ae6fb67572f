package auth

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// LinkLife is how long the link of a mail can be used.
const LinkLife = 48 * time.Hour

const purposeVerify = "verify-email"

// VerifyEmail takes the token of a verification mail. Used again it does nothing
// more. ErrLinkExpired when it was ours but is too old, else ErrLinkInvalid.
func (s *Service) VerifyEmail(ctx context.Context, token string) error {
	raw, user, expires, err := readLink(token)
	if err != nil {
		return err
	}
	known, err := s.Me(ctx, user)
	switch {
	case isNotFound(err):
		return ErrLinkInvalid
	case err != nil:
		return fmt.Errorf("verify e-mail: %w", err)
	}
	if err := s.linkStands(raw, s.linkToken(purposeVerify, user, expires, known.Email), expires); err != nil {
		return err
	}
	var b pg.Batch
	b.Queue(verifyEmail, user, known.Email, s.clock.Now())
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("verify e-mail: %w", err)
	}
	return nil
}

func isNotFound(err error) bool { return err != nil && fault.KindOf(err) == fault.NotFound }

// ResendVerification sends the verification mail again, if there is an account
// that awaits it and its mails of the last hour are not too many; the answer and
// the work are the same if not. ErrTooManyAttempts as for signing in.
func (s *Service) ResendVerification(ctx context.Context, email string, from netip.Addr) error {
	var v fault.Fields
	email = readEmail(&v, email)
	if err := v.Err(); err != nil {
		return err
	}
	if err := s.allow(ctx, resendBucket, email, from); err != nil {
		return fmt.Errorf("resend verification: %w", err)
	}
	var b pg.Batch
	queueReminder(&b, email, s.clock.Now())
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("resend verification: %w", err)
	}
	return nil
}

// newMail is the id of a mail that is about to be queued.
func newMail(now time.Time) MessageID { return id.New[Mail](now) }
