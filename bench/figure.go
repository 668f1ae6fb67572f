package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// A figure is one line of the report: what is measured, and what it must reach.
type figure struct {
	name, unit string
	// What must be reached. Both are of the ratio where ofCeiling says so, else of
	// the value; zero means no such bound.
	atLeast, atMost float64
	ofCeiling       bool
	run             func(ctx context.Context, r *rig) (result, error)
}

// A result is what a figure came to.
type result struct {
	value float64
	ratio float64            // to the ceiling; 0: the figure has none
	extra map[string]float64 // printed as BENCH <name>_<key>
	// limits are further bounds that must hold, in words, when they do not.
	missed []string
}

// figures are all of them in the order in which they run: reads first, on a
// database that nobody writes to.
var figures = slices.Concat(readFigures, writeFigures, lastFigures)

// An outcome is a figure with its result and whether it reached its target.
type outcome struct {
	figure
	result
	idle    float64 // the machine's idle CPU right before, percent
	err     error
	reached bool
}

// judge fills in whether the target was reached.
func (o *outcome) judge() {
	v := o.value
	if o.ofCeiling {
		v = o.ratio
	}
	o.reached = o.err == nil && len(o.missed) == 0 && (o.atLeast == 0 || v >= o.atLeast) && (o.atMost == 0 || v <= o.atMost)
}

// target is what must be reached, in words.
func (o *outcome) target() string {
	of := o.unit
	if o.ofCeiling {
		of = "of the ceiling"
	}
	switch {
	case o.atLeast != 0:
		return fmt.Sprintf("≥ %g %s", o.atLeast, of)
	case o.atMost != 0:
		return fmt.Sprintf("≤ %g %s", o.atMost, of)
	}
	return "-"
}

// print writes the lines of one figure.
func (o *outcome) print() {
	if o.err != nil {
		fmt.Printf("BENCH %s failed: %v\n", o.name, o.err)
		return
	}
	fmt.Printf("BENCH %s %s %s\n", o.name, number(o.value), o.unit)
	if o.ratio != 0 {
		fmt.Printf("BENCH %s_ratio %.3f of_ceiling\n", o.name, o.ratio)
	}
	keys := make([]string, 0, len(o.extra))
	for k := range o.extra {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		name, unit, ok := strings.Cut(k, " ")
		if !ok {
			unit = "-"
		}
		fmt.Printf("BENCH %s_%s %s %s\n", o.name, name, number(o.extra[k]), unit)
	}
	fmt.Printf("BENCH %s_idle_cpu %.0f percent\n", o.name, o.idle)
	for _, m := range o.missed {
		fmt.Printf("# %s: %s\n", o.name, m)
	}
}

// number shows a value with three digits that count.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// table writes the report's end, and tells whether everything was reached.
func table(outcomes []outcome) bool {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "name\tvalue\tratio\ttarget\treached\tidle CPU")
	all := true
	for _, o := range outcomes {
		ratio, reached := "-", "yes"
		if o.ratio != 0 {
			ratio = fmt.Sprintf("%.3f", o.ratio)
		}
		if !o.reached {
			reached, all = "NO", false
		}
		fmt.Fprintf(w, "%s\t%s %s\t%s\t%s\t%s\t%.0f %%\n", o.name, number(o.value), o.unit, ratio, o.target(), reached, o.idle)
	}
	_ = w.Flush() // a strings.Builder takes everything
	fmt.Print("\n", b.String())
	return all
}

// median of at least one value.
func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}
