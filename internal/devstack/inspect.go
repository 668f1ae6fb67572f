package devstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// neededExtensions must lie in the share folder: exclusion constraints over
// uuid and text need btree_gist, the search needs pg_trgm.
var neededExtensions = []string{"btree_gist", "pg_trgm"}

const (
	inspectTimeout = 30 * time.Second // for a `postgres --version`, which takes some milliseconds
	busyTries      = 100
	busyPause      = 20 * time.Millisecond
)

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// inspect tells whether a folder holds a PostgreSQL that we can use, and its version.
func inspect(ctx context.Context, c candidate) (Binaries, error) {
	dir, err := filepath.Abs(c.dir)
	if err != nil {
		return Binaries{}, fmt.Errorf("resolve folder: %w", err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return Binaries{}, fmt.Errorf("no %s there: %w", name, err)
		}
		if !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
			return Binaries{}, fmt.Errorf("%s is no program", name)
		}
	}
	out, err := output(ctx, filepath.Join(dir, "postgres"), "--version")
	if err != nil {
		return Binaries{}, err
	}
	m := versionPattern.FindStringSubmatch(out)
	if m == nil {
		return Binaries{}, fmt.Errorf("unknown version %q", out)
	}
	major, err := strconv.Atoi(m[2])
	if err != nil {
		return Binaries{}, fmt.Errorf("version %q: %w", m[1], err)
	}
	if major < minMajor {
		return Binaries{}, fmt.Errorf("version %s is older than %d", m[1], minMajor)
	}
	if err := haveExtensions(shareDirs(ctx, dir, major)); err != nil {
		return Binaries{}, err
	}
	return Binaries{Dir: dir, Source: c.source, Version: m[1], Major: major}, nil
}

// haveExtensions looks for the control files in the first share folder that has any extension.
func haveExtensions(shares []string) error {
	for _, share := range shares {
		ext := filepath.Join(share, "extension")
		if _, err := os.Stat(ext); err != nil {
			continue
		}
		for _, name := range neededExtensions {
			if _, err := os.Stat(filepath.Join(ext, name+".control")); err != nil {
				return fmt.Errorf("the extension %s is missing in %s (often a package named postgresql-contrib)", name, ext)
			}
		}
		return nil
	}
	return errors.New("its share folder with the extensions was not found")
}

// shareDirs lists where the share folder of the programs in dir can be: what
// pg_config says, then the usual places relative to the programs.
func shareDirs(ctx context.Context, dir string, major int) []string {
	var out []string
	if share, err := output(ctx, filepath.Join(dir, "pg_config"), "--sharedir"); err == nil {
		out = append(out, share)
	}
	up := filepath.Dir(dir)
	return append(out,
		filepath.Join(up, "share", "postgresql"),
		filepath.Join(up, "share"),
		filepath.Join("/usr/share/postgresql", strconv.Itoa(major)),
		"/usr/share/postgresql"+strconv.Itoa(major),
		"/usr/share/postgresql",
		"/usr/share/pgsql",
	)
}

// output runs a small program and returns its standard output, trimmed.
func output(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, inspectTimeout)
	defer cancel()
	out, err := outputOnce(ctx, program, args)
	for tries := 0; errors.Is(err, syscall.ETXTBSY) && tries < busyTries; tries++ {
		// A child that another goroutine forks may hold a program that we have just
		// written open for writing, until it runs its own.
		select {
		case <-ctx.Done():
		case <-time.After(busyPause):
		}
		out, err = outputOnce(ctx, program, args)
	}
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return "", fmt.Errorf("%s %s: %w: %s", filepath.Base(program), strings.Join(args, " "), err, lastLines(string(exit.Stderr), 5))
		}
		return "", fmt.Errorf("%s %s: %w", filepath.Base(program), strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

func outputOnce(ctx context.Context, program string, args []string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = cleanEnv()
	return cmd.Output()
}

// cleanEnv is the environment of PostgreSQL's programs: nothing of the caller's
// that changes their behaviour (PGDATA, PGOPTIONS, LANG, TZ).
func cleanEnv() []string {
	env := []string{"LC_ALL=C", "LANG=C", "PATH=" + os.Getenv("PATH")}
	for _, name := range []string{"HOME", "TMPDIR", "LD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}
