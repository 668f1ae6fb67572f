package pg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Facts are what an installation's database says of itself.
type Facts struct {
	Version           int       // 150004 is 15.4
	User              string    // who signed in
	Superuser         bool      // row-level security does not bind a superuser until the role is set
	MayServe          bool      // the user can take omotenashi_app
	Roles             []string  // those of ours that exist
	Fsync             string    // on, or bookings are lost in a crash
	SynchronousCommit string    // on, as the program sets it for its sessions anyway
	Now               time.Time // the server's clock
	MaxConnections    int
	Migrated          bool     // the schema is there
	Unprotected       []string // tables of tenants without forced row-level security
	AppOwns           []string // tables that the serving role owns and could unprotect
}

const inspectServer = `SELECT current_setting('server_version_num')::int, session_user,
	(SELECT rolsuper FROM pg_roles WHERE rolname = session_user),
	coalesce((SELECT pg_has_role(session_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = 'omotenashi_app'), false),
	ARRAY(SELECT rolname::text FROM pg_roles
	      WHERE rolname IN ('omotenashi_owner', 'omotenashi_app', 'omotenashi_platform', 'omotenashi_backup') ORDER BY rolname),
	current_setting('fsync'), current_setting('synchronous_commit'), clock_timestamp(), current_setting('max_connections')::int,
	to_regclass('public.goose_db_version') IS NOT NULL`

const inspectTables = `SELECT
	ARRAY(SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'business_id' AND NOT a.attisdropped
	        AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1),
	ARRAY(SELECT c.relname::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
	      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND r.rolname = 'omotenashi_app' ORDER BY 1)`

// Inspect connects once, as the user of the URL, and asks. Errors never show
// the URL's password.
func Inspect(ctx context.Context, url string) (Facts, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return Facts{}, errors.New("database URL cannot be read") // the parser's error may show the password
	}
	cfg.ConnectTimeout = 3 * time.Second
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return Facts{}, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var f Facts
	err = conn.QueryRow(ctx, inspectServer).Scan(&f.Version, &f.User, &f.Superuser, &f.MayServe, &f.Roles,
		&f.Fsync, &f.SynchronousCommit, &f.Now, &f.MaxConnections, &f.Migrated)
	if err != nil {
		return Facts{}, fmt.Errorf("ask PostgreSQL: %w", err)
	}
	if err := conn.QueryRow(ctx, inspectTables).Scan(&f.Unprotected, &f.AppOwns); err != nil {
		return Facts{}, fmt.Errorf("ask PostgreSQL: %w", err)
	}
	return f, nil
}
