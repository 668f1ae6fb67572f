package devstack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
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

// checkStale looks at the pid file that a server leaves when it was killed. A
// server that still runs is a *RunningError. A file whose number now belongs to an
// unrelated process is removed; any other one is left to PostgreSQL, which
// knows its own rules.
func (c *cluster) checkStale() error {
	path := filepath.Join(c.dir, "postmaster.pid")
	data, err := os.ReadFile(path) //nolint:gosec // in the caller's own data folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pid file: %w", err)
	}
	line, _, _ := strings.Cut(string(data), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return nil //nolint:nilerr // PostgreSQL judges a broken file itself
	}
	dir, visible := workingFolder(pid)
	if !visible {
		return nil // PostgreSQL names the process when it refuses
	}
	if sameFolder(dir, c.dir) {
		return &RunningError{DataDir: c.dir, PID: pid}
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove stale pid file: %w", err)
	}
	return nil
}

func sameFolder(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
