package schedule

import "github.com/omotenashi-connect/omotenashi/internal/clock"

// MinuteStep is the grain of everything local: hours, shifts and lengths are
// multiples of five minutes.
const MinuteStep = 5

// Range is a half-open stretch of one business day, such as opening hours or a
// shift: 1200 to 1560 is 20:00 to 26:00, two the next morning.
type Range struct {
	StartMinute int `json:"start_minute" doc:"Minutes from the start of the business day; 600 is 10:00" minimum:"0" maximum:"1795" multipleOf:"5" example:"600"`
	EndMinute   int `json:"end_minute" doc:"Minutes from the start of the business day, up to 1800 (30:00, six the next morning)" minimum:"5" maximum:"1800" multipleOf:"5" example:"1200"`
}

// Valid tells whether 0 <= start < end <= 1800 and both are multiples of five.
func (r Range) Valid() bool {
	return 0 <= r.StartMinute && r.StartMinute < r.EndMinute && r.EndMinute <= clock.MaxMinute &&
		r.StartMinute%MinuteStep == 0 && r.EndMinute%MinuteStep == 0
}
