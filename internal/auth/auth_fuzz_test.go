package auth

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// Nobody makes a refresh token but us, and each has one spelling.
func FuzzParseRefresh(f *testing.F) {
	s := &Service{ring: pgtest.Ring(f), clock: clock.System{}}
	session := SessionID{1, 2, 3} // the same in every process of a fuzz run
	good := base64.RawURLEncoding.EncodeToString(s.refreshToken(session, 5))
	for _, x := range []string{good, "", good + "A", good[:len(good)-1] + "_", good + "=", good[:9] + "\r\n" + good[9:], strings.Repeat("A", len(good)), base64.RawURLEncoding.EncodeToString(s.refreshToken(session, -1))} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, token string) {
		got, generation, _, ok := s.parseRefresh(token)
		if ok && (token != good || got != session || generation != 5) {
			t.Errorf("%q is session %s, generation %d", token, got, generation)
		}
		if token == good && !ok {
			t.Error("ours is refused")
		}
	})
}

// A link's token of another purpose, person, time or binding does not stand.
func FuzzReadLink(f *testing.F) {
	now := clock.NewManual(time.Unix(1_900_000_000, 0))
	s := &Service{ring: pgtest.Ring(f), clock: now}
	user := UserID{1, 2, 3}
	good := base64.RawURLEncoding.EncodeToString(s.linkToken("verify", user, now.Now().Add(time.Hour), "a@example.jp"))
	for _, x := range []string{good, "", good + "A", strings.Repeat("_", len(good)), strings.Repeat("A", len(good)), good[:30] + "\n" + good[30:]} {
		f.Add(x, "a@example.jp")
		f.Add(x, "b@example.jp")
	}
	f.Fuzz(func(t *testing.T, token, bound string) {
		raw, who, expires, err := readLink(token)
		if err == nil {
			err = s.linkStands(raw, s.linkToken("verify", who, expires, bound), expires)
		}
		switch {
		case err == nil && (token != good || bound != "a@example.jp" || who != user):
			t.Errorf("%q stands for %s, %q", token, who, bound)
		case err != nil && token == good && bound == "a@example.jp":
			t.Error("ours is refused")
		case err != nil && fault.KindOf(err) == fault.Internal:
			t.Errorf("%q: %v", token, err)
		}
	})
}

// An address has one spelling, which can stand in a header and is the same when
// it is read again.
func FuzzNormalEmail(f *testing.F) {
	for _, x := range []string{"Hanako@Example.JP", "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "a@b", "a@b.c", "a..b@example.jp", "\"x y\"@example.jp", "a@example.jp\r\nBcc: b@example.jp", "a@[1.2.3.4]", "あ@例え.jp", "İ@example.jp", strings.Repeat("a", 65) + "@example.jp", "a@-b.jp", "ﬁ@example.jp"} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, s string) {
		email, ok := normalEmail(s)
		if !ok {
			return
		}
		if again, ok := normalEmail(email); !ok || again != email {
			t.Errorf("%q became %q, then %q, %t", s, email, again, ok)
		}
		if len(email) > MaxEmail || strings.Count(email, "@") != 1 || strings.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>,;:()[]\\\"", r) }) {
			t.Errorf("%q became %q", s, email)
		}
	})
}

// Codes of apps and of paper are read as people type them, and in one spelling.
func FuzzPlainCode(f *testing.F) {
	for _, x := range []string{"123456", "123 456", "１２３－４５６", "12345", "１２３ー４５６", "abcd-efgh", "٠١٢٣٤٥", "①②③④⑤⑥", "\x00123456", "½½½"} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, s string) {
		plain := plainCode(s)
		if again := plainCode(plain); again != plain {
			t.Errorf("%q became %q, then %q", s, plain, again)
		}
		if code, ok := digits(s); ok && (len(code) != 6 || strings.Trim(code, "0123456789") != "" || code != plain) {
			t.Errorf("%q became %q", s, code)
		}
	})
}
