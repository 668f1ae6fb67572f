package auth

import (
	"context"
	"crypto/rand"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

const (
	recoveryCodes  = 10
	recoveryLength = 10 // characters, of five bits each
	// recoveryAlphabet is Crockford's: nothing in it is mistaken for another.
	recoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"
)

// MakeRecoveryCodes gives ten new recovery codes; the old ones are worth nothing.
func (s *Service) MakeRecoveryCodes(ctx context.Context, who Principal) ([]string, error) {
	var codes []string
	err := s.custody(ctx, who, func(c *custody) error {
		if err := c.demandStrong(); err != nil {
			return err
		}
		codes = s.makeCodes(c.Batch(), who.UserID)
		queueNotice(c.Batch(), who.UserID, MailRecoveryCodesMade, c.now)
		c.record(actionCodes)
		return nil
	})
	return codes, err
}

// makeCodes queues new codes in the place of all others, and gives them.
func (s *Service) makeCodes(b *pg.Batch, user UserID) []string {
	codes := make([]string, recoveryCodes)
	hashes := make([][]byte, recoveryCodes)
	for i := range codes {
		raw := make([]byte, recoveryLength)
		_, _ = rand.Read(raw)
		for j := range raw {
			raw[j] = recoveryAlphabet[raw[j]%byte(len(recoveryAlphabet))]
		}
		hashes[i] = s.hashCode(user, string(raw))
		codes[i] = string(raw[:recoveryLength/2]) + "-" + string(raw[recoveryLength/2:])
	}
	b.Queue(deleteCodes, user)
	b.Queue(insertCodes, user, hashes)
	return codes
}

// hashCode is what is stored of a code. It needs the master key, so that fifty
// bits cannot be tried out on a stolen database.
func (s *Service) hashCode(user UserID, code string) []byte {
	return s.ring.MAC("auth/recovery", user[:], []byte(code))
}

// takeRecovery uses a code up: of two who show it one wins.
func (s *Service) takeRecovery(ctx context.Context, tx *pg.Tx, user UserID, code string) (bool, error) {
	code = strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.ToLower(plainCode(code)))
	if len(code) != recoveryLength {
		return false, nil
	}
	now := s.clock.Now()
	n, err := tx.Exec(ctx, takeCode, user, s.hashCode(user, code), now)
	if err != nil || n == 0 {
		return false, err
	}
	queueNotice(tx.Batch(), user, MailRecoveryCodeUsed, now)
	return true, nil
}

// plainCode undoes what keyboards and people add to a code: full-width
// characters, blanks and dashes.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Dash, r) || r == 'ー' {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}
