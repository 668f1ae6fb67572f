package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/devstack"
)

// past is a program of before, built from the history of this repository.
type past struct {
	t       *testing.T
	binary  string
	environ []string
}

// errNoHistory says that the commit is not here: a shallow clone, or no repository at all.
var errNoHistory = errors.New("the history of the repository does not reach so far")

// buildPast builds the program of a commit; errNoHistory when it is not to be had.
func buildPast(t *testing.T, commit string) (binary string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	top, err := exec.CommandContext(ctx, "git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return "", errNoHistory
	}
	git := func(args ...string) *exec.Cmd {
		return exec.CommandContext(ctx, "git", append([]string{"-C", strings.TrimSpace(string(top))}, args...)...)
	}
	if git("rev-parse", "--quiet", "--verify", commit+"^{commit}").Run() != nil {
		return "", errNoHistory
	}
	dir := t.TempDir()
	archive := filepath.Join(dir, "source.tar")
	if out, err := git("archive", "--output", archive, commit, "cmd", "internal", "go.mod", "go.sum").CombinedOutput(); err != nil {
		return "", fmt.Errorf("git archive: %w: %s", err, out)
	}
	if out, err := exec.CommandContext(ctx, "tar", "-xf", archive, "-C", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("tar: %w: %s", err, out)
	}
	binary = filepath.Join(dir, "omotenashi-past")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", binary, "./cmd/omotenashi")
	build.Dir = dir
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return binary, nil
}

// command is one call of the program that ends by itself.
func (p *past) command(args ...string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.binary, args...)
	cmd.Env = p.environ
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("%s of the program of before: %v\n%s", args[0], err, out)
	}
}

// serve runs the program until the answered function stops it as a deployment does.
func (p *past) serve() (base string, stop func()) {
	p.t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(p.t.Context()), p.binary, "serve")
	cmd.Env = p.environ
	read, write, err := os.Pipe()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	_ = write.Close()
	ready, ended := make(chan string, 1), make(chan struct{})
	var last tail
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(read)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var line struct{ Msg, Addr string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "ready" {
				ready <- line.Addr
			}
			last.add(lines.Bytes())
		}
	}()
	stop = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		kill := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer kill.Stop()
		<-ended
		if err := cmd.Wait(); err != nil {
			p.t.Errorf("the program of before ended: %v\n%s", err, last.String())
		}
		_ = read.Close()
	})
	p.t.Cleanup(stop)
	select {
	case addr := <-ready:
		return "http://" + addr, stop
	case <-ended:
		p.t.Fatalf("the program of before did not start:\n%s", last.String())
	case <-time.After(patience):
		p.t.Fatalf("the program of before did not start in time:\n%s", last.String())
	}
	panic("unreachable")
}

// tail keeps the last lines of a log.
type tail struct {
	mu    sync.Mutex
	lines [][]byte
}

func (l *tail) add(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines = append(l.lines, bytes.Clone(line)); len(l.lines) > 20 {
		l.lines = l.lines[1:]
	}
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(bytes.Join(l.lines, []byte("\n")))
}

// durable is a PostgreSQL of the test's own that keeps what it says, as in
// production: a program does not serve on another.
func durable(t *testing.T) (url string) {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir() //nolint:usetesting // what is fetched outlives the test
	}
	log := slog.New(slog.DiscardHandler)
	bin, err := devstack.FindBinaries(t.Context(), filepath.Join(cache, "omotenashi", "postgres"), log)
	if err != nil {
		t.Fatal(err)
	}
	// Not below the test's folder, which another user may not enter.
	dir, err := os.MkdirTemp("", "omotenashi-migration-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		t.Fatal(err)
	}
	p, err := devstack.StartPostgres(t.Context(), devstack.PostgresOptions{
		Binaries: bin, DataDir: filepath.Join(dir, "data"), StopWithParent: true, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = p.Stop(ctx)
	})
	return p.SuperuserURL("postgres")
}

// pastEnviron is that of a server whose limits are far away.
func pastEnviron(t *testing.T, url string) []string {
	t.Helper()
	mail, err := devstack.StartMail(t.Context(), devstack.MailOptions{Dir: filepath.Join(t.TempDir(), "mail"), Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mail.Stop(context.Background()) })
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "DATABASE_URL=" + url, "OMOTENASHI_KEY=" + proofKey,
		"OMOTENASHI_ADDR=" + net.JoinHostPort("127.0.0.1", "0"), "OMOTENASHI_PRIVATE_ADDR=127.0.0.1:0", "OMOTENASHI_DATA=" + t.TempDir(),
		"OMOTENASHI_SMTP_HOST=" + mail.Host(), "OMOTENASHI_SMTP_PORT=" + strconv.Itoa(mail.Port()), "OMOTENASHI_SMTP_TLS=none",
		"OMOTENASHI_MAIL_FROM=a@example.jp", "OMOTENASHI_LIMIT_READS=100000000", "OMOTENASHI_LIMIT_WRITES=100000000",
		"OMOTENASHI_LIMIT_BURST=100000", "OMOTENASHI_LIMIT_LOGINS_ACCOUNT=100000", "OMOTENASHI_LIMIT_LOGINS_ADDRESS=100000",
	}
}
