package business

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Along is what goes along with a change, in its transaction: queued behind all
// else. Subject is what was changed: "service:<id>". An error takes the change back.
type Along func(tx *pg.Tx, subject string) error

type alongKey struct{}

// WithAlong has the changes that are made under the context bring along what the
// function queues. It may be called more than once for a change, as the change's
// own function may.
func WithAlong(ctx context.Context, along Along) context.Context {
	return context.WithValue(ctx, alongKey{}, along)
}

// along queues what goes along with a change, if anything does.
func along(ctx context.Context, tx *pg.Tx, subject string) error {
	if f, ok := ctx.Value(alongKey{}).(Along); ok {
		return f(tx, subject)
	}
	return nil
}
