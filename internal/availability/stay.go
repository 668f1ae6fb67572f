package availability

import (
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// This file is what becomes of buffers within a visit: preparation and clean-up
// are for the change of customers, not for the change of services.

// follow adds the need of a part that begins at the step boundary, after the
// needs of the part before, and gives its index. now are the needs of its own part so far.
//
// Where the same one person serves both, neither clean-up nor preparation lies
// between the two services. Where the same room, seat or machine could, the
// customer stays: it is one need over both. Where somebody else might take over,
// everybody keeps their own time.
func (p *Plan) follow(before, now []int, need Need, kind func(int) catalog.Kind, boundary int) int {
	for _, b := range before {
		old := &p.Needs[b]
		if slices.Contains(now, b) || !goesOn(old, &need, kind) {
			continue
		}
		old.Spans, need.Spans = until(old.Spans, boundary), since(need.Spans, boundary)
		if !need.Staff {
			old.Spans = joined(old.Spans, need.Spans)
			return b
		}
		break
	}
	p.Needs = append(p.Needs, need)
	return len(p.Needs) - 1
}

// goesOn tells whether what serves the one need goes on to serve the next: the one
// person, or just the same things, as many of them.
func goesOn(old, need *Need, kind func(int) catalog.Kind) bool {
	if old.Units != need.Units || !slices.Equal(old.Candidates, need.Candidates) || !slices.EqualFunc(old.Joins, need.Joins, slices.Equal) {
		return false
	}
	if len(need.Candidates) == 0 {
		return len(need.Joins) > 0
	}
	return kind(need.Candidates[0]) != catalog.Staff || len(need.Candidates) == 1
}

// until cuts what lies after a step, unless nothing would be left.
func until(spans []Span, step int) []Span { return clipped(spans, minStep, step) }

// since cuts what lies before a step, unless nothing would be left.
func since(spans []Span, step int) []Span { return clipped(spans, step, maxStep) }

const (
	minStep = -1 << 30
	maxStep = 1 << 30
)

func clipped(spans []Span, from, to int) []Span {
	var out []Span
	for _, s := range spans {
		if s.From, s.To = max(s.From, from), min(s.To, to); s.From < s.To {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return spans
	}
	return out
}

// joined is two lists of spans in order, one where they touch.
func joined(a, b []Span) []Span {
	out := slices.Clone(a)
	for _, s := range b {
		if last := &out[len(out)-1]; s.From <= last.To {
			last.To = max(last.To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// kindOf is the kind of the resource at an index.
func (s *Snapshot) kindOf(i int) catalog.Kind { return s.Resources[i].Kind }
