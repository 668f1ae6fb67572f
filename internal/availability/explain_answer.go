package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// slot is all that is to be said of a start.
func (e *explainer) slot(start time.Time) *Explained {
	causes := e.causes(start) // measures the visit as it is from this start on
	out := &Explained{
		Start: start.In(e.Zone), End: start.Add(time.Duration(e.plan.Length) * StepMinutes * time.Minute).In(e.Zone),
		Reasons: []Cause{}, Serving: []ServedBy{}, StaffIDs: []catalog.ResourceID{},
	}
	for c := range causes {
		out.Reasons = append(out.Reasons, c)
		if len(out.Reasons) == maxCauses {
			break
		}
	}
	if len(out.Reasons) > 0 {
		out.Message = out.Reasons[0].Message
		return out
	}
	e.serve(out, e.frame.Floor(start))
	return out
}

// serve fills in who and what would serve a free start.
func (e *explainer) serve(out *Explained, step int) {
	window := e.WindowIn(e.frame, e.now)
	picks, free := e.frame.Choose(e.plan, window, step, Options{})
	out.Free = free
	var told []string
	for _, p := range picks {
		need, x := &e.plan.Needs[p.Need], &e.Resources[p.Resource]
		out.Serving = append(out.Serving, ServedBy{
			Requirement: *e.requirement(p.Need), Resource: *e.named(x), Units: len(p.Units),
			Start: *e.at(e.frame.Instant(step + need.Spans[0].From)), End: *e.at(e.frame.Instant(step + need.Spans[len(need.Spans)-1].To)),
		})
		told = append(told, e.say("value.serving", fault.Args{"kind": e.kind(x.Kind), "name": e.person(x)}))
	}
	args := fault.Args{"span": e.between(e.date(out.Start), out.Start, out.End), "serving": e.joined(told)}
	out.Message = e.say("free", args)
	var s Search
	starts := s.Find(e.frame, e.plan, window)
	out.Remaining = starts.Remaining(step)
	for _, r := range starts.AppendStaff(nil, step) {
		out.StaffIDs = append(out.StaffIDs, e.frame.Resources[r].ID)
	}
}

// strip is all starts of the frame's day on the grid, from its first opening to
// its last closing; of a day that is closed, around the clock. What an earlier
// day's hours cover is none of its starts.
func (e *explainer) strip() []Stretch {
	f, day := e.frame, &e.frame.Days[0]
	from, to := day.From, day.To
	if !day.Open {
		from, to = f.Floor(clock.Instant(day.Date, 0, e.Zone)), f.Floor(clock.Instant(day.Date, minutesOfDay, e.Zone))
	}
	list := []Stretch{}
	grid := time.Duration(e.Business.GridMinutes) * time.Minute
	for step := f.Grid.Next(from, to); step >= 0; step = f.Grid.Next(step+1, to) {
		if f.Open.Has(step) && f.Owner(step) < 0 {
			continue
		}
		start := f.Instant(step).In(e.Zone)
		first := e.first(start)
		if n := len(list); n > 0 && list[n-1].End.Equal(start) && same(list[n-1].Reason, first) {
			list[n-1].End = start.Add(grid)
			list[n-1].Starts++
			continue
		}
		list = append(list, Stretch{Start: start, End: start.Add(grid), Starts: 1, Free: first == nil, Reason: first})
	}
	return list
}

// first is what is to be mended first, nil for a free start.
func (e *explainer) first(start time.Time) *Cause {
	for c := range e.causes(start) {
		return &c
	}
	return nil
}

// same tells whether two starts have the same to say.
func same(a, b *Cause) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.Message == b.Message && a.Subject.ID == b.Subject.ID && a.Subject.Type == b.Subject.Type
}
