package transfer

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/text/encoding/japanese"
)

// readAll reads a whole file: cells joined by |, or the code of what is wrong.
func readAll(t *testing.T, in io.Reader, comma byte) []string {
	t.Helper()
	l := newLines(in, comma)
	var out []string
	for {
		r, err := l.next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.Line != len(out)+1 {
			t.Fatalf("line %d is counted as %d", len(out)+1, r.Line)
		}
		if r.Code != "" {
			out = append(out, "!"+r.Code)
			continue
		}
		out = append(out, strings.Join(r.Cells, "|"))
	}
}

func TestLines_AsSpreadsheetsWriteThem(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxRecord)
	for _, x := range []struct {
		name, in string
		comma    byte
		want     []string
	}{
		{"plain", "a,b\nc,d\n", ',', []string{"a|b", "c|d"}},
		{"without a last line break", "a,b\nc,d", ',', []string{"a|b", "c|d"}},
		{"CRLF", "a,b\r\nc,d\r\n", ',', []string{"a|b", "c|d"}},
		{"old Mac", "a,b\rc,d\r", ',', []string{"a|b", "c|d"}},
		{"tabs", "a\tb,c\n", '\t', []string{"a|b,c"}},
		{"semicolons", "a;b,c\n", ';', []string{"a|b,c"}},
		{"quotes", `"a ""b""","c,d"` + "\n", ',', []string{`a "b"|c,d`}},
		{"line breaks inside quotes", "\"a\nb\r\nc\",d\ne,f\n", ',', []string{"a\nb\r\nc|d", "e|f"}},
		{"empty cells and lines", ",,\n\na\n", ',', []string{"||", "", "a"}},
		{"a quote inside a plain cell", "5'7\" tall,b\n", ',', []string{`5'7" tall|b`}},
		{"text behind a quote", "\"a\"b,c\nd,e\n", ',', []string{"!import.quote", "d|e"}},
		{"a quote left open", "a,\"b\nc,d\ne,f", ',', []string{"!import.quote", "c|d", "e|f"}},
		{"too long", "a,b\n\"" + long + "\nc,d\n", ',', []string{"a|b", "!import.quote", "!import.long", "c|d"}},
		{"too many columns", strings.Repeat(",", maxColumns) + "\na\n", ',', []string{"!import.columns", "a"}},
		{"no text", "a,\xff\nb\x00,c\nd", ',', []string{"!import.not_text", "!import.not_text", "d"}},
		{"nothing", "", ',', nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []io.Reader{strings.NewReader(x.in), iotest.OneByteReader(strings.NewReader(x.in)), iotest.DataErrReader(strings.NewReader(x.in))} {
				got := readAll(t, in, x.comma)
				if x.name == "too long" { // where it is cut depends on nothing but the bytes
					if got[len(got)-1] != "c|d" || got[0] != "a|b" {
						t.Errorf("%.60q", got)
					}
					continue
				}
				if !slices.Equal(got, x.want) {
					t.Errorf("got %q, want %q", got, x.want)
				}
			}
		})
	}
}

func TestDetect_WholeFileDecides(t *testing.T) {
	t.Parallel()
	sjis, err := japanese.ShiftJIS.NewEncoder().String("姓,名\n髙橋,①\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		in   string
		want Charset
	}{
		{"a,b\n", UTF8},
		{bom + "姓,名\n", UTF8},
		{strings.Repeat("姓,名\n", 20000), UTF8},
		{strings.Repeat("a,b\n", 20000) + sjis, ShiftJIS},
		{sjis, ShiftJIS},
		{"", UTF8},
		{"姓\xe5", ShiftJIS}, // cut in the middle of a sign, for good
	} {
		for _, in := range []io.Reader{strings.NewReader(x.in), iotest.HalfReader(strings.NewReader(x.in))} {
			if got, err := detect(in); err != nil || got != x.want {
				t.Errorf("%.20q: %s, %v", x.in, got, err)
			}
		}
	}
}

// What a customer list of Windows holds survives the way out and back in.
func TestShiftJIS_ThereAndBack(t *testing.T) {
	t.Parallel()
	const text = "髙橋,﨑山,①②,10:00〜12:00,ﾊﾅｺ,−5,¥"
	e := &Encoder{charset: ShiftJIS}
	raw := e.Encode(text)
	if e.Replaced != 0 {
		t.Errorf("%d signs were replaced", e.Replaced)
	}
	for _, in := range []io.Reader{strings.NewReader(string(raw)), iotest.OneByteReader(strings.NewReader(string(raw)))} {
		back, err := io.ReadAll(decoded(in, ShiftJIS))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer("−", "－", "¥", "￥").Replace(text)
		if string(back) != want {
			t.Errorf("%q came back as %q", text, back)
		}
	}
	raw = e.Encode("𠮷野家 😀")
	if back, err := japanese.ShiftJIS.NewDecoder().String(string(raw)); err != nil || back != "〓野家 〓" || e.Replaced != 2 {
		t.Errorf("%q, %d replaced, %v", back, e.Replaced, err)
	}
}

func TestValues_AsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"5500": 5500, "¥5,500": 5500, "￥５，５００": 5500, "5,500円": 5500, "5,500円(税込)": 5500, "¥5,500-": 5500, "0": 0} {
		if got, ok := yen(in); !ok || got != want {
			t.Errorf("yen(%q) = %d, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "-5", "5.5", "高い", "¥"} {
		if got, ok := yen(in); ok {
			t.Errorf("yen(%q) = %d", in, got)
		}
	}
	for in, want := range map[string]int{"60": 60, "６０分": 60, "1時間": 60, "1時間30分": 90, "1:30": 90, "2時間半": 150, "90 min": 90, "1h": 60} {
		if got, ok := minutes(in); !ok || got != want {
			t.Errorf("minutes(%q) = %d, %v", in, got, ok)
		}
	}
	for in, want := range map[string]int{"14:30": 870, "１４：３０": 870, "14時30分": 870, "14時": 840, "午後2時": 840, "午後2:30": 870, "午前9時半": 570, "25:30": 1530, "9:00:00": 540, "2pm": 840} {
		if got, ok := timeOfDay(in); !ok || got != want {
			t.Errorf("timeOfDay(%q) = %d, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "31:00", "14:75", "昼", "30:05", "1:2:3:4"} {
		if got, ok := timeOfDay(in); ok {
			t.Errorf("timeOfDay(%q) = %d", in, got)
		}
	}
	for in, want := range map[string]bool{"○": true, "はい": true, "Yes": true, "×": false, "無": false, "フリー": false} {
		if got, ok := yes(in); !ok || got != want {
			t.Errorf("yes(%q) = %v, %v", in, got, ok)
		}
	}
}

func TestStartOf_AnyForm(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 9*3600)
	want := time.Date(2026, 12, 1, 14, 30, 0, 0, zone)
	for _, c := range []cells{
		{"start": "2026-12-01 14:30"},
		{"start": "2026/12/1 14:30:00"},
		{"start": "2026/12/01(火) 14:30"},
		{"start": "2026年12月1日(火)14:30"},
		{"start": "2026年12月1日14時30分"},
		{"start": "令和8年12月1日 午後2時30分"},
		{"start": "2026-12-01T14:30:00+09:00"},
		{"start": "2026-12-01T05:30:00Z"},
		{"start": "2026-12-01T14:30"},
		{"date": "R8.12.1", "time": "14:30"},
		{"date": "2026/12/01（火）", "time": "１４：３０"},
		{"date": "20261201", "time": "14時半"},
	} {
		got, column := startOf(c, zone)
		if column != "" || !got.Equal(want) {
			t.Errorf("%v: %s, %q", c, got, column)
		}
	}
	if got, column := startOf(cells{"date": "2026-12-01", "time": "25:00"}, zone); column != "" || !got.Equal(want.Add(10*time.Hour+30*time.Minute)) {
		t.Errorf("25:00 is %s, %q", got, column)
	}
	for _, c := range []cells{{}, {"start": "あした"}, {"start": "2026-02-30 14:30"}, {"date": "2026-12-01"}, {"date": "2026-12-01", "time": "25時間"}} {
		if got, column := startOf(c, zone); column == "" {
			t.Errorf("%v: %s", c, got)
		}
	}
}

func TestLayout_HeadersInAnyForm(t *testing.T) {
	t.Parallel()
	var l layout
	if !l.read(Customers, []string{bom + "会員番号", "姓 (必須)", "Ｆｉｒｓｔ　Name", "ﾌﾘｶﾞﾅ", "携帯電話", "好きな色", "姓", ""}) {
		t.Fatal("not recognized")
	}
	if want := []string{"id", "family_name", "given_name", "full_name_kana", "phone", "", "", ""}; !slices.Equal(l.Columns, want) {
		t.Errorf("columns %q", l.Columns)
	}
	if !slices.Equal(l.Unknown, []string{"好きな色"}) || !slices.Equal(l.Doubled, []string{"family_name"}) {
		t.Errorf("unknown %q, doubled %q", l.Unknown, l.Doubled)
	}
	if (&layout{}).read(Customers, []string{"山田", "花子", "090-1234-5678"}) {
		t.Error("a person was taken for a header")
	}
	for kind, list := range Columns {
		for _, c := range list {
			for _, name := range []string{c.Name, c.JA} {
				var l layout
				l.read(kind, []string{name})
				if l.Columns[0] != c.Name {
					t.Errorf("%s: header %q is column %q, want %q", kind, name, l.Columns[0], c.Name)
				}
			}
		}
	}
}

func TestSeparator(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]byte{"a,b\n": ',', "a\tb,c\td\n": '\t', "a;b;c\n": ';', "\"a,b,c\";d\nx,y,z": ';', "a": ','} {
		if got := separator([]byte(in)); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestGuarded_NoFormulaGetsThrough(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"=1+1", "+81", "-5", "@SUM(A1)", "\t=1", "＝1", "＋1", "'x", "'=1"} {
		g := guarded(s)
		if g[0] != '\'' || unguarded(g) != s {
			t.Errorf("%q became %q and %q", s, g, unguarded(g))
		}
	}
	for _, s := range []string{"", "山田", "O'Hara", "090-1234-5678"} {
		if guarded(s) != s || unguarded(s) != s {
			t.Errorf("%q was touched", s)
		}
	}
}
