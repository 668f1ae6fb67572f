package jp

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The distance between a hiragana and its katakana.
const kanaShift = 'ア' - 'あ'

// The combining marks of voicing.
const (
	dakuten    = '\u3099'
	handakuten = '\u309A'
)

func isShiftableHiragana(r rune) bool { return 'ぁ' <= r && r <= 'ゖ' || r == 'ゝ' || r == 'ゞ' }

func isShiftableKatakana(r rune) bool { return 'ァ' <= r && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ' }

// isKanaLetter tells whether the sign is one kana, or stretches or voices the one before.
func isKanaLetter(r rune) bool {
	return 'ぁ' <= r && r <= 'ゖ' || 'ァ' <= r && r <= 'ヺ' || 'ㇰ' <= r && r <= 'ㇿ' || r == 'ー' || r == dakuten || r == handakuten
}

// spacingMarks are voicing marks that stand for themselves; people type them for
// the combining ones, of which NFKC would make a blank and a mark.
var spacingMarks = strings.NewReplacer("゛", "\u3099", "゜", "\u309A")

// compatible is the cleaned text in NFKC; some characters decompose to a blank
// and a mark, so that it is cleaned after, too.
func compatible(s string) string {
	return CleanName(norm.NFKC.String(CleanName(spacingMarks.Replace(s))))
}

// Katakana is the text cleaned as CleanName does, with half-width forms and
// hiragana made full-width katakana, and a dash or wave after a kana made the
// long-vowel mark for which it was typed (サト－, ラ～メン); what is no kana stays, in
// its NFKC form.
func Katakana(s string) string {
	return compatible(stretched(strings.Map(func(r rune) rune {
		if isShiftableHiragana(r) {
			return r + kanaShift
		}
		return r
	}, compatible(s))))
}

// IsKana tells whether the text is nothing but full-width katakana and spaces,
// and not empty: what Katakana makes of a well-typed reading.
func IsKana(s string) bool {
	for _, r := range s {
		if r != ' ' && r != '・' && r != 'ー' && !unicode.Is(unicode.Katakana, r) {
			return false
		}
	}
	return strings.TrimSpace(s) != ""
}

// foldedWords are spellings of one word; they are applied to text in hiragana.
var foldedWords = strings.NewReplacer(
	"(株)", "株式会社", "(有)", "有限会社", "(同)", "合同会社", // ㈱ and ㈲ are these in NFKC, ㍿ is the word
	"ゐ", "い", "ゑ", "え", // よしゑ is looked for as よしえ
	// The katakana of w that have no hiragana of their own.
	"ヷ", "わ\u3099", "ヸ", "い\u3099", "ヹ", "え\u3099", "ヺ", "を\u3099",
	"〜", "~",
)

// Fold is the form in which texts are searched: cleaned, NFKC, lower case,
// katakana made hiragana, iteration marks written out and old kana made present
// ones, so that ハナ, ﾊﾅ and はな are one word, as are Ｈａｎａ and hana, いすゞ and イスズ,
// よしゑ and ヨシエ, ㈱花 and 株式会社花.
func Fold(s string) string {
	folded := strings.Map(func(r rune) rune {
		if isShiftableKatakana(r) {
			return r - kanaShift
		}
		return unicode.ToLower(r)
	}, compatible(s))
	return compatible(stretched(repeated(foldedWords.Replace(folded))))
}

// stretched makes a dash or wave after a kana the long-vowel mark.
func stretched(s string) string {
	previous := rune(0)
	return strings.Map(func(r rune) rune {
		if isKanaLetter(previous) && strings.ContainsRune(dashes, r) {
			r = 'ー'
		}
		previous = r
		return r
	}, s)
}

// repeated writes the iteration marks of kana out: いすゞ is いすず. One without a
// kana before it stays.
func repeated(s string) string {
	if !strings.ContainsAny(s, "ゝゞヽヾ") {
		return s
	}
	var b strings.Builder
	repeats := rune(0) // the kana before, without its mark
	for _, r := range s {
		switch {
		case r == dakuten, r == handakuten:
		case strings.ContainsRune("ゝゞヽヾ", r):
			r = again(repeats, r)
		case isKanaLetter(r) && r != 'ー':
			repeats, _ = voiced(r)
		default:
			repeats = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

// again is the kana for which an iteration mark stands; the mark where there is none.
func again(kana, mark rune) rune {
	if kana == 0 {
		return mark
	}
	if mark == 'ゞ' || mark == 'ヾ' {
		if r := []rune(norm.NFC.String(string(kana) + string(dakuten))); len(r) == 1 {
			return r[0]
		}
	}
	return kana
}
