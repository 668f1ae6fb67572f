package auth

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

func newTestCache(room int) (*cache[string], *clock.Manual) {
	clk := clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))
	return newCache[string](clk, 30*time.Second, room), clk
}

func TestCache_KeepsForItsLife_AndNoErrors(t *testing.T) {
	t.Parallel()
	c, clk := newTestCache(10)
	loads := 0
	boom := errors.New("boom")
	var fails error
	get := func() (string, error) {
		return c.get(t.Context(), "k", func(context.Context) (string, bool, error) {
			loads++
			return strconv.Itoa(loads), true, fails
		})
	}
	for _, c := range []struct {
		after time.Duration
		fails error
		want  string
		loads int
	}{
		{0, boom, "1", 1},
		{0, nil, "2", 2},
		{29 * time.Second, boom, "2", 2},
		{time.Second, nil, "3", 3},
	} {
		clk.Advance(c.after)
		fails = c.fails
		got, err := get()
		if loads != c.loads || (err == nil && got != c.want) {
			t.Errorf("%+v: got %q, %v after %d loads", c, got, err, loads)
		}
	}
}

// R30: many who ask at once for what is not there make one load.
func TestCache_Stampede_OneLoad(t *testing.T) {
	t.Parallel()
	c, _ := newTestCache(10)
	var loads atomic.Int64
	inside := make(chan struct{})
	release := make(chan struct{})
	var wg sync.WaitGroup
	for range 500 {
		wg.Go(func() {
			v, err := c.get(context.Background(), "k", func(context.Context) (string, bool, error) {
				if loads.Add(1) == 1 {
					close(inside)
				}
				<-release
				return "v", true, nil
			})
			if v != "v" || err != nil {
				t.Errorf("%q, %v", v, err)
			}
		})
	}
	<-inside
	close(release)
	wg.Wait()
	if loads.Load() != 1 {
		t.Errorf("%d loads", loads.Load())
	}
}

// What was dropped while it was being loaded is neither kept nor given to who
// comes after the drop.
func TestCache_DropWhileLoading(t *testing.T) {
	t.Parallel()
	c, _ := newTestCache(10)
	inside, release := make(chan struct{}), make(chan struct{})
	done := make(chan string)
	go func() {
		v, _ := c.get(context.Background(), "k", func(context.Context) (string, bool, error) {
			close(inside)
			<-release
			return "old", true, nil
		})
		done <- v
	}()
	<-inside
	c.drop(func(string) bool { return false })
	fresh := func(context.Context) (string, bool, error) { return "new", true, nil }
	if v, err := c.get(t.Context(), "k", fresh); v != "new" || err != nil {
		t.Errorf("after the drop: %q, %v", v, err)
	}
	close(release)
	if v := <-done; v != "old" {
		t.Errorf("who came before: %q", v)
	}
	if v, err := c.get(t.Context(), "k", fresh); v != "new" || err != nil {
		t.Errorf("kept: %q, %v", v, err)
	}
}

func TestCache_CallerLeaves_OthersStillGetTheAnswer(t *testing.T) {
	t.Parallel()
	c, _ := newTestCache(10)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	v, err := c.get(gone, "k", func(ctx context.Context) (string, bool, error) { return "v", true, ctx.Err() })
	if v != "v" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
}

func TestCache_IsBounded_AndPrefersWhatHasRunOut(t *testing.T) {
	t.Parallel()
	c, clk := newTestCache(100)
	for i := range 1000 {
		_, err := c.get(t.Context(), strconv.Itoa(i), func(context.Context) (string, bool, error) { return "v", true, nil })
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.entries); n > 100 {
			t.Fatalf("%d entries", n)
		}
	}
	clk.Advance(time.Minute)
	_, err := c.get(t.Context(), "x", func(context.Context) (string, bool, error) { return "v", true, nil })
	if n := len(c.entries); err != nil || n > 93 {
		t.Errorf("%d entries, %v: what has run out stays", n, err)
	}
}
