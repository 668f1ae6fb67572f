package devstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	portTries    = 5   // free ports tried when others are faster
	oldTries     = 100 // looks for the end of a killed server's processes
	retryPause   = 100 * time.Millisecond
	readyPause   = 15 * time.Millisecond // between two looks whether it is ready
	abortTimeout = 10 * time.Second      // for a stop after a start that was given up
)

// Reasons for another try.
var (
	errPortTaken   = errors.New("the port was just taken")
	errOldChildren = errors.New("processes of a killed server still run")
)

// start launches the server, again where another program was faster on a free
// port or a killed server's last processes are still about to end.
func (c *cluster) start(ctx context.Context) (*Postgres, error) {
	if c.Port != 0 {
		if err := portFree(ctx, c.Port); err != nil {
			return nil, fmt.Errorf("port %d on 127.0.0.1 is not free: %w", c.Port, err)
		}
	}
	var ports, olds int
	for {
		p, err := c.launch(ctx)
		switch {
		case errors.Is(err, errPortTaken) && c.Port == 0 && ports < portTries:
			ports++
		case errors.Is(err, errOldChildren) && olds < oldTries:
			olds++
		case err != nil:
			return nil, err
		default:
			return p, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("start PostgreSQL: %w: %w", ctx.Err(), err)
		case <-time.After(retryPause):
		}
	}
}

// launch starts one server process and waits until it is ready.
func (c *cluster) launch(ctx context.Context) (*Postgres, error) {
	port := c.Port
	if port == 0 {
		free, err := freePort(ctx)
		if err != nil {
			return nil, err
		}
		port = free
	}
	p := &Postgres{port: port, password: c.password, logFile: c.dir + ".log", log: c.Log, done: make(chan struct{})}
	if err := c.spawn(p); err != nil {
		return nil, err
	}
	return p, c.await(ctx, p)
}

// spawn starts the process from a thread that lives until the process has ended:
// the death signal follows the thread, not the program.
func (c *cluster) spawn(p *Postgres) error {
	log, err := openLog(p.logFile)
	if err != nil {
		return err
	}
	defer log.Close()
	if p.logFrom, err = log.Seek(0, io.SeekEnd); err != nil {
		return fmt.Errorf("server log: %w", err)
	}
	cmd := exec.Command(filepath.Join(c.bin, "postgres")) //nolint:noctx // outlives the ctx of its start; Stop ends it
	name, entered, err := c.id.enter(cmd, c.dir)
	if err != nil {
		return err
	}
	defer entered()
	cmd.Args = append(cmd.Args, "-D", name)
	cmd.Args = append(cmd.Args, c.settings(p.port)...)
	cmd.Env, cmd.Dir = cleanEnv(), "/"
	cmd.Stdout, cmd.Stderr = log, log
	var deathSignal syscall.Signal
	if c.StopWithParent {
		deathSignal = syscall.SIGINT
	}
	cmd.SysProcAttr = sysProcAttr(c.id, deathSignal)
	p.cmd = cmd
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err != nil {
			return
		}
		waitErr := cmd.Wait()
		p.ended(waitErr, tailSince(p.logFile, p.logFrom))
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start %s (as %s): %w", cmd.Path, c.id.kind, err)
	}
	return nil
}

// await returns when the server is ready, or has ended because it did not become so in time.
func (c *cluster) await(ctx context.Context, p *Postgres) error {
	var err error
	if c.StopWithParent && !diesWithParent {
		err = guard(p)
	}
	if err == nil {
		err = p.waitReady(ctx)
	}
	if err != nil {
		return c.startError(ctx, p, err)
	}
	c.Log.InfoContext(ctx, "postgres is ready", "port", p.port, "pid", p.pid, "dir", c.dir,
		"version", c.Binaries.Version, "from", c.Binaries.Source, "runs_as", c.id.kind.String())
	return nil
}

// settings are the server's command line, sorted, so that it is the same at each start.
func (c *cluster) settings(port int) []string {
	s := map[string]string{ //nolint:gosec // G101: no password is in here, only how they are stored
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": "",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"lc_messages":             "C",
		"password_encryption":     "scram-sha-256",
		"logging_collector":       "off",
		"log_destination":         "stderr",
		"cluster_name":            "omotenashi",
	}
	if c.Ephemeral {
		maps.Copy(s, map[string]string{
			"password_encryption": "md5", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
			"wal_level": "minimal", "max_wal_senders": "0", "min_wal_size": "2MB", "max_wal_size": "256MB",
			"max_connections": "500", "autovacuum": "off", "checkpoint_timeout": "1h",
		})
	}
	maps.Copy(s, c.Settings)
	var args []string
	for _, k := range slices.Sorted(maps.Keys(s)) {
		args = append(args, "-c", k+"="+s[k])
	}
	return args
}

// waitReady returns nil when the superuser can sign in; the password shows that
// it is our server and not another one on the port.
func (p *Postgres) waitReady(ctx context.Context) error {
	tick := time.NewTicker(readyPause)
	defer tick.Stop()
	for {
		err := p.ping(ctx)
		if err == nil {
			return nil
		}
		if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && strings.HasPrefix(pgErr.Code, "28") {
			return fmt.Errorf("the superuser was refused (remove the file %s.password to have the password set anew): %w",
				strings.TrimSuffix(p.logFile, ".log"), err)
		}
		select {
		case <-p.done:
			return p.Err()
		case <-ctx.Done():
			return fmt.Errorf("it does not accept connections yet: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func (p *Postgres) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.SuperuserURL("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// startError ends a server that did not become ready and finds the reason.
func (c *cluster) startError(ctx context.Context, p *Postgres, cause error) error {
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
	defer cancel()
	endedItself := isEnded(p.done)
	stopErr := p.Stop(stop)
	tail := tailSince(p.logFile, p.logFrom)
	switch {
	case endedItself && strings.Contains(tail, "pre-existing shared memory block"):
		return fmt.Errorf("%w: %w", errOldChildren, cause)
	case endedItself && portFree(stop, p.port) != nil:
		return fmt.Errorf("%w: %w", errPortTaken, cause)
	case endedItself:
		return fmt.Errorf("PostgreSQL did not start in %s: %w", c.dir, cause)
	default:
		return fmt.Errorf("PostgreSQL did not start in %s: %w\n%s", c.dir, errors.Join(cause, stopErr), tail)
	}
}

func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil || !ok {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return addr.Port, nil
}

func portFree(ctx context.Context, port int) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	return l.Close()
}
