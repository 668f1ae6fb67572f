package locale

import (
	"slices"
	"strings"
	"testing"
)

// Whatever a browser says, the answer is a language that we have; what names one
// of ours alone gets it.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{"", "ja", "en-US,en;q=0.9", "*", "fr", "ja;q=0,en", "zh-Hant-TW, en;q=0.3", "\xff", ";;;", strings.Repeat("a-", 500), strings.Repeat("en,", 500), "x-klingon", "en;q=1e9", "und", "ja-Latn", "i-default"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Match(s)
		if !slices.Contains(Langs, got) {
			t.Errorf("%q: %q", s, got)
		}
		if own, ok := Parse(s); ok && own != got {
			t.Errorf("%q: %q", s, got)
		}
	})
}

// Arguments are put in their places once: what they hold is never read as a place.
func FuzzT(f *testing.F) {
	f.Add("12", "{min}")
	f.Add("{max}", "")
	f.Add("{", "}")
	keys := Keys(EN)
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, key := range []string{"too_long", "too_small", keys[len(a)%len(keys)]} {
			for _, lang := range Langs {
				plain := T(lang, key, map[string]any{"max": "A", "min": "B"})
				filled := T(lang, key, map[string]any{"max": a, "min": b})
				if want := strings.NewReplacer("A", "A").Replace(plain); strings.Count(T(lang, key, nil), "{max}")+strings.Count(T(lang, key, nil), "{min}") == 0 && filled != want {
					t.Errorf("%s in %s has no place, but became %q", key, lang, filled)
				}
				if n := len(T(lang, key, nil)); len(filled) > n+2*len(a)*n+2*len(b)*n {
					t.Errorf("%s in %s became %d bytes", key, lang, len(filled))
				}
				if strings.Contains(T(lang, key, nil), "{max}") && !strings.Contains(filled, a) {
					t.Errorf("%s in %s lacks %q: %q", key, lang, a, filled)
				}
			}
		}
	})
}
