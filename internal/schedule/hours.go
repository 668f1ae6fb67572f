package schedule

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	deleteHours = pg.Register("schedule.delete_hours", `DELETE FROM opening_hours WHERE business_id = $1`)
	insertHours = pg.Register("schedule.insert_hours",
		`INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute)
		 SELECT $1, x.d, x.s, x.e FROM unnest($2::integer[], $3::integer[], $4::integer[]) AS x (d, s, e)`)
)

// Hours reads the weekly opening hours with the version of the business, which
// a change of them must name.
func (s *Service) Hours(ctx context.Context, bid business.ID) (week Week, version int64, err error) {
	var x business.Business
	var found bool
	var b pg.Batch
	business.QueueByID(&b, bid, &x, &found)
	QueueHours(&b, bid, &week)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return Week{}, 0, err
	}
	if !found {
		return Week{}, 0, business.ErrNotFound
	}
	return week, x.Version, nil
}

// SetHours replaces the weekly opening hours. Bookings that were made stay. It
// answers precondition.stale unless expect is the version of the business, and
// returns the new one.
func (s *Service) SetHours(ctx context.Context, actor tenant.Actor, bid business.ID, expect int64, in WeekInput) (week Week, version int64, err error) {
	if err := in.Validate(); err != nil {
		return Week{}, 0, err
	}
	err = s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := ch.Touch(expect); err != nil {
			return business.Done{}, err
		}
		week, version = in.read(&fault.Fields{}), ch.Business.Version
		ch.Tx.Later(deleteHours, bid)
		ch.Tx.Later(insertHours, append([]any{bid}, week.columns()...)...)
		return business.Done{Action: "hours.changed", Subject: "business:" + bid.String()}, nil
	})
	return week, version, err
}

// columns are weekday, start and end of all ranges.
func (w *Week) columns() []any {
	days, starts, ends := []int{}, []int{}, []int{}
	for d, ranges := range w {
		for _, r := range ranges {
			days, starts, ends = append(days, d), append(starts, r.StartMinute), append(ends, r.EndMinute)
		}
	}
	return []any{days, starts, ends}
}
