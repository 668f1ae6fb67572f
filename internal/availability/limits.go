package availability

import (
	"cmp"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is how many customers a business takes in: on a day, and in an
// interval of the clock. Customers are not offered what is full; the write path
// counts again under its locks, see booking_limits in the migrations.

// Arrival is customers who are expected at one time: bookings that stand or took
// place, and holds.
type Arrival struct {
	Date      clock.Date `db:"business_date"`
	StartsAt  time.Time  `db:"starts_at"`
	Bookings  int        `db:"bookings"`
	Persons   int        `db:"persons"`
	ExpiresAt *time.Time `db:"expires_at"` // of holds and of what waits; nil: it stays
}

var arrivalsBetween = pg.Register("availability.arrivals",
	`SELECT business_date, starts_at, count(*)::integer AS bookings, sum(party_size)::integer AS persons, expires_at FROM (
	     SELECT business_date, starts_at, party_size, expires_at FROM bookings
	     WHERE business_id = $1 AND business_date BETWEEN $2::date AND $3::date
	       AND status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in', 'completed')
	     UNION ALL
	     SELECT business_date, starts_at, party_size, expires_at FROM holds
	     WHERE business_id = $1 AND business_date BETWEEN $2::date AND $3::date AND status = 'active') x
	 WHERE expires_at IS NULL OR expires_at > $4
	 GROUP BY business_date, starts_at, expires_at`)

// queueArrivals queues the reading of who is expected on the days of a frame and
// their neighbours, where the business has a limit that asks for it.
func (s *Snapshot) queueArrivals(b *pg.Batch, f *Frame, now time.Time, dst *[]Arrival) {
	if !s.limited() {
		return
	}
	from, to := f.Days[0].Date.AddDays(-1), f.Days[len(f.Days)-1].Date.AddDays(1)
	pg.Collect(b.Queue(arrivalsBetween, s.Business.ID, from, to, now), dst)
}

func (s *Snapshot) limited() bool { return s.Business.MaxPerDay != nil || s.Business.Pace != nil }

// Limit has a frame offer nothing on days and in intervals that are full at now.
// It is for frames of customers only; their views have the limits, too.
func (s *Snapshot) Limit(f *Frame, arrivals []Arrival, now time.Time) {
	if !s.limited() {
		return
	}
	l := &limits{perDay: s.Business.MaxPerDay, pace: s.Business.Pace, days: map[clock.Date]int{}}
	for _, a := range arrivals {
		if a.ExpiresAt != nil && !a.ExpiresAt.After(now) {
			continue
		}
		l.days[a.Date] += a.Bookings
		if l.pace == nil {
			continue
		}
		from, to := l.pace.Interval(a.StartsAt, s.Zone)
		l.intervals = append(l.intervals, interval{int64(floorStep(from.Unix())), int64(floorStep(to.Unix())), a.Bookings, a.Persons})
	}
	l.gather()
	f.limits = l
}

// limits are how many customers may come, and how many are expected.
type limits struct {
	perDay    *int
	pace      *business.Pace
	days      map[clock.Date]int
	intervals []interval // in order, each once; intervals in which nobody comes are left out
}

// interval is who is expected in an interval of the clock; steps from the epoch.
type interval struct {
	from, to          int64
	bookings, persons int
}

// gather makes one of entries for the same interval.
func (l *limits) gather() {
	slices.SortFunc(l.intervals, func(a, b interval) int { return cmp.Compare(a.from, b.from) })
	n := 0
	for _, x := range l.intervals {
		if n > 0 && l.intervals[n-1].from == x.from {
			l.intervals[n-1].bookings += x.bookings
			l.intervals[n-1].persons += x.persons
			continue
		}
		l.intervals[n] = x
		n++
	}
	l.intervals = l.intervals[:n]
}

// at is who is expected in the interval that a step from the epoch falls into.
func (l *limits) at(step int64) interval {
	i, found := slices.BinarySearchFunc(l.intervals, step, func(x interval, step int64) int { return cmp.Compare(x.from, step) })
	if !found {
		i--
	}
	if i >= 0 && step < l.intervals[i].to {
		return l.intervals[i]
	}
	return interval{}
}

// dayRoom is how many bookings more a business date takes.
func (l *limits) dayRoom(d clock.Date) int {
	if l.perDay == nil {
		return NoLimit
	}
	return max(*l.perDay-l.days[d], 0)
}

// paceRoom is how many bookings more for such a party an interval takes.
func (l *limits) paceRoom(x interval, party int) int {
	room := NoLimit
	if l.pace == nil {
		return room
	}
	if n := l.pace.Bookings; n != nil {
		room = min(room, max(*n-x.bookings, 0))
	}
	if n := l.pace.Persons; n != nil {
		room = min(room, max(*n-x.persons, 0)/max(party, 1))
	}
	return room
}

// room is how many bookings more for such a party the limits take at a start.
func (f *Frame) room(party, step int) int {
	if f.limits == nil {
		return NoLimit
	}
	return min(f.dayRoom(step), f.limits.paceRoom(f.limits.at(f.Base+int64(step)), party))
}

// dayRoom is how many bookings more the business day of a start takes.
func (f *Frame) dayRoom(step int) int {
	if f.limits.perDay == nil {
		return NoLimit
	}
	if day := f.Owner(step); day >= 0 {
		return f.limits.dayRoom(f.Days[day].Date)
	}
	return NoLimit
}

// keepFree takes from a set of starts those for which the limits leave no room.
func (f *Frame) keepFree(party int, starts Bits) {
	l := f.limits
	if l == nil {
		return
	}
	for i := range f.Days {
		if l.dayRoom(f.Days[i].Date) == 0 {
			for _, s := range f.Days[i].starts {
				starts.wipe(s.From, s.To)
			}
		}
	}
	if l.pace == nil {
		return
	}
	if l.paceRoom(interval{}, party) == 0 { // a party that no interval takes
		clear(starts)
		return
	}
	first, _ := slices.BinarySearchFunc(l.intervals, f.Base, func(x interval, base int64) int { return cmp.Compare(x.to, base) })
	for _, x := range l.intervals[first:] {
		if x.from >= f.Base+int64(f.Steps) {
			break
		}
		if l.paceRoom(x, party) == 0 {
			starts.wipe(max(int(x.from-f.Base), 0), min(int(x.to-f.Base), f.Steps))
		}
	}
}

// full is the limit that a start is over, "" for none.
func (f *Frame) full(party, step int) Code {
	switch {
	case f.limits == nil:
	case f.dayRoom(step) == 0:
		return DayFull
	case f.limits.paceRoom(f.limits.at(f.Base+int64(step)), party) == 0:
		return IntervalFull
	}
	return ""
}

// wipe takes the steps from from to to, both in the set, out of it.
func (b Bits) wipe(from, to int) {
	for i := from; i < to; {
		if i%wordBits == 0 && i+wordBits <= to {
			b[i/wordBits] = 0
			i += wordBits
			continue
		}
		b.drop(i)
		i++
	}
}
