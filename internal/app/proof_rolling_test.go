package app_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// balancer shares requests out among the servers that say they are ready. It
// repeats nothing: what a server breaks off, the client sees as 502.
type balancer struct {
	*httptest.Server
	proxy  *httputil.ReverseProxy
	resets atomic.Int64 // requests that a server did not answer
	turn   atomic.Int64

	mu      sync.Mutex
	servers []*balanced
}

type balanced struct {
	address string
	ready   atomic.Bool // said so when it was last heard
	alive   atomic.Bool // takes connections
}

// readyLook is how often the balancer asks a server whether it is ready.
const readyLook = 20 * time.Millisecond

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	b.proxy = &httputil.ReverseProxy{
		Transport: unrepeated{transport},
		Rewrite: func(r *httputil.ProxyRequest) {
			target, _ := r.In.Context().Value(balancedKey{}).(string)
			r.SetURL(&url.URL{Scheme: "http", Host: target})
		},
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			b.resets.Add(1)
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	}
	b.Server = httptest.NewServer(http.HandlerFunc(b.share))
	t.Cleanup(func() {
		b.Close()
		transport.CloseIdleConnections()
	})
	return b
}

type balancedKey struct{}

// share gives the request to the ready servers in turn; to all that live where
// none says it is ready, as balancers do.
func (b *balancer) share(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	var ready, alive []*balanced
	for _, s := range b.servers {
		if s.ready.Load() {
			ready = append(ready, s)
		}
		if s.alive.Load() {
			alive = append(alive, s)
		}
	}
	b.mu.Unlock()
	if len(ready) == 0 {
		ready = alive
	}
	if len(ready) == 0 {
		http.Error(w, "no server is ready", http.StatusBadGateway)
		return
	}
	s := ready[b.turn.Add(1)%int64(len(ready))]
	b.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), balancedKey{}, s.address)))
}

// add has the server take part as soon as it is ready, and as long as it is; the
// answered function forgets it.
func (b *balancer) add(t *testing.T, address string) (*balanced, func()) {
	t.Helper()
	s := &balanced{address: address}
	b.mu.Lock()
	b.servers = append(b.servers, s)
	b.mu.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 2 * time.Second}
		tick := time.NewTicker(readyLook)
		defer tick.Stop()
		for ctx.Err() == nil {
			s.look(ctx, client)
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	}()
	return s, cancel
}

// look asks a server whether it is ready. One that is slow to tell is what it was.
func (s *balanced) look(ctx context.Context, client *http.Client) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+"/readyz", nil)
	if err != nil {
		return
	}
	resp, err := client.Do(r)
	if err != nil {
		if refused := errors.Is(err, syscall.ECONNREFUSED); refused {
			s.ready.Store(false)
			s.alive.Store(false)
		}
		return
	}
	_ = resp.Body.Close()
	s.alive.Store(true)
	s.ready.Store(resp.StatusCode == http.StatusOK)
}

// fleet is servers behind a balancer.
type fleet struct {
	*stage
	*balancer
	drain time.Duration
	crew  []*crewed
}

type crewed struct {
	*started
	*balanced
	forget func()
}

// launch starts a server and waits until the balancer sends it requests.
func (f *fleet) launch() *crewed {
	f.stage.t.Helper()
	environ := f.environ(true)
	environ["OMOTENASHI_DRAIN_DELAY"] = f.drain.String()
	p := start(f.stage.t, settings(f.stage.t, environ), func(ctx context.Context, c config.Config, o app.Options) error {
		o.Clock = f.clock
		return app.Serve(ctx, c, o)
	})
	b, forget := f.add(f.stage.t, p.Site)
	f.until("a new server is ready", b.ready.Load)
	return &crewed{p, b, forget}
}

// until waits for what must come.
func (s *stage) until(what string, come func() bool) {
	s.t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !come() {
		select {
		case <-late:
			s.t.Fatalf("never came: %s", what)
		case <-tick.C:
		}
	}
}

// replace stops a server as a deployment does, and starts another in its place.
func (f *fleet) replace(i int) {
	f.stage.t.Helper()
	old := f.crew[i]
	if err := old.stop(); err != nil {
		f.stage.t.Errorf("stop: %v", err)
	}
	if old.ready.Load() {
		f.stage.t.Error("a server ended before the balancer knew")
	}
	old.forget()
	old.ready.Store(false)
	old.alive.Store(false)
	f.crew[i] = f.launch()
}

func TestProof_R25_RollingRestarts_UnderLoad_NobodyNotices(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // class C
		return
	}
	s := newStage(t, 1)
	x := s.openShop("rolling-salon", 4)
	f := &fleet{stage: s, balancer: newBalancer(t), drain: time.Second}
	f.crew = []*crewed{f.launch(), f.launch()}

	traffic := newTraffic(t, f.URL, x.everyday())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began := clock.System{}.Now()
	sent := make(chan int, 1)
	go func() { sent <- traffic.run(ctx, 300) }()
	restarts := 10
	for i := range restarts {
		f.until("requests between two restarts", func() bool { return traffic.count("") >= (i+1)*20 })
		f.replace(i % 2)
	}
	cancel()
	n := <-sent
	t.Logf("R25: %d requests at %.0f a second over %d restarts of two servers: %s; %d resets",
		n, float64(n)/clock.System{}.Now().Sub(began).Seconds(), restarts, traffic.told(), f.resets.Load())
	traffic.wantNoFault(t)
	traffic.wantBooked(s)
	if f.resets.Load() != 0 || traffic.count("POST 201") == 0 || traffic.count("GET 200") == 0 || traffic.count("GET 4") != 0 {
		t.Errorf("%d resets; %s", f.resets.Load(), traffic.told())
	}
	for _, c := range f.crew {
		if err := c.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
}
