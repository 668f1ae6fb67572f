package auth

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Accounts.
var (
	insertUser = pg.Register("auth.insert_user",
		`INSERT INTO users (id, email, password_hash, family_name, given_name, locale, operator, email_verified_at, created_at, search_key)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (email) DO NOTHING`)
	credentials = pg.Register("auth.credentials",
		`SELECT id, password_hash, disabled_at IS NOT NULL AS disabled,
		        EXISTS (SELECT FROM sessions s WHERE s.user_id = u.id AND nullif(s.address, '')::inet <<= $2::cidr
		                AND coalesce(s.revoked_reason, '') NOT IN ('`+endedByReuse+`', '`+endedByChoice+`')) AS known,
		        EXISTS (SELECT FROM totp_factors t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS totp,
		        EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id) AS passkeys,
		        EXISTS (SELECT FROM recovery_codes r WHERE r.user_id = u.id AND r.used_at IS NULL) AS codes
		 FROM users u WHERE email = $1`)
	userByID = pg.Register("auth.user_by_id",
		`SELECT id, email, family_name, given_name, locale, operator, email_verified_at IS NOT NULL AS email_verified, created_at
		 FROM users WHERE id = $1`)
	userByEmail = pg.Register("auth.user_by_email",
		`SELECT id, email, family_name, given_name, locale, operator, email_verified_at IS NOT NULL AS email_verified, created_at
		 FROM users WHERE email = $1`)
	verifyEmail = pg.Register("auth.verify_email",
		`UPDATE users SET email_verified_at = $3 WHERE id = $1 AND email = $2 AND email_verified_at IS NULL`)
	roleIn = pg.Register("auth.role",
		`SELECT role, coalesce(resource_id, '00000000-0000-0000-0000-000000000000') AS staff FROM user_businesses
		 WHERE user_id = $1 AND tenant_id = $2`)
)

type credentialsRow struct {
	ID           UserID
	PasswordHash string
	Disabled     bool
	Known        bool // signed in from the same network before, and did not disown it
	TOTP         bool `db:"totp"`
	Passkeys     bool
	Codes        bool // recovery codes that are left
}

// Sessions.
var (
	insertSession = pg.Register("auth.insert_session",
		`INSERT INTO sessions (id, user_id, generation, token_hash, rotated_at, created_at, expires_at, user_agent, address, strong_at)
		 VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)`)
	sessionStanding = pg.Register("auth.session_standing",
		`SELECT u.operator, u.email_verified_at IS NOT NULL AS email_verified, u.locale, s.strong_at IS NOT NULL AS strong,
		        EXISTS (SELECT FROM totp_factors t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
		        OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id) AS enrolled
		 FROM sessions s JOIN users u ON u.id = s.user_id
		 WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.disabled_at IS NULL`)
	lockSession = pg.Register("auth.lock_session",
		`SELECT s.user_id, s.generation, s.token_hash, s.previous_hash, s.rotated_at, s.created_at, s.expires_at,
		        s.revoked_at IS NOT NULL AS ended, u.disabled_at IS NOT NULL AS disabled
		 FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 FOR NO KEY UPDATE OF s`)
	rotateSession = pg.Register("auth.rotate_session",
		`UPDATE sessions SET generation = $2, previous_hash = token_hash, token_hash = $3, rotated_at = $4, expires_at = $5 WHERE id = $1`)
	endSession = pg.Register("auth.end_session",
		`UPDATE sessions SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL`)
	endSessions = pg.Register("auth.end_sessions",
		`UPDATE sessions SET revoked_at = $2, revoked_reason = $3 WHERE user_id = $1 AND revoked_at IS NULL`)
	sweepSessions = pg.Register("auth.sweep_sessions",
		`DELETE FROM sessions WHERE expires_at < $1`)
)

type principalRow struct {
	Operator      bool
	EmailVerified bool
	Locale        locale.Lang
	Strong        bool
	Enrolled      bool
}

type refreshRow struct {
	UserID       UserID
	Generation   int64
	TokenHash    []byte
	PreviousHash []byte
	RotatedAt    time.Time
	CreatedAt    time.Time
	ExpiresAt    time.Time
	Ended        bool
	Disabled     bool
}

// Mails. What strangers can cause adds a row or none, in the same work.
var (
	insertNotice = pg.Register("auth.insert_notice",
		`INSERT INTO account_messages (id, user_id, kind, address, created_at) VALUES ($1, $2, $3, $4, $5)`)
	insertMail = pg.Register("auth.insert_mail",
		`INSERT INTO account_messages (id, user_id, kind, created_at)
		 SELECT $1, u.id, CASE WHEN u.id = $3 THEN 'verify_email' ELSE 'account_exists' END, $4 FROM users u
		 WHERE u.email = $2 AND u.disabled_at IS NULL
		   AND (SELECT count(*) FROM account_messages m WHERE m.user_id = u.id AND m.created_at > $5
		        AND m.kind = CASE WHEN u.id = $3 THEN 'verify_email' ELSE 'account_exists' END) < $6::bigint`)
	insertReminder = pg.Register("auth.insert_reminder",
		`INSERT INTO account_messages (id, user_id, kind, created_at)
		 SELECT $1, u.id, 'verify_email', $3 FROM users u
		 WHERE u.email = $2 AND u.disabled_at IS NULL AND u.email_verified_at IS NULL
		   AND (SELECT count(*) FROM account_messages m WHERE m.user_id = u.id AND m.created_at > $4 AND m.kind = 'verify_email') < $5::bigint`)
	mailByID = pg.Register("auth.mail",
		`SELECT m.kind, m.status = 'sent' AS sent, m.created_at, m.address, u.id AS user_id, u.email, u.password_hash, u.locale, u.family_name, u.given_name
		 FROM account_messages m JOIN users u ON u.id = m.user_id WHERE m.id = $1 AND u.disabled_at IS NULL`)
	markSent = pg.Register("auth.mark_sent",
		`UPDATE account_messages SET status = 'sent', sent_at = $2, attempts = attempts + 1 WHERE id = $1 AND status <> 'sent'`)
	markFailed = pg.Register("auth.mark_failed",
		`UPDATE account_messages SET attempts = attempts + 1, last_error = $2, status = CASE WHEN $3 THEN 'failed' ELSE 'queued' END
		 WHERE id = $1 AND status <> 'sent'`)
	settleMails = pg.Register("auth.settle_mails",
		`UPDATE account_messages m SET status = 'failed', last_error = 'given up'
		 FROM (SELECT DISTINCT CASE WHEN args ->> 'message_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN (args ->> 'message_id')::uuid END AS id
		       FROM river_job WHERE kind = 'account.send' AND state IN ('discarded', 'cancelled')) j
		 WHERE m.id = j.id AND m.status IN ('queued', 'sending')
		   AND NOT EXISTS (SELECT FROM river_job r WHERE r.args @> jsonb_build_object('message_id', j.id)
		       AND r.state IN ('available', 'pending', 'retryable', 'running', 'scheduled'))`)
	sweepMails = pg.Register("auth.sweep_mails",
		`DELETE FROM account_messages WHERE created_at < $1`)
)

type mailRow struct {
	Kind         string
	Sent         bool
	CreatedAt    time.Time
	Address      string // where the mail goes, if that is not the account's
	UserID       UserID
	Email        string
	PasswordHash string
	Locale       locale.Lang
	FamilyName   string
	GivenName    string
}
