package transfer

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of a file.
const (
	MaxLines   = 100_000
	maxRecord  = 64 << 10 // bytes of one line, with the line breaks inside its quotes
	maxColumns = 200
)

// row is one line of a file. Lines are counted as spreadsheets count them: a line
// break inside quotes begins no new one, an empty line is one.
type row struct {
	Line  int      // from 1, which is the header
	Cells []string // as written, without the quotes around them
	Code  string   // of what makes it unreadable; empty for none
}

// empty tells a line in which nothing is written.
func (r *row) empty() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return r.Code == ""
}

// What makes a line unreadable.
const (
	codeQuote   = "import.quote"    // a quote that is not closed, or text behind a closed one
	codeLong    = "import.long"     // longer than a line may be
	codeColumns = "import.columns"  // more columns than a line may have
	codeNoText  = "import.not_text" // bytes that are no text in the file's charset
)

// lines reads a file of UTF-8 line by line. It goes on behind a line that cannot
// be read, at the next line break.
type lines struct {
	in    *bufio.Reader
	comma byte
	line  int
}

func newLines(in io.Reader, comma byte) *lines {
	return &lines{in: bufio.NewReaderSize(in, maxRecord), comma: comma}
}

// next is the next line; io.EOF behind the last one, and what the source answers.
func (l *lines) next() (row, error) {
	buf, err := l.in.Peek(maxRecord)
	if len(buf) == 0 {
		if err == nil || errors.Is(err, bufio.ErrBufferFull) {
			err = io.EOF
		}
		return row{}, err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return row{}, err
	}
	l.line++
	cells, n, code := cut(buf, l.comma, err != nil)
	out := row{Line: l.line, Cells: cells, Code: code}
	if code == codeLong { // what is left of it belongs to it, too
		return out, l.skipLine()
	}
	_, err = l.in.Discard(n)
	return out, err
}

// skipLine passes over everything up to the next line break.
func (l *lines) skipLine() error {
	for {
		_, err := l.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
}

// cut takes the first line off buf: its cells, how many bytes it is, and what
// makes it unreadable, if so. whole tells that nothing follows buf.
func cut(buf []byte, comma byte, whole bool) (cells []string, n int, code string) {
	for {
		var cell []byte
		var ended, ok bool
		cell, n, ended, ok = field(buf, n, comma, whole)
		if !ok {
			return unreadable(buf, whole)
		}
		cells = append(cells, string(cell))
		switch {
		case len(cells) > maxColumns:
			_, n, _ = unreadable(buf, whole)
			return nil, n, codeColumns
		case ended:
			return cells, n, textual(cells)
		}
	}
}

// textual tells cells that are no text.
func textual(cells []string) string {
	for _, c := range cells {
		if !utf8.ValidString(c) || strings.ContainsRune(c, utf8.RuneError) || strings.IndexByte(c, 0) >= 0 {
			return codeNoText
		}
	}
	return ""
}

// unreadable passes over the line up to its first line break.
func unreadable(buf []byte, whole bool) (cells []string, n int, code string) {
	end := bytes.IndexByte(buf, '\n')
	switch {
	case end >= 0:
		return nil, end + 1, codeQuote
	case whole:
		return nil, len(buf), codeQuote
	}
	return nil, 0, codeLong
}

// field takes one cell off buf from at on: next is where the one behind it
// begins, ended tells that it is the last of its line, and ok that it is one.
func field(buf []byte, at int, comma byte, whole bool) (cell []byte, next int, ended, ok bool) {
	if at < len(buf) && buf[at] == '"' {
		if cell, at, ok = quotedField(buf, at+1); !ok {
			return nil, 0, false, false
		}
		return endField(buf, at, cell, comma, whole)
	}
	from := at
	for at < len(buf) && buf[at] != comma && buf[at] != '\n' && buf[at] != '\r' {
		at++
	}
	return endField(buf, at, buf[from:at], comma, whole)
}

// quotedField reads up to the closing quote; two quotes in a row stand for one.
func quotedField(buf []byte, at int) (cell []byte, next int, ok bool) {
	for at < len(buf) {
		if buf[at] != '"' {
			cell = append(cell, buf[at])
			at++
			continue
		}
		if at+1 < len(buf) && buf[at+1] == '"' {
			cell = append(cell, '"')
			at += 2
			continue
		}
		return cell, at + 1, true
	}
	return nil, 0, false
}

// endField takes what ends a cell: a comma, a line break of any kind, or the end of the file.
func endField(buf []byte, at int, cell []byte, comma byte, whole bool) (_ []byte, next int, ended, ok bool) {
	switch {
	case at >= len(buf):
		return cell, at, true, whole
	case buf[at] == comma:
		return cell, at + 1, false, true
	case buf[at] == '\n':
		return cell, at + 1, true, true
	case buf[at] == '\r' && at+1 < len(buf) && buf[at+1] == '\n':
		return cell, at + 2, true, true
	case buf[at] == '\r': // of an old Mac, or at the very end
		return cell, at + 1, true, true
	}
	return nil, 0, false, false // text behind a closing quote
}

// separators are what may stand between cells, the commonest first.
const separators = ",\t;"

// separator is what stands between the cells of a header, outside its quotes.
func separator(header []byte) byte {
	var seen [len(separators)]int
	quoted := false
	for _, c := range header {
		if c == '"' {
			quoted = !quoted
		}
		if (c == '\n' || c == '\r') && !quoted {
			break
		}
		if i := strings.IndexByte(separators, c); i >= 0 && !quoted {
			seen[i]++
		}
	}
	best := 0
	for i, n := range seen {
		if n > seen[best] {
			best = i
		}
	}
	return separators[best]
}
