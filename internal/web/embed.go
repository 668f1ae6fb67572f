//go:build !no_ui

package web

import (
	"embed"
	"io/fs"
)

// What `make ui` built; nothing but .gitkeep when it was not run.
//
//go:embed all:dist
var dist embed.FS

func built() fs.FS {
	below, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only for a name that is none
	}
	return below
}
