package ops

import (
	"context"
	"io"
	"log/slog"
	"slices"
)

// Attrs gives what a context knows about the work at hand: request id,
// business, actor, job.
type Attrs func(context.Context) []slog.Attr

// NewLogger writes JSON lines of the level (debug, info, warn, error; info for
// anything else) and above. Each line carries what the sources know of its
// context; values of secret attributes are replaced.
func NewLogger(w io.Writer, level string, sources ...Attrs) *slog.Logger {
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: levelOf(level), ReplaceAttr: redact})
	return slog.New(&contextHandler{Handler: h, sources: sources})
}

func levelOf(s string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(s)); err != nil {
		return slog.LevelInfo
	}
	return l
}

// contextHandler adds what the context knows.
type contextHandler struct {
	slog.Handler
	sources []Attrs
}

// Handle adds the attributes of the context, but never one that the line has already.
func (h *contextHandler) Handle(ctx context.Context, r slog.Record) error {
	var have []string
	for _, source := range h.sources {
		known := source(ctx)
		if len(known) > 0 && have == nil {
			r.Attrs(func(a slog.Attr) bool {
				have = append(have, a.Key)
				return true
			})
		}
		for _, a := range known {
			if !slices.Contains(have, a.Key) {
				r.AddAttrs(a)
			}
		}
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the sources.
func (h *contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &contextHandler{Handler: h.Handler.WithAttrs(attrs), sources: h.sources}
}

// WithGroup keeps the sources.
func (h *contextHandler) WithGroup(name string) slog.Handler {
	return &contextHandler{Handler: h.Handler.WithGroup(name), sources: h.sources}
}
