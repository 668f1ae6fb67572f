package devstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestStart_FreshFolder_ServesAsPromised(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	o := options(t, dir)
	o.Settings = map[string]string{"work_mem": "5MB"}
	p := start(t, o)
	conn := connect(t, p.SuperuserURL("postgres"))
	for sql, want := range map[string]string{
		"SHOW listen_addresses":        "127.0.0.1",
		"SHOW unix_socket_directories": "",
		"SHOW server_encoding":         "UTF8",
		"SHOW timezone":                "UTC",
		"SHOW work_mem":                "5MB",
		"SHOW fsync":                   "off",
		"SHOW port":                    strconv.Itoa(p.Port()),
		"SELECT datcollate FROM pg_database WHERE datname = 'postgres'":                           "C",
		"SELECT count(*)::text FROM pg_hba_file_rules WHERE auth_method NOT IN ('md5', 'reject')": "0",
	} {
		if got := query1(t, conn, sql); got != want {
			t.Errorf("%s = %q, want %q", sql, got, want)
		}
	}
	if group, err := syscall.Getpgid(p.PID()); err != nil || group != p.PID() {
		t.Errorf("process group %d, %v; want its own, %d", group, err, p.PID())
	}
	info, err := os.Stat(dir + ".password")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("password file: %v, %v; want mode 0600", info, err)
	}
	if _, err := pgx.Connect(testContext(t), p.URL("postgres", "wrong", "postgres")); err == nil {
		t.Error("a wrong password was accepted")
	}
}

func TestStart_ExtensionsAndFileCopy_Work(t *testing.T) {
	t.Parallel()
	p := start(t, options(t, prepared(t)))
	conn := connect(t, p.SuperuserURL("postgres"))
	exec1(t, conn, "CREATE DATABASE template")
	tmpl := connect(t, p.SuperuserURL("template"))
	exec1(t, tmpl, "CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE TABLE t (n text)")
	if err := tmpl.Close(testContext(t)); err != nil {
		t.Fatal(err)
	}
	exec1(t, conn, "CREATE DATABASE clone TEMPLATE template STRATEGY FILE_COPY")
	clone := connect(t, p.SuperuserURL("clone"))
	exec1(t, clone, "INSERT INTO t VALUES ('花')")
	if got := query1(t, clone, "SELECT count(*)::text FROM pg_extension WHERE extname IN ('btree_gist','pg_trgm')"); got != "2" {
		t.Errorf("extensions in the clone: %s, want 2", got)
	}
}

func TestInitdb_OutsideOfTests_PasswordsByScram(t *testing.T) {
	t.Parallel()
	for ephemeral, want := range map[bool]string{true: "--auth-host=md5", false: "--auth-host=scram-sha-256"} {
		c := cluster{PostgresOptions: PostgresOptions{Ephemeral: ephemeral}}
		if args := c.initdbArgs(); !slices.Contains(args, want) || !slices.Contains(args, "--auth-local=reject") {
			t.Errorf("ephemeral %t: %q", ephemeral, args)
		}
	}
}

func TestStart_Again_KeepsData(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	o.Ephemeral = false
	first := start(t, o)
	exec1(t, connect(t, first.SuperuserURL("postgres")), "CREATE TABLE kept AS SELECT 'kept' AS v")
	stop(t, first)
	stop(t, first) // twice is harmless
	if err := first.Err(); err != nil {
		t.Errorf("Err after Stop = %v, want nil", err)
	}
	second := start(t, o)
	conn := connect(t, second.SuperuserURL("postgres"))
	if got := query1(t, conn, "SELECT v FROM kept"); got != "kept" {
		t.Errorf("after the second start: %q", got)
	}
	for sql, want := range map[string]string{
		"SHOW fsync": "on", "SHOW password_encryption": "scram-sha-256",
	} {
		if got := query1(t, conn, sql); got != want {
			t.Errorf("outside of tests: %s = %q, want %q", sql, got, want)
		}
	}
}

func TestStart_AfterKill_RecoversAndKeepsData(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	o.Ephemeral = false
	first := start(t, o)
	exec1(t, connect(t, first.SuperuserURL("postgres")), "CREATE TABLE kept AS SELECT 'kept' AS v")
	if err := syscall.Kill(first.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wait(t, first.Done(), "the end of the killed server")
	if err := first.Err(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("Err of a killed server = %v", err)
	}
	second := start(t, o) // the pid file and perhaps some processes of the first are still there
	if got := query1(t, connect(t, second.SuperuserURL("postgres")), "SELECT v FROM kept"); got != "kept" {
		t.Errorf("after the crash: %q", got)
	}
}

func TestStart_StillRunning_NamesThePID(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	p := start(t, o)
	_, err := StartPostgres(testContext(t), o)
	if running, ok := errors.AsType[*RunningError](err); !ok || running.PID != p.PID() {
		t.Fatalf("second start on one folder: %v, want a RunningError with pid %d", err, p.PID())
	}
	exec1(t, connect(t, p.SuperuserURL("postgres")), "SELECT 1") // unharmed
}

func TestStart_PIDOfAnotherProgram_IsStale(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	stop(t, start(t, o))
	// Not our own number: PostgreSQL itself knows that its parent is no server.
	other := exec.Command("/bin/cat")
	input, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(input.Close(), other.Wait()); err != nil {
			t.Error(err)
		}
	})
	text := fmt.Sprintf("%d\n%s\n", other.Process.Pid, o.DataDir)
	if err := os.WriteFile(filepath.Join(o.DataDir, "postmaster.pid"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, o)
}

func TestStart_LostPasswordFile_IsSetAnew(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	first := start(t, o)
	stop(t, first)
	if err := os.Remove(o.DataDir + ".password"); err != nil {
		t.Fatal(err)
	}
	second := start(t, o)
	if first.SuperuserURL("") == second.SuperuserURL("") {
		t.Error("the password did not change")
	}
	exec1(t, connect(t, second.SuperuserURL("postgres")), "SELECT 1")
}

func TestStart_ForeignFolder_IsRefused(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	file := filepath.Join(o.DataDir, "thesis.txt")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := StartPostgres(testContext(t), o); err == nil || !strings.Contains(err.Error(), "holds no PostgreSQL data") {
		t.Errorf("start in a folder with other files: %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

func TestStart_DataOfAnotherVersion_SaysWhatToDo(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	if err := os.WriteFile(filepath.Join(o.DataDir, "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := StartPostgres(testContext(t), o)
	if err == nil || !strings.Contains(err.Error(), "made by PostgreSQL 9") || !strings.Contains(err.Error(), EnvBin) {
		t.Errorf("start on data of version 9: %v", err)
	}
}

func TestStart_PortInUse_IsRefused(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	o := options(t, dataDir(t))
	if o.Port, err = strconv.Atoi(port); err != nil {
		t.Fatal(err)
	}
	if _, err := StartPostgres(testContext(t), o); err == nil || !strings.Contains(err.Error(), "port "+port) {
		t.Errorf("start on a port in use: %v", err)
	}
}

func TestStart_BadSetting_ShowsTheLog(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	o.Settings = map[string]string{"no_such_setting": "1"}
	if _, err := StartPostgres(testContext(t), o); err == nil || !strings.Contains(err.Error(), `unrecognized configuration parameter "no_such_setting"`) {
		t.Errorf("error without the log's last lines: %v", err)
	}
}

func TestStart_Cancelled_LeavesNothingRunning(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	o.Port = reservedPort(t)
	c, err := newCluster(testContext(t), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.prepare(testContext(t)); err != nil {
		t.Fatal(err)
	}
	p := &Postgres{port: o.Port, password: c.password, logFile: c.dir + ".log", log: c.Log, done: make(chan struct{})}
	if err := c.spawn(p); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(testContext(t))
	cancel()
	if err := c.await(ctx, p); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled start: %v", err)
	}
	if !isEnded(p.Done()) {
		t.Error("the server was left running")
		stop(t, p)
	}
}

func reservedPort(t *testing.T) int {
	t.Helper()
	port, err := freePort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestStart_TwoAtOnce_OneWins(t *testing.T) {
	t.Parallel()
	o := options(t, dataDir(t))
	const rivals = 3
	errs := make(chan error, rivals)
	for range rivals {
		go func() {
			p, err := StartPostgres(testContext(t), o)
			if err == nil {
				t.Cleanup(func() { stop(t, p) })
			}
			errs <- err
		}()
	}
	var won int
	for range rivals {
		err := <-errs
		if err == nil {
			won++
		} else if _, running := errors.AsType[*RunningError](err); !running {
			t.Errorf("a loser got: %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d rivals started a server on one folder", won, rivals)
	}
}

func TestStart_UnfinishedFolder_IsRemoved(t *testing.T) {
	t.Parallel()
	o := options(t, dataDir(t))
	left := o.DataDir + stagingSuffix + "123"
	if err := os.MkdirAll(filepath.Join(left, "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	start(t, o)
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what a killed initdb left is still there: %v", err)
	}
}

func TestStart_LongLog_IsEmptied(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	p := start(t, o)
	stop(t, p)
	if err := os.Truncate(p.LogFile(), maxLog+1); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, o))
	info, err := os.Stat(p.LogFile())
	if err != nil || info.Size() > 1<<20 {
		t.Errorf("log after a start: %v, %v", info.Size(), err)
	}
}

func TestStop_Impatient_StillEnds(t *testing.T) {
	t.Parallel()
	p := start(t, options(t, prepared(t)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := p.Stop(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Stop with an ended context = %v", err)
	}
	if !isEnded(p.Done()) {
		t.Error("the server still runs")
	}
}

// TestStart_EveryIdentity runs the server in each way that this user can have.
func TestStart_EveryIdentity(t *testing.T) {
	t.Parallel()
	kinds := []identityKind{inNamespace, asSelf}
	if os.Geteuid() == 0 {
		kinds[1] = asUser
	} else if _, err := user.LookupId(strconv.Itoa(os.Geteuid())); err != nil {
		kinds = kinds[:1] // initdb refuses a user without a name
	}
	for _, kind := range kinds {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			o := options(t, dataDir(t))
			o.force = &kind
			first := start(t, o)
			exec1(t, connect(t, first.SuperuserURL("postgres")), "CREATE EXTENSION btree_gist; CREATE TABLE kept AS SELECT 1 AS v")
			stop(t, first)
			o.force = nil // the owner of the data decides now
			second := start(t, o)
			exec1(t, connect(t, second.SuperuserURL("postgres")), "SELECT v FROM kept")
		})
	}
}
