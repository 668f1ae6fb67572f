package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// tourAddress is where the README says that the program is.
const tourAddress = "127.0.0.1:8080"

// The README's tour is pasted line by line into a shell, against a dev server
// with the demo, a twentieth of its usual volume.
func TestTour_PastedLineByLine_ShowsWhatTheReadmeSays(t *testing.T) {
	if !pgtest.Full() { // a whole program with its demo
		return
	}
	t.Parallel()
	url := pgtest.NewURL(t)
	seedDemo(t, url)
	s := start(t, settings(t, map[string]string{
		"DATABASE_URL": url, "OMOTENASHI_KEY": proofKey, "OMOTENASHI_SMTP_HOST": "", "OMOTENASHI_MAIL_FROM": "",
	}), app.Dev)
	lines := append(tourLines(t, s.Site), `echo "$TOKEN"`, `echo "$OTHER"`)
	printed := paste(t, lines)
	said := func(part string) string {
		t.Helper()
		for i, line := range lines {
			if strings.Contains(line, part) {
				return printed[i]
			}
		}
		t.Fatalf("the tour has no line with %s", part)
		return ""
	}
	token, other := said(`echo "$TOKEN"`), said(`echo "$OTHER"`)
	for part, want := range map[string]string{
		`?q=hana"`:                 `"slug":"hana-salon".*"next_cursor":null`,
		`s.duration_minutes`:       `(?m)^Haircut 60 min ¥5500$`,
		`$START with $STAFF`:       `^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+09:00 with [0-9a-f-]{36}$`,
		`"$BOOKED" | pick '.book`:  `^confirmed$`,
		`"$REFUSED" | pick '.code`: `^booking\.slot_taken$`,
		`/reschedule"`:             `^` + regexp.QuoteMeta(other) + `$`,
		`.cancellation_fee.amount`: `^0$`, // the policy asks for nothing so long before
		`/cancel"`:                 `^cancelled$`,
		`slots.some(`:              `^true$`,
		`pick '.summary'`:          `(?s)^\{.*bookings: \d+,.*cancelled: [1-9]\d*,.*expected_takings: \{ amount: \d+, currency: 'JPY' \}`,
	} {
		if got := said(part); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s\nprinted %s\nwant    %s", part, got, want)
		}
	}
	wantTourMail(t, "http://"+s.Site, token)
	if text := fmt.Sprint(s.out, s.log); strings.Contains(text, token) || strings.Contains(s.log.String(), "hanako@customer.example") {
		t.Error("the log tells secrets of the tour")
	}
}

// seedDemo makes a small demo, as dev would make a whole one.
func seedDemo(t *testing.T, url string) {
	t.Helper()
	ring, err := secret.Parse(proofKey)
	if err != nil {
		t.Fatal(err)
	}
	deps := demo.Deps{DB: pgtest.Open(t, url), Ring: ring, Log: slog.New(slog.DiscardHandler), Now: clock.System{}.Now(), Percent: 5}
	if r, err := demo.Seed(t.Context(), deps); err != nil || !r.Seeded {
		t.Fatalf("demo: %+v %v", r, err)
	}
}

var tourBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// tourLines are the lines of the README's tour, for the server at the address.
func tourLines(t *testing.T, site string) []string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tour, begun := strings.Cut(string(readme), "<!-- tour:")
	tour, _, ended := strings.Cut(tour, "<!-- end of tour -->")
	if !begun || !ended || !strings.Contains(tour, tourAddress) {
		t.Fatal("the README has no tour, or it leads elsewhere")
	}
	var out []string
	for _, block := range tourBlock.FindAllStringSubmatch(tour, -1) {
		out = append(out, strings.Split(strings.TrimSpace(strings.ReplaceAll(block[1], tourAddress, site)), "\n")...)
	}
	return out
}

// paste runs lines in one shell and gives what each of them printed.
func paste(t *testing.T, lines []string) []string {
	t.Helper()
	const mark = "--- line"
	var script bytes.Buffer
	for _, line := range lines {
		fmt.Fprintf(&script, "%s\nprintf '\\n%s\\n'\n", line, mark)
	}
	shell := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-s")
	var out, complaints bytes.Buffer
	shell.Stdin, shell.Stdout, shell.Stderr = &script, &out, &complaints
	if err := shell.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("the tour ends with %v: %s\n%s", err, &complaints, &out)
	}
	printed := strings.Split(out.String(), "\n"+mark+"\n")
	if len(printed) != len(lines)+1 {
		t.Fatalf("%d lines, %d answers:\n%s", len(lines), len(printed)-1, &out)
	}
	for i := range printed {
		printed[i] = strings.TrimSpace(printed[i])
	}
	return printed
}

// wantTourMail waits for the confirmation with the link, where the README says that mails are.
func wantTourMail(t *testing.T, site, token string) {
	t.Helper()
	subject, text := caughtMail(t, site, "hanako@customer.example")
	_, all := call(t, http.MethodGet, site+"/dev/mail.json?to=hanako@customer.example", "")
	if !strings.Contains(all, site+"/manage/"+token) {
		t.Errorf("no mail with the link, the newest is %s: %s", subject, text)
	}
	if status, page := call(t, http.MethodGet, site+"/dev/mail", ""); status != http.StatusOK || !strings.Contains(page, "hanako@customer.example") {
		t.Errorf("the page of mails: %d", status)
	}
	if !json.Valid([]byte(all)) {
		t.Errorf("no JSON: %s", all)
	}
}
