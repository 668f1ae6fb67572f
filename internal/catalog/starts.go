package catalog

import "github.com/omotenashi-connect/omotenashi/internal/clock"

// MinuteRange is a half-open stretch of one business day in minutes from its
// start, multiples of five: 660 to 840 is 11:00 up to, but not at, 14:00; at most 1800 (30:00).
type MinuteRange struct {
	StartMinute int `json:"start_minute" doc:"Minutes from the start of the business day; 660 is 11:00" minimum:"0" maximum:"1795" multipleOf:"5" example:"660"`
	EndMinute   int `json:"end_minute" doc:"The first minute that is outside, up to 1800 (30:00)" minimum:"5" maximum:"1800" multipleOf:"5" example:"840"`
}

// DayHours is when a service may start on one weekday.
type DayHours struct {
	Weekday int           `json:"weekday" doc:"0 is Sunday" minimum:"0" maximum:"6"`
	Ranges  []MinuteRange `json:"ranges" doc:"In order" minItems:"1" maxItems:"12"`
}

// StartsOn is when the service may start on a business date, in order, by its
// active dates and its own hours; opening hours are another matter. restricted
// is false where it may start whenever the business is open. The ranges are shared: never change them.
func (s *Service) StartsOn(d clock.Date) (ranges []MinuteRange, restricted bool) {
	switch {
	case !within(d, s.ActiveFrom, s.ActiveTo):
		return nil, true
	case len(s.Hours) == 0:
		return nil, false
	}
	for i := range s.Hours {
		if s.Hours[i].Weekday == int(d.Weekday()) {
			return s.Hours[i].Ranges, true
		}
	}
	return nil, true
}

// Restricted tells whether there is any date on which StartsOn restricts the service.
func (s *Service) Restricted() bool {
	return len(s.Hours) > 0 || s.ActiveFrom != nil || s.ActiveTo != nil
}

// Ended tells whether the last date on which the service may start lies before
// the date: nobody can book it any more.
func (s *Service) Ended(today clock.Date) bool { return s.ActiveTo != nil && s.ActiveTo.Before(today) }

// StartsOn is when the set may begin by its own active dates; those and the hours of
// its services bind each of them besides.
func (x *Set) StartsOn(d clock.Date) (ranges []MinuteRange, restricted bool) {
	return nil, !within(d, x.ActiveFrom, x.ActiveTo)
}

// Restricted tells whether there is any date on which the set may not begin.
func (x *Set) Restricted() bool { return x.ActiveFrom != nil || x.ActiveTo != nil }

// Ended tells whether the last date on which the set may begin lies before the date.
func (x *Set) Ended(today clock.Date) bool { return x.ActiveTo != nil && x.ActiveTo.Before(today) }

func within(d clock.Date, from, to *clock.Date) bool {
	return (from == nil || !d.Before(*from)) && (to == nil || !d.After(*to))
}
