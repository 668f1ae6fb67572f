package auth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// KeyGrant is what a program with an API key may do, and for whom.
type KeyGrant struct {
	Business [16]byte
	Scopes   []string
}

// Has tells whether the key was given the scope.
func (g *KeyGrant) Has(scope string) bool { return slices.Contains(g.Scopes, scope) }

// heldKey is what a key stands for, as it is remembered.
type heldKey struct {
	id      APIKeyID
	grant   *KeyGrant
	expires time.Time
	revoked bool
}

// usedEvery is how often the last use of a key is written, at most.
const usedEvery = time.Minute

// AuthenticateKey tells for whom an API key acts: ErrKeyUnknown, ErrKeyExpired or
// ErrKeyRevoked for one that does not stand. The principal's UserID is the key's
// id. A key that stood is remembered for CacheLife.
func (s *Service) AuthenticateKey(ctx context.Context, text string) (Principal, error) {
	if !wellFormed(text) {
		return Principal{}, ErrKeyUnknown
	}
	hash := keyHash(text)
	h, err := s.apiKeys.get(ctx, string(hash), func(ctx context.Context) (heldKey, bool, error) {
		h, err := s.lookUpKey(ctx, hash)
		return h, err == nil && h.grant != nil && !h.revoked, err
	})
	switch {
	case err != nil:
		return Principal{}, fmt.Errorf("authenticate a key: %w", err)
	case h.grant == nil:
		return Principal{}, ErrKeyUnknown
	case h.revoked:
		return Principal{}, ErrKeyRevoked
	case !s.clock.Now().Before(h.expires):
		return Principal{}, ErrKeyExpired
	}
	return Principal{UserID: UserID(h.id), Key: h.grant}, nil
}

// lookUpKey finds a key and notes its use in the same round trip, on the primary:
// the note changes a row once a minute at most.
func (s *Service) lookUpKey(ctx context.Context, hash []byte) (heldKey, error) {
	now := s.clock.Now()
	var row keyRow
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(keyByHash, hash), &row, &found)
	b.Queue(noteUse, hash, now, now.Add(-usedEvery))
	if err := s.db.Write(ctx, &b); err != nil || !found {
		return heldKey{}, err
	}
	return heldKey{id: row.ID, grant: &KeyGrant{Business: row.TenantID, Scopes: row.Scopes}, expires: row.ExpiresAt, revoked: row.Revoked}, nil
}
