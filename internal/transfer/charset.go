package transfer

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// Charset is how a file writes its text.
type Charset string

// The charsets. ShiftJIS is the one of Windows, with its further signs (髙, ①).
const (
	UTF8     Charset = "utf-8"
	ShiftJIS Charset = "shift_jis"
)

const bom = "\ufeff"

// detect finds out the charset of a whole file: what is UTF-8 all through is
// UTF-8, anything else Shift_JIS.
func detect(in io.Reader) (Charset, error) {
	var tail []byte // of a sign that the last block cut
	block := make([]byte, 32<<10)
	for {
		n, err := in.Read(block[:])
		data := append(tail, block[:n]...) //nolint:gocritic // tail is not used any more
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return "", err
		}
		cut := len(data)
		if !end {
			cut = lastWhole(data)
		}
		if !utf8.Valid(data[:cut]) {
			return ShiftJIS, nil
		}
		if end {
			return UTF8, nil
		}
		tail = bytes.Clone(data[cut:])
	}
}

// lastWhole is where the last sign that may go on in the next block begins.
func lastWhole(data []byte) int {
	for i := len(data) - 1; i >= 0 && i >= len(data)-utf8.UTFMax; i-- {
		if utf8.RuneStart(data[i]) {
			if utf8.FullRune(data[i:]) {
				return len(data)
			}
			return i
		}
	}
	return len(data)
}

// decoded reads a file of the charset as UTF-8 without a byte order mark. What
// Shift_JIS has for the wave dash is made the wave dash, as other programs write it.
func decoded(in io.Reader, c Charset) io.Reader {
	if c == ShiftJIS {
		return &waves{in: transform.NewReader(in, japanese.ShiftJIS.NewDecoder())}
	}
	return withoutBOM(in)
}

// waves makes the full-width tilde the wave dash; both are three bytes.
type waves struct {
	in   io.Reader
	tail []byte // that may be the beginning of one
	err  error
}

const (
	fullTilde = "\uff5e"
	waveDash  = "\u301c"
)

// Read is part of io.Reader.
func (w *waves) Read(p []byte) (int, error) {
	if len(p) < utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	for {
		n := copy(p, w.tail)
		w.tail = w.tail[:0]
		if w.err == nil {
			var m int
			m, w.err = w.in.Read(p[n:])
			n += m
		}
		cut := n
		if w.err == nil {
			cut = lastWhole(p[:n])
			w.tail = append(w.tail, p[cut:n]...)
		}
		for i := 0; i+len(fullTilde) <= cut; i++ {
			if string(p[i:i+len(fullTilde)]) == fullTilde {
				copy(p[i:], waveDash)
			}
		}
		if cut > 0 || w.err != nil {
			return cut, w.err
		}
	}
}

// withoutBOM passes over a byte order mark.
func withoutBOM(in io.Reader) io.Reader {
	head := make([]byte, len(bom))
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return &failing{err}
	}
	rest := strings.TrimPrefix(string(head[:n]), bom)
	return io.MultiReader(strings.NewReader(rest), in)
}

type failing struct{ err error }

// Read is part of io.Reader.
func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// alike are signs that Shift_JIS has in another form only.
var alike = strings.NewReplacer(
	waveDash, fullTilde, "\u2212", "\uff0d", "\u2016", "\u2225", "\u2014", "\u2015",
	"\u00a2", "\uffe0", "\u00a3", "\uffe1", "\u00ac", "\uffe2", "\u00a5", "\uffe5", "\u203e", "\uffe3",
)

// Encoder writes text in a charset. What a charset has no sign for becomes 〓, the
// mark that printers put in such a place.
type Encoder struct {
	charset  Charset
	Replaced int // how many signs there was none for
}

// geta stands where a sign is missing.
const geta = '〓'

// Encode is the text in the charset.
func (e *Encoder) Encode(s string) []byte {
	if e.charset != ShiftJIS {
		return []byte(s)
	}
	s = alike.Replace(s)
	enc := japanese.ShiftJIS.NewEncoder()
	if out, err := enc.String(s); err == nil {
		return []byte(out)
	}
	var b bytes.Buffer
	for _, r := range s {
		out, err := enc.String(string(r))
		if err != nil {
			e.Replaced++
			out, _ = enc.String(string(geta))
		}
		b.WriteString(out)
	}
	return b.Bytes()
}
