package auth

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// LinkLife is how long the link of a mail can be used.
const LinkLife = 48 * time.Hour

const linkSize = 16 + 8 + 32 // person, expiry, tag

// linkToken derives the token of a link in a mail: nothing of it is stored. It
// is bound to the address, so that it dies when the address changes.
func (s *Service) linkToken(purpose string, user UserID, email string, expires time.Time) []byte {
	raw := make([]byte, 0, linkSize)
	raw = append(raw, user[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(expires.Unix())) //nolint:gosec // read back the same way
	return append(raw, s.ring.MAC("auth/link/"+purpose, raw, []byte(email))...)
}

const purposeVerify = "verify-email"

// VerifyEmail takes the token of a verification mail. Used again it does nothing
// more. ErrLinkExpired when it was ours but is too old, else ErrLinkInvalid.
func (s *Service) VerifyEmail(ctx context.Context, token string) error {
	if token == "" {
		var v fault.Fields
		v.Add("body.token", "required")
		return v.Err()
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != linkSize {
		return ErrLinkInvalid
	}
	user := UserID(raw[:16])
	expires := time.Unix(int64(binary.BigEndian.Uint64(raw[16:24])), 0) //nolint:gosec // what is out of range has no right tag
	known, err := s.Me(ctx, user)
	switch {
	case isNotFound(err):
		return ErrLinkInvalid
	case err != nil:
		return fmt.Errorf("verify e-mail: %w", err)
	}
	if !secret.Equal(raw, s.linkToken(purposeVerify, user, known.Email, expires)) {
		return ErrLinkInvalid
	}
	now := s.clock.Now()
	if now.After(expires) {
		return ErrLinkExpired
	}
	var b pg.Batch
	b.Queue(verifyEmail, user, known.Email, now)
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("verify e-mail: %w", err)
	}
	return nil
}

func isNotFound(err error) bool { return err != nil && fault.KindOf(err) == fault.NotFound }

// ResendVerification sends the verification mail again, if there is an account
// that awaits it and its mails of the last hour are not too many; the answer and
// the work are the same if not.
func (s *Service) ResendVerification(ctx context.Context, email string) error {
	var v fault.Fields
	email = readEmail(&v, "body.email", email)
	if err := v.Err(); err != nil {
		return err
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
