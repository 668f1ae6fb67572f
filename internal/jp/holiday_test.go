package jp

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

func date(y int, m time.Month, d int) clock.Date { return clock.Date{Year: y, Month: m, Day: d} }

// theirs are the holidays of the npm package by date.
func theirs(t *testing.T) map[clock.Date]string {
	t.Helper()
	b, err := os.ReadFile("testdata/holidays.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[clock.Date]string{}
	for line := range strings.Lines(string(b)) {
		day, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		d, err := clock.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		out[d] = name
	}
	return out
}

// sameName tells whether the package's name means ours: it names the holiday
// that was moved, and shortens those of a single year.
func sameName(theirs, ours string) bool {
	switch {
	case strings.HasSuffix(theirs, " 振替休日"):
		return ours == "振替休日"
	case theirs == "休日":
		return ours == "国民の休日"
	case theirs == "休日（祝日扱い）":
		return ours == "天皇の即位の日" || ours == "即位礼正殿の儀の行われる日"
	case theirs == "体育の日（スポーツの日）":
		return ours == "体育の日"
	}
	return theirs == ours || strings.HasSuffix(ours, theirs) && len(theirs) > len("の日")
}

func TestHolidayOn_EqualsThePublicDataOnEveryDay(t *testing.T) {
	t.Parallel()
	want := theirs(t)
	days, holidays := 0, 0
	for d := date(1970, 1, 1); d.Year <= 2050; d = d.AddDays(1) {
		days++
		h, ok := HolidayOn(d)
		name, theirs := want[d]
		if ok {
			holidays++
		}
		if ok != theirs || ok && (!sameName(name, h.JA) || h.EN == "" || h.Date != d) {
			t.Errorf("%s: got %v %+v, want %v %q", d, ok, h, theirs, name)
		}
		if _, tomorrow := want[d.AddDays(1)]; Eve(d) != tomorrow && d != date(2050, 12, 31) {
			t.Errorf("%s: eve is %v", d, Eve(d))
		}
	}
	if days != 29585 || holidays != len(want) || holidays != 1329 {
		t.Errorf("compared %d days with %d holidays of %d", days, holidays, len(want))
	}
}

func TestHolidayOn_SpecialYears(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{
		"1948-07-19": "", "1948-09-23": "秋分の日", "1949-01-01": "元日", "1949-03-21": "春分の日", "1949-09-23": "秋分の日",
		"1951-09-24": "秋分の日", "1959-09-24": "秋分の日", "1960-03-20": "春分の日", "1959-04-10": "皇太子明仁親王の結婚の儀",
		"1966-10-10": "体育の日", "1967-02-11": "建国記念の日", "1966-02-11": "",
		"1973-02-12": "", "1973-04-30": "振替休日", // moved since April 1973
		"1985-05-04": "", "1986-05-04": "", "1987-05-04": "振替休日", "1988-05-04": "国民の休日",
		"1988-04-29": "天皇誕生日", "1989-04-29": "みどりの日", "1989-12-23": "天皇誕生日", "2018-12-24": "振替休日", "2019-12-23": "", "2019-02-23": "",
		"2009-09-22": "国民の休日", "2009-05-06": "振替休日",
		"2019-04-30": "国民の休日", "2019-05-01": "天皇の即位の日", "2019-05-02": "国民の休日", "2019-05-06": "振替休日", "2019-10-22": "即位礼正殿の儀の行われる日",
		"2020-07-20": "", "2020-07-23": "海の日", "2020-07-24": "スポーツの日", "2020-08-10": "山の日", "2020-08-11": "", "2020-10-12": "", "2020-02-24": "振替休日",
		"2021-07-19": "", "2021-07-22": "海の日", "2021-07-23": "スポーツの日", "2021-08-08": "山の日", "2021-08-09": "振替休日", "2021-08-11": "", "2021-10-11": "",
		"2024-02-23": "天皇誕生日", "2026-05-06": "振替休日", "2026-09-22": "国民の休日", "2026-09-23": "秋分の日", "2032-09-21": "国民の休日",
		"2099-03-20": "春分の日", "2100-09-23": "秋分の日", "2151-01-01": "", "0001-01-01": "", "1947-11-03": "",
	} {
		d, err := clock.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if h, ok := HolidayOn(d); h.JA != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", day, h.JA, want)
		}
	}
}

// What holds in every year: nothing stands on an ordinary Monday by chance.
func TestHolidayOn_NoSundayIsLost(t *testing.T) {
	t.Parallel()
	for d := date(2007, 1, 1); d.Year <= 2150; d = d.AddDays(1) {
		if !isNational(d) || d.Weekday() != time.Sunday {
			continue
		}
		next := d.AddDays(1)
		for isNational(next) {
			next = next.AddDays(1)
		}
		if h, ok := HolidayOn(next); !ok && next.Year <= lastHolidayYear || ok && h.JA != "振替休日" {
			t.Errorf("%s is a Sunday, but %s is %q", d, next, h.JA)
		}
	}
}

func TestCalendar_AnOperatorsWordWins(t *testing.T) {
	t.Parallel()
	ceremony := Holiday{date(2028, 6, 7), "特別な日", "Special Day"}
	c := Calendar{Extra: []Holiday{ceremony, {date(2028, 1, 1), "元旦", "New Year"}}, Removed: []clock.Date{date(2028, 1, 10), date(2028, 6, 7), date(2028, 6, 8)}}
	for d, want := range map[clock.Date]string{
		date(2028, 6, 7): "特別な日", date(2028, 6, 8): "", date(2028, 1, 1): "元旦", date(2028, 1, 10): "", date(2028, 2, 11): "建国記念の日",
	} {
		if h, ok := c.Holiday(d); h.JA != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", d, h.JA, want)
		}
	}
	if !c.Eve(date(2028, 6, 6)) || c.Eve(date(2028, 1, 9)) || !c.Eve(date(2027, 12, 31)) || c.Eve(date(2028, 6, 7)) {
		t.Error("the eves do not follow")
	}
	var got []string
	for _, h := range c.Between(date(2028, 1, 1), date(2028, 2, 29)) {
		got = append(got, h.Date.String()+" "+h.EN)
	}
	if want := []string{"2028-01-01 New Year", "2028-02-11 National Foundation Day", "2028-02-23 The Emperor's Birthday"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := (Calendar{}).Between(date(2028, 1, 2), date(2028, 1, 1)); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func BenchmarkHolidayOn(b *testing.B) {
	d := date(2026, 1, 1)
	for i := 0; b.Loop(); i++ {
		HolidayOn(d.AddDays(i % 365))
	}
}

func TestIsHoliday_AsTheLawNamesThem(t *testing.T) {
	t.Parallel()
	for d := date(1946, 1, 1); d.Year <= 2152; d = d.AddDays(1) {
		if _, want := HolidayOn(d); IsHoliday(d) != want {
			t.Fatalf("%s: %v, want %v", d, IsHoliday(d), want)
		}
	}
}
