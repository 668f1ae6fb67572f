// Command bench prints the figures of speed, one line each:
//
//	BENCH <name> <value> <unit>
//	BENCH <name>_ratio <ratio> of_ceiling
//	BENCH <name>_idle_cpu <percent> percent
//
// It starts a PostgreSQL of its own, durable like one in production, fills it,
// and measures the real program as a process of its own. A cost is judged by its
// ratio to a ceiling that is measured in the same run, in alternation with it,
// by the same client, because machines differ and are noisy: the ratio stands
// where the value does not. docs/performance.md says what the figures came to.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Sizes of a whole run and of a quick one.
const (
	fullBusinesses, fullBookings   = 1000, 1_000_000
	quickBusinesses, quickBookings = 50, 20_000
	idleWindow                     = 200 * time.Millisecond
	idleEnough                     = 90 // percent; below, others disturb the values
)

// options are the command line.
type options struct {
	quick      bool
	only       []string
	businesses int
	bookings   int
	program    string // the binary that is measured
	keep       bool   // leave the folder for a look
	profiles   string // folder for profiles, some a figure; "": none
}

var errMissed = errors.New("a figure missed its target")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var o options
	var only, as string
	var strict, growth, drop bool
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.BoolVar(&o.quick, "quick", false, "a smaller load and fewer rounds")
	f.StringVar(&only, "only", "", "figures, separated by commas; a part of a name is enough")
	f.IntVar(&o.businesses, "businesses", 0, "how many to load (0: as many as the run wants)")
	f.IntVar(&o.bookings, "bookings", 0, "how many to load (0: as many as the run wants)")
	f.StringVar(&o.program, "program", "bin/omotenashi", "the program to measure")
	f.BoolVar(&o.keep, "keep", false, "leave the folder with logs and data")
	f.StringVar(&o.profiles, "profiles", "", "folder for profiles of the program and its database during each figure (they cost some percent)")
	f.BoolVar(&strict, "strict", false, "fail when a figure misses its target")
	f.BoolVar(&growth, "growth", false, "the same figures at three sizes, and bytes a booking")
	f.BoolVar(&drop, "indexes", false, "what each index of the write path costs bookings")
	f.StringVar(&as, "as", "", "what this process is: one of the bench's own helpers")
	if err := f.Parse(args); err != nil {
		return err
	}
	if help, ok := helpers[as]; ok {
		return help(ctx)
	}
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	o.sizes()
	if drop {
		return indexes(ctx, o)
	}
	judge := measure
	if growth {
		judge = grow
	}
	reached, err := judge(ctx, o)
	if err == nil && strict && !reached {
		err = errMissed
	}
	return err
}

// sizes fills in what the command line left open.
func (o *options) sizes() {
	businesses, bookings := fullBusinesses, fullBookings
	if o.quick {
		businesses, bookings = quickBusinesses, quickBookings
	}
	if o.businesses == 0 {
		o.businesses = businesses
	}
	if o.bookings == 0 {
		o.bookings = bookings
	}
}

// wants tells whether a figure was asked for.
func (o *options) wants(name string) bool {
	return len(o.only) == 0 || slices.ContainsFunc(o.only, func(part string) bool { return strings.Contains(name, part) })
}

// measure runs the figures and prints them; true when all reached their targets.
func measure(ctx context.Context, o options) (_ bool, err error) {
	r, err := newRig(ctx, o)
	if r != nil {
		defer func() { err = errors.Join(err, r.stop(ctx)) }()
	}
	if err != nil {
		return false, err
	}
	if err := r.fill(ctx); err != nil {
		return false, err
	}
	if err := r.start(ctx); err != nil {
		return false, err
	}
	var outcomes []outcome
	for _, f := range figures {
		if !o.wants(f.name) {
			continue
		}
		out := outcome{figure: f, idle: idleCPU(idleWindow)}
		if out.idle < idleEnough {
			fmt.Printf("# %s: only %.0f %% of the CPU is idle: others disturb the values\n", f.name, out.idle)
		}
		done := r.profile(ctx, f.name)
		out.result, out.err = f.run(ctx, r)
		out.err = errors.Join(out.err, done())
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		out.judge()
		out.print()
		outcomes = append(outcomes, out)
	}
	return table(outcomes), nil
}
