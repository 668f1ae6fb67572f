package site

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// An asset is named by its content, so that browsers keep it for ever.
type asset struct {
	path string
	kind string
	data []byte
}

var assets = func() map[string]asset {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(err)
	}
	out := map[string]asset{}
	for _, e := range entries {
		data, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		out[e.Name()] = asset{"/assets/" + name, mime.TypeByExtension(ext), data}
	}
	return out
}()

// assetPath is the address of a file of the folder assets.
func assetPath(name string) string { return assets[name].path }

func mountAssets(mount func(pattern string, h http.Handler)) {
	for _, a := range assets {
		mount("GET "+a.path, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Content-Type", a.kind)
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			h.Set("X-Content-Type-Options", "nosniff")
			_, _ = w.Write(a.data) // the client may be gone
		}))
	}
}
