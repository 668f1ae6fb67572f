package auth

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

const (
	// RefreshLife is how long a refresh token can be used.
	RefreshLife = 7 * 24 * time.Hour
	// SessionLife is how long a session can be prolonged by refreshing.
	SessionLife = 90 * 24 * time.Hour
	// Grace is how long a used refresh token still gets the successor that it got first.
	Grace = 10 * time.Second
)

// Tokens are what a client holds.
type Tokens struct {
	Access    string
	Refresh   string
	ExpiresIn time.Duration // of the access token
}

// Reasons for which a session ended.
const (
	endedByLogout    = "logout"
	endedByLogoutAll = "logout_all"
	endedByReuse     = "refresh_reused"
	endedByChoice    = "revoked"  // picked from the list of devices
	endedByPassword  = "password" // a new one was set
)

const refreshSize = 16 + 8 + 32 // session, generation, tag

// refreshToken derives the token of a session's generation.
func (s *Service) refreshToken(session SessionID, generation int64) []byte {
	raw := make([]byte, 0, refreshSize)
	raw = append(raw, session[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(generation)) //nolint:gosec // read back the same way
	return append(raw, s.ring.MAC("auth/refresh", raw)...)
}

// parseRefresh takes only what refreshToken made.
func (s *Service) parseRefresh(token string) (session SessionID, generation int64, raw []byte, ok bool) {
	raw, err := secret.Decode(token)
	if err != nil || len(raw) != refreshSize {
		return SessionID{}, 0, nil, false
	}
	session = SessionID(raw[:16])
	generation = int64(binary.BigEndian.Uint64(raw[16:24])) //nolint:gosec // negative ones are refused below
	return session, generation, raw, generation > 0 && secret.Equal(raw, s.refreshToken(session, generation))
}

// tokens signs an access token beside the refresh token of a generation.
func (s *Service) tokens(user UserID, session SessionID, generation int64) (Tokens, error) {
	access, err := s.keys.sign(user, session)
	if err != nil {
		return Tokens{}, err
	}
	refresh := secret.Encode(s.refreshToken(session, generation))
	return Tokens{Access: access, Refresh: refresh, ExpiresIn: AccessLife}, nil
}

func hashToken(raw []byte) []byte {
	h := sha256.Sum256(raw)
	return h[:]
}

// Refresh exchanges a refresh token for its successor. The same token again
// within Grace gets the same successor; any later it ends the session for good:
// ErrRefreshReused, for one of its two holders stole it. ErrRefreshInvalid is
// for everything that never was a token of ours or whose session has ended.
func (s *Service) Refresh(ctx context.Context, token string) (Tokens, error) {
	session, generation, raw, ok := s.parseRefresh(token)
	if !ok {
		return Tokens{}, ErrRefreshInvalid
	}
	var row refreshRow
	var outcome refreshOutcome
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		var err error
		if row, err = pg.SelectOne[refreshRow](ctx, tx, lockSession, session); err != nil {
			return err
		}
		now := s.clock.Now()
		outcome = row.judge(generation, hashToken(raw), now)
		switch outcome {
		case rotate:
			row.Generation++
			next := hashToken(s.refreshToken(session, row.Generation))
			tx.Later(rotateSession, session, row.Generation, next, now, sessionEnd(row.CreatedAt, now))
		case reused:
			tx.Later(endSession, session, now, endedByReuse)
		case repeated, refused:
		}
		return nil
	})
	switch {
	case errors.Is(err, pg.ErrNoRows):
		return Tokens{}, ErrRefreshInvalid
	case err != nil:
		return Tokens{}, fmt.Errorf("refresh: %w", err)
	}
	switch outcome {
	case rotate, repeated:
		return s.tokens(row.UserID, session, row.Generation)
	case reused:
		s.sessions.drop(func(h held) bool { return h.principal.SessionID == session })
		s.observe(EventReused)
		return Tokens{}, ErrRefreshReused
	case refused:
	}
	return Tokens{}, ErrRefreshInvalid
}

// refreshOutcome is what a presented refresh token leads to.
type refreshOutcome int

const (
	refused  refreshOutcome = iota
	rotate                  // it is the newest: its successor is made
	repeated                // it was used a moment ago: the same successor again
	reused                  // it was used long ago: the session ends
)

// judge decides on a token whose tag is right. A generation that is newer than
// the row's can only come from a database that was set back: it is refused, and
// the person signs in again.
func (r *refreshRow) judge(generation int64, hash []byte, now time.Time) refreshOutcome {
	switch {
	case r.Ended || r.Disabled || !now.Before(r.ExpiresAt) || generation > r.Generation:
		return refused
	case generation == r.Generation && secret.Equal(hash, r.TokenHash):
		return rotate
	case generation == r.Generation-1 && secret.Equal(hash, r.PreviousHash) && now.Sub(r.RotatedAt) <= Grace:
		return repeated
	}
	return reused
}

// sessionEnd is when a session ends whose token is issued now.
func sessionEnd(created, now time.Time) time.Time {
	end, last := now.Add(RefreshLife), created.Add(SessionLife)
	if last.Before(end) {
		return last
	}
	return end
}
