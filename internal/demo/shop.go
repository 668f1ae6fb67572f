package demo

import (
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// A shop is one of the demo's businesses: what it is, and how busy. Its parts
// name each other by their Japanese names, by which they are found again in the
// database.
type shop struct {
	found    business.FoundInput
	settings business.SettingsInput
	hours    schedule.WeekInput
	eve      *schedule.Row // hours before a holiday; nil: as ever
	periods  []schedule.PeriodInput
	special  func(clock.Date) *schedule.SpecialDayInput // nil: an ordinary day
	leaves   int                                        // somebody is on leave every so many days; 0: never

	resources  []resource
	options    []option
	menu       []service // the first stays bookable on every day
	categories []category
	sets       []set

	owner, staff *Account // staff may be nil
	works        string   // who the staff account is, among the resources

	customers int
	area      string // the first digits of phone numbers that no exchange has
	visits    [7]int // wished for by weekday, from Sunday
	busy      []int  // how the visits spread over the day: weights of equal parts of it
	online    int    // of a hundred bookings, how many come by the site
	walkIns   int    // of a hundred visits, how many come without one
	reserve   int    // starts of the first service that a day keeps free
	notes     []string
}

func (s *shop) slug() string { return *s.found.Slug }

// A resource with its weekly shifts; without them it works whenever it is needed.
type resource struct {
	name    locale.Text
	kind    catalog.Kind
	fields  catalog.ResourceFields
	shifts  schedule.WeekInput
	onLeave bool // takes leave now and then
}

type option struct {
	name    locale.Text
	minutes int
	price   int64
}

type service struct {
	name, description locale.Text
	minutes           int
	price             int64
	fields            catalog.ServiceFields
	options           []string
	needs             []need
	weight            int      // how often it is booked, beside the others
	then              []string // what some book after it in one visit
	parties           []int    // the sizes that come, as often as they stand here; none: alone
}

// A need is a requirement; of names resources, none: any of the kind.
type need struct {
	kind          catalog.Kind
	of            []string
	perPerson     bool
	before, after int
	gap           [2]int // minutes of the service in which the resource is free
}

// shops are all of the demo.
func shops() []*shop { return []*shop{hanaSalon(), midoriClinic(), yoruBar()} }

func text(ja, en string) locale.Text { return locale.Text{"ja": ja, "en": en} }

func yen(n int64) *money.Money {
	m := money.Yen(n)
	return &m
}

// daily is the same ranges on each of the weekdays.
func daily(ranges []schedule.Range, weekdays ...int) []schedule.WeekDay {
	out := make([]schedule.WeekDay, len(weekdays))
	for i, d := range weekdays {
		out[i] = schedule.WeekDay{Weekday: d, Ranges: ranges}
	}
	return out
}

// hm is a minute of the business day.
func hm(hour, minute int) int { return 60*hour + minute }

// from makes ranges of pairs of minutes.
func from(minutes ...int) []schedule.Range {
	out := make([]schedule.Range, 0, len(minutes)/2)
	for i := 0; i+1 < len(minutes); i += 2 {
		out = append(out, schedule.Range{StartMinute: minutes[i], EndMinute: minutes[i+1]})
	}
	return out
}

// The weekdays as schedules count them.
const (
	sun = iota
	mon
	tue
	wed
	thu
	fri
	sat
)

// yearEnd are the short days around New Year, which every shop keeps.
func yearEnd(d clock.Date, last, first []schedule.Range) *schedule.SpecialDayInput {
	switch {
	case d.Month == 12 && d.Day == 31:
		return &schedule.SpecialDayInput{Ranges: last, Note: text("年末は短縮営業いたします", "Short hours on New Year's Eve")}
	case d.Month == 1 && d.Day <= 3:
		return &schedule.SpecialDayInput{Ranges: first, Note: text("お正月は短縮営業いたします", "Short hours over New Year")}
	}
	return nil
}

// approves tells whether the shop answers requests itself.
func (s *shop) approves() bool { return *s.settings.BookingMode == business.Approval }
