package schedule

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	allShifts = pg.Register("schedule.shifts",
		`SELECT s.resource_id, r.shift_weeks, r.shift_anchor, s.week, s.weekday, s.start_minute, s.end_minute
		 FROM resource_shifts s JOIN resources r ON r.business_id = s.business_id AND r.id = s.resource_id
		 WHERE s.business_id = $1 ORDER BY s.resource_id, s.week, s.weekday, s.start_minute`)
	deleteShifts = pg.Register("schedule.delete_shifts", `DELETE FROM resource_shifts WHERE business_id = $1 AND resource_id = $2`)
	insertShifts = pg.Register("schedule.insert_shifts",
		`INSERT INTO resource_shifts (business_id, resource_id, week, weekday, start_minute, end_minute)
		 SELECT $1, $2, x.w, x.d, x.s, x.e FROM unnest($3::integer[], $4::integer[], $5::integer[], $6::integer[]) AS x (w, d, s, e)`)
	setTurns = pg.Register("schedule.set_turns",
		`UPDATE resources SET shift_weeks = $3, shift_anchor = $4 WHERE business_id = $1 AND id = $2`)
)

// QueueShifts queues the reading of all weekly shifts. A resource that is absent
// from dst has none, and works whenever the business is open.
func QueueShifts(b *pg.Batch, bid business.ID, dst *map[catalog.ResourceID]*Pattern) {
	b.Queue(allShifts, bid).Query(func(rows pgx.Rows) error {
		out := map[catalog.ResourceID]*Pattern{}
		var rid catalog.ResourceID
		var weeks, week, weekday int
		var anchor *clock.Date
		var r Range
		_, err := pgx.ForEachRow(rows, []any{&rid, &weeks, &anchor, &week, &weekday, &r.StartMinute, &r.EndMinute}, func() error {
			p := out[rid]
			if p == nil {
				p = &Pattern{Weeks: make([]Week, weeks)}
				if anchor != nil {
					p.Anchor = *anchor
				}
				out[rid] = p
			}
			if week < weeks {
				p.Weeks[week][weekday] = append(p.Weeks[week][weekday], r)
			}
			return nil
		})
		*dst = out
		return err
	})
}

// Shifts reads the weekly shifts of a resource with the version of the resource,
// which a change of them must name. An empty pattern is no restriction.
func (s *Service) Shifts(ctx context.Context, bid business.ID, rid catalog.ResourceID) (p Pattern, version int64, err error) {
	var shifts map[catalog.ResourceID]*Pattern
	var b pg.Batch
	catalog.QueueVersion(&b, bid, rid, &version)
	QueueShifts(&b, bid, &shifts)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return Pattern{}, 0, err
	}
	if version == 0 {
		return Pattern{}, 0, business.ErrNotFound
	}
	if found := shifts[rid]; found != nil {
		p = *found
	}
	return p, version, nil
}

// SetShifts replaces the weekly shifts of a resource; weeks without any range
// lift every restriction. Bookings that were made stay. It answers
// precondition.stale unless expect is the version of the resource, and returns the new one.
func (s *Service) SetShifts(ctx context.Context, actor tenant.Actor, bid business.ID, rid catalog.ResourceID, expect int64, in ShiftsInput) (p Pattern, version int64, err error) {
	err = s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := catalog.Touch(ctx, ch, rid, expect); err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		p, version = in.read(&v), expect+1
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		p.write(ch.Tx.Batch(), bid, rid)
		return business.Done{Action: "shifts.changed", Subject: resourceSubject(rid), Detail: map[string]any{"weeks": len(p.Weeks)}}, nil
	})
	return p, version, err
}

// write queues that the resource works so.
func (p *Pattern) write(b *pg.Batch, bid business.ID, rid catalog.ResourceID) {
	var anchor *clock.Date
	if len(p.Weeks) > 1 {
		anchor = &p.Anchor
	}
	weeks, days, starts, ends := []int{}, []int{}, []int{}, []int{}
	for i := range p.Weeks {
		for d, ranges := range p.Weeks[i] {
			for _, r := range ranges {
				weeks, days = append(weeks, i), append(days, d)
				starts, ends = append(starts, r.StartMinute), append(ends, r.EndMinute)
			}
		}
	}
	b.Queue(deleteShifts, bid, rid)
	b.Queue(insertShifts, bid, rid, weeks, days, starts, ends)
	b.Queue(setTurns, bid, rid, max(len(p.Weeks), 1), anchor)
}

func resourceSubject(rid catalog.ResourceID) string { return "resource:" + rid.String() }
