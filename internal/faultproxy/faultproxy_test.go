package faultproxy_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/faultproxy"
)

const patience = 20 * time.Second

// echo is a server that answers each line with itself, and a proxy before it.
func echo(t *testing.T) *faultproxy.Proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			})
		}
	})
	p, err := faultproxy.Start(t.Context(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := p.Close(); err != nil || p.Live() != 0 {
			t.Errorf("close again: %v, %d links", err, p.Live())
		}
		_ = l.Close()
		serving.Wait() // hangs when the proxy left a connection to the server behind
	})
	return p
}

type client struct {
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, p *faultproxy.Proxy) *client {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp4", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &client{c, bufio.NewReader(c)}
}

// says sends a line and gives what came back within the time.
func (c *client) says(line string, within time.Duration) (string, error) {
	if err := c.SetDeadline(time.Now().Add(within)); err != nil { //nolint:forbidigo // of a socket
		return "", err
	}
	if _, err := io.WriteString(c, line+"\n"); err != nil {
		return "", err
	}
	got, err := c.r.ReadString('\n')
	return strings.TrimSpace(got), err
}

func (c *client) wantEcho(t *testing.T, line string) {
	t.Helper()
	if got, err := c.says(line, patience); err != nil || got != line {
		t.Fatalf("%q came back as %q: %v", line, got, err)
	}
}

func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-late:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

func TestProxy_Carries_AndEndsWithEitherSide(t *testing.T) {
	t.Parallel()
	p := echo(t)
	a, b := dial(t, p), dial(t, p)
	a.wantEcho(t, "one")
	b.wantEcho(t, strings.Repeat("二", 100_000))
	a.wantEcho(t, "three")
	if p.Live() != 2 || p.Accepted() != 2 {
		t.Errorf("%d live of %d", p.Live(), p.Accepted())
	}
	_ = a.Close()
	until(t, "the end of the link", func() bool { return p.Live() == 1 })
	b.wantEcho(t, "four")
}

func TestProxy_Cut_ResetsWhatStands(t *testing.T) {
	t.Parallel()
	p := echo(t)
	a := dial(t, p)
	a.wantEcho(t, "one")
	if n := p.Cut(); n != 1 {
		t.Errorf("%d cut", n)
	}
	_, err := a.says("two", patience)
	for err == nil {
		_, err = a.says("two", patience)
	}
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("cut: %v", err)
	}
	dial(t, p).wantEcho(t, "three")
}

func TestProxy_Retarget_NewOnesGoElsewhere(t *testing.T) {
	t.Parallel()
	p, q := echo(t), echo(t)
	p.Retarget("127.0.0.1:1")
	wantNothing(t, p)
	p.Retarget(q.Addr())
	dial(t, p).wantEcho(t, "one")
	if q.Accepted() != 1 {
		t.Errorf("the other one carried %d", q.Accepted())
	}
}

func TestProxy_Refuse_NewOnesOnly(t *testing.T) {
	t.Parallel()
	p := echo(t)
	a := dial(t, p)
	a.wantEcho(t, "one")
	p.Refuse()
	wantNothing(t, p)
	a.wantEcho(t, "two")
	p.Heal()
	dial(t, p).wantEcho(t, "three")
}

// wantNothing connects, and is sent away at once or a little later.
func wantNothing(t *testing.T, p *faultproxy.Proxy) {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp4", p.Addr())
	if err != nil {
		return
	}
	defer c.Close()
	if got, err := io.ReadAll(c); err == nil {
		t.Errorf("let in: %q", got)
	}
}

func TestProxy_BlackHole_SwallowsAll_AndWhatWasInItStaysDead(t *testing.T) {
	t.Parallel()
	p := echo(t)
	old := dial(t, p)
	old.wantEcho(t, "one")
	p.BlackHole()
	within := dial(t, p) // is taken
	for name, c := range map[string]*client{"old": old, "new": within} {
		if got, err := c.says("lost", 30*time.Millisecond); !timedOut(err) {
			t.Errorf("%s connection: %q, %v", name, got, err)
		}
	}
	p.Heal()
	for name, c := range map[string]*client{"old": old, "new": within} {
		if got, err := c.says("late", 30*time.Millisecond); !timedOut(err) {
			t.Errorf("%s connection after healing: %q, %v", name, got, err)
		}
	}
	dial(t, p).wantEcho(t, "two")
	_ = old.Close()
	_ = within.Close()
	until(t, "the end of the dead", func() bool { return p.Live() <= 1 })
}

func TestProxy_InABlackHole_NobodyNoticesAnEnd(t *testing.T) {
	t.Parallel()
	p := echo(t)
	a := dial(t, p)
	a.wantEcho(t, "one")
	p.BlackHole()
	_ = a.Close()
	dial(t, p)
	until(t, "the other one", func() bool { return p.Accepted() == 2 })
	if p.Live() != 2 {
		t.Errorf("%d links", p.Live())
	}
	p.Heal()
	until(t, "the end of the dead", func() bool { return p.Live() == 1 })
}

func timedOut(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

func TestProxy_Delay_HoldsBackBothWays(t *testing.T) {
	t.Parallel()
	p := echo(t)
	a := dial(t, p)
	p.Delay(time.Hour, 0)
	if got, err := a.says("one", 30*time.Millisecond); !timedOut(err) {
		t.Errorf("%q, %v", got, err)
	}
	b := dial(t, p)
	p.Delay(5*time.Millisecond, 5*time.Millisecond)
	b.wantEcho(t, "two")
	p.Cut() // what is held back does not hold back the end
}

// Whatever is switched while clients come and go, nothing is left behind.
func TestProxy_UnderChange_LeavesNothing(t *testing.T) {
	t.Parallel()
	p := echo(t)
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				c, err := new(net.Dialer).DialContext(t.Context(), "tcp4", p.Addr())
				if err != nil {
					continue
				}
				x := &client{c, bufio.NewReader(c)}
				_, _ = x.says("hello", 2*time.Millisecond)
				_ = c.Close()
			}
		})
	}
	for range 20 {
		p.BlackHole()
		p.Refuse()
		p.Delay(time.Millisecond, 0)
		p.Cut()
		p.Heal()
		dial(t, p).wantEcho(t, "between")
	}
	close(stop)
	clients.Wait()
	p.Cut()
	until(t, "the end of all", func() bool { return p.Live() == 0 })
}
