package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

//go:embed docsui/index.html docsui/init.js docsui/swagger-ui-bundle.js.gz docsui/swagger-ui.css.gz
var docsFiles embed.FS

// docsPolicy lets the page load what it brings itself, and nothing inline.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// serveDocs mounts the document and the pages that show it.
func (a *API) serveDocs() {
	a.Mount("GET /openapi.json", lazily(func() asset { return asset{"application/json", a.document(), nil} }))
	for path, f := range map[string][2]string{
		"/docs":                      {"index.html", "text/html; charset=utf-8"},
		"/docs/init.js":              {"init.js", "text/javascript; charset=utf-8"},
		"/docs/swagger-ui-bundle.js": {"swagger-ui-bundle.js.gz", "text/javascript; charset=utf-8"},
		"/docs/swagger-ui.css":       {"swagger-ui.css.gz", "text/css; charset=utf-8"},
	} {
		a.Mount("GET "+path, lazily(func() asset { return docsAsset(f[0], f[1]) }))
	}
	a.Mount("GET /docs/problems", lazily(func() asset { return asset{"text/html; charset=utf-8", a.problemsPage(), nil} }))
}

// lazily is an asset that is made when somebody first asks for it: most processes
// are never asked.
func lazily(made func() asset) http.Handler {
	f := sync.OnceValue(made)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f().ServeHTTP(w, r) })
}

// asset is a file that is served from memory.
type asset struct {
	contentType string
	plain       []byte // nil: only compressed is kept
	zipped      []byte // nil: only plain is kept
}

func docsAsset(name, contentType string) asset {
	raw, err := docsFiles.ReadFile("docsui/" + name)
	if err != nil {
		panic("api: " + err.Error())
	}
	if strings.HasSuffix(name, ".gz") {
		return asset{contentType, nil, raw}
	}
	return asset{contentType, raw, nil}
}

// ServeHTTP sends the file, compressed where it is kept so and the client takes
// it, and 304 to who has it already.
func (f asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", docsPolicy)
	h.Set("Cache-Control", "no-cache") // kept, and asked after by its ETag
	body := f.plain
	if body == nil {
		body = f.zipped
		h.Set("Vary", "Accept-Encoding")
	}
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.contentType)
	if f.plain == nil && !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = unzip(f.zipped)
	} else if f.plain == nil {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client may be gone
}

// unzip opens what was compressed when the program was built.
func unzip(b []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		panic(fmt.Sprintf("api: asset: %v", err))
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		panic(fmt.Sprintf("api: asset: %v", err))
	}
	return plain
}

var problemsTemplate = template.Must(template.New("problems").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Problems of the Omotenashi Connect API</title>
</head>
<body>
<h1>Problems</h1>
<p>The member <code>type</code> of a problem document leads here. Programs decide by <code>code</code>, people read <code>detail</code>.</p>
<dl>
{{range .}}<dt id="{{.Code}}"><code>{{.Code}}</code></dt>
<dd lang="en">{{.EN}}</dd>
<dd lang="ja">{{.JA}}</dd>
{{end}}</dl>
</body>
</html>
`))

// problemsPage explains every code that the document names.
func (a *API) problemsPage() []byte {
	type entry struct{ Code, JA, EN string }
	var list []entry
	for _, code := range a.codes() {
		list = append(list, entry{code, locale.T(locale.JA, code, nil), locale.T(locale.EN, code, nil)})
	}
	var b bytes.Buffer
	if err := problemsTemplate.Execute(&b, list); err != nil {
		panic(fmt.Sprintf("api: page of problems: %v", err))
	}
	return b.Bytes()
}
