package api

import (
	"cmp"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// routed holds back what the mux itself would answer: until a handler of ours
// takes over, nothing reaches the client.
type routed struct {
	*response
	taken  bool
	header http.Header
	status int
}

// Header is the answer's, or a scratch one for the mux.
func (w *routed) Header() http.Header {
	if w.taken {
		return w.response.Header()
	}
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

// WriteHeader notes what the mux would answer.
func (w *routed) WriteHeader(status int) {
	if w.taken {
		w.response.WriteHeader(status)
		return
	}
	w.status = status
}

// Write drops what the mux would say.
func (w *routed) Write(b []byte) (int, error) {
	if w.taken {
		return w.response.Write(b)
	}
	return len(b), nil
}

// route finds the handler. What the mux refuses or would redirect is a problem
// document too.
func (a *API) route(w *response, r *http.Request, c *call) {
	m := &routed{response: w}
	a.mux.ServeHTTP(m, r)
	if m.taken {
		return
	}
	if m.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", m.header.Get("Allow"))
		c.problem(refusedMethod, fault.New(fault.NotFound, "method_not_allowed")).write(w)
		return
	}
	c.refuse(errNotFound).write(w)
}

// Mount serves a handler of elsewhere, such as health or the mail catcher, with
// request id, log, limit by address and recovery, but without authentication.
// Pages bring a Content-Security-Policy of their own. The pattern is the mux's:
// "GET /dev/mail". To be called before the first request.
func (a *API) Mount(pattern string, h http.Handler) {
	_, path, ok := strings.Cut(pattern, " ")
	if !ok {
		path = pattern
	}
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		callOf(r.Context()).route = path
		out := take(w)
		out.Header().Del("Content-Security-Policy")
		h.ServeHTTP(out, r)
	})
}

// take ends the holding back.
func take(w http.ResponseWriter) *response {
	m, ok := w.(*routed)
	if !ok {
		panic("api: the mux was called around route")
	}
	m.taken = true
	return m.response
}

// adapter is the framework's way to the mux.
type adapter struct{ a *API }

// Handle registers an operation.
func (d adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	o, ok := op.Metadata[operationKey].(*operation)
	if !ok {
		panic("api: operation not made by register: " + op.OperationID)
	}
	for _, p := range op.Parameters {
		if p.In == "query" && p.Schema.Type == huma.TypeArray {
			o.repeatable = append(o.repeatable, p.Name)
		}
	}
	//nolint:contextcheck // the context is the request's, with an end that costs no timer
	d.a.mux.HandleFunc(op.Method+" "+op.Path, func(rw http.ResponseWriter, r *http.Request) {
		w := take(rw)
		ctx := &timed{Context: r.Context(), limit: d.a.limits.options.Time + o.BodyTime}
		defer ctx.end()
		r = r.WithContext(ctx)
		c := callOf(ctx)
		c.route, c.op = op.Path, o
		err := d.a.enter(r, c)
		if err == nil && d.a.ask(w, r, c) {
			return
		}
		if err == nil {
			err = checkRequest(r, o)
		}
		if err != nil {
			c.answer(err).write(w)
			return
		}
		handler(humago.NewContext(op, r, w))
	})
}

// ServeHTTP is part of the framework's interface.
func (d adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.a.ServeHTTP(w, r) }

// enter is what a request passes once its operation is known.
func (a *API) enter(r *http.Request, c *call) error {
	z := c.op.Authz
	if err := a.identify(r, c, z); err != nil {
		return err
	}
	if err := a.limits.byCaller(r, c); err != nil {
		return err
	}
	return a.admit(r.Context(), r, c, z)
}

// errMediaType is no fault of services: answer turns it into its status.
var errMediaType = fault.New(fault.Malformed, "request.media_type")

// answer is refuse for what enter refuses.
func (c *call) answer(err error) *Problem {
	if f, ok := fault.As(err); ok && f == errMediaType {
		return c.problem(refusedMediaType, f)
	}
	return c.refuse(err)
}

// checkRequest refuses what the schemas cannot see: text that cannot be stored,
// a query that cannot be read, a body of another type or too long.
func checkRequest(r *http.Request, op *operation) error {
	var v fault.Fields
	for _, name := range op.pathParams {
		v.Check(isText(r.PathValue(name)), "path."+name, "invalid_text")
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	v.Check(err == nil, "query", "format")
	for name, values := range query {
		if !isName(name) {
			v.Add("query["+quoted(name)+"]", "unknown_property")
			continue
		}
		once := len(values) == 1 || slices.Contains(op.repeatable, name)
		if v.Check(once, "query."+name, "duplicate") {
			v.Check(!slices.ContainsFunc(values, func(s string) bool { return !isText(s) }), "query."+name, "invalid_text")
		}
	}
	if key, sent := r.Header["Idempotency-Key"]; sent && op.Idempotent {
		v.Check(key[0] != "", "header.Idempotency-Key", "too_short", fault.Args{"min": 1})
	}
	if err := v.Err(); err != nil {
		return err
	}
	if !op.hasBody {
		return nil
	}
	if r.ContentLength > op.MaxBody {
		return tooLarge(op.MaxBody + 1)
	}
	return checkMediaType(r, cmp.Or(op.Consumes, jsonType))
}

const jsonType = "application/json"

// checkMediaType lets what is wanted pass, and no declared type. JSON is UTF-8;
// a file says itself in which charset it is.
func checkMediaType(r *http.Request, wanted string) error {
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return errMediaType
	}
	declared := r.Header.Get("Content-Type")
	if declared == "" || r.ContentLength == 0 {
		r.Header.Del("Content-Type")
		return nil
	}
	t, params, err := mime.ParseMediaType(declared)
	charset := params["charset"]
	if err != nil || t != wanted || wanted == jsonType && charset != "" && !strings.EqualFold(charset, "utf-8") {
		return errMediaType
	}
	callOf(r.Context()).boundary = params["boundary"]
	r.Header.Set("Content-Type", wanted)
	return nil
}
