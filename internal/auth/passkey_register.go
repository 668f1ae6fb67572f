package auth

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// StartPasskey begins the registration of a passkey in this session. For the
// first factor the present password is needed, for others a strong session.
func (s *Service) StartPasskey(ctx context.Context, who Principal, password string) (PasskeyChallenge, error) {
	rp, err := s.relying()
	if err != nil {
		return PasskeyChallenge{}, err
	}
	knows, err := s.knows(ctx, who.UserID, password)
	if err != nil {
		return PasskeyChallenge{}, err
	}
	var out PasskeyChallenge
	err = s.custody(ctx, who, func(c *custody) error {
		if err := c.mayAdd(knows); err != nil {
			return err
		}
		h, err := c.holder(ctx)
		if err != nil {
			return err
		}
		creation, begun, err := rp.BeginRegistration(h, webauthn.WithExclusions(h.descriptors()))
		if err != nil {
			return err
		}
		out.Options = creation.Response
		out.Token, err = s.queueChallenge(c.Batch(), who.UserID, forPasskey, challengeData{
			Ceremony: begun, Session: who.SessionID, Knows: knows.right, Password: knows.tag,
		})
		return err
	})
	return out, err
}

// holder reads the account's passkeys; ErrPasskeyLimit when it has no room for more.
func (c *custody) holder(ctx context.Context) (*holder, error) {
	if c.row.Passkeys >= MaxPasskeys {
		return nil, ErrPasskeyLimit
	}
	rows, err := pg.Select[passkeyRow](ctx, c.Tx, passkeysOf, c.who.UserID)
	if err != nil {
		return nil, err
	}
	h, err := holderOf(c.who.UserID, rows)
	if err == nil {
		h.row = c.row
	}
	return h, err
}

// AddPasskey ends the registration that StartPasskey began in the same session.
// With the first factor of an account come recovery codes, which are shown once.
// The session is strong, and the others end. Whatever is wrong with challenge or
// passkey is ErrPasskeyRefused.
func (s *Service) AddPasskey(ctx context.Context, who Principal, token, name string, made json.RawMessage) (Passkey, []string, error) {
	name, err := readPasskeyName(name)
	if err != nil {
		return Passkey{}, nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(made)
	if err != nil {
		return Passkey{}, nil, ErrPasskeyRefused
	}
	var out *Passkey
	var codes []string
	err = s.custody(ctx, who, func(c *custody) error {
		out, codes = nil, nil
		ch, err := s.spend(ctx, c.Tx, token, forPasskey)
		switch {
		case errors.Is(err, ErrChallengeInvalid), err == nil && (ch.user != who.UserID || ch.Session != who.SessionID):
			return ErrPasskeyRefused
		case err != nil:
			return err
		}
		if err := c.mayAdd(ch.knowledge()); err != nil {
			return err
		}
		credential, err := s.verifyMade(ctx, c, ch.Ceremony, parsed)
		if err != nil || credential == nil {
			return err // nil: the try stays spent
		}
		c.Later(deleteChallenge, ch.id)
		if out, err = c.insert(ctx, name, credential); err != nil {
			return err
		}
		codes = s.added(c, actionAdded)
		return nil
	})
	switch {
	case err != nil:
		return Passkey{}, nil, err
	case out == nil:
		return Passkey{}, nil, ErrPasskeyRefused
	}
	return *out, codes, nil
}

// knowledge is whether the password was shown when the challenge was made.
func (d challengeData) knowledge() knowledge {
	return knowledge{given: true, right: d.Knows, tag: d.Password}
}

// verifyMade checks a new passkey; nil for one that is not right.
func (s *Service) verifyMade(
	ctx context.Context, c *custody, begun *ceremony, parsed *protocol.ParsedCredentialCreationData,
) (*webauthn.Credential, error) {
	rp, err := s.relying()
	if err != nil {
		return nil, err
	}
	h, err := c.holder(ctx)
	if err != nil || begun == nil {
		return nil, err
	}
	credential, err := rp.CreateCredential(h, *begun, parsed)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // why it was refused helps only who forges
	}
	credential.Attestation = webauthn.CredentialAttestation{} // none was asked for
	return credential, nil
}

func (c *custody) insert(ctx context.Context, name string, credential *webauthn.Credential) (*Passkey, error) {
	stored, err := json.Marshal(credential)
	if err != nil {
		return nil, err
	}
	p := &Passkey{ID: id.New[Passkey](c.now), Name: name, CreatedAt: c.now}
	n, err := c.Exec(ctx, insertPasskey, p.ID, c.who.UserID, credential.ID, stored, name, c.now)
	if err == nil && n == 0 {
		err = ErrPasskeyKnown
	}
	return p, err
}
