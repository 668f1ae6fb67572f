package devstack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// pack makes a tarball as npm makes them: of files, below "package/".
func pack(tb testing.TB, headers []tar.Header, contents map[string]string) []byte {
	tb.Helper()
	var buf bytes.Buffer
	gz := gzip.NewWriter(&buf)
	tw := tar.NewWriter(gz)
	for name, text := range contents {
		headers = append(headers, tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))})
	}
	for _, h := range headers {
		if err := tw.WriteHeader(&h); err != nil {
			tb.Fatal(err)
		}
		if _, err := tw.Write([]byte(contents[h.Name])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), gz.Close()); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// goodPackage is a small package with a fake PostgreSQL 17.10, and its digest.
func goodPackage(t *testing.T) ([]byte, string) {
	t.Helper()
	contents := map[string]string{
		"package/package.json":             `{"name":"x"}`,
		"package/scripts/hydrate.js":       "throw 1",
		"package/native/lib/libpq.so.5.17": "library",
		"package/native/pg-symlinks.json": `[{"source":"native/lib/libpq.so.5.17","target":"native/lib/libpq.so.5"},
			{"source":"native/lib/libpq.so.5.17","target":"native/lib/new/libpq.so"}]`,
	}
	for name, text := range fakeFiles("17.10", "btree_gist", "pg_trgm") {
		contents["package/native/"+name] = text
	}
	data := pack(t, nil, contents)
	sum := sha512.Sum512(data)
	return data, "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// fetching is a finder that gets the given tarball from nowhere, and how often it did.
func fetching(t *testing.T, data []byte, integrity string) (finder, *atomic.Int32) {
	t.Helper()
	calls := new(atomic.Int32)
	f := noFetch(t, "")
	f.cacheDir = filepath.Join(f.cacheDir, "new", "cache")
	f.platform = npmPackage{"test-x64", integrity}
	f.fetch = func(_ context.Context, spec, dir string) (string, error) {
		calls.Add(1)
		if spec != "@embedded-postgres/test-x64@"+npmVersion {
			t.Errorf("fetched %q", spec)
		}
		path := filepath.Join(dir, "it.tgz")
		return path, os.WriteFile(path, data, 0o600)
	}
	return f, calls
}

func TestFetch_VerifiedUnpackedAndCached(t *testing.T) {
	t.Parallel()
	data, integrity := goodPackage(t)
	f, calls := fetching(t, data, integrity)
	for _, source := range []string{"npm", "cache"} {
		b, err := f.find(testContext(t))
		if err != nil || b.Source != source || b.Version != "17.10" || b.Major != 17 {
			t.Fatalf("find = %+v, %v; want 17.10 from %s", b, err, source)
		}
		for _, link := range []string{"../lib/libpq.so.5", "../lib/new/libpq.so"} {
			if text, err := os.ReadFile(filepath.Join(b.Dir, link)); err != nil || string(text) != "library" {
				t.Errorf("%s: %q, %v", link, text, err)
			}
		}
	}
	if calls.Load() != 1 {
		t.Errorf("fetched %d times, want once", calls.Load())
	}
	if left, err := filepath.Glob(filepath.Join(f.cacheDir, ".fetch-*")); err != nil || len(left) > 0 {
		t.Errorf("left in the cache: %v, %v", left, err)
	}
}

func TestFetch_ByManyAtOnce_FetchesOnce(t *testing.T) {
	t.Parallel()
	data, integrity := goodPackage(t)
	f, calls := fetching(t, data, integrity)
	errs := make(chan error)
	for range 4 {
		go func() {
			_, err := f.find(testContext(t))
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if calls.Load() != 1 {
		t.Errorf("fetched %d times, want once", calls.Load())
	}
}

func TestFetch_BrokenCache_IsReplaced(t *testing.T) {
	t.Parallel()
	data, integrity := goodPackage(t)
	f, _ := fetching(t, data, integrity)
	writeTestFile(t, filepath.Join(f.cacheDir, "postgresql-"+npmVersion+"-test-x64", "bin", "postgres"), "#!/bin/sh\nexit 1\n")
	if b, err := f.find(testContext(t)); err != nil || b.Source != "npm" {
		t.Errorf("find = %+v, %v", b, err)
	}
}

func TestFetch_OtherContent_IsRefused(t *testing.T) {
	t.Parallel()
	_, integrity := goodPackage(t)
	other := pack(t, nil, map[string]string{"package/native/bin/postgres": "#!/bin/sh\n"})
	f, _ := fetching(t, other, integrity)
	err := f.fetchInto(testContext(t), filepath.Join(t.TempDir(), "target"))
	if e, ok := errors.AsType[*IntegrityError](err); !ok || e.Want != integrity || e.Got == integrity {
		t.Fatalf("fetchInto = %v; want an IntegrityError", err)
	}
	if _, err := f.find(testContext(t)); err == nil {
		t.Error("find took a package with another digest")
	}
	if _, err := os.Stat(filepath.Join(f.cacheDir, "postgresql-"+npmVersion+"-test-x64")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was unpacked: %v", err)
	}
}

func TestUnpack_HostileArchive_IsRefused(t *testing.T) {
	t.Parallel()
	link := func(name, to string, kind byte) tar.Header {
		return tar.Header{Name: name, Linkname: to, Typeflag: kind, Mode: 0o777}
	}
	symlinks := func(list string) map[string]string {
		return map[string]string{"package/native/lib/a": "a", "package/native/pg-symlinks.json": list}
	}
	for name, data := range map[string][]byte{
		"parent folder":           pack(t, nil, map[string]string{"package/native/../../../evil": "x"}),
		"parent folder first":     pack(t, nil, map[string]string{"../evil": "x"}),
		"absolute path":           pack(t, nil, map[string]string{"/evil": "x"}),
		"backslashes":             pack(t, nil, map[string]string{`package\native\..\..\evil`: "x"}),
		"symbolic link":           pack(t, []tar.Header{link("package/native/lib/out", "../../..", tar.TypeSymlink)}, nil),
		"hard link":               pack(t, []tar.Header{link("package/native/lib/out", "/etc/passwd", tar.TypeLink)}, nil),
		"device":                  pack(t, []tar.Header{link("package/native/dev", "", tar.TypeChar)}, nil),
		"listed link outwards":    pack(t, nil, symlinks(`[{"source":"native/lib/a","target":"native/../../evil"}]`)),
		"listed link elsewhere":   pack(t, nil, symlinks(`[{"source":"native/lib/a","target":"/evil"}]`)),
		"listed link to outside":  pack(t, nil, symlinks(`[{"source":"native/../../../etc/passwd","target":"native/lib/b"}]`)),
		"listed link to nothing":  pack(t, nil, symlinks(`[{"source":"native/lib/absent","target":"native/lib/b"}]`)),
		"listed link over a file": pack(t, nil, symlinks(`[{"source":"native/lib/a","target":"native/pg-symlinks.json"}]`)),
		"list is no JSON":         pack(t, nil, symlinks(`[`)),
		"not compressed":          []byte("plain text"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outer := unpackInto(t, data, func(err error) {
				if err == nil {
					t.Error("unpacked without complaint")
				}
			})
			onlyInside(t, outer)
		})
	}
}

// unpackInto unpacks into the folder a/b/target below a new folder, which it returns.
func unpackInto(t *testing.T, data []byte, check func(error)) string {
	t.Helper()
	outer := t.TempDir()
	inner := filepath.Join(outer, "a", "b")
	tarball := filepath.Join(inner, "it.tgz")
	if err := errors.Join(os.MkdirAll(inner, 0o755), os.WriteFile(tarball, data, 0o600)); err != nil {
		t.Fatal(err)
	}
	check(unpackFile(tarball, filepath.Join(inner, "target")))
	return outer
}

// onlyInside finds files that an archive has put beside its folder, and links that lead out of it.
func onlyInside(t *testing.T, outer string) {
	t.Helper()
	target := filepath.Join(outer, "a", "b", "target")
	err := filepath.WalkDir(outer, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == filepath.Join(outer, "a", "b", "it.tgz") {
			return err
		}
		whole, err := filepath.EvalSymlinks(path)
		if err != nil || !strings.HasPrefix(path, target+"/") || !strings.HasPrefix(whole, target+"/") {
			t.Errorf("outside of its folder: %s → %s (%v)", path, whole, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestUnpack_TooMuch_IsRefused(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	gz := gzip.NewWriter(&buf)
	tw := tar.NewWriter(gz)
	if err := tw.WriteHeader(&tar.Header{Name: "package/native/bomb", Typeflag: tar.TypeReg, Size: maxUnpacked + 1}); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	unpackInto(t, buf.Bytes(), func(err error) {
		if err == nil || !strings.Contains(err.Error(), "bytes") {
			t.Errorf("an archive of %d bytes: %v", maxUnpacked+1, err)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack(f, nil, map[string]string{"package/native/bin/postgres": "x"}))
	f.Add(pack(f, nil, map[string]string{"package/native/../../../evil": "x"}))
	f.Add(pack(f, nil, map[string]string{
		"package/native/lib/a": "a", "package/native/pg-symlinks.json": `[{"source":"native/lib/a","target":"native/lib/b"}]`,
	}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		t.Parallel()
		onlyInside(t, unpackInto(t, data, func(error) {}))
	})
}

func TestPlatform_PinsEveryPackage(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"} {
		goos, goarch, _ := strings.Cut(p, "/")
		sum, ok := strings.CutPrefix(platform(goos, goarch).integrity, "sha512-")
		if raw, err := base64.StdEncoding.DecodeString(sum); !ok || err != nil || len(raw) != sha512.Size {
			t.Errorf("%s has no sha512: %q, %v", p, sum, err)
		}
	}
}
