package ops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/ops"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func ready(t *testing.T, h *ops.Health) (int, map[string]string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.Ready(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	var body struct {
		Status string      `json:"status"`
		Checks []ops.Check `json:"checks"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"": body.Status}
	for _, c := range body.Checks {
		out[c.Name] = c.Status
	}
	return w.Code, out
}

func TestReady_SaysWhichConditionIsMissing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	h := ops.NewHealth(db)
	if code, got := ready(t, h); code != 200 || got["postgresql"] != "ok" || got["migrations"] != "ok" || got["serving"] != "ok" {
		t.Errorf("%d %v", code, got)
	}
	h.Drain()
	if code, got := ready(t, h); code != 503 || got["serving"] != "draining" || got["postgresql"] != "ok" || got[""] != "unavailable" {
		t.Errorf("draining: %d %v", code, got)
	}
	db.Close()
	if code, got := ready(t, h); code != 503 || got["postgresql"] != "unreachable" || got["migrations"] != "unknown" {
		t.Errorf("without a database: %d %v", code, got)
	}
	w := httptest.NewRecorder()
	h.Live(w, httptest.NewRequest(http.MethodGet, "/livez", nil))
	if w.Code != 200 {
		t.Errorf("livez depends on something: %d", w.Code)
	}
}

func TestReady_PendingMigration(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	db := pgtest.Open(t, url)
	exec(t, url, "UPDATE goose_db_version SET is_applied = false WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
	if code, got := ready(t, ops.NewHealth(db)); code != 503 || got["migrations"] != "pending" {
		t.Errorf("%d %v", code, got)
	}
}

func TestPrivate_ShowsFiguresAndProfiles(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	m := ops.NewMetrics("v1.2.3")
	m.Gather(ops.Pools{DB: db})
	m.Gather(ops.JobCounts{DB: db, Clock: clock.System{}})
	m.Request("POST", "POST /api/v1/public/businesses/{slug}/bookings", 409, 12*time.Millisecond)
	m.Request("BREW", "unmatched", 404, time.Millisecond)
	m.Statement("booking.insert", time.Millisecond, false)
	m.Job("message.send", "ok", time.Millisecond)
	m.Problem("booking.slot_taken")
	m.Message("booking.confirmed", "sent")
	private := ops.Private(m, ops.NewHealth(db))
	body := get(t, private, "/metrics").Body.String()
	for _, line := range []string{
		`http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="409",http_route="POST /api/v1/public/businesses/{slug}/bookings"} 1`,
		`http_request_method="_OTHER"`,
		`db_client_operation_duration_seconds_count{db_operation_name="booking.insert",outcome="ok"} 1`,
		`db_client_connection_max{db_client_connection_pool_name="write"} 8`,
		`omotenashi_job_duration_seconds_count{kind="message.send",outcome="ok"} 1`,
		`omotenashi_problems_total{code="booking.slot_taken"} 1`,
		`omotenashi_messages_total{event="booking.confirmed",outcome="sent"} 1`,
		`omotenashi_build_info{version="v1.2.3"} 1`,
		`go_goroutines`,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %s in:\n%s", line, body)
		}
	}
	if label := regexp.MustCompile(`[{,](business|tenant|user|slug|email|phone)[a-z_]*=`).FindString(body); label != "" {
		t.Errorf("a label names a tenant or a person: %s", label)
	}
	for _, path := range []string{"/livez", "/readyz", "/debug/pprof/", "/debug/pprof/goroutine?debug=1"} {
		if code := get(t, private, path).Code; code != 200 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func examine(t *testing.T, environ map[string]string, clk clock.Clock, mail func(context.Context) error) map[string]ops.Finding {
	t.Helper()
	c, err := config.Load(environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]ops.Finding{}
	for _, f := range (ops.Doctor{Config: c, Clock: clk, Mail: mail}).Examine(t.Context()) {
		out[f.Check] = f
	}
	return out
}

func TestDoctor_HealthyInstallation(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "key"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := examine(t, map[string]string{
		"DATABASE_URL": url, "OMOTENASHI_DATA": data, "OMOTENASHI_PUBLIC_URL": "https://book.example.jp",
		"OMOTENASHI_SMTP_HOST": "mail.example.jp", "OMOTENASHI_MAIL_FROM": "a@example.jp",
	}, clock.System{}, func(context.Context) error { return nil })
	for check, f := range got {
		want := ops.OK
		switch check {
		case "durability": // the tests' server runs without fsync, and a superuser signs in
			want = ops.Fail
		case "roles":
			want = ops.Warn
		}
		if f.Verdict != want {
			t.Errorf("%s: %+v, want %s", check, f, want)
		}
	}
	if len(got) < 10 {
		t.Errorf("only %d checks: %v", len(got), got)
	}
}

func TestDoctor_FindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	exec(t, url, "ALTER TABLE bookings NO FORCE ROW LEVEL SECURITY")
	exec(t, url, "ALTER TABLE users OWNER TO omotenashi_app")
	exec(t, url, "UPDATE goose_db_version SET is_applied = false WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "key"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	late := clock.NewManual(clock.System{}.Now().Add(-time.Hour))
	got := examine(t, map[string]string{
		"DATABASE_URL": url, "OMOTENASHI_DATA": data, "OMOTENASHI_ADRR": ":1",
	}, late, func(context.Context) error { return errors.New("mail: connect") })
	for check, want := range map[string]ops.Verdict{
		"configuration": ops.Warn, "public URL": ops.Warn, "master key": ops.Fail, "row-level security": ops.Fail,
		"migrations": ops.Fail, "clock": ops.Fail, "mail server": ops.Fail, "database": ops.OK,
	} {
		if got[check].Verdict != want {
			t.Errorf("%s: %+v, want %s", check, got[check], want)
		}
	}
	if !strings.Contains(got["row-level security"].Detail, "bookings") {
		t.Errorf("the table is not named: %s", got["row-level security"].Detail)
	}
}

func TestDoctor_NoDatabase_TellsNoPassword(t *testing.T) {
	t.Parallel()
	got := examine(t, map[string]string{"DATABASE_URL": "postgres://app:planted-secret@127.0.0.1:1/omotenashi"}, clock.System{}, nil)
	if got["database"].Verdict != ops.Fail || strings.Contains(got["database"].Detail, "planted-secret") {
		t.Errorf("%+v", got["database"])
	}
	if got := examine(t, nil, clock.System{}, nil)["database"]; got.Verdict != ops.Fail {
		t.Errorf("%+v", got)
	}
}

func TestPrint_OneLineAFinding(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if !ops.Print(&b, []ops.Finding{{ops.OK, "clock", "agrees"}, {ops.Warn, "roles", "a superuser"}}) {
		t.Error("a warning is not ill health")
	}
	if got := b.String(); got != "ok    clock               agrees\nwarn  roles               a superuser\n" {
		t.Errorf("printed %q", got)
	}
	if ops.Print(&b, []ops.Finding{{ops.Fail, "clock", "differs"}}) {
		t.Error("a failure is health")
	}
}

// exec changes a test's database as its superuser.
func exec(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
