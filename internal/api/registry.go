package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

const schemaPrefix = "#/components/schemas/"

// registry makes the schemas of Go types. It differs from the framework's in
// what it knows: ids, local dates, texts in several languages, answers that
// bring their own JSON, and that a pointer to a struct may be null.
type registry struct {
	schemas map[string]*huma.Schema
	types   map[string]reflect.Type
}

func newRegistry() *registry {
	return &registry{schemas: map[string]*huma.Schema{}, types: map[string]reflect.Type{}}
}

// Map is all named schemas.
func (r *registry) Map() map[string]*huma.Schema { return r.schemas }

// MarshalJSON writes them in the order of their names.
func (r *registry) MarshalJSON() ([]byte, error) { return json.Marshal(r.schemas) }

// RegisterTypeAlias is part of the framework's interface and not used.
func (r *registry) RegisterTypeAlias(t, _ reflect.Type) {
	panic("api: no aliases of types: " + t.String())
}

// SchemaFromRef finds a named schema.
func (r *registry) SchemaFromRef(ref string) *huma.Schema {
	return r.schemas[strings.TrimPrefix(ref, schemaPrefix)]
}

// TypeFromRef finds the type of a named schema.
func (r *registry) TypeFromRef(ref string) reflect.Type {
	return r.types[strings.TrimPrefix(ref, schemaPrefix)]
}

var (
	dateType     = reflect.TypeFor[clock.Date]()
	textType     = reflect.TypeFor[locale.Text]()
	langType     = reflect.TypeFor[locale.Lang]()
	instantType  = reflect.TypeFor[instant]()
	timeType     = reflect.TypeFor[time.Time]()
	describeType = reflect.TypeFor[describer]()
)

// describer is a type whose schema is that of another.
type describer interface{ describes() reflect.Type }

// Schema makes or finds the schema of a type.
func (r *registry) Schema(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	isPointer := t.Kind() == reflect.Pointer
	base := t
	for base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	if base.Implements(describeType) {
		d, _ := reflect.TypeAssert[describer](reflect.Zero(base))
		return r.described(d.describes(), allowRef, hint)
	}
	if s := r.special(base); s != nil {
		s.Nullable = isPointer && s.Ref == ""
		s.PrecomputeMessages()
		return s
	}
	if base.Kind() != reflect.Struct || base == timeType {
		if base.Kind() == reflect.Slice || base.Kind() == reflect.Array || base.Kind() == reflect.Map {
			t = base
		}
		return huma.SchemaFromType(r, t)
	}
	name := huma.DefaultSchemaNamer(base, hint)
	s := r.named(name, base, func() *huma.Schema { return r.structSchema(base) })
	if allowRef {
		return &huma.Schema{Ref: schemaPrefix + name}
	}
	return s
}

// described is the schema of a type that stands for another. An object that may
// be null is written out where it stands: a reference cannot be null.
func (r *registry) described(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct || t.Elem() == timeType || r.special(t.Elem()) != nil {
		return r.Schema(t, allowRef, hint)
	}
	s := *r.structSchema(t.Elem())
	s.Nullable = true
	s.PrecomputeMessages()
	return &s
}

// named registers before it makes, so that a type may contain itself.
func (r *registry) named(name string, t reflect.Type, build func() *huma.Schema) *huma.Schema {
	if known, ok := r.types[name]; ok {
		if known != t {
			panic(fmt.Sprintf("api: schema name %s of %s is taken by %s", name, t, known))
		}
		return r.schemas[name]
	}
	r.types[name] = t
	r.schemas[name] = &huma.Schema{}
	*r.schemas[name] = *build()
	return r.schemas[name]
}

// special is the schema of the types that this registry knows, or nil.
func (r *registry) special(t reflect.Type) *huma.Schema {
	switch {
	case t == dateType:
		return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-12-01"}}
	case t == instantType:
		// The format is told and not validated: the type itself reads more leniently.
		return &huma.Schema{Type: huma.TypeString, Extensions: map[string]any{"format": "date-time"}}
	case t == langType:
		return &huma.Schema{Type: huma.TypeString, Enum: []any{string(locale.JA), string(locale.EN)}}
	case t == textType:
		r.named("LocalizedText", t, localizedText)
		return &huma.Schema{Ref: schemaPrefix + "LocalizedText"}
	case isID(t):
		return idSchema()
	}
	return nil
}

// isID tells the instances of id.Of.
func isID(t reflect.Type) bool {
	return t.Kind() == reflect.Array && t.Len() == 16 && strings.HasSuffix(t.PkgPath(), "/internal/id")
}

// idSchema is the common writing of a UUID. The framework's check of the format
// takes three others, too, none of which has a hyphen after hexadecimal digits. The
// pattern is short because every field with an id compiles its own, some hundreds in all.
func idSchema() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid", Pattern: "^[0-9a-fA-F]+-", PatternDescription: "format_id"}
}

func localizedText() *huma.Schema {
	length := 5000
	text := &huma.Schema{Type: huma.TypeString, MaxLength: &length}
	most := 20
	s := &huma.Schema{
		Type: huma.TypeObject, Description: "One text in several languages, by language tag; Japanese is required",
		Required: []string{string(locale.JA)}, Properties: map[string]*huma.Schema{string(locale.JA): text},
		AdditionalProperties: &huma.Schema{Type: huma.TypeString, MaxLength: &length}, MaxProperties: &most,
		Examples: []any{map[string]any{"ja": "カット", "en": "Haircut"}},
	}
	s.AdditionalProperties.(*huma.Schema).PrecomputeMessages() //nolint:errcheck,forcetypeassert // set one line above
	s.PrecomputeMessages()
	return s
}

// structSchema is the framework's, but a field that is a pointer to a struct
// and always present may be null.
func (r *registry) structSchema(t reflect.Type) *huma.Schema {
	s := huma.SchemaFromType(r, t)
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		prop := s.Properties[name]
		if prop == nil || prop.Ref == "" || f.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
			continue
		}
		s.Properties[name] = &huma.Schema{
			Description: prop.Description,
			AnyOf:       []*huma.Schema{{Ref: prop.Ref}, {Type: "null", Enum: []any{nil}}},
		}
	}
	s.PrecomputeMessages()
	return s
}
