package pg

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// AppRole is the role under which the program serves.
const AppRole = "omotenashi_app"

// PlatformRole may see all tenants; it is taken only by InPlatform.
const PlatformRole = "omotenashi_platform"

// Options are how to open the pools.
type Options struct {
	URL              string        // of a user who is, or is a member of, omotenashi_app
	ReplicaURL       string        // reads that may lag; the primary when empty
	WriteConns       int32         // 8 when 0: more only lengthens the tail
	ReadConns        int32         // 8 when 0
	LockTimeout      time.Duration // 3 s when 0
	StatementTimeout time.Duration // 5 s when 0
	ConnectTimeout   time.Duration // 3 s when 0
	UnsafeNoSync     bool          // tests on a throw-away server: allow fsync=off
	Observe          func(statement string, took time.Duration, failed bool)
}

// DB is the pools of one process.
type DB struct {
	write   *pgxpool.Pool
	read    *pgxpool.Pool
	replica *pgxpool.Pool
}

// Open connects and checks that the server keeps what it acknowledges: version
// 15 or newer, fsync on. It fails when the server does not answer.
func Open(ctx context.Context, o Options) (*DB, error) {
	write, err := openPool(ctx, o, o.URL, or(o.WriteConns, 8))
	if err != nil {
		return nil, err
	}
	db := &DB{write: write}
	if db.read, err = openPool(ctx, o, o.URL, or(o.ReadConns, 8)); err != nil {
		db.Close()
		return nil, err
	}
	db.replica = db.read
	if o.ReplicaURL != "" {
		if db.replica, err = openPool(ctx, o, o.ReplicaURL, or(o.ReadConns, 8)); err != nil {
			db.Close()
			return nil, err
		}
	}
	if err := db.checkServer(ctx, o.UnsafeNoSync); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func or[T int32 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

const (
	defaultStatementTimeout = 5 * time.Second
	// silenceFactor is how many statements' time an answer may take: those of a batch come together.
	silenceFactor = 2
)

func openPool(ctx context.Context, o Options, url string, conns int32) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("database URL cannot be read") // the parser's error may show the password
	}
	cfg.MaxConns = conns
	cfg.MinIdleConns = 1
	cfg.MaxConnLifetime = 30 * time.Minute
	cfg.MaxConnLifetimeJitter = 5 * time.Minute
	cfg.HealthCheckPeriod = 5 * time.Second
	var h healer
	h.configure(cfg, or(o.ConnectTimeout, defaultConnectTimeout), silenceFactor*or(o.StatementTimeout, defaultStatementTimeout))
	p := cfg.ConnConfig.RuntimeParams
	p["application_name"] = "omotenashi"
	p["role"] = AppRole
	p["timezone"] = "UTC"
	if !o.UnsafeNoSync {
		p["synchronous_commit"] = "on"
	}
	p["lock_timeout"] = millis(or(o.LockTimeout, 3*time.Second))
	p["statement_timeout"] = millis(or(o.StatementTimeout, defaultStatementTimeout))
	p["idle_in_transaction_session_timeout"] = "15000"
	// A client that vanished without a word would keep its connection for two hours.
	p["tcp_keepalives_idle"], p["tcp_keepalives_interval"], p["tcp_keepalives_count"] = "30", "10", "3"
	p["default_transaction_isolation"] = "read committed"
	p["jit"] = "off"
	p["plan_cache_mode"] = "auto"
	cfg.ConnConfig.StatementCacheCapacity = 512
	cfg.ConnConfig.Tracer = &observer{observe: o.Observe}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	h.pool.Store(pool)
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	return pool, nil
}

// readUTC has instants read in UTC: the zone of the machine plays no part.
func readUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

func (db *DB) checkServer(ctx context.Context, unsafe bool) error {
	var version int
	var fsync string
	var open bool
	err := db.read.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('fsync'),
		EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND pg_has_role(oid, 'USAGE') OR rolname = current_user AND (rolsuper OR rolbypassrls))`,
		PlatformRole).Scan(&version, &fsync, &open)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	if version < 150000 {
		return fmt.Errorf("PostgreSQL 15 or newer is needed, this is %d", version/10000)
	}
	if open {
		return errors.New("the serving role has the platform's rights and would see every tenant; run `omotenashi migrate`")
	}
	if fsync != "on" && !unsafe {
		return errors.New("PostgreSQL runs with fsync=off and would lose bookings in a crash; refusing to start")
	}
	return nil
}

// Close ends all connections; it tolerates being called twice.
func (db *DB) Close() {
	for _, p := range []*pgxpool.Pool{db.write, db.read, db.replica} {
		if p != nil {
			p.Close()
		}
	}
}

// Ping asks the server for nothing; for readiness.
func (db *DB) Ping(ctx context.Context) error { return db.read.Ping(ctx) }

// WritePool is for libraries that bring their own SQL: the job queue.
func (db *DB) WritePool() *pgxpool.Pool { return db.write }

// ReadPool serves reads outside transactions of tables that are not a tenant's.
func (db *DB) ReadPool() *pgxpool.Pool { return db.read }

// Stats are the pools' counts, for metrics.
func (db *DB) Stats() map[string]*pgxpool.Stat {
	return map[string]*pgxpool.Stat{"write": db.write.Stat(), "read": db.read.Stat()}
}

// observer times statements by their registered names, and notes on a connection
// that its caller went away.
type observer struct {
	observe func(string, time.Duration, bool) // may be nil
}

// done reports a statement, or a batch, that has ended.
func (o *observer) done(ctx context.Context, conn *pgx.Conn, err error) {
	noteEnd(conn, err)
	if q, ok := ctx.Value(observedKey{}).(observed); ok {
		o.observe(q.name, time.Since(q.start), err != nil && !errors.Is(err, pgx.ErrNoRows)) //nolint:forbidigo // a duration
	}
}

type observed struct {
	name  string
	start time.Time
}

type observedKey struct{}

// TraceQueryStart notes the start.
func (o *observer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if o.observe == nil {
		return ctx
	}
	return context.WithValue(ctx, observedKey{}, observed{nameOf(d.SQL), time.Now()}) //nolint:forbidigo // a duration, not the time of day
}

// TraceQueryEnd reports the duration.
func (o *observer) TraceQueryEnd(ctx context.Context, conn *pgx.Conn, d pgx.TraceQueryEndData) {
	o.done(ctx, conn, d.Err)
}

// TraceBatchStart notes the start of a round trip of several statements.
func (o *observer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	if o.observe == nil {
		return ctx
	}
	name := "batch"
	if q := d.Batch.QueuedQueries; len(q) > 1 {
		name = nameOf(q[1].SQL) // the first one sets the tenant
	}
	return context.WithValue(ctx, observedKey{}, observed{"batch:" + name, time.Now()}) //nolint:forbidigo // a duration
}

// TraceBatchQuery is part of the interface; the batch is timed as a whole.
func (o *observer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd reports the duration.
func (o *observer) TraceBatchEnd(ctx context.Context, conn *pgx.Conn, d pgx.TraceBatchEndData) {
	o.done(ctx, conn, d.Err)
}
