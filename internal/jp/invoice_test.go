package jp

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Corporate numbers as their owners publish them.
var publishedNumbers = map[string]string{
	"7000012050002": "国税庁",
	"7010705000725": "日本税理士会連合会",
	"4011001098993": "FoundingBase",
	"9011001029597": "東日本旅客鉄道",
	"1180301018771": "トヨタ自動車",
	"5010401067252": "ソニーグループ",
	"1130001011420": "任天堂",
	"1010001112577": "日本郵便",
	"9010701020592": "楽天グループ",
}

func TestParseInvoiceNumber_PublishedCompanies(t *testing.T) {
	t.Parallel()
	for digits, name := range publishedNumbers {
		got, err := ParseInvoiceNumber("T" + digits)
		if err != nil || got != (InvoiceNumber{"T" + digits, true}) {
			t.Errorf("%s %s: %+v, %v", name, digits, got, err)
		}
	}
}

func TestParseInvoiceNumber_AsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"T7000012050002", "t7000012050002", "Ｔ７０００－０１２０－５０００２", "T7-0000-1205-0002", "T 7000 0120 5000 2", " T7000012050002　", "T−7000012050002", "T7000ー0120ー50002",
	} {
		if got, err := ParseInvoiceNumber(in); err != nil || got.Number != "T7000012050002" || !got.Checked {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	// No corporate number begins so: a sole proprietor's, whose check nobody published.
	for _, in := range []string{"T1812345678901", "T9999999999999", "T5612345678901"} {
		if got, err := ParseInvoiceNumber(in); err != nil || got.Checked {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for in, want := range map[string]error{
		"": ErrInvoiceNumber, "T": ErrInvoiceNumber, "7000012050002": ErrInvoiceNumber, "T700001205000": ErrInvoiceNumber, "T70000120500022": ErrInvoiceNumber,
		"T700001205000O": ErrInvoiceNumber, "TT7000012050002": ErrInvoiceNumber, "X7000012050002": ErrInvoiceNumber, strings.Repeat("T", 41): ErrInvoiceNumber,
		"T7000012050002x": ErrInvoiceNumber, "T७000012050002": ErrInvoiceNumber,
		"T8000012050002": ErrCheckDigit, "T7000012050003": ErrCheckDigit, "T7000012500002": ErrCheckDigit, "T1234567890123": ErrCheckDigit, "T0000000000000": ErrCheckDigit,
	} {
		if got, err := ParseInvoiceNumber(in); !errors.Is(err, want) || got != (InvoiceNumber{}) {
			t.Errorf("%q: %+v, %v, want %v", in, got, err, want)
		}
	}
}

func TestFormatInvoiceNumber(t *testing.T) {
	t.Parallel()
	if got := FormatInvoiceNumber("T7000012050002"); got != "T7-0000-1205-0002" {
		t.Errorf("got %q", got)
	}
	if got := FormatInvoiceNumber("none"); got != "none" {
		t.Errorf("got %q", got)
	}
}

// One mistyped digit is found, but for 0 and 9, which weigh the same by nine.
func TestParseInvoiceNumber_FindsASlip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rest := fmt.Sprintf("%d%011d", rapid.SampledFrom([]int{0, 1, 5, 7}).Draw(t, "kind"), rapid.Int64Range(0, 99_999_999_999).Draw(t, "rest"))
		digits := []byte(string(checkDigit(rest)) + rest)
		if _, err := ParseInvoiceNumber("T" + string(digits)); err != nil {
			t.Fatalf("%s: %v", digits, err)
		}
		if _, err := ParseInvoiceNumber(FormatInvoiceNumber("T" + string(digits))); err != nil {
			t.Fatalf("%s: %v", FormatInvoiceNumber("T"+string(digits)), err)
		}
		at, slip := rapid.IntRange(2, 12).Draw(t, "at"), byte('0'+rapid.IntRange(0, 9).Draw(t, "slip"))
		if (int(digits[at])-int(slip))%9 == 0 {
			return
		}
		digits[at] = slip
		if got, err := ParseInvoiceNumber("T" + string(digits)); !errors.Is(err, ErrCheckDigit) {
			t.Fatalf("%s: %+v, %v", digits, got, err)
		}
	})
}

func FuzzParseInvoiceNumber(f *testing.F) {
	for _, s := range []string{"T7000012050002", "Ｔ７-0000", "T1812345678901", "", "ー", "T\u3099"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseInvoiceNumber(s)
		if err != nil {
			return
		}
		if again, err := ParseInvoiceNumber(FormatInvoiceNumber(n.Number)); err != nil || again != n {
			t.Fatalf("%q is %+v, which reads as %+v, %v", s, n, again, err)
		}
	})
}
