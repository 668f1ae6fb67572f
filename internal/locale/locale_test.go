package locale_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

var placeholder = regexp.MustCompile(`\{([a-z_]*)\}`)

// What stands between things is written with its spaces, and visitors are told
// the zone of a time, which needs no word in Japanese.
const (
	comma = "mail.value.comma"
	times = "mail.value.times"
)

// arguments are the names in a text's braces, each once, sorted.
func arguments(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestTexts_BothLanguages_SameKeysSameArguments(t *testing.T) {
	t.Parallel()
	keys := locale.Keys(locale.JA)
	if len(keys) < 50 {
		t.Fatalf("only %d keys: the files were not read", len(keys))
	}
	for _, lang := range locale.Langs {
		for _, key := range locale.Keys(lang) {
			text := locale.T(lang, key, nil)
			if text == "" || text == key || strings.TrimSpace(text) != text && key != comma {
				t.Errorf("%s %s: %q is no text", lang, key, text)
			}
			if left := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(left, "{}") {
				t.Errorf("%s %s: stray brace in %q", lang, key, text)
			}
			for _, other := range locale.Langs {
				if !locale.Has(other, key) {
					t.Errorf("%s: %s has it, %s does not", key, lang, other)
					continue
				}
				if a, b := arguments(text), arguments(locale.T(other, key, nil)); !slices.Equal(a, b) && key != times {
					t.Errorf("%s: arguments %v in %s, %v in %s", key, a, lang, b, other)
				}
			}
		}
	}
}

var (
	japanese = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}、。]`)
	latin    = regexp.MustCompile(`[A-Za-z]{2}`)
)

// A text in the wrong file is found.
func TestTexts_AreInTheirLanguage(t *testing.T) {
	t.Parallel()
	for _, key := range locale.Keys(locale.JA) {
		if text := placeholder.ReplaceAllString(locale.T(locale.JA, key, nil), ""); latin.MatchString(text) && !japanese.MatchString(text) {
			t.Errorf("%s: no Japanese in %q", key, text)
		}
		if text := placeholder.ReplaceAllString(locale.T(locale.EN, key, nil), ""); japanese.MatchString(text) && !latin.MatchString(text) {
			t.Errorf("%s: only Japanese in the English text %q", key, text)
		}
	}
}

func TestT_FillsArguments(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		key  string
		args map[string]any
		want string
	}{
		{"too_long", map[string]any{"max": 5}, "Must have at most 5 characters."},
		{"too_long", nil, "Must have at most {max} characters."},
		{"too_long", map[string]any{"max": "{min}", "min": 3}, "Must have at most {min} characters."}, // filled once, not again
		{"no.such.key", map[string]any{"max": 5}, "no.such.key"},
		{"required", map[string]any{"max": 5}, "This is required."},
	} {
		if got := locale.T(locale.EN, x.key, x.args); got != x.want {
			t.Errorf("%s %v: got %q, want %q", x.key, x.args, got, x.want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]locale.Lang{
		"": locale.JA, "ja": locale.JA, "ja-JP": locale.JA, "en": locale.EN, "en-US,ja;q=0.5": locale.EN,
		"fr": locale.JA, "zh-TW, en;q=0.1": locale.EN, "*": locale.JA, "\x00": locale.JA, "en;q=0": locale.JA,
	} {
		if got := locale.Match(header); got != want {
			t.Errorf("%.30q: got %s, want %s", header, got, want)
		}
	}
}

func TestText_In(t *testing.T) {
	t.Parallel()
	text := locale.Text{"ja": "カット", "en": "Haircut"}
	if text.In(locale.EN) != "Haircut" || text.In(locale.JA) != "カット" || (locale.Text{"ja": "カット"}).In(locale.EN) != "カット" {
		t.Error("the text in the language, else in Japanese")
	}
}
