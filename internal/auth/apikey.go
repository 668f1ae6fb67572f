package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Bounds of API keys.
const (
	MaxKeys     = 20                   // live ones of a business
	MaxKeyLife  = 366 * 24 * time.Hour // a year, also one with a 29 February
	MaxKeyName  = 100                  // characters
	hintLength  = 8                    // of the key, the prefix included
	keyPrefix   = "omk_"
	keyRandom   = 20 // bytes
	keyChecksum = 4  // bytes
)

// APIKey is a key with which a program acts for a business. The key itself is
// not kept: only its hash is.
type APIKey struct {
	ID         APIKeyID   `db:"id"`
	Name       string     `db:"name"`
	Hint       string     `db:"hint"` // how it begins
	Scopes     []string   `db:"scopes"`
	CreatedBy  UserID     `db:"created_by"`
	CreatedAt  time.Time  `db:"created_at"`
	ExpiresAt  time.Time  `db:"expires_at"`
	LastUsedAt *time.Time `db:"last_used_at"` // to the minute; nil: never
	RevokedAt  *time.Time `db:"revoked_at"`
}

// APIKeyID names a key.
type APIKeyID = id.Of[APIKey]

// NewAPIKey is a key that was just made, with its text: it is shown once.
type NewAPIKey struct {
	APIKey
	Text string
}

// APIKeyInput is a new key.
type APIKeyInput struct {
	Name          string
	Scopes        []string
	ExpiresAt     time.Time // either this
	ExpiresInDays int       // or this
}

// read cleans and checks; known are the scopes that there are.
func (in APIKeyInput) read(known []string, now time.Time) (APIKeyInput, error) {
	var v fault.Fields
	in.Name = jp.CleanName(in.Name)
	if v.Check(in.Name != "", "body.name", "required") {
		v.Check(utf8.RuneCountInString(in.Name) <= MaxKeyName, "body.name", "too_long", fault.Args{"max": MaxKeyName})
	}
	in.Scopes = slices.Compact(slices.Sorted(slices.Values(in.Scopes)))
	v.Check(len(in.Scopes) > 0, "body.scopes", "required")
	for i, s := range in.Scopes {
		v.Check(slices.Contains(known, s), fmt.Sprintf("body.scopes[%d]", i), "not_allowed", fault.Args{"values": strings.Join(known, ", ")})
	}
	at := "body.expires_at"
	if in.ExpiresInDays != 0 {
		if !v.Check(in.ExpiresAt.IsZero(), at, "auth.key_expiry") {
			return in, v.Err()
		}
		at, in.ExpiresAt = "body.expires_in_days", now.AddDate(0, 0, in.ExpiresInDays)
	}
	if v.Check(!in.ExpiresAt.IsZero(), at, "required") {
		v.Check(in.ExpiresAt.After(now) && !in.ExpiresAt.After(now.Add(MaxKeyLife)), at, "auth.key_lifetime")
	}
	in.ExpiresAt = in.ExpiresAt.UTC().Truncate(time.Second)
	return in, v.Err()
}

var keyText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newKeyText is a random key. The checksum at its end tells one that was cut or
// mistyped, and lets scanners for leaked keys know ours without asking anybody.
func newKeyText() string {
	raw := make([]byte, keyRandom, keyRandom+keyChecksum)
	_, _ = rand.Read(raw) // never fails: crypto/rand aborts the program instead
	return keyPrefix + keyText.EncodeToString(append(raw, checksum(raw)...))
}

func checksum(raw []byte) []byte {
	return binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(raw))
}

// IsAPIKey tells a bearer token that wants to be an API key from one of a person.
func IsAPIKey(token string) bool { return strings.HasPrefix(token, keyPrefix) }

// wellFormed tells whether a text can be a key at all.
func wellFormed(text string) bool {
	raw, err := keyText.DecodeString(strings.TrimPrefix(text, keyPrefix))
	return err == nil && len(raw) == keyRandom+keyChecksum && string(checksum(raw[:keyRandom])) == string(raw[keyRandom:])
}

func keyHash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// CreateAPIKey makes a key of the business; known are the scopes that there are.
// It answers business.suspended, and ErrKeyLimit beside MaxKeys live ones.
func (s *Service) CreateAPIKey(ctx context.Context, actor tenant.Actor, business [16]byte, known []string, in APIKeyInput, claim *idempotency.Claim) (NewAPIKey, error) {
	in, err := in.read(known, s.clock.Now())
	if err != nil {
		return NewAPIKey{}, err
	}
	var out NewAPIKey
	err = s.db.InTenant(ctx, business, func(tx *pg.Tx) error {
		now := s.clock.Now()
		claim.Begin(tx.Batch())
		if err := s.roomForKey(ctx, tx, business, now); err != nil {
			return err
		}
		text := newKeyText()
		out = NewAPIKey{Text: text, APIKey: APIKey{
			ID: id.New[APIKey](now), Name: in.Name, Hint: text[:hintLength], Scopes: in.Scopes, CreatedBy: actor.UserID, CreatedAt: now, ExpiresAt: in.ExpiresAt,
		}}
		tx.Later(insertKey, out.ID, business, out.Name, out.Hint, keyHash(text), out.Scopes, actor.UserID, now, out.ExpiresAt)
		if err := claim.Store(tx.Batch(), out); err != nil {
			return err
		}
		audit.Append(tx.Batch(), business, audit.Entry{
			At: now, Actor: actor, Action: "api_key.created", Subject: keySubject(out.ID), Detail: map[string]any{"scopes": in.Scopes, "expires_at": in.ExpiresAt},
		}, nil)
		return nil
	})
	return out, err
}

// roomForKey holds the business's row, so that keys are made one after the other.
func (s *Service) roomForKey(ctx context.Context, tx *pg.Tx, business [16]byte, now time.Time) error {
	var suspended []bool
	var live []int64
	var b pg.Batch
	pg.CollectColumn(b.Queue(lockForKeys, business), &suspended)
	pg.CollectColumn(b.Queue(countKeys, business, now), &live)
	if err := tx.Run(ctx, &b); err != nil {
		return err
	}
	switch {
	case len(suspended) == 0:
		return errNotFound
	case suspended[0]:
		return errSuspended
	case live[0] >= MaxKeys:
		return ErrKeyLimit.With(fault.Args{"max": MaxKeys})
	}
	return nil
}

// APIKeys lists the keys of a business, those that are over as well, in the order
// in which they were made, after the given one (zero: from the first), at most limit.
func (s *Service) APIKeys(ctx context.Context, business [16]byte, after APIKeyID, limit int) ([]APIKey, error) {
	var out []APIKey
	var b pg.Batch
	pg.Collect(b.Queue(listKeys, business, [16]byte(after), limit), &out)
	err := s.db.Read(ctx, &b)
	return out, err
}

// APIKey is one key of the business; not_found for none, and for another's.
func (s *Service) APIKey(ctx context.Context, business [16]byte, key APIKeyID) (APIKey, error) {
	var out APIKey
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(keyByID, business, key), &out, &found)
	if err := s.db.Read(ctx, &b); err != nil {
		return APIKey{}, err
	}
	if !found {
		return APIKey{}, errNotFound
	}
	return out, nil
}

// RevokeAPIKey ends a key: at once in this process, within CacheLife in the
// others. One that was revoked stays so. A suspended business may do it too.
func (s *Service) RevokeAPIKey(ctx context.Context, actor tenant.Actor, business [16]byte, key APIKeyID) error {
	err := s.db.InTenant(ctx, business, func(tx *pg.Tx) error {
		now := s.clock.Now()
		var before []bool
		pg.CollectColumn(tx.Later(lockKey, business, key), &before)
		if err := tx.Run(ctx, &pg.Batch{}); err != nil {
			return err
		}
		if len(before) == 0 {
			return errNotFound
		}
		if before[0] {
			return nil
		}
		tx.Later(revokeKey, business, key, now)
		audit.Append(tx.Batch(), business, audit.Entry{At: now, Actor: actor, Action: "api_key.revoked", Subject: keySubject(key)}, nil)
		return nil
	})
	s.apiKeys.drop(func(h heldKey) bool { return h.id == key })
	return err
}

func keySubject(key APIKeyID) string { return "api_key:" + key.String() }
