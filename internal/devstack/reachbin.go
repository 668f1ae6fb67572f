package devstack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
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
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version")
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", cleanEnv(), sysProcAttr(id, 0)
	if err := cmd.Run(); err != nil {
		return err
	}
	return nil
}

// copyBin copies bin, lib and share of an installation into the cache and
// returns the folder of its programs. A copy of the same programs is used again.
func copyBin(b Binaries, cache string) (string, error) {
	info, err := os.Stat(filepath.Join(b.Dir, "postgres"))
	if err != nil {
		return "", fmt.Errorf("programs: %w", err)
	}
	sum := sha256.Sum256([]byte(b.Dir + "\x00" + b.Version + "\x00" + info.ModTime().UTC().Format(time.RFC3339Nano)))
	target := filepath.Join(cache, "postgresql-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(target); err == nil {
		return filepath.Join(target, "bin"), nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("copy: %w", err)
	}
	tmp, err := os.MkdirTemp(cache, ".copy-*")
	if err != nil {
		return "", fmt.Errorf("copy: %w", err)
	}
	if err := copyInto(tmp, target, b.Dir); err != nil {
		return "", errors.Join(fmt.Errorf("copy: %w", err), os.RemoveAll(tmp))
	}
	return filepath.Join(target, "bin"), os.Chmod(cache, 0o755)
}

func copyInto(tmp, target, bin string) error {
	prefix := filepath.Dir(bin)
	for from, to := range map[string]string{bin: "bin", filepath.Join(prefix, "lib"): "lib", filepath.Join(prefix, "share"): "share"} {
		if err := os.CopyFS(filepath.Join(tmp, to), os.DirFS(from)); err != nil {
			return err
		}
	}
	if err := openUp(tmp); err != nil {
		return err
	}
	return os.Rename(tmp, target)
}

// openUp lets everyone read a tree of ours and run the programs in it, whatever
// the umask was when it was written.
func openUp(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	defer root.Close()
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() || info.Mode()&0o111 != 0 {
			return root.Chmod(path, 0o755)
		}
		return root.Chmod(path, 0o644)
	})
	if err != nil {
		return fmt.Errorf("open up %s: %w", dir, err)
	}
	return nil
}
