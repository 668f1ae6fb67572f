package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	readers = 64 // connections
)

// readFigures are what reading costs.
var readFigures = []figure{
	{name: "availability_1d_warm", unit: "req/s", atLeast: 0.60, ofCeiling: true, run: warm(1)},
	{name: "availability_7d_warm", unit: "req/s", atLeast: 0.60, ofCeiling: true, run: warm(7)},
	{name: "availability_31d_warm", unit: "req/s", atLeast: 0.70, ofCeiling: true, run: warm(31)},
	{name: "availability_1d_churn", unit: "req/s", atLeast: 0.45, ofCeiling: true, run: churn},
	{name: "availability_1d_cold", unit: "req/s", atLeast: 0.12, ofCeiling: true, run: cold},
	{name: "availability_compute_31d", unit: "µs", atMost: 60, run: compute},
	{name: "ledger_day", unit: "req/s", atLeast: 0.15, ofCeiling: true, run: ledgerDay},
	{name: "login", unit: "logins/s", atLeast: 0.80, ofCeiling: true, run: login},
	{name: "auth_overhead", unit: "µs_cpu", atMost: 60, run: authOverhead},
	{name: "start_migrated", unit: "s", atMost: 1, run: startMigrated},
	{name: "rss_idle", unit: "MB", atMost: 80, run: rssIdle},
}

// rounds is how often program and ceiling are asked in turn, and for how long each time.
func (r *rig) rounds() (n int, each time.Duration) {
	if r.quick {
		return 3, 700 * time.Millisecond
	}
	return 7, 1500 * time.Millisecond
}

// warm asks for days of availability of shops that are remembered.
func warm(days int) func(context.Context, *rig) (result, error) {
	return func(ctx context.Context, r *rig) (result, error) {
		requests := make([]request, len(r.shops))
		for i, s := range r.shops {
			requests[i] = get(s.availabilityPath(days), "")
		}
		return r.besideCeiling(ctx, r.shops[0].availabilityPath(days), "", requests)
	}
}

// ledgerDay asks for the day view of a shop with twelve staff and sixty bookings.
func ledgerDay(ctx context.Context, r *rig) (result, error) {
	path := fmt.Sprintf("/api/v1/businesses/%s/ledger?date=%s", r.ledger.id, r.ledger.first)
	return r.besideCeiling(ctx, path, r.team.bearer, []request{get(path, r.team.bearer)})
}

// besideCeiling asks the program and the bare server in turn, with the same
// requests and, as far as the first path tells, the same answers.
func (r *rig) besideCeiling(ctx context.Context, path, bearer string, requests []request) (result, error) {
	a, err := call(ctx, r.program.addr, http.MethodGet, path, nil, bearer)
	if err != nil {
		return result{}, err
	}
	if err := r.bare.say(ctx, a); err != nil {
		return result{}, err
	}
	n, each := r.rounds()
	ask := func(addr string, d time.Duration) (*stats, error) {
		s, err := load{addr: addr, conns: readers, time: d, next: func(i int) request { return requests[i%len(requests)] }}.run(ctx)
		if err == nil {
			err = s.only(http.StatusOK)
		}
		return s, err
	}
	p, err := alternate(n, each, func(d time.Duration) (*stats, error) { return ask(r.program.addr, d) },
		func(d time.Duration) (*stats, error) { return ask(r.bare.addr, d) })
	if err != nil {
		return result{}, err
	}
	p.extra["bytes bytes"] = float64(len(a.Body))
	return p, nil
}

// alternate measures one and the other in turn after a round that does not
// count; the ratio is the median of the rounds' ratios.
func alternate(n int, each time.Duration, program, ceiling func(time.Duration) (*stats, error)) (result, error) {
	var values, ceilings, ratios, p50, p99 []float64
	for i := range n + 1 {
		d := each
		if i == 0 {
			d /= 2
		}
		a, err := program(d)
		if err != nil {
			return result{}, err
		}
		b, err := ceiling(d)
		if err != nil {
			return result{}, fmt.Errorf("ceiling: %w", err)
		}
		if i == 0 {
			continue
		}
		values, ceilings = append(values, a.perSecond()), append(ceilings, b.perSecond())
		ratios = append(ratios, a.perSecond()/b.perSecond())
		p50, p99 = append(p50, a.quantile(0.5)), append(p99, a.quantile(0.99))
	}
	return result{value: median(values), ratio: median(ratios), extra: map[string]float64{
		"ceiling req/s": median(ceilings), "p50 ms": median(p50), "p99 ms": median(p99),
	}}, nil
}

// field is a text of a JSON object.
func field(body []byte, name string) (string, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(body, &m); err != nil {
		return "", err
	}
	var s string
	if err := json.Unmarshal(m[name], &s); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}
