package app

import (
	"math"
	"runtime/debug"
	"sync"
)

// headroom is what the heap may grow to beside twice what lives in it. What
// lives here is small, some 20 MB, and every request leaves garbage: without it
// the collector would run ten times a second and take a fifth of the CPU.
const headroom = 96 << 20

// ballast counts as living memory, which is what the collector goes by, but
// nobody ever touches it: it takes addresses and no RAM.
var ballast []byte //nolint:unused // it is there to be there

// makeHeadroom is called once a process, before it serves. Where a limit of
// memory was set (GOMEMLIMIT) that is what the collector goes by, and nothing is done.
var makeHeadroom = sync.OnceFunc(func() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		ballast = make([]byte, headroom)
	}
})

// sweepStart gives back what starting left behind: documents, schemas and parsed
// settings, some tens of MB that with the headroom nobody would collect for minutes.
func sweepStart() { go debug.FreeOSMemory() }
