package notify

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

func runner(db *pg.DB, s *Service) *jobs.Runner {
	r := jobs.NewRunner(jobs.Options{
		DB: db, Log: slog.New(slog.DiscardHandler), Poll: 20 * time.Millisecond, Workers: map[jobs.Queue]int{jobs.Messages: 4},
		Timeout: 500 * time.Millisecond, RescueAfter: 700 * time.Millisecond,
		Backoff: func(int) time.Duration { return time.Millisecond },
	})
	jobs.Add(r, s.Work)
	return r
}

const waitFor = 60 * time.Second

// waitFates waits until every message has a fate, and counts them by status.
func waitFates(t *testing.T, b *bench) map[string]int {
	t.Helper()
	deadline := time.After(waitFor)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		counts := map[string]int{}
		var rows []struct {
			Status string `db:"status"`
			N      int    `db:"n"`
		}
		var batch pg.Batch
		pg.Collect(batch.Queue(countFates, b.business), &rows)
		if err := b.db.ReadTenant(t.Context(), b.business, &batch); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			counts[r.Status] = r.N
		}
		if counts["queued"]+counts["sending"] == 0 {
			return counts
		}
		select {
		case <-deadline:
			t.Fatalf("still %v", counts)
		case <-tick.C:
		}
	}
}

var countFates = pg.Register("notify_test.fates", `SELECT status, count(*)::int AS n FROM messages WHERE business_id = $1 GROUP BY status`)

func TestWorker_TriesAgain_UntilAcceptedOrUnsureTwice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answers []error
		mails   int
		want    messageFate
	}{
		{"refused for now twice", []error{refusedForNow, refusedForNow}, 3, messageFate{Status: "sent", Attempts: 3, Dated: true}},
		{"unsure once", []error{unsure}, 2, messageFate{Status: "sent", Attempts: 2, Unsure: 1, Dated: true}},
		{"unsure, refused, unsure", []error{unsure, refusedForNow, unsure}, 3, messageFate{Status: "failed", Attempts: 4, Unsure: 2, LastError: "outcome unknown twice"}},
		{"refused for good", []error{refusedForNow, refusedForGood}, 2, messageFate{Status: "failed", Attempts: 2, LastError: "mail: recipient 550"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, test.answers...)
			a := b.queue(t, booking.EventConfirmed)
			r := runner(b.db, b.Service)
			if err := r.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			waitFates(t, b)
			if err := r.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			b.checkFate(t, a, test.want)
			if len(b.sender.sent) != test.mails {
				t.Errorf("%d mails, want %d", len(b.sender.sent), test.mails)
			}
		})
	}
}

func TestWorker_MessagesOfOneBooking_GoOutInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, refusedForNow)
	events := []string{booking.EventRequested, booking.EventConfirmed, booking.EventRescheduled, booking.EventLink}
	for _, e := range events {
		b.queue(t, e)
	}
	o := b.o
	o.Clock = clock.System{} // patience is measured from when the messages were made
	r := runner(b.db, New(o))
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if fates := waitFates(t, b); fates["sent"] != len(events) {
		t.Errorf("fates %v", fates)
	}
	if err := r.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	want := []string{"受け付けました", "受け付けました", "承りました", "変更しました", "リンク"} // the first one is refused once
	if len(b.sender.sent) != len(want) {
		t.Fatalf("%d mails", len(b.sender.sent))
	}
	for i, m := range b.sender.sent {
		if !strings.Contains(m.Subject, want[i]) {
			t.Errorf("mail %d is %q, want one with %s", i, m.Subject, want[i])
		}
	}
}

func TestWork_DoesNotWaitForOneThatHangs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.queue(t, booking.EventConfirmed)
	later := b.queue(t, booking.EventCancelled)
	b.o.Clock = clock.System{}
	if err := b.Work(t.Context(), later); err == nil || len(b.sender.sent) != 0 {
		t.Fatalf("it did not wait: %v, %d mails", err, len(b.sender.sent))
	}
	b.checkFate(t, later, messageFate{Status: "queued"})
	b.execTenant(t, "UPDATE messages SET created_at = created_at - interval '1 day' WHERE business_id = $1 AND event = 'booking.confirmed'", b.business)
	if err := b.Work(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	b.checkFate(t, later, messageFate{Status: "sent", Attempts: 1, Dated: true})
}

// What the test binary needs to play a worker that is killed.
const (
	envWorkerURL  = "NOTIFY_TEST_WORKER_URL"
	envWorkerPort = "NOTIFY_TEST_WORKER_PORT"
)

// TestMain lets the test binary play a worker.
func TestMain(m *testing.M) {
	if url := os.Getenv(envWorkerURL); url != "" {
		fmt.Fprintln(os.Stderr, playWorker(url, os.Getenv(envWorkerPort)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// playWorker works until it is killed.
func playWorker(url, port string) error {
	ctx := context.Background()
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	db, err := pg.Open(ctx, pg.Options{URL: url, UnsafeNoSync: true})
	if err != nil {
		return err
	}
	sender, err := email.NewSMTP(email.Options{Host: "127.0.0.1", Port: n, TLS: "none", From: "a@example.jp", Timeout: time.Second})
	if err != nil {
		return err
	}
	o := forTexts().o
	o.DB, o.Sender, o.Log = db, sender, slog.New(slog.DiscardHandler)
	if err := runner(db, New(o)).Start(ctx); err != nil {
		return err
	}
	select {}
}

// R14 in small: workers that are killed again and again lose nothing, and send
// nothing more than twice.
func TestWorker_KilledWhileSending_NoneMissing_NoneMoreThanTwice(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // processes that are killed take their time to be missed
		return
	}
	messages, kills := pgtest.Rounds(120, 2000), pgtest.Rounds(4, 20)
	url := pgtest.NewURL(t)
	b := &bench{db: pgtest.Open(t, url)}
	b.business, b.booking = seed(t, b.db, "hanako@example.jp")
	counter := countMails(t)
	for range messages {
		b.queue(t, booking.EventConfirmed)
	}
	for k := range kills {
		worker := startWorker(t, url, counter.port)
		counter.waitFor(t, (k+1)*messages/(kills+2))
		if err := worker.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = worker.Wait()
		// The dead one was the leader; its term ends by itself in some seconds, here at once.
		if _, err := b.db.WritePool().Exec(t.Context(), "DELETE FROM river_leader"); err != nil {
			t.Fatal(err)
		}
	}
	worker := startWorker(t, url, counter.port)
	fates := waitFates(t, b)
	if err := worker.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = worker.Wait()
	counter.mu.Lock()
	defer counter.mu.Unlock()
	twice := 0
	for mid, n := range counter.byID {
		if n > 2 {
			t.Errorf("message %s was sent %d times", mid, n)
		}
		twice += n - 1
	}
	missing := messages - len(counter.byID)
	if missing > 0 || fates["sent"]+fates["failed"] != messages || fates["failed"] > twice {
		t.Errorf("%d missing; fates %v; %d sent twice", missing, fates, twice)
	}
	t.Logf("%d messages, %d kills: %d sent twice, fates %v", messages, kills, twice, fates)
}

func startWorker(t *testing.T, url string, port int) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envWorkerURL+"="+url, envWorkerPort+"="+strconv.Itoa(port))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

// countMails runs a mail server that accepts everything and counts it.
func countMails(t *testing.T) *counting {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	c := &counting{byID: map[string]int{}, more: make(chan struct{}, 1)}
	c.port, _ = strconv.Atoi(port)
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return accepting{c}, nil }))
	server.Domain = "localhost"
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return c
}

type accepting struct{ *counting }

func (accepting) Reset()                               {}
func (accepting) Logout() error                        { return nil }
func (accepting) Mail(string, *smtp.MailOptions) error { return nil }
func (accepting) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (a accepting) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err == nil {
		a.note(string(raw))
	}
	return err
}

// counting counts the mails that the mail server accepted, by Message-ID.
type counting struct {
	port int
	mu   sync.Mutex
	byID map[string]int
	all  int
	more chan struct{}
}

func (c *counting) note(raw string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for line := range strings.SplitSeq(raw, "\r\n") {
		if mid, ok := strings.CutPrefix(line, "Message-ID: "); ok {
			c.byID[mid]++
			c.all++
		}
	}
	select {
	case c.more <- struct{}{}:
	default:
	}
}

func (c *counting) waitFor(t *testing.T, n int) {
	t.Helper()
	deadline := time.After(waitFor)
	for {
		c.mu.Lock()
		all := c.all
		c.mu.Unlock()
		if all >= n {
			return
		}
		select {
		case <-c.more:
		case <-deadline:
			t.Fatalf("%d mails, want %d", all, n)
		}
	}
}
