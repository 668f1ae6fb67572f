package config_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/config"
)

var update = flag.Bool("update", false, "write the table of settings into the README")

const (
	readme     = "../../README.md"
	tableBegin = "<!-- configuration: kept in step by a test of internal/config -->\n"
	tableEnd   = "<!-- end of configuration -->"
)

func TestReadme_HasTheTableOfSettings(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, begun := strings.Cut(string(raw), tableBegin)
	table, tail, ended := strings.Cut(rest, tableEnd)
	if !begun || !ended {
		t.Fatal("the README has lost the marks around its table of settings")
	}
	if table == config.Table() {
		return
	}
	if !*update {
		t.Fatalf("the README's table of settings is out of date: go test ./internal/config -update")
	}
	if err := os.WriteFile(readme, []byte(head+tableBegin+config.Table()+tableEnd+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
