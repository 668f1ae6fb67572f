package auth

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is what operators do to accounts. Each change stands in the
// platform's trail with its reason.

// Faults of operators' changes.
var (
	ErrOwnAccount    = fault.New(fault.Conflict, "auth.own_account")
	ErrAccountStatus = fault.New(fault.Conflict, "auth.account_status")
)

// endedByOperator is why sessions end that an operator ends.
const endedByOperator = "operator"

// Bounds of what operators say.
const (
	MaxOperatorReason = 500 // characters
	maxQueryWords     = 4   // beyond them nothing is looked at
)

// AccountStatus is how an account stands.
type AccountStatus string

// The statuses of accounts.
const (
	AccountActive     AccountStatus = "active"
	AccountUnverified AccountStatus = "unverified" // nobody confirmed the address yet
	AccountDisabled   AccountStatus = "disabled"
)

// Account is a person as operators see them.
type Account struct {
	User
	DisabledAt     *time.Time
	DisabledReason string
	SecondFactor   bool // has one
}

// Status is how the account stands.
func (a *Account) Status() AccountStatus {
	switch {
	case a.DisabledAt != nil:
		return AccountDisabled
	case !a.EmailVerified:
		return AccountUnverified
	}
	return AccountActive
}

// Accounts lists people, the newest first, below the given one (nil: from the
// newest), at most limit: all whose names and address have every word of the
// query, in any kana, width and case, and who stand so; empty takes all.
func (s *Service) Accounts(ctx context.Context, query string, status AccountStatus, below *Account, limit int) ([]Account, error) {
	byStatus, known := findAccounts[status]
	if !known {
		var v fault.Fields
		v.Add("query.status", "not_allowed", fault.Args{"values": "active, unverified, disabled"})
		return nil, v.Err()
	}
	if below == nil {
		below = &Account{User: User{CreatedAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}}
	}
	args := []any{below.CreatedAt, [16]byte(below.ID), limit}
	find := byStatus.all
	if words := jp.Words(query, maxQueryWords); len(words) > 0 {
		find = byStatus.search
		for i := range maxQueryWords {
			args = append(args, "%"+likeEscape.Replace(words[min(i, len(words)-1)])+"%")
		}
	}
	var out []Account
	var b pg.Batch
	pg.Collect(b.Queue(find, args...), &out)
	if err := s.db.Read(ctx, &b); err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return out, nil
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Account is a person as operators see them; a not_found fault when there is none.
func (s *Service) Account(ctx context.Context, user UserID) (Account, error) {
	var out Account
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(operatedByID, user), &out, &found)
	if err := s.db.Read(ctx, &b); err != nil {
		return Account{}, fmt.Errorf("read an account: %w", err)
	}
	if !found {
		return Account{}, errNotFound
	}
	return out, nil
}

// Disable shuts an account and ends its sessions: at once in this process,
// within CacheLife in the others. It answers ErrOwnAccount for the operator's own
// and ErrAccountStatus for one that is disabled already.
func (s *Service) Disable(ctx context.Context, actor tenant.Actor, user UserID, reason string) error {
	if [16]byte(user) == actor.UserID {
		return ErrOwnAccount
	}
	return s.operate(ctx, actor, user, "body.reason", "user.disabled", reason, func(o *operation) error {
		if o.disabled {
			return ErrAccountStatus
		}
		o.tx.Later(disableUser, user, o.now, o.reason)
		o.tx.Later(endSessions, user, o.now, endedByOperator)
		return nil
	})
}

// Enable opens a disabled account again; it answers ErrAccountStatus for one that
// is open.
func (s *Service) Enable(ctx context.Context, actor tenant.Actor, user UserID, reason string) error {
	return s.operate(ctx, actor, user, "body.reason", "user.enabled", reason, func(o *operation) error {
		if !o.disabled {
			return ErrAccountStatus
		}
		o.tx.Later(enableUser, user)
		return nil
	})
}

// SignOut ends all sessions of a person.
func (s *Service) SignOut(ctx context.Context, actor tenant.Actor, user UserID, reason string) error {
	return s.operate(ctx, actor, user, "query.reason", "user.signed_out", reason, func(o *operation) error {
		o.tx.Later(endSessions, user, o.now, endedByOperator)
		return nil
	})
}

// SignOutSession ends one session of a person; a not_found fault for one that has
// ended, never was, or is somebody else's.
func (s *Service) SignOutSession(ctx context.Context, actor tenant.Actor, user UserID, session SessionID, reason string) error {
	return s.operate(ctx, actor, user, "query.reason", "user.session_ended", reason, func(o *operation) error {
		n, err := o.tx.Exec(ctx, revokeSession, session, user, o.now, endedByOperator)
		if err == nil && n == 0 {
			return errNotFound
		}
		o.detail = map[string]any{"session": session}
		return err
	})
}

// operation is a change of an account that is under way.
type operation struct {
	tx       *pg.Tx
	now      time.Time
	reason   string
	disabled bool
	detail   map[string]any
}

// operate runs a change of an account under its lock, and puts it on the trail.
func (s *Service) operate(ctx context.Context, actor tenant.Actor, user UserID, at, action, reason string, do func(*operation) error) error {
	var v fault.Fields
	reason = jp.CleanText(reason)
	if v.Check(reason != "", at, "required") {
		v.Check(utf8.RuneCountInString(reason) <= MaxOperatorReason, at, "too_long", fault.Args{"max": MaxOperatorReason})
	}
	if err := v.Err(); err != nil {
		return err
	}
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		var disabled []bool
		pg.CollectColumn(tx.Later(lockOperated, user), &disabled)
		if err := tx.Run(ctx, &pg.Batch{}); err != nil {
			return err
		}
		if len(disabled) == 0 {
			return errNotFound
		}
		o := &operation{tx: tx, now: s.clock.Now(), reason: reason, disabled: disabled[0]}
		if err := do(o); err != nil {
			return err
		}
		audit.AppendPlatform(tx.Batch(), audit.PlatformEntry{
			ID: id.New[audit.PlatformEntry](o.now), At: o.now, Actor: actor, Action: action, Subject: "user:" + user.String(), Reason: reason, Detail: o.detail,
		})
		return nil
	})
	s.sessions.drop(func(h held) bool { return h.principal.UserID == user })
	return err
}
