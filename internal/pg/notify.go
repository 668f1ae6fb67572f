package pg

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Changes tells the other processes what this one has committed: after the
// commit, never within the transaction (a NOTIFY there costs two thirds of the
// commits), and gathered, so that a thousand writes are a few words. What is
// told is a hint: who hears nothing relies on the age of what it remembers.
type Changes struct {
	db      *DB
	channel string
	log     *slog.Logger
	self    string // leads this process's own words, which it need not hear

	mu      sync.Mutex
	pending map[string]struct{}
	wake    chan struct{}
}

const (
	// gather is how long words are gathered before they go out.
	gather = 50 * time.Millisecond
	// maxPending bounds what waits while the database is away; more is "everything".
	maxPending = 1000
	// Everything is the word that all may have changed.
	Everything = "*"
	// perCall is how many words go out in one statement.
	perCall = 100
)

// NewChanges makes a teller and listener of one channel; Run starts both.
func NewChanges(db *DB, channel string, log *slog.Logger) *Changes {
	return &Changes{db: db, channel: channel, log: log, self: rand.Text() + " ", pending: map[string]struct{}{}, wake: make(chan struct{}, 1)}
}

// Tell queues a word; it never blocks.
func (c *Changes) Tell(word string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pending) >= maxPending {
		clear(c.pending)
		word = Everything
	}
	c.pending[word] = struct{}{}
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run tells and listens until ctx ends. heard is called with each word of the
// other processes, and with Everything after a time in which words may have been
// missed. It must not block for long.
func (c *Changes) Run(ctx context.Context, heard func(word string)) {
	var wg sync.WaitGroup
	wg.Go(func() { c.tellAll(ctx) })
	wg.Go(func() { c.listenAll(ctx, heard) })
	wg.Wait()
}

func (c *Changes) tellAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			c.flush(context.WithoutCancel(ctx))
			return
		case <-c.wake:
		}
		if pause(ctx, gather) {
			c.flush(ctx)
		}
	}
}

func (c *Changes) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	words := make([]string, 0, len(c.pending))
	for w := range c.pending {
		words = append(words, w)
	}
	clear(c.pending)
	return words
}

var notify = Register("pg.notify", `SELECT pg_notify($1, $2::text || w) FROM unnest($3::text[]) AS w`)

// flush sends what waits. Words that cannot be sent are dropped: a database that
// is away serves nobody stale rows either, and listeners that reconnect forget all.
func (c *Changes) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	for words := c.take(); len(words) > 0; {
		n := min(perCall, len(words))
		var b Batch
		b.Queue(notify, c.channel, c.self, words[:n])
		if err := c.db.Write(ctx, &b); err != nil {
			c.log.WarnContext(ctx, "changes not told", "error", err)
			return
		}
		words = words[n:]
	}
}

func (c *Changes) listenAll(ctx context.Context, heard func(string)) {
	for ctx.Err() == nil {
		err := c.listen(ctx, heard)
		if ctx.Err() == nil {
			c.log.WarnContext(ctx, "listening for changes was interrupted", "error", err)
			heard(Everything)
			pause(ctx, time.Second)
		}
	}
}

// listen hears words on a connection of its own until it breaks.
func (c *Changes) listen(ctx context.Context, heard func(string)) error {
	cfg := c.db.write.Config().ConnConfig.Copy()
	cfg.Tracer = nil
	cfg.DialFunc = dialer.DialContext // it may be silent as long as nothing happens
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if err := asked(ctx, conn, "LISTEN "+pgx.Identifier{c.channel}.Sanitize()); err != nil {
		return err
	}
	heard(Everything) // what changed before the connection stood was not heard
	for {
		n, err := nextWord(ctx, conn)
		switch {
		case err != nil:
			return errors.Join(err, ctx.Err())
		case n == nil: // nothing happened for a while, or nothing came through
			if err := asked(ctx, conn, "SELECT"); err != nil {
				return err
			}
			continue
		}
		from, word, _ := strings.Cut(n.Payload, " ")
		if from+" " != c.self {
			heard(word)
		}
	}
}

// quietTime is after how much silence a listener asks whether the server is there.
const quietTime = 5 * time.Second

// nextWord waits for a word, and answers nil after the quiet time without one.
func nextWord(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	waiting, cancel := context.WithTimeout(ctx, quietTime)
	defer cancel()
	n, err := conn.WaitForNotification(waiting)
	if err != nil && ctx.Err() == nil && waiting.Err() != nil && !conn.IsClosed() {
		return nil, nil //nolint:nilnil // said above
	}
	return n, err
}

// asked runs a statement that takes no time.
func asked(ctx context.Context, conn *pgx.Conn, sql string) error {
	ctx, cancel := context.WithTimeout(ctx, defaultConnectTimeout)
	defer cancel()
	_, err := conn.Exec(ctx, sql)
	return err
}

// pause waits, and tells whether ctx still lasts.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
