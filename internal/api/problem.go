package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// problemType leads a problem's code to the URI that names its type.
const problemType = "/docs/problems#"

// maxFieldErrors bounds the answer to a request that is wrong everywhere.
const maxFieldErrors = 50

// statusClientGone is logged when the client went away; nobody reads it.
const statusClientGone = 499

// Problem is a refusal as RFC 9457 has it. What a fault knows further stands
// beside the members named here: readers pass over what they do not know.
type Problem struct {
	_ struct{} `additionalProperties:"true"`

	Type         string        `json:"type" format:"uri-reference" doc:"Names the kind of problem: a page of this server with its code" example:"/docs/problems#booking.slot_taken"`
	Title        string        `json:"title" doc:"The kind of problem in a few words, in the language of Accept-Language" example:"現在の状態では実行できません"`
	Status       int           `json:"status" doc:"The HTTP status" example:"409"`
	Detail       string        `json:"detail" doc:"What happened and what to do, for people, in the language of Accept-Language"`
	Code         string        `json:"code" doc:"Stable: what a program decides by" example:"booking.slot_taken"`
	RequestID    string        `json:"request_id" doc:"Names this request in the server's log"`
	Errors       []FieldError  `json:"errors,omitempty" doc:"What is wrong with which field"`
	Alternatives []Alternative `json:"alternatives,omitempty" doc:"Near start times that are free, when a slot was taken"`

	// Of auth.second_factor_required and auth.strong_required.
	ChallengeToken string         `json:"challenge_token,omitempty" doc:"For /auth/second-factor"`
	Methods        []string       `json:"methods,omitempty" enum:"totp,passkey,recovery_code" doc:"How a second factor can be shown"`
	PasskeyOptions map[string]any `json:"passkey_options,omitempty" doc:"For parseRequestOptionsFromJSON of WebAuthn, as publicKey"`
	Enrolled       bool           `json:"enrolled,omitempty" doc:"Whether the account has a second factor that could be shown"`

	extra map[string]any
	cause error // of a problem that the framework made without its context
}

// FieldError is what is wrong with one field.
type FieldError struct {
	Location string `json:"location" doc:"Where: body.…, query.…, path.… or header.…" example:"body.items[0].service_id"`
	Code     string `json:"code" doc:"Stable" example:"required"`
	Message  string `json:"message" doc:"For people, in the language of Accept-Language"`
}

// Alternative is a start time near the one that was taken.
type Alternative struct {
	Start    time.Time `json:"start"`
	End      time.Time `json:"end" doc:"When the customer leaves"`
	StaffIDs []string  `json:"staff_ids" doc:"Who can be nominated then"`
}

// Error is for logs.
func (p *Problem) Error() string { return p.Code }

// GetStatus is for the framework.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is for the framework.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// ownMembers are the names that no further member may take.
var ownMembers = []string{"type", "title", "status", "detail", "code", "request_id", "errors"}

// MarshalJSON writes the members and, beside them, the further ones of the fault.
func (p *Problem) MarshalJSON() ([]byte, error) {
	type plain Problem
	out, err := json.Marshal((*plain)(p))
	if err != nil || len(p.extra) == 0 {
		return out, err
	}
	b := bytes.NewBuffer(out[:len(out)-1])
	for _, k := range slices.Sorted(maps.Keys(p.extra)) {
		if slices.Contains(ownMembers, k) { // a name given twice would be read either way
			continue
		}
		name, err := json.Marshal(k)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(p.extra[k])
		if err != nil {
			return nil, err
		}
		b.WriteByte(',')
		b.Write(name)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// refusal is a status of HTTP with the key of its title.
type refusal struct {
	status int
	title  string
}

var refusals = map[fault.Kind]refusal{
	fault.Internal:        {http.StatusInternalServerError, "title.internal"},
	fault.Malformed:       {http.StatusBadRequest, "title.malformed"},
	fault.Invalid:         {http.StatusUnprocessableEntity, "title.invalid"},
	fault.Unauthenticated: {http.StatusUnauthorized, "title.unauthenticated"},
	fault.Forbidden:       {http.StatusForbidden, "title.forbidden"},
	fault.NotFound:        {http.StatusNotFound, "title.not_found"},
	fault.Conflict:        {http.StatusConflict, "title.conflict"},
	fault.Precondition:    {http.StatusPreconditionFailed, "title.precondition"},
	fault.NoPrecondition:  {http.StatusPreconditionRequired, "title.no_precondition"},
	fault.TooLarge:        {http.StatusRequestEntityTooLarge, "title.too_large"},
	fault.Throttled:       {http.StatusTooManyRequests, "title.throttled"},
	fault.Unavailable:     {http.StatusServiceUnavailable, "title.unavailable"},
}

// What HTTP itself refuses; services never do.
var (
	refusedMethod    = refusal{http.StatusMethodNotAllowed, "title.method_not_allowed"}
	refusedMediaType = refusal{http.StatusUnsupportedMediaType, "title.media_type"}
	refusedTimeout   = refusal{http.StatusRequestTimeout, "title.timeout"}
)

// refuse makes the problem of an error, notes code and cause for the log, and
// sets the headers that go with it. An error that is no fault is internal, and
// nothing of it is told.
func (c *call) refuse(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) && p.Code != "" { // made below, on its way through the framework
		return p
	}
	f, ok := fault.As(err)
	switch {
	case ok:
		c.cause = f.Cause
	case c.clientIsGone() && errors.Is(err, context.Canceled):
		c.cause = err
		return c.problem(refusal{statusClientGone, "title.unavailable"}, fault.New(fault.Unavailable, "unavailable"))
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		f, c.cause = fault.New(fault.Unavailable, "unavailable").After(time.Second), err
	default:
		f, c.cause = fault.New(fault.Internal, "internal"), err
		if p != nil && p.cause != nil {
			c.cause = p.cause
		}
	}
	if f.Kind == fault.Internal && c.cause == nil {
		c.cause = err
	}
	return c.problem(refusals[f.Kind], f)
}

func (c *call) clientIsGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

func (c *call) problem(r refusal, f *fault.Fault) *Problem {
	c.code = f.Code
	c.header.Set("Content-Language", string(c.lang))
	c.header.Add("Vary", "Accept-Language")
	c.header.Set("Cache-Control", "no-store")
	if f.RetryAfter > 0 || r.status == http.StatusServiceUnavailable { // whoever is not served now is told when
		c.header.Set("Retry-After", strconv.Itoa(wholeSeconds(f.RetryAfter)))
	}
	if r.status == http.StatusUnauthorized {
		c.header.Set("WWW-Authenticate", "Bearer")
	}
	return &Problem{
		Type: problemType + f.Code, Title: locale.T(c.lang, r.title, nil), Status: r.status,
		Detail: locale.T(c.lang, f.Code, f.Args), Code: f.Code, RequestID: c.requestID,
		Errors: c.fieldErrors(f.Fields), extra: f.Extra,
	}
}

func (c *call) fieldErrors(fields []fault.Field) []FieldError {
	var out []FieldError
	for _, f := range fields[:min(len(fields), maxFieldErrors)] {
		out = append(out, FieldError{f.Location, f.Code, locale.T(c.lang, f.Code, f.Args)})
	}
	return out
}

// write sends a problem outside the framework.
func (p *Problem) write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil { // only a further member that cannot be encoded
		p.extra = nil
		body, _ = json.Marshal(p)
	}
	h := w.Header()
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the client may be gone
}

// wholeSeconds rounds up: who comes back then is not too early.
func wholeSeconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }
