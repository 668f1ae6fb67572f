package auth

import (
	"context"
	"fmt"
	"net/netip"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// knowledge is whether somebody who is signed in showed the present password.
type knowledge struct {
	given bool
	right bool
	long  bool   // enough to be the only factor
	tag   []byte // of the password that was shown, see passwordTag
}

// check refuses who did not show it, and names the field. The account is as
// it stands now: its password may have changed since.
func (k knowledge) check(now *factorsRow) error {
	var v fault.Fields
	if v.Check(k.given, "body.password", "required") {
		v.Check(k.right && secret.Equal(k.tag, now.passwordTag()), "body.password", "auth.password_wrong")
	}
	return v.Err()
}

// knows compares a password with the account's, if one is given. It costs a hash
// and is limited: it comes before a transaction, never within.
func (s *Service) knows(ctx context.Context, user UserID, password string) (knowledge, error) {
	if password == "" {
		return knowledge{}, nil
	}
	password = normalPassword(password)
	n := utf8.RuneCountInString(password)
	if n > MaxPassword {
		return knowledge{given: true}, nil
	}
	try, err := s.attempt(passwordBucket, user.String(), netip.Addr{})
	if err != nil {
		return knowledge{}, err
	}
	var row factorsRow
	var b pg.Batch
	try.queue(&b)
	pg.CollectOne(b.Queue(factorsOf, user), &row, nil)
	if err := s.db.Write(ctx, &b); err != nil {
		return knowledge{}, fmt.Errorf("present password: %w", err)
	}
	if err := try.refused(false); err != nil {
		return knowledge{}, err
	}
	right, err := s.passwords.matches(ctx, row.PasswordHash, password)
	if err != nil {
		return knowledge{}, fmt.Errorf("present password: %w", err)
	}
	return knowledge{given: true, right: right, long: n >= MinPassword, tag: row.passwordTag()}, nil
}

// Guesses at codes are limited over all challenges and processes, each kind by
// itself: in the long run a tenth of the attempts to sign in to an account, which
// leaves a guesser of six digits one chance in 500 a day. What is counted is only
// reached with the password or a session. Passkeys cannot be guessed.
const (
	guessBurst = 2  // times the attempts to sign in at once
	guessPace  = 10 // times the wait between those
)

var takeGuess = pg.Register("auth.take_guess", `SELECT rate_take($1, $2, $3, $4) AS wait`)

type waitRow struct{ Wait time.Duration }

// guess counts a guess at a code of the account, in the transaction that looks
// at it; ErrTooManyAttempts when there were too many.
func (s *Service) guess(ctx context.Context, tx *pg.Tx, user UserID, kind string) error {
	limit := s.byAccount.Policy()
	key := s.ring.MAC("auth/limit", []byte("factor"), []byte(kind), user[:])[:16]
	row, err := pg.SelectOne[waitRow](ctx, tx, takeGuess, key, s.clock.Now(), guessPace*each(limit), count32(guessBurst*limit.Burst))
	if err != nil {
		return err
	}
	if row.Wait > 0 {
		return (&attempt{s: s}).tooMany(row.Wait)
	}
	return nil
}
