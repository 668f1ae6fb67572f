package demo

import (
	"context"
	"errors"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// announce sets the special days and leaves from one date to another, both
// included: to be done before anybody can book them, so that nothing that was
// booked falls outside the hours. Dates that have theirs keep them.
func (h *house) announce(ctx context.Context, from, to clock.Date) error {
	for d := from; !d.After(to); d = d.AddDays(1) {
		if err := h.announceSpecial(ctx, d); err != nil {
			return err
		}
		if err := h.announceLeave(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) announceSpecial(ctx context.Context, d clock.Date) error {
	in := h.shop.special(d)
	if in == nil {
		return nil
	}
	_, err := h.schedule.SetSpecialDay(ctx, h.owner, h.id, d, nil, *in)
	return unlessThere(err)
}

func (h *house) announceLeave(ctx context.Context, d clock.Date) error {
	r, in := h.shop.leave(d)
	if in == nil || h.resources[r] == nil {
		return nil
	}
	_, err := h.schedule.SetException(ctx, h.owner, h.id, h.resources[r].ID, d, nil, *in)
	return unlessThere(err)
}

// unlessThere takes "name the version that you replace" for what it says here:
// the date has been set before.
func unlessThere(err error) error {
	if errors.Is(err, business.ErrNoVersion) {
		return nil
	}
	return err
}

// leave is who does not work on a date although the week says so, nobody on most.
func (s *shop) leave(d clock.Date) (name string, in *schedule.ExceptionInput) {
	if s.leaves == 0 {
		return "", nil
	}
	r := dice(s.slug(), "leave "+strconv.Itoa(dayNumber(d)))
	if r.IntN(s.leaves) != 0 {
		return "", nil
	}
	var candidates []resource
	for _, x := range s.resources {
		if x.onLeave && len(worksOn(x.shifts, d)) > 0 {
			candidates = append(candidates, x)
		}
	}
	if len(candidates) == 0 {
		return "", nil
	}
	x := pick(r, candidates)
	in = &schedule.ExceptionInput{Ranges: []schedule.Range{}, Note: "有給休暇"}
	if r.IntN(3) == 0 { // only the afternoon
		shift := worksOn(x.shifts, d)[0]
		in.Note = "午後休"
		in.Ranges = []schedule.Range{{StartMinute: shift.StartMinute, EndMinute: min(shift.EndMinute, hm(14, 0))}}
	}
	return x.name["ja"], in
}

func worksOn(week schedule.WeekInput, d clock.Date) []schedule.Range {
	for _, day := range week.Weekly {
		if day.Weekday == int(d.Weekday()) {
			return day.Ranges
		}
	}
	return nil
}

// epoch is from where days are counted.
var epoch = clock.Date{Year: 2020, Month: 1, Day: 1}

func dayNumber(d clock.Date) int { return d.DaysSince(epoch) }
