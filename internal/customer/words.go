package customer

import (
	"slices"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

// Marks before words that are found as a whole. A number in E.164 brings its own.
const (
	markAddress = "@"
	markLast4   = "#"
	markName    = "="
)

// Bounds of a search.
const (
	maxWords = 5  // of a query
	mostOf   = 24 // words of one name
)

func (g Guest) fullName() string { return strings.TrimSpace(g.FamilyName + " " + g.GivenName) }
func (g Guest) fullKana() string { return strings.TrimSpace(g.FamilyNameKana + " " + g.GivenNameKana) }

// nameWords are the words by which a name finds its bearer: each of its words,
// and all of them in one, as people write it without a blank.
func nameWords(family, given string) []string {
	words := jp.Words(family+" "+given, mostOf)
	if family == "" || given == "" {
		return words
	}
	whole := strings.Join(words, "")
	return append(words, whole, markName+whole)
}

// surely are the words that belong to whoever has the guest's identity.
func (g Guest) surely() []string {
	words := nameWords(g.FamilyName, g.GivenName)
	if g.Phone != "" {
		words = append(words, g.Phone, markLast4+jp.Last4(g.Phone))
	}
	return words
}

func (g Guest) kanaWords() []string { return nameWords(g.FamilyNameKana, g.GivenNameKana) }

func (g Guest) addressWords() []string {
	if g.Email == "" {
		return []string{}
	}
	return []string{markAddress + jp.Fold(g.Email)}
}

// words are all by which the guest is found, each once.
func (g Guest) words() []string {
	all := slices.Concat(g.surely(), g.kanaWords(), g.addressWords())
	slices.Sort(all)
	return slices.Compact(all)
}

// span is what a word of a query matches: from, up to but without to, in the
// order of bytes.
type span struct{ from, to string }

// exactly matches one word and no longer one: no word has control characters.
func exactly(word string) span { return span{word, word + "\x01"} }

// beginning matches what begins with the word: nothing in use follows the last code point.
func beginning(word string) span { return span{word, word + "\U0010FFFF"} }

// spans reads a query as people type it: the last four digits of a number, a
// number, an address, or the beginnings of names; none for nothing. The longest
// word comes first: it leaves the fewest.
func spans(q string) []span {
	folded := jp.Fold(q)
	if len(folded) == 4 && strings.Trim(folded, "0123456789") == "" {
		return []span{exactly(markLast4 + folded)}
	}
	if e164, err := jp.ParsePhone(q); err == nil {
		return []span{exactly(e164)}
	}
	if strings.LastIndexByte(folded, '@') > 0 {
		return []span{exactly(markAddress + folded)}
	}
	words := jp.Words(q, maxWords)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	out := make([]span, len(words))
	for i, w := range words {
		out[i] = beginning(w)
	}
	return out
}
