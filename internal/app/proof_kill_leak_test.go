package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/faultproxy"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// A program that was stopped has left nothing in its process: no goroutine, no
// open file, no connection, also after a storm. It is looked at in a process of
// its own, since the other tests' goroutines run in this one.
func TestProof_Leak_AStoppedProgramLeavesNothing(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // a process of its own takes seconds
		return
	}
	s := emptyStage(t, pgtest.NewURL(t))
	database, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	p := s.spawn(orders{Do: "leak", Environ: settingsOf(t, s.environ(true)), Proxy: database.Host, Storms: pgtest.RoundsOfThree(0, 2, 6)})
	var r leakReport
	if err := p.out.Decode(&r); err != nil {
		rest, _ := io.ReadAll(p.out.Buffered())
		t.Fatalf("no report: %v: %s", err, rest)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Error(err)
	}
	if r.Goroutines != "" {
		t.Errorf("left behind: %s", r.Goroutines)
	}
	if len(r.Files) > 0 {
		t.Errorf("open files: %q", r.Files)
	}
	if r.Served == 0 || r.Missed == 0 {
		t.Errorf("%d were served and %d were not: no storm", r.Served, r.Missed)
	}
	if first, last := r.AtRest[0], r.AtRest[len(r.AtRest)-1]; last.Goroutines > first.Goroutines+8 || last.Files > first.Files+8 {
		t.Errorf("it grows: at rest %+v", r.AtRest)
	}
	if n := s.count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'omotenashi'`); n != 0 {
		t.Errorf("%d connections are left", n)
	}
	t.Logf("leaks: %d requests served, %d told to come again; at rest after each of the storms: %v", r.Served, r.Missed, r.AtRest)
}

// leakReport is what the process found in itself.
type leakReport struct {
	Goroutines     string   // that were left when the program had stopped
	Files          []string // open then and not before
	Served, Missed int
	AtRest         []footprint // of the running program
}

// footprint is what a process holds.
type footprint struct{ Goroutines, Files, Connections int }

// leak runs the program twice, through storms, and reports what it left.
func (o orders) leak() error {
	proxy, err := faultproxy.Start(context.Background(), o.Proxy)
	if err != nil {
		return err
	}
	o.Environ["DATABASE_URL"] = strings.Replace(o.Environ["DATABASE_URL"], o.Proxy, proxy.Addr(), 1)
	var r leakReport
	if err := o.stormy(proxy, &r, 0); err != nil { // what is made once in a process is made now
		return err
	}
	known := goleak.IgnoreCurrent()
	files := openFiles()
	if err := o.stormy(proxy, &r, o.Storms); err != nil {
		return err
	}
	for range 10 { // each waits a little for what is about to end
		runtime.GC() // caches that nobody holds end their own goroutines then
		if err = goleak.Find(known); err == nil {
			break
		}
	}
	if err != nil {
		r.Goroutines = err.Error()
	}
	for _, f := range openFiles() {
		if !slices.Contains(files, f) {
			r.Files = append(r.Files, f)
		}
	}
	return errors.Join(json.NewEncoder(os.Stdout).Encode(r), proxy.Close())
}

// stormy runs the program through so many storms and stops it.
func (o orders) stormy(proxy *faultproxy.Proxy, r *leakReport, storms int) error {
	c, err := config.Load(o.Environ, nil)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- app.Serve(ctx, c, app.Options{
			Clock: clock.NewManual(o.Now), UnsafeNoSync: true, UnsafeHashing: cheap, Ready: func(a app.Addresses) { ready <- a.Site },
		})
	}()
	select {
	case site := <-ready:
		err = o.weather(proxy, site, r, storms)
	case err := <-ended:
		return err
	}
	cancel()
	return errors.Join(err, <-ended)
}

// weather is so many storms under requests, and calm after each.
func (o orders) weather(proxy *faultproxy.Proxy, site string, r *leakReport, storms int) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: patient}
	defer client.CloseIdleConnections()
	for i := range storms {
		for _, begin := range []func(){func() {}, func() { proxy.Cut() }, proxy.BlackHole, func() { proxy.Refuse(); proxy.Cut() }, proxy.Heal} {
			begin()
			served, missed, err := volley(client, site, 16)
			if r.Served, r.Missed = r.Served+served, r.Missed+missed; err != nil {
				return fmt.Errorf("storm %d: %w", i, err)
			}
		}
		client.CloseIdleConnections()
		at, err := calm(client, site, proxy)
		if err != nil {
			return err
		}
		r.AtRest = append(r.AtRest, at)
	}
	return nil
}

// volley asks for so many things that need the database, at once.
func volley(client *http.Client, site string, n int) (served, missed int, err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			status, e := get(client, "http://"+site+"/api/v1/public/businesses")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case e != nil:
				err = e
			case status == http.StatusOK:
				served++
			case status == http.StatusServiceUnavailable:
				missed++
			default:
				err = fmt.Errorf("status %d", status)
			}
		})
	}
	all.Wait()
	return served, missed, err
}

func get(client *http.Client, address string) (int, error) {
	resp, err := client.Get(address)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// calm waits until the program is ready and holds no more than in peace: its
// connections are those of its pools and its listener.
func calm(client *http.Client, site string, proxy *faultproxy.Proxy) (footprint, error) {
	const pools = 3*8 + 4 + 1 + 1 // generous: write, read, jobs, listener
	late := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		status, err := get(client, "http://"+site+"/readyz")
		f := footprint{Goroutines: runtime.NumGoroutine(), Files: len(openFiles()), Connections: proxy.Live()}
		if err == nil && status == http.StatusOK && f.Connections <= pools {
			return f, nil
		}
		select {
		case <-late:
			return f, fmt.Errorf("no calm: %d, %w; %+v", status, err, f)
		case <-tick.C:
		}
	}
}

// openFiles are the process's sockets and files, by what they are; nothing where
// the system does not tell.
func openFiles() []string {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if name, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && !strings.HasPrefix(name, "/proc/") {
			out = append(out, name)
		}
	}
	return out
}
