package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Folder keeps blobs in a folder, 256 folders in it. Several processes may share it.
type Folder struct{ path string }

// NewFolder names the folder, which is made with the first file; nobody else on
// the machine may read it.
func NewFolder(path string) *Folder { return &Folder{path} }

// unfinished is where files are written before they get their name.
const unfinished = "tmp"

// place is the path of a key. A key that is none of ours is an error: it could
// lead elsewhere.
func (f *Folder) place(key string) (string, error) {
	const signs = "0123456789abcdefghijklmnopqrstuvwxyz-."
	if len(key) < 3 || len(key) > 200 || strings.Trim(key, signs) != "" || strings.Contains(key, "..") || key[0] == '.' || key[1] == '.' {
		return "", fmt.Errorf("key %q", key)
	}
	return filepath.Join(f.path, key[:2], key), nil
}

// Put writes a temporary file, and gives it its name when it is on the disk.
func (f *Folder) Put(_ context.Context, key string, data []byte) error {
	to, err := f.place(key)
	if err != nil {
		return err
	}
	from, err := f.write(data)
	if err == nil {
		err = publish(from, to)
	}
	if err != nil {
		if from != "" {
			_ = os.Remove(from)
		}
		return fmt.Errorf("store %s: %w", key, err)
	}
	return nil
}

// write answers the path of the temporary file, also of one that is not whole.
func (f *Folder) write(data []byte) (string, error) {
	folder := filepath.Join(f.path, unfinished)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	file, err := os.CreateTemp(folder, "*")
	if err != nil {
		return "", err
	}
	if _, err = file.Write(data); err == nil {
		err = file.Sync()
	}
	return file.Name(), errors.Join(err, file.Close())
}

// publish renames a file, and has the folder remember its name.
func publish(from, to string) error {
	folder := filepath.Dir(to)
	err := os.Mkdir(folder, 0o700)
	fresh := err == nil
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if fresh {
		if err := sync(filepath.Dir(folder)); err != nil {
			return err
		}
	}
	return sync(folder)
}

func sync(folder string) error {
	d, err := os.Open(folder) //nolint:gosec // a folder of ours
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open opens the file.
func (f *Folder) Open(_ context.Context, key string) (Blob, error) {
	path, err := f.place(key)
	if err != nil {
		return nil, ErrNoBlob
	}
	file, err := os.Open(path) //nolint:gosec // the key is one of ours, see place
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoBlob
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Delete removes the file.
func (f *Folder) Delete(_ context.Context, key string) error {
	path, err := f.place(key)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Clean removes temporary files that are older, by the clock of this machine.
func (f *Folder) Clean(_ context.Context, age time.Duration) error {
	before := clock.System{}.Now().Add(-age)
	folder := filepath.Join(f.path, unfinished)
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) { // gone, or at work
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
