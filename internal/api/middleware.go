package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Metrics is what the edge reports. Routes are patterns.
type Metrics interface {
	Request(method, route string, status int, took time.Duration)
	Problem(code string)
}

// unmatched is the route of requests that no pattern matched.
const unmatched = "unmatched"

// ServeHTTP answers every request of the API and of what is mounted beside it.
func (a *API) ServeHTTP(rw http.ResponseWriter, r *http.Request) { a.serve(rw, r, nil) }

// Refuse answers a request that was stopped before it came here, with the
// problem document of the error and all that every answer has.
func (a *API) Refuse(rw http.ResponseWriter, r *http.Request, err error) { a.serve(rw, r, err) }

func (a *API) serve(rw http.ResponseWriter, r *http.Request, stopped error) {
	start := a.Clock.Now()
	w := &response{ResponseWriter: rw}
	c := a.open(w, r)
	aborted := a.guarded(w, r.WithContext(withCall(r.Context(), c)), c, stopped)
	if !aborted {
		w.commit()
	}
	a.report(r, w, c, a.Clock.Now().Sub(start))
	if aborted { // the client must see that the answer is not whole
		panic(http.ErrAbortHandler)
	}
}

// open makes the call of a request and the headers of every answer.
func (a *API) open(w *response, r *http.Request) *call {
	h := w.Header()
	c := &call{
		requestID: requestID(r.Header.Get("X-Request-Id")), traceID: traceID(r.Header.Get("Traceparent")),
		lang: locale.Match(r.Header.Get("Accept-Language")), address: a.limits.clientOf(r),
		userAgent: agent(r.UserAgent()), header: h, gone: r.Context().Done(), route: unmatched,
	}
	w.requestID = c.requestID
	w.begin()
	return c
}

// guarded runs the request; a panic becomes a 500 while nothing was sent, and
// aborts the answer after.
func (a *API) guarded(w *response, r *http.Request, c *call, stopped error) (aborted bool) {
	defer func() {
		switch v := recover(); v := v.(type) {
		case nil:
			return
		case errEncode:
			c.cause = v.error
		case error:
			if v == http.ErrAbortHandler { //nolint:errorlint // the server's own sentinel, never wrapped
				aborted = true
				return
			}
			c.cause = fmt.Errorf("panic: %w\n%s", v, debug.Stack())
		default:
			c.cause = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
		if aborted = !w.reset(); !aborted {
			c.refuse(c.cause).write(w)
		}
	}()
	a.bounded(w, r, c, stopped)
	return false
}

// bounded refuses what is too much, at once and before any work, then routes.
func (a *API) bounded(w *response, r *http.Request, c *call, stopped error) {
	defer a.inFlight.Add(-1)
	if a.inFlight.Add(1) > int64(a.limits.options.InFlight) {
		c.refuse(fault.New(fault.Unavailable, "overloaded").After(time.Second)).write(w)
		return
	}
	a.waitOutside(w, r)
	if err := a.limits.byAddress(r, c); err != nil {
		c.refuse(err).write(w)
		return
	}
	if stopped != nil {
		c.refuse(stopped).write(w)
		return
	}
	a.route(w, r, c)
}

// report writes the one line of the log and the figures of a request. It brings
// what the call knows itself: the request is the one whose context does not.
func (a *API) report(r *http.Request, w *response, c *call, took time.Duration) {
	status := w.status
	if a.Metrics != nil {
		a.Metrics.Request(r.Method, c.route, status, took)
		if c.code != "" {
			a.Metrics.Problem(c.code)
		}
	}
	attrs := append(make([]slog.Attr, 0, 12),
		slog.String("method", r.Method), slog.String("route", c.route), slog.Int("status", status),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000), slog.Int64("bytes", w.bytes),
	)
	attrs = c.appendAttrs(attrs)
	level := slog.LevelInfo
	if c.code != "" {
		attrs = append(attrs, slog.String("code", c.code))
	}
	if c.cause != nil {
		attrs = append(attrs, slog.String("error", c.cause.Error()))
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	a.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// LogAttrs gives what the log should know of the request that a context belongs to.
func LogAttrs(ctx context.Context) []slog.Attr {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c.appendAttrs(nil)
	}
	return nil
}

func (c *call) appendAttrs(out []slog.Attr) []slog.Attr {
	out = append(out, slog.String("request_id", c.requestID))
	if c.traceID != "" {
		out = append(out, slog.String("trace_id", c.traceID))
	}
	if c.business != (business.ID{}) {
		out = append(out, slog.String("business", c.business.String()))
	}
	if c.signedIn {
		out = append(out, slog.String("actor", c.principal.UserID.String()))
	}
	return out
}

// requestID keeps a sane one from outside, or makes one.
func requestID(s string) string {
	if len(s) == 0 || len(s) > 64 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
		return rand.Text()
	}
	return s
}

// traceID is the trace of a W3C traceparent, or nothing.
func traceID(s string) string {
	const none = "00000000000000000000000000000000"
	if s == "" {
		return ""
	}
	p := strings.Split(s, "-")
	if len(p) < 4 || len(p[0]) != 2 || len(p[1]) != 32 || strings.Trim(p[1], "0123456789abcdef") != "" || p[1] == none {
		return ""
	}
	return p[1]
}

// agent makes a User-Agent fit to be stored and shown: without control
// characters, and without marks that turn the direction of what follows.
func agent(s string) string {
	const most = 200
	if len(s) <= most && isPlain(s) {
		return s
	}
	s = strings.Map(func(c rune) rune {
		if unicode.In(c, unicode.Cc, unicode.Cf) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return s
}

// isPlain tells whether a text is of visible ASCII and spaces.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
