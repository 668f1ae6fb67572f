package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// slowClient sends and reads when it is let, and tells when it is waited for.
type slowClient struct {
	*httptest.ResponseRecorder
	body         io.Reader
	waited, goOn chan struct{}
}

func (c *slowClient) pause() {
	if c.waited != nil {
		c.waited <- struct{}{}
		<-c.goOn
	}
}

func (c *slowClient) Read(p []byte) (int, error) {
	c.pause()
	return c.body.Read(p)
}

func (c *slowClient) Write(p []byte) (int, error) {
	c.pause()
	return c.ResponseRecorder.Write(p)
}

func (*slowClient) Close() error { return nil }

// However many clients send or read a byte a second: they hold no place of those
// who are answered.
func TestSlowClients_HoldNoPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Limits.InFlight = 1 })
	for name, x := range map[string]struct {
		target string
		client func(c *slowClient) (http.ResponseWriter, io.Reader)
	}{
		"slow to send": {"/api/v1/public/small", func(c *slowClient) (http.ResponseWriter, io.Reader) { return c.ResponseRecorder, c }},
		"slow to read": {"/api/v1/public/things", func(c *slowClient) (http.ResponseWriter, io.Reader) { return c, c.body }},
	} {
		const many = 8
		waited, goOn := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		for range many {
			c := &slowClient{ResponseRecorder: httptest.NewRecorder(), body: strings.NewReader(`{"name":"ab"}`), waited: waited, goOn: goOn}
			w, body := x.client(c)
			r := httptest.NewRequest("POST", x.target, body)
			r.Header.Set("Content-Type", "application/json")
			wg.Go(func() {
				b.ServeHTTP(w, r)
				if c.Code >= 300 {
					t.Errorf("%s: %d %s", name, c.Code, c.Body)
				}
			})
			<-waited
		}
		if w := b.ask("GET", "/api/v1/public/raw", ""); w.Code != http.StatusOK {
			t.Errorf("beside %d clients %s: %d %s", many, name, w.Code, w.Body)
		}
		go func() {
			for range waited { // they may wait more than once
			}
		}()
		close(goOn)
		wg.Wait()
		close(waited)
		if n := b.inFlight.Load(); n != 0 {
			t.Errorf("%s: %d places are held by nobody", name, n)
		}
	}
}
