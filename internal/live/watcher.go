package live

import (
	"math/rand/v2"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
)

// Watcher is one who watches a business. It belongs to one goroutine.
type Watcher struct {
	hub     *Hub
	topic   *topic
	bid     business.ID
	wake    chan struct{}
	expires *time.Timer
	told    time.Time // when the last change was

	// Below is the hub's, under its lock.
	seq  int64 // the last number that the watcher knows, or is about to be told
	due  bool  // it is to be told
	seen bool  // by a look that has begun: an earlier one may read what is older than what the watcher knows
	over bool
}

// Sign is what a watcher is to be told.
type Sign int

// The signs.
const (
	Change Sign = iota // what was read before may be old
	Beat               // nothing happened for a while
	Over               // the watcher's time, or the hub, has ended
)

// Watch begins to watch a business from the number on that the caller knows; 0
// for none, whose first sign is a change. It answers ErrFull, ErrCrowded or
// ErrEnded when there is no room. The watcher is to be closed.
func (h *Hub) Watch(bid business.ID, after int64) (*Watcher, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[bid]
	switch {
	case h.ended || !h.running:
		return nil, ErrEnded
	case h.watchers >= h.o.PerProcess:
		return nil, ErrFull
	case t != nil && len(t.watchers) >= h.o.PerBusiness:
		return nil, ErrCrowded
	case t == nil:
		t = &topic{watchers: map[*Watcher]struct{}{}}
		h.topics[bid] = t
	}
	life := h.o.Life - rand.N(h.o.Life/4+1) //nolint:gosec // so that not all come again at once; no secret
	w := &Watcher{hub: h, topic: t, bid: bid, wake: make(chan struct{}, 1), expires: time.NewTimer(life), seq: after}
	t.watchers[w] = struct{}{}
	h.watchers++
	t.due = true
	h.hurry()
	return w, nil
}

// Close ends watching; it may be called twice.
func (w *Watcher) Close() {
	h := w.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, there := w.topic.watchers[w]; !there {
		return
	}
	w.expires.Stop()
	w.over = true
	h.watchers--
	if delete(w.topic.watchers, w); len(w.topic.watchers) == 0 {
		delete(h.topics, w.bid)
	}
}

// Next waits for the next sign; with a change comes the number of the last
// write. Changes come at the hub's pace, several of them as one. gone is closed
// when nobody listens any more.
func (w *Watcher) Next(gone <-chan struct{}) (Sign, int64) {
	beat := time.NewTimer(w.hub.o.Beat)
	defer beat.Stop()
	for {
		select {
		case <-gone:
			return Over, 0
		case <-w.expires.C:
			return Over, 0
		case <-beat.C:
			return Beat, 0
		case <-w.wake:
		}
		if !w.paced(gone) {
			return Over, 0
		}
		switch seq, due, over := w.take(); {
		case over:
			return Over, 0
		case due:
			w.told = time.Now() //nolint:forbidigo // a duration, not the time of day
			return Change, seq
		}
	}
}

// paced waits until the next change may be told; false when somebody is gone.
func (w *Watcher) paced(gone <-chan struct{}) bool {
	left := w.hub.o.Pace - time.Since(w.told) //nolint:forbidigo // a duration
	if w.told.IsZero() || left <= 0 {
		return true
	}
	t := time.NewTimer(left)
	defer t.Stop()
	select {
	case <-gone:
		return false
	case <-t.C:
		return true
	}
}

// take is what the watcher is due, which it is no longer then.
func (w *Watcher) take() (seq int64, due, over bool) {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	due, w.due = w.due, false
	return w.seq, due, w.over
}

// nudge has the watcher look what it is due. The hub is locked.
func (w *Watcher) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}
