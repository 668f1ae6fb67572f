package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/devstack"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// The proofs run the whole program over HTTP: servers as processes are, each
// with pools and caches of its own, on one database and one mail server.

const (
	proofKey   = "b21vdGVuYXNoaSBwcm9vZnMgb25seSwgMzIgYnl0ZXM=" // 32 bytes that protect nothing
	passphrase = "five small words for a proof"
)

// stage is an installation.
type stage struct {
	t       *testing.T
	url     string // of the database, as a superuser
	clock   *clock.Manual
	mail    *devstack.Mail
	admin   *pgxpool.Pool // sees every row, whoever's it is
	client  *http.Client
	servers []*started
	apps    map[string]string // the secret in the authenticator app of an account, by its address
}

// newStage starts so many servers, the first of which works on jobs. It is ten
// in the morning in Japan, and stays so until the test moves the clock.
func newStage(t *testing.T, servers int) *stage {
	t.Helper()
	s := emptyStage(t, pgtest.NewURL(t))
	for i := range servers {
		s.serve(s.environ(i == 0), app.Options{UnsafeNoSync: true})
	}
	return s
}

// emptyStage is an installation whose servers are still to be started, on the
// migrated database of the URL.
func emptyStage(t *testing.T, url string) *stage {
	t.Helper()
	s := &stage{
		t: t, url: url, clock: clock.NewManual(lastMorning()), apps: map[string]string{},
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	t.Cleanup(s.client.CloseIdleConnections)
	s.startMail()
	s.openAdmin()
	return s
}

// serve starts one more server.
func (s *stage) serve(environ map[string]string, own app.Options) {
	s.t.Helper()
	x := start(s.t, settings(s.t, environ), func(ctx context.Context, c config.Config, o app.Options) error {
		o.Clock, o.UnsafeNoSync = s.clock, own.UnsafeNoSync
		return app.Serve(ctx, c, o)
	})
	s.servers = append(s.servers, x)
}

// environ is a server's. The limits are far away: they have tests of their own.
func (s *stage) environ(workers bool) map[string]string {
	return map[string]string{
		"DATABASE_URL": s.url, "OMOTENASHI_KEY": proofKey, "OMOTENASHI_WORKERS": strconv.FormatBool(workers), "OMOTENASHI_LOG_LEVEL": "debug",
		"OMOTENASHI_SMTP_HOST": s.mail.Host(), "OMOTENASHI_SMTP_PORT": strconv.Itoa(s.mail.Port()),
		"OMOTENASHI_LIMIT_READS": "100000000", "OMOTENASHI_LIMIT_WRITES": "100000000", "OMOTENASHI_LIMIT_BURST": "100000",
		"OMOTENASHI_LIMIT_LOGINS_ACCOUNT": "100000", "OMOTENASHI_LIMIT_LOGINS_ADDRESS": "100000",
	}
}

func lastMorning() time.Time {
	now := clock.System{}.Now()
	morning := clock.Instant(clock.DateOf(now.In(tokyo())), 10*60, tokyo())
	if morning.After(now) { // the queue's clock is the machine's: what is due in its future would wait
		morning = morning.Add(-24 * time.Hour)
	}
	return morning
}

var tokyo = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		panic(err)
	}
	return loc
})

func (s *stage) startMail() {
	s.t.Helper()
	var err error
	s.mail, err = devstack.StartMail(s.t.Context(), devstack.MailOptions{Dir: filepath.Join(s.t.TempDir(), "mail"), Clock: s.clock})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = s.mail.Stop(context.Background()) })
}

func (s *stage) openAdmin() {
	s.t.Helper()
	var err error
	if s.admin, err = pgxpool.New(s.t.Context(), s.url); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.admin.Close)
}

// count is one number that SQL answers, as a superuser.
func (s *stage) count(sql string) int {
	s.t.Helper()
	var n int
	if err := s.admin.QueryRow(s.t.Context(), sql).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (s *stage) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.admin.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// overlaps is what no path may ever make: two allocations of one unit at one time.
func (s *stage) overlaps() int {
	s.t.Helper()
	return s.count(`SELECT count(*) FROM allocations a JOIN allocations b USING (business_id, resource_id, unit)
		WHERE a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`)
}

// mails are those to the address whose text or subject has the word, the newest first.
func (s *stage) mails(to, word string) []caughtLetter {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.mail.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/dev/mail.json?to="+to, nil))
	var list struct{ Items []caughtLetter }
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		s.t.Fatalf("%v: %s", err, w.Body)
	}
	var out []caughtLetter
	for _, m := range list.Items {
		if strings.Contains(m.Subject+m.Text, word) {
			out = append(out, m)
		}
	}
	return out
}

type caughtLetter struct{ Subject, Text string }

// letter waits for the mail to the address that has the word, and gives the newest.
func (s *stage) letter(to, word string) caughtLetter {
	s.t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if list := s.mails(to, word); len(list) > 0 {
			return list[0]
		}
		select {
		case <-late:
			s.t.Fatalf("no mail to %s with %q among %q", to, word, s.mails(to, ""))
		case <-tick.C:
		}
	}
}

// link is what follows the word in the text, up to white space.
func (m caughtLetter) link(t *testing.T, word string) string {
	t.Helper()
	_, rest, found := strings.Cut(m.Text, word)
	if !found {
		t.Fatalf("no %q in %s", word, m.Text)
	}
	return strings.FieldsFunc(rest, func(r rune) bool { return r <= ' ' })[0]
}

// answer is what a server said.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   any // decoded; nil when it is no JSON
}

// at walks the body: "booking.items.0.staff.id"; nil where there is nothing.
func (a answer) at(path string) any {
	v := a.body
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			if name == "length" {
				v = float64(len(x))
				continue
			}
			if i, err := strconv.Atoi(name); err == nil && i < len(x) {
				v = x[i]
				continue
			}
			return nil
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string {
	s, _ := a.at(path).(string)
	return s
}

func (a answer) code() string { return a.text("code") }

// ask sends a request to a server. A body that is a string goes as it is, any
// other as JSON; words of the form "Name: value" are headers, "Bearer …" signs in.
func (s *stage) ask(server int, method, path string, body any, words ...string) answer {
	s.t.Helper()
	a, err := s.try(server, method, path, body, words...)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// try is ask for other goroutines than the test's own.
func (s *stage) try(server int, method, path string, body any, words ...string) (answer, error) {
	r, err := s.request(server, method, path, body, words)
	if err != nil {
		return answer{}, err
	}
	return s.send(r)
}

func (s *stage) send(r *http.Request) (answer, error) {
	resp, err := s.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	return received(resp)
}

// received reads an answer to its end; of a stream of events, which has none, what it begins with.
func received(resp *http.Response) (a answer, err error) {
	defer resp.Body.Close()
	a = answer{status: resp.StatusCode, header: resp.Header}
	if resp.Header.Get("Content-Type") == "text/event-stream" {
		a.raw, err = bufio.NewReader(resp.Body).ReadSlice('\n')
		return a, err
	}
	if a.raw, err = io.ReadAll(resp.Body); err != nil {
		return answer{}, err
	}
	_ = json.Unmarshal(a.raw, &a.body)
	return a, nil
}

func (s *stage) request(server int, method, path string, body any, words []string) (*http.Request, error) {
	var content io.Reader
	switch x := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(x)
	default:
		raw, err := json.Marshal(x)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(raw)
	}
	if !strings.HasPrefix(path, "/dev") && !strings.HasPrefix(path, "/manage") && !strings.HasPrefix(path, "/openapi") {
		path = "/api/v1" + path
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.servers[server].Site+path, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, w := range words {
		if strings.HasPrefix(w, "Bearer ") {
			w = "Authorization: " + w
		}
		name, value, _ := strings.Cut(w, ": ")
		r.Header.Set(name, value)
	}
	return r, nil
}

// must is ask with the only status that is right.
func (s *stage) must(status int, method, path string, body any, words ...string) answer {
	s.t.Helper()
	a := s.ask(0, method, path, body, words...)
	if a.status != status {
		s.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.status, status, a.raw)
	}
	return a
}

// atOnce sends requests that start together, every other one to another server.
func (s *stage) atOnce(n int, send func(i, server int) (answer, error)) []answer {
	s.t.Helper()
	out, errs := make([]answer, n), make([]error, n)
	gun := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-gun
			out[i], errs[i] = send(i, i%len(s.servers))
		})
	}
	close(gun)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return out
}

// wantNothingSecret fails for a word of the run that a log shows.
func (s *stage) wantNothingSecret(secrets ...string) {
	s.t.Helper()
	for i, x := range s.servers {
		log := x.log.String()
		for _, secret := range secrets {
			if secret == "" {
				s.t.Errorf("an empty secret proves nothing: %q", secrets)
			} else if at := strings.Index(log, secret); at >= 0 {
				s.t.Errorf("the log of server %d shows %q: …%s…", i, secret, log[max(0, at-200):min(len(log), at+200)])
			}
		}
	}
}
