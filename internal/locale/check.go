package locale

import (
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

const (
	maxLanguages = 10
	maxTag       = 20
)

// Line is the text with each language's value cleaned as one line; languages
// without any text are left out. It is never nil.
func (t Text) Line() Text { return t.clean(jp.CleanName) }

// Lines is Line for texts that may have several lines.
func (t Text) Lines() Text { return t.clean(jp.CleanText) }

func (t Text) clean(f func(string) string) Text {
	out := make(Text, len(t))
	for tag, s := range t {
		if s = f(s); s != "" {
			out[tag] = s
		}
	}
	return out
}

// Check notes what is wrong with a cleaned text: a language that is none, too
// many of them, more than longest characters, and no Japanese where the text is
// required or given in another language.
func (t Text) Check(v *fault.Fields, at string, longest int, required bool) {
	v.Check(t[string(JA)] != "" || !required && len(t) == 0, at+"."+string(JA), "required")
	v.Check(len(t) <= maxLanguages, at, "too_many", fault.Args{"max": maxLanguages})
	for tag, s := range t {
		if !isTag(tag) {
			v.Add(at, "language")
			continue
		}
		v.Check(utf8.RuneCountInString(s) <= longest, at+"."+tag, "too_long", fault.Args{"max": longest})
	}
}

func isTag(s string) bool {
	if len(s) > maxTag {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	_, err := language.Parse(s)
	return err == nil
}
