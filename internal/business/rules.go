package business

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// This file is what the rules for customers mean in time. Each is judged by the
// business date of a start: 00:30 on a day that is open to 26:00 is the day before's.

// Cutoff is a deadline at a clock time: "前日20:00まで" is one day before, minute 1200.
type Cutoff struct {
	DaysBefore int `json:"days_before" doc:"So many days before the business date; 0: on the day itself" minimum:"0" maximum:"60" example:"1"`
	Minute     int `json:"minute" doc:"Of that day, counted from its midnight" minimum:"0" maximum:"1800" example:"1200"`
}

// Deadline is when the time for a business date is over: before it one may, at it no longer.
func (c Cutoff) Deadline(d clock.Date, zone *time.Location) time.Time {
	return clock.Instant(d.AddDays(-c.DaysBefore), c.Minute, zone)
}

// First is the first business date whose deadline has not passed at now.
func (c Cutoff) First(now time.Time, zone *time.Location) clock.Date {
	d := clock.DateOf(now.In(zone)).AddDays(c.DaysBefore - 2) // minutes reach into the next day, and no zone is further off
	for !now.Before(c.Deadline(d, zone)) {
		d = d.AddDays(1)
	}
	return d
}

// Opening is when a date opens for booking, counted in months: "3か月前の1日0:00"
// is three months before, day 1, minute 0.
type Opening struct {
	MonthsBefore int  `json:"months_before" doc:"So many months before the month of the business date" minimum:"1" maximum:"12" example:"3"`
	Day          *int `json:"day" required:"false" doc:"On this day of that month, its last where it has fewer: the whole month opens at once. Null: on the same day of the month as the date" nullable:"true" minimum:"1" maximum:"31" example:"1"`
	Minute       int  `json:"minute" doc:"Of that day, counted from its midnight" minimum:"0" maximum:"1800" example:"0"`
}

// Opens is when a business date opens for booking.
func (o Opening) Opens(d clock.Date, zone *time.Location) time.Time {
	day := d.Day
	if o.Day != nil {
		day = *o.Day
	}
	year, month := shifted(d.Year, d.Month, -o.MonthsBefore)
	return clock.Instant(clock.Date{Year: year, Month: month, Day: min(day, daysIn(year, month))}, o.Minute, zone)
}

// Last is the last business date that is open for booking at now.
func (o Opening) Last(now time.Time, zone *time.Location) clock.Date {
	today := clock.DateOf(now.In(zone))
	for back := 0; ; back++ {
		if d := o.lastOf(today.AddDays(-back)); back > 2 || !now.Before(o.Opens(d, zone)) {
			return d
		}
	}
}

// lastOf is the last business date that opens on a day or before it.
func (o Opening) lastOf(day clock.Date) clock.Date {
	year, month := shifted(day.Year, day.Month, o.MonthsBefore)
	ends, last := daysIn(day.Year, day.Month), daysIn(year, month)
	switch {
	case o.Day != nil && day.Day < min(*o.Day, ends):
		year, month = shifted(year, month, -1)
		last = daysIn(year, month)
	case o.Day == nil && day.Day < ends:
		last = min(day.Day, last)
	}
	return clock.Date{Year: year, Month: month, Day: last}
}

// shifted is a month so many months later.
func shifted(year int, month time.Month, n int) (int, time.Month) {
	t := time.Date(year, month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return t.Year(), t.Month()
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Pace is how many may arrive in each interval of the clock; at least one of
// Bookings and Persons is given.
type Pace struct {
	Minutes  int  `json:"minutes" doc:"Length of an interval; they are counted from midnight" enum:"5,10,15,20,30,40,45,60,80,90,120" example:"15"`
	Bookings *int `json:"bookings" required:"false" doc:"At most so many bookings begin within one; null: any number" nullable:"true" minimum:"1" maximum:"1000" example:"3"`
	Persons  *int `json:"persons" required:"false" doc:"At most so many persons arrive within one; null: any number" nullable:"true" minimum:"1" maximum:"10000"`
}

// PaceMinutes are the allowed lengths of an interval: each day has the same intervals.
var PaceMinutes = []int{5, 10, 15, 20, 30, 40, 45, 60, 80, 90, 120}

// Interval is the interval of the clock that a start falls into. A clock change
// ends one and begins another.
func (p Pace) Interval(start time.Time, zone *time.Location) (from, to time.Time) {
	local := start.In(zone)
	_, offset := local.Zone()
	length := int64(p.Minutes) * 60
	wall := start.Unix() + int64(offset)
	into := wall % length
	if into < 0 {
		into += length
	}
	from = time.Unix(start.Unix()-into, 0)
	to = from.Add(time.Duration(length) * time.Second)
	begins, ends := local.ZoneBounds()
	if !begins.IsZero() && begins.After(from) {
		from = begins
	}
	if !ends.IsZero() && ends.Before(to) {
		to = ends
	}
	return from.UTC(), to.UTC()
}
