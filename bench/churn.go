package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
)

const (
	churnWrites  = 300  // bookings a second
	churnWriters = 16   // connections that write
	churnP99     = 50.0 // milliseconds that reads may take beside the writes
	coldWindow   = 14   // days that the cold shop shows
)

// churn reads one day of the shops while bookings are written to the very same
// shops: each drops what is remembered of its shop. The bare server is asked
// while nobody writes, as in the figures beside this one.
func churn(ctx context.Context, r *rig) (result, error) {
	spare := newSpare(r.shops)
	requests := make([]request, len(r.shops))
	for i, s := range r.shops {
		requests[i] = get(s.availabilityPath(1), "")
	}
	a, err := call(ctx, r.program.addr, http.MethodGet, r.shops[0].availabilityPath(1), nil, "")
	if err != nil {
		return result{}, err
	}
	if err := r.bare.say(ctx, a); err != nil {
		return result{}, err
	}
	read := func(addr string, d time.Duration) (*stats, error) {
		return load{addr: addr, conns: readers, time: d, next: func(i int) request { return requests[i%len(requests)] }}.run(ctx)
	}
	n, each := r.rounds()
	var written, wanted float64
	out, err := alternate(n, each, func(d time.Duration) (*stats, error) {
		var s, w *stats
		var readErr, writeErr error
		var both sync.WaitGroup
		both.Go(func() {
			w, writeErr = load{addr: r.program.addr, conns: churnWriters, time: d, pace: churnWrites, next: spare.next}.run(ctx)
			spare.taken += int(churnWrites*d.Seconds()) + churnWriters
		})
		both.Go(func() { s, readErr = read(r.program.addr, d) })
		both.Wait()
		if err := errors.Join(readErr, writeErr); err != nil {
			return nil, err
		}
		written, wanted = written+float64(w.statuses[http.StatusCreated]), wanted+churnWrites*d.Seconds()
		return s, s.only(http.StatusOK)
	}, func(d time.Duration) (*stats, error) { return read(r.bare.addr, d) })
	if err != nil {
		return out, err
	}
	out.extra["written bookings"] = written
	if written < wanted*0.95 {
		out.missed = append(out.missed, fmt.Sprintf("%.0f of %.0f bookings were written", written, wanted))
	}
	if p99 := out.extra["p99 ms"]; p99 > churnP99 {
		out.missed = append(out.missed, fmt.Sprintf("p99 %.1f ms, at most %.0f wanted", p99, churnP99))
	}
	return out, nil
}

// A spare is the slots that nobody booked, those of one shop after those of another.
type spare struct {
	shops []*shop
	free  [][]wish
	taken int // by rounds before
}

func newSpare(shops []*shop) *spare {
	s := &spare{shops: shops}
	for _, x := range shops {
		s.free = append(s.free, x.slots(windowDays-1, false))
	}
	return s
}

// next is the i-th booking of a round: no two are of the same slot until all are taken.
func (s *spare) next(i int) request {
	i += s.taken
	shop, k := i%len(s.shops), i/len(s.shops)
	w := s.free[shop][k%len(s.free[shop])]
	return s.shops[shop].booking(w, fmt.Sprintf("churn-%d", i))
}

// cold asks for days of a shop that are booked by half but lie behind the days
// that it shows, which are those that the program remembers: so the schedule
// comes from memory and what is taken is read from the database, each time. No
// start of the days is open: writing slots, which the warm figures measure, is
// not part of it.
func cold(ctx context.Context, r *rig) (result, error) {
	var requests []request
	for day := coldWindow + 1; day < shopDays; day++ {
		requests = append(requests, get(r.cold.availabilityOn(day), ""))
	}
	return r.besideCeiling(ctx, r.cold.availabilityOn(shopDays-1), "", requests)
}

// shorten makes the shop show fewer days than are booked.
func (m *maker) shorten(ctx context.Context, s *shop) error {
	x, err := m.business.Get(ctx, s.id)
	if err != nil {
		return err
	}
	days := coldWindow
	_, err = m.business.UpdateSettings(ctx, m.owner, s.id, x.Version, business.SettingsInput{BookingWindowDays: &days})
	return err
}
