package api

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// realAPI has the program's operations and no service: what is refused at the
// edge needs none, and what is let through by mistake is a 500.
func realAPI(t *testing.T) *API {
	t.Helper()
	a := New(Deps{Ring: pgtest.Ring(t), Limits: LimitOptions{Reads: 1e6, Writes: 1e6, Burst: 1e5}})
	a.gate = fakeGate{}
	return a
}

// caller is who may call the operation.
func caller(z Authz) string {
	switch z.Audience {
	case audiencePublic, audiencePerson:
		return "customer"
	case audiencePlatform:
		return "operator"
	default:
		return "owner"
	}
}

// pathOf fills the path's parameters: one of them hostile, the others sane.
func pathOf(op *operation, hostile, value string) string {
	path := basePath + op.Path
	for _, name := range op.pathParams {
		fill := "x"
		switch {
		case name == hostile:
			fill = value
		case name == "business_id":
			fill = shop.String()
		case name == "job_id":
			fill = "1"
		case strings.HasSuffix(name, "_id") || name == "id":
			fill = thing.String()
		case name == "date":
			fill = "2026-12-01"
		}
		path = strings.Replace(path, "{"+name+"}", fill, 1)
	}
	return path
}

func (a *API) try(op *operation, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(op.Method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+caller(op.Authz))
	r.Header.Set("If-Match", `"1"`)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// blames tells whether the problem has an error at the location.
func blames(p Problem, location string) bool {
	for _, e := range p.Errors {
		if e.Location == location {
			return true
		}
	}
	return false
}

// S11, generated from the operations: what a body or a query does not know is refused and named.
func TestEveryOperation_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	a := realAPI(t)
	for _, op := range a.operations {
		w := a.try(op, pathOf(op, "", "")+"?zz_unknown=1", "{}")
		if p := problemOf(t, w); w.Code != 422 || !blames(p, "query.zz_unknown") {
			t.Errorf("%s: unknown parameter: %s", op.ID, w.Body)
		}
		if !a.takesJSON(op) {
			continue
		}
		w = a.try(op, pathOf(op, "", ""), `{"zz_unknown":1}`)
		if p := problemOf(t, w); w.Code != 422 || !blames(p, "body.zz_unknown") {
			t.Errorf("%s: unknown property: %s", op.ID, w.Body)
		}
	}
}

// Hostile input gets a problem document that names the field, never a 5xx.
func TestEveryOperation_HostilePath_NamesTheParameter(t *testing.T) {
	t.Parallel()
	a := realAPI(t)
	for _, op := range a.operations {
		for _, name := range op.pathParams {
			for _, value := range []string{"%00", "a%00b", "%ff%fe", "%1b%5b31m"} {
				w := a.try(op, pathOf(op, name, value), "{}")
				if p := problemOf(t, w); w.Code != 422 || !blames(p, "path."+name) {
					t.Errorf("%s: %s=%s: %s", op.ID, name, value, w.Body)
				}
			}
		}
	}
}

func TestEveryOperation_HostileQuery_NamesTheParameter(t *testing.T) {
	t.Parallel()
	a := realAPI(t)
	for _, op := range a.operations {
		for _, p := range a.parameters(op) {
			if p.In != "query" {
				continue
			}
			for _, value := range []string{"%00", "%ff", "a%1b"} {
				w := a.try(op, pathOf(op, "", "")+"?"+p.Name+"="+value, "{}")
				if got := problemOf(t, w); w.Code != 422 || !blames(got, "query."+p.Name) {
					t.Errorf("%s: %s=%s: %s", op.ID, p.Name, value, w.Body)
				}
			}
		}
	}
}

func TestEveryOperation_HostileBody_IsAProblem(t *testing.T) {
	t.Parallel()
	a := realAPI(t)
	for _, op := range a.operations {
		if !a.takesJSON(op) {
			continue
		}
		for _, body := range a.hostileBodies(op) {
			w := a.try(op, pathOf(op, "", ""), body)
			p := problemOf(t, w)
			if w.Code != 400 && w.Code != 422 || len(p.Errors) == 0 {
				t.Errorf("%s: %.80s: %s", op.ID, body, w.Body)
			}
			for _, e := range p.Errors {
				if !strings.HasPrefix(e.Location, "body") {
					t.Errorf("%s: %.80s: %+v", op.ID, body, e)
				}
			}
		}
	}
}

// takesJSON tells operations with a body but those that take a file, which may say anything.
func (a *API) takesJSON(op *operation) bool {
	return op.hasBody && a.documented(op).RequestBody.Content["application/json"] != nil
}

// documented is the operation in the document.
func (a *API) documented(op *operation) *huma.Operation {
	item := a.huma.OpenAPI().Paths[basePath+op.Path]
	for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
		if o != nil && o.OperationID == op.ID {
			return o
		}
	}
	return &huma.Operation{}
}

func (a *API) parameters(op *operation) []*huma.Param { return a.documented(op).Parameters }

// hostileBodies are wrong as a whole, and wrong in each of the properties. Each
// also has an unknown property, so that none is ever let through.
func (a *API) hostileBodies(op *operation) []string {
	out := []string{
		`[]`, `"x"`, `1`, `null`, `true`, `{`, `}`, `{"a":}`, `{"a":1}{"a":1}`, "\xff", "{\"a\":\"\xff\"}", `{"a":1,"a":2}`, `{"__proto__":{"x":1}}`,
		strings.Repeat(`[`, 20_000), strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000), `{"a":1e999}`, `{"a":"\u0000"}`, `{"":1}`,
	}
	s := a.documented(op).RequestBody.Content["application/json"].Schema
	if s.Ref != "" {
		s = a.huma.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	for name := range s.Properties {
		key, _ := json.Marshal(name) //nolint:errchkjson // a string
		for _, value := range []string{
			`null`, `true`, `{}`, `[]`, `[[]]`, `{"ja":{}}`, `-1`, `0`, `1e300`, `9223372036854775808`, `0.1`, `""`, `"\u0000"`, `"\ud800"`,
			`"` + strings.Repeat("あ", 20_000) + `"`, `"' OR 1=1 --"`, `"9999-99-99T99:99:99Z"`, `["\u0000"]`, `[null]`, `[{}]`,
		} {
			out = append(out, `{"zz_unknown":1,`+string(key)+`:`+value+`}`)
		}
	}
	return out
}
