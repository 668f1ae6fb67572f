package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Version is the API's, in its document.
const Version = "1.0.0"

// tagTexts explain the groups of operations, in the order in which they are
// shown; other groups follow.
var tagTexts = []*huma.Tag{
	{Name: "Identity", Description: "Accounts, sessions and the person behind them"},
	{Name: "Directory", Description: "Finding a business, without an account"},
	{Name: "Booking site", Description: "Booking, changing and cancelling, without an account"},
	{Name: "Business", Description: "A business and its settings, for its members"},
	{Name: "Members", Description: "Who works for a business, and who is asked to"},
	{Name: "Catalog", Description: "Services, options and resources, for members"},
	{Name: "Schedule", Description: "Opening hours, special days and shifts, for members"},
	{Name: "Console: bookings", Description: "The day, and every booking of it, for members"},
	{Name: "Customers", Description: "The people who visit a business, for members"},
	{Name: "Import and export", Description: "A business's records from files and into files"},
	{Name: "Admin", Description: "The platform, for operators"},
}

// description is the document without operations.
func description() *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Omotenashi Connect", Version: Version,
			Description: "Bookings and business management for Japanese hospitality. " +
				"Every refusal is a problem document (RFC 9457) with a stable `code`; texts follow `Accept-Language` (ja, en). " +
				"An optional property that is null is as if it were not sent. " +
				"`x-authz` says who may call an operation, `x-codes` which codes it answers.",
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Servers: []*huma.Server{{URL: "/"}},
		Components: &huma.Components{
			Schemas: newRegistry(),
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The access_token of sign-in; valid for 15 minutes"},
			},
		},
	}
}

// describe is the operation as the framework wants it.
func (op *operation) describe() huma.Operation {
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: basePath + op.Path, Summary: op.Summary, Description: op.Description,
		Tags: op.Tags, DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody + 1, // the framework refuses at the bound itself
		BodyReadTimeout: op.BodyTime,
		Metadata:        map[string]any{operationKey: op},
		Extensions:      map[string]any{"x-authz": op.Authz, "x-codes": op.codes()},
		Security:        []map[string][]string{{"bearer": {}}},
	}
	if op.Form != nil {
		h.SkipValidateBody = true // the form's own reader does
		h.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{op.Consumes: {Schema: op.Form}}}
	}
	if len(op.Produces) > 0 {
		h.Responses = map[string]*huma.Response{"200": streamed(op.Produces)}
	}
	if op.Authz.Audience == audiencePublic {
		h.Security = []map[string][]string{{}, {"bearer": {}}}
	}
	return h
}

// streamed is an answer of one of the types, of any length.
func streamed(types []string) *huma.Response {
	r := &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{}}
	for _, t := range types {
		schema := &huma.Schema{Type: huma.TypeString}
		if t == jsonType {
			schema = &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
		}
		r.Content[t] = &huma.MediaType{Schema: schema}
	}
	return r
}

// codes are all that the operation may answer, sorted.
func (op *operation) codes() []string {
	codes := append([]string{"internal", "unavailable", "overloaded", "rate_limited", fault.CodeInvalid}, op.Errors...)
	if op.Authz.Audience != audiencePublic {
		codes = append(codes, "auth.required", "auth.token_invalid", "auth.token_expired", "auth.session_ended")
	}
	if op.Authz.Audience == audienceBusiness || op.Authz.Audience == audiencePlatform {
		codes = append(codes, "auth.forbidden")
	}
	if op.Authz.Audience == audiencePlatform {
		codes = append(codes, "auth.strong_required")
	}
	codes = append(codes, op.keyCodes()...)
	if len(op.pathParams) > 0 {
		codes = append(codes, "not_found")
	}
	if op.hasBody {
		codes = append(codes, codeMalformed, codeDuplicateName, "request.too_large", "request.media_type", "request.timeout")
	}
	if op.Idempotent {
		codes = append(codes, "idempotency.in_flight", "idempotency.mismatch")
	}
	if op.IfMatch {
		codes = append(codes, "precondition.required", codeStale)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// finish closes the list of operations and serves the document.
func (a *API) finish() {
	a.huma.OpenAPI().Tags = a.tags()
	a.serveDocs()
}

// tags are the groups that have operations.
func (a *API) tags() []*huma.Tag {
	var used []string
	for _, op := range a.operations {
		used = append(used, op.Tags...)
	}
	slices.Sort(used)
	var out []*huma.Tag
	for _, t := range tagTexts {
		if slices.Contains(used, t.Name) {
			out = append(out, t)
		}
	}
	for _, name := range slices.Compact(used) {
		if !slices.ContainsFunc(out, func(t *huma.Tag) bool { return t.Name == name }) {
			out = append(out, &huma.Tag{Name: name})
		}
	}
	return out
}

// codes are all that any operation or the router may answer, sorted.
func (a *API) codes() []string {
	codes := []string{"not_found", "method_not_allowed", "internal", "overloaded", "rate_limited", "auth.cross_site"}
	for _, op := range a.operations {
		codes = append(codes, op.codes()...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// document is the OpenAPI document. It fails for a schema that cannot be written,
// which is an error of ours that every test would show.
func (a *API) document() []byte {
	raw, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		panic(fmt.Sprintf("api: document: %v", err))
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		panic(fmt.Sprintf("api: document: %v", err))
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// Document is the OpenAPI 3.1 document of all operations. It needs no database,
// and its bytes depend on the code alone.
func Document() ([]byte, error) { return New(Deps{}).document(), nil }
