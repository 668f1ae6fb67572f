package auth

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// wire stands between a service and its database and counts the statements that
// are executed.
type wire struct{ statements atomic.Int64 }

// listen gives the URL of the database behind the wire.
func (c *wire) listen(t *testing.T, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	server := u.Host
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", server)
			if err != nil {
				_ = in.Close()
				return
			}
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
			go func() { c.pass(out, in); _ = out.Close() }()
		}
	}()
	u.Host = l.Addr().String()
	return u.String()
}

// pass copies the messages of a client: https://www.postgresql.org/docs/current/protocol-message-formats.html
func (c *wire) pass(to io.Writer, from io.Reader) {
	r := bufio.NewReader(from)
	started := false
	for {
		head := make([]byte, 5)
		if !started {
			head = head[:4]
		}
		if _, err := io.ReadFull(r, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[len(head)-4:])-4)
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		switch {
		case !started:
			started = binary.BigEndian.Uint32(body) == 196608 // version 3.0; what comes before asks for encryption
		case head[0] == 'E' || head[0] == 'Q':
			c.statements.Add(1)
		}
		if _, err := to.Write(append(head, body...)); err != nil {
			return
		}
	}
}

// S18: whether an account exists does not show in the work: statements and
// hashes are counted, not timed.
func TestSameness_KnownOrNot_TheSameWork(t *testing.T) {
	t.Parallel()
	var c wire
	db := pgtest.Open(t, c.listen(t, pgtest.NewURL(t)))
	clk := clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))
	w := &world{Service: New(db, clk, pgtest.Ring(t), Options{Work: cheap}), db: db, clock: clk}
	w.user(t, "hana@example.jp")
	gone := w.user(t, "gone@example.jp")
	w.exec(t, "UPDATE users SET disabled_at = now() WHERE id = $1", gone)
	w.register(t, "new@example.jp") // awaits its verification
	wisher := w.user(t, "wisher@example.jp")
	from := netip.MustParseAddr("203.0.113.7")
	strangers := 0
	work := func(f func()) string {
		clk.Advance(time.Minute)
		s, h := c.statements.Load(), w.passwords.done.Load()
		f()
		return fmt.Sprintf("%d statements, %d hashes", c.statements.Load()-s, w.passwords.done.Load()-h)
	}
	for name, ask := range map[string]func(email string) error{
		"login": func(email string) error {
			_, err := w.Login(t.Context(), LoginInput{Email: email, Password: "wrong", Address: from})
			if err == nil || err.Error() != ErrCredentials.Error() {
				t.Errorf("login %s: %v", email, err)
			}
			return nil
		},
		"register": func(email string) error {
			if email == "nobody@example.jp" { // nobody is nobody only once
				strangers++
				email = fmt.Sprintf("nobody%d@example.jp", strangers)
			}
			_, err := w.Register(t.Context(), RegisterInput(person(email)), nil)
			return err
		},
		"forgot": func(email string) error { return w.ForgotPassword(t.Context(), email, from) },
		"resend": func(email string) error { return w.ResendVerification(t.Context(), email, from) },
		"change of address": func(email string) error {
			return w.ChangeEmail(t.Context(), Principal{UserID: wisher}, ChangeEmailInput{Email: email, Password: passphrase, Address: from})
		},
	} {
		want := ""
		for _, email := range []string{"nobody@example.jp", "hana@example.jp", "gone@example.jp", "new@example.jp"} {
			var err error
			got := work(func() { err = ask(email) })
			wantCode(t, name+" "+email, err, "")
			if want == "" {
				want = got
			}
			if got != want || c.statements.Load() == 0 {
				t.Errorf("%s of %s: %s; of one without account: %s", name, email, got, want)
			}
		}
	}
}
