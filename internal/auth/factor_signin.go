package auth

import (
	"context"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// SecondFactorInput goes on with a sign-in whose password was right.
type SecondFactorInput struct {
	ChallengeToken string
	Proof          Proof
	From           Device
}

// secondStep answers the right password of an account that has a second factor:
// ErrSecondFactor with what is needed to go on.
func (s *Service) secondStep(ctx context.Context, known credentialsRow) error {
	d := challengeData{Password: hashToken([]byte(known.PasswordHash))}
	methods := []string{}
	if known.TOTP {
		methods = append(methods, MethodTOTP)
	}
	refusal := ErrSecondFactor
	if known.Passkeys {
		methods = append(methods, MethodPasskey)
		options, ceremony, err := s.askPasskey(ctx, known.ID)
		if err != nil {
			return err
		}
		d.Ceremony = ceremony
		refusal = refusal.WithExtra("passkey_options", options)
	}
	if known.Codes {
		methods = append(methods, MethodRecoveryCode)
	}
	var b pg.Batch
	token, err := s.queueChallenge(&b, known.ID, forSignIn, d)
	if err == nil {
		err = s.db.Write(ctx, &b)
	}
	if err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	return refusal.WithExtra("challenge_token", token).WithExtra("methods", methods)
}

// SecondFactor opens the session that Login did not: a strong one. A wrong proof
// is ErrFactorWrong, and the challenge bears five; then, after five minutes and
// after its use it is ErrChallengeInvalid, and the person begins anew.
// ErrTooManyAttempts counts guesses at an account's codes over all challenges.
func (s *Service) SecondFactor(ctx context.Context, in SecondFactorInput) (Tokens, error) {
	if err := in.Proof.read(); err != nil {
		return Tokens{}, err
	}
	var opened opening
	var proven bool
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		proven = false
		c, err := s.spend(ctx, tx, in.ChallengeToken, forSignIn)
		if err != nil {
			return err
		}
		tx.Later(lockUser, c.user)
		row, err := pg.SelectOne[factorsRow](ctx, tx, factorsOf, c.user)
		if err != nil {
			return err
		}
		if row.Disabled || !secret.Equal(c.Password, row.passwordTag()) {
			return ErrChallengeInvalid
		}
		if proven, err = s.prove(ctx, tx, c.user, in.Proof, c.Ceremony); err != nil || !proven {
			return err // nil: the try stays spent
		}
		opened = s.queueSession(tx.Batch(), c.user, in.From, true)
		tx.Later(deleteChallenge, c.id)
		return nil
	})
	switch {
	case err != nil:
		return Tokens{}, fmt.Errorf("second factor: %w", err)
	case !proven:
		return Tokens{}, ErrFactorWrong
	}
	return s.tokens(opened.user, opened.session, firstGeneration)
}

// StepUp makes a session strong that is not, by a code. A wrong one is told as a
// fault of its field.
func (s *Service) StepUp(ctx context.Context, who Principal, p Proof) error {
	if err := p.read(); err != nil {
		return err
	}
	var proven bool
	err := s.custody(ctx, who, func(c *custody) error {
		var err error
		if proven, err = s.prove(ctx, c.Tx, who.UserID, p, nil); err != nil || !proven {
			return err // nil: the guess stays counted
		}
		c.Later(strengthen, who.SessionID, c.now)
		return nil
	})
	switch {
	case err != nil || proven:
		return err
	case p.RecoveryCode != "":
		return wrongCode("body.recovery_code")
	}
	return wrongCode("body.code")
}

// prove looks at a proof of an account that is locked, and uses it up.
func (s *Service) prove(ctx context.Context, tx *pg.Tx, user UserID, p Proof, ceremony *ceremony) (bool, error) {
	switch {
	case p.Code != "":
		if err := s.guess(ctx, tx, user, MethodTOTP); err != nil {
			return false, err
		}
		return s.takeTOTP(ctx, tx, user, p.Code)
	case p.RecoveryCode != "":
		if err := s.guess(ctx, tx, user, MethodRecoveryCode); err != nil {
			return false, err
		}
		return s.takeRecovery(ctx, tx, user, p.RecoveryCode)
	case ceremony != nil:
		return s.takePasskey(ctx, tx, user, p.Passkey, ceremony)
	}
	return false, nil
}
