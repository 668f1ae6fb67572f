package app

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// headroom is what the heap may grow by beside what lives in it. What lives here
// is small, some 20 MB, and every request leaves garbage: with the runtime's own
// measure, as much again as lives, the collector would run ten times a second and
// take a fifth of the CPU. What lives much grows by its smallest share only.
const (
	headroom      = 96 << 20
	smallestShare = 40 // percent
)

// makeHeadroom is called once a process, before it serves. Where a limit of
// memory was set (GOMEMLIMIT) that is what the collector goes by, and nothing is done.
var makeHeadroom = sync.OnceFunc(func() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		(&pacer{}).afterCollection()
	}
})

// A pacer dies in each collection, and is called then.
type pacer struct {
	percent int
	_       *pacer // so that it is an object of its own
}

// afterCollection has the next collection come when the headroom is used up.
func (p *pacer) afterCollection() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := share(live[0].Value.Uint64())
	if diff := percent - p.percent; diff*diff > percent*percent/100 { // setting it stops the world for a moment
		debug.SetGCPercent(percent)
	} else {
		percent = p.percent
	}
	runtime.SetFinalizer(&pacer{percent: percent}, (*pacer).afterCollection)
}

// share is the headroom in percent of what lives.
func share(live uint64) int {
	const least = 4 << 20                                         // before the first collection nothing is known to live
	return max(int(headroom*100/max(live, least)), smallestShare) //nolint:gosec // at most 2,400
}

// settled is when connections, statements and workers are there, too.
const settled = time.Second

// sweepStart gives back what starting left behind: documents, schemas and parsed
// settings, some tens of MB that with the headroom nobody would collect for minutes.
func sweepStart() { time.AfterFunc(settled, debug.FreeOSMemory) }
