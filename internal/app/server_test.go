package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"
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
