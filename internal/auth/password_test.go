package auth

import (
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

func TestReadPassword_Rules(t *testing.T) {
	t.Parallel()
	personal := []string{"tanaka.hanako@hana-salon.example", "田中", "花子"}
	for _, c := range []struct{ password, want string }{
		{"", "required"},
		{"short", "too_short"},
		{"fourteen chars", "too_short"},
		{"fifteen letters", ""},
		{strings.Repeat("ab cdefgh1 ", 11) + "zebra44", ""},
		{strings.Repeat("ab cdefgh1 ", 11) + "zebra444", "too_long"},
		{"all lower case and no digit", ""},
		{"             x ", codeGuessable},
		// Any Unicode, counted in characters.
		{"一二三四五六七八九十百千万億", "too_short"},
		{"春はあけぼのやうやう白くなりゆく", ""},
		{"🐶🐱🐭🐹🐰🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵", ""},
		{"correct horse battery staple", ""},
		{"omotenashi demo passphrase", ""},
		{"p0g-Vx7!qz_R2#mLw9", ""},
		// What others think of too.
		{"passwordpassword", codeGuessable},
		{"Password123456789", codeGuessable},
		{"PASSWORD PASSWORD", codeGuessable},
		{"123456789012345", codeGuessable},
		{"987654321098765", codeGuessable},
		{"qwertyuiopasdfgh", codeGuessable},
		{"abcdefghijklmnopq", codeGuessable},
		{"aaaaaaaaaaaaaaaa", codeGuessable},
		{"abababababababab", codeGuessable},
		{"zebrazebrazebra", codeGuessable},
		{"iloveyouiloveyou1", codeGuessable},
		{"ｐａｓｓｗｏｒｄ１２３４５６７８", codeGuessable},
		{"ありがとうございますありがとう", codeGuessable},
		{"おもてなしおもてなしおもてなし", codeGuessable},
		{"omotenashi-connect-1", codeGuessable},
		// What is known of the person.
		{"tanakahanako2026", codeGuessable},
		{"tanaka.hanako@hana-salon.example", codeGuessable},
		{"田中花子田中花子田中花子田中花子", codeGuessable},
		{"hanako likes winter tea", ""},
	} {
		var v fault.Fields
		readPassword(&v, "body.password", c.password, personal...)
		if got := fieldCodes(v.Err())["body.password"]; got != c.want {
			t.Errorf("%q: got %q, want %q", c.password, got, c.want)
		}
	}
}

// One person types on different keyboards: the same password in other code
// points is the same password.
func TestReadPassword_IsNormalised(t *testing.T) {
	t.Parallel()
	var v fault.Fields
	composed := readPassword(&v, "", "がぎぐげござじずぜぞ café zebra")
	decomposed := readPassword(&v, "", "か\u3099き\u3099く\u3099け\u3099こ\u3099さ\u3099し\u3099す\u3099せ\u3099そ\u3099 cafe\u0301 zebra")
	wide := readPassword(&v, "", "がぎぐげござじずぜぞ\u3000ｃａｆé\u3000zebra")
	if err := v.Err(); err != nil || composed != decomposed || composed != wide {
		t.Errorf("got %q, %q, %q (%v)", composed, decomposed, wide, err)
	}
}

func TestNormalEmail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{" Hana@Example.JP ", "hana@example.jp", true},
		{"ｈａｎａ＠ｅｘａｍｐｌｅ．ｊｐ", "hana@example.jp", true},
		{"a.b+c_d@mail.xn--eckwd4c7c.example", "a.b+c_d@mail.xn--eckwd4c7c.example", true},
		{strings.Repeat("a", 64) + "@example.jp", strings.Repeat("a", 64) + "@example.jp", true},
		{strings.Repeat("a", 65) + "@example.jp", "", false},
		{"a@" + strings.Repeat("abcdefgh.", 28) + "example", "", false},
		{"", "", false},
		{"hana", "", false},
		{"hana@localhost", "", false},
		{"hana@192.0.2.1", "", false},
		{"@example.jp", "", false},
		{"a..b@example.jp", "", false},
		{".a@example.jp", "", false},
		{"a@-x.jp", "", false},
		{"a@b@example.jp", "", false},
		{`"a b"@example.jp`, "", false},
		{"花@example.jp", "", false},
		{"hana@example.jp\r\nBcc: all@example.jp", "", false},
		{"Hana <hana@example.jp>", "", false},
		{"hana@example.jp\x00", "", false},
	} {
		got, ok := normalEmail(c.in)
		if ok != c.ok || (ok && got != c.want) {
			t.Errorf("%q: got %q, %t; want %q, %t", c.in, got, ok, c.want, c.ok)
		}
	}
}

func FuzzReadPassword(f *testing.F) {
	f.Add("omotenashi demo passphrase", "owner@hana-salon.example")
	f.Add("\xff\xfe", "\x00")
	f.Add(strings.Repeat("ﷺ", 128), "")
	f.Fuzz(func(t *testing.T, password, email string) {
		var v fault.Fields
		got := readPassword(&v, "body.password", password, email)
		if v.Err() != nil {
			return
		}
		if n := len([]rune(got)); n < MinPassword || n > MaxPassword {
			t.Errorf("%q of %d characters was taken", password, n)
		}
		if normalPassword(got) != got {
			t.Errorf("%q is not stable", got)
		}
	})
}
