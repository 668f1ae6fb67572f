package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/api"
	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/ops"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// Options are what a program gets beside its configuration. Zero values are
// those of an ordinary process.
type Options struct {
	Version string
	Out     io.Writer       // for people; nil: nowhere
	Log     io.Writer       // JSON lines; nil: nowhere
	Clock   clock.Clock     // nil: the machine's
	Ready   func(Addresses) // called once when everything answers; may be nil
	NoDemo  bool            // dev without the demo's shops
	Sender  email.Sender    // nil: the mail server of the configuration
	// UnsafeNoSync is for tests on a throw-away server: fsync may be off.
	UnsafeNoSync bool
	// UnsafeHashing is for tests, which sign hundreds of people in: what a guess at a password costs.
	UnsafeHashing auth.Work
}

// Addresses are what the program listens on.
type Addresses struct {
	Site    string // host:port of the site and the API; "" for a worker
	Private string // host:port of the private listener
	BaseURL string // what links begin with
}

func (o Options) withDefaults() Options {
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Ready == nil {
		o.Ready = func(Addresses) {}
	}
	return o
}

func newLogger(c config.Config, o Options) *slog.Logger {
	return ops.NewLogger(o.Log, c.LogLevel, api.LogAttrs, jobs.LogAttrs)
}

// program is one process with everything that it stands on.
type program struct {
	config  config.Config
	o       Options
	dev     bool // on the embedded default: this machine is free of limits by address
	log     *slog.Logger
	metrics *ops.Metrics
	ring    *secret.Ring
	db      *pg.DB
	jobsDB  *pg.DB // a pool of its own, so that workers never wait for bookings, nor these for them
	health  *ops.Health

	startedAt time.Time
	*services
}

// errNoDatabase says what to do when a command that needs a database has none.
var errNoDatabase = errors.New("DATABASE_URL is not set; omotenashi dev brings a database of its own")

// openProgram connects and makes the services, which are reached at the base
// URL; close undoes it.
func openProgram(ctx context.Context, c config.Config, o Options, log *slog.Logger, dev bool, baseURL string) (*program, error) {
	if c.DatabaseURL == "" {
		return nil, errNoDatabase
	}
	p := &program{config: c, o: o, dev: dev, log: log, metrics: ops.NewMetrics(o.Version), startedAt: o.Clock.Now()}
	var err error
	if p.ring, err = openRing(c); err != nil {
		return nil, err
	}
	if p.db, err = p.openPool(ctx, c.WriteConns, c.ReadConns); err != nil {
		return nil, err
	}
	if err := p.checkMigrated(ctx); err != nil {
		p.close()
		return nil, err
	}
	p.health = ops.NewHealth(p.db)
	p.metrics.Gather(ops.Pools{DB: p.db})
	p.metrics.Gather(ops.JobCounts{DB: p.db, Clock: o.Clock})
	p.services = newServices(p.db, o.Clock, p.ring, log, p.watching(), p.authOptions(baseURL), media.NewFolder(c.MediaPath()))
	p.metrics.Gather(ops.Invariants{Verifier: p.verifier})
	p.metrics.Gather(ops.LiveStreams(p.changes.hub.Watchers))
	return p, nil
}

func openRing(c config.Config) (*secret.Ring, error) {
	if c.Key != "" {
		return secret.Parse(c.Key)
	}
	return secret.LoadOrCreate(c.KeyPath())
}

func (p *program) openPool(ctx context.Context, write, read int) (*pg.DB, error) {
	return pg.Open(ctx, pg.Options{
		URL: p.config.DatabaseURL, ReplicaURL: p.config.DatabaseReplicaURL, WriteConns: int32(write), ReadConns: int32(read), //nolint:gosec // validated: at most 100
		UnsafeNoSync: p.o.UnsafeNoSync, Observe: p.metrics.Statement,
	})
}

func (p *program) checkMigrated(ctx context.Context) error {
	pending, err := pg.Pending(ctx, p.db)
	if err != nil {
		return fmt.Errorf("look at the migrations: %w", err)
	}
	if pending > 0 {
		return fmt.Errorf("%d migrations are pending: run omotenashi migrate first", pending)
	}
	return nil
}

// logStart tells the settings, masked, and what is odd about them.
func (p *program) logStart(ctx context.Context) {
	attrs := make([]any, 0, 32)
	for _, s := range p.config.Settings() {
		if s.Value != "" {
			attrs = append(attrs, slog.String(s.Variable, s.Value))
		}
	}
	p.log.InfoContext(ctx, "starting", slog.String("version", p.o.Version), slog.Group("settings", attrs...))
	if len(p.config.Unknown) > 0 {
		p.log.WarnContext(ctx, "variables without a meaning", "variables", p.config.Unknown)
	}
}

func (p *program) close() {
	for _, db := range []*pg.DB{p.jobsDB, p.db} {
		if db != nil {
			db.Close()
		}
	}
}
