package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

func TestHash_DefaultWork(t *testing.T) {
	t.Parallel()
	h := newHasher(Work{})
	stored, err := h.hash(t.Context(), passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("stored %s", stored)
	}
	for password, want := range map[string]bool{passphrase: true, passphrase + " ": false, "": false} {
		if ok, err := h.matches(t.Context(), stored, password); ok != want || err != nil {
			t.Errorf("%q: %t, %v", password, ok, err)
		}
	}
}

func TestHash_SaltsDiffer_AndOldWorkStillMatches(t *testing.T) {
	t.Parallel()
	old, now := newHasher(cheap), newHasher(Work{MemoryKiB: 128, Passes: 2})
	a, err1 := old.hash(t.Context(), passphrase)
	b, err2 := old.hash(t.Context(), passphrase)
	if err := errors.Join(err1, err2); err != nil || a == b {
		t.Fatalf("%s, %s, %v", a, b, err)
	}
	if ok, err := now.matches(t.Context(), a, passphrase); !ok || err != nil {
		t.Errorf("a hash of another work: %t, %v", ok, err)
	}
}

func TestMatches_NobodyCostsTheSameAndMatchesNothing(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	var costs []Work
	compute := h.compute
	h.compute = func(password, salt []byte, w Work) []byte {
		costs = append(costs, w)
		return compute(password, salt, w)
	}
	stored, err := h.hash(t.Context(), passphrase)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{stored, ""} {
		if ok, err := h.matches(t.Context(), s, passphrase); ok != (s != "") || err != nil {
			t.Errorf("%q: %t, %v", s, ok, err)
		}
	}
	if len(costs) != 3 || costs[1] != costs[2] {
		t.Errorf("an account's check and nobody's cost %v", costs[1:])
	}
}

func TestMatches_DamagedHash_IsAnErrorNotAMatch(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	for _, s := range []string{
		"x", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=16$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=,t=1,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=64,t=1,p=1$!$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA",
	} {
		if ok, err := h.matches(t.Context(), s, ""); ok || err == nil {
			t.Errorf("%s: %t, %v", s, ok, err)
		}
	}
}

// S03: no more at once than cores, a bounded queue, the rest refused at once
// and asked to come again.
func TestHash_Overload_RefusesBeyondTheQueue(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	entered, release := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	atOnce, most := 0, 0
	compute := h.compute
	h.compute = func(password, salt []byte, w Work) []byte {
		mu.Lock()
		atOnce++
		most = max(most, atOnce)
		mu.Unlock()
		entered <- struct{}{}
		<-release
		mu.Lock()
		atOnce--
		mu.Unlock()
		return compute(password, salt, w)
	}
	cores, room := cap(h.cores), int(h.room)
	const extra = 25
	results := make(chan error, room+extra)
	var wg sync.WaitGroup
	for range room + extra {
		wg.Go(func() {
			_, err := h.hash(context.Background(), passphrase)
			results <- err
		})
	}
	for range extra { // exactly those beyond the room answer while nothing moves
		err := <-results
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Unavailable || f.RetryAfter <= 0 || f.RetryAfter > time.Minute {
			t.Errorf("refused with %v", err)
		}
	}
	go func() {
		for range room {
			<-entered
		}
	}()
	close(release)
	wg.Wait()
	for range room {
		if err := <-results; err != nil {
			t.Errorf("inside the queue: %v", err)
		}
	}
	if most > cores || h.inside.Load() != 0 {
		t.Errorf("%d at once on %d cores, %d left inside", most, cores, h.inside.Load())
	}
}

func TestHash_CallerLeaves_FreesItsPlace(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	for range cap(h.cores) {
		h.cores <- struct{}{}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(gone, passphrase); !errors.Is(err, context.Canceled) {
		t.Errorf("left: %v", err)
	}
	late, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := h.hash(late, passphrase); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("too late: %v", err)
	}
	if h.inside.Load() != 0 {
		t.Errorf("%d are still inside", h.inside.Load())
	}
}

func BenchmarkHash(b *testing.B) {
	h := newHasher(Work{})
	for b.Loop() {
		if _, err := h.hash(b.Context(), passphrase); err != nil {
			b.Fatal(err)
		}
	}
}
