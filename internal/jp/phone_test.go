package jp

import (
	"strings"
	"testing"
)

func TestParsePhone_AsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"090-1234-5678": "+819012345678",
		"０９０－１２３４－５６７８":       "+819012345678",
		"090ー1234ー5678":       "+819012345678", // a long-vowel mark for a hyphen
		"090−1234‐5678":       "+819012345678",
		" 080 1234 5678 ":     "+818012345678",
		"(03)1234-5678":       "+81312345678",
		"07012345678":         "+817012345678",
		"060-1000-1234":       "+816010001234", // the assigned part of 060
		"+81 90-1234-5678":    "+819012345678",
		"＋81 (0)3-1234-5678":  "+81312345678",
		"050-1234-5678":       "+815012345678",
		"0120-123-456":        "+81120123456",
		"+1 202-456-1111":     "+12024561111",
		"0800-123-4567":       "+818001234567",
		"0570-000-911":        "+81570000911",
		"0570-01-2345":        "+81570012345",
		"０５０－３１２３－４５６７":       "+815031234567",
		"+81(0)90-1234-5678":  "+819012345678",
		"+81-090-1234-5678":   "+819012345678", // the 0 kept
		"0081-90-1234-5678":   "+819012345678",
		"010-81-90-1234-5678": "+819012345678",
		"81-90-1234-5678":     "+819012345678",
		"TEL 03-1234-5678":    "+81312345678",
		"tel:090-1234-5678":   "+819012345678",
		"℡０３（１２３４）５６７８":       "+81312345678",
		"090/1234/5678":       "+819012345678",
		"060-1100-1234":       "+816011001234",
		"01267-2-1234":        "+81126721234",
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
		"060-2000-1234", "060-0000-1234", "060-9123-4567", // not assigned
		"0177-12-345", "091-123-4567", "TEL", "TEL TEL 090-1234-5678", "TELX090-1234-5678", "0081", "0081-110",
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
		"+81120123456":  "0120-123-456",
		"+818001234567": "0800-123-4567",
		"+815031234567": "050-3123-4567",
		"+81570000911":  "0570-000-911",
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
