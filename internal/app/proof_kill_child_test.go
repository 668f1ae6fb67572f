package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
)

// envChild holds the orders of a process that a proof starts.
const envChild = "PROOF_CHILD"

// orders are what the test binary does in place of tests.
type orders struct {
	Do      string // serve or leak
	Environ map[string]string
	Now     time.Time // where its clock stands
	Log     string    // the file
	Proxy   string    // of leak: the database's address, behind a proxy of the child's own
	Storms  int       // and through how many
}

// TestMain lets the test binary play a server that is killed, or one whose
// process is looked at when it has stopped.
func TestMain(m *testing.M) {
	raw := os.Getenv(envChild)
	if raw == "" {
		os.Exit(m.Run())
	}
	var o orders
	err := json.Unmarshal([]byte(raw), &o)
	if err == nil {
		err = o.obey()
	}
	if err != nil {
		fmt.Fprintln(os.Stdout, "failed:", err)
		os.Exit(1)
	}
}

func (o orders) obey() error {
	if o.Do == "leak" {
		return o.leak()
	}
	return o.serve()
}

// serve is a server like any other until its standard input ends, as it does
// with the process that started it.
func (o orders) serve() error {
	c, err := config.Load(o.Environ, nil)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(o.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return app.Serve(ctx, c, app.Options{
		Version: "test", Log: log, Clock: clock.NewManual(o.Now), UnsafeNoSync: true, UnsafeHashing: cheap,
		Ready: func(a app.Addresses) { _ = json.NewEncoder(os.Stdout).Encode(a) },
	})
}

// child is a process of the test binary.
type child struct {
	cmd *exec.Cmd
	out *json.Decoder
	log string
}

// spawn starts a process with its orders. It is killed at the end of the test.
func (s *stage) spawn(o orders) *child {
	s.t.Helper()
	o.Log, o.Now = filepath.Join(s.t.TempDir(), "log"), s.clock.Now()
	raw, err := json.Marshal(o)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.CommandContext(s.t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"="+string(raw))
	if _, err := cmd.StdinPipe(); err != nil {
		s.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd.Stderr = s.t.Output()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	return &child{cmd: cmd, out: json.NewDecoder(out), log: o.Log}
}

// serveApart starts a server in a process of its own and gives what kills it.
func (s *stage) serveApart(environ map[string]string) (*started, *child) {
	s.t.Helper()
	p := s.spawn(orders{Do: "serve", Environ: settingsOf(s.t, environ)})
	x := &started{out: &buffer{}, log: &buffer{}}
	if err := p.out.Decode(&x.Addresses); err != nil {
		rest, _ := io.ReadAll(p.out.Buffered())
		log, _ := os.ReadFile(p.log)
		s.t.Fatalf("the server did not start: %v: %s\n%s", err, rest, log)
	}
	return x, p
}

// kill ends the process as a crash does, and returns when it is gone.
func (p *child) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
}

// wantQuiet fails for a line of the log that is an error, those apart that say
// that the database was away.
func (p *child) wantQuiet(t *testing.T) {
	t.Helper()
	log, err := os.ReadFile(p.log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, `"status":500`) || strings.Contains(line, "panic") {
			t.Errorf("logged: %s", line)
		}
	}
}
