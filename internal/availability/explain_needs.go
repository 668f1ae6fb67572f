package availability

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// causes are all that stands against a start, what is to be mended first in
// front; none exactly when it is free.
func (e *explainer) causes(start time.Time) iter.Seq[Cause] {
	if e.varies(&e.visit) {
		e.lay(e.At(e.visit, start))
	}
	return func(yield func(Cause) bool) {
		for _, c := range e.wish {
			if !yield(c) {
				return
			}
		}
		for _, c := range e.againstTime(start) {
			if !yield(c) {
				return
			}
		}
		e.againstNeeds(start, yield)
	}
}

// againstNeeds yields why requirements are not served: of one that nobody
// serves, why each candidate does not.
func (e *explainer) againstNeeds(start time.Time, yield func(Cause) bool) {
	step := e.frame.Floor(start)
	var unserved uint64
	for n := range e.plan.Needs {
		if e.frame.served(&e.plan.Needs[n], step) {
			continue
		}
		unserved |= 1 << n
		if !e.againstNeed(n, start, yield) {
			return
		}
	}
	for _, group := range e.links.groups {
		if group&unserved == 0 && !e.frame.together(e.plan, &e.links, group, step) && !e.apart(group, start, yield) {
			return
		}
	}
}

func (e *explainer) againstNeed(n int, start time.Time, yield func(Cause) bool) bool {
	need := &e.plan.Needs[n]
	if len(need.Candidates)+len(need.Joins) == 0 {
		c, ok := e.nobody(n)
		return !ok || yield(c)
	}
	for _, b := range e.blocked(n, start) {
		if !e.againstResource(n, b, start, yield) {
			return false
		}
	}
	return !e.frame.fragmented(need, e.frame.Floor(start)) || yield(e.fragmented(n))
}

// apart yields who is missing where requirements are served one by one but not
// together, and that they are.
func (e *explainer) apart(group uint64, start time.Time, yield func(Cause) bool) bool {
	var told []int
	for rest := group; rest != 0; rest &= rest - 1 {
		n := bits.TrailingZeros64(rest)
		for _, b := range e.blocked(n, start) {
			if slices.Contains(told, b.resource) {
				continue
			}
			told = append(told, b.resource)
			if !e.againstResource(n, b, start, yield) {
				return false
			}
		}
	}
	r := e.requirement(bits.TrailingZeros64(group))
	args := fault.Args{"kind": e.kind(r.Kind)}
	return yield(Cause{Kind: CauseCombination, Message: e.say("combination", args), Subject: e.service(), Requirement: r})
}

// requirement is the one that a need was made of: those of one service become needs in their order.
func (e *explainer) requirement(n int) *CauseRequirement {
	r := &e.part.Service.Requirements[n]
	return &CauseRequirement{r.ID, r.Kind}
}

// nobody says why a need has no candidates; nothing where the wish for a staff
// member told it already.
func (e *explainer) nobody(n int) (Cause, bool) {
	r := &e.part.Service.Requirements[n]
	if r == asked(e.part.Service) && e.part.Staff != nil && len(e.againstStaff()) > 0 {
		return Cause{}, false
	}
	c := Cause{Subject: e.service(), Requirement: e.requirement(n)}
	args := fault.Args{"kind": e.kind(r.Kind), "service": e.part.Service.Name.In(e.lang), "party": e.parties(e.party, e.party)}
	switch {
	case len(e.candidates(r, e.party)) > 0 && e.part.Staff == nil: // some could, but must be nominated and cannot be
		c.Kind, c.Message = CauseNotNominatable, e.say("staff_not_nominatable.nobody", args)
	case slices.ContainsFunc(e.Resources, func(x catalog.Resource) bool { return fits(r, &x) }):
		c.Kind, c.Message = CauseCapacity, e.say(forStaff("capacity.party", r.Kind), args)
	default:
		c.Kind, c.Message = CauseNoResource, e.say("no_resource", args)
	}
	return c, true
}

// fits tells whether a resource serves a requirement, for some party perhaps.
func fits(r *catalog.Requirement, x *catalog.Resource) bool {
	return x.Active && x.Kind == r.Kind && (len(r.ResourceIDs) == 0 || slices.Contains(r.ResourceIDs, x.ID))
}

// fragmented tells whether at each step of a need some candidate is free, though
// none is over all of it.
func (f *Frame) fragmented(need *Need, start int) bool {
	for _, s := range need.Spans {
		for step := start + s.From; step < start+s.To; step++ {
			alone := slices.ContainsFunc(need.Candidates, func(r int) bool { return f.idleUnits(r, step) >= need.Units && f.atWork(r, step) })
			if !alone && !slices.ContainsFunc(need.Joins, func(j []int) bool { return f.joinIdle(j, step) }) {
				return false
			}
		}
	}
	return true
}

func (f *Frame) atWork(r, step int) bool {
	return f.Resources[r].Work == nil || f.Resources[r].Work.Has(step)
}

func (f *Frame) idleUnits(r, step int) int {
	n := 0
	for _, busy := range f.Resources[r].Busy {
		if !busy.Has(step) {
			n++
		}
	}
	return n
}

func (e *explainer) fragmented(n int) Cause {
	r := e.requirement(n)
	return Cause{Kind: CauseFragmented, Message: e.say(forStaff("fragmented", r.Kind), fault.Args{"kind": e.kind(r.Kind)}), Subject: e.service(), Requirement: r}
}

// forStaff is the key of a sentence that is another one of people.
func forStaff(key string, k catalog.Kind) string {
	if k == catalog.Staff {
		return key + ".staff"
	}
	return key
}

// blocked is a candidate that does not serve a need.
type blocked struct {
	resource int
	units    int // how many of its units would have to be free
	off      bool
	free     int // its units that are free over the whole need
	freeAt   int // the next step at which enough of them are; none in sight: math.MaxInt
}

// blocked are the candidates that do not serve a need at a start: those at work
// first, and of them the one that is free earliest.
func (e *explainer) blocked(n int, start time.Time) []blocked {
	need, step, f := &e.plan.Needs[n], e.frame.Floor(start), e.frame
	var list []blocked
	for _, r := range need.Candidates {
		b := blocked{resource: r, units: need.Units, off: !f.works(r, need, step), free: f.freeUnits(r, need, step)}
		if b.off || b.free < need.Units {
			list = append(list, b)
		}
	}
	list = append(list, e.blockedJoins(need, step)...)
	for i := range list {
		b := &list[i]
		b.freeAt = math.MaxInt
		if b.free < b.units {
			b.freeAt = f.freeAgain(b.resource, b.units, need, step)
		}
	}
	slices.SortStableFunc(list, func(a, b blocked) int {
		if a.off != b.off {
			if b.off {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.freeAt, b.freeAt)
	})
	return list
}

// freeAgain is the first step at which enough units are free behind the last one
// of a need at which they are not; math.MaxInt where the frame shows none, and
// where units change over so that enough are free at each step.
func (f *Frame) freeAgain(r, units int, need *Need, start int) int {
	for _, span := range slices.Backward(need.Spans) {
		for step := start + span.To - 1; step >= start+span.From; step-- {
			if f.idleUnits(r, step) < units {
				return f.idleFrom(r, units, step+1)
			}
		}
	}
	return math.MaxInt
}

// idleFrom is the first step from one on at which so many units are free.
func (f *Frame) idleFrom(r, units, step int) int {
	for ; step < f.Steps; step++ {
		if f.idleUnits(r, step) >= units {
			return step
		}
	}
	return math.MaxInt
}
