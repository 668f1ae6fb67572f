package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"
)

// An index of a table that a booking writes.
type index struct {
	Name, Table, Definition string
	MB                      float64
	Scans                   int64
	Constraint              bool // it keeps a promise: it cannot be dropped
}

// indexes drops each index of the write path in turn, measures how much faster
// bookings become without it, in alternation with a lap that has it, and makes
// it again. Those of primary keys and constraints keep promises and are only
// listed. What needs an index is told by the statements' plans: see the proof of
// plans, which fails without.
func indexes(ctx context.Context, o options) (err error) {
	r, err := newRig(ctx, o)
	if r == nil {
		return err
	}
	defer func() { _ = r.stop(ctx) }()
	for _, step := range []func(context.Context) error{r.fill, r.start} {
		if err == nil {
			err = step(ctx)
		}
	}
	if err != nil {
		return err
	}
	list, err := r.targets(ctx)
	if err == nil {
		err = r.warmUp(ctx, list)
	}
	if err != nil {
		return err
	}
	found, err := r.writeIndexes(ctx)
	if err != nil {
		return err
	}
	s := slots{targets: list, staff: spreadStaff, perDay: 1, days: lastDay - firstDay}
	var next counter
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "index\ttable\tMB\tscans\tgain without")
	for _, x := range found {
		gain := "keeps a promise"
		if !x.Constraint {
			g, err := r.gainWithout(ctx, x, &s, &next)
			if err != nil {
				return fmt.Errorf("%s: %w", x.Name, err)
			}
			gain = fmt.Sprintf("%+.1f %%", g)
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%d\t%s\n", x.Name, x.Table, x.MB, x.Scans, gain)
	}
	return w.Flush()
}

func (r *rig) writeIndexes(ctx context.Context) ([]index, error) {
	rows, err := r.admin.Query(ctx, `
		SELECT c.relname, t.relname, pg_get_indexdef(c.oid), pg_relation_size(c.oid) / 1e6, coalesce(s.idx_scan, 0),
		    i.indisunique OR i.indisexclusion OR EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
		LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = c.oid
		WHERE t.relname = ANY($1) ORDER BY t.relname, c.relname`, append([]string{"customers", "customer_words", "business_seq"}, bookingTables...))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (x index, err error) {
		return x, row.Scan(&x.Name, &x.Table, &x.Definition, &x.MB, &x.Scans, &x.Constraint)
	})
}

// gainWithout is how much more bookings a second there are without the index, in percent.
func (r *rig) gainWithout(ctx context.Context, x index, s *slots, next *counter) (float64, error) {
	n, each := r.rounds()
	if !r.quick {
		n = 3
	}
	lap := func(time.Duration) (*stats, error) {
		got, err := load{addr: r.program.addr, conns: bookers, time: each, next: func(int) request { return s.request(next.take(), false) }}.run(ctx)
		if err == nil {
			err = got.only(http.StatusCreated)
		}
		return got, err
	}
	change := func(sql string) error {
		_, err := r.admin.Exec(ctx, sql)
		return err
	}
	res, err := alternate(n, each, func(d time.Duration) (*stats, error) {
		if err := change(`DROP INDEX ` + pgx.Identifier{x.Name}.Sanitize()); err != nil {
			return nil, err
		}
		got, err := lap(d)
		if err == nil {
			err = change(x.Definition)
		}
		return got, err
	}, lap)
	return 100 * (res.ratio - 1), err
}
