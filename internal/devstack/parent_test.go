package devstack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the test binary needs to play a program whose death its server must notice.
const (
	envParent = "DEVSTACK_TEST_PARENT" // the data folder
	envBin    = "DEVSTACK_TEST_BIN"
	envGuard  = "DEVSTACK_TEST_GUARD" // "1": with the guard of systems without a death signal
)

// TestMain lets the test binary play that program.
func TestMain(m *testing.M) {
	if dir := os.Getenv(envParent); dir != "" {
		os.Exit(playParent(dir))
	}
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// playParent starts a server, prints its address and waits to be killed.
func playParent(dir string) int {
	ctx := context.Background()
	b, err := inspect(ctx, candidate{os.Getenv(envBin), "test"})
	if err == nil {
		guarded := os.Getenv(envGuard) == "1"
		err = serveUntilKilled(ctx, guarded, PostgresOptions{Binaries: b, DataDir: dir, Ephemeral: true, StopWithParent: !guarded})
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func serveUntilKilled(ctx context.Context, guarded bool, o PostgresOptions) error {
	p, err := StartPostgres(ctx, o)
	if err != nil {
		return err
	}
	if guarded {
		if err := guard(p); err != nil {
			return err
		}
	}
	fmt.Fprintln(os.Stdout, p.SuperuserURL("postgres"))
	<-p.Done()
	return p.Err()
}

func TestStart_ParentKilled_ServerEnds(t *testing.T) {
	t.Parallel()
	for name, guarded := range map[string]string{"death signal": "0", "guard": "1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t, prepared(t))
			cmd := exec.CommandContext(testContext(t), os.Args[0])
			cmd.Env = append(os.Environ(), envParent+"="+o.DataDir, envBin+"="+o.Binaries.Dir, envGuard+"="+guarded)
			cmd.Stderr = t.Output()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			address, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatalf("the helper did not start a server: %v", err)
			}
			exec1(t, connect(t, strings.TrimSpace(address)), "CREATE TABLE kept AS SELECT 1 AS v")
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Error("the killed helper ended in order")
			}
			p := start(t, o) // at once: it waits for the end of the old one
			exec1(t, connect(t, p.SuperuserURL("postgres")), "SELECT v FROM kept")
		})
	}
}

func TestStart_NotStoppedWithParent_GoesOn(t *testing.T) {
	t.Parallel()
	o := options(t, prepared(t))
	o.StopWithParent = false
	p := start(t, o)
	exec1(t, connect(t, p.SuperuserURL("postgres")), "SELECT 1")
	stop(t, p)
	if _, err := os.Stat(filepath.Join(o.DataDir, "postmaster.pid")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the server still runs after Stop: %v", err)
	}
}
