package secret

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

// A master key that is accepted is 32 bytes, in whatever alphabet of base64, and
// makes the ring of those bytes.
func FuzzParse(f *testing.F) {
	key := bytes.Repeat([]byte{0xfb, 0xef}, 16)
	for _, s := range []string{base64.StdEncoding.EncodeToString(key), base64.RawURLEncoding.EncodeToString(key), "", "====", strings.Repeat("A", 43), strings.Repeat("A", 44), " " + base64.StdEncoding.EncodeToString(key) + "\n", "あ", "A\nA"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ring, err := Parse(s)
		if err != nil {
			if ring != nil || len(s) > 8 && strings.Contains(err.Error(), s) {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		again, err := Parse(base64.StdEncoding.EncodeToString(ring.master))
		if err != nil || len(ring.master) < 32 || !bytes.Equal(again.Key("x"), ring.Key("x")) {
			t.Errorf("%q: %d bytes, %v", s, len(ring.master), err)
		}
	})
}

// What was sealed is opened whole by purpose, context and key; nothing else is opened.
func FuzzOpen(f *testing.F) {
	ring, err := New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("アレルギー"), []byte("b"), []byte{}, 0)
	f.Add([]byte{}, []byte{}, ring.Seal("q", []byte("x"), nil), 3)
	f.Fuzz(func(t *testing.T, plain, context, forged []byte, at int) {
		sealed := ring.Seal("p", plain, context)
		if got, err := ring.Open("p", sealed, context); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%q came back as %q, %v", plain, got, err)
		}
		if _, err := ring.Open("q", sealed, context); err == nil {
			t.Error("opened for another purpose")
		}
		if _, err := ring.Open("p", sealed, append([]byte{1}, context...)); err == nil {
			t.Error("opened in another context")
		}
		flipped := bytes.Clone(sealed)
		flipped[uint(at)%uint(len(flipped))] ^= 1
		for _, bad := range [][]byte{flipped, sealed[:uint(at)%uint(len(sealed))], append(bytes.Clone(sealed), 0), forged} {
			if got, err := ring.Open("p", bad, append(context, 9)); err == nil {
				t.Errorf("opened %x as %q", bad, got)
			}
			if got, err := ring.Open("p", bad, context); err == nil && !bytes.Equal(bad, sealed) && len(got) > 0 {
				t.Errorf("opened %x as %q", bad, got)
			}
		}
	})
}

// A token has one spelling.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "AAAA", "AAA", "AA\nAA", "AA==", "AB", "-_-_", "+/+/", "あ", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if raw, err := Decode(s); err == nil && Encode(raw) != s {
			t.Errorf("%q is %x, which is written %q", s, raw, Encode(raw))
		}
	})
}
