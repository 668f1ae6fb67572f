package devstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// RunningError says that a server already runs on the data folder. Two servers
// on one folder would destroy it, so that nothing was started.
type RunningError struct {
	DataDir string
	PID     int
}

// Error names the process to stop.
func (e *RunningError) Error() string {
	return fmt.Sprintf("a PostgreSQL (pid %d) already runs on %s: stop the program that started it, or `kill -INT %d`",
		e.PID, e.DataDir, e.PID)
}

// waitUnused returns when no server runs on the folder. One that is about to end
// is waited for as long as ctx allows, since its program may just have died; one
// that goes on for lingerTries looks is a *RunningError.
func (c *cluster) waitUnused(ctx context.Context) error {
	tick := time.NewTicker(retryPause)
	defer tick.Stop()
	for tries := 0; ; tries++ {
		stopping, err := c.checkStale()
		if err == nil || !stopping && tries >= lingerTries {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-tick.C:
		}
	}
}

// lingerTries gives a server whose program was killed a second to notice.
const lingerTries = 10

// statusLine is where in the pid file the server tells its state.
const statusLine = 7

// checkStale looks at the pid file that a server keeps while it runs, and leaves
// when it was killed. A server that still runs is a *RunningError. A file whose
// number now belongs to an unrelated process is removed; any other one is left to
// PostgreSQL, which knows its own rules.
func (c *cluster) checkStale() (stopping bool, err error) {
	path := filepath.Join(c.dir, "postmaster.pid")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("pid file: %w", err)
	}
	lines := strings.Split(string(data), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false, nil //nolint:nilerr // PostgreSQL judges a broken file itself
	}
	dir, visible := workingFolder(pid)
	if !visible {
		return false, nil // PostgreSQL names the process when it refuses
	}
	if sameFolder(dir, c.dir) {
		stopping = len(lines) > statusLine && strings.HasPrefix(lines[statusLine], "stopping")
		return stopping, &RunningError{DataDir: c.dir, PID: pid}
	}
	if err := os.Remove(path); err != nil {
		return false, fmt.Errorf("remove stale pid file: %w", err)
	}
	return false, nil
}

func sameFolder(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
