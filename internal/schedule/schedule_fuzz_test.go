package schedule

import (
	"encoding/json"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// A week that is accepted opens no minute twice, whichever day says so; one that
// opens each minute once at most, in steps and within bounds, is accepted.
func FuzzWeekInput(f *testing.F) {
	for _, s := range []string{
		`{"weekly":[{"weekday":1,"ranges":[{"start_minute":600,"end_minute":1200}]}]}`, `{"weekly":[{"weekday":6,"ranges":[{"start_minute":1200,"end_minute":1800}]},{"weekday":0,"ranges":[{"start_minute":300,"end_minute":600}]}]}`,
		`{"weekly":[{"weekday":2,"ranges":[{"start_minute":600,"end_minute":900},{"start_minute":895,"end_minute":1000}]}]}`, `{"weekly":[{"weekday":7,"ranges":[]},{"weekday":-1},{"weekday":3},{"weekday":3}]}`,
		`{"weekly":[{"weekday":0,"ranges":[{"start_minute":0,"end_minute":1440},{"start_minute":1440,"end_minute":1800}]}]}`, `{}`, `{"weekly":[{"ranges":[{"start_minute":9223372036854775807,"end_minute":-9223372036854775808}]}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var in WeekInput
		if json.Unmarshal(raw, &in) != nil {
			return
		}
		err := in.Validate()
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%s: %v", raw, err)
		}
		if sane := isWeek(in); sane != (err == nil) {
			t.Errorf("%s: %v, minute by minute: %t", raw, err, sane)
		}
	})
}

// isWeek looks at every five minutes of a week.
func isWeek(in WeekInput) bool {
	const steps = 7 * 24 * 60 / 5
	open := make([]bool, steps)
	seen := map[int]bool{}
	if len(in.Weekly) > 7 {
		return false
	}
	for _, d := range in.Weekly {
		if d.Weekday < 0 || d.Weekday > 6 || seen[d.Weekday] || len(d.Ranges) > maxRanges {
			return false
		}
		seen[d.Weekday] = true
		for _, r := range d.Ranges {
			if r.StartMinute < 0 || r.EndMinute > clock.MaxMinute || r.StartMinute >= r.EndMinute || r.StartMinute%5 != 0 || r.EndMinute%5 != 0 {
				return false
			}
			for m := r.StartMinute; m < r.EndMinute; m += 5 {
				at := (d.Weekday*24*60 + m) / 5 % steps
				if open[at] {
					return false
				}
				open[at] = true
			}
		}
	}
	return true
}
