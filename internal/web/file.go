package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// file is one file of the application as it is answered.
type file struct {
	kind    string         // Content-Type
	cache   string         // Cache-Control
	content func() content // read at the first request for it: most processes are asked for few
}

// content is what is in a file.
type content struct {
	tag    string // names it, for ETag
	data   []byte
	zipped []byte // nil when that would not be smaller
}

// Types that the program answers, whatever the machine's own table says.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json", ".webp": "image/webp",
}

// What caches are told: a name with a hash never has another content.
const (
	forEver  = "public, max-age=31536000, immutable"
	askFirst = "no-cache"
)

func newFile(name string, read func() []byte) *file {
	f := &file{kind: "application/octet-stream", cache: askFirst}
	if kind, ok := kinds[path.Ext(name)]; ok {
		f.kind = kind
	}
	if strings.HasPrefix(name, assets) {
		f.cache = forEver
	}
	f.content = sync.OnceValue(func() content {
		data := read()
		sum := sha256.Sum256(data)
		return content{hex.EncodeToString(sum[:12]), data, zip(data)}
	})
	return f
}

// zip compresses as far as it goes; nil when nothing is won.
func zip(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(data); err != nil || w.Close() != nil || b.Len() >= len(data)*9/10 {
		return nil
	}
	return b.Bytes()
}

// serve answers with the file, or that the browser has it already.
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", f.cache)
	c := f.content()
	body, tag := c.data, `"`+c.tag+`"`
	if c.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body, tag = c.zipped, `"`+c.tag+`-gzip"`
		}
	}
	h.Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client may be gone
}

// takesGzip tells whether a browser can read gzip: it names it, and not with a
// weight of zero.
func takesGzip(r *http.Request) bool {
	for _, field := range r.Header.Values("Accept-Encoding") {
		for coding := range strings.SplitSeq(field, ",") {
			name, weight, weighed := strings.Cut(coding, ";")
			if strings.TrimSpace(name) == "gzip" {
				return !weighed || strings.Trim(weight, " q=0.") != ""
			}
		}
	}
	return false
}
