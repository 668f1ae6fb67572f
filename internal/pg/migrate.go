package pg

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ownerRole owns the schema and migrates it.
const ownerRole = "omotenashi_owner"

// rolesSQL makes what is missing of the roles. Making the backup role needs a
// superuser; without one it is left out and said.
const rolesSQL = `
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omotenashi_owner') THEN CREATE ROLE omotenashi_owner NOLOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omotenashi_platform') THEN CREATE ROLE omotenashi_platform NOLOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omotenashi_app') THEN CREATE ROLE omotenashi_app NOLOGIN; END IF;
    IF NOT pg_has_role('omotenashi_app', 'omotenashi_platform', 'MEMBER') THEN GRANT omotenashi_platform TO omotenashi_app; END IF;
    -- Policies count for whoever inherits from their role: the serving role must
    -- take the platform's by SET ROLE, never have it.
    IF pg_has_role('omotenashi_app', 'omotenashi_platform', 'USAGE') THEN
        ALTER ROLE omotenashi_app NOINHERIT;
        IF current_setting('server_version_num')::integer >= 160000 THEN
            EXECUTE 'GRANT omotenashi_platform TO omotenashi_app WITH INHERIT FALSE';
        END IF;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omotenashi_backup') THEN
        BEGIN
            CREATE ROLE omotenashi_backup NOLOGIN BYPASSRLS;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'role omotenashi_backup needs a superuser and was left out';
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'omotenashi_owner', 'MEMBER') THEN
        EXECUTE format('GRANT omotenashi_owner TO %I', current_user);
    END IF;
    IF NOT pg_has_role(current_user, 'omotenashi_app', 'MEMBER') THEN
        EXECUTE format('GRANT omotenashi_app TO %I', current_user);
    END IF;
    EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO omotenashi_owner', current_database());
    GRANT ALL ON SCHEMA public TO omotenashi_owner;
END $$;`

// Migrate brings the database of adminURL to the newest schema: roles, our
// tables, the job queue's tables. The user must be a superuser, or own the
// database and be allowed to create roles. Several processes may call it at once,
// and the program of before may be serving: no lock is waited for longer than a
// moment, and tables that are busy are come back to for about a minute.
func Migrate(ctx context.Context, adminURL string, log *slog.Logger) error {
	return MigrateTo(ctx, adminURL, math.MaxInt64, log)
}

// MigrateTo is Migrate up to that version of our tables, as they were before the
// migrations after it; tests take single steps by it.
func MigrateTo(ctx context.Context, adminURL string, version int64, log *slog.Logger) error {
	if err := makeRoles(ctx, adminURL); err != nil {
		return err
	}
	p, closeDB, err := provider(adminURL)
	if err != nil {
		return err
	}
	defer closeDB()
	err = patiently(ctx, log, func() error {
		results, err := p.UpTo(ctx, version)
		if partial, ok := errors.AsType[*goose.PartialError](err); ok {
			results = partial.Applied
		}
		for _, r := range results {
			log.InfoContext(ctx, "migrated", "version", r.Source.Version, "took_ms", r.Duration.Milliseconds())
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return patiently(ctx, log, func() error { return migrateJobs(ctx, adminURL, log) })
}

func makeRoles(ctx context.Context, adminURL string) error {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	// Roles belong to the whole server: processes that set up other databases must wait.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended('omotenashi roles', 0))"); err != nil {
		return fmt.Errorf("lock for roles: %w", err)
	}
	if _, err := conn.Exec(ctx, rolesSQL); err != nil {
		return fmt.Errorf("make roles: %w", err)
	}
	return nil
}

func provider(adminURL string) (*goose.Provider, func(), error) {
	cfg, err := pgx.ParseConfig(adminURL)
	if err != nil {
		return nil, nil, errors.New("database URL cannot be read")
	}
	migrationParams(cfg.RuntimeParams)
	db := stdlib.OpenDB(*cfg)
	p, err := newProvider(db)
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return p, func() { _ = db.Close() }, nil
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, dir, goose.WithSessionLocker(locker))
}

// jobGrants let the serving role use the queue's tables; the default privileges
// of the first migration cover those that the owner makes later.
const jobGrants = `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO omotenashi_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO omotenashi_app;
REVOKE UPDATE, DELETE ON audit_entries, booking_history, platform_audit FROM omotenashi_app, omotenashi_platform`

func migrateJobs(ctx context.Context, adminURL string, log *slog.Logger) error {
	cfg, err := pgxpool.ParseConfig(adminURL)
	if err != nil {
		return errors.New("database URL cannot be read")
	}
	migrationParams(cfg.ConnConfig.RuntimeParams)
	cfg.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: log})
	if err != nil {
		return fmt.Errorf("job tables: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("job tables: %w", err)
	}
	if _, err := pool.Exec(ctx, jobGrants); err != nil {
		return fmt.Errorf("grant job tables: %w", err)
	}
	return nil
}

// Pending is how many migrations the database lacks; the program does not serve while there are any.
func Pending(ctx context.Context, db *DB) (int, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	var done int
	err = db.read.QueryRow(ctx, "SELECT count(DISTINCT version_id) FROM goose_db_version WHERE is_applied AND version_id > 0").Scan(&done)
	if State(err) == "42P01" {
		return len(files), nil
	}
	if err != nil {
		return 0, Translate(err)
	}
	return max(0, len(files)-done), nil
}

// SetAppLogin lets the serving role sign in with a fresh random password, which
// it returns; for the embedded server.
func SetAppLogin(ctx context.Context, adminURL string) (password string, err error) {
	raw := make([]byte, 24)
	_, _ = rand.Read(raw)
	password = hex.EncodeToString(raw)
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return "", fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, "ALTER ROLE omotenashi_app LOGIN PASSWORD '"+password+"'")
	return password, err
}

// SchemaHash changes with any migration: tests name their template by it.
func SchemaHash() string {
	h := sha256.New()
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is constant
	}
	h.Write([]byte(rolesSQL))
	for _, n := range names {
		raw, err := migrations.ReadFile(n)
		if err != nil {
			panic(err) // it is embedded
		}
		h.Write(raw)
	}
	return hex.EncodeToString(h.Sum(nil))
}
