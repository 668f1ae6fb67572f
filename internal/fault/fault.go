package fault

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
)

// Kind says what sort of trouble it is; the edge maps it to a status.
type Kind uint8

// The kinds, with the HTTP status that the edge answers.
const (
	Internal        Kind = iota // 500
	Malformed                   // 400: could not be read at all
	Invalid                     // 422: breaks the schema or a rule of input
	Unauthenticated             // 401
	Forbidden                   // 403
	NotFound                    // 404: absent, or somebody else's
	Conflict                    // 409: the state forbids it
	Precondition                // 412: the version named is stale
	NoPrecondition              // 428: a version must be named
	TooLarge                    // 413
	Throttled                   // 429
	Unavailable                 // 503: try again later
)

// Args fill the placeholders of a text, by name.
type Args map[string]any

// Field is what is wrong with one field of the input.
type Field struct {
	Location string // where, as a path: "body.items[0].service_id"
	Code     string // stable, "required", "booking.unknown_service"
	Args     Args
}

// Fault is the error that crosses packages.
type Fault struct {
	Kind       Kind
	Code       string // stable, "booking.slot_taken"; also the key of the text
	Args       Args
	Fields     []Field
	Cause      error          // for the log only
	RetryAfter time.Duration  // for Throttled and Unavailable
	Extra      map[string]any // further members of the problem document, safe to show
}

// New makes a fault without arguments.
func New(k Kind, code string) *Fault { return &Fault{Kind: k, Code: code} }

// Wrap makes a fault that keeps its cause for the log.
func Wrap(k Kind, code string, cause error) *Fault {
	return &Fault{Kind: k, Code: code, Cause: cause}
}

// With returns a copy that carries the arguments.
func (f *Fault) With(a Args) *Fault {
	c := *f
	c.Args = a
	return &c
}

// WithExtra returns a copy that shows one more member in its problem document.
func (f *Fault) WithExtra(key string, v any) *Fault {
	c := *f
	c.Extra = make(map[string]any, len(f.Extra)+1)
	maps.Copy(c.Extra, f.Extra)
	c.Extra[key] = v
	return &c
}

// Because returns a copy that keeps the cause for the log.
func (f *Fault) Because(cause error) *Fault {
	c := *f
	c.Cause = cause
	return &c
}

// After returns a copy that asks the caller to come again after d.
func (f *Fault) After(d time.Duration) *Fault {
	c := *f
	c.RetryAfter = d
	return &c
}

// Error is for logs: code, fields and cause.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	for _, x := range f.Fields {
		fmt.Fprintf(&b, " [%s %s]", x.Location, x.Code)
	}
	if f.Cause != nil {
		b.WriteString(": ")
		b.WriteString(f.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Is matches faults of the same code, so that package-level faults work with errors.Is.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Code == f.Code
}

// As finds the fault in an error's chain.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// CodeOf is the code of the fault in the chain, or "internal".
func CodeOf(err error) string {
	if f, ok := As(err); ok {
		return f.Code
	}
	return "internal"
}

// KindOf is the kind of the fault in the chain, or Internal.
func KindOf(err error) Kind {
	if f, ok := As(err); ok {
		return f.Kind
	}
	return Internal
}

// CodeInvalid is the code of a fault that only gathers field faults.
const CodeInvalid = "validation.failed"

// Fields gathers field faults; its zero value is ready.
type Fields struct{ list []Field }

// Add notes one fault. Location is a path such as "body.name".
func (v *Fields) Add(location, code string, args ...Args) {
	f := Field{Location: location, Code: code}
	if len(args) > 0 {
		f.Args = args[0]
	}
	v.list = append(v.list, f)
}

// Check notes the fault unless ok holds, and returns ok.
func (v *Fields) Check(ok bool, location, code string, args ...Args) bool {
	if !ok {
		v.Add(location, code, args...)
	}
	return ok
}

// Len is the number of faults so far.
func (v *Fields) Len() int { return len(v.list) }

// Err is nil without faults, else one Invalid fault with all of them.
func (v *Fields) Err() error {
	if len(v.list) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Code: CodeInvalid, Fields: v.list}
}
