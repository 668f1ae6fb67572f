package availability

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestEngine_EqualsOracle is the proof of the engine: on made-up businesses,
// every start of every day is judged by both.
func TestEngine_EqualsOracle(t *testing.T) {
	t.Parallel()
	for name, draw := range map[string]func(*rapid.T) *scenario{"anything": drawScenario, "plain": drawPlain, "linked": drawLinked} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { compare(t, draw(t)) })
		})
	}
}

type failer interface {
	Fatalf(string, ...any)
	Fatal(...any)
}

// compare fails unless engine and oracle agree on everything about a scenario.
func compare(t failer, s *scenario) {
	o, f := newOracle(s), s.frame(t)
	w := f.Window(s.earliest, s.latest)
	var search Search
	// A run over other things first: what it leaves behind must not matter.
	other := Plan{Length: 1, Needs: []Need{{Candidates: []int{0}, Spans: []Span{{-1, 2}}, Units: 1, Staff: true}}}
	search.Find(f, &other, Window{To: f.Steps})
	starts := search.Find(f, &s.plan, w)

	listed := 0
	for d := range s.days {
		if got, want := starts.State(d), o.state(d); got != want {
			t.Fatalf("%s\nstate of day %d: engine %s, oracle %s", s, d, got, want)
		}
		last := -1
		for step := range starts.Day(d) {
			if step <= last || f.Owner(step) != d {
				t.Fatalf("%s\nday %d lists %s after step %d", s, d, f.Instant(step), last)
			}
			last = step
			listed++
		}
	}
	free := 0
	for m := range o.owner {
		if d := o.owner[m]; d < 0 || d >= s.days {
			continue
		}
		if o.at(m).Unix()%stepSeconds != 0 {
			if o.remaining(&s.plan, m) > 0 {
				t.Fatalf("%s\n%s is free between two steps", s, o.at(m))
			}
			continue
		}
		if compareStart(t, o, starts, w, m) {
			free++
			compareChoice(t, o, starts, w, m, free)
		}
	}
	if listed != free {
		t.Fatalf("%s\nthe days list %d starts, of %d", s, listed, free)
	}
}

// compareStart compares all that is said of one start, and tells whether it is free.
func compareStart(t failer, o *oracle, starts *Starts, w Window, m int) bool {
	f, p := starts.Frame, &o.plan
	step := f.Floor(o.at(m))
	where := func() string { return fmt.Sprintf("%s\n%s", o.scenario, o.at(m).In(o.zone)) }
	if f.Owner(step) != o.owner[m] {
		t.Fatalf("%s belongs to day %d, oracle %d", where(), f.Owner(step), o.owner[m])
	}
	want := o.remaining(p, m)
	if got := starts.Free.Has(step); got != (want > 0) {
		t.Fatalf("%s: free %v, oracle %d", where(), got, want)
	}
	if got := f.Free(p, w, step); got != (want > 0) {
		t.Fatalf("%s: free alone %v, oracle %d", where(), got, want)
	}
	if got := starts.Remaining(step); got != want {
		t.Fatalf("%s: remaining %d, oracle %d", where(), got, want)
	}
	if got, want := starts.AppendStaff([]int{}, step), o.staff(m); !slices.Equal(got, want) {
		t.Fatalf("%s: staff %v, oracle %v", where(), got, want)
	}
	reasons := []string{}
	for _, r := range f.Reasons(p, w, step) {
		reasons = append(reasons, fmt.Sprint(r.Code, " ", r.Need, " ", r.Resource))
	}
	if diff := cmp.Diff(append([]string{}, o.reasons(m)...), reasons); diff != "" {
		t.Fatalf("%s: reasons (-oracle +engine)\n%s", where(), diff)
	}
	if (len(reasons) == 0) != (want > 0) {
		t.Fatalf("%s: reasons %v, oracle %d", where(), reasons, want)
	}
	if _, ok := f.Choose(p, w, step, Options{}); ok != (want > 0) {
		t.Fatalf("%s: choose %v, oracle %d", where(), ok, want)
	}
	return want > 0
}

// compareChoice checks what Choose picks at a free start, with and without a nomination.
func compareChoice(t failer, o *oracle, starts *Starts, w Window, m, nth int) {
	f, p := starts.Frame, &o.plan
	step := f.Floor(o.at(m))
	picks, _ := f.Choose(p, w, step, Options{})
	checkPicks(t, o, p, m, picks)

	listed := starts.AppendStaff(nil, step)
	for r, x := range o.things {
		q, named := p.Nominate(r)
		if !named {
			continue
		}
		picks, ok := f.Choose(&q, w, step, Options{})
		if want := slices.Contains(listed, r); x.nominatable && ok != want {
			t.Fatalf("%s\n%s: nominating %d: %v, but listed: %v", o.scenario, o.at(m), r, ok, want)
		}
		if ok {
			checkPicks(t, o, &q, m, picks)
		}
	}

	ways := 1
	for n := range p.Needs {
		ways *= len(o.options(p, n, m))
	}
	if nth > 5 || ways > 5_000 { // trying all ways takes long
		return
	}
	if diff := cmp.Diff(o.best(m), picks, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s\n%s: picks (-oracle +engine)\n%s", o.scenario, o.at(m), diff)
	}
}

// checkPicks fails unless the picks serve the plan at minute m.
func checkPicks(t failer, o *oracle, p *Plan, m int, picks []Pick) {
	where := func() string { return fmt.Sprintf("%s\n%s: picks %v", o.scenario, o.at(m).In(o.zone), picks) }
	served := make([]option, len(p.Needs))
	for n := range served {
		served[n] = o.servedBy(picks, n)
		serves := func(a option) bool {
			return a.resource == served[n].resource && slices.Equal(a.units, served[n].units) && slices.Equal(a.members, served[n].members)
		}
		if !slices.ContainsFunc(o.options(p, n, m), serves) {
			t.Fatalf("%s: need %d is not served", where(), n)
		}
		for k := range n {
			if collide(p, n, served[n], k, served[k]) {
				t.Fatalf("%s: %d and %d collide", where(), k, n)
			}
		}
	}
}

// servedBy is what the picks of a need come to: one resource, or a join, all
// units of each member.
func (o *oracle) servedBy(picks []Pick, n int) option {
	x := option{resource: -1}
	for _, pick := range picks {
		if pick.Need != n {
			continue
		}
		x.resource, x.units = pick.Resource, pick.Units
		x.members = append(x.members, pick.Resource)
		if len(x.members) > 1 && len(pick.Units) != o.things[pick.Resource].capacity {
			return option{}
		}
	}
	if len(x.members) == 1 {
		x.members = nil
		return x
	}
	return option{resource: -1, members: x.members}
}

// A part of a larger frame answers as a frame of its own.
func TestView_AnswersAsAFrameOfItsOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		larger := *s
		before := rapid.IntRange(0, 2).Draw(t, "before")
		larger.from, larger.days = s.from.AddDays(-before), before+s.days+rapid.IntRange(0, 2).Draw(t, "after")
		f, v := s.frame(t), larger.frame(t).View(before, s.days)
		var a, b Search
		own := a.Find(f, &s.plan, f.Window(s.earliest, s.latest))
		cut := b.Find(v, &s.plan, v.Window(s.earliest, s.latest))
		if diff := cmp.Diff(string(own.AppendJSON(nil, s.latest)), string(cut.AppendJSON(nil, s.latest))); diff != "" {
			t.Fatalf("%s\n(-frame +view)\n%s", s, diff)
		}
		for i := range s.days {
			for step := range own.Day(i) {
				mine, _ := f.Choose(&s.plan, own.Window, step, Options{})
				theirs, _ := v.Choose(&s.plan, cut.Window, v.Floor(f.Instant(step)), Options{})
				if diff := cmp.Diff(mine, theirs); diff != "" {
					t.Fatalf("%s\n%s: picks (-frame +view)\n%s", s, f.Instant(step), diff)
				}
			}
		}
	})
}

// Between two prefixes of one set of bookings, the longer never frees anything.
func TestFind_MoreBookings_NeverFreeAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		f := s.frame(t)
		w := f.Window(s.earliest, s.latest)
		var a, b Search
		before := a.Find(f, &s.plan, w)
		g := s.frame(t)
		r := rapid.IntRange(0, len(s.things)-1).Draw(t, "resource")
		from := f.Instant(rapid.IntRange(0, f.Steps-1).Draw(t, "step"))
		g.Occupy(r, rapid.IntRange(1, s.things[r].capacity).Draw(t, "unit"), from, from.Add(time.Hour))
		after := b.Find(g, &s.plan, w)
		for step := range f.Steps {
			if after.Remaining(step) > before.Remaining(step) {
				t.Fatalf("%s\n%s: %d remain after one more booking, %d before", s, f.Instant(step), after.Remaining(step), before.Remaining(step))
			}
		}
	})
}

// Booking what Choose picks takes exactly that: one fewer remains, until none.
func TestChoose_BookedUntilFull_CountsDownRemaining(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		f := s.frame(t)
		w := f.Window(s.earliest, s.latest)
		var search Search
		step := search.Find(f, &s.plan, w).First()
		if step < 0 || len(s.plan.Needs) == 0 {
			return
		}
		for booked := 0; ; booked++ {
			remain := search.Find(f, &s.plan, w).Remaining(step)
			picks, ok := f.Choose(&s.plan, w, step, Options{})
			if ok != (remain > 0) {
				t.Fatalf("%s\nafter %d: %d remain, choose %v", s, booked, remain, ok)
			}
			if !ok {
				return
			}
			book(f, &s.plan, step, picks)
			if now := search.Find(f, &s.plan, w).Remaining(step); now >= remain {
				t.Fatalf("%s\nafter %d: %d remained, now %d", s, booked, remain, now)
			}
		}
	})
}

// book occupies what was picked.
func book(f *Frame, p *Plan, step int, picks []Pick) {
	for _, pick := range picks {
		for _, span := range p.Needs[pick.Need].Spans {
			for _, u := range pick.Units {
				f.Occupy(pick.Resource, u, f.Instant(step+span.From), f.Instant(step+span.To))
			}
		}
	}
}

func TestAppendJSON_EqualsEncodingJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		f := s.frame(t)
		var search Search
		starts := search.Find(f, &s.plan, f.Window(s.earliest, s.latest))
		next := s.earliest
		checkJSON(t, starts, next)
	})
}
