package app_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/devstack"
	"github.com/omotenashi-connect/omotenashi/internal/faultproxy"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// Two hundred requests a second: so many who book and as many who look, each so often.
const (
	pressPeople = 10
	pressEvery  = 100 * time.Millisecond
)

// R13: the server is killed in the middle of its work, again and again.
// Customers who ask again with their key have what they were told of, once.
func TestProof_R13_ServerKilled_NothingLostNothingTwice(t *testing.T) {
	t.Parallel()
	rounds := pgtest.RoundsOfThree(0, 5, 30)
	if rounds == 0 { // each takes seconds
		return
	}
	s := newStage(t, 1)
	x := s.openShop("r13-salon", 10)
	if err := s.servers[0].stop(); err != nil {
		t.Fatal(err)
	}
	p, apart := s.serveApart(s.environ(true))
	front, err := faultproxy.Start(t.Context(), p.Site) // where clients find whichever process serves
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = front.Close() })
	s.servers[0] = &started{Addresses: app.Addresses{Site: front.Addr()}, log: &buffer{}}
	c := x.gather(pressPeople, pressEvery, true)
	var away []time.Duration
	for range rounds {
		c.wantServed(60)
		apart.wantQuiet(t)
		apart.kill(t)
		begun := clock.System{}.Now()
		p, apart = s.serveApart(s.environ(true))
		front.Retarget(p.Site)
		s.until("ready again", func() bool { return readyAt(t, p.Site) == 200 })
		away = append(away, clock.System{}.Now().Sub(begun).Round(time.Millisecond))
	}
	c.wantServed(60)
	c.wantWhole("R13")
	apart.wantQuiet(t)
	t.Logf("R13: %d kills; ready again after %v at most, %v in the middle", rounds, slices.Max(away), middle(away))
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// R15: PostgreSQL is killed, all its processes at once, under load, and comes
// back after a crash's recovery. What was acknowledged is there; nobody saw
// anything but that they should come again.
func TestProof_R15_PostgreSQLKilled_NothingLost_PoolHeals(t *testing.T) {
	t.Parallel()
	rounds := pgtest.RoundsOfThree(0, 3, 20)
	if rounds == 0 { // a server of its own that flushes to the disk takes seconds
		return
	}
	server := newCrashing(t)
	s := emptyStage(t, server.url)
	for i := range 2 {
		s.serve(s.environ(i == 0), app.Options{})
	}
	x := s.openShop("r15-salon", 10)
	c := x.gather(pressPeople, pressEvery, false)
	var away []time.Duration
	for range rounds {
		c.wantServed(60)
		before := c.unavailable()
		server.kill(s)
		s.until("those who were told to come again", func() bool { return c.unavailable() > before })
		server.start()
		begun := clock.System{}.Now()
		s.until("ready again", func() bool { return s.ready(0) == 200 && s.ready(1) == 200 })
		away = append(away, clock.System{}.Now().Sub(begun).Round(time.Millisecond))
	}
	c.wantServed(60)
	c.wantWhole("R15")
	t.Logf("R15: %d kills; ready again %v after the server at most, %v in the middle", rounds, slices.Max(away), middle(away))
}

// crashing is a PostgreSQL that keeps what it acknowledges, to be killed.
type crashing struct {
	t   *testing.T
	o   devstack.PostgresOptions
	p   *devstack.Postgres
	url string
}

func newCrashing(t *testing.T) *crashing {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	bin, err := devstack.FindBinaries(t.Context(), filepath.Join(cache, "omotenashi", "postgres"), nil)
	if err != nil {
		t.Fatal(err)
	}
	x := &crashing{t: t, o: devstack.PostgresOptions{Binaries: bin, DataDir: filepath.Join(t.TempDir(), "data"), StopWithParent: true}}
	x.start()
	t.Cleanup(func() {
		if err := x.p.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stop PostgreSQL: %v", err)
		}
	})
	x.o.Port = x.p.Port() // where its clients look for it
	if x.url, err = x.p.Database(t.Context(), "omotenashi"); err != nil {
		t.Fatal(err)
	}
	if err := pg.Migrate(t.Context(), x.url, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return x
}

// start starts it, again as long as its port is still taken by what was killed.
func (x *crashing) start() {
	x.t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		p, err := devstack.StartPostgres(x.t.Context(), x.o)
		if err == nil {
			x.p = p
			return
		}
		select {
		case <-late:
			x.t.Fatalf("PostgreSQL does not start again: %v", err)
		case <-tick.C:
		}
	}
}

// kill ends the server's first process and every other one, as a power cut would.
func (x *crashing) kill(s *stage) {
	x.t.Helper()
	rows, err := s.admin.Query(x.t.Context(), `SELECT pid FROM pg_stat_activity`)
	if err != nil {
		x.t.Fatal(err)
	}
	pids := []int{x.p.PID()}
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			x.t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if rows.Err() != nil {
		x.t.Fatal(rows.Err())
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL) // one of them may have ended
	}
	<-x.p.Done()
}
