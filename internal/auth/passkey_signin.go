package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// askPasskey makes the options with which the account's passkeys are asked for.
func (s *Service) askPasskey(ctx context.Context, user UserID) (options any, begun *ceremony, err error) {
	rp, err := s.relying()
	if err != nil {
		return nil, nil, err
	}
	var rows []passkeyRow
	var b pg.Batch
	pg.Collect(b.Queue(passkeysOf, user), &rows)
	if err := s.db.Write(ctx, &b); err != nil { // the pool of the truth
		return nil, nil, fmt.Errorf("passkeys: %w", err)
	}
	h, err := holderOf(user, rows)
	if err != nil {
		return nil, nil, err
	}
	assertion, begun, err := rp.BeginLogin(h)
	if err != nil {
		return nil, nil, fmt.Errorf("passkeys: %w", err)
	}
	return assertion.Response, begun, nil
}

// PasskeyOptions begins a sign-in by passkey alone, of whoever will show one.
func (s *Service) PasskeyOptions(ctx context.Context) (PasskeyChallenge, error) {
	rp, err := s.relying()
	if err != nil {
		return PasskeyChallenge{}, err
	}
	assertion, begun, err := rp.BeginDiscoverableLogin()
	if err != nil {
		return PasskeyChallenge{}, fmt.Errorf("passkey options: %w", err)
	}
	out := PasskeyChallenge{Options: assertion.Response}
	var b pg.Batch
	if out.Token, err = s.queueChallenge(&b, UserID{}, forPasskeySignIn, challengeData{Ceremony: begun}); err != nil {
		return PasskeyChallenge{}, err
	}
	if err := s.db.Write(ctx, &b); err != nil {
		return PasskeyChallenge{}, fmt.Errorf("passkey options: %w", err)
	}
	return out, nil
}

// PasskeySignIn opens a strong session for who shows a passkey. Whatever is wrong
// with it is ErrPasskeyWrong; a challenge that is spent, ErrChallengeInvalid.
func (s *Service) PasskeySignIn(ctx context.Context, token string, shown json.RawMessage, from Device) (Tokens, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(shown)
	if err != nil {
		return Tokens{}, ErrPasskeyWrong
	}
	var opened opening
	var proven bool
	err = s.db.InAccount(ctx, func(tx *pg.Tx) error {
		proven = false
		c, err := s.spend(ctx, tx, token, forPasskeySignIn)
		if err != nil {
			return err
		}
		owner, err := pg.SelectOne[ownerRow](ctx, tx, passkeyOwner, parsed.RawID)
		switch {
		case errors.Is(err, pg.ErrNoRows):
			return nil // the try stays spent
		case err != nil:
			return err
		}
		tx.Later(lockUser, owner.UserID)
		row, err := pg.SelectOne[factorsRow](ctx, tx, factorsOf, owner.UserID)
		if err != nil || row.Disabled || c.Ceremony == nil {
			return err
		}
		if proven, err = s.takePasskey(ctx, tx, owner.UserID, shown, c.Ceremony); err != nil || !proven {
			return err
		}
		opened = s.queueSession(tx.Batch(), owner.UserID, from, true)
		tx.Later(deleteChallenge, c.id)
		return nil
	})
	switch {
	case err != nil:
		return Tokens{}, fmt.Errorf("sign in by passkey: %w", err)
	case !proven:
		return Tokens{}, ErrPasskeyWrong
	}
	return s.tokens(opened.user, opened.session, firstGeneration)
}

// takePasskey checks what a passkey of an account signed, and notes its use. One
// whose counter did not grow is refused: there may be two of it.
func (s *Service) takePasskey(ctx context.Context, tx *pg.Tx, user UserID, shown json.RawMessage, begun *ceremony) (bool, error) {
	rp, err := s.relying()
	if err != nil {
		return false, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(shown)
	if err != nil {
		return false, nil //nolint:nilerr // a passkey that cannot be read is a wrong one
	}
	rows, err := pg.Select[passkeyRow](ctx, tx, passkeysOf, user)
	if err != nil {
		return false, err
	}
	h, err := holderOf(user, rows)
	if err != nil {
		return false, err
	}
	credential, err := assert(rp, h, begun, parsed)
	if err != nil || credential.Authenticator.CloneWarning {
		return false, nil //nolint:nilerr // why it was refused helps only who forges
	}
	stored, err := json.Marshal(credential)
	if err != nil {
		return false, err
	}
	for i := range rows {
		if bytes.Equal(h.credentials[i].ID, credential.ID) {
			tx.Later(usePasskey, rows[i].ID, user, stored, s.clock.Now())
		}
	}
	return true, nil
}

// assert checks a signature; of a challenge for whoever shows a passkey, too.
func assert(rp *webauthn.WebAuthn, h *holder, begun *ceremony, parsed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	if len(begun.UserID) > 0 {
		return rp.ValidateLogin(h, *begun, parsed)
	}
	return rp.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, *begun, parsed)
}
