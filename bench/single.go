package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	loginConns   = 8
	engine       = "availability_compute_31d"
	engineRuns   = 5
	starts       = 5
	idleTime     = 3 * time.Second // after which a process is at rest
	connectPause = time.Millisecond
	featuresPath = "/api/v1/businesses/%s/features"
)

// compute is the pure engine, as the package's own benchmark measures it: a month
// of eight staff and six chairs, half booked, on a grid of 15 minutes.
func compute(ctx context.Context, _ *rig) (result, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkEngine$/^"+engine+"$", "-benchmem", //nolint:gosec // constants
		"-count", strconv.Itoa(engineRuns), "-benchtime", "0.3s", "./internal/availability")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return result{}, fmt.Errorf("%w\n%s", err, &out)
	}
	var times []float64
	var allocations float64
	for line := range strings.Lines(out.String()) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "BenchmarkEngine/"+engine) {
			continue
		}
		for i := 2; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return result{}, fmt.Errorf("%s: %w", line, err)
			}
			switch f[i+1] {
			case "ns/op":
				times = append(times, v/1000)
			case "allocs/op":
				allocations = max(allocations, v)
			}
		}
	}
	if len(times) == 0 {
		return result{}, fmt.Errorf("no benchmark ran: %s", &out)
	}
	r := result{value: median(times), extra: map[string]float64{"allocations per_run": allocations}}
	if allocations > 0 {
		r.missed = append(r.missed, "the engine allocates")
	}
	return r, nil
}

// login signs in over HTTP; the ceiling is the bare hash on all cores.
func login(ctx context.Context, r *rig) (result, error) {
	n, each := r.rounds()
	ask := post("/api/v1/auth/login", "", map[string]string{"email": ownerAddress, "password": passphrase})
	var values, ceilings, ratios []float64
	for i := range n {
		s, err := load{addr: r.program.addr, conns: loginConns, time: each, next: func(int) request { return ask }}.run(ctx)
		if err == nil {
			err = s.only(http.StatusOK)
		}
		if err != nil {
			return result{}, err
		}
		bare, err := r.bare.hashes(ctx, each)
		if err != nil {
			return result{}, err
		}
		if i == 0 && n > 1 { // the first round does not count
			continue
		}
		values, ceilings, ratios = append(values, s.perSecond()), append(ceilings, bare), append(ratios, s.perSecond()/bare)
	}
	return result{value: median(values), ratio: median(ratios), extra: map[string]float64{"ceiling hashes/s": median(ceilings)}}, nil
}

// authOverhead is the CPU that the program spends on a request of somebody signed
// in, of a business of theirs, whose answer is in memory (the features that are
// on), less what the bare server spends on the same bytes.
func authOverhead(ctx context.Context, r *rig) (result, error) {
	path := fmt.Sprintf(featuresPath, r.shops[0].id)
	a, err := call(ctx, r.program.addr, http.MethodGet, path, nil, r.team.bearer)
	if err != nil {
		return result{}, err
	}
	if err := r.bare.say(ctx, a); err != nil {
		return result{}, err
	}
	ask := get(path, r.team.bearer)
	n, each := r.rounds()
	var ours, bare, added []float64
	for range n {
		x, err := cpuEach(ctx, r.program, ask, each)
		if err != nil {
			return result{}, err
		}
		y, err := cpuEach(ctx, r.bare.process, ask, each)
		if err != nil {
			return result{}, err
		}
		ours, bare, added = append(ours, x), append(bare, y), append(added, x-y)
	}
	return result{value: median(added), extra: map[string]float64{"program µs_cpu": median(ours), "bare µs_cpu": median(bare)}}, nil
}

// cpuEach is the CPU that a process spends on one request, in microseconds.
func cpuEach(ctx context.Context, p *process, ask request, d time.Duration) (float64, error) {
	before, err := cpuTime(p.pid)
	if err != nil {
		return 0, err
	}
	s, err := load{addr: p.addr, conns: readers, time: d, next: func(int) request { return ask }}.run(ctx)
	if err == nil {
		err = s.only(http.StatusOK)
	}
	if err != nil {
		return 0, err
	}
	after, err := cpuTime(p.pid)
	return float64((after - before).Microseconds()) / float64(len(s.latencies)), err
}

// startMigrated is from the start of a process to its first answer, on a database
// that needs no migration.
func startMigrated(ctx context.Context, r *rig) (result, error) {
	var times []float64
	for i := range starts {
		took, err := r.startOnce(ctx, i)
		if err != nil {
			return result{}, err
		}
		times = append(times, took.Seconds())
	}
	return result{value: median(times)}, nil
}

func (r *rig) startOnce(ctx context.Context, i int) (took time.Duration, err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return 0, err
	}
	began := time.Now()
	first := make(chan time.Duration, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if _, err := call(ctx, addr, http.MethodGet, "/readyz", nil, ""); err == nil {
				first <- time.Since(began)
				return
			}
			wait(ctx, time.Now().Add(connectPause))
		}
	}()
	p, err := r.serve(ctx, fmt.Sprintf("start-%d", i), map[string]string{"OMOTENASHI_ADDR": addr})
	if err != nil {
		return 0, err
	}
	select {
	case took = <-first:
	case <-ctx.Done():
		err = ctx.Err()
	}
	return took, errors.Join(err, p.stop(ctx))
}

// rssIdle is the memory of a process that has answered once and then rests, with workers.
func rssIdle(ctx context.Context, r *rig) (result, error) {
	p, err := r.serve(ctx, "idle", map[string]string{"OMOTENASHI_WORKERS": "true"})
	if err != nil {
		return result{}, err
	}
	_, err = call(ctx, p.addr, http.MethodGet, "/readyz", nil, "")
	wait(ctx, time.Now().Add(idleTime))
	mb, rssErr := residentMB(p.pid)
	out := result{value: mb, extra: map[string]float64{}}
	if info, statErr := os.Stat(filepath.Clean(r.options.program)); statErr == nil {
		out.extra["binary MB"] = float64(info.Size()) / 1e6
	}
	return out, errors.Join(err, rssErr, p.stop(ctx))
}
