package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/crypto/argon2"
)

// helpers are what this binary is when -as names one: processes of the bench
// that must not share this one's heap and scheduler.
var helpers = map[string]func(context.Context) error{"ceiling": serveCeiling, "writer": serveWriter}

// A ceiling is a process with a bare net/http server: the least that any program
// on it costs.
type ceiling struct{ *process }

// An answer is what the bare server says to every request.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

func startCeiling(ctx context.Context, dir string) (*ceiling, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p, err := spawn(ctx, dir, "ceiling", nil, self, "-as", "ceiling")
	if err != nil {
		return nil, err
	}
	return &ceiling{p}, nil
}

// say makes the bare server answer every request so from now on.
func (c *ceiling) say(ctx context.Context, a answer) error {
	_, err := call(ctx, c.addr, http.MethodPut, "/answer", a, "")
	return err
}

// hashes is how many bare argon2id hashes all cores make in a second.
func (c *ceiling) hashes(ctx context.Context, d time.Duration) (float64, error) {
	a, err := call(ctx, c.addr, http.MethodPost, "/hashes", d, "")
	if err != nil {
		return 0, err
	}
	var perSecond float64
	return perSecond, json.Unmarshal(a.Body, &perSecond)
}

// serveCeiling is the process of a ceiling.
func serveCeiling(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	var said atomic.Pointer[answer]
	said.Store(&answer{Status: http.StatusNotFound})
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /answer", func(w http.ResponseWriter, r *http.Request) {
		var a answer
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		said.Store(&a)
	})
	mux.HandleFunc("POST /hashes", hashAway)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		a := said.Load()
		if r.ContentLength != 0 {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		h := w.Header()
		maps.Copy(h, a.Header)
		w.WriteHeader(a.Status)
		_, _ = w.Write(a.Body)
	})
	return serve(ctx, mux)
}

// serve listens on a free port, says which, and answers until ctx ends.
func serve(ctx context.Context, h http.Handler) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf(`{"msg":"ready","addr":%q}`+"\n", l.Addr())
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// hashAway hashes on all cores for as long as it is asked, in nanoseconds, and
// answers how many a second it came to.
func hashAway(w http.ResponseWriter, r *http.Request) {
	var d time.Duration
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var n atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for time.Since(began) < d {
				argon2.IDKey([]byte(passphrase), []byte("a salt of 16 by."), 2, 19*1024, 1, 32)
				n.Add(1)
			}
		})
	}
	wg.Wait()
	_ = json.NewEncoder(w).Encode(float64(n.Load()) / time.Since(began).Seconds())
}
