package availability

import (
	"math/bits"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// This file is tables that are put together: what serves a party that no table
// alone does. A join takes all units of all its members.

// startable tells whether each part of the plan may begin then by its own rule.
func (f *Frame) startable(p *Plan, start int) bool {
	for _, m := range p.Starts {
		if mask := f.Starts[m.Rule]; mask != nil && !mask.Has(start+m.At) {
			return false
		}
	}
	return true
}

// joinFor is the first join that could serve the need at a start, one of nothing
// but resources in first before all others; nil for none.
func (f *Frame) joinFor(need *Need, start int, first []int) []int {
	var found []int
	for _, join := range need.Joins {
		if !f.joinFree(join, need, start) {
			continue
		}
		if len(first) == 0 || !slices.ContainsFunc(join, func(r int) bool { return !slices.Contains(first, r) }) {
			return join
		}
		if found == nil {
			found = join
		}
	}
	return found
}

// joinFree tells whether all members work, and all their units are free, over a need at a start.
func (f *Frame) joinFree(join []int, need *Need, start int) bool {
	return !slices.ContainsFunc(join, func(r int) bool {
		return !f.works(r, need, start) || f.freeUnits(r, need, start) < len(f.Resources[r].Busy)
	})
}

// againstJoins appends why no join serves need n: each member that is off or taken, once.
func (f *Frame) againstJoins(list []Reason, n int, need *Need, start int) []Reason {
	var told []int
	last := need.Spans[len(need.Spans)-1]
	for _, join := range need.Joins {
		for _, r := range join {
			works, free, res := f.works(r, need, start), f.freeUnits(r, need, start), &f.Resources[r]
			if slices.Contains(told, r) || works && free == len(res.Busy) {
				continue
			}
			told = append(told, r)
			reason := Reason{ResourceBusy, n, r, start + need.Spans[0].From, start + last.To}
			switch {
			case !works:
				reason.Code = ResourceOff
			case free > 0:
				reason.Code = Capacity
			}
			if res.Kind == catalog.Staff { // no business has such joins; the engine does not mind
				reason.Code = map[Code]Code{ResourceOff: StaffOff, ResourceBusy: StaffBusy, Capacity: Capacity}[reason.Code]
			}
			list = append(list, reason)
		}
	}
	return list
}

// joined adds the starts at which a join could serve the need to those served,
// and to left how many bookings the free joins could serve at once.
func (s *Search) joined(need *Need, left counter) {
	mark := s.used
	s.pack.begin(need.Joins)
	for _, r := range s.pack.members {
		at := s.set()
		s.wholly(r, need, at)
		s.pack.free = append(s.pack.free, at)
	}
	shared := false
	for j, join := range need.Joins {
		at := s.set()
		copy(at, s.allowed)
		for _, r := range join {
			at.andAhead(s.pack.free[slices.Index(s.pack.members, r)], 0)
		}
		s.pack.at = append(s.pack.at, at)
		for i := range at {
			s.served[i] |= at[i]
		}
		if s.pack.meets[j] == just(j) {
			left.add(at, s.allowed, 0)
			continue
		}
		shared = true
	}
	if shared {
		s.packed(left)
	}
	s.used = mark
}

// wholly sets at to the starts from which a resource works and none of its units
// is busy over all spans.
func (s *Search) wholly(r int, need *Need, at Bits) {
	res := &s.starts.Frame.Resources[r]
	var busy Bits
	for _, b := range res.Busy {
		switch {
		case b == nil:
		case len(res.Busy) == 1:
			busy = b
		case busy == nil:
			busy = s.copyOf(b)
		default:
			for i := range busy {
				busy[i] |= b[i]
			}
		}
	}
	s.freeOver(res, busy, need.Spans, at)
}

// packed adds to left, start by start, how many of the joins that share tables
// with others can be had at once.
func (s *Search) packed(left counter) {
	k := &s.pack
	var last joinSet
	count := 0
	for w := range s.allowed {
		for rest := s.allowed[w]; rest != 0; rest &= rest - 1 {
			i := w*wordBits + bits.TrailingZeros64(rest)
			var free joinSet
			for j, at := range k.at {
				if at.Has(i) && k.meets[j] != just(j) {
					free[j/wordBits] |= 1 << (j % wordBits)
				}
			}
			if free != last { // neighbours are mostly alike
				k.patience = packing
				last, count = free, k.most(free)
			}
			left.put(i, left.at(i)+count)
		}
	}
}

// joinSet is a set of joins, by their place in the need.
type joinSet [MaxJoins / wordBits]uint64

func just(j int) joinSet {
	var s joinSet
	s[j/wordBits] = 1 << (j % wordBits)
	return s
}

func (s joinSet) without(o joinSet) joinSet {
	for i := range s {
		s[i] &^= o[i]
	}
	return s
}

func (s joinSet) and(o joinSet) joinSet {
	for i := range s {
		s[i] &= o[i]
	}
	return s
}

func (s joinSet) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// packer finds how many joins can be had at once.
type packer struct {
	members  []int     // of all joins, each once
	free     []Bits    // by index in members
	at       []Bits    // by join: at which starts
	meets    []joinSet // by join: those that have a member with it in common, itself included
	patience int
}

// packing bounds the search for one start, in steps. Beyond it, which takes dozens
// of joins of the same tables, fewer may be counted than could be had.
const packing = 2000

func (k *packer) begin(joins [][]int) {
	k.members, k.free, k.at, k.meets = k.members[:0], k.free[:0], k.at[:0], k.meets[:0]
	for i, join := range joins {
		meets := just(i)
		for _, r := range join {
			if !slices.Contains(k.members, r) {
				k.members = append(k.members, r)
			}
		}
		for j, other := range joins[:i] {
			if slices.ContainsFunc(other, func(r int) bool { return slices.Contains(join, r) }) {
				meets[j/wordBits] |= 1 << (j % wordBits)
				k.meets[j][i/wordBits] |= 1 << (i % wordBits)
			}
		}
		k.meets = append(k.meets, meets)
	}
}

// most is the greatest number of the joins of a set of which no two share a
// member: one that meets at most one other is always taken; else the one that
// meets the most is tried both ways. Without patience it takes what meets fewest.
func (k *packer) most(set joinSet) int {
	taken := 0
	for set != (joinSet{}) {
		fewest, widest, least, most := 0, 0, MaxJoins+1, -1
		for w, word := range set {
			for ; word != 0; word &= word - 1 {
				j := w*wordBits + bits.TrailingZeros64(word)
				n := k.meets[j].and(set).count()
				if n < least {
					fewest, least = j, n
				}
				if n > most {
					widest, most = j, n
				}
			}
		}
		k.patience--
		if least > 2 && k.patience > 0 {
			with := 1 + k.most(set.without(k.meets[widest]))
			return taken + max(with, k.most(set.without(just(widest))))
		}
		set = set.without(k.meets[fewest])
		taken++
	}
	return taken
}

// joinsAt is which join serves a need at a start, by need: of those that no
// candidate alone serves.
func (f *Frame) joinsAt(p *Plan, start int, first []int) map[int][]int {
	var out map[int][]int
	for n := range p.Needs {
		need := &p.Needs[n]
		if len(need.Joins) == 0 || f.servedAlone(need, start) {
			continue
		}
		if out == nil {
			out = map[int][]int{}
		}
		out[n] = f.joinFor(need, start, first)
	}
	return out
}

// withJoins puts the members of joins in the places of the picks of their needs.
func (f *Frame) withJoins(picks []Pick, joins map[int][]int) []Pick {
	if len(joins) == 0 {
		return picks
	}
	var out []Pick
	for n, pick := range picks {
		members, ok := joins[n]
		if !ok {
			out = append(out, pick)
		}
		for _, r := range members {
			p := Pick{Need: n, Resource: r}
			for u := range f.Resources[r].Busy {
				p.Units = append(p.Units, u+1)
			}
			out = append(out, p)
		}
	}
	return out
}
