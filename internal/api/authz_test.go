package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// The whole matrix of callers and audiences. Another's business is the same 404
// as one that does not exist.
func TestAuthz_Matrix(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const (
		unknown   = "/api/v1/businesses/00000000-0000-7000-8000-000000000000/things/"
		malformed = "/api/v1/businesses/x/things/"
	)
	own := "/api/v1/businesses/" + shop.String() + "/things/" + thing.String()
	foreign := "/api/v1/businesses/" + other.String() + "/things/" + thing.String()
	patch := "PATCH " + own
	callers := []string{"", "expired", "customer", "assistant", "staff", "manager", "owner", "operator"}
	for _, x := range []struct {
		target string
		want   [8]int // in the order of callers
	}{
		{"GET /api/v1/public/self", [8]int{200, 200, 200, 200, 200, 200, 200, 200}},
		{"GET /api/v1/me/thing", [8]int{401, 401, 200, 200, 200, 200, 200, 200}},
		{"GET /api/v1/admin/thing", [8]int{401, 401, 403, 403, 403, 403, 403, 200}},
		{"GET " + own, [8]int{401, 401, 404, 403, 200, 200, 200, 404}},
		{patch, [8]int{401, 401, 404, 403, 403, 200, 200, 404}},
		{"GET " + foreign, [8]int{401, 401, 404, 404, 404, 404, 404, 404}},
		{"GET " + unknown + thing.String(), [8]int{401, 401, 404, 404, 404, 404, 404, 404}},
		{"GET " + malformed + thing.String(), [8]int{401, 401, 422, 422, 422, 422, 422, 422}},
	} {
		method, target, _ := strings.Cut(x.target, " ")
		for i, who := range callers {
			words := []string{`If-Match: "3"`}
			if who != "" {
				words = append(words, "as:"+who)
			}
			w := b.ask(method, target, `{"name":"a"}`, words...)
			if w.Code != x.want[i] {
				t.Errorf("%s as %q: got %d, want %d: %s", x.target, who, w.Code, x.want[i], w.Body)
			}
			if w.Code >= 400 {
				problemOf(t, w)
			}
			if got := w.Header().Get("WWW-Authenticate"); (w.Code == 401) != (got == "Bearer") {
				t.Errorf("%s as %q: %d with WWW-Authenticate %q", x.target, who, w.Code, got)
			}
		}
	}
}

func TestAuthz_ForeignAndAbsent_SameBytes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	answer := func(business, thing string) string {
		w := b.ask("GET", "/api/v1/businesses/"+business+"/things/"+thing, "", "as:owner", "X-Request-Id: same")
		w.Header().Del("RateLimit")      // counts down
		w.Header().Del("Content-Length") // set by the server where it is not set here
		return fmt.Sprint(w.Code, w.Header(), w.Body)
	}
	foreign, absent := answer(other.String(), thing.String()), answer("00000000-0000-7000-8000-000000000000", thing.String())
	if own := answer(shop.String(), other.String()); foreign != absent || foreign != own || !strings.HasPrefix(foreign, "404") {
		t.Errorf("they differ:\n%s\n%s\n%s", foreign, absent, own)
	}
}

func TestActor_IsWhoCallsAsWhat(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own := "/api/v1/businesses/" + shop.String() + "/things/" + thing.String()
	for _, x := range []struct{ target, who, want string }{
		{"/api/v1/public/self", "", "customer//en/00/0000"},
		{"/api/v1/public/self", "customer", "customer//en/05/0000"},
		{"/api/v1/me/thing", "owner", "customer//en/01/0000"},
		{"/api/v1/admin/thing", "operator", "operator//en/06/0000"},
		{own, "staff", "member/staff/en/03/" + shop.String()[:4]},
	} {
		words := []string{"Accept-Language: en"}
		if x.who != "" {
			words = append(words, "as:"+x.who)
		}
		if w := b.ask("GET", x.target, "", words...); !strings.Contains(w.Body.String(), x.want) {
			t.Errorf("%s as %q: got %s, want %s", x.target, x.who, w.Body, x.want)
		}
	}
}

func TestAuthz_HeaderForms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for header, want := range map[string]int{
		"Bearer owner":   200,
		"bearer owner":   200,
		"BEARER  owner ": 200,
		"Basic owner":    401,
		"Bearer":         401,
		"Bearer ":        401,
		"owner":          401,
	} {
		if w := b.ask("GET", "/api/v1/me/thing", "", "Authorization: "+header); w.Code != want {
			t.Errorf("%q: got %d, want %d", header, w.Code, want)
		}
	}
}

// What would be open by mistake does not start.
func TestRegister_WrongDeclaration_Panics(t *testing.T) {
	t.Parallel()
	good := operation{ID: "a-b", Method: "GET", Path: "/public/x", Summary: "s", Tags: []string{"Booking"}, Authz: public()}
	with := func(change func(*operation)) operation {
		op := good
		change(&op)
		return op
	}
	type hidden struct {
		Q string `query:"q"`
	}
	type shown struct{ Keyed }
	plain := func(a *API, op operation) {
		register(a, op, func(context.Context, *struct{}) (*empty, error) { return &empty{}, nil })
	}
	tests := map[string]func(*API){
		"no authz":           func(a *API) { plain(a, with(func(o *operation) { o.Authz = Authz{} })) },
		"business, no roles": func(a *API) { plain(a, with(func(o *operation) { o.Authz = Authz{Audience: audienceBusiness} })) },
		"public below a business": func(a *API) {
			plain(a, with(func(o *operation) { o.Path = "/businesses/{business_id}/x" }))
		},
		"members outside": func(a *API) { plain(a, with(func(o *operation) { o.Authz = member(tenant.Owner) })) },
		"public admin":    func(a *API) { plain(a, with(func(o *operation) { o.Path = "/admin/x" })) },
		"platform outside": func(a *API) {
			plain(a, with(func(o *operation) { o.Authz = platform() }))
		},
		"roles in public": func(a *API) {
			plain(a, with(func(o *operation) { o.Authz.Roles = []tenant.Role{tenant.Owner} }))
		},
		"no tag":   func(a *API) { plain(a, with(func(o *operation) { o.Tags = nil })) },
		"bad id":   func(a *API) { plain(a, with(func(o *operation) { o.ID = "A_b" })) },
		"same id":  func(a *API) { plain(a, good); plain(a, with(func(o *operation) { o.Path = "/public/y" })) },
		"no key":   func(a *API) { plain(a, with(func(o *operation) { o.Idempotent = true })) },
		"no match": func(a *API) { plain(a, with(func(o *operation) { o.IfMatch = true })) },
		"key alone": func(a *API) {
			register(a, good, func(context.Context, *shown) (*empty, error) { return &empty{}, nil })
		},
		"hidden part": func(a *API) {
			type input struct{ hidden }
			register(a, good, func(context.Context, *input) (*empty, error) { return &empty{}, nil })
		},
	}
	for name, f := range tests {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: was accepted", name)
				}
			}()
			f(newAPI(Deps{}))
		}()
	}
	plain(newAPI(Deps{}), good)
}

func TestPrecondition(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own := "/api/v1/businesses/" + shop.String() + "/things/" + thing.String()
	if w := b.ask("GET", own, "", "as:owner"); w.Header().Get("ETag") != `"3"` {
		t.Errorf("ETag of the GET: %q", w.Header().Get("ETag"))
	}
	for match, want := range map[string]string{
		"":                       "Precondition Required: precondition.required [header.If-Match required]",
		`"2"`:                    "Precondition Failed: precondition.stale",
		`3`:                      "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"3`:                     "Unprocessable Entity: validation.failed [header.If-Match format]",
		`W/"3"`:                  "Unprocessable Entity: validation.failed [header.If-Match format]",
		`*`:                      "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"03"`:                   "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"+3"`:                   "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"-3"`:                   "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"0"`:                    "Unprocessable Entity: validation.failed [header.If-Match format]",
		`""`:                     "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"`:                      "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"9e99"`:                 "Unprocessable Entity: validation.failed [header.If-Match format]",
		`"99999999999999999999"`: "Unprocessable Entity: validation.failed [header.If-Match format]",
	} {
		w := b.ask("PATCH", own, `{"name":"a"}`, "as:owner", "If-Match: "+match)
		if got := found(problemOf(t, w)); got != want {
			t.Errorf("%q: got %s, want %s", match, got, want)
		}
	}
	w := b.ask("PATCH", own, `{"name":"a"}`, "as:owner", `If-Match: "3"`)
	if w.Code != http.StatusOK || w.Header().Get("ETag") != `"4"` {
		t.Errorf("got %d, ETag %q: %s", w.Code, w.Header().Get("ETag"), w.Body)
	}
}
