package auth

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

const (
	// ChallengeLife is how long a half-done sign-in or registration can be brought to its end.
	ChallengeLife = 5 * time.Minute
	// challengeTries is how many proofs one challenge takes.
	challengeTries = 5

	challengeSize = 32 // bytes of a token
)

// Purposes of challenges.
const (
	forSignIn        = "sign_in"          // the password was right
	forPasskeySignIn = "passkey_sign_in"  // whoever shows a passkey
	forPasskey       = "passkey_register" // a new passkey
)

// challenge is something half done, named by a random token of which the
// database knows the hash.
type challenge struct {
	id   challengeID
	user UserID // zero: whoever shows a passkey
	challengeData
}

type challengeID = id.Of[challenge]

// challengeData is kept sealed.
type challengeData struct {
	Ceremony *webauthn.SessionData `json:"ceremony,omitempty"` // of passkeys
	Password []byte                `json:"password,omitempty"` // its tag: with another one the challenge is void
	Session  SessionID             `json:"session,omitzero"`   // in which a passkey is registered
	Knows    bool                  `json:"knows,omitempty"`    // the password was shown
}

// queueChallenge queues a challenge and gives its token.
func (s *Service) queueChallenge(b *pg.Batch, user UserID, purpose string, d challengeData) (string, error) {
	now := s.clock.Now()
	cid := id.New[challenge](now)
	plain, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	token := make([]byte, challengeSize)
	_, _ = rand.Read(token)
	b.Queue(insertChallenge, cid, hashToken(token), user.Ptr(), purpose, s.ring.Seal(sealChallenge, plain, cid[:]), now, now.Add(ChallengeLife))
	return secret.Encode(token), nil
}

// What is sealed with which key.
const (
	sealChallenge = "auth/challenge"
	sealTOTP      = "auth/totp"
)

// spend spends one try of the challenge; ErrChallengeInvalid when there is no
// such one, or none is left. Its row stays locked until the transaction ends.
func (s *Service) spend(ctx context.Context, tx *pg.Tx, token, purpose string) (challenge, error) {
	raw, err := secret.Decode(token)
	if err != nil || len(raw) != challengeSize {
		return challenge{}, ErrChallengeInvalid
	}
	row, err := pg.SelectOne[challengeRow](ctx, tx, tryChallenge, hashToken(raw), purpose, s.clock.Now(), challengeTries)
	switch {
	case errors.Is(err, pg.ErrNoRows):
		return challenge{}, ErrChallengeInvalid
	case err != nil:
		return challenge{}, err
	}
	c := challenge{id: row.ID}
	if row.UserID != nil {
		c.user = *row.UserID
	}
	plain, err := s.ring.Open(sealChallenge, row.Data, row.ID[:])
	if err != nil {
		return challenge{}, ErrChallengeInvalid // of another master key
	}
	if err := json.Unmarshal(plain, &c.challengeData); err != nil {
		return challenge{}, fmt.Errorf("challenge: %w", err)
	}
	return c, nil
}
