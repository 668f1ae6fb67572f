package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// reader knows the published keys and nothing else of us.
func reader(t *testing.T, w *world) func(access string) error {
	t.Helper()
	raw, err := json.Marshal(w.PublicKeys())
	if err != nil {
		t.Fatal(err)
	}
	var keys []map[string]string
	if err := json.Unmarshal(raw, &keys); err != nil {
		t.Fatal(err)
	}
	return func(access string) error {
		_, err := jwt.Parse(access, func(token *jwt.Token) (any, error) {
			for _, k := range keys {
				if k["kid"] == token.Header["kid"] && k["kty"] == "OKP" && k["crv"] == "Ed25519" && k["alg"] == "EdDSA" && k["use"] == "sig" {
					x, err := base64.RawURLEncoding.Strict().DecodeString(k["x"])
					return ed25519.PublicKey(x), err
				}
			}
			return nil, jwt.ErrTokenUnverifiable
		}, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithTimeFunc(w.clock.Now), jwt.WithIssuer(issuer), jwt.WithAudience(audience))
		return err
	}
}

// At every moment, keys that were read up to KeysLife ago check every token that
// is valid and made since, and none made with a key that was rotated out.
func TestPublicKeys_CheckEveryTokenOfTheirTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	change := time.Unix((w.clock.Now().Unix()/int64(keyLife/time.Second)+1)*int64(keyLife/time.Second), 0)
	w.clock.Set(change.Add(-20 * time.Minute))
	old := w.login(t, "hana@example.jp").Access
	if err := reader(t, w)(old); err != nil {
		t.Fatal(err)
	}
	session := w.principal(t, old)
	sign := func() string {
		token, err := w.keys.sign(session.UserID, session.SessionID)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for at := change.Add(-20 * time.Minute); at.Before(change.Add(20 * time.Minute)); at = at.Add(30 * time.Second) {
		w.clock.Set(at)
		check, before := reader(t, w), sign()
		for _, later := range []time.Duration{0, time.Minute, KeysLife, KeysLife + skew} {
			w.clock.Set(at.Add(later))
			if err := check(sign()); err != nil {
				t.Errorf("keys of %s, a token of %s later: %v", at.Sub(change), later, err)
			}
			if err := check(before); err != nil {
				t.Errorf("keys of %s, a token of that time: %v", at.Sub(change), err)
			}
		}
	}
	w.clock.Set(change.Add(keyLife))
	for _, k := range w.PublicKeys() {
		if k.ID == jwtHeader(t, old)["kid"] {
			t.Error("a key that was rotated out is still published")
		}
	}
	if n := len(w.PublicKeys()); n != 2 {
		t.Errorf("%d keys", n)
	}
}

func jwtHeader(t *testing.T, access string) map[string]any {
	t.Helper()
	token, _, err := jwt.NewParser().ParseUnverified(access, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	return token.Header
}
