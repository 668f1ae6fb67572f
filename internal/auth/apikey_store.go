package auth

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

const keyColumns = `id, name, hint, scopes, created_by, created_at, expires_at, last_used_at, revoked_at`

// API keys are looked up before a tenant is known: each statement that serves a
// business names it.
var (
	// The row is held until the end, so that the count that follows is right.
	lockForKeys = pg.Register("auth.lock_for_keys", `SELECT status = 'suspended' FROM businesses WHERE business_id = $1 FOR NO KEY UPDATE`)
	countKeys   = pg.Register("auth.count_keys", `SELECT count(*) FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > $2`)
	insertKey   = pg.Register("auth.insert_key",
		`INSERT INTO api_keys (id, tenant_id, name, hint, key_hash, scopes, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
	listKeys = pg.Register("auth.keys", `SELECT `+keyColumns+` FROM api_keys WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`)
	keyByID  = pg.Register("auth.key", `SELECT `+keyColumns+` FROM api_keys WHERE tenant_id = $1 AND id = $2`)
	lockKey  = pg.Register("auth.lock_key",
		`SELECT revoked_at IS NOT NULL FROM api_keys WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE`)
	revokeKey = pg.Register("auth.revoke_key", `UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL`)
	keyByHash = pg.Register("auth.key_by_hash",
		`SELECT id, tenant_id, scopes, expires_at, revoked_at IS NOT NULL AS revoked FROM api_keys WHERE key_hash = $1`)
	noteUse = pg.Register("auth.note_use",
		`UPDATE api_keys SET last_used_at = $2 WHERE key_hash = $1 AND revoked_at IS NULL AND expires_at > $2
		   AND (last_used_at IS NULL OR last_used_at <= $3)`)
)

type keyRow struct {
	ID        APIKeyID
	TenantID  [16]byte
	Scopes    []string
	ExpiresAt time.Time
	Revoked   bool
}
