package availability

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// drawLimits are limits, and who is expected on the days of a scenario.
func drawLimits(t *rapid.T, s *scenario) (*Snapshot, []Arrival, time.Time) {
	some := func(label string, most int) *int {
		if rapid.IntRange(0, 2).Draw(t, label) == 0 {
			return nil
		}
		return new(rapid.IntRange(1, most).Draw(t, label))
	}
	snap := &Snapshot{Zone: s.zone}
	snap.Business.MaxPerDay = some("per day", 8)
	if p := (business.Pace{Bookings: some("bookings", 3), Persons: some("persons", 6)}); p.Bookings != nil || p.Persons != nil {
		p.Minutes = rapid.SampledFrom(business.PaceMinutes).Draw(t, "minutes")
		snap.Business.Pace = &p
	}
	now := clock.Instant(s.from, 0, s.zone)
	var list []Arrival
	for range rapid.IntRange(0, 25).Draw(t, "arrivals") {
		a := Arrival{
			StartsAt: now.Add(time.Duration(rapid.IntRange(-60, s.days*288+80).Draw(t, "at")*5) * time.Minute),
			Bookings: rapid.IntRange(1, 2).Draw(t, "n"), Persons: rapid.IntRange(1, 4).Draw(t, "heads"),
		}
		a.Date = clock.DateOf(a.StartsAt.In(s.zone)).AddDays(rapid.SampledFrom([]int{0, 0, 0, -1}).Draw(t, "night"))
		if rapid.IntRange(0, 4).Draw(t, "expires") == 0 {
			a.ExpiresAt = new(now.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "when")) * time.Minute))
		}
		list = append(list, a)
	}
	return snap, list, now
}

// roomLeft counts who is expected with a start, plainly.
func roomLeft(snap *Snapshot, list []Arrival, now time.Time, date clock.Date, start time.Time, party int) (day, pace int) {
	day, pace = NoLimit, NoLimit
	shown := func(x time.Time, minutes int) [3]int {
		local := x.In(snap.Zone)
		_, offset := local.Zone()
		return [3]int{clock.DateOf(local).DaysSince(date), (local.Hour()*60 + local.Minute()) / minutes, offset}
	}
	onDay, bookings, persons := 0, 0, 0
	for _, a := range list {
		if a.ExpiresAt != nil && !a.ExpiresAt.After(now) {
			continue
		}
		if a.Date == date {
			onDay += a.Bookings
		}
		if p := snap.Business.Pace; p != nil && shown(a.StartsAt, p.Minutes) == shown(start, p.Minutes) {
			bookings, persons = bookings+a.Bookings, persons+a.Persons
		}
	}
	if n := snap.Business.MaxPerDay; n != nil {
		day = max(*n-onDay, 0)
	}
	if p := snap.Business.Pace; p != nil {
		if p.Bookings != nil {
			pace = min(pace, max(*p.Bookings-bookings, 0))
		}
		if p.Persons != nil {
			pace = min(pace, max(*p.Persons-persons, 0)/party)
		}
	}
	return day, pace
}

// What limits leave of the free starts is what counting leaves, for a frame and
// for its views, and Search, Free, Choose and Reasons say the same.
func TestLimits_EqualCounting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]func(*rapid.T) *scenario{drawScenario, drawPlain}).Draw(t, "kind")(t)
		s.plan.Party = rapid.IntRange(1, 4).Draw(t, "party")
		snap, list, now := drawLimits(t, s)
		free, larger := s.frame(t), *s
		before := rapid.IntRange(0, 2).Draw(t, "before")
		larger.from, larger.days = s.from.AddDays(-before), before+s.days+1
		f, whole := s.frame(t), larger.frame(t)
		snap.Limit(f, list, now)
		snap.Limit(whole, list, now)
		for _, frame := range []*Frame{f, whole.View(before, s.days)} {
			compareLimits(t, s, snap, list, now, free, frame)
		}
	})
}

func compareLimits(t *rapid.T, s *scenario, snap *Snapshot, list []Arrival, now time.Time, free, f *Frame) {
	var a, b Search
	without, with := a.Find(free, &s.plan, free.Window(s.earliest, s.latest)), b.Find(f, &s.plan, f.Window(s.earliest, s.latest))
	for i := range f.Days {
		for _, run := range free.Days[i].starts {
			for at := run.From; at < run.To; at++ {
				start := free.Instant(at)
				step := f.Floor(start)
				day, pace := roomLeft(snap, list, now, free.Days[i].Date, start, s.plan.Party)
				want := min(without.Remaining(at), day, pace)
				if got := with.Remaining(step); got != want || with.Free.Has(step) != (want > 0) || f.Free(&s.plan, with.Window, step) != (want > 0) {
					t.Fatalf("%s\n%+v %+v\n%s: %d remain, by counting %d (day %d, interval %d)", s, snap.Business.Settings, list, start.In(s.zone), got, want, day, pace)
				}
				codes := []Code{}
				for _, r := range f.Reasons(&s.plan, with.Window, step) {
					codes = append(codes, r.Code)
				}
				full := slices.Contains(codes, DayFull) || slices.Contains(codes, IntervalFull)
				if full != (day == 0 || pace == 0) || (len(codes) == 0) != (want > 0) {
					t.Fatalf("%s\n%s: reasons %v, day %d, interval %d, %d remain", s, start.In(s.zone), codes, day, pace, want)
				}
			}
		}
		if state := with.State(i); state != without.State(i) && (state != StateFull || without.State(i) != StateOpen) {
			t.Fatalf("%s\nday %d is %s, without limits %s", s, i, state, without.State(i))
		}
	}
}

// A business that takes nobody in offers nothing, and its open days are full.
func TestWindow_Stopped_OffersNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		f := s.frame(t)
		var search Search
		open := []State{}
		for i := range f.Days {
			open = append(open, search.Find(f, &s.plan, f.Window(s.earliest, s.latest)).State(i))
		}
		w := f.Window(s.earliest, s.latest)
		w.Stopped = true
		starts := search.Find(f, &s.plan, w)
		for i := range f.Days {
			if want := open[i]; starts.State(i) != want && (want != StateOpen || starts.State(i) != StateFull) {
				t.Fatalf("%s\nday %d is %s, was %s", s, i, starts.State(i), want)
			}
			for _, run := range f.Days[i].starts {
				for step := run.From; step < run.To; step++ {
					reasons := f.Reasons(&s.plan, w, step)
					if _, ok := f.Choose(&s.plan, w, step, Options{}); ok || starts.Free.Has(step) || f.Free(&s.plan, w, step) || reasons[0].Code != NotAccepting {
						t.Fatalf("%s\n%s is free", s, f.Instant(step))
					}
				}
			}
		}
	})
}
