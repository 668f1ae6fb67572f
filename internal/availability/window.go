package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// This file is which starts customers may ask for at a moment, as far as the
// calendar decides: deadlines, and how far ahead dates are open.

// Window is when customers may start at now: from the first start whose deadline
// has not passed, to the end of the last date that is open for booking. A
// business that answers first needs a moment to do so: nobody can ask it for right now.
//
// A deadline at a clock time, and an opening by months, hold for whole business
// days: a day that goes on past midnight ends with its last closing. Where the
// hours of two days are interlaced past midnight, the earlier day has them all.
func (s *Snapshot) Window(now time.Time) (earliest, latest time.Time) {
	b := &s.Business
	notice := time.Duration(b.MinNoticeMinutes) * time.Minute
	if b.BookingCutoff != nil {
		notice = 0
	}
	if b.BookingMode == business.Approval {
		notice = max(notice, time.Second)
	}
	earliest = now.Add(notice)
	if c := b.BookingCutoff; c != nil {
		if begins := s.dayBegins(c.First(now, s.Zone)); begins.After(earliest) {
			earliest = begins
		}
	}
	if o := b.BookingOpens; o != nil {
		return earliest, s.dayBegins(o.Last(now, s.Zone).AddDays(1))
	}
	today := clock.DateOf(now.In(s.Zone))
	return earliest, clock.Instant(today.AddDays(b.BookingWindowDays+1), 0, s.Zone)
}

// WindowIn is Window in the steps of a frame; none at all where the business takes
// nobody in.
func (s *Snapshot) WindowIn(f *Frame, now time.Time) Window {
	earliest, latest := s.Window(now)
	w := f.Window(earliest, latest)
	w.Stopped = !s.Business.AcceptingAt(now)
	return w
}

// LastDate is the last business date that is open for booking at now.
func (s *Snapshot) LastDate(now time.Time) clock.Date {
	if o := s.Business.BookingOpens; o != nil {
		return o.Last(now, s.Zone)
	}
	return clock.DateOf(now.In(s.Zone)).AddDays(s.Business.BookingWindowDays)
}

// dayBegins is when a business date begins: at midnight, or when the day before
// closes, where that goes on longer.
func (s *Snapshot) dayBegins(d clock.Date) time.Time {
	begins := clock.Instant(d, 0, s.Zone)
	before := d.AddDays(-1)
	for _, r := range s.Hours.On(before) {
		if ends := clock.Instant(before, r.EndMinute, s.Zone); ends.After(begins) {
			begins = ends
		}
	}
	return begins
}

// Restrict takes from a frame what customers are not given at now: resources
// that are stopped. It is for frames of customers only.
func (s *Snapshot) Restrict(f *Frame, now time.Time) {
	var never Bits
	for i := range s.Resources {
		if s.Resources[i].AcceptingAt(now) {
			continue
		}
		if never == nil {
			never = NewBits(f.Steps)
		}
		f.Resources[i].Work = never
	}
}

// nextResume is the first instant after now at which a resource is given to
// customers again by itself; zero for none.
func (s *Snapshot) nextResume(now time.Time) time.Time {
	var next time.Time
	for i := range s.Resources {
		if at := s.Resources[i].AcceptingAgain(now); at != nil && (next.IsZero() || at.Before(next)) {
			next = *at
		}
	}
	return next
}
