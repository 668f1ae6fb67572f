package jp

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What people and attackers type, for every reader of text.
var fuzzSeeds = []string{
	"", "山田 花子", "やまだ", "ﾔﾏﾀﾞ", "ヴァン", "か\u3099", "ｶﾞ", "゛", "ー", "々ゝゞヽヾ", "𠮷野家", "㍿㌀", "髙﨑 邉󠄂", "İß", "e\u0301", "👨‍👩‍👧", "\u202eabc\u2066", "\u200b\ufeff", "\x00\x1b", "\xff\xfe", " \u3000\u00a0\u2028", "\u3164\u115f",
	"=cmd()", strings.Repeat("㌀", 50), strings.Repeat("\u0301", 100),
}

func seed(f *testing.F, more ...string) {
	f.Helper()
	for _, s := range append(fuzzSeeds, more...) {
		f.Add(s)
	}
}

// A name that was cleaned is clean: nothing in it that cannot be seen, and
// cleaning it again changes nothing. It is never longer than NFC makes it.
func FuzzCleanName(f *testing.F) {
	seed(f, " a \n b ")
	f.Fuzz(func(t *testing.T, s string) {
		out := CleanName(s)
		if again := CleanName(out); again != out {
			t.Errorf("%q became %q, then %q", s, out, again)
		}
		if !utf8.ValidString(out) || !norm.NFC.IsNormalString(out) || len(out) > 3*len(s) {
			t.Errorf("%q became %q", s, out)
		}
		if out != strings.TrimSpace(out) || strings.Contains(out, "  ") || strings.ContainsFunc(out, hidden) {
			t.Errorf("%q became %q, which is not clean", s, out)
		}
	})
}

func hidden(r rune) bool {
	return r != ' ' && (unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf))
}

// Texts keep their lines, none of them empty twice, and each is a clean name.
func FuzzCleanText(f *testing.F) {
	seed(f, "a\r\nb\r\rc\n\n\n\nd\u2028e\n", "\n\n", "\u200b\n\u200b\nx")
	f.Fuzz(func(t *testing.T, s string) {
		out := CleanText(s)
		if again := CleanText(out); again != out {
			t.Errorf("%q became %q, then %q", s, out, again)
		}
		if strings.Contains(out, "\n\n\n") || strings.HasPrefix(out, "\n") || strings.HasSuffix(out, "\n") {
			t.Errorf("%q became %q", s, out)
		}
		for line := range strings.SplitSeq(out, "\n") {
			if line != CleanName(line) {
				t.Errorf("%q has the line %q", s, line)
			}
		}
	})
}

// Readings that differ in the kana's kind or width are one reading, to the
// writer of names, to the search and to the order of lists.
func FuzzKana(f *testing.F) {
	seed(f, "ゔぁゕゖ", "ｳﾞｧ", "ﾊﾟﾋﾟ")
	f.Fuzz(func(t *testing.T, s string) {
		kana := Katakana(s)
		if again := Katakana(kana); again != kana {
			t.Errorf("%q became %q, then %q", s, kana, again)
		}
		if IsKana(kana) && strings.ContainsFunc(kana, isShiftableHiragana) {
			t.Errorf("%q became %q", s, kana)
		}
		folded := Fold(s)
		if again := Fold(folded); again != folded {
			t.Errorf("%q folds to %q, then %q", s, folded, again)
		}
		if other := Fold(kana); other != folded {
			t.Errorf("%q folds to %q, but as katakana to %q", s, folded, other)
		}
		if words := Words(s, 3); len(words) > 3 || strings.Join(words, "") != strings.ReplaceAll(strings.Join(Words(s, 1<<30)[:len(words)], ""), " ", "") {
			t.Errorf("%q has the words %q", s, words)
		}
	})
}

// Keys are bounded, never empty, the same for readings that are the same, and
// put a shorter reading before those that begin with it.
func FuzzSortKey(f *testing.F) {
	for _, a := range fuzzSeeds {
		f.Add(a, "山田", "ん")
	}
	f.Fuzz(func(t *testing.T, kana, name, more string) {
		key := SortKey(kana, name)
		if len(key) == 0 || !bytes.Equal(key, SortKey(Katakana(kana), name)) && Katakana(kana) != "" {
			t.Errorf("%q, %q: %x", kana, name, key)
		}
		if len(key) > 64*(len(kana)+len(name)+1) {
			t.Errorf("%q, %q: a key of %d bytes", kana, name, len(key))
		}
		reading, longer := Katakana(kana), Katakana(kana)+Katakana(more)
		if IsKana(reading) && IsKana(Katakana(more)) && Katakana(longer) == longer && bytes.Compare(SortKey(reading, ""), SortKey(longer, "")) > 0 {
			t.Errorf("%q stands behind %q", reading, longer)
		}
	})
}

// A postal code that was read is seven digits, is read the same in every form
// in which it is shown, and its places can be looked up.
func FuzzParsePostal(f *testing.F) {
	seed(f, "150-0001", "〒１５０－０００１", "1500001", "〒〒1500001", "150 - 00 01", "15000011", "９９９９９９９")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParsePostal(s)
		if err != nil {
			if code != "" {
				t.Errorf("%q: %q beside %v", s, code, err)
			}
			return
		}
		if len(code) != 7 || strings.Trim(code, "0123456789") != "" {
			t.Errorf("%q was read as %q", s, code)
		}
		for _, form := range []string{FormatPostal(code), "〒" + FormatPostal(code), code} {
			if again, err := ParsePostal(form); err != nil || again != code {
				t.Errorf("%q was read as %q, but %q as %q, %v", s, code, form, again, err)
			}
		}
		for _, p := range Postal(code) {
			if _, ok := ParsePrefecture(p.Prefecture); !ok || p.City == "" {
				t.Errorf("%s is in %+v", code, p)
			}
		}
	})
}

// A table of postal codes that is none is refused or answers errors; it never
// panics, and never gives more than it was given room for.
func FuzzOpenPostal(f *testing.F) {
	f.Add(postalFile[:200], "1500001")
	f.Add(append(append([]byte{}, postalFile[:64]...), make([]byte, 300)...), "0000000")
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, file []byte, code string) {
		table, err := OpenPostal(file)
		if err != nil {
			return
		}
		places, err := table.Lookup(code)
		if err != nil && len(places) > 0 {
			t.Errorf("%d places beside %v", len(places), err)
		}
	})
}
