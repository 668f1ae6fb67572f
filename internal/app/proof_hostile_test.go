package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// seedEnv repeats a run of the hostile proof with the seed that it printed.
const seedEnv = "OMOTENASHI_TEST_SEED"

// shot is one hostile request.
type shot struct {
	what         string // for the reader of a failure
	method, path string
	body         any
	words        []string
	at           string // of what is hostile: body, query, path, header; empty: anything
}

// Hostile input on every operation of the document: refused with a problem that
// says what is wrong, in the caller's language, and without a trace; never a 5xx.
func TestProof_Hostile_EveryOperation_AnswersWithAProblem(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("hostile-salon", 2)
	scratch := s.found("scratch-salon", x.owner, 1).approved(x.operator)
	d, operations := s.readDocument()
	h := &gun{
		stage: s, d: d, f: x.facts(), rand: rand.New(rand.NewPCG(seedOf(t), 0)),
		owner: x.owner, operator: x.operator, person: s.join("visitor"), scratch: scratch.id, took: map[int]int{},
	}
	s.settled()
	s.stopWorkers()
	operations = sampled(t, operations)
	for _, e := range operations {
		h.fire(e)
	}
	t.Logf("%d operations, %d hostile requests, by status: %v", len(operations), h.shots, h.took)
	link, _ := h.f["manage_token"].(string)
	held, _ := h.f["hold_token"].(string)
	s.wantNothingSecret(link, held, passphrase, "090-1234-", "+81901234", door("nobody"), guestMail(77), strings.TrimPrefix(x.owner, "Bearer "), "jndi:")
}

// stopWorkers leaves the servers that only answer: what happens in the database
// then is what requests do.
func (s *stage) stopWorkers() {
	s.t.Helper()
	if err := s.servers[0].stop(); err != nil {
		s.t.Fatal(err)
	}
	s.servers = s.servers[1:]
}

// seedOf is the run's seed, printed.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv(seedEnv), 10, 64)
	if err != nil {
		seed = uint64(clock.System{}.Now().UnixNano())
	}
	t.Logf("%s=%d repeats this run", seedEnv, seed)
	return seed
}

// gun sends hostile requests, one operation after the other.
type gun struct {
	*stage
	d        *document
	f        facts
	rand     *rand.Rand
	owner    string
	operator string
	person   string // signed in for nothing but to be signed out
	scratch  string // a business to be suspended

	mu    sync.Mutex
	shots int
	took  map[int]int // by status
}

// fire sends all that is hostile to one operation, and checks that what was
// refused left nothing. Where some was accepted the rest is sent again, until
// all of it is refused: one shot may make the next one valid, such as a new password.
func (h *gun) fire(e *endpoint) {
	h.t.Helper()
	shots := h.load(e)
	for {
		before := h.fingerprint()
		refused := h.volley(e, shots)
		after := h.fingerprint()
		if before == after {
			return
		}
		if len(refused) == len(shots) {
			h.t.Errorf("%s: %d refused requests left something: %s", e.ID, len(refused), difference(before, after))
			return
		}
		shots = refused
	}
}

// volley sends shots side by side and gives those that were refused.
func (h *gun) volley(e *endpoint, shots []shot) (refused []shot) {
	h.t.Helper()
	jobs := make(chan int)
	kept := make([]bool, len(shots))
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for i := range jobs {
				kept[i] = h.shoot(e, shots[i], i)
			}
		})
	}
	for i := range shots {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	for i, s := range shots {
		if kept[i] {
			refused = append(refused, s)
		}
	}
	return refused
}

// shoot sends one, judges the answer and tells whether it was refused.
func (h *gun) shoot(e *endpoint, s shot, i int) bool {
	lang := [2]string{"ja", "en"}[i%2]
	a, err := h.try(0, s.method, s.path, s.body, append(s.words, "Accept-Language: "+lang)...)
	if err != nil {
		h.t.Errorf("%s: %s: %v", e.ID, s.what, err)
		return true
	}
	h.mu.Lock()
	h.shots++
	h.took[a.status]++
	h.mu.Unlock()
	if fault := judge(a, lang, s.at); fault != "" {
		h.t.Errorf("%s: %s\n%s %.300s\n%.600v\n%s: %d %.900s", e.ID, s.what, s.method, s.path, shownBody(s.body), fault, a.status, a.raw)
	}
	return a.status >= 400
}

func shownBody(body any) string {
	if text, ok := body.(string); ok {
		return text
	}
	out, _ := json.Marshal(body) //nolint:errchkjson // for the reader of a failure
	return string(out)
}

// judge tells what is wrong with an answer, or nothing.
func judge(a answer, lang, at string) string {
	switch {
	case a.status >= 500:
		return "a server's error"
	case strings.ContainsAny(strings.TrimPrefix(string(a.raw), "\ufeff"), "\x00\x1b\u202e\u2066\u200b\ufeff"): // tables begin with the mark
		return "shows what cannot be seen"
	case a.status < 400:
		return ""
	case strings.Contains(string(a.raw), "jndi:") || strings.Contains(string(a.raw), "alert(1)") || strings.Contains(string(a.raw), passphrase):
		return "echoes what was sent"
	}
	if fault := incomplete(a, lang); fault != "" {
		return fault
	}
	list, _ := a.at("errors").([]any)
	if a.status == http.StatusUnprocessableEntity && a.code() == "validation.failed" && len(list) == 0 {
		return "names no field"
	}
	for _, one := range list {
		f := answer{body: one}
		where, _, _ := strings.Cut(strings.ReplaceAll(f.text("location"), "[", "."), ".")
		if !slices.Contains([]string{"body", "query", "path", "header", "business"}, where) || f.code() == "" || !inLanguage(f.text("message"), lang) {
			return fmt.Sprintf("field %v", one)
		}
		if at != "" && a.status == http.StatusUnprocessableEntity && where != at {
			return fmt.Sprintf("blames %s, not the %s", f.text("location"), at)
		}
	}
	return ""
}

// incomplete tells what a problem document lacks, or nothing.
func incomplete(a answer, lang string) string {
	switch {
	case a.header.Get("Content-Type") != "application/problem+json":
		return "no problem document: " + a.header.Get("Content-Type")
	case a.code() == "" || a.text("request_id") == "" || a.text("request_id") != a.header.Get("X-Request-Id"):
		return "no code, or no id of the request"
	case a.at("status") != float64(a.status) || a.text("title") == "" || a.text("type") != "/docs/problems#"+a.code():
		return "incomplete"
	case !inLanguage(a.text("detail"), lang) || !inLanguage(a.text("title"), lang):
		return "not in " + lang
	}
	return ""
}

// inLanguage tells Japanese from English text, in which a Japanese name may be an example.
func inLanguage(text, lang string) bool {
	japanese := strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) })
	return text != "" && japanese == (lang == "ja")
}

// load makes the shots of an operation: of those with hostile bodies a choice by
// the seed in a quick run, all of them in a full one.
func (h *gun) load(e *endpoint) []shot {
	h.t.Helper()
	f := maps.Clone(h.f)
	who := h.owner
	switch {
	case e.Authz.Audience == "platform":
		who, f["business_id"] = h.operator, h.scratch
	case strings.HasPrefix(e.ID, "logout"):
		who = h.person
	}
	base := shot{method: e.method, path: e.target(h.d, f, nil), words: append(e.headers(f), who)}
	if body := h.d.sane(e, f); body != nil {
		base.body = body
	}
	most := pgtest.Rounds(2, 1000) // of each kind that every operation has alike
	out := slices.Concat(h.addresses(e, base, f), h.few(headersOf(e, base), most), h.few(bodiesOf(h.d, e, base, f), h.bodies(e)), h.few(wrongWays(e, base), most))
	// Nobody gets further than to be told to sign in, whatever they send.
	for _, s := range h.few(slices.Clone(out), 3) {
		s.words = slices.DeleteFunc(slices.Clone(s.words), func(w string) bool { return strings.HasPrefix(w, "Bearer ") })
		s.what, s.at = s.what+", as a guest", ""
		out = append(out, s)
	}
	return out
}

// bodies is how many hostile bodies a quick run sends to an operation; those of
// people who hash a password cost fifty times the others.
func (h *gun) bodies(e *endpoint) int {
	n := pgtest.Rounds(2, 600)
	if e.ID == "register" || e.ID == "login" {
		return n / 2
	}
	return n
}

// few is a choice of n.
func (h *gun) few(shots []shot, n int) []shot {
	h.rand.Shuffle(len(shots), func(i, j int) { shots[i], shots[j] = shots[j], shots[i] })
	return shots[:min(n, len(shots))]
}

func (h *gun) addresses(e *endpoint, base shot, f facts) []shot {
	var out []shot
	add := func(what, at, path string) {
		s := base
		s.what, s.at, s.path = what, at, path
		out = append(out, s)
	}
	sign := "?"
	if strings.Contains(base.path, "?") {
		sign = "&"
	}
	for _, unknown := range []string{"zz_unknown=1", "%00=1", "limit%5B%5D=1", strings.Repeat("q", 400) + "=1"} {
		add("an unknown parameter", "query", base.path+sign+unknown)
	}
	for _, p := range e.Parameters {
		switch p.In {
		case "path":
			for _, v := range hostileInPath {
				add("path "+p.Name, "path", e.target(h.d, f, facts{p.Name: v}))
			}
		case "query":
			rest := facts{p.Name: ""}
			for _, v := range hostileInQuery {
				if _, err := strconv.ParseBool(v); (err == nil || v == "") && h.d.resolve(p.Schema).kind() == "boolean" {
					continue // which is as it should be
				}
				add("query "+p.Name, "query", withQuery(e.target(h.d, f, rest), p.Name, v))
			}
		}
	}
	return h.few(out, pgtest.Rounds(2, len(out)))
}

// withQuery sets a parameter in the place of the one that stands there.
func withQuery(target, name, value string) string {
	path, query, _ := strings.Cut(target, "?")
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		if pair != "" && !strings.HasPrefix(pair, name+"=") {
			kept = append(kept, pair)
		}
	}
	return path + "?" + strings.Join(append(kept, name+"="+value), "&")
}

func headersOf(e *endpoint, base shot) []shot {
	var out []shot
	for _, p := range e.Parameters {
		if p.In != "header" {
			continue
		}
		for _, v := range hostileInHeader {
			s := base
			s.what = "header " + p.Name
			s.words = append(slices.DeleteFunc(slices.Clone(base.words), func(w string) bool { return strings.HasPrefix(w, p.Name+":") }), p.Name+": "+v)
			out = append(out, s)
		}
	}
	for _, word := range []string{"Authorization: Bearer", "Authorization: Bearer x.y.z", "Authorization: Basic eDp5", "Authorization: Bearer " + strings.Repeat("a", 5000), "Authorization: \xff"} {
		s := base
		s.what, s.words = "token", append(slices.DeleteFunc(slices.Clone(base.words), func(w string) bool { return strings.HasPrefix(w, "Bearer ") }), word)
		out = append(out, s)
	}
	return out
}

// bodiesOf are hostile bodies; what a stale version refuses stays as it is, so
// that nothing is changed by what is let through.
func bodiesOf(d *document, e *endpoint, base shot, f facts) []shot {
	x := d.body(e)
	if x == nil {
		return nil
	}
	var out []shot
	words := slices.Clone(base.words)
	for i, w := range words {
		if strings.HasPrefix(w, "If-Match:") {
			words[i] = `If-Match: "999999"`
		}
	}
	for i, v := range d.hostileObjects(x, "", f) {
		s := shot{what: "body", method: e.method, path: base.path, body: v, words: words, at: "body"}
		if m, ok := v.(map[string]any); ok && m["start"] == f["+start"] && x.Properties["start"] != nil {
			m["start"] = elsewhere(f, i) // a time of its own, or the first would take it from all others
		}
		out = append(out, s)
	}
	return out
}

// elsewhere is the n-th start from the sane one on, on the grid of half hours.
func elsewhere(f facts, n int) string {
	text, _ := f["+start"].(string)
	start, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err) // the facts are ours
	}
	return start.Add(time.Duration(n) * time.Hour).Format(time.RFC3339)
}

// wrongWays are bodies that are none, and methods and types that are not served.
func wrongWays(e *endpoint, base shot) []shot {
	var out []shot
	if base.body != nil {
		for _, body := range malformed {
			s := base
			s.what, s.body = "malformed", body
			out = append(out, s)
		}
		for _, kind := range []string{"text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=utf-16", ";;;", ""} {
			s := base
			s.what, s.words = "content type "+kind, append(slices.Clone(base.words), "Content-Type: "+kind)
			out = append(out, s)
		}
	}
	for _, method := range []string{"PROPFIND", "TRACE", http.MethodPut, http.MethodDelete} {
		if method != e.method {
			out = append(out, shot{what: method, method: method, path: base.path, words: append(slices.Clone(base.words), `If-Match: "999999"`)})
		}
	}
	return out
}
