package ratelimit_test

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

func newClock() *clock.Manual {
	return clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))
}

func TestAllow_BurstThenOneAnInterval(t *testing.T) {
	t.Parallel()
	clk := newClock()
	l := ratelimit.New[string](clk, ratelimit.Limit{Requests: 60, Per: time.Minute, Burst: 3}, 0)
	steps := []struct {
		after time.Duration
		want  ratelimit.Result
	}{
		{0, ratelimit.Result{Allowed: true, Limit: 3, Remaining: 2, Reset: time.Second}},
		{0, ratelimit.Result{Allowed: true, Limit: 3, Remaining: 1, Reset: 2 * time.Second}},
		{0, ratelimit.Result{Allowed: true, Limit: 3, Remaining: 0, Reset: 3 * time.Second}},
		{0, ratelimit.Result{Limit: 3, RetryAfter: time.Second, Reset: 3 * time.Second}},
		{999 * time.Millisecond, ratelimit.Result{Limit: 3, RetryAfter: time.Millisecond, Reset: 2001 * time.Millisecond}},
		{time.Millisecond, ratelimit.Result{Allowed: true, Limit: 3, Remaining: 0, Reset: 3 * time.Second}},
		{time.Hour, ratelimit.Result{Allowed: true, Limit: 3, Remaining: 2, Reset: time.Second}},
		{-2 * time.Hour, ratelimit.Result{Limit: 3, RetryAfter: time.Second, Reset: 3 * time.Second}},
		{time.Second, ratelimit.Result{Limit: 3, RetryAfter: time.Second, Reset: 3 * time.Second}},
	}
	for i, s := range steps {
		clk.Advance(s.after)
		if got := l.Allow("k"); got != s.want {
			t.Errorf("step %d: got %+v, want %+v", i, got, s.want)
		}
	}
	if got := l.Allow("other"); !got.Allowed || got.Remaining != 2 {
		t.Errorf("another key: got %+v", got)
	}
}

// The rule, said without GCRA: in every stretch of time no more was allowed than
// the burst and what the stretch earns; and who waits as told is allowed.
func TestAllow_NeverMoreThanEarned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clk := newClock()
		start := clk.Now()
		limit := ratelimit.Limit{
			Requests: rapid.IntRange(1, 50).Draw(t, "requests"),
			Per:      time.Duration(rapid.IntRange(1, 120).Draw(t, "seconds")) * time.Second,
			Burst:    rapid.IntRange(1, 20).Draw(t, "burst"),
		}
		interval := limit.Per / time.Duration(limit.Requests)
		l := ratelimit.New[int](clk, limit, 0)
		var at []time.Duration
		for range rapid.IntRange(1, 120).Draw(t, "attempts") {
			clk.Advance(time.Duration(rapid.Int64Range(0, int64(interval)).Draw(t, "pause")))
			r := l.Allow(1)
			if !r.Allowed {
				clk.Advance(r.RetryAfter.Truncate(time.Microsecond) + time.Microsecond)
				if again := l.Allow(1); !again.Allowed {
					t.Fatalf("refused after waiting %s as told: %+v", r.RetryAfter, again)
				}
			}
			at = append(at, clk.Now().Sub(start))
		}
		for i := range at {
			for j := i; j < len(at); j++ {
				if earned := limit.Burst + int((at[j]-at[i])/interval); j-i+1 > earned {
					t.Fatalf("%d allowed within %s, earned %d", j-i+1, at[j]-at[i], earned)
				}
			}
		}
	})
}

func TestAllow_ManyAtOnce_ExactlyTheBurst(t *testing.T) {
	t.Parallel()
	l := ratelimit.New[string](newClock(), ratelimit.PerMinute(30), 0)
	var wg sync.WaitGroup
	var allowed atomic.Int64
	for range 20 {
		wg.Go(func() {
			for range 10 {
				if l.Allow("one").Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if allowed.Load() != 30 {
		t.Errorf("allowed %d of 200, want 30", allowed.Load())
	}
}

func TestAllow_ManyKeys_MemoryIsBoundedAndTheWorstIsKept(t *testing.T) {
	t.Parallel()
	clk := newClock()
	l := ratelimit.New[int](clk, ratelimit.PerMinute(5), 1600)
	for range 5 { // -1 owes most
		l.Allow(-1)
	}
	for k := range 50_000 {
		l.Allow(k)
	}
	if n := l.Len(); n > 1600 {
		t.Errorf("%d keys are remembered, bound 1600", n)
	}
	if l.Allow(-1).Allowed {
		t.Error("a flood of keys freed the one that is refused")
	}
}

func TestAllow_PaidOffKeysAreForgotten(t *testing.T) {
	t.Parallel()
	clk := newClock()
	l := ratelimit.New[int](clk, ratelimit.PerMinute(5), 0)
	for k := range 10_000 {
		l.Allow(k)
		clk.Advance(10 * time.Millisecond) // 12 s to pay off: 1,200 keys owe
	}
	if n := l.Len(); n > 4000 {
		t.Errorf("%d keys are remembered, about 1,200 owe anything", n)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"203.0.113.9":           "203.0.113.9/32",
		"::ffff:203.0.113.9":    "203.0.113.9/32",
		"2001:db8:1:2:3:4:5:6":  "2001:db8:1:2::/64",
		"fe80::1%eth0":          "fe80::/64",
		"2001:db8:1:2:ffff::77": "2001:db8:1:2::/64",
	} {
		if got := ratelimit.Network(netip.MustParseAddr(in)).String(); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	if got := ratelimit.Network(netip.Addr{}); got != (netip.Prefix{}) {
		t.Errorf("no address: got %s", got)
	}
}

func TestNew_ImpossibleLimit_Panics(t *testing.T) {
	t.Parallel()
	for _, limit := range []ratelimit.Limit{{}, {Requests: 1}, {Requests: -1, Per: time.Minute, Burst: 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v was accepted", limit)
				}
			}()
			ratelimit.New[int](newClock(), limit, 0)
		}()
	}
}

func BenchmarkAllow(b *testing.B) {
	l := ratelimit.New[netip.Prefix](clock.System{}, ratelimit.PerMinute(1000), 0)
	key := ratelimit.Network(netip.MustParseAddr("203.0.113.9"))
	b.ReportAllocs()
	for b.Loop() {
		l.Allow(key)
	}
}
