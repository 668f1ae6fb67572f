package transfer_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

var update = flag.Bool("update", false, "write the columns into docs/import.md")

const guide = "../../docs/import.md"

// The guide names every column and all that it may be called.
func TestGuide_NamesEveryColumn(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	const opening, closing = "<!-- columns -->\n", "<!-- /columns -->"
	head, rest, found := strings.Cut(string(raw), opening)
	was, tail, closed := strings.Cut(rest, closing)
	if !found || !closed {
		t.Fatal("no place for the columns")
	}
	var b strings.Builder
	for _, kind := range transfer.Kinds {
		b.WriteString("### " + string(kind) + "\n| column | 日本語 | also |\n|---|---|---|\n")
		for _, c := range transfer.Columns[kind] {
			b.WriteString("| `" + c.Name + "` | " + c.JA + " | " + strings.Join(c.Also, ", ") + " |\n")
		}
		b.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(guide, []byte(head+opening+b.String()+closing+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if was != b.String() {
		t.Error("docs/import.md is out of date; run: go test ./internal/transfer -run Guide -update")
	}
}

// Every code that a line can be refused with has its words.
func TestCodes_OfLines_HaveTexts(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"import.quote", "import.long", "import.columns", "import.not_text", "import.header", "import.too_many_lines", "import.broken_off",
		"import.date", "import.time", "import.number", "import.money", "import.duration", "import.yes_no", "import.kind", "import.nomination",
		"import.unknown_name", "import.ambiguous", "import.people", "import.over", "import.booking_known",
	} {
		for _, lang := range locale.Langs {
			if !locale.Has(lang, code) {
				t.Errorf("%s has no text in %s", code, lang)
			}
		}
	}
}
