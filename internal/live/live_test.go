package live_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/live"
)

var salon, clinic = business.ID{1}, business.ID{2}

// world is a hub over numbers that the test sets. Everything happens in a bubble:
// times are exact, and cost nothing.
type world struct {
	*live.Hub
	t *testing.T

	mu     sync.Mutex
	seqs   map[business.ID]int64
	looks  [][]business.ID
	missed []business.ID
	broken error
}

// now is the bubble's time.
func now() time.Time { return clock.System{}.Now() }

func inWorld(t *testing.T, o live.Options, play func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, seqs: map[business.ID]int64{salon: 10, clinic: 10}}
		o.Read, o.Missed = w.read, w.forget
		w.Hub = live.New(o)
		ctx, cancel := context.WithCancel(t.Context())
		go w.Run(ctx)
		synctest.Wait()
		play(w)
		cancel()
		synctest.Wait()
		if _, err := w.Watch(salon, 0); !errors.Is(err, live.ErrEnded) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func (w *world) read(_ context.Context, list []business.ID) (map[business.ID]int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks = append(w.looks, list)
	out := map[business.ID]int64{}
	for _, bid := range list {
		if seq, ok := w.seqs[bid]; ok {
			out[bid] = seq
		}
	}
	return out, w.broken
}

func (w *world) forget(bid business.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.missed = append(w.missed, bid)
}

// write commits a write of the business; no word of it comes by itself.
func (w *world) write(bid business.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seqs[bid]++
}

func (w *world) breakReads(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = err
}

func (w *world) watch(bid business.ID, after int64) *live.Watcher {
	w.t.Helper()
	x, err := w.Watch(bid, after)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(x.Close)
	return x
}

// wantNext wants the sign after so much time and no sooner.
func (w *world) wantNext(x *live.Watcher, what live.Sign, seq int64, within time.Duration) {
	w.t.Helper()
	start := now()
	sign, n := x.Next(w.t.Context().Done())
	if took := now().Sub(start); sign != what || n != seq || took > within {
		w.t.Fatalf("sign %d of %d after %s, want %d of %d within %s", sign, n, took, what, seq, within)
	}
}

func TestWatch_FromTheKnownNumber_NothingIsToldTwice(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		knows, behind, fresh := w.watch(salon, 10), w.watch(salon, 7), w.watch(salon, 0)
		w.wantNext(behind, live.Change, 10, 0)
		w.wantNext(fresh, live.Change, 10, time.Second)
		w.wantNext(knows, live.Beat, 0, 15*time.Second)
		w.write(salon)
		w.Changed(salon)
		w.wantNext(knows, live.Change, 11, 50*time.Millisecond)
	})
}

// A database that was put back to an earlier moment has lower numbers.
func TestWatch_FromAHigherNumber_IsTold(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) { w.wantNext(w.watch(salon, 99), live.Change, 10, 0) })
}

func TestChanged_OfAnotherBusiness_IsNotTold(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		x, y := w.watch(salon, 10), w.watch(clinic, 10)
		w.write(clinic)
		w.Changed(clinic)
		w.wantNext(y, live.Change, 11, time.Millisecond)
		w.wantNext(x, live.Beat, 0, 15*time.Second)
	})
}

// What a word tells of may have no number, such as a slot that is held.
func TestChanged_WithoutAHigherNumber_IsTold(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		x := w.watch(salon, 10)
		synctest.Wait()
		w.Changed(salon)
		w.wantNext(x, live.Change, 10, 50*time.Millisecond)
	})
}

func TestLook_FindsWhatNoWordCameOf_AndForgetsFirst(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		x := w.watch(salon, 10)
		synctest.Wait()
		w.write(salon)
		w.wantNext(x, live.Change, 11, 3*time.Second)
		synctest.Wait()
		if len(w.missed) != 1 || w.missed[0] != salon {
			t.Errorf("forgotten %v", w.missed)
		}
	})
}

func TestLook_IsOneForAll(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{Look: time.Second}, func(w *world) {
		for range 5 {
			w.watch(salon, 10)
			w.watch(clinic, 10)
		}
		<-time.After(10*time.Second + 500*time.Millisecond)
		synctest.Wait()
		if n := len(w.looks); n < 10 || n > 13 {
			t.Errorf("%d looks", n)
		}
		if last := w.looks[len(w.looks)-1]; len(last) != 2 {
			t.Errorf("the last look was at %v", last)
		}
		if len(w.missed) != 0 {
			t.Errorf("forgotten %v, though nothing was written", w.missed)
		}
	})
}

// A burst is told at its beginning, ten times a second, and at its end.
func TestNext_ABurst_IsToldAtThePace_AndToItsEnd(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		x := w.watch(salon, 10)
		synctest.Wait()
		go func() {
			for range 2000 {
				w.write(salon)
				w.Changed(salon)
				<-time.After(time.Millisecond)
			}
		}()
		told, last := 0, int64(0)
		for last < 2010 {
			sign, seq := x.Next(nil)
			if sign != live.Change || seq < last {
				t.Fatalf("sign %d of %d after %d", sign, seq, last)
			}
			told, last = told+1, seq
		}
		if told < 15 || told > 25 {
			t.Errorf("2 seconds of writes were told %d times", told)
		}
	})
}

func TestLook_ThatFails_IsRepeated_AndNothingIsLost(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{Look: time.Hour}, func(w *world) {
		x := w.watch(salon, 10)
		synctest.Wait()
		w.breakReads(errors.New("no database"))
		w.write(salon)
		w.Changed(salon)
		<-time.After(5 * time.Second)
		synctest.Wait()
		if n := len(w.looks); n < 4 || n > 8 {
			t.Errorf("%d looks in five seconds without a database", n)
		}
		w.breakReads(nil)
		w.wantNext(x, live.Change, 11, 2*time.Second)
	})
}

func TestWatch_EndsInItsTime_AndNotAllAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{Beat: time.Hour, PerBusiness: 50}, func(w *world) {
		ends := map[time.Duration]bool{}
		var all sync.WaitGroup
		var mu sync.Mutex
		start := now()
		for range 50 {
			x := w.watch(salon, 10)
			all.Go(func() {
				if sign, _ := x.Next(nil); sign != live.Over {
					t.Errorf("sign %d", sign)
				}
				mu.Lock()
				defer mu.Unlock()
				ends[now().Sub(start).Round(time.Second)] = true
			})
		}
		all.Wait()
		for at := range ends {
			if at < 22*time.Second || at > 30*time.Second {
				t.Errorf("one ended after %s", at)
			}
		}
		if len(ends) < 4 {
			t.Errorf("they ended within %d seconds", len(ends))
		}
	})
}

func TestWatch_Bounds(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{PerProcess: 3, PerBusiness: 2}, func(w *world) {
		first := w.watch(salon, 10)
		w.watch(salon, 10)
		if _, err := w.Watch(salon, 10); !errors.Is(err, live.ErrCrowded) {
			t.Errorf("a third of a business: %v", err)
		}
		w.watch(clinic, 10)
		if _, err := w.Watch(clinic, 10); !errors.Is(err, live.ErrFull) {
			t.Errorf("a fourth of the process: %v", err)
		}
		first.Close()
		first.Close()
		if n := w.Watchers(); n != 2 {
			t.Errorf("%d watchers", n)
		}
		w.watch(salon, 10)
	})
}

// Whoever is no member any more must not learn of more.
func TestDismiss_EndsTheWatchersOfTheBusiness(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		x, y := w.watch(salon, 10), w.watch(clinic, 10)
		w.Dismiss(salon)
		w.wantNext(x, live.Over, 0, 0)
		w.wantNext(y, live.Beat, 0, 15*time.Second)
	})
}

func TestEnd_EndsAll_AndTakesNoMore(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		x, y := w.watch(salon, 10), w.watch(clinic, 10)
		w.End()
		w.wantNext(x, live.Over, 0, 0)
		w.wantNext(y, live.Over, 0, 0)
	})
}

func TestLook_BusinessGone_EndsItsWatchers(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) { w.wantNext(w.watch(business.ID{9}, 0), live.Over, 0, 0) })
}

func TestNext_NobodyListens_Ends(t *testing.T) {
	t.Parallel()
	inWorld(t, live.Options{}, func(w *world) {
		gone := make(chan struct{})
		close(gone)
		if sign, _ := w.watch(salon, 10).Next(gone); sign != live.Over {
			t.Errorf("sign %d", sign)
		}
	})
}
