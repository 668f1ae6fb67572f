package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/text/unicode/norm"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// verdict tells what is wrong with an answer, or nothing.
func (w *world) verdict(r *fuzzRequest, a answer) string {
	for _, judge := range []func(*fuzzRequest, answer) string{w.status, w.shape, w.problem, w.secrets, w.allowed} {
		if fault := judge(r, a); fault != "" {
			return fault
		}
	}
	return ""
}

// status is one that the document names for the operation.
func (w *world) status(r *fuzzRequest, a answer) string {
	switch {
	case a.status >= 500:
		return "a server's error"
	case a.status >= 300 && a.status < 400:
		return "leads elsewhere"
	case r.op.answers(a.status) == nil:
		return "a status that the document does not name"
	case a.header.Get("X-Request-Id") == "":
		return "no id of the request"
	}
	return ""
}

// shape is the body: of the type and the schema that the document names.
func (w *world) shape(r *fuzzRequest, a answer) string {
	named := r.op.answers(a.status)
	if len(named.Content) == 0 {
		if len(a.raw) > 0 {
			return "a body where the document has none"
		}
		return ""
	}
	kind := a.header.Get("Content-Type")
	as := named.Content.Get(kind)
	if as == nil || strings.HasPrefix(kind, "application/problem+json") != (a.status >= 400) {
		return "a content type that the document does not name: " + kind
	}
	if strings.HasPrefix(kind, "text/csv") { // a table, which begins with a byte order mark
		return ""
	}
	if kind == "text/event-stream" { // of which only the beginning was read
		if string(a.raw) != "retry: 500\n" {
			return "a stream that does not say how soon to come again"
		}
		return ""
	}
	if strings.ContainsAny(string(a.raw), "\x00\x1b\u202e\u2066\u200b\ufeff") {
		return "shows what cannot be seen"
	}
	if fault := w.doc.violates(fmt.Sprint("answer ", r.op.OperationID, a.status), as.Schema.Value, a.raw, openapi3.VisitAsResponse()); fault != "" {
		return "not as the document says: " + fault
	}
	return ""
}

// problem is a refusal: complete, with a code that the document names for this
// operation, in the language that was asked for.
func (w *world) problem(r *fuzzRequest, a answer) string {
	if a.status < 400 {
		return ""
	}
	switch {
	case a.text("request_id") != a.header.Get("X-Request-Id"):
		return "another id of the request than in the header"
	case a.at("status") != float64(a.status), a.text("type") != "/docs/problems#"+a.code(), a.text("title") == "", a.text("detail") == "":
		return "an incomplete problem"
	case !slices.Contains(r.op.codes, a.code()) && r.flaw != "path":
		return "a code that the document does not name for this operation: " + a.code()
	case a.status == http.StatusUnauthorized && a.header.Get("WWW-Authenticate") == "" && strings.HasPrefix(a.code(), "auth.") && r.op.authz.Audience != "public":
		return "401 without WWW-Authenticate"
	case (a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable) && a.header.Get("Retry-After") == "":
		return "no Retry-After"
	}
	sent := r.String() + string(encoded(r.body))
	sent += norm.NFC.String(sent) // names are stored composed
	texts := []string{a.text("title"), a.text("detail")}
	list, _ := a.at("errors").([]any)
	for _, one := range list {
		texts = append(texts, answer{body: one}.text("message"))
	}
	for _, text := range texts {
		if !speaks(text, r.lang, sent) {
			return fmt.Sprintf("%q is not in the language asked for, %q", text, r.lang)
		}
	}
	return ""
}

func japanese(c rune) bool { return unicode.In(c, unicode.Hiragana, unicode.Katakana, unicode.Han) }

// japaneseExamples are the Japanese words that our English texts themselves have.
var japaneseExamples = sync.OnceValue(func() string {
	var b strings.Builder
	for _, key := range locale.Keys(locale.EN) {
		b.WriteString(locale.T(locale.EN, key, nil) + "\n")
	}
	return b.String()
})

// speaks tells Japanese from English text. English may name what was sent.
func speaks(text, lang, sent string) bool {
	if lang == "ja" {
		return strings.ContainsFunc(text, japanese)
	}
	if lang == "en" {
		for _, run := range strings.FieldsFunc(text, func(c rune) bool { return !japanese(c) }) {
			if !strings.Contains(sent, run) && !strings.Contains(japaneseExamples(), run) {
				return false
			}
		}
	}
	return text != ""
}

// secrets that were sent come back to nobody.
func (w *world) secrets(r *fuzzRequest, a answer) string {
	secrets := map[string]bool{strings.TrimPrefix(r.by.bearer, "Bearer "): true}
	var walk func(name string, v any)
	walk = func(name string, v any) {
		switch x := v.(type) {
		case map[string]any:
			for n, one := range x {
				walk(n, one)
			}
		case string:
			if strings.Contains(name, "password") || strings.Contains(name, "token") && a.status >= 400 {
				secrets[x] = true
			}
		}
	}
	walk("", r.body)
	for name, v := range r.given {
		if strings.HasSuffix(name, "_token") && a.status >= 400 {
			secrets[v] = true
		}
	}
	for secret := range secrets {
		if len(secret) >= 12 && bytes.Contains(a.raw, []byte(secret)) {
			return fmt.Sprintf("shows the secret %.40q", secret)
		}
	}
	return ""
}

// allowed is what succeeded: asked by somebody who may, and of the document's shape.
func (w *world) allowed(r *fuzzRequest, a answer) string {
	if a.status >= 300 {
		return ""
	}
	z := r.op.authz
	switch by := r.by.role; {
	case r.never:
		return "let through"
	case z.Audience != "public" && r.flaw == "token":
		return "let through without a token of ours"
	case z.Audience != "public" && by == "guest":
		return "let a guest through"
	case z.Audience == "platform" && by != "operator":
		return "let somebody through who is no operator"
	case z.Audience == "business" && r.given["business_id"] == w.mine.id && slices.Contains([]string{"manager", "staff", "assistant"}, by) && !slices.Contains(z.Roles, by) && !w.moved:
		return "let somebody of too low a role through"
	}
	if r.op.body != nil {
		refused := func(raw []byte) string {
			return w.doc.violates("request "+r.op.OperationID, r.op.body, raw, openapi3.VisitAsRequest())
		}
		raw := encoded(r.body) // nulls have a meaning, or are as if they were not there
		if fault := refused(raw); fault != "" && refused(withoutNulls(raw)) != "" {
			return "took a body that the document refuses: " + fault
		}
	}
	return ""
}

// after are requests that follow from an answer: what was created is there, what
// was deleted is not, what is asked again is answered the same.
func (w *world) after(d dice, r *fuzzRequest, a answer) string {
	switch {
	case a.status == http.StatusCreated && a.header.Get("Location") != "":
		return w.visit(r, a.header.Get("Location"), func(b answer) bool { return b.status == http.StatusOK })
	case r.op.method == http.MethodDelete && a.status < 300 && strings.HasSuffix(r.op.path, "}"): // what others refer to is kept, out of use
		path, _, _ := strings.Cut(r.target, "?")
		if a.at("dry_run") == any(true) {
			return w.visit(r, path, func(b answer) bool { return b.status == http.StatusOK })
		}
		return w.visit(r, path, gone)
	case r.op.idempotent && r.key != "" && a.status < 300 && a.at("dry_run") != any(true) && d.chance(40): // a dry run spends no key
		return w.again(r, a)
	case a.status == http.StatusNotFound && r.flaw == "" && a.code() == "not_found" && a.at("errors") == nil && d.chance(30):
		return w.twin(r, a)
	}
	return ""
}

// gone is what was deleted: not there, or kept and marked.
func gone(b answer) bool {
	return b.status == http.StatusNotFound || b.at("active") == any(false) || b.at("revoked_at") != nil || b.at("erased_at") != nil || b.text("status") == "revoked"
}

func (w *world) visit(r *fuzzRequest, to string, expected func(answer) bool) string {
	op, given := w.doc.match(http.MethodGet, to)
	if op == nil || slices.Contains(op.authz.Own, r.by.role) { // what one makes need not be one's own
		return ""
	}
	get := &fuzzRequest{op: op, by: r.by, server: r.server, target: to, given: given, lang: "ja"}
	if r.by.bearer != "" {
		get.words = []string{r.by.bearer}
	}
	if b := w.ask1(get); !expected(b) && b.status != http.StatusForbidden {
		return fmt.Sprintf("then %s answers %d %s", to, b.status, b.raw)
	}
	return ""
}

// again is the same request with the same key: the same answer.
func (w *world) again(r *fuzzRequest, a answer) string {
	b := w.ask1(r)
	if b.status != a.status || !bytes.Equal(a.raw, b.raw) || b.header.Get("Idempotent-Replayed") != "true" {
		return fmt.Sprintf("asked again with its key it answers %d %s, replayed %q", b.status, b.raw, b.header.Get("Idempotent-Replayed"))
	}
	return ""
}

// twin asks for what is surely absent: whatever it was, the answer is the same.
func (w *world) twin(r *fuzzRequest, a answer) string {
	var name, part string
	for _, p := range r.op.parts {
		if n, ok := parameterName(p); ok && !slices.Contains([]string{"date", "position", "kind"}, n) { // which name no record
			name, part = n, p
		}
	}
	if name == "" {
		return ""
	}
	absent := map[bool]string{true: "01936b2f-7c1e-7000-8000-ffffffffffff", false: strings.Repeat("A", 43)}[strings.HasSuffix(name, "_id")]
	if name == "slug" {
		absent = "nowhere-at-all"
	}
	if _, err := strconv.Atoi(r.given[name]); err == nil { // jobs have numbers
		absent = "999999999"
	}
	twin := *r
	twin.target = r.op.path
	twin.given = maps.Clone(r.given)
	twin.given[name] = absent
	for _, p := range r.op.parts {
		if n, ok := parameterName(p); ok {
			twin.target = strings.Replace(twin.target, p, escaped(twin.given[n]), 1)
		}
	}
	if _, query, ok := strings.Cut(r.target, "?"); ok {
		twin.target += "?" + query
	}
	b := w.ask1(&twin)
	x, _ := a.body.(map[string]any)
	y, _ := b.body.(map[string]any)
	delete(x, "request_id")
	delete(y, "request_id")
	if a.status != b.status || !reflect.DeepEqual(x, y) || !slices.Equal(slices.Sorted(maps.Keys(a.header)), slices.Sorted(maps.Keys(b.header))) {
		return fmt.Sprintf("another answer than for what is absent (%s): %d %s", part, b.status, b.raw)
	}
	return ""
}

// withoutNulls leaves out the properties that are null.
func withoutNulls(raw []byte) []byte {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return raw
	}
	var strip func(any)
	strip = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			maps.DeleteFunc(x, func(_ string, one any) bool { return one == nil })
			for _, one := range x {
				strip(one)
			}
		case []any:
			for _, one := range x {
				strip(one)
			}
		}
	}
	strip(v)
	return encoded(v)
}
