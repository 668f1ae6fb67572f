package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Bounds of a connection. An answer may take as long as a statement may, several times over.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 20 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 90 * time.Second // longer than a balancer's, so that it is the one who closes
	maxHeaderBytes    = 32 << 10
	profileTimeout    = 3 * time.Minute // a CPU profile on the private listener
)

// server is a listener and what answers on it.
type server struct {
	name     string
	http     *http.Server
	l        net.Listener
	draining atomic.Bool
}

func listen(ctx context.Context, name, addr string, h http.Handler, log *slog.Logger, write time.Duration) (*server, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s address: %w", name, err)
	}
	s := &server{name: name, l: l, http: &http.Server{
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: write, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
	s.handle(h)
	return s, nil
}

// handle has requests answered by the handler; it is called before serve. While
// the server drains, each answer closes its connection. Connections that lie
// idle stay open until the end: closing them would reset the request that a
// balancer is sending on one just then.
func (s *server) handle(h http.Handler) {
	s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

// drain goes on serving for the delay, in which balancers notice that this
// process is not ready, and leave its connections one by one.
func (s *server) drain(ctx context.Context, delay time.Duration) {
	s.draining.Store(true)
	if delay <= 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (s *server) addr() string { return s.l.Addr().String() }

// serve answers until it is stopped; failed gets an error that nobody asked for.
func (s *server) serve(failed chan<- error) {
	if err := s.http.Serve(s.l); !errors.Is(err, http.ErrServerClosed) {
		failed <- fmt.Errorf("%s listener: %w", s.name, err)
	}
}

// stop takes no more connections and waits for the requests being answered;
// when ctx ends first they are cut off.
func (s *server) stop(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close()
		return fmt.Errorf("%s listener: requests did not end in time: %w", s.name, err)
	}
	return nil
}
