package devstack

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fakePostgres makes an installation whose postgres only tells its version.
func fakePostgres(t *testing.T, prefix, version string, extensions ...string) (bin string) {
	t.Helper()
	for name, text := range fakeFiles(version, extensions...) {
		writeTestFile(t, filepath.Join(prefix, name), text)
	}
	return filepath.Join(prefix, "bin")
}

func fakeFiles(version string, extensions ...string) map[string]string {
	files := map[string]string{
		"bin/postgres": "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n",
		"bin/initdb":   "#!/bin/sh\nexit 1\n",
		"share/postgresql/extension/plpgsql.control": "",
	}
	for _, e := range extensions {
		files["share/postgresql/extension/"+e+".control"] = "trusted = true\n"
	}
	return files
}

func writeTestFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	// No child may inherit the open file: its script could not be run meanwhile.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// noFetch is a finder that looks only where a test says.
func noFetch(t *testing.T, env string, system ...string) finder {
	t.Helper()
	f := finder{
		getenv:   func(name string) string { return map[string]string{EnvBin: env}[name] },
		cacheDir: t.TempDir(),
		platform: npmPackage{"test-x64", "sha512-x"},
		fetch: func(context.Context, string, string) (string, error) {
			return "", errors.New("npm is not installed")
		},
		log: slog.New(slog.DiscardHandler),
	}
	for _, dir := range system {
		f.system = append(f.system, candidate{dir, "system"})
	}
	return f
}

func TestFind_Order(t *testing.T) {
	t.Parallel()
	good := fakePostgres(t, t.TempDir(), "16.2 (Debian 16.2-1)", "btree_gist", "pg_trgm")
	other := fakePostgres(t, t.TempDir(), "15.1", "btree_gist", "pg_trgm")
	old := fakePostgres(t, t.TempDir(), "14.9", "btree_gist", "pg_trgm")
	bare := fakePostgres(t, t.TempDir(), "17.1", "pg_trgm")
	beta := fakePostgres(t, t.TempDir(), "18beta2", "btree_gist", "pg_trgm")
	for name, c := range map[string]struct {
		f    finder
		want Binaries
	}{
		"the variable first":        {noFetch(t, other, good), Binaries{other, EnvBin, "15.1", 15}},
		"then the system, in order": {noFetch(t, "", good, other), Binaries{good, "system", "16.2", 16}},
		"too old":                   {noFetch(t, "", old, good), Binaries{good, "system", "16.2", 16}},
		"without contrib":           {noFetch(t, "", bare, good), Binaries{good, "system", "16.2", 16}},
		"absent":                    {noFetch(t, "", "/nonexistent/bin", good), Binaries{good, "system", "16.2", 16}},
		"a beta":                    {noFetch(t, "", beta), Binaries{beta, "system", "18beta2", 18}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.f.find(testContext(t))
			if err != nil || got != c.want {
				t.Errorf("find = %+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}

func TestFind_SystemBeforeCache_CacheBeforeFetch(t *testing.T) {
	t.Parallel()
	f := noFetch(t, "")
	cached := fakePostgres(t, filepath.Join(f.cacheDir, "postgresql-"+npmVersion+"-test-x64"), "17.10", "btree_gist", "pg_trgm")
	if got, err := f.find(testContext(t)); err != nil || got.Dir != cached || got.Source != "cache" {
		t.Errorf("find = %+v, %v; want the cached one", got, err)
	}
	system := fakePostgres(t, t.TempDir(), "15.1", "btree_gist", "pg_trgm")
	f.system = []candidate{{system, "system"}}
	if got, err := f.find(testContext(t)); err != nil || got.Dir != system {
		t.Errorf("find = %+v, %v; want the system's", got, err)
	}
}

func TestFind_ForData_TakesTheVersionThatMadeThem(t *testing.T) {
	t.Parallel()
	newer := fakePostgres(t, t.TempDir(), "18.1", "btree_gist", "pg_trgm")
	same := fakePostgres(t, t.TempDir(), "16.2", "btree_gist", "pg_trgm")
	f := noFetch(t, "", newer, same)
	f = f.forData(16)
	if b, err := f.find(testContext(t)); err != nil || b.Dir != same {
		t.Errorf("find = %+v, %v; want %s", b, err, same)
	}
	f = f.forData(15)
	if _, err := f.find(testContext(t)); err == nil || !strings.Contains(err.Error(), "18.1 cannot read the data, which version 15 made") {
		t.Errorf("find = %v; want a miss that tells the version", err)
	}
	_, err := noFetch(t, newer).forData(15).find(testContext(t))
	if err == nil || !strings.Contains(err.Error(), EnvBin) {
		t.Errorf("find = %v; want an error that names %s", err, EnvBin)
	}
}

func (f finder) forData(major int) finder {
	f.major = major
	return f
}

func TestFindFor_NoData_TakesAny_BrokenData_IsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := FindBinariesFor(testContext(t), dir, testCache, nil); err != nil {
		t.Errorf("FindBinariesFor an empty folder: %v", err)
	}
	writeTestFile(t, filepath.Join(dir, "PG_VERSION"), "broken\n")
	if _, err := FindBinariesFor(testContext(t), dir, testCache, nil); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("FindBinariesFor broken data = %v", err)
	}
}

func TestFind_VariableUnusable_IsAnError(t *testing.T) {
	t.Parallel()
	good := fakePostgres(t, t.TempDir(), "16.2", "btree_gist", "pg_trgm")
	old := fakePostgres(t, t.TempDir(), "9.6.24", "btree_gist", "pg_trgm")
	_, err := noFetch(t, old, good).find(testContext(t))
	if err == nil || !strings.Contains(err.Error(), EnvBin) || !strings.Contains(err.Error(), "older than 15") {
		t.Errorf("find = %v; want an error that names %s", err, EnvBin)
	}
}

func TestFind_Nothing_SaysWhatToInstall(t *testing.T) {
	t.Parallel()
	bare := fakePostgres(t, t.TempDir(), "17.1", "btree_gist")
	_, err := noFetch(t, "", bare).find(testContext(t))
	if _, ok := errors.AsType[*NotFoundError](err); !ok {
		t.Fatalf("find = %v; want a NotFoundError", err)
	}
	for _, part := range []string{bare, "pg_trgm is missing", "npm is not installed", "apt install", "brew install", EnvBin, "DATABASE_URL"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message lacks %q:\n%v", part, err)
		}
	}
}

func TestFind_UnknownPlatform_SaysSo(t *testing.T) {
	t.Parallel()
	f := noFetch(t, "")
	f.platform = platform("plan9", "mips")
	if _, err := f.find(testContext(t)); err == nil || !strings.Contains(err.Error(), "no package for this platform") {
		t.Errorf("find = %v", err)
	}
}

func TestNewestFirst_SortsByNumber(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, v := range []string{"9.6", "15", "9", "17", "16", "latest"} {
		fakePostgres(t, filepath.Join(dir, v), v)
	}
	if err := os.MkdirAll(filepath.Join(dir, "99", "bin"), 0o755); err != nil { // no postgres in it
		t.Fatal(err)
	}
	var got []string
	for _, d := range newestFirst(filepath.Join(dir, "*", "bin")) {
		got = append(got, filepath.Base(filepath.Dir(d)))
	}
	if s := strings.Join(got, " "); s != "17 16 15 9.6 9 latest" {
		t.Errorf("order: %s", s)
	}
}

func TestSystemCandidates_PathLink_LeadsToTheRealFolder(t *testing.T) {
	t.Parallel()
	bin := fakePostgres(t, t.TempDir(), "16.2", "btree_gist", "pg_trgm")
	links := t.TempDir()
	if err := os.Symlink(filepath.Join(bin, "postgres"), filepath.Join(links, "postgres")); err != nil {
		t.Fatal(err)
	}
	want, err := filepath.EvalSymlinks(bin)
	if err != nil {
		t.Fatal(err)
	}
	all := systemCandidates(func(string) string { return links + string(os.PathListSeparator) + links })
	var found int
	for _, c := range all {
		if c.dir == want && c.source == "path" {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%s stands %d times in %v, want once", want, found, all)
	}
}

func TestReachable_ProgramsAreCopiedWithLinksAndModes(t *testing.T) {
	t.Parallel()
	prefix := t.TempDir()
	bin := fakePostgres(t, prefix, "17.10", "btree_gist", "pg_trgm")
	writeTestFile(t, filepath.Join(prefix, "lib", "libpq.so.5.17"), "x")
	if err := os.Symlink("libpq.so.5.17", filepath.Join(prefix, "lib", "libpq.so")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(bin, "postgres"), 0o700); err != nil {
		t.Fatal(err)
	}
	b := Binaries{Dir: bin, Version: "17.10", Major: 17}
	cache := filepath.Join(t.TempDir(), "cache")
	dir, err := copyBin(b, cache)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inspect(testContext(t), candidate{dir, "copy"}); err != nil {
		t.Errorf("the copy: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "postgres")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("postgres in the copy: %v, %v; want mode 0755", info, err)
	}
	if link, err := os.Readlink(filepath.Join(dir, "..", "lib", "libpq.so")); err != nil || link != "libpq.so.5.17" {
		t.Errorf("link in the copy: %q, %v", link, err)
	}
	if again, err := copyBin(b, cache); err != nil || again != dir {
		t.Errorf("second copy: %q, %v; want %q", again, err, dir)
	}
}
