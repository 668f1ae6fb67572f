package jp

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// holidayRule is one line of the law on national holidays, for the years in
// which it stood like that.
type holidayRule struct {
	from, to int // years, both included; to 0: until now
	month    time.Month
	day      int // of the month, or 0
	monday   int // the nth Monday of the month, or 0; with neither: the equinox in it
	ja, en   string
}

// The law of 20 July 1948 with its amendments of 1966, 1989, 1995, 1998, 2001, 2005, 2014, 2017 and 2018.
var holidayRules = [...]holidayRule{
	{1949, 0, time.January, 1, 0, "元日", "New Year's Day"},
	{1949, 1999, time.January, 15, 0, "成人の日", "Coming of Age Day"},
	{2000, 0, time.January, 0, 2, "成人の日", "Coming of Age Day"},
	{1967, 0, time.February, 11, 0, "建国記念の日", "National Foundation Day"},
	{2020, 0, time.February, 23, 0, "天皇誕生日", "The Emperor's Birthday"},
	{1949, 0, time.March, 0, 0, "春分の日", "Vernal Equinox Day"},
	{1949, 1988, time.April, 29, 0, "天皇誕生日", "The Emperor's Birthday"},
	{1989, 2006, time.April, 29, 0, "みどりの日", "Greenery Day"},
	{2007, 0, time.April, 29, 0, "昭和の日", "Showa Day"},
	{1949, 0, time.May, 3, 0, "憲法記念日", "Constitution Memorial Day"},
	{2007, 0, time.May, 4, 0, "みどりの日", "Greenery Day"},
	{1949, 0, time.May, 5, 0, "こどもの日", "Children's Day"},
	{1996, 2002, time.July, 20, 0, "海の日", "Marine Day"},
	{2003, 2019, time.July, 0, 3, "海の日", "Marine Day"},
	{2022, 0, time.July, 0, 3, "海の日", "Marine Day"},
	{2016, 2019, time.August, 11, 0, "山の日", "Mountain Day"},
	{2022, 0, time.August, 11, 0, "山の日", "Mountain Day"},
	{1966, 2002, time.September, 15, 0, "敬老の日", "Respect for the Aged Day"},
	{2003, 0, time.September, 0, 3, "敬老の日", "Respect for the Aged Day"},
	{1948, 0, time.September, 0, 0, "秋分の日", "Autumnal Equinox Day"},
	{1966, 1999, time.October, 10, 0, "体育の日", "Health and Sports Day"},
	{2000, 2019, time.October, 0, 2, "体育の日", "Health and Sports Day"},
	{2022, 0, time.October, 0, 2, "スポーツの日", "Sports Day"},
	{1948, 0, time.November, 3, 0, "文化の日", "Culture Day"},
	{1948, 0, time.November, 23, 0, "勤労感謝の日", "Labor Thanksgiving Day"},
	{1989, 2018, time.December, 23, 0, "天皇誕生日", "The Emperor's Birthday"},
}

// Days that laws of their own made holidays, or moved to, in single years.
var specialHolidays = [...]Holiday{
	{clock.Date{Year: 1959, Month: time.April, Day: 10}, "皇太子明仁親王の結婚の儀", "Wedding of Crown Prince Akihito"},
	{clock.Date{Year: 1989, Month: time.February, Day: 24}, "昭和天皇の大喪の礼", "Funeral of Emperor Showa"},
	{clock.Date{Year: 1990, Month: time.November, Day: 12}, "即位礼正殿の儀", "Enthronement Ceremony"},
	{clock.Date{Year: 1993, Month: time.June, Day: 9}, "皇太子徳仁親王の結婚の儀", "Wedding of Crown Prince Naruhito"},
	{clock.Date{Year: 2019, Month: time.May, Day: 1}, "天皇の即位の日", "Accession of the Emperor"},
	{clock.Date{Year: 2019, Month: time.October, Day: 22}, "即位礼正殿の儀の行われる日", "Enthronement Ceremony"},
	// The Olympic Games, first as planned and then a year later.
	{clock.Date{Year: 2020, Month: time.July, Day: 23}, "海の日", "Marine Day"},
	{clock.Date{Year: 2020, Month: time.July, Day: 24}, "スポーツの日", "Sports Day"},
	{clock.Date{Year: 2020, Month: time.August, Day: 10}, "山の日", "Mountain Day"},
	{clock.Date{Year: 2021, Month: time.July, Day: 22}, "海の日", "Marine Day"},
	{clock.Date{Year: 2021, Month: time.July, Day: 23}, "スポーツの日", "Sports Day"},
	{clock.Date{Year: 2021, Month: time.August, Day: 8}, "山の日", "Mountain Day"},
}

// national is the holiday that a law names on the date: not one that follows from others.
func national(d clock.Date) (Holiday, bool) {
	if d.Year > lastHolidayYear {
		return Holiday{}, false
	}
	for i := range holidayRules {
		if r := &holidayRules[i]; r.month == d.Month && r.from <= d.Year && (r.to == 0 || d.Year <= r.to) && r.dayIn(d.Year) == d.Day {
			return Holiday{d, r.ja, r.en}, true
		}
	}
	for _, h := range specialHolidays {
		if h.Date == d {
			return h, true
		}
	}
	return Holiday{}, false
}

// dayIn is the day of the month on which the rule's holiday falls.
func (r *holidayRule) dayIn(year int) int {
	switch {
	case r.day != 0:
		return r.day
	case r.monday != 0:
		first := clock.Date{Year: year, Month: r.month, Day: 1}.Weekday()
		return 1 + int(time.Monday-first+7)%7 + 7*(r.monday-1)
	}
	return equinox(year, r.month)
}

// equinox is the day of March or September on which the sun crosses the equator
// by the clock of Japan: the approximation of the Hydrographic Department
// (1900–2150), which fits all the days ever announced.
func equinox(year int, month time.Month) int {
	leap := year - 1980
	spring, autumn := 20.8431, 23.2488
	switch {
	case year < 1980:
		leap, spring, autumn = year-1983, 20.8357, 23.2588
	case year >= 2100:
		spring, autumn = 21.8510, 24.2488
	}
	start := spring
	if month == time.September {
		start = autumn
	}
	return int(start+0.242194*float64(year-1980)) - leap/4
}
