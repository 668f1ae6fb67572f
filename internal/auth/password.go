package auth

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// The length of a password in characters, after NIST SP 800-63B-4: 15 while it
// is the only factor, and 8 beside a second one. Any character is allowed and
// none is demanded.
const (
	MinPassword       = 15
	MinPasswordBeside = 8
	MaxPassword       = 128
)

// minPassword is how long a password must be of somebody who has a second factor, or not.
func minPassword(enrolled bool) int {
	if enrolled {
		return MinPasswordBeside
	}
	return MinPassword
}

// What is left of a password when everything that is easy to guess is taken
// away must have this many characters, and the whole this many different ones.
const (
	minUnguessable = 8
	minDifferent   = 5
)

//go:embed blocklist.txt
var blocklistFile string

var blocklist = sync.OnceValue(func() [][]rune { return words(strings.Fields(blocklistFile), 1) })

// rows are what fingers run along.
var rows = sync.OnceValue(func() [][]rune {
	var out [][]rune
	for _, s := range []string{
		"0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb",
		"あいうえおかきくけこさしすせそたちつてとなにぬねの",
	} {
		row := []rune(s)
		back := make([]rune, len(row))
		for i, r := range row {
			back[len(row)-1-i] = r
		}
		out = append(out, row, back)
	}
	return out
})

// normalPassword is what is hashed: NFKC, as SP 800-63B-4 (3.1.1.2) advises, so
// that it is the same on every keyboard; full-width letters count as plain ones.
func normalPassword(s string) string { return norm.NFKC.String(s) }

// readPassword checks the password of a new account. Personal is what others
// know of the person: e-mail address and names.
func readPassword(v *fault.Fields, at, s string, personal ...string) string {
	return readNewPassword(v, at, s, MinPassword, personal...)
}

// checkPresent checks what shall be the present password, before it is compared.
func checkPresent(v *fault.Fields, at, s string) {
	if v.Check(s != "", at, "required") {
		v.Check(utf8.RuneCountInString(normalPassword(s)) <= MaxPassword, at, "too_long", fault.Args{"max": MaxPassword})
	}
}

// readNewPassword is readPassword where a second factor may allow a shorter one.
func readNewPassword(v *fault.Fields, at, s string, least int, personal ...string) string {
	if !v.Check(s != "", at, "required") {
		return ""
	}
	s = normalPassword(s)
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		v.Add(at, "too_short", fault.Args{"min": least})
	case n > MaxPassword:
		v.Add(at, "too_long", fault.Args{"max": MaxPassword})
	case guessable(s, personal):
		v.Add(at, codeGuessable)
	}
	return s
}

// guessable tells whether hardly anything is left of the password without
// repetition, common words, runs along a row of keys and the person's own words.
func guessable(s string, personal []string) bool {
	rest := onePeriod(fold(s))
	different := map[rune]bool{}
	for _, r := range rest {
		different[r] = true
	}
	if len(different) < minDifferent {
		return true
	}
	own := words(personalWords(personal), 2)
	left := 0
	for i := 0; i < len(rest); {
		n := max(longestWord(rest[i:], blocklist()), longestWord(rest[i:], own), longestRun(rest[i:]))
		if n == 0 {
			left++
			n = 1
		}
		i += n
	}
	return left < minUnguessable
}

// fold drops what changes hardly anything about how easy a password is to guess:
// case, and what people put between words.
func fold(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("-_.", r) {
			return -1
		}
		return r
	}, strings.ToLower(normalPassword(s))))
}

// onePeriod is the part that the whole repeats, or the whole.
func onePeriod(s []rune) []rune {
	for p := 1; p <= len(s)/2; p++ {
		repeats := true
		for i := p; i < len(s) && repeats; i++ {
			repeats = s[i] == s[i-p]
		}
		if repeats {
			return s[:p]
		}
	}
	return s
}

// personalWords splits addresses and names at everything but letters and digits.
func personalWords(personal []string) []string {
	var out []string
	for _, s := range personal {
		out = append(out, strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
	}
	return out
}

// words folds a list, without those that have too few characters to mean
// anything: least for scripts whose characters are words, least+1 for Latin.
func words(list []string, least int) [][]rune {
	var out [][]rune
	for _, s := range list {
		w := fold(s)
		if n := len(w); n > least || n == least && w[0] > unicode.MaxLatin1 {
			out = append(out, w)
		}
	}
	return out
}

func longestWord(s []rune, list [][]rune) int {
	longest := 0
	for _, w := range list {
		if len(w) > longest && common(s, w) == len(w) {
			longest = len(w)
		}
	}
	return longest
}

// longestRun is how many characters run along a row of keys (from four) or are
// the same (from three).
func longestRun(s []rune) int {
	longest := 1
	for longest < len(s) && s[longest] == s[0] {
		longest++
	}
	if longest < 3 {
		longest = 0
	}
	for _, row := range rows() {
		for i, r := range row {
			if r != s[0] {
				continue
			}
			if n := common(s, row[i:]); n >= 4 && n > longest {
				longest = n
			}
		}
	}
	return longest
}

// common is the length of the common beginning.
func common(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
