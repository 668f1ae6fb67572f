package schedule

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// maxNote is the longest note in characters.
const maxNote = 200

var (
	upsertSpecialDay = pg.Register("schedule.upsert_special_day",
		`INSERT INTO special_days (business_id, date, ranges, note, version)
		 SELECT $1, $2, $3, $4, version FROM schedule_versions WHERE business_id = $1
		 ON CONFLICT (business_id, date) DO UPDATE SET ranges = excluded.ranges, note = excluded.note, version = excluded.version
		 RETURNING version`)
	deleteSpecialDay = pg.Register("schedule.delete_special_day", `DELETE FROM special_days WHERE business_id = $1 AND date = $2`)
)

// SpecialDayInput replaces the hours of one date.
type SpecialDayInput struct {
	Ranges []Range     `json:"ranges" doc:"Opening hours of the date; none: closed" maxItems:"12"`
	Note   locale.Text `json:"note,omitempty" doc:"Shown to customers"`
}

// Validate reports every fault that shows without the days around.
func (in *SpecialDayInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *SpecialDayInput) read(v *fault.Fields) SpecialDay {
	d := SpecialDay{Ranges: readRanges(v, "body.ranges", in.Ranges), Note: in.Note.Lines()}
	d.Note.Check(v, "body.note", maxNote, false)
	return d
}

// SpecialDays lists the special days from one date to another, both included.
func (s *Service) SpecialDays(ctx context.Context, bid business.ID, from, to clock.Date) ([]SpecialDay, error) {
	if err := checkSpan(from, to); err != nil {
		return nil, err
	}
	var out []SpecialDay
	var b pg.Batch
	QueueSpecialDays(&b, bid, from, to, &out)
	err := s.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// SpecialDay reads one; not_found for a date whose hours are the weekly ones.
func (s *Service) SpecialDay(ctx context.Context, bid business.ID, date clock.Date) (*SpecialDay, error) {
	days, err := s.SpecialDays(ctx, bid, date, date)
	if err != nil {
		return nil, err
	}
	if len(days) == 0 {
		return nil, business.ErrNotFound
	}
	return &days[0], nil
}

// SetSpecialDay replaces the hours of one date. expect is the version of the
// special day that it replaces, nil for a date that has none yet: another's
// change in the meantime answers precondition.stale, no version where one is
// needed precondition.required.
func (s *Service) SetSpecialDay(ctx context.Context, actor tenant.Actor, bid business.ID, date clock.Date, expect *int64, in SpecialDayInput) (*SpecialDay, error) {
	var out SpecialDay
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		around, err := hoursAround(ctx, ch, date)
		if err != nil {
			return business.Done{}, err
		}
		if err := checkExpected(around.Special[date].Version, expect); err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		out = in.read(&v)
		out.Date = date
		checkDate(&v, date, ch)
		v.Check(!runsInto(around.On(date.AddDays(-1)), out.Ranges), "body.ranges", "schedule.overlap_day_before")
		v.Check(!runsInto(out.Ranges, around.On(date.AddDays(1))), "body.ranges", "schedule.overlap_day_after")
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		out.Version, err = writeVersioned(ctx, ch.Tx, upsertSpecialDay, bid, date, out.Ranges, out.Note)
		return business.Done{Action: "special_day.set", Subject: specialSubject(date)}, err
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// DeleteSpecialDay gives a date its weekly hours back. It answers not_found for
// one that has them, precondition.stale unless expect is the special day's version.
func (s *Service) DeleteSpecialDay(ctx context.Context, actor tenant.Actor, bid business.ID, date clock.Date, expect int64) error {
	return s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		around, err := hoursAround(ctx, ch, date)
		if err != nil {
			return business.Done{}, err
		}
		day, found := around.Special[date]
		if !found {
			return business.Done{}, business.ErrNotFound
		}
		if err := checkExpected(day.Version, &expect); err != nil {
			return business.Done{}, err
		}
		ch.Tx.Later(deleteSpecialDay, bid, date)
		return business.Done{Action: "special_day.removed", Subject: specialSubject(date)}, nil
	})
}

// hoursAround are the hours of a date and of its neighbours.
func hoursAround(ctx context.Context, ch *business.Change, date clock.Date) (*Hours, error) {
	var h Hours
	var b pg.Batch
	QueueOpening(&b, ch.Business.ID, date.AddDays(-1), date.AddDays(1), &h)
	err := ch.Tx.Run(ctx, &b)
	return &h, err
}

func specialSubject(date clock.Date) string { return "special_day:" + date.String() }
