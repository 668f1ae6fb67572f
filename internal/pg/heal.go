package pg

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A network that swallows what is sent tells nobody: a connection lost in it looks
// open for as long as the kernels are patient, which is minutes to hours. So
// silence is bounded here, and one connection that broke puts the pool's others
// under suspicion: all that are as old are thrown away together, instead of one
// request after the other finding out.

const (
	// defaultConnectTimeout bounds a connection's making, and the wait for the first byte on it.
	defaultConnectTimeout = 3 * time.Second
	// pingTimeout is how long a connection that rested may take to show that it lives.
	pingTimeout = time.Second
	// lastWords is how long a connection that was given up may take to say so politely:
	// its place in the pool is taken until then.
	lastWords = time.Second
)

// Keys of a connection's own notes.
const (
	noteEpoch     = "omotenashi.epoch"     // which of the pool's generations it belongs to
	noteAbandoned = "omotenashi.abandoned" // its caller went away: that it broke says nothing
)

// errSilent is the end of a connection whose other side did not answer in time.
var errSilent = errors.New("PostgreSQL was silent for too long")

// healer throws a pool's connections away when one of them broke.
type healer struct {
	pool  atomic.Pointer[pgxpool.Pool]
	epoch atomic.Int64
}

// configure has the pool watched. connect is the longest wait for a connection,
// silence that for a byte of an answer: more than the server may take for a statement.
func (h *healer) configure(cfg *pgxpool.Config, connect, silence time.Duration) {
	cfg.PingTimeout = min(pingTimeout, connect)
	cfg.ConnConfig.ConnectTimeout = connect
	cfg.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return dialWatched(ctx, network, addr, connect, silence)
	}
	cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		conn.PgConn().CustomData()[noteEpoch] = h.epoch.Load()
		return readUTC(ctx, conn)
	}
	cfg.BeforeClose = h.retired
}

// retired is told of every connection that leaves the pool.
func (h *healer) retired(conn *pgx.Conn) {
	notes := conn.PgConn().CustomData()
	if !conn.IsClosed() || notes[noteAbandoned] != nil { // too old, or not needed; or its caller's doing
		return
	}
	epoch, ok := notes[noteEpoch].(int64)
	pool := h.pool.Load()
	if ok && pool != nil && h.epoch.CompareAndSwap(epoch, epoch+1) {
		pool.Reset()
	}
}

// noteEnd notes on a connection that a statement's caller went away meanwhile.
func noteEnd(conn *pgx.Conn, err error) {
	if err != nil && errors.Is(err, context.Canceled) && conn.IsClosed() {
		conn.PgConn().CustomData()[noteAbandoned] = true
	}
}

// dialer notices in about half a minute that a machine is gone.
var dialer = net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}

func dialWatched(ctx context.Context, network, addr string, connect, silence time.Duration) (net.Conn, error) {
	conn, err := dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	w := &watched{Conn: conn, connect: connect}
	w.silence.Store(int64(silence))
	w.timer = time.AfterFunc(connect, w.giveUp)
	w.timer.Stop()
	return w, nil
}

// watched is a connection on which a read that gets nothing for too long closes
// it. Nobody reads from it without waiting for an answer.
type watched struct {
	net.Conn
	timer   *time.Timer // runs during a read
	connect time.Duration

	silence atomic.Int64 // the longest wait for an answer, in nanoseconds
	heard   atomic.Bool  // something came
	ending  atomic.Bool  // a deadline was set: the driver gives it up
	silent  atomic.Bool  // and it was closed for that
}

func (w *watched) giveUp() {
	w.silent.Store(true)
	_ = w.Conn.Close()
}

// Read is net.Conn's; errSilent is no timeout, which the driver would bear.
func (w *watched) Read(b []byte) (int, error) {
	w.timer.Reset(w.patience())
	n, err := w.Conn.Read(b)
	w.timer.Stop()
	if n > 0 {
		w.heard.Store(true)
	}
	if err != nil && w.silent.Load() {
		err = fmt.Errorf("%w: %w", errSilent, net.ErrClosed)
	}
	return n, err
}

func (w *watched) patience() time.Duration {
	switch {
	case w.ending.Load():
		return min(lastWords, w.connect)
	case !w.heard.Load():
		return w.connect
	}
	return time.Duration(w.silence.Load())
}

// SetDeadline is net.Conn's. The driver sets one when a caller's time is over,
// and afterwards waits for the server's last words.
func (w *watched) SetDeadline(t time.Time) error {
	w.ending.Store(!t.IsZero())
	return w.Conn.SetDeadline(t)
}

// patient has a connection wait longer for its answers until the answered
// function is called.
func patient(conn *pgx.Conn, silence time.Duration) (undo func()) {
	inner := conn.PgConn().Conn()
	if t, ok := inner.(*tls.Conn); ok {
		inner = t.NetConn()
	}
	w, ok := inner.(*watched)
	if !ok {
		return func() {}
	}
	before := w.silence.Swap(int64(silence))
	return func() { w.silence.Store(before) }
}
