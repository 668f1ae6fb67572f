package jp

import (
	"strings"
	"testing"
)

func TestParsePhone_AsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"090-1234-5678": "+819012345678",
		"０９０－１２３４－５６７８":      "+819012345678",
		"090ー1234ー5678":      "+819012345678", // a long-vowel mark for a hyphen
		"090−1234‐5678":      "+819012345678",
		" 080 1234 5678 ":    "+818012345678",
		"(03)1234-5678":      "+81312345678",
		"07012345678":        "+817012345678",
		"060-1000-1234":      "+816010001234", // the assigned part of 060
		"+81 90-1234-5678":   "+819012345678",
		"＋81 (0)3-1234-5678": "+81312345678",
		"050-1234-5678":      "+815012345678",
		"0120-123-456":       "+81120123456",
		"+1 202-456-1111":    "+12024561111",
	} {
		if got, err := ParsePhone(in); err != nil || got != want {
			t.Errorf("ParsePhone(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestParsePhone_RefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", " ", "-", "+", "110", "119", "abc", "0901234567", "090-1234-56789", "090-0234-5678",
		"060-2000-1234", // not assigned
		"06012345678", "1-800-FLOWERS", "090-1234-5678 ext. 5", "090;1234;5678", "+81+9012345678",
		"+999 1234567", "0000000000", strings.Repeat("0", 41), strings.Repeat("9", 10000), "090-1234-567\u0000",
	} {
		if got, err := ParsePhone(in); err == nil {
			t.Errorf("ParsePhone(%q) = %q, want an error", in, got)
		}
	}
}

func TestNationalPhone_ShowsHyphens(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"+819012345678": "090-1234-5678",
		"+816010001234": "060-1000-1234",
		"+81312345678":  "03-1234-5678",
		"+12024561111":  "+1 202-456-1111",
		"":              "",
		"nonsense":      "nonsense",
	} {
		if got := NationalPhone(in); got != want {
			t.Errorf("NationalPhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLast4(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"+819012345678": "5678", "": "", "123": ""} {
		if got := Last4(in); got != want {
			t.Errorf("Last4(%q) = %q", in, got)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"090-1234-5678", "＋81 (0)3", "", "+", "ー", "0\u3099"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e164, err := ParsePhone(s)
		if err != nil {
			return
		}
		if again, err := ParsePhone(e164); err != nil || again != e164 {
			t.Fatalf("ParsePhone(%q) = %q, which reads as %q, %v", s, e164, again, err)
		}
		if shown, err := ParsePhone(NationalPhone(e164)); err != nil || shown != e164 {
			t.Fatalf("%q is shown as %q, which reads as %q, %v", e164, NationalPhone(e164), shown, err)
		}
	})
}
