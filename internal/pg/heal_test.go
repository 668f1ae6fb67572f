package pg_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/faultproxy"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// patience bounds every wait for something that must happen.
const patience = 60 * time.Second

// throughProxy opens a fresh database with a network between that goes wrong on demand.
func throughProxy(t *testing.T, o pg.Options) (*pg.DB, *faultproxy.Proxy) {
	t.Helper()
	u, err := url.Parse(pgtest.NewURL(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := faultproxy.Start(t.Context(), u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	u.Host = p.Addr()
	o.URL, o.UnsafeNoSync = u.String(), true
	db, err := pg.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db, p
}

var one = &pg.Statement{SQL: `SELECT 1`}

// lasting is a statement that waits for a lock which nobody gives.
var lasting = &pg.Statement{SQL: `SELECT pg_sleep(100)`}

func read(ctx context.Context, db *pg.DB, s *pg.Statement) error {
	var b pg.Batch
	b.Queue(s)
	return db.Read(ctx, &b)
}

// together has so many read at once and gives their errors.
func together(n int, read func() error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = read() })
	}
	wg.Wait()
	return errs
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if err != nil && fault.KindOf(err) != fault.Unavailable {
		t.Errorf("it is no unavailability: %v", err)
	}
}

// soon reads until it is answered.
func soon(t *testing.T, db *pg.DB) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := read(t.Context(), db, one)
		if err == nil {
			return
		}
		wantUnavailable(t, err)
		select {
		case <-late:
			t.Fatalf("it does not heal: %v", err)
		case <-tick.C:
		}
	}
}

// fill has every connection of the pool for reads stand.
func fill(t *testing.T, db *pg.DB, conns int32) {
	t.Helper()
	hold := make(chan struct{})
	var taken, done sync.WaitGroup
	for range conns {
		taken.Add(1)
		done.Go(func() {
			conn, err := db.ReadPool().Acquire(t.Context())
			taken.Done()
			if err != nil {
				t.Error(err)
				return
			}
			<-hold
			conn.Release()
		})
	}
	taken.Wait()
	close(hold)
	done.Wait()
}

// After a cut one request pays, not one for each connection: the first that
// breaks has the others thrown away.
func TestHeal_Cut_OneRequestPaysForAll(t *testing.T) {
	t.Parallel()
	const conns = 6
	db, p := throughProxy(t, pg.Options{ReadConns: conns, WriteConns: 1})
	fill(t, db, conns)
	p.Cut()
	failed := 0
	for range 4 * conns {
		err := read(t.Context(), db, one)
		wantUnavailable(t, err)
		if err != nil {
			failed++
			until(t, "the others' end", func() bool { return db.ReadPool().Stat().TotalConns() <= 1 })
		}
	}
	if failed > 1 {
		t.Errorf("%d requests failed for %d connections that were cut at once", failed, conns)
	}
}

func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-late:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

func TestHeal_Refused_IsUnavailableAtOnceAndHeals(t *testing.T) {
	t.Parallel()
	db, p := throughProxy(t, pg.Options{ReadConns: 4, WriteConns: 1})
	p.Refuse()
	p.Cut()
	failed := 0
	for _, err := range together(12, func() error { return read(t.Context(), db, one) }) {
		wantUnavailable(t, err)
		if err != nil {
			failed++
		}
	}
	if failed != 12 {
		t.Errorf("%d of 12 failed", failed)
	}
	p.Heal()
	soon(t, db)
}

// What a black hole swallowed is given up by itself: statements that wait for an
// answer, connections that rest, and those being made.
func TestHeal_BlackHole_TheDeadAreThrownAway(t *testing.T) {
	t.Parallel()
	const conns = 4
	db, p := throughProxy(t, pg.Options{ReadConns: conns, WriteConns: 1, StatementTimeout: 500 * time.Millisecond, ConnectTimeout: time.Second})
	fill(t, db, conns)
	p.BlackHole()
	before := p.Accepted()
	for _, err := range together(2*conns, func() error { return read(t.Context(), db, one) }) {
		if wantUnavailable(t, err); err == nil {
			t.Error("an answer came out of a black hole")
		}
	}
	p.Heal()
	soon(t, db)
	for _, err := range together(2*conns, func() error { return read(t.Context(), db, one) }) {
		if err != nil {
			t.Errorf("a dead connection was kept: %v", err)
		}
	}
	if p.Accepted() == before {
		t.Error("no connection was made anew")
	}
}

// A statement that its server lets run is not silence.
func TestHeal_SlowAnswers_AreWaitedFor(t *testing.T) {
	t.Parallel()
	db, p := throughProxy(t, pg.Options{ReadConns: 1, WriteConns: 1, StatementTimeout: time.Second})
	p.Delay(20*time.Millisecond, 100*time.Millisecond)
	before := p.Accepted()
	if err := read(t.Context(), db, one); err != nil {
		t.Errorf("slow: %v", err)
	}
	err := read(t.Context(), db, lasting)
	if pg.State(err) != "57014" {
		t.Errorf("the server's own word is %v", err)
	}
	if p.Accepted() != before {
		t.Error("a connection was thrown away")
	}
}

// Whoever said that it takes longer is waited for as well.
func TestHeal_Survey_MayTakeItsTime(t *testing.T) {
	t.Parallel()
	db, _ := throughProxy(t, pg.Options{ReadConns: 1, WriteConns: 1, StatementTimeout: 400 * time.Millisecond})
	long := &pg.Statement{SQL: `SELECT pg_sleep(1)`} // longer than the pool bears silence
	err := db.Survey(t.Context(), 10*time.Second, func(tx *pg.Tx) error {
		_, err := tx.Exec(t.Context(), long)
		tx.Later(long)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = db.InPlatform(t.Context(), func(tx *pg.Tx) error { tx.Later(long); return nil })
	if pg.State(err) != "57014" {
		t.Errorf("an ordinary statement of that length: %v", err)
	}
}

// A caller who goes away costs the connection, and no other one.
func TestHeal_CallersWhoGoAway_LeaveThePoolAlone(t *testing.T) {
	t.Parallel()
	const conns = 4
	db, p := throughProxy(t, pg.Options{ReadConns: conns, WriteConns: 1})
	fill(t, db, conns)
	before := p.Accepted()
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() { gone <- read(ctx, db, lasting) }()
	until(t, "the statement", func() bool { return db.ReadPool().Stat().AcquiredConns() == 1 })
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("gone: %v", err)
	}
	until(t, "the end of its connection", func() bool { return db.ReadPool().Stat().TotalConns() < conns })
	fill(t, db, conns)
	if n := p.Accepted() - before; n > 2 { // the word to the server that it may stop, and one in its place
		t.Errorf("%d connections were made anew", n)
	}
}

// A listener whose connection was lost in a black hole notices, and hears again.
func TestHeal_Changes_HearAgainAfterABlackHole(t *testing.T) {
	t.Parallel()
	db, p := throughProxy(t, pg.Options{ReadConns: 1, WriteConns: 2, StatementTimeout: time.Second})
	teller := pg.NewChanges(db, "test_changes", slog.New(slog.DiscardHandler))
	_, heard := ears(t, db)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { teller.Run(ctx, func(string) {}) })
	defer func() { cancel(); wg.Wait() }()
	faults := []func(){func() { p.Cut() }}
	if pgtest.Full() { // half a minute of listening to nothing
		faults = append(faults, p.BlackHole)
	}
	for _, fault := range faults {
		fault()
		if w := <-heard; w != pg.Everything { // what was told meanwhile is not known
			t.Errorf("heard %q", w)
		}
		p.Heal()
		late := time.After(patience)
		tick := time.NewTicker(50 * time.Millisecond)
		for word := ""; word != "shop"; {
			teller.Tell("shop")
			select {
			case word = <-heard:
			case <-tick.C:
			case <-late:
				t.Fatal("nothing is heard any more")
			}
		}
		tick.Stop()
		for len(heard) > 0 {
			<-heard
		}
	}
}
