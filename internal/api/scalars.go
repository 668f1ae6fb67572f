package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// instant is a point in time as a query parameter. It forgives the commonest
// slip: a "+" that was not escaped arrives as a space.
type instant struct{ time.Time }

// UnmarshalText reads RFC 3339.
func (i *instant) UnmarshalText(b []byte) error {
	t, err := time.Parse(time.RFC3339Nano, strings.Replace(string(b), " ", "+", 1))
	if err != nil || t.Year() < 1 {
		return fmt.Errorf("instant %q is not RFC 3339", b)
	}
	i.Time = t
	return nil
}

// parseIDs reads ids from a repeated or comma-separated query parameter, at
// most max of them; the fault names the parameter. Declare it as
// []string `query:"option_ids,explode"`.
func parseIDs[T any](name string, values []string, most int) ([]id.Of[T], error) {
	out := []id.Of[T]{}
	var v fault.Fields
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if part == "" {
			continue
		}
		x, err := id.Parse[T](part)
		if err != nil {
			v.Add(fmt.Sprintf("query.%s[%d]", name, len(out)), "format_id")
			break
		}
		if out = append(out, x); len(out) > most {
			v.Add("query."+name, "too_many", fault.Args{"max": most})
			break
		}
	}
	return out, v.Err()
}

// encoded is an answer of schema T that was encoded by hand: for the paths where
// reflection costs more than the work itself.
type encoded[T any] struct{ JSON []byte }

func (e encoded[T]) rawJSON() []byte         { return e.JSON }
func (e encoded[T]) describes() reflect.Type { return reflect.TypeFor[T]() }

// MarshalJSON gives the bytes as they are.
func (e encoded[T]) MarshalJSON() ([]byte, error) { return json.RawMessage(e.JSON).MarshalJSON() }

// empty is the output of operations that answer 204.
type empty struct{}

// data is the output of operations that answer a body and nothing else.
type data[T any] struct{ Body T }

// versioned is the output of operations on a versioned resource.
type versioned[T any] struct {
	ETag string `header:"ETag" doc:"The version, for If-Match" example:"\"3\""`
	Body T
}

// created is the output of creating operations.
type created[T any] struct {
	Location string `header:"Location" doc:"Where the created resource is"`
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same key"`
	Body     T
}

// outcome is the output of other operations that take an Idempotency-Key.
type outcome[T any] struct {
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same key"`
	Body     T
}

// InBusiness is embedded by the inputs of operations below /businesses/{business_id};
// businessID(ctx) has the parsed and admitted id.
type InBusiness struct {
	BusinessID business.ID `path:"business_id" doc:"The business"`
}
