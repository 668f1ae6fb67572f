package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// S13, over every operation of the document: bodies up to 1 MB, pages up to 100,
// ranges up to 92 days (availability 31), statements up to 5 s. What is beyond
// is refused before anything is done.
func TestProof_S13_EveryOperation_HasItsLimits(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("limit-salon", 2)
	d, operations := s.readDocument()
	f := x.facts()
	s.settled()
	s.stopWorkers()
	before := s.fingerprint()
	large := `{"zz":"` + strings.Repeat("a", 1<<20) + `"}`
	bodies, pages, ranges := 0, 0, 0
	for _, e := range operations {
		words := append(e.headers(f), x.owner)
		if e.Authz.Audience == "platform" {
			words = append(e.headers(f), x.operator)
		}
		refused := func(what string, status int, location string, a answer) {
			t.Helper()
			list, _ := a.at("errors").([]any)
			named := location == "" || slices.ContainsFunc(list, func(one any) bool { return answer{body: one}.text("location") == location })
			if a.status != status || !named {
				t.Errorf("%s: %s: %d %s", e.ID, what, a.status, a.raw)
			}
		}
		if d.body(e) != nil {
			bodies++
			refused("a body over 1 MB", http.StatusRequestEntityTooLarge, "", s.ask(0, e.method, e.target(d, f, nil), large, words...))
		}
		if e.has("limit") {
			pages++
			for _, n := range []string{"0", "101"} {
				refused("a page of "+n, http.StatusUnprocessableEntity, "query.limit", s.ask(0, e.method, withQuery(e.target(d, f, nil), "limit", n), nil, words...))
			}
		}
		if e.has("from") && e.has("to") {
			ranges++
			wide := withQuery(withQuery(e.target(d, f, nil), "from", s.day(1)), "to", s.day(94))
			refused("a range of 94 days", http.StatusUnprocessableEntity, "query.to", s.ask(0, e.method, wide, nil, words...))
		}
	}
	if after := s.fingerprint(); after != before {
		t.Errorf("refused requests changed something: %s", difference(before, after))
	}
	if bodies < 30 || pages < 8 || ranges < 3 {
		t.Errorf("%d bodies, %d pages, %d ranges: the document lost its limits", bodies, pages, ranges)
	}
	t.Logf("%d operations: %d bodies, %d pages, %d ranges", len(operations), bodies, pages, ranges)
}

// has tells whether the operation has the query parameter.
func (e *endpoint) has(name string) bool {
	return slices.ContainsFunc(e.Parameters, func(p parameter) bool { return p.In == "query" && p.Name == name })
}
