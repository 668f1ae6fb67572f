package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// early is how long before its end an access token counts as expired, so that it
// does not end on its way through the program.
const early = 2 * time.Second

// expired tells whether an access token is worth nothing any more, by what it
// says itself: whether that is true is the API's to judge.
func (s *Sessions) expired(access string) bool {
	_, rest, _ := strings.Cut(access, ".")
	payload, _, signed := strings.Cut(rest, ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if !signed || err != nil {
		return true
	}
	var claims struct {
		Expires int64 `json:"exp"`
	}
	if err := json.Unmarshal(raw, &claims); err != nil {
		return true
	}
	return !s.clock.Now().Add(early).Before(time.Unix(claims.Expires, 0))
}

// renewed is what the API made of a refresh token.
type renewed struct {
	ok     bool
	tokens tokens
	answer *recorder
}

// over tells that the session has ended.
func (r renewed) over() bool { return r.answer.status == http.StatusUnauthorized }

// renew exchanges a refresh token. Requests that come at once with the same one
// share the exchange, which goes on when the first of them is given up.
func (s *Sessions) renew(r *http.Request, refresh string) renewed {
	v, _, _ := s.renewal.Do(refresh, func() (any, error) { return s.exchange(r, refresh), nil })
	out, _ := v.(renewed)
	return out
}

func (s *Sessions) exchange(r *http.Request, refresh string) renewed {
	body, err := json.Marshal(map[string]string{"refresh_token": refresh})
	if err != nil {
		body = nil // a text can always be written
	}
	out := renewed{answer: newRecorder()}
	s.api.ServeHTTP(out.answer, inside(r, "/auth/refresh", string(body)))
	out.ok = out.answer.status == http.StatusOK && json.Unmarshal(out.answer.body.Bytes(), &out.tokens) == nil
	return out
}

// inside is a request to another operation of the API on behalf of one: from the
// same address and browser, in the same language and with the same name.
func inside(r *http.Request, operation, body string) *http.Request {
	out := r.Clone(context.WithoutCancel(r.Context()))
	out.Method, out.URL = http.MethodPost, &url.URL{Path: apiPath + operation}
	out.RequestURI = out.URL.Path
	out.Body, out.ContentLength, out.TransferEncoding = http.NoBody, int64(len(body)), nil
	if body != "" {
		out.Body = io.NopCloser(strings.NewReader(body))
	}
	keep := http.Header{"Content-Type": {"application/json"}}
	for _, name := range []string{"Accept-Language", "Traceparent", "User-Agent", "X-Forwarded-For", "X-Request-Id"} {
		if values, ok := r.Header[name]; ok {
			keep[name] = values
		}
	}
	out.Header = keep
	return out
}
