package jp

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CleanName makes a text of one line safe to show anywhere: NFC, without control
// characters, direction marks and other invisible ones, spaces of all kinds
// made single blanks, and none at the ends.
func CleanName(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(strings.Map(visible, strings.ToValidUTF8(s, "")))), " ")
}

// CleanText is CleanName for texts of several lines: line ends are kept as \n,
// more than one empty line becomes one.
func CleanText(s string) string {
	if s == "" {
		return ""
	}
	s = lineEnds.Replace(s)
	lines := strings.Split(s, "\n")
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		l = CleanName(l)
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// visible drops what nobody sees and makes every white space a blank.
func visible(r rune) rune {
	switch {
	case '!' <= r && r <= '~', '\u3041' <= r && r <= '\u30FF', '\u4E00' <= r && r <= '\u9FFF': // most of what is written
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf): // control, direction, zero width
		return -1
	case r == '\u115F', r == '\u1160', r == '\u3164', r == '\uFFA0', r == '\u034F': // fillers, joiner
		return -1
	}
	return r
}
