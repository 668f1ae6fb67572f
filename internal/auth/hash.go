package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// Work is how much a guess at a password costs. Zero fields mean 19 MiB, two
// passes, one lane: the least that OWASP advises.
type Work struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

const (
	saltSize = 16
	hashSize = 32
	// waitersPerCore bounds the queue for the cores: at some 30 ms a hash the last one waits half a second.
	waitersPerCore = 16
)

// errBusy asks to come again when the queue is gone.
var errBusy = fault.New(fault.Unavailable, "overloaded").After(2 * time.Second)

// hasher works on as many passwords at once as there are cores, each of which
// takes Work.MemoryKiB for that while; a bounded number wait, the rest are refused.
type hasher struct {
	work    Work
	cores   chan struct{}
	room    int64 // at work and waiting
	inside  atomic.Int64
	done    atomic.Int64 // hashes computed, for tests
	nobody  string       // the hash of no password, for accounts that do not exist
	compute func(password, salt []byte, w Work) []byte
}

func newHasher(w Work) *hasher {
	if w.MemoryKiB == 0 {
		w.MemoryKiB = 19 * 1024
	}
	if w.Passes == 0 {
		w.Passes = 2
	}
	if w.Lanes == 0 {
		w.Lanes = 1
	}
	cores := runtime.GOMAXPROCS(0)
	salt, hash := make([]byte, saltSize), make([]byte, hashSize)
	_, _ = rand.Read(salt)
	_, _ = rand.Read(hash)
	return &hasher{
		work: w, cores: make(chan struct{}, cores), room: int64(cores * (1 + waitersPerCore)), nobody: encodeHash(w, salt, hash),
		compute: func(password, salt []byte, w Work) []byte {
			return argon2.IDKey(password, salt, w.Passes, w.MemoryKiB, w.Lanes, hashSize)
		},
	}
}

// hash makes what is stored of a normalised password, in the PHC string format.
// It answers an Unavailable fault when too many wait already.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)
	sum, err := h.run(ctx, password, salt, h.work)
	if err != nil {
		return "", err
	}
	return encodeHash(h.work, salt, sum), nil
}

// matches compares a normalised password with a stored hash; an empty one is of
// nobody: it matches nothing and costs the same.
func (h *hasher) matches(ctx context.Context, stored, password string) (bool, error) {
	exists := stored != ""
	if !exists {
		stored = h.nobody
	}
	w, salt, want, err := decodeHash(stored)
	if err != nil {
		return false, err
	}
	sum, err := h.run(ctx, password, salt, w)
	if err != nil {
		return false, err
	}
	return secret.Equal(sum, want) && exists, nil
}

func (h *hasher) run(ctx context.Context, password string, salt []byte, w Work) ([]byte, error) {
	defer h.inside.Add(-1)
	if h.inside.Add(1) > h.room {
		return nil, errBusy
	}
	select {
	case h.cores <- struct{}{}:
		defer func() { <-h.cores }()
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, errBusy.Because(ctx.Err())
		}
		return nil, ctx.Err()
	}
	h.done.Add(1)
	return h.compute([]byte(password), salt, w), nil
}

func encodeHash(w Work, salt, hash []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, w.MemoryKiB, w.Passes, w.Lanes,
		b.EncodeToString(salt), b.EncodeToString(hash))
}

func decodeHash(s string) (w Work, salt, hash []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return w, nil, nil, errors.New("stored password hash: unknown form")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &w.MemoryKiB, &w.Passes, &w.Lanes); err != nil {
		return w, nil, nil, errors.New("stored password hash: unknown parameters")
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	hash, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(err1, err2); err != nil || len(hash) != hashSize {
		return w, nil, nil, errors.New("stored password hash: damaged")
	}
	return w, salt, hash, nil
}
