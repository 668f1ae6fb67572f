package devstack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// superuser owns the cluster.
const superuser = "postgres"

// PostgresOptions say where and how a private PostgreSQL runs.
type PostgresOptions struct {
	Binaries Binaries          // from FindBinaries
	DataDir  string            // absolute or relative; made by initdb when it does not exist. Its parent too
	Port     int               // on 127.0.0.1; 0: a free one, also for existing data
	Settings map[string]string // extra settings, stronger than ours
	// Ephemeral is for tests: nothing is flushed to disk, so that a crash of the
	// machine loses the data, small WAL, many connections, no autovacuum.
	Ephemeral bool
	Log       *slog.Logger // nil is silent
	// StopWithParent stops the server when this process ends, however it ends.
	StopWithParent bool

	force *identityKind // tests choose the way
}

// Postgres is a running private server.
type Postgres struct {
	port     int
	password string
	logFile  string
	logFrom  int64 // where this run begins in it
	pid      int
	cmd      *exec.Cmd
	log      *slog.Logger

	done chan struct{} // closed after err is set

	mu       sync.Mutex
	stopping bool
	err      error
}

// killAfter bounds the wait after SIGQUIT before the server is killed.
const killAfter = 10 * time.Second

// StartPostgres starts a server on the data folder, which is made when absent,
// and returns when it accepts connections; recovery after a crash is waited for as
// long as ctx allows. When ctx ends first the server is stopped again. The error
// of a start that went wrong holds the last lines of its log. A folder that a
// running server still uses yields a *RunningError.
func StartPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	c, err := newCluster(ctx, o)
	if err != nil {
		return nil, err
	}
	unlock, err := lockFile(ctx, c.dir+".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := c.prepare(ctx); err != nil {
		return nil, err
	}
	return c.start(ctx)
}

// URL is the address for a role and a database; an empty password is left out.
func (p *Postgres) URL(user, password, database string) string {
	return serverURL(p.port, user, password, database)
}

// SuperuserURL is the address for the superuser "postgres".
func (p *Postgres) SuperuserURL(database string) string {
	return serverURL(p.port, superuser, p.password, database)
}

func serverURL(port int, user, password, database string) string {
	info := url.UserPassword(user, password)
	if password == "" {
		info = url.User(user)
	}
	u := url.URL{
		Scheme: "postgres", User: info, Path: "/" + database, RawQuery: "sslmode=disable",
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
	}
	return u.String()
}

// Port is the TCP port on 127.0.0.1.
func (p *Postgres) Port() int { return p.port }

// PID is the process id of the server's first process.
func (p *Postgres) PID() int { return p.pid }

// LogFile is the file with the server's log.
func (p *Postgres) LogFile() string { return p.logFile }

// Done is closed when the server has ended, by itself or by Stop; Err tells which.
func (p *Postgres) Done() <-chan struct{} { return p.done }

// Err is nil while the server runs and after Stop; when it ended by itself it
// says how, with the last lines of its log.
func (p *Postgres) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Stop ends the server: sessions are broken off and the data is written out
// (SIGINT). When ctx ends first it is told to end at once (SIGQUIT), which costs a
// recovery at the next start and is reported as ctx's error. Stop may be called twice, and on a
// server that has ended. When it returns the server is gone.
func (p *Postgres) Stop(ctx context.Context) error {
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	p.signal(syscall.SIGINT)
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
	}
	p.signal(syscall.SIGQUIT)
	timer := time.NewTimer(killAfter)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		p.signal(syscall.SIGKILL)
		<-p.done
	}
	return fmt.Errorf("PostgreSQL was stopped the hard way: %w", ctx.Err())
}

func (p *Postgres) signal(s syscall.Signal) {
	// A process that has ended needs no signal.
	if err := p.cmd.Process.Signal(s); err != nil && !isEnded(p.done) {
		p.log.Warn("signal to postgres", "pid", p.pid, "signal", s.String(), "error", err.Error())
	}
}

func isEnded(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// ended records the end of the process.
func (p *Postgres) ended(waitErr error, tail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopping {
		if waitErr == nil {
			waitErr = errors.New("it was told to stop")
		}
		p.err = fmt.Errorf("PostgreSQL (pid %d) ended: %w\n%s", p.pid, waitErr, tail)
	}
	close(p.done)
}
