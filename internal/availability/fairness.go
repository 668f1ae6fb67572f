package availability

import (
	"cmp"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is who is taken first of several who are free.

// preferred is the resources in order of choice on the day of a start: those
// asked for; staff by the frame's rule of fairness, then by rank; everything
// else by how tightly it fits, so that a party of two leaves the table for eight
// alone, then by rank.
func (f *Frame) preferred(start int, first []int) []int {
	day := f.Owner(start)
	place := func(r int) int {
		if i := slices.Index(first, r); i >= 0 {
			return i
		}
		return len(first)
	}
	list := make([]int, len(f.Resources))
	for r := range list {
		list[r] = r
	}
	slices.SortFunc(list, func(a, b int) int {
		x, y := &f.Resources[a], &f.Resources[b]
		return cmp.Or(cmp.Compare(place(a), place(b)), f.sooner(x, y, day), cmp.Compare(x.Rank, y.Rank), cmp.Compare(a, b))
	})
	return list
}

// sooner compares two resources by the rules for their kinds.
func (f *Frame) sooner(x, y *Resource, day int) int {
	switch a, b := x.Kind == catalog.Staff, y.Kind == catalog.Staff; {
	case a != b && a:
		return -1
	case a != b:
		return 1
	case !a:
		return cmp.Or(cmp.Compare(x.Party, y.Party), cmp.Compare(len(x.Busy), len(y.Busy)))
	}
	switch f.Fairness {
	case business.RoundRobin:
		return cmp.Compare(x.Given, y.Given)
	case business.Priority:
		return 0
	case business.LeastBooked:
	}
	return cmp.Compare(x.load(day), y.load(day))
}

// Given is when a resource was last given to somebody, as the number of its
// latest allocation: they are numbered as they are made, under the resource's lock.
type Given struct {
	ResourceID catalog.ResourceID `db:"resource_id"`
	Last       int64              `db:"last"`
}

// Who is not among the latest thousand allocations had none for so long that
// their turn has come anyhow; what was given back or has run out does not count.
var lastGiven = pg.Register("availability.given",
	`SELECT resource_id, max(id) AS last FROM (
	     SELECT resource_id, id FROM allocations WHERE business_id = $1 AND (expires_at IS NULL OR expires_at > $2)
	     ORDER BY id DESC LIMIT 1000) x GROUP BY resource_id`)

// QueueGiven queues the reading of who was given something when, where the rule
// of fairness asks for it. Queue it behind the locks of those it is about.
func (s *Snapshot) QueueGiven(b *pg.Batch, now time.Time, dst *[]Given) {
	if s.Business.Fairness == business.RoundRobin {
		pg.Collect(b.Queue(lastGiven, s.Business.ID, now), dst)
	}
}

// Recall tells a frame of the snapshot who was given something when.
func (s *Snapshot) Recall(f *Frame, given []Given) {
	for _, g := range given {
		if i, ok := s.index[g.ResourceID]; ok {
			f.Resources[i].Given = g.Last
		}
	}
}
