package availability

import (
	"math/bits"
	"slices"
)

// NoLimit is what Remaining says of a plan without needs: nothing bounds it.
const NoLimit = 999

// Search finds all free starts of a plan at once. Its zero value is ready; it
// keeps its memory for the next run, and belongs to one goroutine at a time.
type Search struct {
	starts Starts
	pool   []uint64 // the memory of all sets of a run
	used   int
	links  links
	seats  assigner

	allowed Bits   // starts that opening, grid and window leave
	unit    Bits   // scratch: where one unit is free
	shifted Bits   // scratch: where it is free over one span
	served  Bits   // scratch: where some candidate is free
	by      []Bits // of the needs that nominations decide: by candidate, where it is free
	byNeed  []int  // by need: the index in by of its first candidate, -1 if no nomination decides it

	resources []int  // scratch: the candidates of a group of linked needs
	kept      []unit // scratch: their units, before one staff member is pinned
	pack      packer // scratch: joins that share tables
	stays     stays  // scratch: how long who starts when may stay
}

// Starts is the free starts of a plan in a frame. It lives in the memory of its
// Search, until the next run.
type Starts struct {
	Frame  *Frame
	Window Window
	Length int // the customer's time in steps; of a visit that lasts differently by its start, of none in particular
	Free   Bits
	Staff  []int // whom customers may nominate for this plan, by index in Frame.Resources, ascending

	staff   []Bits // by index in Staff: at which starts
	left    counter
	lengths []int32 // by step, where they differ
	party   int
}

// LengthAt is the customer's time in steps at a free start.
func (s *Starts) LengthAt(step int) int {
	if s.lengths != nil {
		return int(s.lengths[step])
	}
	return s.Length
}

// Remaining is how many bookings of the plan fit at a free start at once; 0 elsewhere.
func (s *Starts) Remaining(step int) int {
	if !s.Free.Has(step) {
		return 0
	}
	return s.fitting(step)
}

// fitting is Remaining of a start that is free.
func (s *Starts) fitting(step int) int { return min(s.left.at(step), s.Frame.room(s.party, step)) }

// AppendStaff appends the index in Frame.Resources of everybody who can be nominated at a start.
func (s *Starts) AppendStaff(to []int, step int) []int {
	for i, r := range s.Staff {
		if s.staff[i].Has(step) {
			to = append(to, r)
		}
	}
	return to
}

// Find computes all starts of the plan that are free in the window. The plan
// must be valid for the frame.
func (s *Search) Find(f *Frame, p *Plan, w Window) *Starts { return s.find(f, p, w, nil) }

// find is Find among some starts only; nil: among all.
func (s *Search) find(f *Frame, p *Plan, w Window, among Bits) *Starts {
	s.prepare(f, p, w)
	for i := range among {
		s.allowed[i] &= among[i]
	}
	s.starts.Free = append(s.starts.Free[:0], s.allowed...)
	most := f.most(p)
	s.starts.left = s.counter(most)
	if len(p.Needs) == 0 {
		s.starts.left.addTimes(s.allowed, s.allowed, NoLimit)
		return &s.starts
	}
	for n := range p.Needs {
		left := s.starts.left
		if n > 0 {
			left = s.counter(most)
		}
		s.need(p, n, left)
		if n > 0 {
			s.starts.left.atMost(left)
		}
	}
	s.nominees(p)
	for _, group := range s.links.groups {
		s.settle(p, group)
	}
	return &s.starts
}

// most bounds the number of bookings that fit at one start.
func (f *Frame) most(p *Plan) int {
	if len(p.Needs) == 0 {
		return NoLimit
	}
	most := 0
	for n := range p.Needs {
		sum := 0
		for _, r := range p.Needs[n].Candidates {
			sum += len(f.Resources[r].Busy) / p.Needs[n].Units
		}
		most = max(most, sum+len(p.Needs[n].Joins))
	}
	return most
}

// prepare empties the search and finds the starts that opening, grid and window leave.
func (s *Search) prepare(f *Frame, p *Plan, w Window) {
	s.used = 0
	s.starts = Starts{Frame: f, Window: w, Length: p.Length, party: p.Party, Free: s.starts.Free, Staff: s.starts.Staff[:0], staff: s.starts.staff[:0]}
	s.by, s.byNeed = s.by[:0], s.byNeed[:0]
	s.links.find(p)
	s.seats.frame, s.seats.plan, s.seats.links = f, p, &s.links
	s.unit, s.shifted, s.served = s.set(), s.set(), s.set()

	s.allowed = s.set()
	copy(s.allowed, f.Open)
	s.allowed.erode(p.Length)
	window := s.unit
	if !w.Stopped {
		window.fill(w.From, min(w.To, f.Steps))
	}
	for i := range s.allowed {
		s.allowed[i] &= f.Grid[i] & window[i]
	}
	for _, m := range p.Starts {
		if mask := f.Starts[m.Rule]; mask != nil {
			s.allowed.andAhead(mask, m.At)
		}
	}
	f.keepFree(p.Party, s.allowed)
}

// need finds where each candidate of need n is free, takes the starts at which
// none is away from the free ones, and counts in left how many bookings the need could serve.
func (s *Search) need(p *Plan, n int, left counter) {
	need, asked := &p.Needs[n], p.asks(n)
	s.byNeed = append(s.byNeed, -1)
	if asked {
		s.byNeed[n] = len(s.by)
	}
	clear(s.served)
	for _, r := range need.Candidates {
		at := s.shifted
		if asked {
			at = s.set()
			s.by = append(s.by, at)
		}
		s.candidate(r, need, at, left)
		for i := range at {
			s.served[i] |= at[i]
		}
	}
	if len(need.Joins) > 0 {
		s.joined(need, left)
	}
	for i := range s.starts.Free {
		s.starts.Free[i] &= s.served[i]
	}
}

// candidate sets at to the allowed starts at which resource r could serve the
// need, and adds to left how many times.
func (s *Search) candidate(r int, need *Need, at Bits, left counter) {
	res := &s.starts.Frame.Resources[r]
	switch {
	case len(res.Busy) < need.Units:
		clear(at)
	case len(res.Busy) == 1:
		s.freeOver(res, res.Busy[0], need.Spans, at)
		left.add(at, s.allowed, 0)
	default:
		s.units(res, need, at, left)
	}
}

// units is candidate for a resource of several units: count the free ones.
func (s *Search) units(res *Resource, need *Need, at Bits, left counter) {
	mark := s.used
	over, free := s.set(), left
	if need.Units > 1 {
		free = s.counter(len(res.Busy))
	}
	clear(at)
	untouched := 0
	for _, busy := range res.Busy {
		if busy == nil {
			untouched++
			continue
		}
		s.freeOver(res, busy, need.Spans, over)
		free.add(over, s.allowed, 0)
		for i := range at {
			at[i] |= over[i]
		}
	}
	if untouched > 0 { // all at once: they are free whenever the resource works
		s.freeOver(res, nil, need.Spans, over)
		free.addTimes(over, s.allowed, untouched)
		for i := range at {
			at[i] |= over[i]
		}
	}
	if need.Units > 1 {
		s.lots(at, free, need.Units, left)
	}
	s.used = mark
}

// lots keeps the starts with enough free units, and counts how many times there are enough.
func (s *Search) lots(at Bits, free counter, units int, left counter) {
	for w := range at {
		at[w] &= s.allowed[w]
		for rest := at[w]; rest != 0; rest &= rest - 1 {
			i := w*wordBits + bits.TrailingZeros64(rest)
			lots := free.at(i) / units
			if lots == 0 {
				at[w] &^= rest & -rest
				continue
			}
			left.put(i, left.at(i)+lots)
		}
	}
}

// freeOver sets at to the starts from which a unit is at work and not busy over all spans.
func (s *Search) freeOver(res *Resource, busy Bits, spans []Span, at Bits) {
	work := res.Work
	if work == nil {
		work = s.starts.Frame.everything
	}
	if len(spans) == 1 && spans[0].From == 0 && spans[0].To > 0 { // the usual: nothing to shift or to join
		at.free(work, busy)
		at.erode(spans[0].To)
		return
	}
	copy(at, s.starts.Frame.everything)
	for _, span := range spans {
		if span.From >= span.To {
			continue
		}
		s.unit.free(work, busy)
		s.unit.erode(span.To - span.From)
		at.andAhead(s.unit, span.From)
	}
}

// free sets b to the steps of work that are not busy; busy may be nil.
func (b Bits) free(work, busy Bits) {
	if busy == nil {
		copy(b, work)
		return
	}
	for i := range b {
		b[i] = work[i] &^ busy[i]
	}
}

// nominees finds at which of the free starts each staff member could be
// nominated: where they are free for every need that nominating them decides.
// What linked needs make of it is left to settle.
func (s *Search) nominees(p *Plan) {
	st := &s.starts
	for n := range p.Needs {
		if s.byNeed[n] < 0 {
			continue
		}
		for c, r := range p.Needs[n].Candidates {
			if !st.Frame.Resources[r].Nominatable {
				continue
			}
			i := slices.Index(st.Staff, r)
			if i < 0 {
				i = len(st.Staff)
				st.Staff, st.staff = append(st.Staff, r), append(st.staff, s.copyOf(st.Free))
			}
			at := s.by[s.byNeed[n]+c]
			for w := range at {
				st.staff[i][w] &= at[w]
			}
		}
	}
	st.sortStaff()
}

// sortStaff puts staff in the order of the frame; there are few.
func (s *Starts) sortStaff() {
	for i := range s.Staff {
		for j := i; j > 0 && s.Staff[j] < s.Staff[j-1]; j-- {
			s.Staff[j], s.Staff[j-1] = s.Staff[j-1], s.Staff[j]
			s.staff[j], s.staff[j-1] = s.staff[j-1], s.staff[j]
		}
	}
}

// set gives an empty set for this run.
func (s *Search) set() Bits { return Bits(s.memory(len(s.starts.Frame.Open))) }

func (s *Search) copyOf(b Bits) Bits {
	c := s.set()
	copy(c, b)
	return c
}

// counter gives a counter of zeros for this run.
func (s *Search) counter(most int) counter {
	planes := digits(most)
	return counter{planes, s.memory(planes * len(s.starts.Frame.Open))}
}

// memory gives zeroed words. Earlier pieces stay valid when the pool must grow.
func (s *Search) memory(words int) []uint64 {
	if s.used+words > len(s.pool) {
		s.pool = make([]uint64, max(2*len(s.pool), words, 4096))
		s.used = 0
	}
	piece := s.pool[s.used : s.used+words : s.used+words]
	s.used += words
	clear(piece)
	return piece
}
