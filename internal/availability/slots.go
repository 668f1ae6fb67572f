package availability

import (
	"iter"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// State is what can be said of a business day in one word.
type State string

// The states.
const (
	StateOpen   State = "open"    // it has free starts
	StateFull   State = "full"    // it is open, and nothing is free any more, or nobody is taken in for the time being
	StateClosed State = "closed"  // no opening hours
	StatePast   State = "past"    // its hours are over, or too near for the deadline
	StateNotYet State = "not_yet" // dates are not open so far ahead
)

// Answer is availability as the API gives it. AppendJSON writes the same
// without making one.
type Answer struct {
	Timezone      string     `json:"timezone" doc:"IANA zone of the business; it decides what a date is" example:"Asia/Tokyo"`
	Days          []Daily    `json:"days" doc:"All days asked for, in order"`
	NextAvailable *time.Time `json:"next_available" doc:"The next free start, or null when none is in sight" nullable:"true"`
}

// Daily is one business day of an Answer.
type Daily struct {
	Date  clock.Date `json:"date" format:"date" doc:"Business date: 00:30 on a day that closes at 26:00 belongs to the day before" example:"2026-12-01"`
	State State      `json:"state" enum:"open,closed,full,past,not_yet"`
	Slots []Slot     `json:"slots" doc:"Free starts, in order"`
}

// Slot is one free start of an Answer.
type Slot struct {
	Start     time.Time            `json:"start" doc:"With the offset of the business" example:"2026-12-01T14:30:00+09:00"`
	End       time.Time            `json:"end" doc:"When the customer leaves, without clean-up" example:"2026-12-01T15:30:00+09:00"`
	StaffIDs  []catalog.ResourceID `json:"staff_ids" doc:"Exactly the staff who can be nominated at this start; empty where the service takes none"`
	Remaining int                  `json:"remaining" doc:"How many more bookings of it fit at this start" minimum:"1"`
}

// Day yields the free starts that belong to Frame.Days[i], in order.
func (s *Starts) Day(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, run := range s.Frame.Days[i].starts {
			for at := s.Free.Next(run.From, run.To); at >= 0; at = s.Free.Next(at+1, run.To) {
				if !yield(at) {
					return
				}
			}
		}
	}
}

// State is the state of Frame.Days[i].
func (s *Starts) State(i int) State {
	day := &s.Frame.Days[i]
	switch {
	case !day.Open:
		return StateClosed
	case day.To <= s.Window.From:
		return StatePast
	case day.From >= s.Window.To:
		return StateNotYet
	}
	for range s.Day(i) {
		return StateOpen
	}
	return StateFull
}

// First is the earliest free start on any of the days, or -1.
func (s *Starts) First() int {
	first := -1
	for i := range s.Frame.Days {
		for at := range s.Day(i) {
			if first < 0 || at < first {
				first = at
			}
			break
		}
	}
	return first
}

// Near is up to n free starts on any of the days nearest to a step, itself
// excluded; the nearest first, the earlier of two as near.
func (s *Starts) Near(step, n int) []int {
	var list []int
	for before, after := step-1, step+1; len(list) < n && (before >= 0 || after < s.Frame.Steps); before, after = before-1, after+1 {
		for _, at := range [2]int{before, after} {
			if len(list) < n && s.Free.Has(at) && s.Frame.Owner(at) >= 0 {
				list = append(list, at)
			}
		}
	}
	return list
}

// Slot is a free start in full, its times in the zone of the business.
func (s *Starts) Slot(step int) Slot {
	slot := Slot{
		Start:     s.Frame.Instant(step).In(s.Frame.Zone),
		End:       s.Frame.Instant(step + s.LengthAt(step)).In(s.Frame.Zone),
		StaffIDs:  []catalog.ResourceID{},
		Remaining: s.Remaining(step),
	}
	for i, r := range s.Staff {
		if s.staff[i].Has(step) {
			slot.StaffIDs = append(slot.StaffIDs, s.Frame.Resources[r].ID)
		}
	}
	return slot
}

// Answer is the whole answer; next may be zero. The hot path writes it with AppendJSON instead.
func (s *Starts) Answer(next time.Time) Answer {
	a := Answer{Timezone: s.Frame.Zone.String(), Days: make([]Daily, len(s.Frame.Days))}
	if !next.IsZero() {
		local := next.In(s.Frame.Zone)
		a.NextAvailable = &local
	}
	for i, day := range s.Frame.Days {
		a.Days[i] = Daily{Date: day.Date, State: s.State(i), Slots: []Slot{}}
		for step := range s.Day(i) {
			a.Days[i].Slots = append(a.Days[i].Slots, s.Slot(step))
		}
	}
	return a
}
