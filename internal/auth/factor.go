package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Faults of second factors.
var (
	// ErrSecondFactor is the answer to a right password of an account that has a
	// second factor. It shows challenge_token, methods and, for who has passkeys,
	// passkey_options.
	ErrSecondFactor     = fault.New(fault.Unauthenticated, "auth.second_factor_required")
	ErrFactorWrong      = fault.New(fault.Unauthenticated, "auth.second_factor_invalid")
	ErrPasskeyWrong     = fault.New(fault.Unauthenticated, "auth.passkey_invalid")
	ErrChallengeInvalid = fault.New(fault.Unauthenticated, "auth.challenge_invalid")
	// ErrStrongRequired is the answer to a session that has not shown a second
	// factor, where one is demanded. It shows enrolled: whether the account has one.
	ErrStrongRequired = fault.New(fault.Forbidden, "auth.strong_required")
	ErrNoTOTP         = fault.New(fault.Conflict, "auth.totp_not_started")
	ErrFactorForced   = fault.New(fault.Conflict, "auth.factor_forced")
	ErrPasswordShort  = fault.New(fault.Conflict, "auth.password_too_short_alone")
	ErrPasskeyRefused = fault.New(fault.Invalid, "auth.passkey_refused")
	ErrPasskeyKnown   = fault.New(fault.Conflict, "auth.passkey_known")
	ErrPasskeyLimit   = fault.New(fault.Conflict, "auth.passkey_limit")
)

// Notices about second factors.
const (
	MailFactorAdded       = "factor_added"
	MailFactorRemoved     = "factor_removed"
	MailRecoveryCodesMade = "recovery_codes_made"
	MailRecoveryCodeUsed  = "recovery_code_used"
)

// Ways to show a second factor.
const (
	MethodTOTP         = "totp"
	MethodPasskey      = "passkey"
	MethodRecoveryCode = "recovery_code"
)

// Proof is what shows a second factor: exactly one of its fields.
type Proof struct {
	Code         string          // six digits of a TOTP app, however they were typed
	RecoveryCode string          // likewise
	Passkey      json.RawMessage // what the browser answered to the options of the challenge
}

// read checks that there is one proof.
func (p Proof) read() error {
	var v fault.Fields
	n := 0
	for _, given := range []bool{p.Code != "", p.RecoveryCode != "", len(p.Passkey) > 0} {
		if given {
			n++
		}
	}
	v.Check(n == 1, "body", "auth.one_proof")
	return v.Err()
}

// Factors are the second factors of an account.
type Factors struct {
	TOTPSince     time.Time // zero: none
	Passkeys      []Passkey // the oldest first
	RecoveryCodes int       // that are left
	Required      bool      // the account may not be without
}

// Factors tells what second factors a person has.
func (s *Service) Factors(ctx context.Context, user UserID) (Factors, error) {
	var row factorsRow
	var since totpSinceRow
	var hasTOTP bool
	var keys []passkeyRow
	var b pg.Batch
	pg.CollectOne(b.Queue(factorsOf, user), &row, nil)
	pg.CollectOne(b.Queue(totpSince, user), &since, &hasTOTP)
	pg.Collect(b.Queue(passkeysOf, user), &keys)
	if err := s.db.Read(ctx, &b); err != nil {
		return Factors{}, fmt.Errorf("factors: %w", err)
	}
	f := Factors{TOTPSince: since.ConfirmedAt.UTC(), RecoveryCodes: int(row.Codes), Required: row.Operator}
	if !hasTOTP {
		f.TOTPSince = time.Time{}
	}
	for i := range keys {
		f.Passkeys = append(f.Passkeys, keys[i].passkey())
	}
	return f, nil
}

// factorsRow is what is known of an account and its factors.
type factorsRow struct {
	PasswordHash string
	Email        string
	FamilyName   string
	GivenName    string
	Operator     bool
	Disabled     bool
	TOTP         bool `db:"totp"`
	Passkeys     int64
	Codes        int64
}

func (r *factorsRow) count() int64 {
	if r.TOTP {
		return r.Passkeys + 1
	}
	return r.Passkeys
}

// passwordTag tells one password of the account from the next.
func (r *factorsRow) passwordTag() []byte { return hashToken([]byte(r.PasswordHash)) }

func (r *factorsRow) enrolled() bool { return r.count() > 0 }

// custody is an open transaction on the factors of the account of a session:
// nobody else changes them meanwhile.
type custody struct {
	*pg.Tx
	who    Principal
	row    factorsRow
	strong bool // the session has shown a factor
	now    time.Time
}

// custody runs fn while no other change of the account's factors can run.
// ErrSessionEnded when the session ended meanwhile.
func (s *Service) custody(ctx context.Context, who Principal, fn func(*custody) error) error {
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		c := &custody{Tx: tx, who: who, now: s.clock.Now()}
		var session strongRow
		var found bool
		var b pg.Batch
		b.Queue(lockUser, who.UserID) // first: what follows must see what a rival committed
		pg.CollectOne(b.Queue(sessionStrong, who.SessionID, who.UserID, c.now), &session, &found)
		pg.CollectOne(b.Queue(factorsOf, who.UserID), &c.row, nil)
		if err := tx.Run(ctx, &b); err != nil {
			if errors.Is(err, pg.ErrNoRows) {
				return ErrSessionEnded
			}
			return err
		}
		if !found || c.row.Disabled {
			return ErrSessionEnded
		}
		c.strong = session.Strong
		return fn(c)
	})
	if err != nil {
		return fmt.Errorf("second factors: %w", err)
	}
	s.sessions.drop(func(h held) bool { return h.principal.UserID == who.UserID })
	return nil
}

// demandStrong refuses a session that has not shown a factor.
func (c *custody) demandStrong() error {
	if c.strong {
		return nil
	}
	return ErrStrongRequired.WithExtra("enrolled", c.row.enrolled())
}

// mayAdd lets the first factor be added by who knows the password, and a further
// one by a session that has shown one.
func (c *custody) mayAdd(knows knowledge) error {
	if c.row.enrolled() {
		return c.demandStrong()
	}
	return knows.check(&c.row)
}

// added does what follows on a new factor: the other sessions end, this one is
// strong, and with the first factor come recovery codes, which are returned.
func (s *Service) added(c *custody, operatorAction string) []string {
	var codes []string
	if !c.row.enrolled() {
		codes = s.makeCodes(c.Batch(), c.who.UserID)
	}
	c.Later(endOtherSessions, c.who.UserID, c.who.SessionID, c.now, endedByFactor)
	c.Later(strengthen, c.who.SessionID, c.now)
	queueNotice(c.Batch(), c.who.UserID, MailFactorAdded, c.now)
	c.record(operatorAction)
	return codes
}

// mayRemove lets a strong session remove a factor. The last one is not an
// operator's to remove, and else of those whose password is long enough to be alone.
func (c *custody) mayRemove(knows knowledge) error {
	if err := c.demandStrong(); err != nil {
		return err
	}
	if c.row.count() > 1 {
		return nil
	}
	if c.row.Operator {
		return ErrFactorForced
	}
	if err := knows.check(&c.row); err != nil {
		return err
	}
	if !knows.long {
		return ErrPasswordShort.With(fault.Args{"min": MinPassword})
	}
	return nil
}

// removed does what follows on the end of a factor. With the last one the
// recovery codes die, and this session is an ordinary one.
func (c *custody) removed(operatorAction string) {
	if c.row.count() == 1 {
		c.Later(deleteCodes, c.who.UserID)
		c.Later(weaken, c.who.SessionID)
	}
	c.Later(endOtherSessions, c.who.UserID, c.who.SessionID, c.now, endedByFactor)
	queueNotice(c.Batch(), c.who.UserID, MailFactorRemoved, c.now)
	c.record(operatorAction)
}

// record keeps what an operator did to the own factors in the platform's trail.
func (c *custody) record(action string) {
	if !c.row.Operator {
		return
	}
	audit.AppendPlatform(c.Batch(), audit.PlatformEntry{
		ID: id.New[audit.PlatformEntry](c.now), At: c.now, Actor: tenant.Actor{Kind: tenant.Operator, UserID: c.who.UserID},
		Action: action, Subject: "user:" + c.who.UserID.String(),
	})
}

// What operators do to their factors, in the platform's trail.
const (
	actionAdded   = "operator.factor_added"
	actionRemoved = "operator.factor_removed"
	actionCodes   = "operator.recovery_codes_made"
)
