package devstack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

func startMail(t *testing.T, dir string) *Mail {
	t.Helper()
	m, err := StartMail(t.Context(), MailOptions{Dir: dir, Clock: clock.NewManual(time.Date(2026, 12, 1, 5, 30, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Stop(t.Context()) })
	return m
}

func deliver(t *testing.T, m *Mail, to, raw string) {
	t.Helper()
	addr := fmt.Sprintf("%s:%d", m.Host(), m.Port())
	err := smtp.SendMail(addr, nil, "no-reply@example.jp", []string{to}, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, m *Mail, host, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = host
	m.Handler().ServeHTTP(w, r)
	return w
}

type listed struct {
	Items []struct {
		ID      string   `json:"id"`
		To      []string `json:"to"`
		Subject string   `json:"subject"`
		Text    string   `json:"text"`
		Links   []string `json:"links"`
	} `json:"items"`
}

func list(t *testing.T, m *Mail, query string) listed {
	t.Helper()
	var out listed
	if err := json.Unmarshal(get(t, m, "localhost:8080", "/dev/mail.json"+query).Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

const japaneseMail = `From: =?UTF-8?B?6Iqx44K144Ot44Oz?= <no-reply@example.jp>
To: hanako@example.jp
Subject: =?UTF-8?B?44GU5LqI57SE?=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: base64

44GT44Gh44KJIGh0dHBzOi8vYm9vay5leGFtcGxlLmpwL21hbmFnZS9hYmMtX0Eu
--b1
Content-Type: text/html; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

<a href=3D"https://book.example.jp/manage/abc-_A?x=3D1&amp;y=3D2">=E4=BA=88</a>
--b1--
`

func TestMail_CatchesListsAndSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mail")
	m := startMail(t, dir)
	deliver(t, m, "taro@example.jp", "Subject: first\n\nhello\n")
	deliver(t, m, "hanako@example.jp", japaneseMail)
	want := listed{}
	check := func(m *Mail) {
		got := list(t, m, "")
		if len(got.Items) != 2 || got.Items[1].Subject != "first" {
			t.Fatalf("newest first: %+v", got)
		}
		newest := got.Items[0]
		if newest.Subject != "ご予約" || !strings.Contains(newest.Text, "こちら") {
			t.Errorf("decoded: %+v", newest)
		}
		links := []string{"https://book.example.jp/manage/abc-_A", "https://book.example.jp/manage/abc-_A?x=1&y=2"}
		if d := cmp.Diff(links, newest.Links); d != "" {
			t.Errorf("links (-want +got):\n%s", d)
		}
		if len(want.Items) > 0 {
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("after a restart (-before +after):\n%s", d)
			}
		}
		want = got
	}
	check(m)
	if got := list(t, m, "?to=TARO@example.jp"); len(got.Items) != 1 || got.Items[0].To[0] != "taro@example.jp" {
		t.Errorf("filtered: %+v", got)
	}
	for range 2 {
		if err := m.Stop(t.Context()); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	check(startMail(t, dir))
}

func TestMail_KeepsTheLastThousand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	box, err := openMailbox(dir, clock.NewManual(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)), orDiscard(nil))
	if err != nil {
		t.Fatal(err)
	}
	for i := range mailKept + 5 {
		if err := box.keep([]string{"a@example.jp"}, fmt.Appendf(nil, "Subject: %d\r\n\r\nx", i)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	mails := box.list("")
	if len(mails) != mailKept || len(files) != mailKept || mails[0].Subject != strconv.Itoa(mailKept+4) || mails[mailKept-1].Subject != "5" {
		t.Errorf("%d mails, %d files, newest %q, oldest %q", len(mails), len(files), mails[0].Subject, mails[len(mails)-1].Subject)
	}
}

const hostileMail = `From: "<script>alert(1)</script>" <a@example.com>
Subject: <img src=x onerror=alert(2)>
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

<script>alert(3)</script> javascript:alert(4) http://a.example/"onmouseover="alert(5)
--b
Content-Type: text/html

<script>alert(6)</script><form action="/api"><a href="javascript:alert(7)">x</a><img src="https://evil.example/p.png">
--b--
`

func TestMail_HostileMailHarmsNobody(t *testing.T) {
	t.Parallel()
	m := startMail(t, t.TempDir())
	deliver(t, m, "a@example.jp", hostileMail)
	id := list(t, m, "").Items[0].ID
	for _, path := range []string{"/dev/mail", "/dev/mail/" + id} {
		w := get(t, m, "127.0.0.1:8080", path)
		body := w.Body.String()
		for _, bad := range []string{"<script", "<img", `href="javascript`, `"onmouseover`} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %s:\n%s", path, bad, body)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script-src") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	page := get(t, m, "localhost", "/dev/mail/"+id).Body.String()
	if !strings.Contains(page, `<iframe title="HTML" sandbox="allow-popups allow-popups-to-escape-sandbox"`) {
		t.Errorf("no sandbox: %s", page)
	}
	w := get(t, m, "localhost", "/dev/mail/"+id+"/html")
	csp := w.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "sandbox ") || strings.Contains(csp, "allow-scripts") || strings.Contains(csp, "allow-same-origin") ||
		!strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "img-src data:") {
		t.Errorf("policy of the HTML: %q", csp)
	}
	if !strings.HasPrefix(w.Body.String(), `<base target="_blank">`) {
		t.Errorf("links open in the frame: %s", w.Body)
	}
	source := get(t, m, "localhost", "/dev/mail/"+id+"/source")
	if got := source.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" || source.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("source as %q", got)
	}
}

func TestMail_AnswersOnlyWhenAddressedDirectly(t *testing.T) {
	t.Parallel()
	m := startMail(t, t.TempDir())
	for host, want := range map[string]int{
		"localhost:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200, "192.168.0.5:8080": 200, "evil.example": 403, "evil.example:8080": 403, "": 403,
	} {
		if got := get(t, m, host, "/dev/mail.json").Code; got != want {
			t.Errorf("host %q: %d, want %d", host, got, want)
		}
	}
	if got := get(t, m, "localhost", "/dev/mail/unknown").Code; got != http.StatusNotFound {
		t.Errorf("absent mail: %d", got)
	}
}

func FuzzReadMail(f *testing.F) {
	f.Add([]byte(japaneseMail))
	f.Add([]byte(hostileMail))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"))
	f.Add([]byte("no header at all"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := readMail("id", time.Time{}, raw)
		for _, l := range m.Links {
			if !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") && !strings.HasPrefix(strings.ToLower(l), "http") {
				t.Errorf("link %q", l)
			}
		}
		if strings.Contains(string(linked(m.Text)), "<script") {
			t.Errorf("markup: %s", linked(m.Text))
		}
	})
}

func TestLockFolder_KeepsASecondOneOut(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	unlock, err := LockFolder(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LockFolder(t.Context(), dir); err == nil || !strings.Contains(err.Error(), ErrFolderTaken.Error()) {
		t.Errorf("second lock: %v", err)
	}
	unlock()
	again, err := LockFolder(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	again()
}
