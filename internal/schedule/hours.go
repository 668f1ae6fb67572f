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
	setRows = pg.Register("schedule.set_rows",
		`UPDATE businesses SET holiday_hours = $2, eve_hours = $3 WHERE business_id = $1`)
)

// The rows of holidays and eves in opening_hours, behind the seven weekdays.
const (
	holidayRow = 7
	eveRow     = 8
)

// HoursInput is the opening hours of a business, all of them.
type HoursInput struct {
	WeekInput
	Holiday *Row `json:"holiday,omitempty" doc:"Hours of national holidays (祝日); absent: as their weekday"`
	Eve     *Row `json:"eve,omitempty" doc:"Hours of days before a national holiday (祝前日) that are none themselves; absent: as their weekday"`
}

// Validate reports every fault: weekdays given twice, ranges that are none, that
// overlap, or that reach past midnight into those of a day that may follow.
func (in *HoursInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *HoursInput) read(v *fault.Fields) Rows {
	week, given := readWeek(v, "body.weekly", in.Weekly)
	rows := Rows{Week: week, Holiday: in.Holiday.read(v, "body.holiday.ranges"), Eve: in.Eve.read(v, "body.eve.ranges")}
	rows.checkNights(v, given)
	return rows
}

func (r *Row) read(v *fault.Fields, at string) *Row {
	if r == nil {
		return nil
	}
	return &Row{readRanges(v, at, r.Ranges)}
}

// checkNights notes rows that run past midnight into those of a day that may
// follow. Weekdays follow each other, and a holiday may fall on any of them; it
// comes after an eve, unless it comes after another holiday. So where eves have
// hours of their own, no weekday's hours come right before a holiday's.
func (r *Rows) checkNights(v *fault.Fields, given [7]string) {
	holiday, eve := ranges(r.Holiday), ranges(r.Eve)
	holidayMeets, eveMeets := false, false
	for d := range r.Week {
		at := given[d] + ".ranges"
		v.Check(!runsInto(r.Week[d], r.Week[(d+1)%7]), at, "schedule.overlap_next_day")
		v.Check(r.Eve != nil || !runsInto(r.Week[d], holiday), at, "schedule.overlap_holiday")
		v.Check(!runsInto(r.Week[d], eve), at, "schedule.overlap_eve")
		holidayMeets = holidayMeets || runsInto(holiday, r.Week[d])
		eveMeets = eveMeets || r.Holiday == nil && runsInto(eve, r.Week[d])
	}
	v.Check(!holidayMeets, "body.holiday.ranges", "schedule.overlap_next_day")
	v.Check(!runsInto(holiday, holiday), "body.holiday.ranges", "schedule.overlap_holiday")
	v.Check(!runsInto(holiday, eve), "body.holiday.ranges", "schedule.overlap_eve")
	v.Check(!eveMeets, "body.eve.ranges", "schedule.overlap_next_day")
	v.Check(!runsInto(eve, holiday), "body.eve.ranges", "schedule.overlap_holiday")
}

// ranges are those of a row that may not be there.
func ranges(r *Row) []Range {
	if r == nil {
		return nil
	}
	return r.Ranges
}

// Hours reads the opening hours with the version of the business, which a change
// of them must name.
func (s *Service) Hours(ctx context.Context, bid business.ID) (rows Rows, version int64, err error) {
	var x business.Business
	var found bool
	var b pg.Batch
	business.QueueByID(&b, bid, &x, &found)
	QueueHours(&b, bid, &rows)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return Rows{}, 0, err
	}
	if !found {
		return Rows{}, 0, business.ErrNotFound
	}
	return rows, x.Version, nil
}

// SetHours replaces the opening hours. Bookings that were made stay. It answers
// precondition.stale unless expect is the version of the business, and returns
// the new one.
func (s *Service) SetHours(ctx context.Context, actor tenant.Actor, bid business.ID, expect int64, in HoursInput) (rows Rows, version int64, err error) {
	if err := in.Validate(); err != nil {
		return Rows{}, 0, err
	}
	err = s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := ch.Touch(expect); err != nil {
			return business.Done{}, err
		}
		rows, version = in.read(&fault.Fields{}), ch.Business.Version
		ch.Tx.Later(deleteHours, bid)
		ch.Tx.Later(insertHours, append([]any{bid}, rows.columns()...)...)
		ch.Tx.Later(setRows, bid, stored(rows.Holiday), stored(rows.Eve))
		return business.Done{Action: "hours.changed", Subject: "business:" + bid.String()}, nil
	})
	return rows, version, err
}

// stored is how businesses say that a row is there.
func stored(r *Row) string {
	if r == nil {
		return "weekday"
	}
	return "own"
}

// columns are row, start and end of all ranges.
func (r *Rows) columns() []any {
	rows, starts, ends := []int{}, []int{}, []int{}
	for d, list := range append(r.Week[:], ranges(r.Holiday), ranges(r.Eve)) {
		for _, x := range list {
			rows, starts, ends = append(rows, d), append(starts, x.StartMinute), append(ends, x.EndMinute)
		}
	}
	return []any{rows, starts, ends}
}
