package api

import (
	"reflect"
	"sync"
)

// filler makes nil slices of answers empty ones, so that arrays are never null.
// It looks only where the types have slices.
type filler struct{ t reflect.Type }

func newFiller(t reflect.Type) filler {
	hasSlices(t) // now, while the program starts
	return filler{t}
}

// value fills an addressable value.
func (f filler) value(v reflect.Value) {
	if hasSlices(f.t) {
		fillSlices(v)
	}
}

func fillSlices(v reflect.Value) {
	if !hasSlices(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			if v.CanSet() {
				v.Set(reflect.MakeSlice(v.Type(), 0, 0))
			}
			return
		}
		if hasSlices(v.Type().Elem()) {
			for i := range v.Len() {
				fillSlices(v.Index(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fillSlices(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillSlices(v.Field(i))
			}
		}
	default: // maps' values cannot be changed in place, and none of ours hold slices
	}
}

var slicesKnown sync.Map // reflect.Type → bool

// hasSlices tells whether a type has slices that encode as arrays.
func hasSlices(t reflect.Type) bool {
	if known, ok := slicesKnown.Load(t); ok {
		return known.(bool) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	slicesKnown.Store(t, true) // a type that contains itself is looked into: that is safe
	has := false
	switch t.Kind() {
	case reflect.Slice:
		has = t.Elem().Kind() != reflect.Uint8
	case reflect.Pointer:
		has = hasSlices(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			has = has || f.IsExported() && hasSlices(f.Type)
		}
	default:
	}
	slicesKnown.Store(t, has)
	return has
}
