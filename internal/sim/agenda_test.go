package sim_test

import (
	"container/heap"
	"time"
)

// agenda is what is to be done when; of one instant, what was added first.
type agenda struct {
	list  appointments
	added int
}

type appointment struct {
	at    time.Time
	order int
	do    func()
}

func (a *agenda) add(at time.Time, do func()) {
	a.added++
	heap.Push(&a.list, appointment{at, a.added, do})
}

// next takes out the first one up to an instant.
func (a *agenda) next(end time.Time) (appointment, bool) {
	if len(a.list) == 0 || a.list[0].at.After(end) {
		return appointment{}, false
	}
	first := a.list[0]
	heap.Pop(&a.list)
	return first, true
}

// appointments are a heap.
type appointments []appointment

func (l appointments) Len() int      { return len(l) }
func (l appointments) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l appointments) Less(i, j int) bool {
	if l[i].at.Equal(l[j].at) {
		return l[i].order < l[j].order
	}
	return l[i].at.Before(l[j].at)
}

// Push is part of heap.Interface.
func (l *appointments) Push(x any) {
	if a, ok := x.(appointment); ok {
		*l = append(*l, a)
	}
}

// Pop is part of heap.Interface.
func (l *appointments) Pop() any {
	last := len(*l) - 1
	x := (*l)[last]
	*l = (*l)[:last]
	return x
}
