package transfer

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Whatever the bytes, the reader comes to an end; what it read is text, and
// comes back the same from what an export writes of it, which is no formula.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"a,b\r\n", "\"a\nb\",\"\"\"\"\n", "姓,名\n髙橋,〜\n", "\xff\x82\xa0,\"", "=1+1,@x,'-\n", "\",\n\"", "\r\r\n\n"} {
		f.Add([]byte(s), byte(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, which byte) {
		if len(data) > 1<<12 {
			return
		}
		comma := separators[int(which)%len(separators)]
		l := newLines(decoded(strings.NewReader(string(data)), UTF8), comma)
		for range len(data) + 2 {
			r, err := l.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Code != "" {
				continue
			}
			again := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				if !utf8.ValidString(c) {
					t.Fatalf("%q is no text", c)
				}
				again[i] = cell(c)
			}
			if comma != ',' {
				continue
			}
			back, err := newLines(strings.NewReader(strings.Join(again, ",")+"\r\n"), ',').next()
			if err != nil || back.Code != "" || len(back.Cells) != len(r.Cells) {
				t.Fatalf("%q became %q: %v", r.Cells, back.Cells, err)
			}
			for i, c := range back.Cells {
				if c != "" && strings.IndexByte(formulaMarks, c[0]) >= 0 {
					t.Fatalf("%q is a formula", c)
				}
				if unguarded(c) != r.Cells[i] {
					t.Fatalf("%q came back as %q", r.Cells[i], c)
				}
			}
		}
		t.Fatal("no end")
	})
}

// Values are read or refused, and what is read is within its bounds.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"¥5,500", "1時間30分", "午後2時半", "2026/12/01(火) 14:30", "令和8年12月1日14時", "9999999999999999999", "-1", "25:00", "：：", "am pm", "99時間", "1,2、3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := yen(s); ok && n < 0 {
			t.Errorf("yen(%q) = %d", s, n)
		}
		if n, ok := minutes(s); ok && (n < 0 || n > 48*60) {
			t.Errorf("minutes(%q) = %d", s, n)
		}
		if n, ok := timeOfDay(s); ok && (n < 0 || n > clock.MaxMinute) {
			t.Errorf("timeOfDay(%q) = %d", s, n)
		}
		if start, column := startOf(cells{"start": s}, time.UTC); column == "" && start.IsZero() && !strings.HasPrefix(s, "0001") {
			t.Errorf("startOf(%q) is no start", s)
		}
		for _, x := range list(s) {
			if x == "" {
				t.Errorf("list(%q) has an empty entry", s)
			}
		}
		if got := unguarded(guarded(s)); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	})
}
