package demo

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// How a visit is booked.
type way int

const (
	online way = iota // by the customer, on the site
	phone             // by somebody at the counter
	walkIn            // not at all: the customer stands at the door
)

// How a visit ends.
type fate int

const (
	comes fate = iota
	noShow
	cancelled
	declined   // by a shop that approves
	unanswered // by a shop that approves
)

// A visit is what somebody wants of a shop on a day, and what becomes of it.
// What is wished for may not be free; then it is another time, or none.
type visit struct {
	date   clock.Date
	made   time.Time // when it is booked: no two visits of a shop have the same
	minute int       // wished for, of the business day
	items  []item
	party  int
	person int // index among the customers; -1: nobody known
	way    way
	fate   fate
	note   string

	late     time.Duration // how much after the start the customer arrives
	answer   time.Duration // after made: the shop's answer
	notice   time.Duration // before the start: the cancellation
	moves    time.Duration // before the start: moved to another time; 0: stays
	overtime time.Duration // after the planned end: when it is over
}

type item struct {
	service string
	options []string
	staff   string // nominated; "": anybody
}

// Lives of bookings, of a hundred.
const (
	noShows       = 4
	cancellations = 9
	moved         = 5
	declines      = 5
	forgotten     = 3
	nominated     = 40
	noted         = 12
	chained       = 15
)

// perDay bounds the visits of one day.
const perDay = 1000

// day is what a shop's customers wish for on a date: always the same for the
// same shop and date. people is how many customers there are.
func (s *shop) day(d clock.Date, people, percent int) []visit {
	r := dice(s.slug(), "day "+strconv.Itoa(dayNumber(d)))
	n := s.visits[d.Weekday()]
	n = min((n+r.IntN(5)-2)*percent/100, perDay)
	list := make([]visit, 0, max(n, 0))
	seen := map[int]bool{}
	for i := range n {
		v := s.wish(r, d)
		v.person = s.whoComes(r, d, i, people, seen)
		s.decideWay(r, &v)
		v.made = v.made.Truncate(time.Second).Add(identity(d, i))
		list = append(list, v)
	}
	return list
}

// identity is a fraction of a second by which a visit is told from all others
// of its shop for years: it is part of the time at which it was booked, by which
// its booking is found again.
func identity(d clock.Date, i int) time.Duration {
	return time.Duration(dayNumber(d)%1000*perDay+i) * time.Microsecond
}

// stride is how far the turn goes on from day to day: more than come on most,
// and without a divisor in common with their number.
const stride = 17

// whoComes takes the customers in turn, so that all of them come sooner or
// later, and now and then one of the regulars.
func (s *shop) whoComes(r *rand.Rand, d clock.Date, i, people int, seen map[int]bool) int {
	inTurn := (dayNumber(d)*stride + i) % people
	p := inTurn
	if r.IntN(3) == 0 {
		p = r.IntN(max(people/5, 1))
	}
	if seen[p] {
		p = inTurn
	}
	if seen[p] {
		return -1
	}
	seen[p] = true
	return p
}

func (s *shop) wish(r *rand.Rand, d clock.Date) visit {
	svc := s.pickService(r)
	v := visit{
		date: d, minute: s.pickMinute(r, d), party: 1, items: []item{s.item(r, svc)}, fate: comes,
		late:   time.Duration(r.IntN(14)-8) * time.Minute,
		answer: time.Duration(15+r.IntN(400)) * time.Minute, notice: time.Duration(3+r.IntN(60)) * time.Hour,
		overtime: time.Duration(r.IntN(8)) * time.Minute,
	}
	if len(svc.parties) > 0 {
		v.party = pick(r, svc.parties)
	}
	if len(svc.then) > 0 && r.IntN(100) < chained {
		v.items = append(v.items, item{service: pick(r, svc.then)})
	}
	if r.IntN(100) < noted && len(s.notes) > 0 {
		v.note = pick(r, s.notes)
	}
	v.made = s.lead(r, &v)
	switch x := r.IntN(100); {
	case x < noShows:
		v.fate = noShow
	case x < noShows+cancellations:
		v.fate = cancelled
	case x < noShows+cancellations+moved:
		v.moves = time.Duration(20+r.IntN(60)) * time.Hour
	}
	return v
}

func (s *shop) pickService(r *rand.Rand) *service {
	sum := 0
	for i := range s.menu {
		sum += s.menu[i].weight
	}
	x := r.IntN(sum)
	for i := range s.menu {
		if x -= s.menu[i].weight; x < 0 {
			return &s.menu[i]
		}
	}
	return &s.menu[0]
}

func (s *shop) item(r *rand.Rand, svc *service) item {
	it := item{service: svc.name["ja"]}
	if len(svc.options) > 0 && r.IntN(4) == 0 {
		it.options = []string{pick(r, svc.options)}
	}
	var staff []string
	for _, x := range s.resources {
		if x.kind == catalog.Staff && (x.fields.Nominatable == nil || *x.fields.Nominatable) {
			staff = append(staff, x.name["ja"])
		}
	}
	if len(staff) > 0 && r.IntN(100) < nominated {
		it.staff = pick(r, staff)
	}
	return it
}

// pickMinute is a time of the day's opening hours, rather when the shop is busy.
func (s *shop) pickMinute(r *rand.Rand, d clock.Date) int {
	hours := s.opening(d)
	first, last := hours[0].StartMinute, hours[len(hours)-1].EndMinute
	sum := 0
	for _, w := range s.busy {
		sum += w
	}
	x, part := r.IntN(sum), 0
	for x -= s.busy[0]; x >= 0; x -= s.busy[part] {
		part++
	}
	length := (last - first) / len(s.busy)
	return (first + part*length + r.IntN(length)) / schedule.MinuteStep * schedule.MinuteStep
}

func (s *shop) opening(d clock.Date) []schedule.Range {
	if special := s.special(d); special != nil {
		return special.Ranges
	}
	return worksOn(s.hours, d)
}

// leads are how long before a visit it is booked: of a hundred, so many from
// the first to the last of these days.
var leads = []struct{ percent, first, last int }{{10, 0, 0}, {20, 1, 2}, {20, 3, 8}, {20, 9, 20}, {30, 21, longestLead}}

// lead is when the visit is booked, at an hour at which people do such things.
func (s *shop) lead(r *rand.Rand, v *visit) time.Time {
	days, x := 0, r.IntN(100)
	for _, l := range leads {
		if x -= l.percent; x < 0 {
			days = l.first + r.IntN(l.last-l.first+1)
			break
		}
	}
	second := time.Duration(r.IntN(60)) * time.Second
	if days == 0 {
		return clock.Instant(v.date, v.minute-40-r.IntN(150), tokyo()).Add(second)
	}
	return clock.Instant(v.date.AddDays(-days), hm(8, 0)+r.IntN(15*60), tokyo()).Add(second)
}

func (s *shop) decideWay(r *rand.Rand, v *visit) {
	x := r.IntN(100)
	switch {
	case r.IntN(100) < s.walkIns || v.person < 0:
		*v = v.atTheDoor(r)
	case x < s.online:
		v.way = online
		s.decideAnswer(r, v)
	default:
		v.way = phone
	}
}

// decideAnswer is for shops that approve; the others answer at once.
func (s *shop) decideAnswer(r *rand.Rand, v *visit) {
	switch x := r.IntN(100); {
	case x < declines:
		v.fate = declined
	case x < declines+forgotten:
		v.fate = unanswered
	}
	if !s.approves() && (v.fate == declined || v.fate == unanswered) {
		v.fate = comes
	}
}

// atTheDoor makes a walk-in of a visit.
func (v visit) atTheDoor(r *rand.Rand) visit {
	v.way, v.fate, v.moves, v.note, v.person = walkIn, comes, 0, "", -1
	for i := range v.items {
		v.items[i].staff = ""
	}
	v.made = clock.Instant(v.date, v.minute, tokyo()).Add(time.Duration(r.IntN(280)) * time.Second)
	return v
}
