// Package pgtest gives a test a PostgreSQL database of its own: real, migrated,
// and served under the application's role.
//
// The server is the one of OMOTENASHI_TEST_PG (a superuser's URL), else the one
// that withpostgres shares among a run's processes, else a private throw-away
// one that this process starts and that dies with it.
// Databases are cloned from a migrated template in some tens of milliseconds. A
// failed test keeps its database and prints the name.
package pgtest

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/devstack"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// Both hold a running server's superuser URL: a developer's own, which keeps the
// databases of failed tests, or the one that a whole run of tests shares.
const (
	ownEnv    = "OMOTENASHI_TEST_PG"
	SharedEnv = "OMOTENASHI_TEST_PG_SHARED"
)

// Full tells whether the long variants of tests run (class C): more rounds, not other tests.
func Full() bool { return os.Getenv("OMOTENASHI_TEST") == "full" || Long() }

// Long tells whether the longest variants run (class N): those before a release.
func Long() bool { return os.Getenv("OMOTENASHI_TEST") == "long" }

// Rounds is quick in an ordinary run and full in a full one.
func Rounds(quick, full int) int {
	if Full() {
		return full
	}
	return quick
}

// RoundsOfThree is Rounds, with so many in a long run.
func RoundsOfThree(quick, full, long int) int {
	if Long() {
		return long
	}
	return Rounds(quick, full)
}

// New opens a fresh database as the serving role. It fails the test when no
// server can be had; it never skips.
func New(tb testing.TB) *pg.DB {
	tb.Helper()
	return Open(tb, NewURL(tb))
}

// Open opens a database of NewURL once more: another process's pools.
func Open(tb testing.TB, appURL string) *pg.DB {
	tb.Helper()
	db, err := pg.Open(context.Background(), pg.Options{URL: appURL, UnsafeNoSync: true, WriteConns: 8, ReadConns: 4})
	if err != nil {
		tb.Fatalf("open test database: %v", err)
	}
	tb.Cleanup(db.Close)
	return db
}

// NewURL makes a fresh database and gives the URL of a superuser, whose sessions
// serve under the application's role when opened by pg.Open.
func NewURL(tb testing.TB) string {
	tb.Helper()
	admin, template := server(tb)
	raw := make([]byte, 6)
	_, _ = rand.Read(raw)
	name := "t_" + hex.EncodeToString(raw)
	exec(tb, admin, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", name, template),
		// A time zone that is neither UTC nor Tokyo: nothing may rest on the server's.
		fmt.Sprintf("ALTER DATABASE %s SET timezone = 'America/St_Johns'", name))
	tb.Cleanup(func() {
		if tb.Failed() && os.Getenv(ownEnv) != "" {
			tb.Logf("the test's database is kept: %s", name)
			return
		}
		exec(tb, admin, fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name))
	})
	return withDatabase(tb, admin, name)
}

// Ring is a key ring with a fixed master key.
func Ring(tb testing.TB) *secret.Ring {
	tb.Helper()
	key := sha256.Sum256([]byte("a key for tests only"))
	r, err := secret.New(key[:])
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

var started struct {
	once            sync.Once
	admin, template string
	err             error
}

func server(tb testing.TB) (admin, template string) {
	tb.Helper()
	started.once.Do(func() { started.admin, started.template, started.err = start() })
	if started.err != nil {
		tb.Fatalf("test server: %v", started.err)
	}
	return started.admin, started.template
}

func start() (admin, template string, err error) {
	ctx := context.Background()
	if admin = cmp.Or(os.Getenv(ownEnv), os.Getenv(SharedEnv)); admin == "" {
		if admin, err = Serve(ctx); err != nil {
			return "", "", err
		}
	}
	template, err = makeTemplate(ctx, admin)
	return admin, template, err
}

// Serve starts a throw-away server that dies with this process and returns its
// superuser's URL.
func Serve(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	cache = filepath.Join(cache, "omotenashi")
	log := slog.New(slog.DiscardHandler)
	bin, err := devstack.FindBinaries(ctx, filepath.Join(cache, "postgres"), log)
	if err != nil {
		return "", err
	}
	base := filepath.Join(scratch(), "omotenashi-test-postgres")
	sweep(base)
	dir := filepath.Join(base, strconv.Itoa(os.Getpid()))
	if err := os.MkdirAll(dir, 0o755); err != nil { // the server may run as another user
		return "", err
	}
	p, err := devstack.StartPostgres(ctx, devstack.PostgresOptions{
		Binaries: bin, DataDir: filepath.Join(dir, "data"), Ephemeral: true, StopWithParent: true, Log: log,
	})
	if err != nil {
		return "", err
	}
	return p.SuperuserURL("postgres"), nil
}

// memory is where Linux keeps files in memory; enough of it holds the databases
// of a run, which are dropped as their tests end.
const (
	memory = "/dev/shm"
	enough = 4 << 30
)

// scratch is a folder for data that nobody misses: in memory where there is room
// (a database is then made in a quarter of the time), else on disk.
func scratch() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= enough {
		return memory
	}
	return os.TempDir()
}

// sweep removes the folders of processes that are gone.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && syscall.Kill(pid, 0) != nil {
			_ = os.RemoveAll(filepath.Join(base, e.Name()))
		}
	}
}

// makeTemplate migrates the template once for each state of the schema; several
// processes may come at once.
func makeTemplate(ctx context.Context, admin string) (string, error) {
	name := "template_" + pg.SchemaHash()[:12]
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(4711)"); err != nil {
		return "", err
	}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	raw := name + "_new"
	for _, s := range []string{"DROP DATABASE IF EXISTS " + raw + " WITH (FORCE)", "CREATE DATABASE " + raw} {
		if _, err := conn.Exec(ctx, s); err != nil {
			return "", err
		}
	}
	u, err := replaceDatabase(admin, raw)
	if err != nil {
		return "", err
	}
	if err := pg.Migrate(ctx, u, slog.New(slog.DiscardHandler)); err != nil {
		return "", err
	}
	// A session leaves behind the file from which others read the system's catalog.
	// It is copied with the rest; without it each clone's first session writes one.
	if err := visit(ctx, u); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+raw+" RENAME TO "+name)
	return name, err
}

func visit(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func exec(tb testing.TB, admin string, statements ...string) {
	tb.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		tb.Fatalf("test server: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			tb.Fatalf("%s: %v", strings.Fields(sql)[0], err)
		}
	}
}

func withDatabase(tb testing.TB, admin, name string) string {
	tb.Helper()
	u, err := replaceDatabase(admin, name)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func replaceDatabase(raw, name string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}
