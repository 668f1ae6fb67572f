package demo

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// An event is something that happens at an instant.
type event struct {
	at  time.Time
	seq int // the order of what happens at once
	do  func(context.Context) error
}

// A timetable gives events in order.
type timetable struct {
	list []event // the next one first
	next int
}

func (t *timetable) add(at time.Time, do func(context.Context) error) {
	t.next++
	e := event{at, t.next, do}
	i, _ := slices.BinarySearchFunc(t.list, e, event.compare)
	t.list = slices.Insert(t.list, i, e)
}

// take removes the next event; false when there is none until then.
func (t *timetable) take(until time.Time) (event, bool) {
	if len(t.list) == 0 || t.list[0].at.After(until) {
		return event{}, false
	}
	e := t.list[0]
	t.list = t.list[1:]
	return e, true
}

func (e event) compare(o event) int { return cmp.Or(e.at.Compare(o.at), cmp.Compare(e.seq, o.seq)) }
