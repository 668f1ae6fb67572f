package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"slices"
	"strconv"
	"time"
)

// KeysLife is how long the published keys may be kept by who reads them.
const KeysLife = 5 * time.Minute

// PublicKey is a key with which access tokens are checked, as RFC 7517 and RFC
// 8037 write it.
type PublicKey struct {
	Type      string `json:"kty"`
	Curve     string `json:"crv"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
	ID        string `json:"kid"`
	X         string `json:"x"`
}

// PublicKeys are the keys with which our access tokens can be checked now, and
// those that sign before KeysLife has passed. A token that checks out may still
// belong to a session that has ended: only Authenticate knows.
func (s *Service) PublicKeys() []PublicKey { return s.keys.published() }

func (s *signer) published() []PublicKey {
	now := s.clock.Now()
	current, neighbour := generations(now)
	next, _ := generations(now.Add(KeysLife + skew))
	live := []int64{current, neighbour, next}
	slices.Sort(live)
	var out []PublicKey
	for _, g := range slices.Compact(live) {
		public := ed25519.PublicKey(s.key(g)[ed25519.SeedSize:])
		out = append(out, PublicKey{
			Type: "OKP", Curve: "Ed25519", Algorithm: "EdDSA", Use: "sig", ID: strconv.FormatInt(g, 10),
			X: base64.RawURLEncoding.EncodeToString(public),
		})
	}
	return out
}
