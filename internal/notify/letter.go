package notify

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

//go:embed letter.html
var letterFile embed.FS

var letterHTML = template.Must(template.New("letter.html").ParseFS(letterFile, "letter.html"))

// letter is a mail before it is dressed as text and as HTML.
type letter struct {
	Lang     locale.Lang
	Subject  string
	Greeting string
	Lead     []string // paragraphs
	Sections []section
	Action   *action // the one thing to do
	After    []string
	Signed   []string // lines: who writes
	Notes    []string // small print
}

type section struct {
	Title string
	Rows  []row
	Lines []string
}

type row struct{ Label, Value string }

type action struct{ Label, URL string }

// text is the plain form.
func (l *letter) text() string {
	var b strings.Builder
	if l.Greeting != "" {
		fmt.Fprintf(&b, "%s\n\n", l.Greeting)
	}
	for _, p := range l.Lead {
		fmt.Fprintf(&b, "%s\n", p)
	}
	for _, s := range l.Sections {
		fmt.Fprintf(&b, "\n%s\n", title(l.Lang, s.Title))
		for _, r := range s.Rows {
			fmt.Fprintf(&b, "%s%s%s\n", r.Label, colon(l.Lang), r.Value)
		}
		for _, line := range s.Lines {
			fmt.Fprintf(&b, "%s\n", line)
		}
	}
	if l.Action != nil {
		fmt.Fprintf(&b, "\n%s\n%s\n", l.Action.Label, l.Action.URL)
	}
	if len(l.After) > 0 {
		b.WriteByte('\n')
	}
	for _, p := range l.After {
		fmt.Fprintf(&b, "%s\n", p)
	}
	b.WriteString("\n--\n")
	for _, s := range l.Signed {
		fmt.Fprintf(&b, "%s\n", s)
	}
	for _, n := range l.Notes {
		fmt.Fprintf(&b, "\n%s\n", n)
	}
	return b.String()
}

func title(lang locale.Lang, s string) string {
	if lang == locale.EN {
		return strings.ToUpper(s)
	}
	return "■ " + s
}

func colon(lang locale.Lang) string {
	if lang == locale.EN {
		return ": "
	}
	return "："
}

// html is the same for readers that show it; it needs no image and no script.
func (l *letter) html() (string, error) {
	var b bytes.Buffer
	err := letterHTML.Execute(&b, l)
	return b.String(), err
}
