package schedule_test

import (
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// What a snapshot's dates cost: laid once, then asked for.
func BenchmarkHours(b *testing.B) {
	h := schedule.Hours{
		Rows:     schedule.Rows{Week: daily(), Holiday: &schedule.Row{}, Eve: &schedule.Row{Ranges: ranges(600, 900)}},
		Closings: []schedule.ClosingRule{rule(2, "next_day"), rule(3, "close", 1, 3), rule(4, "open")},
	}
	from := date(2026, 10, 22)
	b.Run("lay 840 days", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.Lay(from, from.AddDays(840))
		}
	})
	b.Run("ask 400 days", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for k := range 400 {
				h.On(from.AddDays(k))
			}
		}
	})
	week := schedule.Hours{Rows: schedule.Rows{Week: daily()}}
	b.Run("ask 400 days of a plain week", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for k := range 400 {
				week.On(from.AddDays(k))
			}
		}
	})
}
