package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

var update = flag.Bool("update", false, "write openapi.json")

const committedDocument = "openapi.json"

func document(t *testing.T) []byte {
	t.Helper()
	doc, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// The committed document is the one that the code describes now. Write it by
// `make gen`, or by this test with -update.
func TestDocument_IsTheCommittedOne(t *testing.T) {
	t.Parallel()
	doc := document(t)
	if *update {
		if err := os.WriteFile(committedDocument, doc, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(committedDocument)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(doc, committed) {
		t.Error("openapi.json is out of date; run: make gen")
	}
}

func TestDocument_SameBytesEachTime(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(document(t), document(t)) {
		t.Error("two documents of the same code differ")
	}
}

// documentOps gives every operation of the real document, by its id.
func documentOps(t *testing.T) map[string]map[string]any {
	t.Helper()
	var doc struct {
		OpenAPI string                               `json:"openapi"`
		Paths   map[string]map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(document(t), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi %q", doc.OpenAPI)
	}
	ops := map[string]map[string]any{}
	for path, item := range doc.Paths {
		for method, op := range item {
			op["path"], op["method"] = path, method
			id, _ := op["operationId"].(string)
			ops[id] = op
		}
	}
	if len(ops) == 0 {
		t.Fatal("no operations")
	}
	return ops
}

// S09: an operation without an authorization would be open by mistake.
func TestDocument_EveryOperation_SaysWhoMayCall(t *testing.T) {
	t.Parallel()
	for id, op := range documentOps(t) {
		z, _ := op["x-authz"].(map[string]any)
		who, _ := z["audience"].(string)
		roles, _ := z["roles"].([]any)
		known := []audience{audiencePublic, audiencePerson, audienceBusiness, audiencePlatform}
		if !slices.Contains(known, audience(who)) || (len(roles) > 0) != (audience(who) == audienceBusiness) {
			t.Errorf("%s: x-authz %v", id, op["x-authz"])
		}
		if _, ok := op["security"]; !ok {
			t.Errorf("%s: no security", id)
		}
	}
}

// Codes are the contract: each has its texts, and the parameters of a path are described.
func TestDocument_EveryOperation_IsWhole(t *testing.T) {
	t.Parallel()
	inPath := regexp.MustCompile(`\{([a-z_]+)\}`)
	for id, op := range documentOps(t) {
		codes, _ := op["x-codes"].([]any)
		if len(codes) == 0 {
			t.Errorf("%s: no x-codes", id)
		}
		for _, c := range codes {
			for _, lang := range locale.Langs {
				if code, _ := c.(string); !locale.Has(lang, code) {
					t.Errorf("%s: code %q has no text in %s", id, code, lang)
				}
			}
		}
		var declared []string
		params, _ := op["parameters"].([]any)
		for _, p := range params {
			m, _ := p.(map[string]any)
			if m["in"] == "path" {
				name, _ := m["name"].(string)
				declared = append(declared, name)
			}
		}
		path, _ := op["path"].(string)
		for _, m := range inPath.FindAllStringSubmatch(path, -1) {
			if !slices.Contains(declared, m[1]) {
				t.Errorf("%s: path parameter %s is not described", id, m[1])
			}
		}
		responses, _ := op["responses"].(map[string]any)
		if _, ok := responses["default"]; !ok {
			t.Errorf("%s: no default response", id)
		}
	}
}

// Every schema that is referred to exists, and every one that exists is referred to.
func TestDocument_ReferencesResolve(t *testing.T) {
	t.Parallel()
	doc := document(t)
	var tree struct {
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(doc, &tree); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllSubmatch(doc, -1) {
		used[string(m[1])] = true
	}
	have := slices.Sorted(maps.Keys(tree.Components.Schemas))
	if want := slices.Sorted(maps.Keys(used)); !slices.Equal(have, want) {
		t.Errorf("schemas:\nhave %s\nused %s", have, want)
	}
}

// Requests refuse what they do not know, and arrays are never null.
func TestDocument_Schemas(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var tree struct {
		Components struct {
			Schemas map[string]struct {
				AdditionalProperties any                       `json:"additionalProperties"`
				Required             []string                  `json:"required"`
				Properties           map[string]map[string]any `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(b.document(), &tree); err != nil {
		t.Fatal(err)
	}
	for name, s := range tree.Components.Schemas {
		if open := s.AdditionalProperties; name != "LocalizedText" && name != "Problem" && open != any(false) {
			t.Errorf("%s: additionalProperties %v", name, s.AdditionalProperties)
		}
	}
	view := tree.Components.Schemas["FakeView"]
	if got := view.Properties["tags"]["type"]; got != "array" {
		t.Errorf("tags: type %v, want array without null", got)
	}
	if got := view.Properties["id"]["format"]; got != "uuid" {
		t.Errorf("id: format %v", got)
	}
	owner, err := json.Marshal(view.Properties["owner"])
	if err != nil || !strings.Contains(string(owner), `"null"`) || !slices.Contains(view.Required, "owner") {
		t.Errorf("owner may be null and is present: %s, %v", owner, view.Required)
	}
	if got := tree.Components.Schemas["LocalizedText"].Required; !slices.Equal(got, []string{"ja"}) {
		t.Errorf("LocalizedText: required %v", got)
	}
	if _, ok := tree.Components.Schemas["Problem"].Properties["code"]; !ok {
		t.Error("no Problem")
	}
	if got := tree.Components.Schemas["FakeBody"].Properties["date"]["format"]; got != "date" {
		t.Errorf("date: format %v", got)
	}
}
