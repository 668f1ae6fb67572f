package api

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

type fakeTree struct {
	Children []fakeTree `json:"children"`
	Parent   *fakeTree  `json:"parent"`
	Maybe    *fakeTree  `json:"maybe,omitempty"`
}

func TestRegistry_SchemasOfOurTypes(t *testing.T) {
	t.Parallel()
	configureFramework()
	for _, x := range []struct {
		t    reflect.Type
		want string
	}{
		{reflect.TypeFor[business.ID](), `{"format":"uuid","pattern":"^[0-9a-fA-F]+-","patternDescription":"format_id","type":"string"}`},
		{reflect.TypeFor[*business.ID](), `"type":["string","null"]`},
		{reflect.TypeFor[clock.Date](), `{"examples":["2026-12-01"],"format":"date","type":"string"}`},
		{reflect.TypeFor[*clock.Date](), `"type":["string","null"]`},
		{reflect.TypeFor[time.Time](), `{"format":"date-time","type":"string"}`},
		{reflect.TypeFor[*time.Time](), `{"format":"date-time","type":["string","null"]}`},
		{reflect.TypeFor[locale.Lang](), `{"enum":["ja","en"],"type":"string"}`},
		{reflect.TypeFor[locale.Text](), `{"$ref":"#/components/schemas/LocalizedText"}`},
		{reflect.TypeFor[money.Money](), `{"$ref":"#/components/schemas/Money"}`},
		{reflect.TypeFor[[]money.Money](), `{"items":{"$ref":"#/components/schemas/Money"},"type":"array"}`},
		{reflect.TypeFor[encoded[money.Money]](), `{"$ref":"#/components/schemas/Money"}`},
		{reflect.TypeFor[[]id.Of[fakeTree]](), `"type":"array"`},
		{reflect.TypeFor[list[money.Money]](), `{"$ref":"#/components/schemas/ListMoney"}`},
	} {
		raw, err := json.Marshal(newRegistry().Schema(x.t, true, "Hint"))
		if err != nil || string(raw) != x.want && !strings.Contains(string(raw), x.want) {
			t.Errorf("%s: %s, want %s (%v)", x.t, raw, x.want, err)
		}
	}
}

// An id is written in one way: what passes here is decoded, and what does not is
// refused with its place.
func TestRegistry_OneWritingOfIDs(t *testing.T) {
	t.Parallel()
	configureFramework()
	const good = "0198c5a2-1b3c-7def-8A00-0123456789aB"
	bare := strings.ReplaceAll(good, "-", "")
	r := newRegistry()
	s := r.Schema(reflect.TypeFor[business.ID](), true, "")
	for _, x := range []string{
		good, "", "none", bare, "{" + good + "}", "urn:uuid:" + good, bare[:8] + "-" + bare[8:], "-" + bare[:31], good + "-", good[:35],
		" " + good[1:], good + "\n", strings.Replace(good, "a", "g", 1), strings.Replace(good, "-", "_", 1), good[1:9] + good[:1] + good[9:],
		strings.Repeat("-", 36), strings.Repeat("a", 36), strings.Repeat("a", 31) + "-", "0-" + bare[:30], "aaaaaaaa-" + strings.Repeat("あ", 9),
	} {
		var res huma.ValidateResult
		huma.Validate(r, s, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, x, &res)
		var into business.ID
		decoded := into.UnmarshalText([]byte(x)) == nil
		if passes := len(res.Errors) == 0; passes != (x == good) || passes && !decoded {
			t.Errorf("%q: passes %v, decoded %v: %v", x, passes, decoded, res.Errors)
		}
		for _, err := range res.Errors {
			if d := new(huma.ErrorDetail); !errors.As(err, &d) || d.Message != "format_id" {
				t.Errorf("%q: %v", x, err)
			}
		}
	}
}

// A struct that is always there may be null when it is a pointer; a type may contain itself.
func TestRegistry_PointersToStructs(t *testing.T) {
	t.Parallel()
	configureFramework()
	r := newRegistry()
	r.Schema(reflect.TypeFor[fakeTree](), true, "")
	raw, err := json.Marshal(r.SchemaFromRef(schemaPrefix + "FakeTree"))
	const want = `"properties":{"children":{"items":{"$ref":"#/components/schemas/FakeTree"},"type":"array"},` +
		`"maybe":{"$ref":"#/components/schemas/FakeTree"},` +
		`"parent":{"anyOf":[{"$ref":"#/components/schemas/FakeTree"},{"enum":[null],"type":"null"}]}},"required":["children","parent"]`
	if err != nil || !strings.Contains(string(raw), want) {
		t.Errorf("got %s\nwant %s", raw, want)
	}
}

// Two types of one name would silently share a schema.
func TestRegistry_NameTaken_Panics(t *testing.T) {
	t.Parallel()
	configureFramework()
	defer func() {
		if recover() == nil {
			t.Error("two types of one name were accepted")
		}
	}()
	r := newRegistry()
	type Money struct{ Amount int }
	r.Schema(reflect.TypeFor[money.Money](), true, "")
	r.Schema(reflect.TypeFor[Money](), true, "")
}

func TestFiller_NilSlicesBecomeEmpty(t *testing.T) {
	t.Parallel()
	type inner struct{ L []int }
	type outer struct {
		L     []string
		Deep  [][]int
		P     *inner
		Nil   *inner
		Many  []inner
		Bytes []byte
		Array [2]int
		In    struct{ inner }
		Any   any
		Tree  fakeTree
	}
	v := outer{P: &inner{}, Many: []inner{{}}, Deep: [][]int{nil}}
	newFiller(reflect.TypeOf(v)).value(reflect.ValueOf(&v).Elem())
	if v.L == nil || v.Deep[0] == nil || v.P.L == nil || v.Many[0].L == nil || v.Bytes != nil || v.Nil != nil || v.Tree.Children == nil {
		t.Errorf("got %+v", v)
	}
}
