package email

import (
	"bytes"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
)

// No text of a person or a business writes a header of its own: a mail has the
// headers that it has with plain texts, one recipient, and its subject is read
// as it was written.
func FuzzCompose(f *testing.F) {
	s, err := NewSMTP(Options{Host: "127.0.0.1", Port: 1, TLS: "none", From: "Shop <no-reply@example.jp>", Timeout: time.Second})
	if err != nil {
		f.Fatal(err)
	}
	plain := headersOf(f, s, Mail{ID: "1", To: "a@example.jp", ToName: "x", FromName: "x", ReplyTo: "b@example.jp", Subject: "x", Text: "x", Language: "ja"})
	for _, x := range []string{"予約の確認", "x\r\nBcc: everybody@example.jp", "\n.\r\nQUIT", "=?utf-8?B?eA==?=", "a\" <evil@example.jp>", "\u202exe.fdp", "\x00", strings.Repeat("長い件名", 60), "\xff\xfe", "a, b@c.jp; d", "x\u2028Bcc: y"} {
		f.Add(x, x, x)
	}
	f.Fuzz(func(t *testing.T, name, subject, text string) {
		m := Mail{ID: "1", To: "a@example.jp", ToName: name, FromName: name, ReplyTo: "b@example.jp", Subject: subject, Text: text, Language: "ja"}
		got := headersOf(t, s, m)
		var names []string
		for k := range got {
			names = append(names, k)
		}
		for _, k := range names {
			if _, known := plain[k]; !known || len(got[k]) != 1 {
				t.Errorf("%q, %q: header %s: %q", name, subject, k, got[k])
			}
		}
		to, err := mail.ParseAddressList(got.Get("To"))
		if err != nil || len(to) != 1 || to[0].Address != "a@example.jp" {
			t.Errorf("%q: to %v, %v", name, got["To"], err)
		}
		from, err := mail.ParseAddressList(got.Get("From"))
		if err != nil || len(from) != 1 || from[0].Address != "no-reply@example.jp" {
			t.Errorf("%q: from %v, %v", name, got["From"], err)
		}
		read, err := new(mime.WordDecoder).DecodeHeader(got.Get("Subject"))
		if want := oneLine(subject); err != nil || !slices.Equal(strings.Fields(read), strings.Fields(want)) {
			t.Errorf("%q is read as %q, %v", want, read, err)
		}
	})
}

func headersOf(tb testing.TB, s *SMTP, m Mail) mail.Header {
	tb.Helper()
	msg, err := s.compose(m)
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		tb.Fatal(err)
	}
	parsed, err := mail.ReadMessage(&b)
	if err != nil {
		tb.Fatalf("%v:\n%s", err, b.Bytes())
	}
	return parsed.Header
}
