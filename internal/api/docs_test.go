package api

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestDocs_ServesItsOwnAssets(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for target, want := range map[string]string{
		"/openapi.json":              "application/json",
		"/docs":                      "text/html; charset=utf-8",
		"/docs/init.js":              "text/javascript; charset=utf-8",
		"/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
		"/docs/swagger-ui.css":       "text/css; charset=utf-8",
		"/docs/problems":             "text/html; charset=utf-8",
	} {
		w := b.ask("GET", target, "", "Accept-Encoding: gzip, br")
		h := w.Header()
		if w.Code != 200 || h.Get("Content-Type") != want || h.Get("Content-Security-Policy") != docsPolicy {
			t.Errorf("%s: %d %v", target, w.Code, h)
		}
		tag := h.Get("ETag")
		if again := b.ask("GET", target, "", "If-None-Match: "+tag); tag == "" || again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("%s again: %d, ETag %q", target, again.Code, tag)
		}
		zipped := h.Get("Content-Encoding") == "gzip"
		plain := b.ask("GET", target, "")
		if plain.Header().Get("Content-Encoding") != "" || zipped && plain.Body.Len() < w.Body.Len() {
			t.Errorf("%s plain: %v", target, plain.Header())
		}
	}
}

// Nothing on the page is inline, and nothing comes from elsewhere.
func TestDocs_PageIsSelfContained(t *testing.T) {
	t.Parallel()
	page := newBench(t).ask("GET", "/docs", "").Body.String()
	if regexp.MustCompile(`(?i)<script>|<style|https?:|\son[a-z]+=|style=`).MatchString(page) {
		t.Errorf("the page is not self-contained: %s", page)
	}
}

// The README of the assets tells their origin and sums.
func TestDocs_AssetsAreThosePublished(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("docsui/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"swagger-ui-bundle.js", "swagger-ui.css"} {
		sum := sha256.Sum256(unzip(docsAsset(name+".gz", "").zipped))
		if row := "| " + name + " | " + hex.EncodeToString(sum[:]) + " |"; !strings.Contains(string(readme), row) {
			t.Errorf("%s: the README lacks %s", name, row)
		}
	}
}

// The type of every problem leads to an explanation.
func TestDocs_ProblemsAreExplained(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	page := b.ask("GET", "/docs/problems", "").Body.String()
	for _, code := range b.codes() {
		if !strings.Contains(page, `<dt id="`+code+`">`) {
			t.Errorf("no %s", code)
		}
	}
}
