package faultproxy

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// chunk is how much is carried at once.
const chunk = 32 << 10

// link is one connection that is carried.
type link struct {
	p      *Proxy
	client net.Conn
	target string
	dead   bool // was in a black hole; under the proxy's lock

	mu     sync.Mutex
	server net.Conn // nil until the target has answered
	over   bool
	once   sync.Once
	ended  chan struct{} // closed by reset
}

// run carries until a side ends. The target is dialled also for a client in a
// black hole: it stands there like a connection that was lost on the way.
func (x *link) run() {
	defer x.p.forget(x)
	defer abort(x.client)
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	server, err := new(net.Dialer).DialContext(ctx, "tcp", x.target)
	cancel()
	if err != nil || !x.reaches(server) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { x.carry(server, x.client, true) })
	both.Go(func() { x.carry(x.client, server, false) })
	both.Wait()
}

// reaches keeps the connection to the target, unless the link was reset meanwhile.
func (x *link) reaches(server net.Conn) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.over {
		abort(server)
		return false
	}
	x.server = server
	return true
}

// reset breaks both sides.
func (x *link) reset() {
	x.once.Do(func() { close(x.ended) })
	x.mu.Lock()
	defer x.mu.Unlock()
	x.over = true
	abort(x.client)
	if x.server != nil {
		abort(x.server)
	}
}

// carry moves bytes one way until that side ends, then ends the other one.
func (x *link) carry(to, from net.Conn, toServer bool) {
	buf := make([]byte, chunk)
	for {
		n, err := from.Read(buf)
		if n > 0 && x.mayPass(toServer) {
			if _, werr := to.Write(buf[:n]); werr != nil {
				err = werr
			}
		}
		if err == nil {
			continue
		}
		x.outOfTheHole()
		if err == io.EOF { //nolint:errorlint // a connection's own, never wrapped
			_ = from.Close()
			_ = to.Close()
			return
		}
		x.reset()
		return
	}
}

// mayPass waits for the delay and tells whether the bytes are to go on.
func (x *link) mayPass(toServer bool) bool {
	x.p.mu.Lock()
	delay := x.p.toClient
	if toServer {
		delay = x.p.toServer
	}
	x.p.mu.Unlock()
	if delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-x.ended:
		}
	}
	x.p.mu.Lock()
	defer x.p.mu.Unlock()
	return !x.dead
}

// outOfTheHole returns when an end may be noticed: nothing leaves a black hole.
func (x *link) outOfTheHole() {
	for {
		x.p.mu.Lock()
		hole, changed := x.p.mode == swallow, x.p.changed
		x.p.mu.Unlock()
		if !hole {
			return
		}
		select {
		case <-changed:
		case <-x.ended:
			return
		}
	}
}
