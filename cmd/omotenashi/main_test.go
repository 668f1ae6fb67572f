package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// command runs a command line with its environment and standard input.
func command(t *testing.T, environ map[string]string, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stdin")
	if err := os.WriteFile(path, []byte(stdin), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var o, e bytes.Buffer
	p := &process{ctx: t.Context(), environ: environ, out: &o, err: &e, in: in}
	code = p.main(args)
	return code, o.String(), e.String()
}

func TestMain_ExitCodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		args    []string
		environ map[string]string
		code    int
		out     string // a part of what is printed
		errs    string // a part of what is said
	}{
		{"version", []string{"version"}, nil, 0, "dev\n", ""},
		{"help", []string{"--help"}, nil, 0, "Bring the database to the newest schema", ""},
		{"help of a command", []string{"serve", "--help"}, nil, 0, "OMOTENASHI_ADDR", ""},
		{"document", []string{"openapi"}, nil, 0, `"openapi"`, ""},
		{"table of settings", []string{"doctor", "--config"}, nil, 0, "| `OMOTENASHI_ADDR` | `127.0.0.1:8080` |", ""},
		{"code of the demo's operator", []string{"demo", "code"}, map[string]string{"OMOTENASHI_DATA": t.TempDir()}, 0, "\n", ""},
		{"demo without a database", []string{"demo", "--force"}, map[string]string{"OMOTENASHI_DATA": t.TempDir()}, exitFailed, "", "DATABASE_URL"},
		{"no command", nil, nil, exitUsage, "", "expected one of"},
		{"unknown command", []string{"sreve"}, nil, exitUsage, "", "unexpected argument sreve"},
		{"unknown flag", []string{"serve", "--port", "1"}, nil, exitUsage, "", "unknown flag --port"},
		{"wrong settings", []string{"serve", "--addr", "8080"}, map[string]string{"OMOTENASHI_LOG_LEVEL": "loud"}, exitUsage, "", "OMOTENASHI_LOG_LEVEL"},
		{"no database", []string{"serve"}, map[string]string{"OMOTENASHI_ADDR": "127.0.0.1:0", "OMOTENASHI_DATA": t.TempDir()}, exitFailed, "", "DATABASE_URL"},
		{"nothing to migrate", []string{"migrate"}, nil, exitFailed, "", "DATABASE_URL"},
		{"ill health", []string{"doctor"}, map[string]string{"OMOTENASHI_DATA": t.TempDir()}, exitFailed, "fail  database", "found faults"},
		{"looking at no database", []string{"verify"}, map[string]string{"OMOTENASHI_DATA": t.TempDir()}, exitUnknown, "", "DATABASE_URL"},
		{"looking at an unreachable database", []string{"verify", "--only", "I1,I3", "--json"}, map[string]string{
			"OMOTENASHI_DATA": t.TempDir(), "DATABASE_URL": "postgres://127.0.0.1:1/none",
		}, exitUnknown, "", "PostgreSQL"},
		{"passphrase as an argument", []string{"admin", "create", "a@example.jp", "--passphrase", "x"}, nil, exitUsage, "", "unknown flag --passphrase"},
		{"operator without an address", []string{"admin", "create"}, nil, exitUsage, "", "expected \"<email>\""},
		{"operator without a database", []string{"admin", "create", "a@example.jp"}, map[string]string{"OMOTENASHI_DATA": t.TempDir()}, exitFailed, "", "DATABASE_URL"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := command(t, test.environ, "", test.args...)
			if code != test.code || !strings.Contains(out, test.out) || !strings.Contains(errs, test.errs) {
				t.Errorf("code %d, want %d\nout: %s\nerr: %s", code, test.code, out, errs)
			}
		})
	}
}

func TestPassphrase_FromTheEnvironmentOrStandardInput(t *testing.T) {
	t.Parallel()
	in := func(text string) *os.File {
		path := filepath.Join(t.TempDir(), "stdin")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	tests := []struct {
		environ     map[string]string
		stdin, want string
	}{
		{nil, "typed in a pipe\nand more\n", "typed in a pipe"},
		{nil, " with blanks \r\n", " with blanks "},
		{nil, "no line end", "no line end"},
		{map[string]string{envPassphrase: "from the environment"}, "ignored\n", "from the environment"},
	}
	for _, test := range tests {
		got, err := (&process{environ: test.environ, in: in(test.stdin)}).passphrase()
		if err != nil || got != test.want {
			t.Errorf("%q, %v, want %q", got, err, test.want)
		}
	}
}
