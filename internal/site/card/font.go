package card

import (
	_ "embed" // the font
	"image"
	"image/color"
	"image/draw"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed NotoSansJP-Bold.otf
var fontFile []byte

// letters is the font, read at its first use.
var letters = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(fontFile)
	if err != nil {
		panic("card: the font of the program: " + err.Error())
	}
	return f
})

// Clean is the text without what cannot be drawn: marks that only steer, emoji,
// scripts that the font does not have. False when letters were lost, so that the
// rest would say something else.
func Clean(text string) (clean string, whole bool) {
	var buf sfnt.Buffer
	whole = true
	var out strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		default:
			if i, err := letters().GlyphIndex(&buf, r); err == nil && i != 0 {
				out.WriteRune(r)
			} else if unicode.IsLetter(r) || unicode.IsNumber(r) {
				whole = false
			}
		}
	}
	return strings.Join(strings.Fields(out.String()), " "), whole
}

// face is the font at a size in pixels.
func face(size float64) (font.Face, error) {
	return opentype.NewFace(letters(), &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone}) //nolint:wrapcheck // the only caller says what it draws
}

// write puts a line of text down, its left end on the base line at x, y.
func write(dst draw.Image, f font.Face, c color.Color, x, y int, text string) {
	d := font.Drawer{Dst: dst, Src: image.NewUniform(c), Face: f, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

func width(f font.Face, text string) int { return font.MeasureString(f, text).Ceil() }

// lines breaks a text where it must: between words where there are any, else
// between letters. What is beyond the last line is told by an ellipsis.
func lines(f font.Face, text string, wide, most int) (out []string, all bool) {
	rest := []rune(text)
	for len(rest) > 0 {
		if len(out) == most {
			last := []rune(out[most-1])
			for len(last) > 0 && width(f, string(last)+"…") > wide {
				last = last[:len(last)-1]
			}
			out[most-1] = string(last) + "…"
			return out, false
		}
		n := fitting(f, rest, wide)
		out = append(out, strings.TrimSpace(string(rest[:n])))
		rest = []rune(strings.TrimLeft(string(rest[n:]), " "))
	}
	return out, true
}

// fitting is how many letters go into a line: at least one.
func fitting(f font.Face, text []rune, wide int) int {
	n := 1
	for n < len(text) && width(f, string(text[:n+1])) <= wide {
		n++
	}
	if n == len(text) || text[n] == ' ' {
		return n
	}
	for i := n; i > 1; i-- { // a word of Latin letters stays whole, if it can
		if text[i-1] == ' ' || unicode.Is(unicode.Han, text[i-1]) || unicode.Is(unicode.Katakana, text[i-1]) || unicode.Is(unicode.Hiragana, text[i-1]) {
			return i
		}
	}
	return n
}
