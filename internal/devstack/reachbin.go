package devstack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// sharedCache is where root puts programs that another user must reach. Only
// root can write there, so that the path cannot be prepared by someone else.
const sharedCache = "/var/cache/omotenashi"

// reachableBin returns a folder of the programs that the identity can run. When
// they lie below a folder closed to it (root's home), they are copied once.
func reachableBin(ctx context.Context, id identity, b Binaries) (string, error) {
	if id.kind == asSelf {
		return b.Dir, nil
	}
	err := tryBin(ctx, id, b.Dir)
	if err == nil {
		return b.Dir, nil
	}
	if !errors.Is(err, syscall.EACCES) || os.Geteuid() != 0 {
		return "", fmt.Errorf("run PostgreSQL (as %s): %w", id.kind, err)
	}
	dir, copyErr := copyBin(b, sharedCache)
	if copyErr != nil {
		return "", fmt.Errorf("%s cannot be reached by user %d (%w), and copying it: %w", b.Dir, id.uid, err, copyErr)
	}
	if err := tryBin(ctx, id, dir); err != nil {
		return "", fmt.Errorf("run PostgreSQL (as %s): %w", id.kind, err)
	}
	return dir, nil
}

func tryBin(ctx context.Context, id identity, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, inspectTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version") //nolint:gosec // from the folder that was chosen
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", cleanEnv(), sysProcAttr(id, 0)
	if err := cmd.Run(); err != nil {
		return err //nolint:wrapcheck // judged by reachableBin
	}
	return nil
}

// copyBin copies bin, lib and share of an installation into the cache and
// returns the folder of its programs. A copy of the same programs is used again.
func copyBin(b Binaries, cache string) (string, error) {
	prefix := filepath.Dir(b.Dir)
	info, err := os.Stat(filepath.Join(b.Dir, "postgres"))
	if err != nil {
		return "", fmt.Errorf("programs: %w", err)
	}
	sum := sha256.Sum256([]byte(b.Dir + "\x00" + b.Version + "\x00" + info.ModTime().UTC().Format(time.RFC3339Nano)))
	target := filepath.Join(cache, "postgresql-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(target); err == nil {
		return filepath.Join(target, "bin"), nil
	}
	if err := makeOpen(cache); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(cache, ".copy-*")
	if err != nil {
		return "", fmt.Errorf("copy: %w", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // gone after the rename
	for from, to := range map[string]string{b.Dir: "bin", filepath.Join(prefix, "lib"): "lib", filepath.Join(prefix, "share"): "share"} {
		if err := copyTree(from, filepath.Join(tmp, to)); err != nil {
			return "", err
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil { //nolint:gosec // another user runs from it
		return "", fmt.Errorf("copy: %w", err)
	}
	if err := os.Rename(tmp, target); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("copy: %w", err)
	}
	return filepath.Join(target, "bin"), nil
}

// makeOpen makes a folder that everyone can enter, whatever the umask is.
func makeOpen(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // another user runs from it
		return fmt.Errorf("create folder: %w", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // as above
		return fmt.Errorf("open up folder: %w", err)
	}
	return nil
}

// copyTree copies folders, files and links; modes become readable for everyone.
func copyTree(from, to string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err //nolint:wrapcheck // wrapped below
		}
		dest := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return makeOpen(dest)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err //nolint:wrapcheck // wrapped below
			}
			return os.Symlink(link, dest)
		default:
			return copyFile(path, dest)
		}
	})
	if err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // of the chosen installation
	if err != nil {
		return err //nolint:wrapcheck // wrapped by copyTree
	}
	defer in.Close() //nolint:errcheck // read only
	info, err := in.Stat()
	if err != nil {
		return err //nolint:wrapcheck // wrapped by copyTree
	}
	mode := fs.FileMode(0o644)
	if info.Mode()&0o111 != 0 {
		mode = 0o755
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // in our own new folder
	if err != nil {
		return err //nolint:wrapcheck // wrapped by copyTree
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Chmod(mode), out.Close())
}
