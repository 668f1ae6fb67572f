package app

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

const patience = 20 * time.Second

// holding is a server whose requests last until they are let go.
func holding(t *testing.T) (*server, chan struct{}, chan string) {
	t.Helper()
	begun, let, answered := make(chan struct{}), make(chan struct{}), make(chan string, 1)
	s, err := listen(t.Context(), "test", "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-let
		_, _ = io.WriteString(w, "done")
	}), slog.New(slog.DiscardHandler), writeTimeout)
	if err != nil {
		t.Fatal(err)
	}
	go s.serve(make(chan error, 1))
	go func() {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Get("http://" + s.addr())
		if err != nil {
			answered <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		answered <- string(body)
	}()
	<-begun
	return s, let, answered
}

func TestServer_Stop_WaitsForRequestsBeingAnswered(t *testing.T) {
	t.Parallel()
	s, let, answered := holding(t)
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop(t.Context()) }()
	select {
	case err := <-stopped:
		t.Fatalf("it stopped in the middle of a request: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(let)
	if got := <-answered; got != "done" {
		t.Errorf("the request got %q", got)
	}
	select {
	case err := <-stopped:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("it did not stop")
	}
}

func TestServer_Stop_EndsInTime(t *testing.T) {
	t.Parallel()
	s, let, answered := holding(t)
	defer close(let)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.stop(ctx); err == nil {
		t.Error("requests were cut off without an error")
	}
	if got := <-answered; got == "done" {
		t.Error("the request was answered")
	}
}

func TestReachable_IsWhatABrowserCanOpen(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:80": "127.0.0.1:80", "0.0.0.0:80": "localhost:80", "[::]:80": "localhost:80", "[::1]:80": "[::1]:80", "192.168.0.2:1": "192.168.0.2:1",
	} {
		if got := reachable(addr); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

// A balancer that did not notice yet may be sending on any of its idle
// connections: none is closed under it, and each answer says that it is the last.
func TestServer_Drain_LeavesIdleConnections_AndClosesThemWithAnAnswer(t *testing.T) {
	t.Parallel()
	s, err := listen(t.Context(), "test", "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "done")
	}), slog.New(slog.DiscardHandler), writeTimeout)
	if err != nil {
		t.Fatal(err)
	}
	go s.serve(make(chan error, 1))
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(clock.System{}.Now().Add(patience))
	read := bufio.NewReader(conn)
	ask := func() *http.Response {
		t.Helper()
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: test\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(read, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "done" {
			t.Fatalf("%q, %v", body, err)
		}
		return resp
	}
	if ask().Close { //nolint:bodyclose // ask closes it
		t.Error("the connection is closed before the drain")
	}
	s.drain(t.Context(), 0)
	if !ask().Close { //nolint:bodyclose // ask closes it
		t.Error("a draining server keeps the connection for more")
	}
	if _, err := read.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last answer: %v", err)
	}
	if err := s.stop(t.Context()); err != nil {
		t.Error(err)
	}
}
