package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// OpenSession is a session as its owner sees it.
type OpenSession struct {
	ID        SessionID
	CreatedAt time.Time
	RotatedAt time.Time // of its tokens: when it was last active, to within AccessLife
	UserAgent string
	Address   string
	Strong    bool // has shown a second factor
	ExpiresAt time.Time
}

// SessionMark is the place of a session in the list.
type SessionMark struct {
	CreatedAt time.Time `json:"t"`
	ID        SessionID `json:"i"`
}

var (
	listSessions = pg.Register("auth.list_sessions",
		`SELECT id, created_at, rotated_at, user_agent, address, strong_at IS NOT NULL AS strong, expires_at
		 FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND (created_at, id) < ($3, $4)
		 ORDER BY created_at DESC, id DESC LIMIT $5`)
	revokeSession = pg.Register("auth.revoke_session",
		`UPDATE sessions SET revoked_at = $3, revoked_reason = $4 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3`)
)

// Sessions lists where a person is signed in, the newest first, below the mark
// of the page before; the zero mark begins.
func (s *Service) Sessions(ctx context.Context, user UserID, below SessionMark, limit int) ([]OpenSession, error) {
	now := s.clock.Now()
	if below.ID.IsZero() {
		below = SessionMark{CreatedAt: now.AddDate(1, 0, 0)} // clocks differ, but not by a year
	}
	var out []OpenSession
	var b pg.Batch
	pg.Collect(b.Queue(listSessions, user, now, below.CreatedAt, below.ID, limit), &out)
	if err := s.db.Read(ctx, &b); err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return out, nil
}

// Revoke ends one session of a person; a not_found fault for one that has ended,
// never was, or is somebody else's.
func (s *Service) Revoke(ctx context.Context, user UserID, session SessionID) error {
	var ended int64
	err := s.db.InAccount(ctx, func(tx *pg.Tx) (err error) {
		ended, err = tx.Exec(ctx, revokeSession, session, user, s.clock.Now(), endedByChoice)
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("revoke session: %w", err)
	case ended == 0:
		return errNotFound
	}
	s.sessions.drop(func(h held) bool { return h.principal.SessionID == session })
	return nil
}
