package availability

import (
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// follower is a store that remembers one shop of one stylist, with no database.
type follower struct {
	*store
	slot  *cached
	snap  *Snapshot
	clock *clock.Manual
}

func newFollower(t *testing.T) *follower {
	t.Helper()
	clk := clock.NewManual(clock.Instant(tuesday, 480, time.UTC))
	s := &Snapshot{
		Business: business.Business{
			ID: id.New[business.Business](clk.Now()), Timezone: "UTC",
			Settings: business.Settings{GridMinutes: 30, BookingWindowDays: 5},
		},
		Resources: []catalog.Resource{{ID: resourceID(0), Kind: catalog.Staff, Capacity: 1, Active: true}},
	}
	for d := range 7 {
		s.Hours.Week[d] = openFrom(600, 1200)
	}
	s.compile(nil, nil, nil)
	f := &follower{store: newStore(nil, clk, 10), snap: s, clock: clk}
	f.slot = f.store.slot(s.Business.ID)
	return f
}

// read is a calendar as a load at this moment would make it, in which the
// commits are found.
func (f *follower) read(t *testing.T, found ...commit) *Calendar {
	t.Helper()
	from, to := f.snap.reach(f.clock.Now())
	frame, err := f.snap.Frame(from, to.DaysSince(from)+1, Freedom{})
	if err != nil {
		t.Fatal(err)
	}
	k := &Calendar{Snapshot: f.snap, Frame: frame, From: from, To: to, serial: f.loads.Add(1), at: f.clock.Now(), until: f.clock.Now().Add(Staleness)}
	var taken []Taken
	for _, x := range found {
		for _, a := range x.taken {
			a.BookingID = &x.owner
			taken = append(taken, a)
		}
	}
	f.snap.Occupy(frame, taken, f.clock.Now(), nil)
	k.young = youngAmong(taken, f.clock.Now())
	return k
}

// hour is the commit of a booking of one hour.
func (f *follower) hour(hour int) commit {
	a := Allocation{ResourceID: resourceID(0), Unit: 1, StartsAt: clock.Instant(tuesday, hour*60, time.UTC)}
	a.EndsAt = a.StartsAt.Add(time.Hour)
	return commit{owner: id.New[Taken](f.clock.Now()), taken: takenOf([]Allocation{a}, nil)}
}

func (f *follower) keep(k *Calendar) { f.slot.frame, f.slot.frameGen = k, f.slot.generations() }

func (f *follower) want(t *testing.T, k *Calendar, hours ...int) {
	t.Helper()
	r, minutes := &k.Frame.Resources[0], 0
	for _, l := range r.Load {
		minutes += l
	}
	var busy []int
	for hour := 10; hour < 20; hour++ {
		if r.Busy[0].Has(k.Frame.Floor(clock.Instant(tuesday, hour*60, time.UTC))) {
			busy = append(busy, hour)
		}
	}
	if !slices.Equal(busy, hours) || minutes != 60*len(hours) {
		t.Errorf("taken at %v, %d minutes booked; want %v", busy, minutes, hours)
	}
}

func TestFollow_ACommit_IsInWhatIsRememberedAndInNoOlderCopy(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	old := f.read(t)
	f.keep(old)
	f.slot.parts, f.slot.partsGen = []*Calendar{f.read(t)}, f.slot.generations()
	f.follow(f.snap.Business.ID, f.hour(10))
	first := f.slot.freshCalendar(f.clock.Now())
	f.follow(f.snap.Business.ID, f.hour(12))
	k := f.slot.freshCalendar(f.clock.Now())
	if first == nil || k == nil {
		t.Fatal("nothing is remembered")
	}
	f.want(t, k, 10, 12)
	f.want(t, f.slot.freshPart(k.From, k.To, f.clock.Now()), 10, 12)
	f.want(t, old)
	f.want(t, first, 10)
	if k.serial == old.serial {
		t.Error("answers of before are taken for answers of now")
	}
}

// A commit that takes nothing on the days of a calendar leaves its answers as they are.
func TestFollow_OfOtherDays_ChangesNothing(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	old := f.read(t)
	f.keep(old)
	far := f.hour(10)
	far.taken[0].StartsAt, far.taken[0].EndsAt = far.taken[0].StartsAt.AddDate(0, 1, 0), far.taken[0].EndsAt.AddDate(0, 1, 0)
	f.follow(f.snap.Business.ID, far)
	if k := f.slot.freshCalendar(f.clock.Now()); k != old {
		t.Error("another calendar")
	}
}

func TestFollow_WhatIsToExpire_IsNotTrustedLonger(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	f.keep(f.read(t))
	x := f.hour(10)
	expires := f.clock.Now().Add(20 * time.Second)
	x.taken[0].ExpiresAt, x.expires = &expires, &expires
	f.follow(f.snap.Business.ID, x)
	if f.slot.freshCalendar(expires.Add(-time.Second)) == nil || f.slot.freshCalendar(expires) != nil {
		t.Error("not remembered until it expires")
	}
}

// A calendar that was read while bookings were committed has each of them once.
func TestFollow_ReadMeanwhile_HasEachOnce(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	g := f.slot.generations()
	found, missed := f.hour(10), f.hour(12)
	f.follow(f.snap.Business.ID, found)
	f.follow(f.snap.Business.ID, missed)
	k, now, ok := f.slot.caughtUp(f.store, f.read(t, found), g)
	if !ok || now != f.slot.generations() {
		t.Fatal("it did not catch up")
	}
	f.want(t, k, 10, 12)
	f.keep(k)
	late := f.hour(14) // found by the read, and told of afterwards
	f.keep(f.read(t, found, missed, late))
	f.follow(f.snap.Business.ID, late)
	f.want(t, f.slot.freshCalendar(f.clock.Now()), 10, 12, 14)
}

// What does not follow is read anew: after a change that nobody described, one of
// the schedule, or more than are remembered; where customers are counted or take
// turns; and what is too old to be known as read.
func TestFollow_WhatIsNotKnown_IsForgotten(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*follower){
		"another change": func(f *follower) { f.bookingsChanged(f.snap.Business.ID) },
		"schedule":       func(f *follower) { f.scheduleChanged(f.snap.Business.ID) },
		"too many": func(f *follower) {
			for range mostInARow {
				f.follow(f.snap.Business.ID, f.hour(12))
			}
		},
		"limit": func(f *follower) { f.snap.Business.MaxPerDay = new(9) },
		"turns": func(f *follower) { f.snap.Business.Fairness = business.RoundRobin },
		"old": func(f *follower) {
			x := f.hour(12)
			f.clock.Advance(youth)
			f.follow(f.snap.Business.ID, x)
		},
	} {
		f := newFollower(t)
		f.keep(f.read(t))
		k, g := f.read(t), f.slot.generations()
		f.follow(f.snap.Business.ID, f.hour(10))
		change(f)
		if _, _, ok := f.slot.caughtUp(f.store, k, g); ok {
			t.Errorf("%s: what was read before caught up", name)
		}
		if name == "too many" {
			continue // each of them was followed as it came
		}
		f.follow(f.snap.Business.ID, f.hour(14))
		if f.slot.freshCalendar(f.clock.Now()) != nil {
			t.Errorf("%s: still remembered", name)
		}
	}
}
