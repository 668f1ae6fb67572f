package auth

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// TOTP after RFC 6238 with what every app understands: SHA-1, six digits, half a minute.
const (
	totpIssuer = "Omotenashi Connect"
	totpStep   = 30 * time.Second
	totpSkew   = 1  // steps that a phone's clock may be off, either way
	totpSize   = 20 // bytes of a secret
	// pendingLife is how long a secret waits for its first code.
	pendingLife = 15 * time.Minute
)

// TOTPSecret is what an app is set up with; it is shown once.
type TOTPSecret struct {
	Secret string // base32
	URI    string // otpauth://…, for a QR code
}

// StartTOTP makes a secret that counts for nothing until ConfirmTOTP. For the
// first factor the present password is needed, for others a strong session. A
// secret that is in use goes on until the new one is confirmed.
func (s *Service) StartTOTP(ctx context.Context, who Principal, password string) (TOTPSecret, error) {
	knows, err := s.knows(ctx, who.UserID, password)
	if err != nil {
		return TOTPSecret{}, err
	}
	var out TOTPSecret
	err = s.custody(ctx, who, func(c *custody) error {
		if err := c.mayAdd(knows); err != nil {
			return err
		}
		key, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: c.row.Email, SecretSize: totpSize})
		if err != nil {
			return err
		}
		raw, err := base32NoPadding.DecodeString(key.Secret())
		if err != nil {
			return err
		}
		out = TOTPSecret{Secret: key.Secret(), URI: key.URL()}
		c.Later(startTOTP, who.UserID, s.sealTOTP(who.UserID, raw), c.now)
		return nil
	})
	return out, err
}

var base32NoPadding = base32.StdEncoding.WithPadding(base32.NoPadding)

func (s *Service) sealTOTP(user UserID, raw []byte) []byte {
	return s.ring.Seal(sealTOTP, raw, user[:])
}

// ConfirmTOTP takes the first code of the secret that was made last. With the
// first factor of an account come recovery codes, which are shown once. The
// session is strong, and the others end.
func (s *Service) ConfirmTOTP(ctx context.Context, who Principal, code string) ([]string, error) {
	var codes []string
	var right bool
	err := s.custody(ctx, who, func(c *custody) error {
		codes, right = nil, false
		if c.row.enrolled() {
			if err := c.demandStrong(); err != nil {
				return err
			}
		}
		row, err := pg.SelectOne[totpRow](ctx, c.Tx, totpOf, who.UserID)
		switch {
		case errors.Is(err, pg.ErrNoRows):
			return ErrNoTOTP
		case err != nil:
			return err
		case row.Pending == nil || c.now.Sub(*row.PendingAt) > pendingLife:
			return ErrNoTOTP
		}
		if err := s.guess(ctx, c.Tx, who.UserID, MethodTOTP); err != nil {
			return err
		}
		var step int64
		if step, right = s.match(who.UserID, row.Pending, code, 0, c.now); !right {
			return nil // the guess stays counted
		}
		c.Later(confirmTOTP, who.UserID, c.now, step)
		codes = s.added(c, actionAdded)
		return nil
	})
	if err == nil && !right {
		return nil, wrongCode("body.code")
	}
	return codes, err
}

// wrongCode is the refusal of a code to who is signed in.
func wrongCode(at string) error {
	var v fault.Fields
	v.Add(at, "auth.code_wrong")
	return v.Err()
}

// RemoveTOTP takes the TOTP factor, and what waits to become one, off the
// account. The password is needed when it is the last factor: its length is
// checked then, for it will be alone.
func (s *Service) RemoveTOTP(ctx context.Context, who Principal, password string) error {
	knows, err := s.knows(ctx, who.UserID, password)
	if err != nil {
		return err
	}
	return s.custody(ctx, who, func(c *custody) error {
		if err := c.demandStrong(); err != nil {
			return err
		}
		if !c.row.TOTP {
			return errNotFound
		}
		if err := c.mayRemove(knows); err != nil {
			return err
		}
		c.Later(deleteTOTP, who.UserID)
		c.removed(actionRemoved)
		return nil
	})
}

// EnrolTOTP gives an account without a second factor this secret, confirmed: for
// the demo, whose secrets everybody knows. An account with one is left as it is.
func (s *Service) EnrolTOTP(ctx context.Context, user UserID, raw []byte) error {
	now := s.clock.Now()
	var row factorsRow
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		tx.Later(lockUser, user)
		var err error
		if row, err = pg.SelectOne[factorsRow](ctx, tx, factorsOf, user); err != nil || row.enrolled() {
			return err
		}
		tx.Later(startTOTP, user, s.sealTOTP(user, raw), now)
		tx.Later(confirmTOTP, user, now, int64(0))
		return nil
	})
	if err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	return nil
}

// takeTOTP looks at a code and uses it up: of two who show it one wins.
func (s *Service) takeTOTP(ctx context.Context, tx *pg.Tx, user UserID, code string) (bool, error) {
	row, err := pg.SelectOne[totpRow](ctx, tx, totpOf, user)
	switch {
	case errors.Is(err, pg.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case row.Secret == nil:
		return false, nil
	}
	step, ok := s.match(user, row.Secret, code, row.LastStep, s.clock.Now())
	if !ok {
		return false, nil
	}
	n, err := tx.Exec(ctx, takeStep, user, step)
	return n == 1, err
}

// match finds the step of a code, after the last one that was taken.
func (s *Service) match(user UserID, sealed []byte, code string, last int64, now time.Time) (int64, bool) {
	raw, err := s.ring.Open(sealTOTP, sealed, user[:])
	code, ok := digits(code)
	if err != nil || !ok {
		return 0, false
	}
	present := now.Unix() / int64(totpStep/time.Second)
	found, right := int64(0), false
	for step := present - totpSkew; step <= present+totpSkew; step++ {
		want, err := totpCode(raw, step)
		if err == nil && secret.Equal([]byte(code), []byte(want)) && step > last {
			found, right = step, true
		}
	}
	return found, right
}

// totpCode is the code of a step.
func totpCode(raw []byte, step int64) (string, error) {
	return hotp.GenerateCodeCustom(base32NoPadding.EncodeToString(raw), uint64(step), //nolint:gosec // after 1970
		hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// TOTPCode is the code that an app shows for a secret at an instant.
func TOTPCode(raw []byte, at time.Time) (string, error) {
	return totpCode(raw, at.Unix()/int64(totpStep/time.Second))
}

// digits reads six digits as people type them: full-width, in groups.
func digits(code string) (string, bool) {
	code = plainCode(code)
	if len(code) != int(otp.DigitsSix) || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	return code, true
}
