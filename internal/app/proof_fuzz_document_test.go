package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/omotenashi-connect/omotenashi/internal/app"
)

// fuzzOp is an operation of the program's own document, with what the fuzzer
// asks about it.
type fuzzOp struct {
	*openapi3.Operation
	method, path string // the path as in the document
	parts        []string
	authz        struct {
		Audience string
		Roles    []string
		Own      []string // those of them who see what they serve themselves
		Scope    string
	}
	codes      []string
	params     openapi3.Parameters
	body       *openapi3.Schema // nil: none
	file       bool             // the body is no JSON
	sane       struct{ body, kind string }
	idempotent bool
	ifMatch    bool
}

// fuzzDocument is the document as kin-openapi reads it.
type fuzzDocument struct {
	*openapi3.T
	operations []*fuzzOp
	named      map[string]bool // path parameters of any operation
	tagged     map[string][]*fuzzOp
	deep       sync.Map // answers that were checked by the full JSON Schema too
}

// readFuzzDocument takes the document from the program, not from a file.
func readFuzzDocument(t *testing.T) *fuzzDocument {
	t.Helper()
	raw, err := app.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.AllowExtraSiblingFields("patternDescription")); err != nil { // the framework's own
		t.Errorf("the document is none of OpenAPI %s: %v", doc.OpenAPI, err)
	}
	d := &fuzzDocument{T: doc, named: map[string]bool{}, tagged: map[string][]*fuzzOp{}}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		methods := doc.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			o := d.read(t, method, path, methods[method])
			d.operations = append(d.operations, o)
			for _, tag := range o.Tags {
				d.tagged[tag] = append(d.tagged[tag], o)
			}
		}
	}
	return d
}

func (d *fuzzDocument) read(t *testing.T, method, path string, op *openapi3.Operation) *fuzzOp {
	t.Helper()
	o := &fuzzOp{Operation: op, method: method, path: path, parts: strings.Split(path, "/"), params: op.Parameters}
	for name, to := range map[string]any{"x-authz": &o.authz, "x-codes": &o.codes} {
		raw, err := json.Marshal(op.Extensions[name])
		if err == nil {
			err = json.Unmarshal(raw, to)
		}
		if err != nil {
			t.Fatalf("%s: %s: %v", op.OperationID, name, err)
		}
	}
	for _, p := range o.params {
		switch {
		case p.Value.In == "path":
			d.named[p.Value.Name] = true
		case p.Value.Name == "Idempotency-Key":
			o.idempotent = true
		case p.Value.Name == "If-Match":
			o.ifMatch = true
		}
	}
	if op.RequestBody != nil {
		for kind := range op.RequestBody.Value.Content {
			o.sane, o.file = files[kind], files[kind].kind != ""
		}
		if !o.file {
			o.body = op.RequestBody.Value.Content.Get("application/json").Schema.Value
		}
	}
	return o
}

// hazardous operations end or change the caller's own way in.
func (o *fuzzOp) hazardous() bool {
	below := strings.TrimPrefix(o.path, "/api/v1")
	return o.method != http.MethodGet && (strings.HasPrefix(below, "/auth") || strings.HasPrefix(below, "/me"))
}

// match finds the operation that serves the address, and its parameters.
func (d *fuzzDocument) match(method, target string) (*fuzzOp, map[string]string) {
	path, _, _ := strings.Cut(target, "?")
	parts := strings.Split(path, "/")
	var best *fuzzOp
	for _, o := range d.operations { // a literal goes before a parameter
		if o.method == method && o.fits(parts) && (best == nil || strings.Count(o.path, "{") < strings.Count(best.path, "{")) {
			best = o
		}
	}
	if best == nil {
		return nil, nil
	}
	given := map[string]string{}
	for i, p := range best.parts {
		if name, ok := parameterName(p); ok {
			given[name] = parts[i]
		}
	}
	return best, given
}

func (o *fuzzOp) fits(parts []string) bool {
	if len(parts) != len(o.parts) {
		return false
	}
	for i, p := range o.parts {
		if _, ok := parameterName(p); !ok && p != parts[i] || parts[i] == "" && p != "" {
			return false
		}
	}
	return true
}

// above is the path of the collection in which the parameter names one.
func (o *fuzzOp) above(name string) string {
	path, _, _ := strings.Cut(o.path, "/{"+name+"}")
	return path
}

func parameterName(part string) (string, bool) {
	name, ok := strings.CutPrefix(part, "{")
	return strings.TrimSuffix(name, "}"), ok
}

// below is the parameter that names one thing of the list or collection at the
// path: service_id for …/services.
func (d *fuzzDocument) below(path string) string {
	for _, o := range d.operations {
		if rest, ok := strings.CutPrefix(o.path, path+"/"); ok && !strings.Contains(rest, "/") {
			if name, ok := parameterName(rest); ok {
				return name
			}
		}
	}
	return ""
}

// maker is the operation that makes what the parameter names below the path, or
// else lists it.
func (d *fuzzDocument) maker(above []string, name string) *fuzzOp {
	list := strings.Join(above, "/")
	for _, o := range d.operations {
		if o.method == http.MethodPost && o.path == list && o.Responses.Status(http.StatusCreated) != nil || o.method == http.MethodPut && o.path == list+"/{"+name+"}" {
			return o
		}
	}
	for _, o := range d.operations {
		if o.method == http.MethodGet && o.path == list {
			return o
		}
	}
	return nil
}

func (d *fuzzDocument) byID(id string) *fuzzOp {
	for _, o := range d.operations {
		if o.OperationID == id {
			return o
		}
	}
	return nil
}

// answers is what the document says of an answer with the status: nil when it
// says nothing. What succeeds must be named; for failures there is a default.
func (o *fuzzOp) answers(status int) *openapi3.Response {
	if r := o.Responses.Status(status); r != nil {
		return r.Value
	}
	if r := o.Responses.Default(); r != nil && status >= 400 {
		return r.Value
	}
	return nil
}

var patterns sync.Map

// asGo compiles a pattern of the document once a run; they are written for both engines.
func asGo(expr string) (openapi3.RegexMatcher, error) {
	known, _ := patterns.Load(expr)
	if re, ok := known.(*regexp.Regexp); ok {
		return re, nil
	}
	re, err := regexp.Compile(expr)
	if err == nil {
		patterns.Store(expr, re)
	}
	return re, err
}

// violates tells how a value breaks a schema, or nothing. The quick validator
// knows all that our document uses; the first of each kind is checked by the
// full JSON Schema of 2020 too, which is compiled anew each time.
func (d *fuzzDocument) violates(kind string, x *openapi3.Schema, raw []byte, o ...openapi3.SchemaValidationOption) string {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return "is no JSON: " + err.Error()
	}
	o = append(o, openapi3.EnableFormatValidation(), openapi3.SetSchemaRegexCompiler(asGo))
	if err := x.VisitJSON(v, o...); err != nil {
		what, _, _ := strings.Cut(err.Error(), "\nSchema:") // which follows whole
		return what
	}
	if _, seen := d.deep.LoadOrStore(kind, true); seen {
		return ""
	}
	if err := x.VisitJSON(v, append(o, openapi3.EnableJSONSchema2020())...); err != nil {
		return fmt.Sprintf("JSON Schema: %v", err)
	}
	return ""
}
