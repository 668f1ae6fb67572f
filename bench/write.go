package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// How bookings are asked for.
const (
	bookers      = 32 // connections
	rivals       = 50 // clients of one slot
	fullRaces    = 60 // slots that are fought for
	quickRaces   = 15
	slowest      = 1000.0 // milliseconds: no request of the hot figure may take longer
	writePool    = 8      // connections of the program for writes, by default
	bookingsPath = "/api/v1/public/businesses/%s/bookings"
)

// writeFigures are what writing costs.
var writeFigures = []figure{
	{name: "booking_create", unit: "req/s", atLeast: 0.75, ofCeiling: true, run: bookingCreate},
	{name: "booking_create_hot", unit: "req/s", atLeast: 0.50, ofCeiling: true, run: bookingCreateHot},
	{name: "slot_race_p99", unit: "ms", atMost: 150, run: slotRace},
}

// bookingCreate books over all loaded businesses in turn: each time a stylist
// and a chair, by name or whoever is free; half of the customers are known.
func bookingCreate(ctx context.Context, r *rig) (result, error) {
	list, err := r.targets(ctx)
	if err != nil {
		return result{}, err
	}
	if err := r.warmUp(ctx, list); err != nil {
		return result{}, err
	}
	return r.bookBeside(ctx, slots{targets: list, staff: spreadStaff, perDay: 1, days: lastDay - firstDay}, false)
}

// bookingCreateHot books nothing but five stylists and five chairs of one business.
func bookingCreateHot(ctx context.Context, r *rig) (result, error) {
	hot, err := r.hotTarget(ctx)
	if err != nil {
		return result{}, err
	}
	out, err := r.bookBeside(ctx, slots{targets: []target{*hot}, staff: hotStaff, perDay: hotStarts, days: lastDay - firstDay}, true)
	if slow := out.extra["slowest ms"]; err == nil && slow > slowest {
		out.missed = append(out.missed, fmt.Sprintf("a request took %.0f ms", slow))
	}
	return out, err
}

// bookBeside books over HTTP and, in turn, by a bare pipeline of the same
// statements; each has slots of its own, those of every other day.
func (r *rig) bookBeside(ctx context.Context, s slots, hot bool) (result, error) {
	bare, err := r.startWriter(ctx, s, hot)
	if err != nil {
		return result{}, err
	}
	defer func() { _ = bare.stop(ctx) }()
	var turn, slow float64
	var cpu usage
	var next counter
	before, err := r.written(ctx)
	if err != nil {
		return result{}, err
	}
	n, each := r.rounds()
	res, err := alternate(n, each,
		func(d time.Duration) (*stats, error) {
			began := r.usage()
			got, err := load{addr: r.program.addr, conns: bookers, time: d, next: func(int) request {
				return s.request(next.take(), hot)
			}}.run(ctx)
			if err == nil {
				err = got.only(http.StatusCreated)
			}
			if err != nil {
				return nil, err
			}
			cpu.add(began, r.usage(), len(got.latencies))
			turn += float64(len(got.latencies))
			slow = max(slow, got.quantile(1))
			return got, nil
		},
		func(d time.Duration) (*stats, error) { return bare.write(ctx, d) })
	if err != nil {
		return result{}, err
	}
	after, err := r.written(ctx)
	if err != nil {
		return result{}, err
	}
	res.extra["slowest ms"] = slow
	res.extra["cpu_program µs"], res.extra["cpu_postgres µs"] = cpu.program(), cpu.postgres()
	return res, sameRows(before, after, int(turn), bare.count)
}

// slotRace has many clients ask for one slot at once: one gets it, the others
// are told that it is taken and what else is free.
func slotRace(ctx context.Context, r *rig) (result, error) {
	list, err := r.targets(ctx)
	if err != nil {
		return result{}, err
	}
	races := fullRaces
	if r.quick {
		races = quickRaces
	}
	s := slots{targets: list, staff: spreadStaff, perDay: 1, days: lastDay - firstDay}
	var all []time.Duration
	for i := range races {
		lap, err := r.race(ctx, &s, i)
		if err != nil {
			return result{}, err
		}
		if i > 0 { // the first connects and plans
			all = append(all, lap...)
		}
	}
	slices.Sort(all)
	took := stats{latencies: all}
	return result{value: took.quantile(0.99), extra: map[string]float64{"p50 ms": took.quantile(0.5), "slowest ms": took.quantile(1)}}, nil
}

// race is one slot; every client stands connected before the first asks.
func (r *rig) race(ctx context.Context, s *slots, i int) ([]time.Duration, error) {
	workers := make([]*worker, rivals)
	for k := range workers {
		w, err := dial(ctx, r.program.addr)
		if err != nil {
			return nil, err
		}
		defer w.conn.Close() //nolint:revive,errcheck // all of them live until the race is over
		workers[k] = w
	}
	errs := make([]error, rivals)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for k, w := range workers {
		ask := s.rival(i, k)
		wg.Go(func() {
			<-start
			began := time.Now()
			var status int
			status, errs[k] = w.ask(ask)
			w.statuses[status]++
			w.latencies = append(w.latencies, time.Since(began))
		})
	}
	close(start)
	wg.Wait()
	won, lost := 0, 0
	var laps []time.Duration
	for _, w := range workers {
		won, lost = won+w.statuses[http.StatusCreated], lost+w.statuses[http.StatusConflict]
		laps = append(laps, w.latencies...)
	}
	if won != 1 || lost != rivals-1 {
		errs = append(errs, fmt.Errorf("%d got the slot, %d were told that it is taken", won, lost))
	}
	return laps, errors.Join(errs...)
}

// warmUp has the program know the schedules of all businesses, as it does after its first hour.
func (r *rig) warmUp(ctx context.Context, list []target) error {
	s, err := load{addr: r.program.addr, conns: writePool, time: time.Minute, most: len(list), next: func(i int) request {
		return get(list[i].availabilityPath(), "")
	}}.run(ctx)
	if err == nil {
		err = s.only(http.StatusOK)
	}
	return err
}

// bookingTables are those that a booking writes; of both sides each booking must leave as many rows.
var bookingTables = []string{
	"allocations", "audit_entries", "booking_codes", "booking_history", "booking_segments", "bookings", "customer_consents",
	"idempotency_keys", "messages", "river_job",
}

// written counts the rows of these tables by the server's statistics of writing.
func (r *rig) written(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	for _, table := range bookingTables {
		var n int
		if err := r.admin.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil {
			return nil, err
		}
		out[table] = n
	}
	return out, nil
}

// sameRows is an error when program and pipeline together did not write what so
// many bookings write: then one of them did less than the other.
func sameRows(before, after map[string]int, program, bare int) error {
	var wrong []string
	for _, table := range bookingTables {
		each := 1
		if table == "allocations" {
			each = 2
		}
		if got, want := after[table]-before[table], each*(program+bare); got != want {
			wrong = append(wrong, fmt.Sprintf("%s: %d rows, not %d", table, got, want))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d bookings of the program and %d of the pipeline wrote %s", program, bare, strings.Join(wrong, "; "))
	}
	return nil
}
