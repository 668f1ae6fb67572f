package live

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
)

const (
	// breath is between two looks: a thousand words in a moment are a few looks.
	breath = 10 * time.Millisecond
	// lookLimit bounds a look, and setback is after one that failed.
	lookLimit = 5 * time.Second
	setback   = time.Second
)

// Run looks after the watchers until ctx ends; then none is left waiting.
func (h *Hub) Run(ctx context.Context) {
	h.mu.Lock()
	h.running = true
	h.mu.Unlock()
	defer h.End()
	all := time.NewTicker(h.o.Look)
	defer all.Stop()
	for failing := false; ; {
		every := false
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		case <-all.C:
			every = true
		}
		err := h.look(ctx, every)
		rest := breath
		if err != nil && ctx.Err() == nil {
			if rest = setback; !failing {
				h.o.Log.WarnContext(ctx, "who watches a business learns of changes later", "error", err)
			}
			h.hurry()
		}
		failing = err != nil
		if !pause(ctx, rest) {
			return
		}
	}
}

// look reads the numbers that are due, or all, and tells the watchers.
func (h *Hub) look(ctx context.Context, every bool) error {
	list, told := h.take(every)
	if len(list) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	seqs, err := h.o.Read(ctx, list)
	if err != nil {
		h.putBack(list, told)
		return err
	}
	for _, bid := range list {
		seq, exists := seqs[bid]
		if exists && !told[bid] && h.missed(bid, seq) {
			h.o.Missed(bid) // before anybody is told, and reads
		}
		h.tell(bid, seq, exists, told[bid])
	}
	return nil
}

// take is what is to be read, and of which of it words came. Whoever watches by
// now is told what is read from now on.
func (h *Hub) take(every bool) (list []business.ID, told map[business.ID]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	told = map[business.ID]bool{}
	for bid, t := range h.topics {
		if !t.due && !every {
			continue
		}
		list = append(list, bid)
		if t.told {
			told[bid] = true
		}
		t.told, t.due = false, false
		for w := range t.watchers {
			w.seen = true
		}
	}
	return list, told
}

// putBack has read again what could not be.
func (h *Hub) putBack(list []business.ID, told map[business.ID]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, bid := range list {
		if t := h.topics[bid]; t != nil {
			t.due = true
			t.told = t.told || told[bid]
		}
	}
}

// missed tells whether the business was written to since it was looked at before.
func (h *Hub) missed(bid business.ID, seq int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[bid]
	return t != nil && t.seq != 0 && t.seq != seq
}

// tell has the watchers of a business know its number, if it is not the one that
// they know, or a word of a change came. Of a business that is gone none is left.
func (h *Hub) tell(bid business.ID, seq int64, exists, told bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[bid]
	switch {
	case t == nil: // nobody watches any more
		return
	case !exists:
		t.dismiss()
		return
	}
	t.seq = seq
	for w := range t.watchers {
		// A number below the known one is that of a database put back to an earlier moment.
		if w.seen && (told || seq != w.seq) {
			w.seq, w.due = seq, true
			w.nudge()
		}
	}
}

// pause waits, and tells whether ctx still lasts.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
