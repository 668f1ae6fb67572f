package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
)

// growthSteps are the sizes at which the same figures are taken.
var growthSteps = []int{10_000, 100_000, 1_000_000}

// growthFigures are those that must not depend on how much there is.
var growthFigures = []string{"booking_create", "availability_1d_warm", "availability_1d_cold", "ledger_day"}

// flat is how far a figure may leave that of the smallest size, in percent of it.
const flat = 20.0

// grow measures the same at several sizes, each in a database of its own, and
// prints the curve, and at the largest how many bytes a booking takes in each
// table and index. It tells whether every curve is flat.
func grow(ctx context.Context, o options) (bool, error) {
	values := map[string][]float64{}
	for _, bookings := range growthSteps {
		if o.quick {
			bookings /= 50
		}
		o.bookings, o.only = bookings, growthFigures
		if err := growTo(ctx, o, values); err != nil {
			return false, fmt.Errorf("%d bookings: %w", bookings, err)
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\ngrowth of ratios\tsmall\tmiddle\tlarge\tflat")
	all := true
	for name, v := range values {
		off := 0.0
		for _, x := range v[1:] {
			off = max(off, 100*(v[0]-x)/v[0])
		}
		if off > flat {
			all = false
		}
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%.3f\t%.0f %% below\n", name, v[0], v[1], v[2], off)
	}
	return all, w.Flush()
}

// growTo takes the figures at one size. Ratios to the ceilings are what is
// compared: the machine is not as fast in each of these minutes.
func growTo(ctx context.Context, o options, values map[string][]float64) error {
	r, err := newRig(ctx, o)
	if r == nil {
		return err
	}
	defer func() { _ = r.stop(ctx) }()
	if err == nil {
		err = r.fill(ctx)
	}
	if err == nil {
		err = r.start(ctx)
	}
	if err != nil {
		return err
	}
	if err := r.bytes(ctx); err != nil {
		return err
	}
	for _, f := range figures {
		if !o.wants(f.name) || !f.ofCeiling || f.name == "booking_create_hot" {
			continue
		}
		out := outcome{figure: f, idle: idleCPU(idleWindow)}
		if out.result, out.err = f.run(ctx, r); out.err != nil {
			return out.err
		}
		fmt.Printf("# at %d bookings:\n", o.bookings)
		out.print()
		values[f.name] = append(values[f.name], out.ratio)
	}
	return nil
}

// bytes prints how many bytes a booking takes: in each table, with what lies
// beside it, and in each index.
func (r *rig) bytes(ctx context.Context) error {
	rows, err := r.admin.Query(ctx, `
		WITH n AS (SELECT greatest(count(*), 1)::float8 AS bookings FROM bookings), parts AS (
		    SELECT relname AS name, pg_table_size(oid) AS bytes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
		    UNION ALL SELECT '  ' || relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace)
		SELECT name, bytes / bookings, bytes / 1e6, sum(bytes) OVER () / bookings, n.bookings FROM parts, n WHERE bytes > bookings ORDER BY bytes DESC`)
	if err != nil {
		return err
	}
	defer rows.Close()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "bytes a booking\tMB\t table or index")
	var total, bookings float64
	for rows.Next() {
		var name string
		var each, mb float64
		if err := rows.Scan(&name, &each, &mb, &total, &bookings); err != nil {
			return err
		}
		fmt.Fprintf(w, "%.0f\t%.1f\t %s\n", each, mb, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	fmt.Fprintf(w, "%.0f\t%.1f\t in all, with what every business has\n", total, total*bookings/1e6)
	fmt.Fprintf(w, "%.0f\t%.1f\t at 100,000,000 bookings\n", total, total*1e8/1e6)
	return w.Flush()
}
