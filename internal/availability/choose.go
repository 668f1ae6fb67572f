package availability

import (
	"cmp"
	"slices"
)

// Options are wishes for Choose.
type Options struct {
	Prefer []int // resources to take first where they are free, such as those a booking had before it moved
}

// Pick is who serves a need.
type Pick struct {
	Need     int   // index in Plan.Needs
	Resource int   // index in Frame.Resources
	Units    []int // the units taken, from 1, ascending
}

// Free tells whether the plan can start at the step: what Search would say of it.
func (f *Frame) Free(p *Plan, w Window, start int) bool {
	if !w.has(start) || !f.Grid.Has(start) || !f.Open.all(start, start+p.Length) ||
		!f.startable(p, start) || f.full(p.Party, start) != "" {
		return false
	}
	for n := range p.Needs {
		if !f.served(&p.Needs[n], start) {
			return false
		}
	}
	var l links
	l.find(p)
	for _, group := range l.groups {
		if !f.together(p, &l, group, start) {
			return false
		}
	}
	return true
}

// together tells whether a group of linked needs can be served at once.
func (f *Frame) together(p *Plan, l *links, group uint64, start int) bool {
	a := assigner{frame: f, plan: p, links: l}
	a.gather(group, start, f.preferred(start, nil))
	return a.fits(1, endless)
}

// Choose picks who serves the plan at a start, or says that nobody can: exactly
// where the start is free. Each need has one pick, in order; one that tables put
// together serve has a pick for each of them, all its units.
//
// Of all ways it takes one in which staff change as seldom as possible from one
// segment to the next (a change is a staff need that nobody of the segment
// before serves); then, need by need and staff first, who served the segment
// before, who is preferred, whom the rule of fairness names (of things: what fits
// the party most tightly), who has the lowest rank; and of each the lowest units. The same input gives the
// same picks.
func (f *Frame) Choose(p *Plan, w Window, start int, o Options) ([]Pick, bool) {
	if !f.Free(p, w, start) {
		return nil, false
	}
	var l links
	l.find(p)
	c := chooser{assigner: assigner{frame: f, plan: p, links: &l}}
	joins := f.joinsAt(p, start, o.Prefer)
	needs := ^uint64(0) >> (MaxNeeds - len(p.Needs))
	for n := range joins { // nothing that serves another need is among them
		needs &^= 1 << n
	}
	c.gather(needs, start, f.preferred(start, o.Prefer))
	if !c.search() && !c.fits(1, endless) {
		return nil, false
	}
	return f.withJoins(c.picks(), joins), true
}

// chooser is an assigner that cares which assignment it finds.
type chooser struct {
	assigner
	before []int // by need: the last segment before its own that has staff needs; -1: none, so no change counts
	choice []int // by need: the block chosen
	uses   []int // by block: how many needs chose it
	budget int   // how many changes of staff are still allowed
}

// choosing bounds the search for the best assignment, in steps. Beyond it, which
// takes dozens of candidates over many segments, any assignment will do.
const choosing = 3000

// search allows one change of staff more each time, so that the first
// assignment found has the fewest. False when patience ended.
func (c *chooser) search() bool {
	c.prepare()
	c.patience = choosing
	for most := 0; most <= len(c.order) && c.patience > 0; most++ {
		if c.budget = most; c.place(0) {
			return true
		}
	}
	return false
}

func (c *chooser) prepare() {
	needs := c.plan.Needs
	slices.SortStableFunc(c.order, func(a, b int) int { // staff first: other needs seldom depend on them
		x, y := &needs[a], &needs[b]
		if x.Staff != y.Staff {
			if x.Staff {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.Segment, y.Segment)
	})
	c.copies = 1
	c.before, c.choice, c.uses = make([]int, len(needs)), make([]int, len(needs)), make([]int, len(c.blocks))
	for n := range needs {
		c.before[n], c.choice[n] = -1, -1
		for m := range needs {
			if needs[n].Staff && needs[m].Staff && needs[m].Segment < needs[n].Segment {
				c.before[n] = max(c.before[n], needs[m].Segment)
			}
		}
	}
}

// place serves need order[i] and all that follow.
func (c *chooser) place(i int) bool {
	if i == len(c.order) {
		return true
	}
	if c.patience--; c.patience < 0 || !c.enough(i) {
		return false
	}
	n := c.order[i]
	if c.before[n] < 0 {
		return c.among(i, false)
	}
	if c.among(i, true) {
		return true
	}
	if c.budget == 0 {
		return false
	}
	c.budget--
	found := c.among(i, false)
	c.budget++
	return found
}

// among serves need order[i] by a block that served (or did not serve) the segment before.
func (c *chooser) among(i int, served bool) bool {
	n := c.order[i]
	units := c.plan.Needs[n].Units
	for b := range c.blocks {
		if c.served(n, b) != served || c.free(b, n) < units || c.repeats(n, b, served) {
			continue
		}
		c.choice[n] = b
		c.uses[b]++
		if c.take(i, units, c.blocks[b].from) {
			return true
		}
		c.choice[n] = -1
		c.uses[b]--
	}
	return false
}

// take gives need order[i] so many more units of its block, from unit u on, then goes on with the next need.
func (c *chooser) take(i, left, u int) bool {
	if left == 0 {
		return c.place(i + 1)
	}
	n := c.order[i]
	for at := u; at < c.blocks[c.choice[n]].to; at++ {
		can := c.units[at].can
		if can>>n&1 == 0 || c.tried(u, at) {
			continue
		}
		c.units[at].can &^= c.links.with[n]
		done := c.take(i, left-1, at+1)
		c.units[at].can = can
		if done {
			c.given = append(c.given, given{n, at})
			return true
		}
	}
	return false
}

// served tells whether block b serves a staff need of the segment before that of need n.
func (c *chooser) served(n, b int) bool {
	if c.before[n] < 0 {
		return false
	}
	for m, need := range c.plan.Needs {
		if need.Staff && need.Segment == c.before[n] && c.choice[m] == b {
			return true
		}
	}
	return false
}

// repeats tells whether a block before b, which the choice so far treats the
// same, could serve the same needs: then b was tried in its likeness.
func (c *chooser) repeats(n, b int, served bool) bool {
	at, single := c.single(b)
	if !single || c.uses[b] > 0 {
		return false
	}
	for d := range b {
		if u, single := c.single(d); single && c.uses[d] == 0 && c.units[u].can == c.units[at].can && c.served(n, d) == served {
			return true
		}
	}
	return false
}

// picks is the assignment found, need by need.
func (c *chooser) picks() []Pick {
	list := make([]Pick, len(c.plan.Needs))
	for _, g := range c.given {
		u, pick := c.units[g.unit], &list[g.need]
		pick.Need, pick.Resource = g.need, u.resource
		pick.Units = append(pick.Units, u.number+1)
	}
	for n := range list {
		slices.Sort(list[n].Units)
	}
	return list
}
