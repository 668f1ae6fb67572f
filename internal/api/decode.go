package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// maxDepth is how deep a body may nest; ours need five.
const maxDepth = 32

// jsonFormat reads and writes bodies. Reading is stricter than encoding/json: a
// name given twice, a control character and a number beyond float64 are told
// with their place. Writing is complete before the first byte goes out.
var jsonFormat = huma.Format{Marshal: encodeJSON, Unmarshal: decodeJSON}

// errEncode is panicked with when an answer cannot be encoded; the recovery
// answers 500 as for any other bug.
type errEncode struct{ error }

// selfEncoded is an answer that brings its own JSON.
type selfEncoded interface{ rawJSON() []byte }

func encodeJSON(w io.Writer, v any) error {
	if s, ok := v.(selfEncoded); ok {
		_, err := w.Write(s.rawJSON())
		return err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(errEncode{fmt.Errorf("encode %T: %w", v, err)})
	}
	_, err := w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return err
}

// decodeJSON is called twice by the framework: into *any to validate, then into
// the input's own type. Its errors are messages as told in validation.go.
func decodeJSON(data []byte, v any) error {
	if tree, ok := v.(*any); ok {
		return decodeTree(data, tree)
	}
	err := json.Unmarshal(data, v)
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mismatch):
		return messageAt("out_of_range", "body."+mismatch.Field)
	}
	return messageAt("format", "body")
}

func decodeTree(data []byte, tree *any) error {
	if !json.Valid(data) || !utf8.Valid(data) {
		return messageAt(codeMalformed, "body")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	t := treeReader{d}
	v, err := t.value("body", 0)
	if err != nil {
		return err
	}
	*tree = v
	return nil
}

// treeReader reads valid JSON into maps, slices, strings, float64 and bool.
type treeReader struct{ d *json.Decoder }

func (t treeReader) value(at string, depth int) (any, error) {
	if depth > maxDepth {
		return nil, messageAt("too_deep", at)
	}
	token, err := t.d.Token()
	if err != nil {
		return nil, messageAt(codeMalformed, "body")
	}
	switch x := token.(type) {
	case json.Delim:
		if x == '{' {
			return t.object(at, depth)
		}
		return t.array(at, depth)
	case json.Number:
		n, err := strconv.ParseFloat(x.String(), 64)
		if err != nil {
			return nil, messageAt("out_of_range", at)
		}
		return n, nil
	case string:
		if !isText(x) {
			return nil, messageAt("invalid_text", at)
		}
		if isUnwritable(x) {
			return nil, messageAt("format_date_time", at)
		}
		return x, nil
	}
	return token, nil
}

func (t treeReader) object(at string, depth int) (any, error) {
	out := map[string]any{}
	for t.d.More() {
		token, err := t.d.Token()
		if err != nil {
			return nil, messageAt(codeMalformed, "body")
		}
		name, _ := token.(string) // names are strings in valid JSON
		if !isName(name) {
			return nil, messageAt("unknown_property", at+"["+quoted(name)+"]")
		}
		here := at + "." + name
		if _, twice := out[name]; twice {
			return nil, messageAt(codeDuplicateName, here)
		}
		v, err := t.value(here, depth+1)
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	_, err := t.d.Token() // the closing brace
	return out, err
}

func (t treeReader) array(at string, depth int) (any, error) {
	out := []any{}
	for t.d.More() {
		v, err := t.value(at+"["+strconv.Itoa(len(out))+"]", depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := t.d.Token() // the closing bracket
	return out, err
}

// isUnwritable tells an instant at an offset of a whole day: the standard library
// reads it, but would not write it into an answer.
func isUnwritable(s string) bool {
	if len(s) < len("2026-12-01T10:00:00Z") || s[10] != 'T' {
		return false
	}
	at, err := time.Parse(time.RFC3339, s)
	if err == nil {
		_, err = at.MarshalText()
		return err != nil
	}
	return false
}

// isName tells names that our schemas could have from those made to confuse.
func isName(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// quoted shows a hostile name harmlessly and in short.
func quoted(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return strconv.QuoteToASCII(strings.ToValidUTF8(s, "\uFFFD"))
}

// isText tells text that can be stored and shown: UTF-8 without control
// characters other than tab and line breaks.
func isText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, c := range s {
		if unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}
