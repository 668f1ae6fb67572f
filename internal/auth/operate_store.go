package auth

import "github.com/omotenashi-connect/omotenashi/internal/pg"

const accountColumns = `id, email, family_name, given_name, locale, operator, email_verified_at IS NOT NULL AS email_verified, created_at,
	disabled_at, disabled_reason`

// finders list accounts of one status: all of them, and those with words.
type finders struct{ all, search *pg.Statement }

// Every status has statements of its own, whose conditions are those of its index.
var findAccounts = map[AccountStatus]finders{
	"":                findersOf("any", `true`),
	AccountActive:     findersOf("active", `disabled_at IS NULL AND email_verified_at IS NOT NULL`),
	AccountUnverified: findersOf("unverified", `disabled_at IS NULL AND email_verified_at IS NULL`),
	AccountDisabled:   findersOf("disabled", `disabled_at IS NOT NULL`),
}

func findersOf(name, where string) finders {
	find := func(name, words string) *pg.Statement {
		return pg.Register(name, `SELECT `+accountColumns+`, false AS second_factor FROM users
			WHERE (created_at, id) < ($1::timestamptz, $2::uuid) AND `+where+words+` ORDER BY created_at DESC, id DESC LIMIT $3`)
	}
	return finders{
		all:    find("auth.accounts_"+name, ""),
		search: find("auth.search_accounts_"+name, ` AND search_key LIKE $4 AND search_key LIKE $5 AND search_key LIKE $6 AND search_key LIKE $7`),
	}
}

var (
	operatedByID = pg.Register("auth.operated_account",
		`SELECT `+accountColumns+`,
		     EXISTS (SELECT FROM totp_factors f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)
		     OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id) AS second_factor
		 FROM users u WHERE id = $1`)
	lockOperated = pg.Register("auth.lock_operated", `SELECT disabled_at IS NOT NULL FROM users WHERE id = $1 FOR NO KEY UPDATE`)
	disableUser  = pg.Register("auth.disable", `UPDATE users SET disabled_at = $2, disabled_reason = $3 WHERE id = $1`)
	enableUser   = pg.Register("auth.enable", `UPDATE users SET disabled_at = NULL, disabled_reason = '' WHERE id = $1`)
)
