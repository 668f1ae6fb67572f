package api

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Codes that no operation answers: of commands, of workers, and of what no operation reaches yet.
var uncalled = []string{"auth.email_taken", "demo.other_businesses", "notify.mail", "verify.judging"}

var faultMade = regexp.MustCompile(`fault\.(?:New|Wrap)\(fault\.[A-Za-z]+, "([a-z_.]+)"`)

// A code that a service answers stands in the document, or clients could not know it.
func TestDocument_NamesEveryFault(t *testing.T) {
	t.Parallel()
	documented := New(Deps{}).codes()
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d sources, %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range faultMade.FindAllSubmatch(source, -1) {
			if code := string(m[1]); !slices.Contains(documented, code) && !slices.Contains(uncalled, code) {
				t.Errorf("%s: code %q is in no operation's Errors", file, code)
			}
		}
	}
}
