package availability

import (
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// oracle answers the same questions as the engine, slowly and plainly: it walks
// every minute, asks the time package what the wall clock shows, and tries every
// assignment. It shares no code with the engine but the types of a plan.
type oracle struct {
	*scenario
	begin time.Time // minute 0
	open  []bool    // by minute
	owner []int     // by minute: days after s.from of the business day, noDay
	work  [][]bool  // by resource and minute
	busy  [][][]bool
	load  [][]int // by resource and day
	known map[string]int
	local func(clock.Date, int) int // the first minute at which the wall clock shows a minute of a date, or one after it
}

const noDay = -1000

// reach is how many dates around the days the oracle knows; more than any plan needs.
const reachDays = 3

func newOracle(s *scenario) *oracle {
	o := &oracle{scenario: s, known: map[string]int{}}
	o.begin = s.from.AddDays(-reachDays).UTC().Add(-15 * time.Hour)
	minutes := (s.days + 2*reachDays + 2) * 1440

	// When the wall clock first shows a minute, or one after it.
	shown := map[int]int{}
	next := o.wall(0)
	for m := range minutes {
		for wall := o.wall(m); next <= wall; next++ {
			shown[next] = m
		}
	}
	local := func(d clock.Date, minute int) int {
		return shown[d.DaysSince(clock.Date{Year: 2000, Month: 1, Day: 1})*1440+minute]
	}

	o.local = local
	o.open, o.owner = make([]bool, minutes), make([]int, minutes)
	for m := range o.owner {
		o.owner[m] = noDay
	}
	for d := -reachDays + 1; d < s.days+reachDays-1; d++ {
		date := s.from.AddDays(d)
		for _, r := range s.hours[date] {
			for m, end := local(date, r.StartMinute), local(date, r.EndMinute); m < end; m++ {
				o.open[m] = true
				if o.owner[m] == noDay {
					o.owner[m] = d
				}
			}
		}
	}
	for _, x := range s.things {
		work := make([]bool, minutes)
		for d := -reachDays + 1; d < s.days+reachDays-1; d++ {
			date := s.from.AddDays(d)
			ranges := x.shifts[date]
			if x.shifts == nil {
				ranges = []schedule.Range{{StartMinute: 0, EndMinute: 1800}}
			}
			for _, r := range ranges {
				for m, end := local(date, r.StartMinute), local(date, r.EndMinute); m < end; m++ {
					work[m] = true
				}
			}
		}
		o.work = append(o.work, work)
		o.addTaken(x, minutes)
	}
	return o
}

func (o *oracle) addTaken(x thing, minutes int) {
	busy, load := make([][]bool, x.capacity), make([]int, o.days)
	for u := range busy {
		busy[u] = make([]bool, minutes)
	}
	for _, a := range x.taken {
		for m := o.minute(a.from) - 1; m <= o.minute(a.to)+1; m++ {
			if o.at(m).Before(a.to) && o.at(m+1).After(a.from) {
				busy[a.unit-1][m] = true
			}
		}
		for d := -reachDays; d < o.days; d++ { // the first day that it touches
			if first, last, ok := o.hull(d); ok && a.from.Before(last) && a.to.After(first) {
				if d >= 0 {
					load[d] += int(a.to.Sub(a.from) / time.Minute)
				}
				break
			}
		}
	}
	o.busy, o.load = append(o.busy, busy), append(o.load, load)
}

// hull is from the first opening to the last closing of a business day.
func (o *oracle) hull(d int) (first, last time.Time, ok bool) {
	date := o.from.AddDays(d)
	for _, r := range o.hours[date] {
		from, to := clock.Instant(date, r.StartMinute, o.zone), clock.Instant(date, r.EndMinute, o.zone)
		if !from.Before(to) {
			continue
		}
		if !ok || from.Before(first) {
			first = from
		}
		if !ok || to.After(last) {
			last = to
		}
		ok = true
	}
	return first, last, ok
}

func (o *oracle) at(m int) time.Time { return o.begin.Add(time.Duration(m) * time.Minute) }

func (o *oracle) minute(x time.Time) int { return int(x.Sub(o.begin) / time.Minute) }

// wall is what the wall clock shows, in minutes since the year 2000.
func (o *oracle) wall(m int) int {
	x := o.at(m).In(o.zone)
	return clock.DateOf(x).DaysSince(clock.Date{Year: 2000, Month: 1, Day: 1})*1440 + x.Hour()*60 + x.Minute()
}

// rules are the reasons against a start that concern no resource.
func (o *oracle) rules(m int) []string {
	var list []string
	if !o.earliest.IsZero() && o.at(m).Before(o.earliest) {
		list = append(list, "too_soon -1 -1")
	}
	if !o.latest.IsZero() && !o.at(m).Before(o.latest) {
		list = append(list, "too_far -1 -1")
	}
	if o.at(m).In(o.zone).Minute()%o.grid != 0 {
		list = append(list, "off_grid -1 -1")
	}
	for i := range o.plan.Length * 5 {
		if !o.open[m+i] {
			list = append(list, "closed -1 -1")
			break
		}
	}
	if !o.offered(m) {
		list = append(list, "not_offered -1 -1")
	}
	return list
}

// offered tells whether each part of the plan begins when its own rule allows it.
func (o *oracle) offered(m int) bool {
	for _, x := range o.plan.Starts {
		at := m + 5*x.At
		day := o.owner[at]
		if day == noDay {
			return false
		}
		date, inside := o.from.AddDays(day), false
		ranges, restricted := o.offers[x.Rule][date]
		for _, r := range ranges {
			inside = inside || o.local(date, r.StartMinute) <= at && at < o.local(date, r.EndMinute)
		}
		if restricted && !inside {
			return false
		}
	}
	return true
}

// option is one way to serve a need: some units of a resource, or a join.
type option struct {
	resource int
	units    []int // from 1
	join     int   // index in the need's joins, and one; 0: none
	members  []int // of the join
}

// options are all ways to serve a need at minute m, were it alone.
func (o *oracle) options(p *Plan, n, m int) []option {
	var list []option
	for _, r := range p.Needs[n].Candidates {
		if o.covers(o.work[r], true, p.Needs[n].Spans, m) {
			for _, units := range choices(o.free(p, n, r, m), p.Needs[n].Units) {
				list = append(list, option{resource: r, units: units})
			}
		}
	}
	for j, members := range p.Needs[n].Joins {
		if !slices.ContainsFunc(members, func(r int) bool { return !o.wholly(p, n, r, m) }) {
			list = append(list, option{resource: -1, join: j + 1, members: members})
		}
	}
	return list
}

// wholly tells whether resource r works and is free, with all its units, for a need at minute m.
func (o *oracle) wholly(p *Plan, n, r, m int) bool {
	return o.covers(o.work[r], true, p.Needs[n].Spans, m) && len(o.free(p, n, r, m)) == o.things[r].capacity
}

// uses tells whether the option takes a unit of a resource.
func (a option) uses(resource, unit int) bool {
	return a.resource == resource && slices.Contains(a.units, unit) || slices.Contains(a.members, resource)
}

// meets tells whether two options take a unit in common.
func (a option) meets(b option) bool {
	return slices.ContainsFunc(a.units, func(u int) bool { return b.uses(a.resource, u) }) ||
		slices.ContainsFunc(a.members, func(r int) bool {
			return slices.Contains(b.members, r) || b.resource == r
		})
}

// free are the units of resource r that are not busy for a need at minute m.
func (o *oracle) free(p *Plan, n, r, m int) []int {
	var free []int
	for u := range o.busy[r] {
		if o.covers(o.busy[r][u], false, p.Needs[n].Spans, m) {
			free = append(free, u+1)
		}
	}
	return free
}

// covers tells whether every minute of the spans says want.
func (o *oracle) covers(minutes []bool, want bool, spans []Span, m int) bool {
	for _, s := range spans {
		for i := s.From * 5; i < s.To*5; i++ {
			if minutes[m+i] != want {
				return false
			}
		}
	}
	return true
}

// choices are all ways to take n of a list.
func choices(list []int, n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var all [][]int
	for i := range list {
		for _, rest := range choices(list[i+1:], n-1) {
			all = append(all, append([]int{list[i]}, rest...))
		}
	}
	return all
}

// collide tells whether two needs served so would use one unit at one time.
func collide(p *Plan, n int, a option, m int, b option) bool {
	if !a.meets(b) {
		return false
	}
	for _, s := range p.Needs[n].Spans {
		for _, t := range p.Needs[m].Spans {
			for i := s.From; i < s.To; i++ {
				if t.From <= i && i < t.To {
					return true
				}
			}
		}
	}
	return false
}

// assignments calls use with every way to serve all needs so many times at
// minute m, until use returns false. Element i of the way serves need i/times.
func (o *oracle) assignments(p *Plan, m, times int, use func([]option) bool) {
	options := make([][]option, len(p.Needs))
	for n := range p.Needs {
		options[n] = o.options(p, n, m)
	}
	way := make([]option, 0, len(p.Needs)*times)
	var extend func(from int) bool
	extend = func(from int) bool {
		i := len(way)
		if i == cap(way) {
			return use(way)
		}
		n := i / times
		if i%times == 0 {
			from = 0 // copies of one need are alike: only ascending ones are tried
		}
	next:
		for j := from; j < len(options[n]); j++ {
			for k, other := range way {
				if collide(p, n, options[n][j], k/times, other) {
					continue next
				}
			}
			way = append(way, options[n][j])
			more := extend(j)
			way = way[:i]
			if !more {
				return false
			}
		}
		return true
	}
	extend(0)
}

// apart is how many of the joins among options can be had at once: all sets are
// tried. Without it, proving that no more fit takes trying everything.
func apart(options []option) int {
	joins := slices.DeleteFunc(options, func(a option) bool { return a.join == 0 })
	best := 0
next:
	for set := range 1 << len(joins) {
		n := 0
		for i, a := range joins {
			if set>>i&1 == 0 {
				continue
			}
			for k := range i {
				if set>>k&1 != 0 && a.meets(joins[k]) {
					continue next
				}
			}
			n++
		}
		best = max(best, n)
	}
	return best
}

// fit is how many bookings of the plan fit at minute m by its resources alone.
func (o *oracle) fit(p *Plan, m int) int {
	key := ""
	for n := range p.Needs {
		key += fmt.Sprint(p.Needs[n].Spans, p.Needs[n].Candidates, o.options(p, n, m))
	}
	if n, ok := o.known[key]; ok {
		return n
	}
	most := NoLimit
	for n, need := range p.Needs { // more than this do not fit, whatever one tries
		sum := 0
		for _, r := range need.Candidates {
			if o.covers(o.work[r], true, need.Spans, m) {
				sum += len(o.free(p, n, r, m)) / need.Units
			}
		}
		sum += apart(o.options(p, n, m))
		most = min(most, sum)
	}
	fit := 0
	for times := 1; times <= most; times++ {
		found := false
		o.assignments(p, m, times, func([]option) bool { found = true; return false })
		if !found {
			break
		}
		fit = times
	}
	if len(p.Needs) == 0 {
		fit = NoLimit
	}
	o.known[key] = fit
	return fit
}

// remaining is how many bookings of the plan fit at minute m; 0 where it is not free.
func (o *oracle) remaining(p *Plan, m int) int {
	if len(o.rules(m)) > 0 {
		return 0
	}
	return o.fit(p, m)
}

// nominated is the plan with resource r wherever the first staff need of a
// segment lists it; false when none does.
func (o *oracle) nominated(r int) (Plan, bool) {
	q, named := Plan{Length: o.plan.Length, Starts: o.plan.Starts}, false
	seen := map[int]bool{}
	for _, need := range o.plan.Needs {
		if need.Staff && !seen[need.Segment] {
			seen[need.Segment] = true
			if !need.Unnamed && slices.Contains(need.Candidates, r) {
				need.Candidates, named = []int{r}, true
			}
		}
		q.Needs = append(q.Needs, need)
	}
	return q, named
}

// staff is who can be nominated at minute m.
func (o *oracle) staff(m int) []int {
	list := []int{}
	for r, x := range o.things {
		if q, ok := o.nominated(r); ok && x.nominatable && o.remaining(&q, m) > 0 {
			list = append(list, r)
		}
	}
	return list
}

// reasons are all reasons against minute m as "code need resource".
func (o *oracle) reasons(m int) []string {
	p := &o.plan
	list := o.rules(m)
	unserved := map[int]bool{}
	for n, need := range p.Needs {
		if len(o.options(p, n, m)) > 0 {
			continue
		}
		unserved[n] = true
		if len(need.Candidates)+len(need.Joins) == 0 {
			code := "resource_off"
			if need.Staff {
				code = "staff_off"
			}
			list = append(list, fmt.Sprintf("%s %d -1", code, n))
		}
		for _, r := range need.Candidates {
			who := "resource"
			if o.things[r].kind == catalog.Staff {
				who = "staff"
			}
			code := who + "_busy"
			if !o.covers(o.work[r], true, need.Spans, m) {
				code = who + "_off"
			} else if o.things[r].capacity < need.Units || len(o.free(p, n, r, m)) > 0 {
				code = "capacity"
			}
			list = append(list, fmt.Sprintf("%s %d %d", code, n, r))
		}
		list = append(list, o.againstJoins(n, m)...)
	}
	// Needs that are served alone and yet not together: a reason of its own, unless something unserved is part of it.
	for _, group := range o.groups() {
		q := Plan{Length: p.Length}
		for _, n := range group {
			q.Needs = append(q.Needs, p.Needs[n])
		}
		if !slices.ContainsFunc(group, func(n int) bool { return unserved[n] }) && o.fit(&q, m) == 0 {
			list = append(list, fmt.Sprintf("combination %d -1", group[0]))
		}
	}
	return list
}

// againstJoins is which tables keep joins from serving a need, each once.
func (o *oracle) againstJoins(n, m int) []string {
	p := &o.plan
	var list []string
	told := map[int]bool{}
	for _, members := range p.Needs[n].Joins {
		for _, r := range members {
			who := "resource"
			if o.things[r].kind == catalog.Staff {
				who = "staff"
			}
			code := who + "_busy"
			switch {
			case told[r] || o.wholly(p, n, r, m):
				continue
			case !o.covers(o.work[r], true, p.Needs[n].Spans, m):
				code = who + "_off"
			case len(o.free(p, n, r, m)) > 0:
				code = "capacity"
			}
			told[r] = true
			list = append(list, fmt.Sprintf("%s %d %d", code, n, r))
		}
	}
	return list
}

// groups are the needs that share candidates at overlapping times, directly or through others.
func (o *oracle) groups() [][]int {
	p := &o.plan
	group := make([]int, len(p.Needs))
	for n := range group {
		group[n] = n
	}
	for range p.Needs {
		for n := range p.Needs {
			for m := range p.Needs {
				for _, r := range p.Needs[n].Candidates {
					if x := (option{resource: r, units: []int{1}}); slices.Contains(p.Needs[m].Candidates, r) && collide(p, n, x, m, x) {
						group[n] = min(group[n], group[m])
						group[m] = group[n]
					}
				}
			}
		}
	}
	var list [][]int
	for g := range p.Needs {
		var members []int
		for n := range p.Needs {
			if group[n] == g {
				members = append(members, n)
			}
		}
		if len(members) > 1 {
			list = append(list, members)
		}
	}
	return list
}

// state is the state of a business day.
func (o *oracle) state(d int) State {
	first, last, ok := o.hull(d)
	if !ok {
		return StateClosed
	}
	past, notYet := !o.earliest.IsZero(), !o.latest.IsZero()
	for x := first; x.Before(last); x = x.Add(5 * time.Minute) { // whatever could be a start
		past = past && x.Before(o.earliest)
		notYet = notYet && !x.Before(o.latest)
	}
	switch {
	case past:
		return StatePast
	case notYet:
		return StateNotYet
	}
	for m := range o.owner {
		if o.owner[m] == d && o.remaining(&o.plan, m) > 0 {
			return StateOpen
		}
	}
	return StateFull
}
