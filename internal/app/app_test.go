package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/devstack"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/web"
)

// patience bounds every wait for something that must happen.
const patience = 60 * time.Second

// cheap is a hash that protects nobody.
var cheap = auth.Work{MemoryKiB: 64, Passes: 1}

// settings are those of a test, on free ports.
func settings(t *testing.T, more map[string]string) config.Config {
	t.Helper()
	c, err := config.Load(settingsOf(t, more), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// settingsOf are the variables of settings.
func settingsOf(t *testing.T, more map[string]string) map[string]string {
	t.Helper()
	environ := map[string]string{
		"OMOTENASHI_ADDR": "127.0.0.1:0", "OMOTENASHI_PRIVATE_ADDR": "127.0.0.1:0", "OMOTENASHI_DATA": t.TempDir(),
		"OMOTENASHI_SMTP_HOST": "127.0.0.1", "OMOTENASHI_SMTP_PORT": "1", "OMOTENASHI_SMTP_TLS": "none", "OMOTENASHI_MAIL_FROM": "a@example.jp",
	}
	maps.Copy(environ, more)
	return environ
}

// started is a program that runs in this process.
type started struct {
	app.Addresses
	out, log *buffer
	stop     func() error // as a signal would; gives what the command answered
}

func start(t *testing.T, c config.Config, command func(context.Context, config.Config, app.Options) error) *started {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan app.Addresses, 1), make(chan error, 1)
	s := &started{out: &buffer{}, log: &buffer{}}
	go func() {
		ended <- command(ctx, c, app.Options{
			Version: "test", Out: s.out, Log: s.log, UnsafeNoSync: true, UnsafeHashing: cheap, NoDemo: true, Ready: func(a app.Addresses) { ready <- a },
		})
	}()
	s.stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return errors.New("it did not end")
		}
	})
	t.Cleanup(func() { _ = s.stop() })
	select {
	case s.Addresses = <-ready:
	case err := <-ended:
		t.Fatalf("it did not start: %v\n%s", err, s.log)
	case <-time.After(patience):
		t.Fatalf("it did not start in time\n%s", s.log)
	}
	return s
}

// call answers the status and the body; client errors fail the test.
func call(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func TestServe_StartsAnswersAndStops(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, map[string]string{"DATABASE_URL": pgtest.NewURL(t)}), app.Serve)
	site, private := "http://"+s.Site, "http://"+s.Private
	if s.BaseURL != site {
		t.Errorf("base URL %q, site %q", s.BaseURL, site)
	}
	for url, want := range map[string]int{
		site + "/livez": 200, site + "/readyz": 200, site + "/openapi.json": 200, site + "/docs": 200,
		site + "/api/v1/public/businesses": 200, site + "/api/v1/nothing": 404,
		site + "/dev/mail": 404, site + "/metrics": 404, site + "/debug/pprof/": 404,
		private + "/metrics": 200, private + "/readyz": 200, private + "/debug/pprof/": 200,
	} {
		if got, body := call(t, http.MethodGet, url, ""); got != want {
			t.Errorf("%s: %d, want %d: %s", url, got, want, body)
		}
	}
	_, figures := call(t, http.MethodGet, private+"/metrics", "")
	for _, name := range []string{
		`http_route="/api/v1/public/businesses"`, `omotenashi_problems_total{code="not_found"}`, "db_client_operation_duration_seconds_bucket",
		`omotenashi_build_info{version="test"} 1`,
	} {
		if !strings.Contains(figures, name) {
			t.Errorf("no %s among the figures", name)
		}
	}
	if err := s.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, `"msg":"stopped"`) {
		t.Errorf("log:\n%s", log)
	}
}

func TestServe_Draining_SaysSoAndGoesOnAnswering(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, map[string]string{"DATABASE_URL": pgtest.NewURL(t), "OMOTENASHI_DRAIN_DELAY": "1s"}), app.Serve)
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		status, body := call(t, http.MethodGet, "http://"+s.Site+"/readyz", "")
		if status == http.StatusServiceUnavailable && strings.Contains(body, `"draining"`) {
			break
		}
		select {
		case <-deadline:
			t.Fatalf("readyz %d: %s", status, body)
		case <-tick.C:
		}
	}
	if got, body := call(t, http.MethodGet, "http://"+s.Site+"/api/v1/public/businesses", ""); got != 200 {
		t.Errorf("while draining: %d %s", got, body)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestServe_RefusesAnUnfinishedDatabase(t *testing.T) {
	t.Parallel()
	run := func(more map[string]string) error {
		return app.Serve(t.Context(), settings(t, more), app.Options{UnsafeNoSync: true})
	}
	if err := run(nil); err == nil || !strings.Contains(err.Error(), "DATABASE_URL") {
		t.Errorf("without a database: %v", err)
	}
	err := run(map[string]string{"DATABASE_URL": "postgres://app:planted-secret@127.0.0.1:1/x"})
	if err == nil || strings.Contains(err.Error(), "planted-secret") {
		t.Errorf("no server: %v", err)
	}
}

func TestServe_WithoutWorkers_NeedsNoMailServer(t *testing.T) {
	t.Parallel()
	more := map[string]string{"DATABASE_URL": pgtest.NewURL(t), "OMOTENASHI_SMTP_HOST": ""}
	if err := app.Serve(t.Context(), settings(t, more), app.Options{UnsafeNoSync: true}); err == nil || !strings.Contains(err.Error(), "OMOTENASHI_SMTP_HOST") {
		t.Errorf("with workers: %v", err)
	}
	more["OMOTENASHI_WORKERS"] = "false"
	if err := start(t, settings(t, more), app.Serve).stop(); err != nil {
		t.Errorf("without: %v", err)
	}
}

func TestWorker_ShowsItsHealth(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, map[string]string{"DATABASE_URL": pgtest.NewURL(t)}), app.Worker)
	if s.Site != "" {
		t.Errorf("a worker listens on %s", s.Site)
	}
	if got, body := call(t, http.MethodGet, "http://"+s.Private+"/readyz", ""); got != 200 {
		t.Errorf("readyz %d: %s", got, body)
	}
	if err := s.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// caughtMail is the first caught mail to the address whose subject has the word.
func caughtMail(t *testing.T, site, to string) (subject, text string) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		_, body := call(t, http.MethodGet, site+"/dev/mail.json?to="+to, "")
		var list struct {
			Items []struct{ Subject, Text string }
		}
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if len(list.Items) > 0 {
			return list.Items[0].Subject, list.Items[0].Text
		}
		select {
		case <-deadline:
			t.Fatal("no mail came")
		case <-tick.C:
		}
	}
}

func TestDev_BringsEverythingAndLeavesNothing(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	c := settings(t, map[string]string{"OMOTENASHI_DATA": data, "OMOTENASHI_SMTP_HOST": "", "OMOTENASHI_MAIL_FROM": ""})
	s := start(t, c, app.Dev)
	site := "http://" + s.Site
	addresses := []string{site + "/", site + "/docs", site + "/dev/mail", "http://" + s.Private + "/metrics"}
	if web.Built() {
		addresses = append(addresses, site+web.ConsolePath, site+web.AdminPath)
	} else if strings.Contains(s.out.String(), web.ConsolePath) {
		t.Errorf("a console that is not there was announced:\n%s", s.out)
	}
	for _, url := range addresses {
		if got, _ := call(t, http.MethodGet, url, ""); got != 200 || !strings.Contains(s.out.String(), url) {
			t.Errorf("%s answers %d, or was not announced:\n%s", url, got, s.out)
		}
	}
	status, body := call(t, http.MethodPost, site+"/api/v1/auth/register",
		`{"email": "taro@example.jp", "password": "a long enough passphrase", "family_name": "鈴木", "given_name": "太郎"}`)
	if status != 201 {
		t.Fatalf("register: %d %s", status, body)
	}
	if subject, text := caughtMail(t, site, "taro@example.jp"); !strings.Contains(subject, "メールアドレス") || !strings.Contains(text, site+"/verify-email/") {
		t.Errorf("mail %q: %s", subject, text)
	}

	if err := app.Dev(t.Context(), c, app.Options{}); !errors.Is(err, devstack.ErrFolderTaken) {
		t.Errorf("a second program in the folder: %v", err)
	}
	var report buffer
	doctor := settings(t, map[string]string{"OMOTENASHI_DATA": data, "OMOTENASHI_SMTP_HOST": "", "OMOTENASHI_MAIL_FROM": ""})
	if err := app.Doctor(t.Context(), doctor, app.Options{Out: &report}); err != nil {
		t.Errorf("doctor: %v\n%s", err, &report)
	}
	operator := app.Operator{Email: "operator@example.jp", Passphrase: "short", FamilyName: "運営", GivenName: "花子"}
	err := app.CreateOperator(t.Context(), doctor, app.Options{}, operator)
	if err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("a short passphrase: %v", err)
	}
	operator.Passphrase = "a long enough passphrase"
	if err := app.CreateOperator(t.Context(), doctor, app.Options{}, operator); err != nil {
		t.Errorf("operator: %v", err)
	}

	if err := s.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if strings.Contains(s.log.String(), "a long enough passphrase") || strings.Contains(s.log.String(), "taro@example.jp") {
		t.Errorf("the log tells a secret:\n%s", s.log)
	}
	for _, gone := range []string{"postgres/postmaster.pid", "database-url"} {
		if _, err := os.Stat(filepath.Join(data, gone)); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", gone, err)
		}
	}

	again := start(t, c, app.Dev)
	if subject, _ := caughtMail(t, "http://"+again.Site, "taro@example.jp"); subject == "" {
		t.Error("the mails are gone")
	}
	if status, _ := call(t, http.MethodPost, "http://"+again.Site+"/api/v1/auth/login",
		`{"email": "operator@example.jp", "password": "a long enough passphrase"}`); status != 200 {
		t.Errorf("the operator cannot sign in: %d", status)
	}
	if err := again.stop(); err != nil {
		t.Errorf("second stop: %v", err)
	}
}

func TestOpenAPI_NeedsNothing(t *testing.T) {
	t.Parallel()
	doc, err := app.OpenAPI()
	if err != nil || !bytes.Contains(doc, []byte(`"openapi"`)) {
		t.Errorf("%v: %.100s", err, doc)
	}
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *buffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *buffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
