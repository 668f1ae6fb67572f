package auth

import (
	"encoding/binary"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

const linkSize = 16 + 8 + 32 // person, expiry, tag

// linkToken derives the token of a link in a mail: nothing of it is stored. It
// dies when anything changes that it is bound to.
func (s *Service) linkToken(purpose string, user UserID, expires time.Time, bound ...string) []byte {
	raw := make([]byte, 0, linkSize)
	raw = append(raw, user[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(expires.Unix())) //nolint:gosec // read back the same way
	parts := [][]byte{raw}
	for _, p := range bound {
		parts = append(parts, []byte(p))
	}
	return append(raw, s.ring.MAC("auth/link/"+purpose, parts...)...)
}

// readLink takes a token of linkSize apart. What is in it is believed by nobody
// before its tag was compared.
func readLink(token string) (raw []byte, user UserID, expires time.Time, err error) {
	if token == "" {
		var v fault.Fields
		v.Add("body.token", "required")
		return nil, UserID{}, time.Time{}, v.Err()
	}
	raw, err = secret.Decode(token)
	if err != nil || len(raw) != linkSize {
		return nil, UserID{}, time.Time{}, ErrLinkInvalid
	}
	expires = time.Unix(int64(binary.BigEndian.Uint64(raw[16:24])), 0) //nolint:gosec // what is out of range has no right tag
	return raw, UserID(raw[:16]), expires, nil
}

// linkStands compares a token with the one it should be, and its time.
func (s *Service) linkStands(raw, right []byte, expires time.Time) error {
	switch {
	case !secret.Equal(raw, right):
		return ErrLinkInvalid
	case s.clock.Now().After(expires):
		return ErrLinkExpired
	}
	return nil
}
