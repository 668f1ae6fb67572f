package sim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// document is what the program says of itself: which operations there are and
// what they may refuse.
type document map[string]operation

type operation struct {
	method, path string
	statuses     []string
	codes        []string
}

func readDocument(t *testing.T, h http.Handler) *document {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/openapi.json", nil))
	var raw struct {
		Paths map[string]map[string]struct {
			OperationID string                     `json:"operationId"`
			Codes       []string                   `json:"x-codes"`
			Responses   map[string]json.RawMessage `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &raw); err != nil {
		t.Fatalf("the document: %v", err)
	}
	d := document{}
	for path, methods := range raw.Paths {
		for method, o := range methods {
			op := operation{method: strings.ToUpper(method), path: path, codes: o.Codes}
			for status := range o.Responses {
				op.statuses = append(op.statuses, status)
			}
			d[o.OperationID] = op
		}
	}
	return &d
}

// call is one request, named by the operation's id in the document.
type call struct {
	op     string
	in     []string // what stands in the path's braces, in order
	query  string
	body   any
	bearer string
	key    bool  // with an Idempotency-Key; then the answer may be lost and asked for again
	match  int64 // If-Match; 0: none
	still  bool  // in the same instant as the call before
}

type answer struct {
	status int
	header http.Header
	raw    []byte
	body   any
}

// ask makes a call as people do who do not give up: what was lost or refused for
// the moment is asked for again with the same key.
func (w *world) ask(c call) answer {
	w.t.Helper()
	op, known := (*w.doc)[c.op]
	if !known {
		w.fail("no operation %q", c.op)
	}
	key := ""
	if c.key {
		w.keys++
		key = fmt.Sprintf("key-%d", w.keys)
	}
	disarm := func() {}
	if op.method != http.MethodGet {
		disarm = w.armSometimes(4)
	}
	a := w.send(op, c, key)
	if a.status == http.StatusServiceUnavailable && a.code() == "unavailable" {
		w.tally["503, asked again"]++
		w.reach(w.clock.Now().Add(2 * time.Second))
		a = w.send(op, c, key)
	}
	disarm()
	w.judge(c, op, a)
	if c.key && w.trouble(4) {
		w.repeat(op, c, key, a)
	}
	return a
}

// repeat asks again for an answer that was lost on the way.
func (w *world) repeat(op operation, c call, key string, first answer) {
	w.t.Helper()
	w.tally["answers lost"]++
	again := w.send(op, c, key)
	if first.status < 300 && (again.status != first.status || again.header.Get("Idempotent-Replayed") != "true" || !bytes.Equal(again.raw, first.raw)) {
		w.fail("%s was answered %d %s, and again %d %s", c.op, first.status, first.raw, again.status, again.raw)
	}
	w.judge(c, op, again)
}

// send makes the request once, in one process or another.
func (w *world) send(op operation, c call, key string) answer {
	w.t.Helper()
	if !c.still {
		w.clock.Advance(time.Duration(500+w.rng.IntN(3000)) * time.Millisecond)
	}
	w.calls++
	if op.method != http.MethodGet {
		w.wrote = w.clock.Now()
	}
	r := w.request(op, c)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	rec := httptest.NewRecorder()
	node := 0
	if w.chance(25) {
		node = 1
	}
	w.nodes[node].Handler.ServeHTTP(rec, r)
	a := answer{status: rec.Code, header: rec.Header(), raw: rec.Body.Bytes()}
	_ = json.Unmarshal(a.raw, &a.body)
	var line strings.Builder
	fmt.Fprintf(&line, "%s %s %d ", stamp(w.clock.Now()), c.op, a.status)
	w.journal.same(&line, a.body)
	w.journal.add(line.String())
	return a
}

func (w *world) request(op operation, c call) *http.Request {
	w.t.Helper()
	path := op.path
	for _, x := range c.in {
		from, to := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		path = path[:from] + x + path[to+1:]
	}
	if c.query != "" {
		path += "?" + c.query
	}
	var body []byte
	if c.body != nil {
		var err error
		if body, err = json.Marshal(c.body); err != nil {
			w.fail("%s: %v", c.op, err)
		}
	}
	r := httptest.NewRequestWithContext(w.t.Context(), op.method, path, bytes.NewReader(body))
	if c.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	if c.match > 0 {
		r.Header.Set("If-Match", `"`+strconv.FormatInt(c.match, 10)+`"`)
	}
	return r
}

// judge fails for what no answer may be: a server's error, or a refusal that the
// document does not name for the operation.
func (w *world) judge(c call, op operation, a answer) {
	w.t.Helper()
	w.tally[c.op+" "+strconv.Itoa(a.status)]++
	switch {
	case a.status >= 500:
		w.fail("%s: %d %s", c.op, a.status, a.raw)
	case a.status < 400 && !slices.Contains(op.statuses, strconv.Itoa(a.status)):
		w.fail("%s: the document does not name status %d", c.op, a.status)
	case a.status >= 400 && !slices.Contains(op.codes, a.code()):
		w.fail("%s: the document does not name %d %q: %s", c.op, a.status, a.code(), a.raw)
	case a.status >= 400:
		w.tally["refused "+a.reasons()]++
	}
}

// must is ask with the only answer that is right.
func (w *world) must(c call) answer {
	w.t.Helper()
	a := w.ask(c)
	if a.status >= 300 {
		w.fail("%s %v: %d %s", c.op, c.body, a.status, a.raw)
	}
	return a
}

func (a answer) ok() bool { return a.status < 300 }

// at walks the body: "booking.items.0.staff.id"; nil where there is nothing.
func (a answer) at(path string) any { return at(a.body, path) }

func at(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string { return text(a.body, path) }

func text(v any, path string) string {
	s, _ := at(v, path).(string)
	return s
}

func (a answer) yes(path string) bool {
	b, _ := a.at(path).(bool)
	return b
}

func (a answer) number(path string) int64 { return number(a.body, path) }

func number(v any, path string) int64 {
	n, _ := at(v, path).(float64)
	return int64(n)
}

func (a answer) list(path string) []any {
	l, _ := a.at(path).([]any)
	return l
}

func (a answer) code() string { return a.text("code") }

// reasons are the code, and of invalid input that of the first field.
func (a answer) reasons() string {
	if field := a.text("errors.0.code"); field != "" {
		return a.code() + " " + a.text("errors.0.location") + " " + field
	}
	return a.code()
}

// version is that of the ETag.
func (a answer) version() int64 {
	n, _ := strconv.ParseInt(strings.Trim(a.header.Get("ETag"), `"`), 10, 64)
	return n
}
