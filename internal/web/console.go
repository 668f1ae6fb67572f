package web

import (
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

// Where the application's two areas are.
const (
	ConsolePath = "/console/"
	AdminPath   = "/admin/"
)

// ConsolePaths are the patterns of both areas.
func ConsolePaths() []string {
	return []string{strings.TrimSuffix(ConsolePath, "/"), ConsolePath, strings.TrimSuffix(AdminPath, "/"), AdminPath}
}

// assets is the folder of the files whose names have a hash of their content.
const assets = "assets/"

const frontPage = "index.html"

// Console serves the application. It is safe for concurrent use.
type Console struct {
	files map[string]*file // by their names below /console/
}

// Built tells whether the program has the application in it.
func Built() bool {
	_, err := fs.Stat(built(), frontPage)
	return err == nil
}

// NewConsole serves what was built into the program.
func NewConsole() *Console { return newConsole(built()) }

// newConsole, and a file when it is asked for, panics on what cannot be read: the
// files of a program always can.
func newConsole(from fs.FS) *Console {
	c := &Console{files: map[string]*file{}}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		c.files[name] = newFile(name, func() []byte {
			data, err := fs.ReadFile(from, name)
			must(err)
			return data
		})
		return nil
	})
	must(err)
	return c
}

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("web: %v", err))
	}
}

// ServeHTTP answers a path of either area with its file, and with the
// application where there is none: it finds the way itself. A file of an older
// build is not found, so that a page that is still open learns of the newer one.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	strict(w.Header())
	front := c.files[frontPage]
	if front == nil {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "This program was built without the console: run make build.", http.StatusServiceUnavailable)
		return
	}
	name, _ := strings.CutPrefix(r.URL.Path, ConsolePath)
	switch f := c.files[name]; {
	case f != nil:
		f.serve(w, r)
	case strings.HasPrefix(name, assets):
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "There is no such file in this version.", http.StatusNotFound)
	default:
		front.serve(w, r)
	}
}
