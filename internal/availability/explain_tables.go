package availability

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// againstOffer says that the service has dates or hours of its own, and that a
// start within the opening hours lies outside them.
func (e *explainer) againstOffer(start time.Time) []Cause {
	step := e.frame.Floor(start)
	if !e.frame.Open.Has(step) || e.frame.startable(e.plan, step) {
		return nil
	}
	svc, day := e.part.Service, e.date(start)
	args := fault.Args{"service": svc.Name.In(e.lang), "date": e.words.date(day)}
	c := Cause{Kind: CauseNotOnDate, Subject: e.service()}
	c.Subject.Date = day.String()
	hours, _ := svc.StartsOn(day)
	key := "service_not_on_date"
	switch from, to := svc.ActiveFrom, svc.ActiveTo; {
	case len(hours) > 0:
		ranges := make([]schedule.Range, len(hours))
		for i, h := range hours {
			ranges[i] = schedule.Range{StartMinute: h.StartMinute, EndMinute: h.EndMinute}
		}
		c.Kind, key = CauseServiceHours, "outside_service_hours"
		args["ranges"] = e.ranges(ranges)
		e.span(&c.Subject, day, ranges)
	case from != nil && day.Before(*from):
		key, args["from"] = key+".from", e.words.date(*from)
	case to != nil && day.After(*to):
		key, args["to"] = key+".to", e.words.date(*to)
	}
	c.Message = e.say(key, args)
	return []Cause{c}
}

// blockedJoins are the tables that keep joins from serving a need, each once: all
// of their units would have to be free.
func (e *explainer) blockedJoins(need *Need, step int) []blocked {
	var list []blocked
	f := e.frame
	for _, join := range need.Joins {
		for _, r := range join {
			units := len(f.Resources[r].Busy)
			b := blocked{resource: r, units: units, off: !f.works(r, need, step), free: f.freeUnits(r, need, step)}
			known := slices.ContainsFunc(list, func(x blocked) bool { return x.resource == r })
			if !known && (b.off || b.free < units) {
				list = append(list, b)
			}
		}
	}
	return list
}

// joinIdle tells whether all of a join is free, and at work, at one step.
func (f *Frame) joinIdle(join []int, step int) bool {
	return !slices.ContainsFunc(join, func(r int) bool { return f.idleUnits(r, step) < len(f.Resources[r].Busy) || !f.atWork(r, step) })
}
