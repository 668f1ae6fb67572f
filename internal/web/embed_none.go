//go:build no_ui

package web

import (
	"embed"
	"io/fs"
)

// built has nothing: the program is an API with the booking site.
func built() fs.FS { return embed.FS{} }
