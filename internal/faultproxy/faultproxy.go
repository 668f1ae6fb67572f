package faultproxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// dialTimeout bounds the connect to the target.
const dialTimeout = 3 * time.Second

// mode is what happens to bytes and new connections.
type mode uint8

const (
	forward mode = iota
	refuse
	swallow
)

// Proxy carries connections to one target. Its methods may be called from any
// goroutine.
type Proxy struct {
	listener net.Listener
	work     sync.WaitGroup

	mu       sync.Mutex
	target   string
	mode     mode
	toServer time.Duration
	toClient time.Duration
	changed  chan struct{} // closed and made anew when anything above changes
	links    map[*link]struct{}
	closed   bool
	accepted int
}

// Start listens on a free port of 127.0.0.1 and carries what comes to the
// target, host:port. It fails when no port can be had; the target is not asked
// before somebody connects.
func Start(ctx context.Context, target string) (*Proxy, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fault proxy: %w", err)
	}
	p := &Proxy{target: target, listener: l, changed: make(chan struct{}), links: map[*link]struct{}{}}
	p.work.Go(p.accept)
	return p, nil
}

// Addr is where it listens, host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Retarget has new connections carried to another address: that of a server that
// was started again.
func (p *Proxy) Retarget(target string) { p.change(func() { p.target = target }) }

// Live is how many connections it carries now, dead ones included.
func (p *Proxy) Live() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.links)
}

// Accepted is how many connections were ever carried, those refused left out.
func (p *Proxy) Accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Delay holds back what passes, by so much in each direction: each read of up
// to 32 KiB waits that long before it is written, so that a request and its
// answer take both delays. Zero is no delay.
func (p *Proxy) Delay(toServer, toClient time.Duration) {
	p.change(func() { p.toServer, p.toClient = toServer, toClient })
}

// Cut resets the connections that stand, both ends, and tells how many. New
// ones are treated as before.
func (p *Proxy) Cut() int {
	p.mu.Lock()
	links := make([]*link, 0, len(p.links))
	for x := range p.links {
		links = append(links, x)
	}
	p.mu.Unlock()
	for _, x := range links {
		x.reset()
	}
	return len(links)
}

// Refuse resets new connections as soon as they come; those that stand go on.
func (p *Proxy) Refuse() { p.change(func() { p.mode = refuse }) }

// BlackHole swallows whatever either side sends, on connections that stand and
// on new ones, which are taken but never answered. Nobody is told anything: a
// side that closes is not noticed by the other one before the hole is healed.
func (p *Proxy) BlackHole() {
	p.change(func() {
		p.mode = swallow
		for x := range p.links {
			x.dead = true
		}
	})
}

// Heal ends Refuse, BlackHole and Delay. Connections that were in the black hole
// stay dead, as those of a firewall that forgot them: they end when a side closes.
func (p *Proxy) Heal() {
	p.change(func() { p.mode, p.toServer, p.toClient = forward, 0, 0 })
}

// Close resets everything and returns when nothing of the proxy is left. It may
// be called twice.
func (p *Proxy) Close() error {
	p.mu.Lock()
	first := !p.closed
	p.mu.Unlock()
	p.change(func() { p.closed, p.mode = true, refuse })
	var err error
	if first {
		err = p.listener.Close()
	}
	p.Cut()
	p.work.Wait()
	return err
}

// change changes the state and wakes who waits for it.
func (p *Proxy) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // the client was gone already
		}
		p.take(conn)
	}
}

// take begins to carry a connection, unless new ones are refused.
func (p *Proxy) take(client net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == refuse {
		abort(client)
		return
	}
	x := &link{p: p, client: client, target: p.target, ended: make(chan struct{}), dead: p.mode == swallow}
	p.links[x] = struct{}{}
	p.accepted++
	p.work.Go(x.run)
}

func (p *Proxy) forget(x *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, x)
}

// abort closes with a reset instead of an ordinary end.
func abort(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
