package app_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// Hunger, second: one business has nine tenths of the load and more than there is
// room for. The others are answered as before.
func TestProof_Hunger_GreedyTenant_OthersKeepTheirShare(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // class C
		return
	}
	s := newStage(t, 1)
	greedy := s.openShop("greedy-salon", 1)
	others := make([]func(int) errand, 3)
	for i := range others {
		slug := fmt.Sprintf("modest-salon-%d", i)
		others[i] = s.found(slug, s.join(slug), 1).approved(greedy.operator).everyday()
	}
	period := 5 * time.Second
	const modest = 30 // requests a second of all others together

	serve := func(turn int) *traffic {
		l := newTraffic(t, "http://"+s.servers[0].Site, func(i int) errand {
			return others[i%len(others)](turn*10_000 + i/len(others))
		})
		ctx, cancel := context.WithTimeout(t.Context(), period)
		defer cancel()
		l.run(ctx, modest)
		return l
	}
	alone := serve(0)
	stop, answered := greedy.devour(100)
	beside := serve(1)
	stop()

	had, has := alone.count("GET 2")+alone.count("POST 2"), beside.count("GET 2")+beside.count("POST 2")
	t.Logf("Hunger: others alone: %s", alone.told())
	t.Logf("Hunger: others beside %d requests of one business in the same %v: %s (%.0f %% of their share)",
		answered(), period, beside.told(), 100*float64(has)/float64(max(had, 1)))
	alone.wantNoFault(t)
	beside.wantNoFault(t)
	if has*2 < had || beside.count("GET 429")+beside.count("POST 429") != 0 || answered() == 0 {
		t.Errorf("others had %d successes alone and %d beside the greedy one, who had %d answers", had, has, answered())
	}
}

// devour has so many clients book one hour and look at it, as fast as they are
// answered, until the first answered function stops them; the second tells how
// many answers they had.
func (x *shop) devour(clients int) (stop func(), answered func() int64) {
	ctx, cancel := context.WithCancel(x.t.Context())
	var n atomic.Int64
	var wg sync.WaitGroup
	l := newTraffic(x.t, "http://"+x.servers[0].Site, func(i int) errand {
		if i%3 == 0 {
			return errand{http.MethodGet, "/api/v1" + x.site(fmt.Sprintf("/availability?service_id=%s&from=%s&to=%s", x.service, x.day(1), x.day(31))), nil, nil}
		}
		return errand{http.MethodPost, "/api/v1" + x.site("/bookings"), x.wish(x.hour(1, 10), i%8000), nil}
	})
	for c := range clients {
		wg.Go(func() {
			for i := c; ctx.Err() == nil; i += clients {
				if _, err := l.send(l.make(i)); err == nil {
					n.Add(1)
				}
			}
		})
	}
	return func() { cancel(); wg.Wait() }, n.Load
}
