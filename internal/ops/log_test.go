package ops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/ops"
)

type key struct{}

func TestLogger_AddsWhatTheContextKnows(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	log := ops.NewLogger(&b, "info", func(ctx context.Context) []slog.Attr {
		if v, ok := ctx.Value(key{}).(string); ok {
			return []slog.Attr{slog.String("request_id", v), slog.String("route", "from the context")}
		}
		return nil
	})
	log.With("node", "a").InfoContext(context.WithValue(t.Context(), key{}, "r-1"), "request", "route", "given")
	log.DebugContext(t.Context(), "not at this level")
	var line map[string]any
	if err := json.Unmarshal(b.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, b.String())
	}
	if line["request_id"] != "r-1" || line["route"] != "given" || line["node"] != "a" || line["msg"] != "request" {
		t.Errorf("line %v", line)
	}
}

func TestLogger_NeverShowsASecret(t *testing.T) {
	t.Parallel()
	canaries := []string{
		"planted-secret", "hanako@example.jp", "+819012345678", "09012345678", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln",
		"AbCdEfGhIjKlMnOpQrStUvWxYz012345", "hunter2",
	}
	var b bytes.Buffer
	log := ops.NewLogger(&b, "debug")
	log.Info("everything that must not be told",
		"password", "planted-secret", "access_token", "planted-secret", "authorization", "planted-secret", "set_cookie", "planted-secret",
		"customer_email", "planted-secret", "phone", "planted-secret", "note", "planted-secret",
		slog.Group("customer", "family_name", "planted-secret"),
		"error", errors.New("mail to hanako@example.jp (+819012345678, 09012345678) refused"),
		"detail", "GET /api/v1/public/bookings/AbCdEfGhIjKlMnOpQrStUvWxYz012345 with eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln",
		"url", "postgres://app:hunter2@db.example.jp:5432/omotenashi",
		"link", "https://book.example.jp/manage/AbCdEfGhIjKlMnOpQrStUvWxYz012345")
	for _, canary := range canaries {
		if strings.Contains(b.String(), canary) {
			t.Errorf("%s is shown: %s", canary, b.String())
		}
	}
	for _, kept := range []string{"db.example.jp:5432/omotenashi", "refused", "https://book.example.jp"} {
		if !strings.Contains(b.String(), kept) {
			t.Errorf("%s is gone: %s", kept, b.String())
		}
	}
}

func TestScrub_LeavesOrdinaryTextsAlone(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"booking.insert took 12 ms", "2026-12-01T14:30:00+09:00", "0190a6f4-3f6c-7c4e-8b7d-1a2b3c4d5e6f",
		"GET /api/v1/public/businesses/{slug}/availability", "listen tcp 127.0.0.1:8080: bind: address already in use",
		"postgres://omotenashi_app@127.0.0.1:5432/omotenashi",
	} {
		if got := ops.Scrub(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// What is looked for before the patterns run leaves nothing to be seen that they would take out.
func TestScrub_FindsAllThatThePatternsFind(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"eyJhbGciOi.eyJzdWIi.c2ln": "[redacted]", "+818012345678": "[redacted]", "call 0312345678 now": "call [redacted] now",
		"+123456789": "[redacted]", "GET /manage/abcdefghijklmnopqrstuvwx": "GET [redacted]", "https://a:b@c.example/": "https://c.example/",
		"a@b.example": "[redacted]", "/public/bookings/abcdefghijklmnopqrstuvwx": "[redacted]", "090123456": "090123456",
	} {
		if got := ops.Scrub(s); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
}

func FuzzScrub(f *testing.F) {
	f.Add("hanako@example.jp +819012345678")
	f.Add("://a:b@c")
	f.Fuzz(func(t *testing.T, s string) {
		if once := ops.Scrub(s); len(once) > 12*len(s)+20 {
			t.Errorf("%q grew to %q", s, once)
		}
	})
}
