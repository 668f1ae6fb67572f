package jp

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

func TestParseDate_AsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2024-05-01": "2024-05-01", "2024/5/1": "2024-05-01", "2024.5.1": "2024-05-01", "20240501": "2024-05-01",
		"2024年5月1日": "2024-05-01", "２０２４年０５月０１日": "2024-05-01", "2024年5月1": "2024-05-01", "2024－05－01": "2024-05-01",
		"2024ー5ー1": "2024-05-01", " 2024 年 5 月 1 日 ": "2024-05-01", "二〇二四年五月一日": "2024-05-01", "二千二十四年十二月三十一日": "2024-12-31",
		"令和6年5月1日": "2024-05-01", "令和元年5月1日": "2019-05-01", "令和1年5月1日": "2019-05-01", "令和六年十一月二十三日": "2024-11-23",
		"R6.5.1": "2024-05-01", "r6/5/1": "2024-05-01", "Ｒ６．５．１": "2024-05-01", "R060501": "2024-05-01", "R.6.5.1": "2024-05-01", "R元.5.1": "2019-05-01",
		"令6.5.1": "2024-05-01", "㋿6年5月1日": "2024-05-01", "㍼64年1月7日": "1989-01-07",
		"H31.4.30": "2019-04-30", "平成31年4月30日": "2019-04-30", "平成元年1月8日": "1989-01-08", "平成三十一年四月三十日": "2019-04-30",
		"S64/1/7": "1989-01-07", "S64-1-7": "1989-01-07", "昭和六十四年一月七日": "1989-01-07", "昭和元年12月25日": "1926-12-25", "昭５３．４．１": "1978-04-01",
		"大正15年12月25日": "1926-12-25", "大正元年7月30日": "1912-07-30", "明治45年7月30日": "1912-07-30", "明治6年1月1日": "1873-01-01", "M33.1.1": "1900-01-01",
		"R6.2.29": "2024-02-29", "2000-02-29": "2000-02-29", "0001-01-01": "0001-01-01", "0999年1月1日": "0999-01-01", "千九百九十九年1月1日": "1999-01-01", "9999-12-31": "9999-12-31", "平成十年十月十日": "1998-10-10",
	} {
		if got, err := ParseDate(in); err != nil || got.String() != want {
			t.Errorf("ParseDate(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestParseDate_SaysWhyNot(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]DateReason{
		"": DateUnreadable, "昨日": DateUnreadable, "2024": DateUnreadable, "24/5/1": DateUnreadable, "5/1/2024": DateUnreadable, "2024-5": DateUnreadable,
		"2024-05-01T00:00": DateUnreadable, "2024-5/1": DateUnreadable, "2024年5/1": DateUnreadable, "20240": DateUnreadable, "R6": DateUnreadable,
		"R6051": DateUnreadable, "X6.5.1": DateUnreadable, "令和和6年5月1日": DateUnreadable, "令和年5月1日": DateUnreadable, "2024年元月1日": DateUnreadable,
		"元年5月1日": DateUnreadable, "二十四年五月一日": DateUnreadable, "二四年五月一日": DateUnreadable, "999年1月1日": DateUnreadable, "2024-05-01日": DateUnreadable, "2024〜05〜01": DateUnreadable, "二十百年五月一日": DateUnreadable, "一十二二年五月一日": DateUnreadable,
		"昭和十〇年1月1日": DateUnreadable, "令和6年5月１００００日": DateUnreadable, strings.Repeat("1", 41): DateUnreadable, "-2024-05-01": DateUnreadable,
		"2024-02-30": DateNoSuchDay, "2023-02-29": DateNoSuchDay, "2024-13-01": DateNoSuchDay, "2024-00-01": DateNoSuchDay, "2024-04-31": DateNoSuchDay,
		"0000-01-01": DateNoSuchDay, "令和5年2月29日": DateNoSuchDay, "令和0年5月1日": DateNoSuchDay, "R6.5.0": DateNoSuchDay, "令和9999年1月1日": DateNoSuchDay,
		"昭和65年1月1日": DateAfterEra, "昭和64年1月8日": DateAfterEra, "平成31年5月1日": DateAfterEra, "H32.1.1": DateAfterEra, "大正15年12月26日": DateAfterEra,
		"明治45年7月31日": DateAfterEra, "昭和百年1月1日": DateAfterEra,
		"令和元年4月30日": DateBeforeEra, "平成元年1月7日": DateBeforeEra, "昭和元年12月24日": DateBeforeEra, "大正元年7月29日": DateBeforeEra,
		"明治5年12月2日": DateLunar, "明治元年9月8日": DateLunar,
	} {
		got, err := ParseDate(in)
		var why *DateError
		if !errors.As(err, &why) || why.Reason != want {
			t.Errorf("ParseDate(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestParseDate_TellsWhichDayWasMeant(t *testing.T) {
	t.Parallel()
	var why *DateError
	if _, err := ParseDate("昭和65年4月1日"); !errors.As(err, &why) || why.Era.JA != "昭和" || FormatEra(why.Meant) != "平成2年4月1日" {
		t.Errorf("got %+v", why)
	}
	if _, err := ParseDate("平成31年5月1日"); !errors.As(err, &why) || FormatEra(why.Meant) != "令和元年5月1日" || strings.Contains(why.Error(), "31") {
		t.Errorf("got %+v", why)
	}
}

func TestFormatEra_Boundaries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date              clock.Date
		long, short, name string
	}{
		{date(2024, 5, 1), "令和6年5月1日", "R6.5.1", "令和"},
		{date(2019, 5, 1), "令和元年5月1日", "R1.5.1", "令和"},
		{date(2019, 4, 30), "平成31年4月30日", "H31.4.30", "平成"},
		{date(1989, 1, 8), "平成元年1月8日", "H1.1.8", "平成"},
		{date(1989, 1, 7), "昭和64年1月7日", "S64.1.7", "昭和"},
		{date(1926, 12, 25), "昭和元年12月25日", "S1.12.25", "昭和"},
		{date(1926, 12, 24), "大正15年12月24日", "T15.12.24", "大正"},
		{date(1912, 7, 30), "大正元年7月30日", "T1.7.30", "大正"},
		{date(1912, 7, 29), "明治45年7月29日", "M45.7.29", "明治"},
		{date(1873, 1, 1), "明治6年1月1日", "M6.1.1", "明治"},
		{date(1872, 12, 31), "1872年12月31日", "1872.12.31", ""},
	} {
		e, _, ok := EraOf(c.date)
		if FormatEra(c.date) != c.long || FormatEraShort(c.date) != c.short || e.JA != c.name || ok != (c.name != "") {
			t.Errorf("%s: %s, %s, %s", c.date, FormatEra(c.date), FormatEraShort(c.date), e.JA)
		}
	}
}

func TestParseDate_ReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := date(1, 1, 1).AddDays(rapid.IntRange(0, 3652058).Draw(t, "day"))
		if rapid.Bool().Draw(t, "recent") {
			d = date(1860, 1, 1).AddDays(rapid.IntRange(0, 70000).Draw(t, "recent day"))
		}
		texts := []string{d.String(), strings.ReplaceAll(d.String(), "-", ""), strings.ReplaceAll(d.String(), "-", "/")}
		if _, _, ok := EraOf(d); ok {
			texts = append(texts, FormatEra(d), FormatEraShort(d))
		}
		for _, s := range texts {
			if got, err := ParseDate(s); err != nil || got != d {
				t.Fatalf("ParseDate(%q) = %s, %v, want %s", s, got, err, d)
			}
		}
	})
}

// What is no date is refused with a reason, and what is one is a day of the calendar.
func FuzzParseDate_Reasons(f *testing.F) {
	for _, s := range []string{"2024-05-01", "令和元年5月1日", "S64-1-7", "昭和六十四年一月七日", "㍼", "R", "年月日", "\u3099", "千百十"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			var why *DateError
			if !errors.As(err, &why) || d != (clock.Date{}) {
				t.Fatalf("ParseDate(%q) = %s, %v", s, d, err)
			}
			return
		}
		if again, err := clock.ParseDate(d.String()); err != nil || again != d {
			t.Fatalf("ParseDate(%q) = %s, which is no date: %v", s, d, err)
		}
	})
}
