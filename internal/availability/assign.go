package availability

import (
	"math"
	"math/bits"
	"slices"
)

// This file judges single starts exactly: which units could serve which need,
// and whether needs (or several copies of them) can be served together.

// unit is one unit of a resource, at one start.
type unit struct {
	resource int
	number   int    // from 0
	can      uint64 // the needs that it could still serve
}

// block is the units of one resource, as a stretch of the list of units.
type block struct{ from, to int }

// assigner looks for an assignment by backtracking. It is exact as long as its
// patience lasts, and quick because plans are small, the scarcest need is served
// first, it turns back as soon as some need has too few units left, and of two
// units that could serve the same needs only one is tried.
type assigner struct {
	frame    *Frame
	plan     *Plan
	links    *links
	units    []unit
	blocks   []block
	order    []int // the needs to serve, as they are tried
	copies   int   // how many times each need is to be served
	patience int   // how many more steps the search may take
	given    []given
}

// given is one unit of an assignment: an index in units.
type given struct{ need, unit int }

// endless is the patience of a search that must be exact.
const endless = math.MaxInt

// serves tells whether unit u of resource r is free over all spans of a need at a start.
func (f *Frame) serves(r, u int, need *Need, start int) bool {
	busy := f.Resources[r].Busy[u]
	for _, s := range need.Spans {
		if !busy.none(start+s.From, start+s.To) {
			return false
		}
	}
	return true
}

// works tells whether resource r is at work, and within the frame, over all spans of a need at a start.
func (f *Frame) works(r int, need *Need, start int) bool {
	work := f.Resources[r].Work
	if work == nil {
		work = f.everything
	}
	for _, s := range need.Spans {
		if !work.all(start+s.From, start+s.To) {
			return false
		}
	}
	return true
}

// freeUnits counts the units of resource r that are free for a need at a start.
func (f *Frame) freeUnits(r int, need *Need, start int) int {
	n := 0
	for u := range f.Resources[r].Busy {
		if f.serves(r, u, need, start) {
			n++
		}
	}
	return n
}

// served tells whether some candidate alone, or some join, could serve the need at a start.
func (f *Frame) served(need *Need, start int) bool {
	return f.servedAlone(need, start) || f.joinFor(need, start, nil) != nil
}

// servedAlone tells whether some candidate alone could serve the need at a start.
func (f *Frame) servedAlone(need *Need, start int) bool {
	for _, r := range need.Candidates {
		if f.works(r, need, start) && f.freeUnits(r, need, start) >= need.Units {
			return true
		}
	}
	return false
}

// gather lists the units that could serve any of the needs at a start, one
// block a resource, the resources in the order given.
func (a *assigner) gather(needs uint64, start int, resources []int) {
	a.units, a.blocks, a.order = a.units[:0], a.blocks[:0], a.order[:0]
	for rest := needs; rest != 0; rest &= rest - 1 {
		a.order = append(a.order, bits.TrailingZeros64(rest))
	}
	for _, r := range resources {
		from := len(a.units)
		could := a.could(r, start)
		for u := range a.frame.Resources[r].Busy {
			can := uint64(0)
			for rest := could; rest != 0; rest &= rest - 1 {
				n := bits.TrailingZeros64(rest)
				if a.frame.serves(r, u, &a.plan.Needs[n], start) {
					can |= 1 << n
				}
			}
			if can != 0 {
				a.units = append(a.units, unit{r, u, can})
			}
		}
		if len(a.units) > from {
			a.blocks = append(a.blocks, block{from, len(a.units)})
		}
	}
}

// could is the needs among those to serve that list r while it works.
func (a *assigner) could(r, start int) uint64 {
	needs := uint64(0)
	for _, n := range a.order {
		need := &a.plan.Needs[n]
		if slices.Contains(need.Candidates, r) && a.frame.works(r, need, start) {
			needs |= 1 << n
		}
	}
	return needs
}

// pin lets staff resource r alone serve those of the needs that ask for it.
func (a *assigner) pin(needs uint64, r int) {
	for i := range a.units {
		if a.units[i].resource != r {
			a.units[i].can &^= needs
		}
	}
}

// fits tells whether every need can be served the given number of times at
// once; false too when patience ends. It leaves the units as they were, and the assignment in given.
func (a *assigner) fits(copies, patience int) bool {
	a.copies, a.patience, a.given = copies, patience, a.given[:0]
	for i, n := range a.order { // the scarcest first; there are few
		for units := a.left(n); i > 0 && a.left(a.order[i-1]) > units; i-- {
			a.order[i], a.order[i-1] = a.order[i-1], n
		}
	}
	return a.place(0, 0, 0)
}

// place serves need order[i] for the lot-th time and all that follows. Lots of
// one need are alike, so they go to blocks in ascending order, from block first on.
func (a *assigner) place(i, lot, first int) bool {
	if lot == a.copies {
		i, lot, first = i+1, 0, 0
	}
	if i == len(a.order) {
		return true
	}
	if a.patience--; a.patience < 0 || lot == 0 && !a.enough(i) {
		return false
	}
	n := a.order[i]
	for b := first; b < len(a.blocks); b++ {
		if a.free(b, n) >= a.plan.Needs[n].Units && !a.alike(first, b) &&
			a.take(i, lot, b, a.plan.Needs[n].Units, a.blocks[b].from) {
			return true
		}
	}
	return false
}

// take gives need order[i] so many more units of block b, from unit u on, then
// goes on with the next lot.
func (a *assigner) take(i, lot, b, left, u int) bool {
	if left == 0 {
		return a.place(i, lot+1, b)
	}
	n := a.order[i]
	for at := u; at < a.blocks[b].to; at++ {
		can := a.units[at].can
		if can>>n&1 == 0 || a.tried(u, at) {
			continue
		}
		a.units[at].can &^= a.links.with[n]
		done := a.take(i, lot, b, left-1, at+1)
		a.units[at].can = can
		if done {
			a.given = append(a.given, given{n, at})
			return true
		}
	}
	return false
}

// enough tells whether the units left would do for each of the needs from
// order[i] on, were it the only one.
func (a *assigner) enough(i int) bool {
	for _, n := range a.order[i:] {
		if a.left(n) < a.copies {
			return false
		}
	}
	return true
}

// left is how many times need n could be served, were it the only one.
func (a *assigner) left(n int) int {
	lots := 0
	for b := range a.blocks {
		lots += a.free(b, n) / a.plan.Needs[n].Units
	}
	return lots
}

// free counts the units of block b that could serve need n.
func (a *assigner) free(b, n int) int {
	count := 0
	for _, u := range a.units[a.blocks[b].from:a.blocks[b].to] {
		count += int(u.can >> n & 1)
	}
	return count
}

// tried tells whether a unit from u on and before at could serve the same needs as at.
func (a *assigner) tried(u, at int) bool {
	for ; u < at; u++ {
		if a.units[u].can == a.units[at].can {
			return true
		}
	}
	return false
}

// alike tells whether block b is a single unit and a single unit from block
// first on and before b could serve the same needs: then b was tried in its likeness.
func (a *assigner) alike(first, b int) bool {
	at, single := a.single(b)
	if !single {
		return false
	}
	for ; first < b; first++ {
		if u, single := a.single(first); single && a.units[u].can == a.units[at].can {
			return true
		}
	}
	return false
}

func (a *assigner) single(b int) (int, bool) {
	return a.blocks[b].from, a.blocks[b].to-a.blocks[b].from == 1
}
