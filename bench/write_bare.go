package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// A writer is a process with a bare pipeline: the statements of a booking as the
// program issues them, in one round trip each, on as many connections as the
// program has for writes. What they say was prepared before the clock runs.
type writer struct {
	*process
	count int // bookings so far
}

// A bareJob is what the process is told at its start.
type bareJob struct {
	URL     string
	Key     string
	Targets []target
	Staff   int
	PerDay  int
	Days    int
	Hot     bool
}

// A bareLap is some time of writing.
type bareLap struct {
	Took      time.Duration
	Latencies []time.Duration
}

func (r *rig) startWriter(ctx context.Context, s slots, hot bool) (*writer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p, err := spawn(ctx, r.dir, "writer", nil, self, "-as", "writer")
	if err != nil {
		return nil, err
	}
	w := &writer{process: p}
	job := bareJob{URL: r.appURL, Key: r.key, Targets: s.targets, Staff: s.staff, PerDay: s.perDay, Days: s.days, Hot: hot}
	if _, err := call(ctx, w.addr, http.MethodPut, "/job", job, ""); err != nil {
		return nil, errors.Join(err, w.stop(ctx))
	}
	return w, nil
}

// write has the pipeline write for so long.
func (w *writer) write(ctx context.Context, d time.Duration) (*stats, error) {
	a, err := call(ctx, w.addr, http.MethodPost, "/laps", d, "")
	if err != nil {
		return nil, err
	}
	var lap bareLap
	if err := json.Unmarshal(a.Body, &lap); err != nil {
		return nil, err
	}
	w.count += len(lap.Latencies)
	slices.Sort(lap.Latencies)
	return &stats{took: lap.Took, latencies: lap.Latencies}, nil
}

// bare is the process itself.
type bare struct {
	job   bareJob
	slots slots
	db    *pg.DB
	ring  *secret.Ring
	next  int
	left  []*planned
}

// mostPerSecond bounds how many batches are prepared for a lap.
const mostPerSecond = 3000

// serveWriter is the process of a writer.
func serveWriter(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	var b bare
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /job", func(w http.ResponseWriter, r *http.Request) {
		if err := b.open(r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("POST /laps", func(w http.ResponseWriter, r *http.Request) {
		lap, err := b.lap(r) //nolint:contextcheck // it takes the request's
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(lap)
	})
	return serve(ctx, mux)
}

func (b *bare) open(r *http.Request) error {
	if err := json.NewDecoder(r.Body).Decode(&b.job); err != nil {
		return err
	}
	b.slots = slots{targets: b.job.Targets, staff: b.job.Staff, perDay: b.job.PerDay, days: b.job.Days}
	var err error
	if b.ring, err = secret.Parse(b.job.Key); err != nil {
		return err
	}
	b.db, err = pg.Open(context.WithoutCancel(r.Context()), pg.Options{URL: b.job.URL, WriteConns: writePool, ReadConns: 1})
	return err
}

// lap writes for as long as it is asked, in nanoseconds.
func (b *bare) lap(r *http.Request) (*bareLap, error) {
	var d time.Duration
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		return nil, err
	}
	batches, err := b.prepare(int(d.Seconds() * mostPerSecond))
	if err != nil {
		return nil, err
	}
	defer func() { b.left = append(b.left, drain(batches)...) }()
	laps := make([][]time.Duration, writePool)
	errs := make([]error, writePool)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range writePool {
		wg.Go(func() {
			for p := range batches {
				at := time.Now()
				if errs[i] = b.db.BatchTenant(r.Context(), p.business, &p.batch); errs[i] != nil {
					return
				}
				laps[i] = append(laps[i], time.Since(at))
				if time.Since(began) >= d {
					return
				}
			}
		})
	}
	wg.Wait()
	return &bareLap{Took: time.Since(began), Latencies: slices.Concat(laps...)}, errors.Join(errs...)
}

// prepare gives at least so many batches, first those that an earlier lap left.
func (b *bare) prepare(n int) (chan *planned, error) {
	for len(b.left) < n {
		p, err := b.plan(b.next)
		if err != nil {
			return nil, err
		}
		b.next++
		b.left = append(b.left, p)
	}
	out := make(chan *planned, len(b.left))
	for _, p := range b.left {
		out <- p
	}
	close(out)
	b.left = nil
	return out, nil
}

// drain is what nobody sent.
func drain(batches chan *planned) (out []*planned) {
	for p := range batches {
		out = append(out, p)
	}
	return out
}

// randomBytes are n bytes of no meaning.
func randomBytes(n int) []byte {
	out := make([]byte, n)
	_, _ = rand.Read(out)
	return out
}
