package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is the way from the wall clock to steps, and back to its text.

// dateBase is a date of the frame.
type dateBase struct {
	date clock.Date
	utc  int64 // unix seconds of its midnight, were the zone UTC
}

// offset is a stretch of the frame in which the zone's offset from UTC stays the same.
type offset struct {
	from, to int
	seconds  int64
	text     string // as RFC 3339 writes it: "+09:00", "Z"
}

// margin is how many dates around a frame's days are asked for their rules: the
// frame reaches one day further than its days, and the night before the first
// of those dates may run into it.
const margin = 2

// layAxis sets the timeline from midnight of the day before to 30:00 of the day after.
func (f *Frame) layAxis(first clock.Date, days int) {
	f.dates = make([]dateBase, days+2*margin)
	for d := range f.dates {
		date := first.AddDays(d - margin)
		f.dates[d] = dateBase{date, date.UTC().Unix()}
	}
	begin := clock.Instant(first.AddDays(-1), 0, f.Zone)
	end := clock.Instant(first.AddDays(days), clock.MaxMinute, f.Zone)
	f.Base = int64(floorStep(begin.Unix()))
	f.Steps = f.Ceil(end)
	for at := begin.In(f.Zone); at.Before(end); {
		_, seconds := at.Zone()
		_, change := at.ZoneBounds()
		if change.IsZero() || change.After(end) {
			change = end
		}
		f.offsets = append(f.offsets, offset{max(f.Ceil(at), 0), f.Ceil(change), int64(seconds), at.Format("Z07:00")})
		at = change.In(f.Zone)
	}
	f.offsets[0].from = 0 // the frame may begin up to a step before the first midnight
}

// offsetAt is the offset at a step; the last one goes on beyond the frame.
func (f *Frame) offsetAt(step int) *offset {
	i := 0
	for i < len(f.offsets)-1 && step >= f.offsets[i].to {
		i++
	}
	return &f.offsets[i]
}

// layGrid marks every n-th step of the wall clock's hour.
func (f *Frame) layGrid(n int) {
	for _, o := range f.offsets {
		for step := o.from; step < o.to; step++ {
			if (f.unix(step)+o.seconds)%int64(n*stepSeconds) == 0 {
				f.Grid.fill(step, step+1)
			}
		}
	}
}

// span is a range of date d in steps, rounded inwards; empty (From >= To) when a
// clock change swallows it.
func (f *Frame) span(d int, r schedule.Range) Span {
	return Span{f.Ceil(f.instant(d, r.StartMinute)), f.Floor(f.instant(d, r.EndMinute))}
}

// instant is clock.Instant, by mere arithmetic where the frame has no clock
// change. Beyond its edges that may be an hour off, and still beyond.
func (f *Frame) instant(d, minute int) time.Time {
	if len(f.offsets) == 1 {
		return time.Unix(f.dates[d].utc+int64(minute)*60-f.offsets[0].seconds, 0)
	}
	return clock.Instant(f.dates[d].date, minute, f.Zone)
}
