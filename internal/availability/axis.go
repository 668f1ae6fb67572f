package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is the way from the wall clock to steps, and back to its text.

// dateBase is a date whose rules reach into the frame.
type dateBase struct {
	date  clock.Date
	utc   int64 // unix seconds of its midnight, were the zone UTC
	hours Span  // from its first opening to its last closing; empty: closed

	starts []Span // its opening ranges, without what an earlier date's cover
}

// offset is a stretch of the frame in which the zone's offset from UTC stays the same.
type offset struct {
	from, to int
	seconds  int64
	text     string // as RFC 3339 writes it: "+09:00", "Z"
}

// reach is the stretch that a frame of the days from first to last covers: 24
// hours more on either side of their first and last possible minutes.
func reach(first, last clock.Date, zone *time.Location) (begin, end time.Time) {
	const more = 24 * time.Hour
	return clock.Instant(first, 0, zone).Add(-more), clock.Instant(last, clock.MaxMinute, zone).Add(more)
}

// layAxis sets the timeline, and lists the dates whose rules reach into it.
func (f *Frame) layAxis(first clock.Date, days int) {
	begin, end := reach(first, first.AddDays(days-1), f.Zone)
	f.Base = int64(floorStep(begin.Unix()))
	f.Steps = f.Ceil(end)
	date, last := clock.DateOf(begin.In(f.Zone)).AddDays(-1), clock.DateOf(end.In(f.Zone))
	for ; !date.After(last); date = date.AddDays(1) {
		f.dates = append(f.dates, dateBase{date: date, utc: date.UTC().Unix()})
	}
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

// starting is the steps that begin within a range of date d.
func (f *Frame) starting(d, startMinute, endMinute int) Span {
	return Span{f.Ceil(f.instant(d, startMinute)), f.Ceil(f.instant(d, endMinute))}
}

// instant is clock.Instant, by mere arithmetic where the frame has no clock
// change. Beyond its edges that may be an hour off, and still beyond.
func (f *Frame) instant(d, minute int) time.Time {
	if len(f.offsets) == 1 {
		return time.Unix(f.dates[d].utc+int64(minute)*60-f.offsets[0].seconds, 0)
	}
	return clock.Instant(f.dates[d].date, minute, f.Zone)
}
