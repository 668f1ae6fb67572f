package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// callTime bounds one request of call.
const callTime = time.Minute

var httpClient = &http.Client{Timeout: callTime}

// call asks once, outside what is measured; any answer but a 2xx is an error.
func call(ctx context.Context, addr, method, path string, body any, bearer string) (answer, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+addr+path, bytes.NewReader(raw))
	if err != nil {
		return answer{}, err
	}
	if method == http.MethodGet {
		req.Body, req.ContentLength = nil, 0
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		req.Header.Set("Authorization", bearer)
	}
	resp, err := httpClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Body, err = io.ReadAll(resp.Body); err != nil {
		return answer{}, err
	}
	if a.Status/100 != 2 {
		return a, fmt.Errorf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	return a, nil
}

// userAgent is what a phone in Japan may send.
const userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"

// A request is the bytes of one on the wire.
type request []byte

// get is a GET as a browser's API client sends it.
func get(path, bearer string) request { return wire(http.MethodGet, path, bearer, nil, nil) }

// post is a POST of a JSON body; key is its Idempotency-Key, or nothing.
func post(path, key string, body any) request {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // a body of the bench's own
	}
	var more []string
	if key != "" {
		more = append(more, "Idempotency-Key: "+key)
	}
	return wire(http.MethodPost, path, "", raw, more)
}

func wire(method, path, bearer string, body []byte, headers []string) request {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: bench\r\nUser-Agent: %s\r\nAccept: application/json\r\nAccept-Language: ja,en-US;q=0.9,en;q=0.8\r\n",
		method, path, userAgent)
	if bearer != "" {
		fmt.Fprintf(&b, "Authorization: %s\r\n", bearer)
	}
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// stats are what came of some time under load.
type stats struct {
	took      time.Duration
	latencies []time.Duration // sorted; of every answer
	statuses  map[int]int
}

// perSecond is the throughput.
func (s *stats) perSecond() float64 { return float64(len(s.latencies)) / s.took.Seconds() }

// quantile is the latency that the share q of the requests did not exceed, in milliseconds.
func (s *stats) quantile(q float64) float64 {
	if len(s.latencies) == 0 {
		return 0
	}
	at := min(int(q*float64(len(s.latencies))), len(s.latencies)-1)
	return float64(s.latencies[at]) / 1e6
}

// only is an error when an answer had another status.
func (s *stats) only(status int) error {
	for got, n := range s.statuses {
		if got != status {
			return fmt.Errorf("%d of %d answers were %d", n, len(s.latencies), got)
		}
	}
	return nil
}

// A load is many connections that ask one request after the other, each as soon
// as the last was answered. The same loop asks program and ceiling: a client of
// its own shape, lean, because it shares the machine with both.
type load struct {
	addr  string
	conns int
	time  time.Duration // after which no request begins
	most  int           // requests of all; 0: as many as go into the time
	pace  float64       // requests a second of all; 0: as fast as they are answered
	next  func(i int) request
}

// run gives what came of it; next is called with 0, 1, 2… by many at once.
func (l load) run(ctx context.Context) (*stats, error) {
	workers := make([]worker, l.conns)
	errs := make([]error, l.conns)
	var turn counter
	var wg sync.WaitGroup
	for i := range workers { // all connections stand before the first request
		c, err := new(net.Dialer).DialContext(ctx, "tcp", l.addr)
		if err != nil {
			return nil, err
		}
		defer c.Close() //nolint:revive,errcheck // all of them live until the end
		workers[i] = worker{conn: c, r: bufio.NewReaderSize(c, 64<<10), statuses: map[int]int{}}
	}
	began := time.Now()
	for i := range workers {
		wg.Go(func() { errs[i] = l.work(ctx, &workers[i], &turn, began) })
	}
	wg.Wait()
	s := &stats{took: time.Since(began), statuses: map[int]int{}}
	for i := range workers {
		s.latencies = append(s.latencies, workers[i].latencies...)
		for k, n := range workers[i].statuses {
			s.statuses[k] += n
		}
	}
	slices.Sort(s.latencies)
	return s, errors.Join(errs...)
}

// work is the loop of one connection.
func (l load) work(ctx context.Context, w *worker, turn *counter, began time.Time) error {
	for ctx.Err() == nil {
		i := turn.take()
		if l.most > 0 && i >= l.most {
			return nil
		}
		due := time.Now()
		if l.pace > 0 { // lateness of the program counts as its latency
			due = began.Add(time.Duration(float64(i) / l.pace * float64(time.Second)))
			if !wait(ctx, due) {
				return nil
			}
		}
		if due.Sub(began) >= l.time {
			return nil
		}
		status, err := w.ask(l.next(i))
		if err != nil {
			return err
		}
		w.latencies = append(w.latencies, time.Since(due))
		w.statuses[status]++
	}
	return nil
}

func wait(ctx context.Context, until time.Time) bool {
	d := time.Until(until)
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// A counter hands out 0, 1, 2…
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) take() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n - 1
}

// A worker is one connection.
type worker struct {
	conn      net.Conn
	r         *bufio.Reader
	latencies []time.Duration
	statuses  map[int]int
	body      []byte // of the last answer, when keep is set
	keep      bool
}

// ask sends a request and reads its answer to the end.
func (w *worker) ask(r request) (status int, err error) {
	if _, err := w.conn.Write(r); err != nil {
		return 0, err
	}
	line, err := w.r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200\r\n") {
		return 0, fmt.Errorf("no answer: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, fmt.Errorf("no answer: %q", line)
	}
	length, err := w.headers()
	if err != nil {
		return 0, err
	}
	w.body = w.body[:0]
	if length >= 0 {
		return status, w.take(length)
	}
	return status, w.chunks()
}

// headers reads past them; the length is -1 when the body comes in chunks.
func (w *worker) headers() (length int, err error) {
	for {
		line, err := w.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			return length, nil
		}
		name, value, _ := strings.Cut(string(line), ":")
		switch value = strings.TrimSpace(value); {
		case strings.EqualFold(name, "Content-Length"):
			if length, err = strconv.Atoi(value); err != nil {
				return 0, err
			}
		case strings.EqualFold(name, "Transfer-Encoding"):
			length = -1
		}
	}
}

func (w *worker) take(n int) error {
	if !w.keep {
		_, err := w.r.Discard(n)
		return err
	}
	at := len(w.body)
	w.body = slices.Grow(w.body, n)[:at+n]
	_, err := io.ReadFull(w.r, w.body[at:])
	return err
}

func (w *worker) chunks() error {
	for {
		line, err := w.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 32)
		if err != nil {
			return err
		}
		if err := w.take(int(n)); err != nil {
			return err
		}
		if _, err := w.r.Discard(2); err != nil || n == 0 {
			return err
		}
	}
}
