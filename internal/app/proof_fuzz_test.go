package app_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// fuzzer is one run over a stage.
type fuzzer struct {
	*stage
	doc      *fuzzDocument
	people   map[string]*person
	slugs    map[string]string // ids of businesses by their names in addresses
	kinds    map[string]bool   // of resources
	accounts int
	worlds   int
	sent     int
	byStatus map[int]int
	asked    map[string]int // by operation
	worked   map[string]int // of those, answered with 2xx
	refused  map[string]int // without a known flaw: by operation and reason
	failed   bool
}

// Operations that the fuzzer cannot make succeed, each with the reason.
var fuzzBeyond = map[string]string{
	"add-passkey": needsAuthenticator, "passkey-sign-in": needsAuthenticator, "rename-passkey": needsAuthenticator, "remove-passkey": needsAuthenticator,
}

const needsAuthenticator = "a passkey is signed by an authenticator; internal/api/factors_test.go has one in software"

// Requests of every operation of the document, made of its schemas: values that
// fit and values that do not, in Japanese and hostile, by everybody, and linked:
// what one request creates, others read, change, delete and ask for again. No
// answer is a server's error, each is as the document says, each refusal is a
// problem in the language that was asked for.
//
// RAPID_SEED, or -rapid.seed, with the number that a failure prints repeats it.
func TestProof_Fuzz_EveryOperation_KeepsToTheDocument(t *testing.T) {
	t.Parallel()
	f := &fuzzer{
		stage: newStage(t, 2), doc: readFuzzDocument(t), slugs: map[string]string{}, kinds: map[string]bool{"staff": true},
		byStatus: map[int]int{}, asked: map[string]int{}, worked: map[string]int{}, refused: map[string]int{},
	}
	f.clock.Set(f.clock.Now().AddDate(0, 0, -60)) // stories let time pass, and the queue's clock is the machine's
	f.gather()
	themes := slices.Sorted(maps.Keys(f.doc.tagged))
	budget := pgtest.Rounds(100, 10_000)
	rapid.Check(t, func(rt *rapid.T) {
		if f.sent >= budget && !f.failed { // after a failure rapid looks for a shorter story of it
			return
		}
		d := rolled(rt)
		w := f.newWorld([]string{oneOf(d, themes), oneOf(d, themes)})
		for i := 0; i < 4 && (i == 0 || f.sent < budget || f.failed); i++ {
			rt.Repeat(map[string]func(*rapid.T){"ask": w.step})
		}
	})
	if pgtest.Full() && !t.Failed() {
		f.insist(t)
	}
	f.report(t, budget)
}

// insist tries what chance never made succeed, as well as it can be asked.
func (f *fuzzer) insist(t *testing.T) {
	t.Helper()
	for i, op := range f.doc.operations {
		for n := 0; n < 48 && f.worked[op.OperationID] == 0 && fuzzBeyond[op.OperationID] == ""; n++ {
			w := f.newWorld(op.Tags)
			for try := 0; try < 8 && f.worked[op.OperationID] == 0; try++ {
				d := dice{rand.New(rand.NewPCG(uint64(i), uint64(8*n+try))), true}
				if w.ask1(w.composeOf(d, op, 0)); w.fault != "" {
					t.Fatalf("%s\nafter\n%s", w.fault, strings.Join(w.story[max(0, len(w.story)-12):], "\n"))
				}
				w.pass(25 * time.Minute) // who is late can be noted only after the start
			}
		}
	}
}

var changesRoles = regexp.MustCompile(`/(members|leave|transfer-ownership)\b`)

// step is one request and what follows from its answer.
func (w *world) step(rt *rapid.T) {
	d := rolled(rt)
	r := w.compose(d)
	a := w.ask1(r)
	fault := w.fault
	if fault == "" {
		fault = w.after(d, r, a)
	}
	if fault == "" {
		fault = w.fault
	}
	if fault != "" {
		w.failed = true
		rt.Fatalf("%s\n%s\n%d %.3000s\nafter\n%s", fault, r, a.status, a.raw, strings.Join(w.story[max(0, len(w.story)-12):], "\n"))
	}
	if d.chance(3) {
		w.pass(time.Duration(1+d.below(8)) * 20 * time.Minute)
	}
}

// ask1 sends one request, judges its answer and learns from it.
func (w *world) ask1(r *fuzzRequest) answer {
	path := strings.TrimPrefix(r.target, "/api/v1")
	body := r.body
	if text, ok := body.(string); ok && text == "" {
		body = " "
	}
	a, err := w.try(r.server, r.op.method, path, body, r.words...)
	if err != nil {
		w.fault = fmt.Sprintf("no answer to %s: %v", r, err)
		return a
	}
	w.sent++
	w.byStatus[a.status]++
	w.asked[r.op.OperationID]++
	if a.status < 300 {
		w.worked[r.op.OperationID]++
	} else if r.flaw == "" {
		w.refused[r.op.OperationID+": "+strings.TrimSpace(a.code()+" "+a.text("errors.0.location")+" "+a.text("errors.0.code"))]++
	}
	w.story = append(w.story, fmt.Sprintf("%.300s → %d %s", r, a.status, a.code()))
	if fault := w.verdict(r, a); fault != "" && w.fault == "" {
		w.fault = fmt.Sprintf("%s: %s: %d %.2000s", r, fault, a.status, a.raw)
	}
	w.learn(w.memory, r, a)
	if m, ok := r.body.(map[string]any); ok && a.status < 300 {
		if to, ok := m["email"].(string); ok {
			w.box = to
		}
	}
	if a.status < 300 && r.op.method != http.MethodGet && changesRoles.MatchString(r.op.path) {
		w.moved = true
	}
	if a.status == http.StatusUnauthorized && r.flaw == "" && r.by.email != "" {
		w.comeBack(r.by)
	}
	return a
}

// reasons are why an operation was refused, the most frequent first.
func (f *fuzzer) reasons(o *fuzzOp) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(f.refused)) {
		if why, ok := strings.CutPrefix(key, o.OperationID+": "); ok {
			out = append(out, fmt.Sprintf("%d × %s", f.refused[key], why))
		}
	}
	return out
}

// report prints what was done, and fails for operations that never worked.
func (f *fuzzer) report(t *testing.T, budget int) {
	t.Helper()
	var never []string
	for _, o := range f.doc.operations {
		if f.worked[o.OperationID] == 0 {
			never = append(never, fmt.Sprintf("%s (asked %d times)", o.OperationID, f.asked[o.OperationID]))
		}
	}
	t.Logf("%d requests of %d operations in %d worlds, by status: %v", f.sent, len(f.doc.operations), f.worlds, f.byStatus)
	t.Logf("%d of %d operations succeeded; never: %v", len(f.doc.operations)-len(never), len(f.doc.operations), never)
	if f.sent < budget {
		t.Errorf("only %d requests", f.sent)
	}
	if !pgtest.Full() {
		return
	}
	for _, o := range f.doc.operations {
		reason, beyond := fuzzBeyond[o.OperationID]
		switch worked := f.worked[o.OperationID] > 0; {
		case !worked && !beyond:
			t.Errorf("%s never succeeded, in %d requests: %v", o.OperationID, f.asked[o.OperationID], f.reasons(o))
		case worked && beyond:
			t.Errorf("%s succeeded, though: %s", o.OperationID, reason)
		}
	}
	known := map[string]bool{}
	for _, o := range f.doc.operations {
		known[o.OperationID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(fuzzBeyond)) {
		if !known[id] {
			t.Errorf("%s is no operation any more", id)
		}
	}
}
