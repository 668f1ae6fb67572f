package api

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// nowhere is a ResponseWriter that keeps nothing.
type nowhere struct{ h http.Header }

func (w *nowhere) Header() http.Header         { return w.h }
func (w *nowhere) WriteHeader(int)             {}
func (w *nowhere) Write(b []byte) (int, error) { return len(b), nil }

// BenchmarkEdge is what the edge itself costs around handlers that do nothing,
// beside the ceiling: the bare mux with the same bytes.
func BenchmarkEdge(b *testing.B) {
	a := newAPI(Deps{
		Clock: clock.System{}, Ring: pgtest.Ring(b), Limits: LimitOptions{Reads: 1e9, Writes: 1e9, Burst: 1e9},
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), //nolint:sloglint // the cost of writing the line is part of it
	})
	a.gate = fakeGate{}
	registerFakes(a)
	bare := http.NewServeMux()
	bare.HandleFunc("GET /api/v1/public/raw", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"raw":1}`))
	})
	for name, x := range map[string]struct {
		h                    http.Handler
		method, target, body string
	}{
		"bare":  {bare, "GET", "/api/v1/public/raw", ""},
		"read":  {a, "GET", "/api/v1/public/raw", ""},
		"write": {a, "POST", "/api/v1/public/things", `{"name":"ab","count":5,"title":{"ja":"x"}}`},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(x.method, x.target, strings.NewReader(x.body))
				x.h.ServeHTTP(&nowhere{http.Header{}}, r)
			}
		})
	}
}
