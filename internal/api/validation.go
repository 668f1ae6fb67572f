package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// The framework reports faults as finished English sentences. Its sentences are
// replaced by messages that a program can read: a code, and pairs of argument
// and value, separated by a byte that no text holds. Two arguments are places:
// "." adds a name to the framework's location, "=" replaces it.
const (
	separator   = "\x1f"
	placeBelow  = "."
	placeInFull = "="
)

// Codes that make a request malformed (400) rather than invalid (422).
const (
	codeMalformed     = "request.malformed"
	codeDuplicateName = "request.duplicate_name"
)

// messageAt is a message with its place.
func messageAt(code, location string) error {
	return errors.New(code + separator + placeInFull + separator + location)
}

// configureFramework sets what the framework keeps in package variables. They
// are global, and no other package of the program uses the framework.
var configureFramework = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	huma.ErrorFormatter = formatMessage
	huma.NewError = unknownError
	huma.NewErrorWithContext = frameworkError
	setMessages()
})

// unknownError is a refusal that a handler made with the framework's own
// functions: a bug, answered as one.
func unknownError(status int, msg string, errs ...error) huma.StatusError {
	return &Problem{Status: status, cause: fmt.Errorf("framework: %d %s: %w", status, msg, errors.Join(errs...))}
}

// setMessages gives every sentence a template: the code, then the names of its arguments.
func setMessages() {
	for to, template := range map[*string]string{
		&validation.MsgUnexpectedProperty:                 "unknown_property",
		&validation.MsgExpectedRFC3339DateTime:            "format_date_time",
		&validation.MsgExpectedRFC1123DateTime:            "format_date_time",
		&validation.MsgExpectedRFC3339Date:                "format_date",
		&validation.MsgExpectedRFC3339Time:                "format_time",
		&validation.MsgExpectedRFC5322Email:               "format_email",
		&validation.MsgExpectedRFC5890Hostname:            "format",
		&validation.MsgExpectedRFC2673IPv4:                "format",
		&validation.MsgExpectedRFC2373IPv6:                "format",
		&validation.MsgExpectedRFCIPAddr:                  "format",
		&validation.MsgExpectedRFC3986URI:                 "format_uri",
		&validation.MsgExpectedRFC4122UUID:                "format_id",
		&validation.MsgExpectedRFC6570URITemplate:         "format",
		&validation.MsgExpectedRFC6901JSONPointer:         "format",
		&validation.MsgExpectedRFC6901RelativeJSONPointer: "format",
		&validation.MsgExpectedRegexp:                     "format",
		&validation.MsgExpectedMatchAtLeastOneSchema:      "no_match",
		&validation.MsgExpectedMatchExactlyOneSchema:      "no_match",
		&validation.MsgExpectedNotMatchSchema:             "no_match",
		&validation.MsgExpectedPropertyNameInObject:       "required",
		&validation.MsgExpectedBoolean:                    "type_boolean",
		&validation.MsgExpectedDuration:                   "format",
		&validation.MsgExpectedNumber:                     "type_number",
		&validation.MsgExpectedInteger:                    "type_integer",
		&validation.MsgExpectedString:                     "type_string",
		&validation.MsgExpectedBase64String:               "format",
		&validation.MsgExpectedArray:                      "type_array",
		&validation.MsgExpectedObject:                     "type_object",
		&validation.MsgExpectedArrayItemsUnique:           "duplicate",
		&validation.MsgExpectedOneOf:                      "not_allowed values",
		&validation.MsgExpectedMinimumNumber:              "too_small min",
		&validation.MsgExpectedExclusiveMinimumNumber:     "above min",
		&validation.MsgExpectedMaximumNumber:              "too_large max",
		&validation.MsgExpectedExclusiveMaximumNumber:     "below max",
		&validation.MsgExpectedNumberBeMultipleOf:         "multiple_of step",
		&validation.MsgExpectedMinLength:                  "too_short min",
		&validation.MsgExpectedMaxLength:                  "too_long max",
		&validation.MsgExpectedBePattern:                  "@pattern",
		&validation.MsgExpectedMatchPattern:               "format",
		&validation.MsgExpectedMinItems:                   "too_few min",
		&validation.MsgExpectedMaxItems:                   "too_many max",
		&validation.MsgExpectedMinProperties:              "too_few min",
		&validation.MsgExpectedMaxProperties:              "too_many max",
		&validation.MsgExpectedRequiredProperty:           "required .",
		&validation.MsgExpectedDependentRequiredProperty:  "required_with . other",
	} {
		*to = template
	}
}

// formatMessage fills a template. A pattern's description may be a code of ours.
func formatMessage(template string, values ...any) string {
	words := strings.Fields(template)
	if words[0] == "@pattern" {
		if code := fmt.Sprint(values...); locale.Has(locale.JA, code) {
			return code
		}
		return "format"
	}
	out := []string{words[0]}
	for i, name := range words[1:] {
		if i < len(values) {
			out = append(out, name, plain(values[i]))
		}
	}
	return strings.Join(out, separator)
}

// plain writes 1000000, not 1e+06.
func plain(v any) string {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// hardWired are the framework's sentences that cannot be replaced.
var hardWired = map[string]string{
	"unknown query parameter":              "unknown_property",
	"required path parameter is missing":   "required",
	"required query parameter is missing":  "required",
	"required header parameter is missing": "required",
	"invalid integer":                      "type_integer",
	"invalid float":                        "type_number",
	"invalid floating value":               "type_number",
	"invalid boolean":                      "type_boolean",
	"expected value to match exactly one schema but matched multiple": "no_match",
}

// frameworkError makes the problem of whatever the framework refuses. Nothing
// of its messages and values is shown but codes that we know.
func frameworkError(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
	c := callOf(ctx.Context())
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return c.refuse(tooLarge(ctx.Operation().MaxBodyBytes))
	case status == http.StatusRequestTimeout:
		return c.problem(refusedTimeout, fault.New(fault.Malformed, "request.timeout"))
	case status == http.StatusUnsupportedMediaType:
		return c.problem(refusedMediaType, fault.New(fault.Malformed, "request.media_type"))
	case status == http.StatusBadRequest && len(errs) == 0: // the body is missing
		var v fault.Fields
		v.Add("body", "required")
		return c.refuse(v.Err())
	case status == http.StatusInternalServerError && msg == "cannot read request body":
		return c.refuse(fault.Wrap(fault.Malformed, codeMalformed, errors.Join(errs...)))
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return c.refuse(invalid(ctx.Operation(), errs))
	}
	return c.refuse(fmt.Errorf("framework: %d %s: %w", status, msg, errors.Join(errs...)))
}

// tooLarge is the fault of a body over the framework's bound, which refuses at the bound itself.
func tooLarge(bound int64) *fault.Fault {
	return fault.New(fault.TooLarge, "request.too_large").With(fault.Args{"max": bound - 1})
}

// invalid gathers the framework's findings, one a place, in a stable order.
func invalid(op *huma.Operation, errs []error) *fault.Fault {
	f := &fault.Fault{Kind: fault.Invalid, Code: fault.CodeInvalid}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			d = &huma.ErrorDetail{Location: "body"}
		}
		x := finding(op, d)
		if x.Code == codeMalformed || x.Code == codeDuplicateName {
			f.Kind, f.Code = fault.Malformed, x.Code
		}
		f.Fields = append(f.Fields, x)
	}
	slices.SortStableFunc(f.Fields, func(a, b fault.Field) int { return cmp.Compare(a.Location, b.Location) })
	f.Fields = slices.CompactFunc(f.Fields, func(a, b fault.Field) bool { return a.Location == b.Location })
	return f
}

// finding reads one message.
func finding(op *huma.Operation, d *huma.ErrorDetail) fault.Field {
	words := strings.Split(d.Message, separator)
	f := fault.Field{Location: d.Location, Code: words[0]}
	for i := 1; i+1 < len(words); i += 2 {
		switch name, value := words[i], words[i+1]; name {
		case placeBelow:
			f.Location += "." + value
		case placeInFull:
			f.Location = value
		default:
			if f.Args == nil {
				f.Args = fault.Args{}
			}
			f.Args[name] = value
		}
	}
	if code, ok := hardWired[d.Message]; ok {
		f.Code = code
	}
	if !locale.Has(locale.JA, f.Code) { // a sentence of a type that reads itself from text
		f.Code = formatCode(op, f.Location)
	}
	return f
}

// formatCode is the code for a parameter that its type could not read.
func formatCode(op *huma.Operation, location string) string {
	for _, p := range op.Parameters {
		if location != p.In+"."+p.Name {
			continue
		}
		format := p.Schema.Format
		if x, ok := p.Schema.Extensions["format"].(string); ok {
			format = x
		}
		switch format {
		case "uuid":
			return "format_id"
		case "date":
			return "format_date"
		case "date-time":
			return "format_date_time"
		}
		return "format"
	}
	return "invalid"
}
