package devstack

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// testCache keeps a PostgreSQL that had to be fetched for tests, those of pgtest too.
var testCache = filepath.Join(userCache(), "omotenashi", "postgres")

func userCache() string {
	if dir, err := os.UserCacheDir(); err == nil {
		return dir
	}
	return os.TempDir()
}

// patience bounds every wait of a test for something that comes by itself.
const patience = 60 * time.Second

// testContext ends before the test binary's own limit, so that a hang shows where.
func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	return ctx
}

func binaries(t *testing.T) Binaries {
	t.Helper()
	b, err := FindBinaries(testContext(t), testCache, nil)
	if err != nil {
		t.Fatalf("no PostgreSQL for the tests: %v", err)
	}
	return b
}

// dataDir is a folder that does not exist yet, below one of mode 0700.
func dataDir(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "deep folder", "データ")
}

func options(t *testing.T, dir string) PostgresOptions {
	t.Helper()
	return PostgresOptions{
		Binaries: binaries(t), DataDir: dir, Ephemeral: true, StopWithParent: true,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

// cluster0 makes one cluster for all tests that do not ask how it is made; they copy it.
var cluster0 = sync.OnceValues(func() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	dir := filepath.Join(workDir, "cluster")
	b, err := FindBinaries(ctx, testCache, nil)
	if err != nil {
		return "", err
	}
	c, err := newCluster(ctx, PostgresOptions{Binaries: b, DataDir: dir, Ephemeral: true})
	if err != nil {
		return "", err
	}
	return dir, c.prepare(ctx)
})

// prepared is a folder with a cluster that has never run.
func prepared(t *testing.T) string {
	t.Helper()
	from, err := cluster0()
	if err != nil {
		t.Fatalf("make a cluster: %v", err)
	}
	dir := dataDir(t)
	password, err := os.ReadFile(from + ".password")
	err = errors.Join(err, os.CopyFS(dir, os.DirFS(from)), os.Chmod(dir, 0o700),
		os.WriteFile(dir+".password", password, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// start starts a server and stops it when the test ends.
func start(t *testing.T, o PostgresOptions) *Postgres {
	t.Helper()
	p, err := StartPostgres(testContext(t), o)
	if err != nil {
		t.Fatalf("StartPostgres: %v", err)
	}
	t.Cleanup(func() { stop(t, p) })
	return p
}

func stop(t *testing.T, p *Postgres) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	defer cancel()
	if err := p.Stop(ctx); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(testContext(t), address)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func exec1(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(testContext(t), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func query1(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	var s string
	if err := conn.QueryRow(testContext(t), sql).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

func wait(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("waited %v for %s", patience, what)
	}
}

// workDir is for what all tests share.
var workDir string

func runTests(m *testing.M) (code int, err error) {
	if workDir, err = os.MkdirTemp("", "devstack-test-"); err != nil {
		return 1, err
	}
	code = m.Run()
	return code, os.RemoveAll(workDir)
}
