package schedule

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	deleteShifts = pg.Register("schedule.delete_shifts", `DELETE FROM resource_shifts WHERE business_id = $1 AND resource_id = $2`)
	insertShifts = pg.Register("schedule.insert_shifts",
		`INSERT INTO resource_shifts (business_id, resource_id, weekday, start_minute, end_minute)
		 SELECT $1, $2, x.d, x.s, x.e FROM unnest($3::integer[], $4::integer[], $5::integer[]) AS x (d, s, e)`)
)

// Shifts reads the weekly shifts of a resource with the version of the resource,
// which a change of them must name. An empty week is no restriction.
func (s *Service) Shifts(ctx context.Context, bid business.ID, rid catalog.ResourceID) (week Week, version int64, err error) {
	var shifts map[catalog.ResourceID]*Week
	var b pg.Batch
	catalog.QueueVersion(&b, bid, rid, &version)
	QueueShifts(&b, bid, &shifts)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return Week{}, 0, err
	}
	if version == 0 {
		return Week{}, 0, business.ErrNotFound
	}
	if w := shifts[rid]; w != nil {
		week = *w
	}
	return week, version, nil
}

// SetShifts replaces the weekly shifts of a resource; an empty week lifts every
// restriction. Bookings that were made stay. It answers precondition.stale
// unless expect is the version of the resource, and returns the new one.
func (s *Service) SetShifts(ctx context.Context, actor tenant.Actor, bid business.ID, rid catalog.ResourceID, expect int64, in WeekInput) (week Week, version int64, err error) {
	if err := in.Validate(); err != nil {
		return Week{}, 0, err
	}
	err = s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := catalog.Touch(ctx, ch, rid, expect); err != nil {
			return business.Done{}, err
		}
		week, version = in.read(&fault.Fields{}), expect+1
		ch.Tx.Later(deleteShifts, bid, rid)
		ch.Tx.Later(insertShifts, append([]any{bid, rid}, week.columns()...)...)
		return business.Done{Action: "shifts.changed", Subject: "resource:" + rid.String()}, nil
	})
	return week, version, err
}
