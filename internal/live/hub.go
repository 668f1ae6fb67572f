package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Refusals of Watch. Who is refused comes again later, or to another process.
var (
	ErrFull    = fault.New(fault.Unavailable, "overloaded").After(10 * time.Second)
	ErrCrowded = fault.New(fault.Throttled, "live.too_many").After(30 * time.Second)
	ErrEnded   = fault.New(fault.Unavailable, "unavailable").After(time.Second)
)

// Options are what a hub stands on, and its bounds; zero bounds are the defaults.
type Options struct {
	// Read answers the number of the last write of each business that exists.
	Read func(ctx context.Context, list []business.ID) (map[business.ID]int64, error)
	// Missed is called before watchers learn of writes of which no word came: what
	// this process remembers of the business may be older than they are.
	Missed func(business.ID)
	Log    *slog.Logger

	PerProcess  int           // watchers at once: 2000
	PerBusiness int           // of one business: 100
	Pace        time.Duration // between two changes told to one watcher: 100 ms
	Beat        time.Duration // after which a watcher hears that it is still connected: 15 s
	// Life of a watcher at most, and as little as three quarters of that: 30 s. Who
	// signed out may come again elsewhere for another half a minute (auth.CacheLife):
	// both together are a minute.
	Life time.Duration
	Look time.Duration // between two looks at all numbers: 3 s
}

func (o Options) withDefaults() Options {
	set(&o.PerProcess, 2000)
	set(&o.PerBusiness, 100)
	set(&o.Pace, 100*time.Millisecond)
	set(&o.Beat, 15*time.Second)
	set(&o.Life, 30*time.Second)
	set(&o.Look, 3*time.Second)
	if o.Missed == nil {
		o.Missed = func(business.ID) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func set[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Hub is the watchers of one process. Its methods may be called at any time,
// from anywhere, and none but Run waits for anything.
type Hub struct {
	o    Options
	wake chan struct{} // something is to be read

	mu       sync.Mutex
	running  bool
	ended    bool
	topics   map[business.ID]*topic
	watchers int
}

// topic is one business that is watched.
type topic struct {
	seq      int64 // of the last look; 0 before the first
	told     bool  // of a change, since the last look
	due      bool  // to be read: told, or somebody came
	watchers map[*Watcher]struct{}
}

// New makes a hub; it takes watchers as long as it runs.
func New(o Options) *Hub {
	return &Hub{o: o.withDefaults(), wake: make(chan struct{}, 1), topics: map[business.ID]*topic{}}
}

// Changed tells that something of the business was committed, or that what this
// process remembers of it was dropped: all who watch it learn so.
func (h *Hub) Changed(bid business.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[bid]; t != nil {
		t.told, t.due = true, true
		h.hurry()
	}
}

// ChangedAll is Changed for every business: words may have been missed.
func (h *Hub) ChangedAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.topics {
		t.told, t.due = true, true
	}
	h.hurry()
}

// Dismiss ends all who watch the business, so that they come again and show
// anew that they may.
func (h *Hub) Dismiss(bid business.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[bid]; t != nil {
		t.dismiss()
	}
}

// End ends all watchers, and takes no more.
func (h *Hub) End() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	for _, t := range h.topics {
		t.dismiss()
	}
}

// Watchers is how many there are now.
func (h *Hub) Watchers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.watchers
}

// hurry has the numbers read that are due.
func (h *Hub) hurry() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// dismiss tells each watcher that it is over. The hub is locked.
func (t *topic) dismiss() {
	for w := range t.watchers {
		w.over = true
		w.nudge()
	}
}
