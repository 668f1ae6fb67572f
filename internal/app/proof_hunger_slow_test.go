package app_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// slowCrowd are clients that hold their connections by hardly using them.
type slowCrowd struct {
	conns []net.Conn
	stop  context.CancelFunc
	done  sync.WaitGroup
}

// slowWays are how: a header that never ends, a body of which a byte comes now
// and then, and answers that are asked for and not read.
func (x *shop) slowWays() []func(net.Conn) (drip string, err error) {
	head := func(method, path string) string {
		return fmt.Sprintf("%s /api/v1%s HTTP/1.1\r\nHost: slow.example\r\n", method, path)
	}
	long := head("GET", x.site(fmt.Sprintf("/availability?service_id=%s&from=%s&to=%s", x.service, x.day(1), x.day(31)))) + "\r\n"
	return []func(net.Conn) (string, error){
		func(c net.Conn) (string, error) {
			_, err := io.WriteString(c, head("GET", x.site("")))
			return "X-A: b\r\n", err
		},
		func(c net.Conn) (string, error) {
			_, err := io.WriteString(c, head("POST", x.site("/bookings"))+"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
			return " ", err
		},
		func(c net.Conn) (string, error) {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetReadBuffer(1 << 10)
			}
			_, err := io.WriteString(c, strings.Repeat(long, 10))
			return "", err
		},
	}
}

// crowd connects so many slow clients to the server and has them drip until it is stopped.
func (x *shop) crowd(n, server int) *slowCrowd {
	x.t.Helper()
	ctx, cancel := context.WithCancel(x.t.Context())
	k := &slowCrowd{stop: cancel}
	ways := x.slowWays()
	drips := make([]string, n)
	for i := range n {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", x.servers[server].Site)
		if err != nil {
			x.t.Fatal(err)
		}
		k.conns = append(k.conns, conn)
		if drips[i], err = ways[i%len(ways)](conn); err != nil {
			x.t.Fatal(err)
		}
	}
	k.done.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			for i, c := range k.conns {
				_, _ = io.WriteString(c, drips[i]) // the server may have had enough of it
			}
		}
	})
	return k
}

// leave ends them.
func (k *slowCrowd) leave() {
	k.stop()
	k.done.Wait()
	for _, c := range k.conns {
		_ = c.Close()
	}
}

// Hunger, first: five hundred clients that send and read next to nothing take
// nothing away from the others.
func TestProof_Hunger_SlowClients_StarveNobody(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // class C
		return
	}
	s := newStage(t, 1)
	x := s.openShop("patient-salon", 1)
	n := 500
	k := x.crowd(n, 0)
	defer k.leave()
	traffic := newTraffic(t, "http://"+s.servers[0].Site, x.everyday())
	ctx, cancel := context.WithCancel(t.Context())
	sent := make(chan int, 1)
	go func() { sent <- traffic.run(ctx, 100) }()
	waitFor(t, "answers beside slow clients", func() bool { return traffic.count("") >= 800 })
	cancel()
	t.Logf("Hunger: %d requests beside %d slow clients: %s", <-sent, n, traffic.told())
	traffic.wantNoFault(t)
	traffic.wantBooked(s)
	if traffic.count("POST 201") == 0 || traffic.count("GET 200") == 0 || traffic.count("GET 4") != 0 {
		t.Errorf("beside %d slow clients: %s", n, traffic.told())
	}
}
