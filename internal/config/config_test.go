package config_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/config"
)

const goodKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func TestLoad_NothingSet_TakesDefaults(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.PrivateAddr != "127.0.0.1:9090" || !c.Workers || c.ShutdownGrace != 20*time.Second {
		t.Errorf("defaults: %+v", c)
	}
	if got := c.KeyPath(); got != ".data/key" {
		t.Errorf("key path %q", got)
	}
	if got := c.BaseURL("127.0.0.1:1234"); got != "http://127.0.0.1:1234" {
		t.Errorf("base URL %q", got)
	}
}

func TestLoad_FlagsWinOverTheEnvironment(t *testing.T) {
	t.Parallel()
	c, err := config.Load(map[string]string{"OMOTENASHI_ADDR": ":1", "OMOTENASHI_PUBLIC_URL": "https://book.example.jp"},
		map[string]string{"OMOTENASHI_ADDR": ":2"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":2" || c.BaseURL("x") != "https://book.example.jp" {
		t.Errorf("addr %q, base %q", c.Addr, c.BaseURL("x"))
	}
}

func TestLoad_TellsAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.Load(map[string]string{
		"OMOTENASHI_ADDR":            "8080",
		"OMOTENASHI_PRIVATE_ADDR":    "127.0.0.1:70000",
		"OMOTENASHI_PUBLIC_URL":      "https://book.example.jp/",
		"DATABASE_URL":               "mysql://u:planted-secret@h/db",
		"OMOTENASHI_KEY":             "planted-secret",
		"OMOTENASHI_WRITE_CONNS":     "many",
		"OMOTENASHI_READ_CONNS":      "0",
		"OMOTENASHI_WORKERS":         "perhaps",
		"OMOTENASHI_SHUTDOWN_GRACE":  "soon",
		"OMOTENASHI_SMTP_TLS":        "ssl",
		"OMOTENASHI_SMTP_HOST":       "mail.example.jp:25",
		"OMOTENASHI_SMTP_PASSWORD":   "planted-secret",
		"OMOTENASHI_LOG_LEVEL":       "loud",
		"OMOTENASHI_TRUSTED_PROXIES": "10.0.0.0/8,balancer",
	}, nil)
	var e *config.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v", err)
	}
	var got []string
	for _, f := range e.Faults {
		got = append(got, f.Variable)
	}
	want := []string{
		"DATABASE_URL", "OMOTENASHI_ADDR", "OMOTENASHI_KEY", "OMOTENASHI_LOG_LEVEL", "OMOTENASHI_MAIL_FROM",
		"OMOTENASHI_PRIVATE_ADDR", "OMOTENASHI_PUBLIC_URL", "OMOTENASHI_READ_CONNS", "OMOTENASHI_SHUTDOWN_GRACE",
		"OMOTENASHI_SMTP_HOST", "OMOTENASHI_SMTP_TLS", "OMOTENASHI_SMTP_USER", "OMOTENASHI_TRUSTED_PROXIES",
		"OMOTENASHI_WORKERS", "OMOTENASHI_WRITE_CONNS",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("faults (-want +got):\n%s", d)
	}
	if strings.Contains(err.Error(), "planted-secret") {
		t.Errorf("an error shows a secret: %v", err)
	}
}

func TestLoad_AcceptsWhatIsRight(t *testing.T) {
	t.Parallel()
	c, err := config.Load(map[string]string{
		"OMOTENASHI_ADDR":            "[::1]:0",
		"OMOTENASHI_PRIVATE_ADDR":    "127.0.0.1:0",
		"OMOTENASHI_KEY":             goodKey,
		"DATABASE_URL":               "postgres:///omotenashi?host=/var/run/postgresql",
		"DATABASE_ADMIN_URL":         " ", // set to nothing means not set
		"OMOTENASHI_SMTP_HOST":       "mail.example.jp",
		"OMOTENASHI_MAIL_FROM":       "受付 <no-reply@example.jp>",
		"OMOTENASHI_TRUSTED_PROXIES": "10.1.2.3/8, ::1",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	if d := cmp.Diff(want, c.Proxies(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); d != "" {
		t.Errorf("proxies (-want +got):\n%s", d)
	}
}

func TestLoad_NamesUnknownVariables(t *testing.T) {
	t.Parallel()
	c, err := config.Load(map[string]string{
		"OMOTENASHI_ADRR": ":1", "OMOTENASHI_PORT": "tcp://10.0.0.1:80", "OMOTENASHI_SERVICE_HOST": "10.0.0.1",
		"OMOTENASHI_PG_BIN": "/usr/bin", "HOME": "/home/x",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"OMOTENASHI_ADRR"}, c.Unknown); d != "" {
		t.Errorf("unknown (-want +got):\n%s", d)
	}
}

func TestSettings_NeverShowASecret(t *testing.T) {
	t.Parallel()
	c, err := config.Load(map[string]string{
		"DATABASE_URL":             "postgres://app:planted-secret@db.example.jp:5432/omotenashi?sslpassword=planted-secret",
		"OMOTENASHI_KEY":           goodKey,
		"OMOTENASHI_SMTP_USER":     "mailer",
		"OMOTENASHI_SMTP_PASSWORD": "planted-secret",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, s := range c.Settings() {
		shown[s.Variable] = s.Value
		if strings.Contains(s.Value, "planted-secret") || strings.Contains(s.Value, goodKey) {
			t.Errorf("%s shows its secret: %s", s.Variable, s.Value)
		}
		if s.Doc == "" {
			t.Errorf("%s has no description", s.Variable)
		}
	}
	if got := shown["DATABASE_URL"]; got != "postgres://app@db.example.jp:5432/omotenashi" {
		t.Errorf("masked address %q", got)
	}
	if shown["OMOTENASHI_KEY"] != "***" || shown["OMOTENASHI_SMTP_PASSWORD"] != "***" {
		t.Errorf("masked: %v", shown)
	}
}
