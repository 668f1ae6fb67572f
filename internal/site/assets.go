package site

import (
	"bytes"
	"compress/gzip"
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
	gzip []byte // the same, packed
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
		out[e.Name()] = asset{"/assets/" + name, mime.TypeByExtension(ext), data, packed(data)}
	}
	return out
}()

// packed is a file as browsers take it for less. It is done once, at the start.
func packed(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(data) // to memory
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// takesGzip tells whether a browser says that it unpacks.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.TrimSpace(weight) != "q=0" {
			return true
		}
	}
	return false
}

// assetPath is the address of a file of the folder assets.
func assetPath(name string) string { return assets[name].path }

func mountAssets(mount func(pattern string, h http.Handler)) {
	for _, a := range assets {
		mount("GET "+a.path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Type", a.kind)
			h.Set("Vary", "Accept-Encoding")
			forEver(h)
			data := a.data
			if takesGzip(r) {
				h.Set("Content-Encoding", "gzip")
				data = a.gzip
			}
			_, _ = w.Write(data) // the client may be gone
		}))
	}
}
