package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// canary is planted wherever something secret could be; no answer may show it.
const canary = "CANARY-7f3a-s3cret"

var (
	testNow = time.Date(2026, 12, 1, 5, 30, 0, 0, time.UTC)

	shop  = id.New[business.Business](testNow)
	other = id.New[business.Business](testNow)
	thing = id.New[fakeView](testNow)
)

// people by access token; "expired" and everything else does not stand.
var people = map[string]struct {
	p    Principal
	role tenant.Role
}{
	"owner":     {Principal{UserID: auth.UserID{1}}, tenant.Owner},
	"manager":   {Principal{UserID: auth.UserID{2}}, tenant.Manager},
	"staff":     {Principal{UserID: auth.UserID{3}}, tenant.Staff},
	"assistant": {Principal{UserID: auth.UserID{4}}, tenant.Assistant},
	"customer":  {Principal{UserID: auth.UserID{5}}, ""},
	"operator":  {Principal{UserID: auth.UserID{6}, Operator: true, Strong: true, Enrolled: true}, ""},
	// Operators who showed the password alone: with a second factor that they did not show, and without one.
	"half-operator": {Principal{UserID: auth.UserID{7}, Operator: true, Enrolled: true}, ""},
	"new-operator":  {Principal{UserID: auth.UserID{8}, Operator: true}, ""},
}

type fakeGate struct{}

func (fakeGate) Authenticate(_ context.Context, token string) (Principal, error) {
	if token == "broken" {
		return Principal{}, errors.New("database says " + canary)
	}
	if x, ok := people[token]; ok {
		return x.p, nil
	}
	return Principal{}, fault.New(fault.Unauthenticated, "auth.required")
}

// AuthenticateKey knows keys of the shop by their one scope, and one that is over.
func (fakeGate) AuthenticateKey(_ context.Context, key string) (Principal, error) {
	if key == "omk_expired" {
		return Principal{}, auth.ErrKeyExpired
	}
	return Principal{UserID: auth.UserID{9}, Key: &auth.KeyGrant{Business: shop, Scopes: []string{strings.TrimPrefix(key, "omk_")}}}, nil
}

func (fakeGate) Role(_ context.Context, user auth.UserID, b [16]byte) (tenant.Job, bool, error) {
	for _, x := range people {
		if x.p.UserID == user && x.role != "" && b == [16]byte(shop) {
			return tenant.Job{Role: x.role}, true, nil
		}
	}
	return tenant.Job{}, false, nil
}

// figures counts what the edge reports.
type figures struct {
	mu       sync.Mutex
	requests []string
	problems []string
}

func (f *figures) Request(method, route string, status int, _ time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, method+" "+route+" "+http.StatusText(status))
}

func (f *figures) Problem(code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.problems = append(f.problems, code)
}

// bench is an API of fake operations, with its log and figures.
type bench struct {
	*API
	clock   *clock.Manual
	figures *figures
	log     *bytes.Buffer
}

func newBench(t *testing.T, change ...func(*Deps)) *bench {
	t.Helper()
	b := &bench{clock: clock.NewManual(testNow), figures: &figures{}, log: &bytes.Buffer{}}
	var mu sync.Mutex
	d := Deps{
		Clock: b.clock, Ring: pgtest.Ring(t), Metrics: b.figures, Limits: LimitOptions{Reads: 1e6, Writes: 1e6, Burst: 1e5},
		Log: slog.New(slog.NewJSONHandler(&lockedWriter{mu: &mu, w: b.log}, nil)),
	}
	for _, f := range change {
		f(&d)
	}
	b.API = newAPI(d)
	b.gate = fakeGate{}
	registerFakes(b.API)
	b.finish()
	return b
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// ask is one request; words of the form "Name: value" are headers, a word that
// begins with as: signs in.
func (b *bench) ask(method, target, body string, words ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, w := range words {
		if who, ok := strings.CutPrefix(w, "as:"); ok {
			r.Header.Set("Authorization", "Bearer "+who)
			continue
		}
		name, value, _ := strings.Cut(w, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

// problemOf reads a problem document and checks what all of them have.
func problemOf(t *testing.T, w *httptest.ResponseRecorder) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	h := w.Header()
	if p.Status != w.Code || p.Code == "" || p.Title == "" || p.Detail == "" || p.Title == p.Code || p.Detail == p.Code {
		t.Errorf("incomplete problem, status %d: %s", w.Code, w.Body)
	}
	if p.Type != problemType+p.Code || p.RequestID == "" || p.RequestID != h.Get("X-Request-Id") {
		t.Errorf("type %q, request id %q, header %q", p.Type, p.RequestID, h.Get("X-Request-Id"))
	}
	if h.Get("Content-Type") != "application/problem+json" || h.Get("Cache-Control") != "no-store" ||
		!strings.Contains(h.Get("Vary"), "Accept-Language") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers of a problem: %v", h)
	}
	for _, e := range p.Errors {
		if e.Location == "" || e.Code == "" || e.Message == "" || e.Message == e.Code || strings.ContainsAny(e.Message, "{}\x1f") {
			t.Errorf("incomplete field error: %+v", e)
		}
	}
	if strings.Contains(w.Body.String(), canary) {
		t.Errorf("the canary sings: %s", w.Body)
	}
	return p
}

// found is "status code [location code]…", to compare whole refusals.
func found(p Problem) string {
	var b strings.Builder
	b.WriteString(http.StatusText(p.Status) + ": " + p.Code)
	for _, e := range p.Errors {
		b.WriteString(" [" + e.Location + " " + e.Code + "]")
	}
	return b.String()
}

// The fake domain.

type fakeView struct {
	ID      id.Of[fakeView] `json:"id"`
	Name    string          `json:"name"`
	Tags    []string        `json:"tags"`
	Parts   []fakePart      `json:"parts"`
	Owner   *fakePart       `json:"owner"`
	Version int64           `json:"version"`
}

type fakePart struct {
	Name   string   `json:"name"`
	Colors []string `json:"colors"`
}

type fakeBody struct {
	Name     string            `json:"name" minLength:"2" maxLength:"5"`
	Count    int               `json:"count,omitempty" minimum:"1" maximum:"1000000" multipleOf:"5"`
	Ratio    float64           `json:"ratio,omitempty" exclusiveMinimum:"0" exclusiveMaximum:"1"`
	Big      int64             `json:"big,omitempty"`
	On       bool              `json:"on,omitempty"`
	Color    string            `json:"color,omitempty" enum:"red,green"`
	Mail     string            `json:"mail,omitempty" format:"email"`
	Site     string            `json:"site,omitempty" format:"uri"`
	At       time.Time         `json:"at,omitzero"`
	Clock    string            `json:"clock,omitempty" format:"time"`
	Date     clock.Date        `json:"date,omitzero"`
	Ref      id.Of[fakeView]   `json:"ref,omitzero"`
	Tags     []string          `json:"tags,omitempty" minItems:"1" maxItems:"2" uniqueItems:"true"`
	Slug     string            `json:"slug,omitempty" pattern:"^[a-z]+$"`
	Title    locale.Text       `json:"title,omitempty"`
	Lang     locale.Lang       `json:"lang,omitempty"`
	Parts    []fakePartInput   `json:"parts,omitempty"`
	Extra    map[string]string `json:"extra,omitempty" minProperties:"1" maxProperties:"2"`
	Start    string            `json:"start,omitempty" dependentRequired:"end"`
	End      string            `json:"end,omitempty"`
	Password string            `json:"password,omitempty" minLength:"50"`
}

type fakePartInput struct {
	Name string `json:"name" maxLength:"5"`
}

func registerFakes(a *API) {
	tag := []string{"Catalog"}
	register(a, operation{ID: "make-thing", Method: "POST", Path: "/public/things", Summary: "Make", Tags: tag, Authz: public()},
		func(_ context.Context, in *struct{ Body fakeBody }) (*data[fakeView], error) {
			return &data[fakeView]{fakeView{Name: in.Body.Name, Parts: []fakePart{{Name: "a"}}}}, nil
		})
	register(a, operation{ID: "small-thing", Method: "POST", Path: "/public/small", Summary: "Small", Tags: tag, Authz: public(), MaxBody: 64},
		func(_ context.Context, in *struct{ Body *fakePartInput }) (*empty, error) {
			if in.Body != nil && in.Body.Name == "x" {
				return nil, errNotFound
			}
			return &empty{}, nil
		})
	register(a, operation{ID: "find-things", Method: "GET", Path: "/public/things/{slug}", Summary: "Find", Tags: tag, Authz: public()}, findThings)
	register(a, operation{ID: "page-things", Method: "GET", Path: "/public/pages", Summary: "Page", Tags: tag, Authz: public()},
		func(ctx context.Context, in *fakePage) (*data[list[int]], error) { return pageThings(ctx, a, in) })
	register(a, operation{ID: "page-others", Method: "GET", Path: "/public/other-pages", Summary: "Page", Tags: tag, Authz: public()},
		func(ctx context.Context, in *fakePage) (*data[list[int]], error) { return pageThings(ctx, a, in) })
	register(a, operation{ID: "read-thing", Method: "GET", Path: "/businesses/{business_id}/things/{thing_id}", Summary: "Read", Tags: tag, Authz: withScope(member(tenant.Staff), "things:read")},
		func(ctx context.Context, in *fakeThing) (*versioned[fakeView], error) {
			if in.ThingID != thing {
				return nil, errNotFound
			}
			return &versioned[fakeView]{etag(3), fakeView{ID: in.ThingID, Name: actorText(ctx)}}, nil
		})
	register(a, operation{ID: "change-thing", Method: "PATCH", Path: "/businesses/{business_id}/things/{thing_id}", Summary: "Change", Tags: tag, Authz: member(tenant.Manager), IfMatch: true},
		func(_ context.Context, in *fakeChange) (*versioned[fakeView], error) {
			n, err := in.expect()
			if err != nil {
				return nil, err
			}
			if n != 3 {
				return nil, fault.New(fault.Precondition, codeStale)
			}
			return &versioned[fakeView]{etag(4), fakeView{ID: in.ThingID}}, nil
		})
	register(a, operation{ID: "read-self", Method: "GET", Path: "/me/thing", Summary: "Self", Tags: tag, Authz: person()}, readSelf)
	register(a, operation{ID: "read-self-as-guest", Method: "GET", Path: "/public/self", Summary: "Self", Tags: tag, Authz: public()}, readSelf)
	register(a, operation{ID: "admin-thing", Method: "GET", Path: "/admin/thing", Summary: "Admin", Tags: tag, Authz: platform()}, readSelf)
	register(a, operation{ID: "sign-thing", Method: "POST", Path: "/auth/thing", Summary: "Sign", Tags: tag, Authz: public()}, readSelf)
	register(a, operation{ID: "fail", Method: "POST", Path: "/public/fail/{how}", Summary: "Fail", Tags: tag, Authz: public()}, failThing)
	register(a, operation{ID: "raw-thing", Method: "GET", Path: "/public/raw", Summary: "Raw", Tags: tag, Authz: public()},
		func(context.Context, *struct{}) (*data[encoded[fakeView]], error) {
			return &data[encoded[fakeView]]{encoded[fakeView]{[]byte(`{"raw":1}`)}}, nil
		})
}

func withScope(z Authz, scope string) Authz {
	z.Scope = scope
	return z
}

type fakeThing struct {
	InBusiness
	ThingID id.Of[fakeView] `path:"thing_id"`
}

type fakeChange struct {
	InBusiness
	Precondition
	ThingID id.Of[fakeView] `path:"thing_id"`
	Body    fakePartInput
}

func actorText(ctx context.Context) string {
	a := actor(ctx)
	return string(a.Kind) + "/" + string(a.Role) + "/" + string(a.Lang) + "/" + id.Of[struct{}](a.UserID).String()[:2] + "/" + businessID(ctx).String()[:4]
}

func readSelf(ctx context.Context, _ *struct{}) (*data[string], error) {
	return &data[string]{actorText(ctx)}, nil
}

type fakeFind struct {
	Slug  string          `path:"slug" maxLength:"10"`
	Date  clock.Date      `query:"date"`
	At    instant         `query:"at"`
	Staff id.Of[fakeView] `query:"staff_id"`
	N     int             `query:"n" minimum:"1"`
	F     float64         `query:"f"`
	On    bool            `query:"on"`
	Kind  string          `query:"kind" enum:"a,b"`
	IDs   []string        `query:"ids,explode"`
	Must  string          `query:"must" required:"true"`
}

func findThings(_ context.Context, in *fakeFind) (*data[map[string]any], error) {
	ids, err := parseIDs[fakeView]("ids", in.IDs, 2)
	if err != nil {
		return nil, err
	}
	return &data[map[string]any]{map[string]any{"at": in.At.Format(time.RFC3339), "ids": ids, "date": in.Date}}, nil
}

type fakePage struct {
	Paging
	Q string `query:"q"`
}

// pageThings lists the numbers 1 to 5.
func pageThings(ctx context.Context, a *API, in *fakePage) (*data[list[int]], error) {
	last := 0
	if _, err := in.after(ctx, a, in.Q, &last); err != nil {
		return nil, err
	}
	out := list[int]{}
	for n := last + 1; n <= 5 && len(out.Items) < in.Limit; n++ {
		out.Items = append(out.Items, n)
	}
	var err error
	if end := last + len(out.Items); end < 5 {
		out.NextCursor, err = nextCursor(ctx, a, in.Q, &end)
	}
	return &data[list[int]]{out}, err
}

// unencodable fails to encode, and says why in its own words.
type unencodable struct{}

func (unencodable) MarshalJSON() ([]byte, error) { return nil, errors.New(canary) }

type fakeFail struct {
	How string `path:"how"`
}

type fakeFailed struct {
	Header string `header:"X-Planted"`
	Body   any
}

func failThing(ctx context.Context, in *fakeFail) (*fakeFailed, error) {
	switch in.How {
	case "error":
		return nil, errors.New(canary)
	case "cause":
		return nil, fault.Wrap(fault.Conflict, "precondition.stale", errors.New(canary))
	case "internal":
		return nil, fault.Wrap(fault.Internal, "internal", errors.New(canary))
	case "framework":
		return nil, huma.Error400BadRequest(canary, errors.New(canary))
	case "framework-model":
		return nil, &huma.ErrorModel{Status: 400, Detail: canary, Title: canary}
	case "headers":
		return nil, huma.ErrorWithHeaders(errors.New(canary), http.Header{"X-Planted": {canary}})
	case "panic":
		panic(canary)
	case "panic-error":
		panic(errors.New(canary))
	case "encode":
		return &fakeFailed{Header: canary, Body: unencodable{}}, nil
	case "cancelled":
		return nil, context.Canceled
	case "wait":
		<-ctx.Done()
		return nil, fmt.Errorf("read things: %w", ctx.Err())
	case "unavailable":
		return nil, fault.Wrap(fault.Unavailable, "unavailable", errors.New(canary)).After(1500 * time.Millisecond)
	case "taken":
		return nil, fault.New(fault.Conflict, "not_found").WithExtra("alternatives", []Alternative{{StaffIDs: []string{}}})
	case "abort":
		panic(http.ErrAbortHandler)
	}
	return nil, errNotFound
}
