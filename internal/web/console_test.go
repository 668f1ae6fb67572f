package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var long = strings.Repeat("const booking = 1;\n", 200)

func application() *Console {
	return newConsole(fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html>" + long)},
		"icon.svg":            {Data: []byte("<svg/>")},
		"assets/app-1f2e3.js": {Data: []byte(long)},
		".gitkeep":            {},
	})
}

func get(h http.Handler, method, path string, words ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, http.NoBody)
	for _, w := range words {
		name, value, _ := strings.Cut(w, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestConsole_AnswersFilesAndTheApplicationElsewhere(t *testing.T) {
	t.Parallel()
	c := application()
	for _, test := range []struct {
		path, kind, cache, begins string
		status                    int
	}{
		{"/console", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
		{"/console/", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
		{"/console/b/0191/ledger", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
		{"/console/index.html", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
		{"/admin/jobs", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
		{"/admin/assets/app-1f2e3.js", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
		{"/console/icon.svg", "image/svg+xml", askFirst, "<svg/>", 200},
		{"/console/assets/app-1f2e3.js", "text/javascript; charset=utf-8", forEver, "const booking", 200},
		{"/console/assets/app-00000.js", "text/plain; charset=utf-8", "no-store", "There is no such file", 404},
		{"/console/assets/", "text/plain; charset=utf-8", "no-store", "There is no such file", 404},
		{"/console/.gitkeep", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
		{"/console/../icon.svg", "text/html; charset=utf-8", askFirst, "<!doctype html>", 200},
	} {
		w := get(c, http.MethodGet, test.path)
		h := w.Header()
		if w.Code != test.status || h.Get("Content-Type") != test.kind || h.Get("Cache-Control") != test.cache || !strings.HasPrefix(w.Body.String(), test.begins) {
			t.Errorf("%s: %d %v %.40q", test.path, w.Code, h, w.Body)
		}
		if h.Get("Content-Security-Policy") != policy || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("Permissions-Policy") == "" {
			t.Errorf("%s goes out with %v", test.path, h)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error("the policy lets something be inline: " + policy)
	}
}

func TestConsole_CompressesForThoseWhoReadIt(t *testing.T) {
	t.Parallel()
	c := application()
	const path = "/console/assets/app-1f2e3.js"
	for accepted, zipped := range map[string]bool{
		"gzip": true, "br, gzip": true, "deflate,gzip;q=0.5": true, "": false, "br": false, "gzip;q=0": false, "gzip; q=0.0": false, "x-gzip": false,
	} {
		w := get(c, http.MethodGet, path, "Accept-Encoding: "+accepted)
		body := io.Reader(w.Body)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != zipped {
			t.Fatalf("%q: %v", accepted, w.Header())
		}
		if zipped {
			var err error
			if body, err = gzip.NewReader(w.Body); err != nil {
				t.Fatal(err)
			}
		}
		if raw, err := io.ReadAll(body); err != nil || !bytes.Equal(raw, []byte(long)) {
			t.Errorf("%q: %v, %d bytes", accepted, err, len(raw))
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: a cache would mix them up: %v", accepted, w.Header())
		}
	}
	if w := get(c, http.MethodGet, "/console/icon.svg", "Accept-Encoding: gzip"); w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") != "" {
		t.Errorf("what does not get smaller: %v", w.Header())
	}
}

func TestConsole_IsNotSentTwice(t *testing.T) {
	t.Parallel()
	c := application()
	const path = "/console/assets/app-1f2e3.js"
	plain, zipped := get(c, http.MethodGet, path).Header().Get("ETag"), get(c, http.MethodGet, path, "Accept-Encoding: gzip").Header().Get("ETag")
	if plain == "" || plain == zipped {
		t.Fatalf("tags %s and %s", plain, zipped)
	}
	for _, test := range []struct {
		tag, accepted string
		status        int
	}{
		{plain, "", 304},
		{zipped, "gzip", 304},
		{`"x", W/` + zipped, "gzip", 304},
		{zipped, "", 200},
		{plain, "gzip", 200},
		{`"x"`, "", 200},
	} {
		w := get(c, http.MethodGet, path, "If-None-Match: "+test.tag, "Accept-Encoding: "+test.accepted)
		if w.Code != test.status || (w.Body.Len() == 0) != (test.status == 304) || w.Header().Get("Cache-Control") != forEver {
			t.Errorf("%+v: %d with %d bytes, %v", test, w.Code, w.Body.Len(), w.Header())
		}
	}
}

// A program that has nothing of the console in it says so.
func TestConsole_NotBuilt_SaysHow(t *testing.T) {
	t.Parallel()
	w := get(newConsole(fstest.MapFS{".gitkeep": {}}), http.MethodGet, "/console/")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if Built() != (NewConsole().files[frontPage] != nil) {
		t.Error("what is announced is not what is served")
	}
}

func TestByHTTPS_TellsBrowsersToStay(t *testing.T) {
	t.Parallel()
	for publicURL, want := range map[string]string{"https://book.example.jp": oneYear, "http://127.0.0.1:8080": ""} {
		if got := get(ByHTTPS(publicURL, application()), http.MethodGet, "/console/").Header().Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s: %q", publicURL, got)
		}
	}
}
