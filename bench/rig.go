package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/omotenashi-connect/omotenashi/internal/devstack"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

const (
	databaseName = "bench"
	loaderConns  = 4
	stopTime     = time.Minute // for everything to end after a run
)

// A rig is what a run stands on: a private PostgreSQL, the program as a process
// of its own, and the ceiling's process.
type rig struct {
	options

	dir      string // thrown away at the end: data, logs
	server   *devstack.Postgres
	adminURL string // superuser
	appURL   string // as the program signs in
	key      string // the program's master key
	ring     *secret.Ring
	admin    *pgxpool.Pool // superuser, whom no policy binds: for loading and looking
	db       *pg.DB        // as the program sees it: for services within this process

	program *process // the program, with limits out of the way and without workers
	bare    *ceiling

	shops  []*shop  // that are read; see shop.go
	cold   *shop    // that shows fewer days than are booked
	ledger *shop    // whose day is looked at
	team   *console // somebody signed in
}

// newRig starts PostgreSQL, durable as devstack starts it for everybody, and
// makes the schema. What it gives is to be stopped, also beside an error.
func newRig(ctx context.Context, o options) (*rig, error) {
	r := &rig{options: o}
	var err error
	if r.dir, err = os.MkdirTemp("", "omotenashi-bench-"); err != nil {
		return nil, err
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	r.key = base64.StdEncoding.EncodeToString(raw)
	if r.ring, err = secret.Parse(r.key); err != nil {
		return r, err
	}
	return r, r.openDatabase(ctx)
}

func (r *rig) openDatabase(ctx context.Context) error {
	silent := slog.New(slog.DiscardHandler)
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = r.dir
	}
	bin, err := devstack.FindBinaries(ctx, filepath.Join(cache, "omotenashi", "postgres"), silent)
	if err != nil {
		return err
	}
	server := devstack.PostgresOptions{Binaries: bin, DataDir: filepath.Join(r.dir, "postgres"), StopWithParent: true}
	if r.profiles != "" {
		server.Settings = statementSettings
	}
	if r.server, err = devstack.StartPostgres(ctx, server); err != nil {
		return err
	}
	if r.adminURL, err = r.server.Database(ctx, databaseName); err != nil {
		return err
	}
	if err := pg.Migrate(ctx, r.adminURL, silent); err != nil {
		return err
	}
	password, err := pg.SetAppLogin(ctx, r.adminURL)
	if err != nil {
		return err
	}
	r.appURL = r.server.URL(pg.AppRole, password, databaseName)
	c, err := pgxpool.ParseConfig(r.adminURL)
	if err != nil {
		return err
	}
	c.MaxConns = loaderConns
	if r.admin, err = pgxpool.NewWithConfig(ctx, c); err != nil {
		return err
	}
	if r.profiles != "" {
		if _, err := r.admin.Exec(ctx, `CREATE EXTENSION pg_stat_statements`); err != nil {
			return err
		}
	}
	r.db, err = pg.Open(ctx, pg.Options{URL: r.appURL, StatementTimeout: stopTime})
	return err
}

// fill loads the many businesses, and then makes the shops that are read.
func (r *rig) fill(ctx context.Context) error {
	began := time.Now()
	if err := loadBulk(ctx, r, r.businesses, r.bookings); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	loaded := time.Now()
	if err := r.openShops(ctx); err != nil {
		return fmt.Errorf("shops: %w", err)
	}
	fmt.Printf("# loaded %d businesses and %d bookings in %.0f s, %d shops to read in %.0f s\n",
		r.businesses, r.bookings, loaded.Sub(began).Seconds(), len(r.shops), time.Since(loaded).Seconds())
	return nil
}

// start starts the ceiling and the program.
func (r *rig) start(ctx context.Context) error {
	var err error
	if r.bare, err = startCeiling(ctx, r.dir); err != nil {
		return err
	}
	if r.program, err = r.serve(ctx, "program", nil); err != nil {
		return err
	}
	r.team, err = r.signIn(ctx)
	return err
}

// environ is what the program is configured with: limits are out of the way,
// jobs are left to worker processes that nobody starts.
func (r *rig) environ() map[string]string {
	return map[string]string{
		"OMOTENASHI_ADDR": "127.0.0.1:0", "OMOTENASHI_PRIVATE_ADDR": "127.0.0.1:0", "OMOTENASHI_DATA": r.dir,
		"DATABASE_URL": r.appURL, "OMOTENASHI_KEY": r.key, "OMOTENASHI_WORKERS": "false",
		"OMOTENASHI_SMTP_HOST": "127.0.0.1", "OMOTENASHI_SMTP_PORT": "1", "OMOTENASHI_SMTP_TLS": "none",
		"OMOTENASHI_MAIL_FROM":   "bench <no-reply@bench.example>",
		"OMOTENASHI_LIMIT_READS": "100000000", "OMOTENASHI_LIMIT_WRITES": "100000000", "OMOTENASHI_LIMIT_BURST": "1000000",
		"OMOTENASHI_LIMIT_LOGINS_ACCOUNT": "10000000", "OMOTENASHI_LIMIT_LOGINS_ADDRESS": "10000000",
		"TZ": "America/St_Johns",
	}
}

// serve starts the program once more, as it is built for everybody, with
// settings over those of environ; it returns when the program answers.
func (r *rig) serve(ctx context.Context, name string, over map[string]string) (*process, error) {
	env := r.environ()
	maps.Copy(env, over)
	return spawn(ctx, r.dir, name, env, r.options.program, "serve")
}

// stop ends everything and removes the folder.
func (r *rig) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	errs := []error{r.program.stop(ctx)}
	if r.bare != nil {
		errs = append(errs, r.bare.stop(ctx))
	}
	if r.db != nil {
		r.db.Close()
	}
	if r.admin != nil {
		r.admin.Close()
	}
	if r.server != nil {
		errs = append(errs, r.server.Stop(ctx))
	}
	if r.keep {
		fmt.Printf("# kept %s\n", r.dir)
		return errors.Join(errs...)
	}
	return errors.Join(append(errs, os.RemoveAll(r.dir))...)
}
