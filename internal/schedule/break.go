package schedule

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	allBreaks = pg.Register("schedule.breaks",
		`SELECT resource_id, weekday, start_minute, end_minute FROM resource_breaks
		 WHERE business_id = $1 ORDER BY resource_id, weekday, start_minute`)
	deleteBreaks = pg.Register("schedule.delete_breaks", `DELETE FROM resource_breaks WHERE business_id = $1 AND resource_id = $2`)
	insertBreaks = pg.Register("schedule.insert_breaks",
		`INSERT INTO resource_breaks (business_id, resource_id, weekday, start_minute, end_minute)
		 SELECT $1, $2, x.d, x.s, x.e FROM unnest($3::integer[], $4::integer[], $5::integer[]) AS x (d, s, e)`)
)

// BreaksInput is the breaks of a resource; a weekday that is left out has none.
type BreaksInput struct {
	Weekly []WeekDay `json:"weekly" doc:"Breaks by weekday of the business day" maxItems:"7"`
}

// Validate reports every fault: weekdays given twice, breaks that are none or overlap.
func (in *BreaksInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *BreaksInput) read(v *fault.Fields) Week {
	week, given := readWeek(v, "body.weekly", in.Weekly)
	for d := range week {
		v.Check(!runsInto(week[d], week[(d+1)%7]), given[d]+".ranges", "schedule.overlap_next_day")
	}
	return week
}

// QueueBreaks queues the reading of all breaks. A resource that is absent from dst has none.
func QueueBreaks(b *pg.Batch, bid business.ID, dst *map[catalog.ResourceID]*Week) {
	b.Queue(allBreaks, bid).Query(func(rows pgx.Rows) error {
		out := map[catalog.ResourceID]*Week{}
		var rid catalog.ResourceID
		var weekday int
		var r Range
		_, err := pgx.ForEachRow(rows, []any{&rid, &weekday, &r.StartMinute, &r.EndMinute}, func() error {
			if out[rid] == nil {
				out[rid] = &Week{}
			}
			out[rid][weekday] = append(out[rid][weekday], r)
			return nil
		})
		*dst = out
		return err
	})
}

// Breaks reads the breaks of a resource with the version of the resource, which
// a change of them must name; not_found for an absent one.
func (s *Service) Breaks(ctx context.Context, bid business.ID, rid catalog.ResourceID) (week Week, version int64, err error) {
	var breaks map[catalog.ResourceID]*Week
	var b pg.Batch
	catalog.QueueVersion(&b, bid, rid, &version)
	QueueBreaks(&b, bid, &breaks)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return Week{}, 0, err
	}
	if version == 0 {
		return Week{}, 0, business.ErrNotFound
	}
	if found := breaks[rid]; found != nil {
		week = *found
	}
	return week, version, nil
}

// SetBreaks replaces the breaks of a resource, which are taken out of its weekly
// shifts and of those by date. Bookings that were made stay. It answers
// precondition.stale unless expect is the version of the resource, and returns the new one.
func (s *Service) SetBreaks(ctx context.Context, actor tenant.Actor, bid business.ID, rid catalog.ResourceID, expect int64, in BreaksInput) (week Week, version int64, err error) {
	if err := in.Validate(); err != nil {
		return Week{}, 0, err
	}
	err = s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := catalog.Touch(ctx, ch, rid, expect); err != nil {
			return business.Done{}, err
		}
		week, version = in.read(&fault.Fields{}), expect+1
		ch.Tx.Later(deleteBreaks, bid, rid)
		days, starts, ends := []int{}, []int{}, []int{}
		for d, ranges := range week {
			for _, r := range ranges {
				days, starts, ends = append(days, d), append(starts, r.StartMinute), append(ends, r.EndMinute)
			}
		}
		ch.Tx.Later(insertBreaks, bid, rid, days, starts, ends)
		return business.Done{Action: "breaks.changed", Subject: resourceSubject(rid)}, nil
	})
	return week, version, err
}
