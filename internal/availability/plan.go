package availability

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// MaxNeeds is how many needs one plan may have.
const MaxNeeds = 64

// Span is a half-open stretch of steps relative to a plan's start. From may be
// negative (preparation).
type Span struct{ From, To int }

// Need is one requirement of one segment: "one of these stylists".
type Need struct {
	Segment    int    // the item of the visit that it belongs to; segments are in order of time
	Candidates []int  // indexes into Frame.Resources, each once
	Spans      []Span // when it is occupied; several where the resource is free between (processing time); empty ones do not count
	Units      int    // this many units of one and the same resource, at least 1
	Staff      bool   // candidates are staff, and the service takes nominations or at least keeps to one person
	Unnamed    bool   // of a staff need: the service takes no nominations

	// Joins are resources put together, all units of all of them, that serve the
	// need where no candidate alone does; what comes first is preferred. None of
	// them is a candidate, as that one would do by itself. A need with joins
	// competes with no other: whatever serves it serves it alone.
	Joins [][]int
}

// MaxJoins is how many joins one need may have.
const MaxJoins = 128

// StartMask binds a part of a plan to the starts that its own rule allows: the
// part begins At steps after the plan, at a step of Frame.Starts[Rule].
type StartMask struct{ Rule, At int }

// Plan is what a booking occupies, relative to its start.
type Plan struct {
	Length int // the customer's time in steps, all segments; within opening hours
	Needs  []Need
	Starts []StartMask
	Party  int // persons who arrive; 0: one
}

// Validate says what a plan's maker did wrong; the engine itself trusts a plan.
// Resources is the number of resources in the frame.
func (p *Plan) Validate(resources int) error {
	if p.Length < 1 {
		return fmt.Errorf("plan of length %d", p.Length)
	}
	if len(p.Needs) > MaxNeeds {
		return fmt.Errorf("plan of %d needs, at most %d", len(p.Needs), MaxNeeds)
	}
	for i, n := range p.Needs {
		if err := n.validate(resources); err != nil {
			return fmt.Errorf("need %d: %w", i, err)
		}
		if err := p.validateJoins(i, resources); err != nil {
			return fmt.Errorf("need %d: %w", i, err)
		}
	}
	return nil
}

func (p *Plan) validateJoins(n, resources int) error {
	if len(p.Needs[n].Joins) > MaxJoins {
		return fmt.Errorf("%d joins, at most %d", len(p.Needs[n].Joins), MaxJoins)
	}
	for _, join := range p.Needs[n].Joins {
		for i, r := range join {
			if r < 0 || r >= resources || slices.Contains(join[:i], r) || slices.Contains(p.Needs[n].Candidates, r) {
				return fmt.Errorf("join of %d, which is no resource, named twice or a candidate", r)
			}
		}
	}
	for m := range p.Needs {
		if m != n && len(p.Needs[n].Joins) > 0 && p.Needs[n].rivals(&p.Needs[m]) {
			return fmt.Errorf("joins beside need %d, which takes the same", m)
		}
	}
	return nil
}

// rivals tells whether anything could serve both needs.
func (n *Need) rivals(m *Need) bool {
	all := slices.Concat(append(slices.Clone(n.Joins), n.Candidates)...)
	return slices.ContainsFunc(slices.Concat(append(slices.Clone(m.Joins), m.Candidates)...), func(r int) bool { return slices.Contains(all, r) })
}

func (n *Need) validate(resources int) error {
	if n.Units < 1 {
		return fmt.Errorf("%d units", n.Units)
	}
	if !slices.ContainsFunc(n.Spans, func(s Span) bool { return s.From < s.To }) {
		return errors.New("nothing but empty spans")
	}
	for i, r := range n.Candidates {
		if r < 0 || r >= resources || slices.Contains(n.Candidates[:i], r) {
			return fmt.Errorf("candidate %d is no resource or named twice", r)
		}
	}
	return nil
}

// asks tells whether need n is the one that a nomination in its segment
// decides: the first of the segment's staff needs, where the service takes nominations.
func (p *Plan) asks(n int) bool {
	if need := &p.Needs[n]; !need.Staff || need.Unnamed {
		return false
	}
	for m := range n {
		if p.Needs[m].Staff && p.Needs[m].Segment == p.Needs[n].Segment {
			return false
		}
	}
	return true
}

// Nominate is the plan with staff resource r wherever it can be asked for: in
// each segment whose first staff need lists r, that need takes r only; other
// segments keep their candidates. False when no segment does.
func (p *Plan) Nominate(r int) (Plan, bool) {
	return p.restrict(r, func(int) bool { return true })
}

// NominateFor is the plan in which the given segment is served by r. False when
// its first staff need does not list r.
func (p *Plan) NominateFor(segment, r int) (Plan, bool) {
	return p.restrict(r, func(s int) bool { return s == segment })
}

func (p *Plan) restrict(r int, segment func(int) bool) (Plan, bool) {
	q, found := Plan{Length: p.Length, Needs: slices.Clone(p.Needs), Starts: p.Starts, Party: p.Party}, false
	for n := range q.Needs {
		need := &q.Needs[n]
		if p.asks(n) && segment(need.Segment) && slices.Contains(need.Candidates, r) {
			need.Candidates, found = []int{r}, true
		}
	}
	return q, found
}

// links is which needs could get in each other's way: they share a candidate,
// and their spans overlap. A plan has seldom any; where it has, one unit must
// not be given to both.
type links struct {
	with   [MaxNeeds]uint64 // by need: the needs that must not share a unit with it, itself included
	groups []uint64         // connected sets of two or more needs
}

// find sets the links of a plan.
func (l *links) find(p *Plan) {
	for n := range p.Needs {
		l.with[n] = 1 << n
		for m := range n {
			if p.linked(m, n) {
				l.with[n] |= 1 << m
				l.with[m] |= 1 << n
			}
		}
	}
	l.groups = l.groups[:0]
	var seen uint64
	for n := range p.Needs {
		if seen>>n&1 != 0 {
			continue
		}
		group := l.reach(n)
		seen |= group
		if bits.OnesCount64(group) > 1 {
			l.groups = append(l.groups, group)
		}
	}
}

// reach is all that is linked with n, directly or not.
func (l *links) reach(n int) uint64 {
	group := l.with[n]
	for {
		next := group
		for rest := group; rest != 0; rest &= rest - 1 {
			next |= l.with[bits.TrailingZeros64(rest)]
		}
		if next == group {
			return group
		}
		group = next
	}
}

func (p *Plan) linked(m, n int) bool {
	a, b := &p.Needs[m], &p.Needs[n]
	return slices.ContainsFunc(a.Candidates, func(r int) bool { return slices.Contains(b.Candidates, r) }) &&
		slices.ContainsFunc(a.Spans, func(s Span) bool {
			return slices.ContainsFunc(b.Spans, func(t Span) bool { return max(s.From, t.From) < min(s.To, t.To) })
		})
}
