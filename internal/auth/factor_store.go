package auth

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Accounts and sessions, as far as second factors go.
var (
	lockUser = pg.Register("auth.lock_user",
		`SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE`)
	factorsOf = pg.Register("auth.factors",
		`SELECT u.password_hash, u.email, u.family_name, u.given_name, u.operator, u.disabled_at IS NOT NULL AS disabled,
		        EXISTS (SELECT FROM totp_factors t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS totp,
		        (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id) AS passkeys,
		        (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id AND r.used_at IS NULL) AS codes
		 FROM users u WHERE u.id = $1`)
	sessionStrong = pg.Register("auth.session_strong",
		`SELECT strong_at IS NOT NULL AS strong FROM sessions
		 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3`)
	strengthen = pg.Register("auth.strengthen",
		`UPDATE sessions SET strong_at = $2 WHERE id = $1`)
	weaken = pg.Register("auth.weaken",
		`UPDATE sessions SET strong_at = NULL WHERE id = $1`)
	endOtherSessions = pg.Register("auth.end_other_sessions",
		`UPDATE sessions SET revoked_at = $3, revoked_reason = $4 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL`)
)

// endedByFactor is why the other sessions end when a factor comes or goes.
const endedByFactor = "factor_changed"

type strongRow struct{ Strong bool }

// TOTP.
var (
	totpOf = pg.Register("auth.totp",
		`SELECT secret, last_step, pending, pending_at FROM totp_factors WHERE user_id = $1`)
	totpSince = pg.Register("auth.totp_since",
		`SELECT confirmed_at FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL`)
	startTOTP = pg.Register("auth.totp_start",
		`INSERT INTO totp_factors (user_id, pending, pending_at) VALUES ($1, $2, $3)
		 ON CONFLICT (user_id) DO UPDATE SET pending = excluded.pending, pending_at = excluded.pending_at`)
	confirmTOTP = pg.Register("auth.totp_confirm",
		`UPDATE totp_factors SET secret = pending, confirmed_at = $2, last_step = $3, pending = NULL, pending_at = NULL WHERE user_id = $1`)
	takeStep = pg.Register("auth.totp_take",
		`UPDATE totp_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2 AND confirmed_at IS NOT NULL`)
	deleteTOTP = pg.Register("auth.totp_delete",
		`DELETE FROM totp_factors WHERE user_id = $1`)
)

type totpRow struct {
	Secret    []byte
	LastStep  int64
	Pending   []byte
	PendingAt *time.Time
}

type totpSinceRow struct{ ConfirmedAt time.Time }

// Passkeys.
var (
	passkeysOf = pg.Register("auth.passkeys",
		`SELECT id, user_id, credential, name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at, id LIMIT 100`)
	passkeyOwner = pg.Register("auth.passkey_owner",
		`SELECT user_id FROM passkeys WHERE credential_id = $1`)
	insertPasskey = pg.Register("auth.passkey_insert",
		`INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		 ON CONFLICT (credential_id) DO NOTHING`)
	usePasskey = pg.Register("auth.passkey_use",
		`UPDATE passkeys SET credential = $3, last_used_at = $4 WHERE id = $1 AND user_id = $2`)
	renamePasskey = pg.Register("auth.passkey_rename",
		`UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2
		 RETURNING id, user_id, credential, name, created_at, last_used_at`)
	deletePasskey = pg.Register("auth.passkey_delete",
		`DELETE FROM passkeys WHERE id = $1 AND user_id = $2`)
)

type ownerRow struct{ UserID UserID }

// Recovery codes.
var (
	insertCodes = pg.Register("auth.recovery_insert",
		`INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, h FROM unnest($2::bytea[]) AS h`)
	deleteCodes = pg.Register("auth.recovery_delete",
		`DELETE FROM recovery_codes WHERE user_id = $1`)
	takeCode = pg.Register("auth.recovery_take",
		`UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL`)
)

// Challenges.
var (
	insertChallenge = pg.Register("auth.challenge_insert",
		`INSERT INTO challenges (id, token_hash, user_id, purpose, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	tryChallenge = pg.Register("auth.challenge_try",
		`UPDATE challenges SET attempts = attempts + 1 WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 AND attempts < $4
		 RETURNING id, user_id, data`)
	deleteChallenge = pg.Register("auth.challenge_delete",
		`DELETE FROM challenges WHERE id = $1`)
	sweepChallenges = pg.Register("auth.sweep_challenges",
		`DELETE FROM challenges WHERE expires_at < $1`)
)

type challengeRow struct {
	ID     challengeID
	UserID *UserID
	Data   []byte
}
