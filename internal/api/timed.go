package api

import (
	"context"
	"sync"
	"time"
)

// timed bounds the time of an operation, from the first moment at which
// something may have to wait: only then is there a timer. What is answered from
// memory needs none.
type timed struct {
	context.Context //nolint:containedctx // it is one
	limit           time.Duration

	once   sync.Once
	inner  context.Context //nolint:containedctx // the one with the timer
	cancel context.CancelFunc
}

func (t *timed) start() context.Context {
	t.once.Do(func() { t.inner, t.cancel = context.WithTimeout(t.Context, t.limit) })
	return t.inner
}

// Done is closed when the time is over.
func (t *timed) Done() <-chan struct{} { return t.start().Done() }

// Err says why it is.
func (t *timed) Err() error { return t.start().Err() }

// Deadline is the end of the time.
func (t *timed) Deadline() (time.Time, bool) { return t.start().Deadline() }

// end lets the timer go. Whoever still waits, or begins to, learns so.
func (t *timed) end() {
	t.once.Do(func() { t.inner, t.cancel = over(), func() {} })
	t.cancel()
}

// over is a context that has ended.
var over = sync.OnceValue(func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
})
