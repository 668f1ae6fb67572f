package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

const (
	// MaxPasskeys is how many an account has at most.
	MaxPasskeys = 20
	// MaxPasskeyName is how many characters a passkey's name has at most.
	MaxPasskeyName = 100
)

// Passkey is one passkey of an account, as its owner sees it.
type Passkey struct {
	ID        PasskeyID
	Name      string
	CreatedAt time.Time
	UsedAt    *time.Time // nil: never yet
}

// PasskeyID names a passkey.
type PasskeyID = id.Of[Passkey]

// PasskeyChallenge is what a browser is asked to sign or to make.
type PasskeyChallenge struct {
	Token string
	// Options are for navigator.credentials: PublicKeyCredentialCreationOptionsJSON
	// or PublicKeyCredentialRequestOptionsJSON of WebAuthn.
	Options any
}

type ceremony = webauthn.SessionData

// relyingParty is who passkeys are made for. They need a domain: an installation
// that is reached by the number of its machine has them at localhost only.
func relyingParty(publicURL string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	domain := u.Hostname()
	if _, err := netip.ParseAddr(domain); err == nil || domain == "" {
		domain = "localhost"
		u.Scheme, u.Host = "http", "localhost"+portOf(u)
	}
	yes := true
	return webauthn.New(&webauthn.Config{
		RPID: domain, RPDisplayName: totpIssuer, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &yes, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login: webauthn.TimeoutConfig{Timeout: ChallengeLife}, Registration: webauthn.TimeoutConfig{Timeout: ChallengeLife},
		},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore, // we ask for none and read none
	})
}

func portOf(u *url.URL) string {
	if u.Port() == "" {
		return ""
	}
	return ":" + u.Port()
}

// holder is an account as the library wants it.
type holder struct {
	id          UserID
	row         factorsRow
	credentials []webauthn.Credential
}

// WebAuthnID is the user handle.
func (h *holder) WebAuthnID() []byte { return h.id[:] }

// WebAuthnName is what tells accounts apart in the browser's list.
func (h *holder) WebAuthnName() string { return h.row.Email }

// WebAuthnDisplayName is the person's name.
func (h *holder) WebAuthnDisplayName() string { return h.row.FamilyName + " " + h.row.GivenName }

// WebAuthnCredentials are the passkeys.
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// passkeyRow is a passkey as it is stored.
type passkeyRow struct {
	ID         PasskeyID
	UserID     UserID
	Credential json.RawMessage
	Name       string
	CreatedAt  time.Time
	LastUsedAt *time.Time
}

func (r *passkeyRow) passkey() Passkey {
	p := Passkey{ID: r.ID, Name: r.Name, CreatedAt: r.CreatedAt.UTC()}
	if r.LastUsedAt != nil {
		used := r.LastUsedAt.UTC()
		p.UsedAt = &used
	}
	return p
}

// holderOf reads what the rows keep.
func holderOf(user UserID, rows []passkeyRow) (*holder, error) {
	h := &holder{id: user, credentials: make([]webauthn.Credential, len(rows))}
	for i := range rows {
		if err := json.Unmarshal(rows[i].Credential, &h.credentials[i]); err != nil {
			return nil, fmt.Errorf("stored passkey: %w", err)
		}
	}
	return h, nil
}

func (h *holder) descriptors() []protocol.CredentialDescriptor {
	out := make([]protocol.CredentialDescriptor, len(h.credentials))
	for i := range h.credentials {
		out[i] = h.credentials[i].Descriptor()
	}
	return out
}

// readPasskeyName cleans a name.
func readPasskeyName(name string) (string, error) {
	var v fault.Fields
	name = jp.CleanName(name)
	if v.Check(name != "", "body.name", "required") {
		v.Check(len([]rune(name)) <= MaxPasskeyName, "body.name", "too_long", fault.Args{"max": MaxPasskeyName})
	}
	return name, v.Err()
}

// RenamePasskey gives a passkey of the person another name.
func (s *Service) RenamePasskey(ctx context.Context, user UserID, key PasskeyID, name string) (Passkey, error) {
	name, err := readPasskeyName(name)
	if err != nil {
		return Passkey{}, err
	}
	var row passkeyRow
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(renamePasskey, key, user, name), &row, &found)
	if err := s.db.Write(ctx, &b); err != nil {
		return Passkey{}, fmt.Errorf("rename passkey: %w", err)
	}
	if !found {
		return Passkey{}, errNotFound
	}
	return row.passkey(), nil
}

// RemovePasskey takes a passkey off the account, under the rules of RemoveTOTP.
func (s *Service) RemovePasskey(ctx context.Context, who Principal, key PasskeyID, password string) error {
	knows, err := s.knows(ctx, who.UserID, password)
	if err != nil {
		return err
	}
	return s.custody(ctx, who, func(c *custody) error {
		if err := c.demandStrong(); err != nil {
			return err
		}
		n, err := c.Exec(ctx, deletePasskey, key, who.UserID)
		switch {
		case err != nil:
			return err
		case n == 0:
			return errNotFound
		}
		if err := c.mayRemove(knows); err != nil {
			return err // and undo it
		}
		c.removed(actionRemoved)
		return nil
	})
}
