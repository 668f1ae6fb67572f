// Package secret derives what would otherwise have to be stored: links, tokens
// and sealing keys are functions of the server's master key and of what they
// stand for. The master key comes from the environment or a key file, never
// from the database.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of a master key in bytes.
const KeySize = 32

// Ring derives keys by purpose. It is safe for concurrent use.
type Ring struct {
	master []byte
}

// New makes a ring of a master key of KeySize bytes.
func New(master []byte) (*Ring, error) {
	if len(master) != KeySize {
		return nil, fmt.Errorf("master key has %d bytes, not %d", len(master), KeySize)
	}
	return &Ring{master: master}, nil
}

// Parse reads a master key as base64 (any alphabet, padded or not).
func Parse(s string) (*Ring, error) {
	s = strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimSpace(s)), "=")
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, errors.New("master key is not base64")
	}
	return New(raw)
}

// LoadOrCreate reads the key file, or makes one with a fresh key and mode 0600.
// Two processes that make it at once end with the same key.
func LoadOrCreate(path string) (*Ring, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, os.ErrNotExist) {
		if raw, err = createKey(path); err != nil {
			return nil, fmt.Errorf("key file: %w", err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	r, err := Parse(string(raw))
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", filepath.Base(path), err)
	}
	return r, nil
}

func createKey(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, KeySize)
	_, _ = rand.Read(key)
	text := []byte(base64.StdEncoding.EncodeToString(key) + "\n")
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(text); err != nil {
		_ = f.Close()
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // as above
}

// Key is the 32-byte key of a purpose; the same for the same master key.
func (r *Ring) Key(purpose string) []byte {
	k, err := hkdf.Key(sha256.New, r.master, nil, "omotenashi/"+purpose, 32)
	if err != nil {
		panic(err) // only a length over the limit of HKDF
	}
	return k
}

// MAC is a 32-byte tag over the parts under the purpose's key. Parts are
// delimited, so that no two lists of parts share a tag.
func (r *Ring) MAC(purpose string, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, r.Key(purpose))
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		m.Write(n[:])
		m.Write(p)
	}
	return m.Sum(nil)
}

// Equal compares tags in constant time.
func Equal(a, b []byte) bool { return hmac.Equal(a, b) }

// Seal encrypts under the purpose's key, bound to the context: it opens only
// with the same purpose and context.
func (r *Ring) Seal(purpose string, plain, context []byte) []byte {
	a := r.aead(purpose)
	nonce := make([]byte, a.NonceSize())
	_, _ = rand.Read(nonce)
	return a.Seal(nonce, nonce, plain, context)
}

// Open decrypts what Seal made; it fails when anything was changed.
func (r *Ring) Open(purpose string, sealed, context []byte) ([]byte, error) {
	a := r.aead(purpose)
	if len(sealed) < a.NonceSize() {
		return nil, errors.New("sealed data is too short")
	}
	return a.Open(nil, sealed[:a.NonceSize()], sealed[a.NonceSize():], context)
}

func (r *Ring) aead(purpose string) cipher.AEAD {
	block, err := aes.NewCipher(r.Key("seal/" + purpose))
	if err != nil {
		panic(err) // the key has a fixed, right length
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return a
}
