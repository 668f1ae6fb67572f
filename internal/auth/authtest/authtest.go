// Package authtest is what people hold in their hands, for tests: a passkey in
// software, and an authenticator app.
package authtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/pquerna/otp/totp"
)

// Code is what an authenticator app shows for a secret in base32.
func Code(tb testing.TB, secret string, at time.Time) string {
	tb.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		tb.Fatal(err)
	}
	return code
}

// Passkey is one credential of an authenticator in software, in the hands of a
// browser at Origin. Its fields are for tests that lie.
type Passkey struct {
	Origin   string
	Counter  uint32 // grows with each signature
	Verified bool   // whether the person is said to have shown a finger or a number

	id   []byte
	user []byte
	key  *ecdsa.PrivateKey
}

// NewPasskey is a passkey for one account of one site.
func NewPasskey(tb testing.TB, origin string) *Passkey {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &Passkey{Origin: origin, Verified: true, id: id, key: key}
}

// asked is what a browser reads of the options.
type asked struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
}

func read(tb testing.TB, options any) asked {
	tb.Helper()
	raw, err := json.Marshal(options)
	var o asked
	if err == nil {
		err = json.Unmarshal(raw, &o)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

var b64 = base64.RawURLEncoding

// Flags of authenticator data.
const (
	flagPresent  = 1
	flagVerified = 4
	flagNewKey   = 64
)

// Make answers creation options, as PublicKeyCredential.toJSON does.
func (k *Passkey) Make(tb testing.TB, options any) json.RawMessage {
	tb.Helper()
	o := read(tb, options)
	var err error
	if k.user, err = b64.DecodeString(o.User.ID); err != nil {
		tb.Fatal(err)
	}
	point, err := k.key.PublicKey.Bytes()
	if err != nil {
		tb.Fatal(err)
	}
	// COSE: an EC2 key for ES256 on P-256.
	cose := encode(tb, map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	data := k.data(o.RP.ID, flagNewKey)
	data = append(data, make([]byte, 16)...) // no model is told
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), cose...)
	object := encode(tb, map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	return k.answer(tb, map[string]any{
		"clientDataJSON": b64.EncodeToString(k.client(tb, "webauthn.create", o.Challenge)), "attestationObject": b64.EncodeToString(object),
		"transports": []string{"internal"}, "publicKeyAlgorithm": -7,
	})
}

// Sign answers request options, as PublicKeyCredential.toJSON does.
func (k *Passkey) Sign(tb testing.TB, options any) json.RawMessage {
	tb.Helper()
	o := read(tb, options)
	k.Counter++
	data, client := k.data(o.RPID, 0), k.client(tb, "webauthn.get", o.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, digest[:])
	if err != nil {
		tb.Fatal(err)
	}
	return k.answer(tb, map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(k.user),
	})
}

// data is the authenticator's data up to the counter.
func (k *Passkey) data(rpID string, flags byte) []byte {
	hash := sha256.Sum256([]byte(rpID))
	flags |= flagPresent
	if k.Verified {
		flags |= flagVerified
	}
	return binary.BigEndian.AppendUint32(append(hash[:], flags), k.Counter)
}

func (k *Passkey) client(tb testing.TB, kind, challenge string) []byte {
	tb.Helper()
	raw, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.Origin, "crossOrigin": false})
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func (k *Passkey) answer(tb testing.TB, response map[string]any) json.RawMessage {
	tb.Helper()
	raw, err := json.Marshal(map[string]any{
		"id": b64.EncodeToString(k.id), "rawId": b64.EncodeToString(k.id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{"credProps": map[string]any{"rk": true}}, "response": response,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func encode(tb testing.TB, v any) []byte {
	tb.Helper()
	raw, err := cbor.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}
