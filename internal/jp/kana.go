package jp

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Words are the folded words of a search, at most n.
func Words(s string, n int) []string {
	words := strings.Fields(Fold(s))
	return words[:min(n, len(words))]
}

// The base kana in the order of the fifty sounds; small and voiced ones differ
// from their base at later levels only.
const fiftySounds = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン"

const (
	smallKana = "ァィゥェォヵヶッャュョヮ"
	largeKana = "アイウエオカケツヤユヨワ"
)

// vowelRows tells by which vowel a long-vowel mark after a base kana is read.
var vowelRows = map[rune]string{
	'ア': "アカサタナハマヤラワ", 'イ': "イキシチニヒミリヰ", 'ウ': "ウクスツヌフムユル",
	'エ': "エケセテネヘメレヱ", 'オ': "オコソトノホモヨロヲ",
}

// Levels of the sort key. The end of a level sorts before everything in it.
const (
	weightSpace = 0x02
	weightDigit = 0x10
	weightLatin = 0x20
	weightKana  = 0x40
	weightOther = 0xF0 // followed by three bytes of the code point

	levelEnd = 0x00
)

// SortKey is the key by which people are listed: by the reading, or by the name
// where there is no reading, as JIS X 4061 orders them: space, digits, Latin,
// kana by the fifty sounds, everything else by code point. Readings that differ
// only in voicing or size stand together, then the name decides. Keys compare
// bytewise and are never empty.
func SortKey(kana, name string) []byte {
	reading := Katakana(kana)
	if reading == "" {
		reading = Katakana(name)
	}
	var k sortKey
	for _, r := range repeated(reading) {
		k.add(r)
	}
	out := append(k.primary, levelEnd)
	out = append(append(out, k.secondary...), levelEnd)
	out = append(append(out, k.tertiary...), levelEnd)
	return append(out, CleanName(name)...)
}

// IndexRows are the rows of the index of a directory, in the order of SortKey:
// readings in Latin letters or digits, the ten rows of the fifty sounds by their
// first sounds, and what has no reading.
var IndexRows = []string{"latin", "a", "ka", "sa", "ta", "na", "ha", "ma", "ya", "ra", "wa", "other"}

const firstOfRows = "アカサタナハマヤラワ"

// IndexRow is the span of sort keys of a row: from, and before to. An unknown row
// is empty.
func IndexRow(row string) (from, to []byte) {
	starts := []byte{0}
	for _, r := range firstOfRows {
		starts = append(starts, weightKana+byte(strings.IndexRune(fiftySounds, r)/utf8.RuneLen('ア'))) //nolint:gosec // below 48
	}
	starts = append(starts, weightOther, 0xFF)
	if i := slices.Index(IndexRows, row); i >= 0 {
		return starts[i : i+1], starts[i+1 : i+2]
	}
	return starts[:1], starts[:1]
}

type sortKey struct {
	primary, secondary, tertiary []byte
	previous                     rune // the base kana before
}

func (k *sortKey) add(r rune) {
	size := byte(3)
	if i := strings.IndexRune(smallKana, r); i >= 0 {
		r, size = []rune(largeKana)[i/utf8.RuneLen('ァ')], 2
	}
	if r == 'ー' && k.previous != 0 {
		r, size = vowelOf(k.previous), 1
	}
	base, voicing := voiced(r)
	if i := strings.IndexRune(fiftySounds, base); i >= 0 {
		k.primary = append(k.primary, weightKana+byte(i/utf8.RuneLen('ア'))) //nolint:gosec // below 48
		k.secondary = append(k.secondary, voicing)
		k.tertiary = append(k.tertiary, size)
		k.previous = base
		return
	}
	k.previous = 0
	k.addOther(r)
}

func (k *sortKey) addOther(r rune) {
	if r == ' ' {
		k.primary = append(k.primary, weightSpace)
		return
	}
	for _, d := range norm.NFD.String(string(r)) { // é is an e with a mark
		d = unicode.ToLower(d)
		switch {
		case '0' <= d && d <= '9':
			k.primary = append(k.primary, weightDigit+byte(d-'0'))
		case 'a' <= d && d <= 'z':
			k.primary = append(k.primary, weightLatin+byte(d-'a'))
		case unicode.Is(unicode.Mn, d), unicode.IsPunct(d), unicode.IsSymbol(d), unicode.IsSpace(d):
		default:
			k.primary = append(k.primary, weightOther, byte(d>>16), byte(d>>8), byte(d)) //nolint:gosec // its three bytes
		}
	}
}

func vowelOf(base rune) rune {
	for vowel, row := range vowelRows {
		if strings.ContainsRune(row, base) {
			return vowel
		}
	}
	return base // ン has no vowel
}

// voiced takes a kana apart: its base, and 1 for none, 2 for ゛, 3 for ゜.
func voiced(r rune) (base rune, voicing byte) {
	d := []rune(norm.NFD.String(string(r)))
	if len(d) == 2 {
		switch d[1] {
		case '\u3099':
			return d[0], 2
		case '\u309A':
			return d[0], 3
		}
	}
	return r, 1
}
