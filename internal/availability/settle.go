package availability

import (
	"math/bits"
	"slices"
)

// This file is the rare part of a search: needs that compete for the same
// resources at the same time, such as two stylists of one team. Sets say where
// each of them is free; whether they are together is tried start by start.

// settle judges a group of linked needs start by start, as each is free alone
// but perhaps not together: it corrects the free starts, what remains, and who can be nominated.
func (s *Search) settle(p *Plan, group uint64) {
	st := &s.starts
	s.resources = s.resources[:0]
	for rest := group; rest != 0; rest &= rest - 1 {
		for _, r := range p.Needs[bits.TrailingZeros64(rest)].Candidates {
			if !slices.Contains(s.resources, r) {
				s.resources = append(s.resources, r)
			}
		}
	}
	for i := st.Free.Next(0, st.Frame.Steps); i >= 0; i = st.Free.Next(i+1, st.Frame.Steps) {
		s.seats.gather(group, i, s.resources)
		copies := s.copies(st.left.at(i))
		st.left.put(i, copies)
		if copies == 0 {
			st.drop(i)
			continue
		}
		s.settleStaff(p, group, i)
	}
}

// counting bounds the search for one booking more of an intricate plan, in steps.
const counting = 1000

// patience is endless for the first booking: whether a start is free is exact.
func patience(booked int) int {
	if booked == 0 {
		return endless
	}
	return counting
}

// copies is how many times the gathered needs fit together, at most bound.
func (s *Search) copies(bound int) int {
	for n := range bound {
		if !s.seats.fits(n+1, patience(n)) {
			return n
		}
	}
	return bound
}

// settleStaff takes start i from everybody whose nomination the group does not allow there.
func (s *Search) settleStaff(p *Plan, group uint64, i int) {
	st := &s.starts
	s.kept = append(s.kept[:0], s.seats.units...)
	for j, r := range st.Staff {
		if !st.staff[j].Has(i) {
			continue
		}
		asked := uint64(0)
		for rest := group; rest != 0; rest &= rest - 1 {
			if n := bits.TrailingZeros64(rest); s.byNeed[n] >= 0 && slices.Contains(p.Needs[n].Candidates, r) {
				asked |= 1 << n
			}
		}
		if asked == 0 {
			continue
		}
		s.seats.pin(asked, r)
		if !s.seats.fits(1, endless) {
			st.staff[j].drop(i)
		}
		copy(s.seats.units, s.kept)
	}
}

// drop takes a start away.
func (s *Starts) drop(i int) {
	s.Free.drop(i)
	for j := range s.staff {
		s.staff[j].drop(i)
	}
}

func (b Bits) drop(i int) { b[i/wordBits] &^= 1 << (i % wordBits) }
