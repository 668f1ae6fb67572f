package booking

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// linkLife is how long after the visit a manage link still opens it.
const linkLife = 30 * 24 * time.Hour

const (
	purposeManage = "booking/manage"
	purposeHold   = "booking/hold"
	tagSize       = 16
)

// ManageToken is the secret of a booking's manage link. It is derived from the
// booking and the link's generation, so nothing secret is stored; a new
// generation revokes the old link.
func ManageToken(ring *secret.Ring, b business.ID, id ID, generation int) string {
	return sealToken(ring, purposeManage, b, id, generation)
}

// ManagePath is the path of the page that a link leads to, below the public URL.
func ManagePath(token string) string { return "/manage/" + token }

// HoldToken is the secret that names a hold.
func HoldToken(ring *secret.Ring, b business.ID, id HoldID) string {
	return sealToken(ring, purposeHold, b, id, 0)
}

func sealToken(ring *secret.Ring, purpose string, b, id [16]byte, generation int) string {
	raw := make([]byte, 0, 34+tagSize)
	raw = append(raw, b[:]...)
	raw = append(raw, id[:]...)
	raw = binary.BigEndian.AppendUint16(raw, uint16(generation)) //nolint:gosec // a handful of generations
	raw = append(raw, ring.MAC(purpose, raw)[:tagSize]...)
	return secret.Encode(raw)
}

// openToken reads a token; ok is false for one that we did not make.
func openToken(ring *secret.Ring, purpose, token string) (b, id [16]byte, generation int, ok bool) {
	raw, err := secret.Decode(token)
	if err != nil || len(raw) != 34+tagSize || !secret.Equal(raw[34:], ring.MAC(purpose, raw[:34])[:tagSize]) {
		return b, id, 0, false
	}
	return [16]byte(raw[:16]), [16]byte(raw[16:32]), int(binary.BigEndian.Uint16(raw[32:34])), true
}

// codeAlphabet leaves out what is misread or misheard.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeLength gives 6·10¹¹ codes: a clash is rare and is met by trying again.
const codeLength = 8

// newCode is a random booking code, unique on the installation by its table.
func newCode() string {
	out := make([]byte, 0, codeLength)
	var raw [32]byte
	for len(out) < codeLength {
		_, _ = rand.Read(raw[:])
		for _, c := range raw {
			if n := len(codeAlphabet); len(out) < codeLength && int(c) < 256/n*n {
				out = append(out, codeAlphabet[int(c)%n])
			}
		}
	}
	return string(out)
}

// CleanCode reads a code as people type it: any case and width, with spaces or
// hyphens. What no code has in it is left out.
func CleanCode(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(jp.Katakana(s)))
}
