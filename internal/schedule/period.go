package schedule

import (
	"context"
	"slices"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Bounds of periods.
const (
	MaxPeriods     = 20
	maxPeriodName  = 60 // characters
	minTurnMinutes = 15
	maxTurnMinutes = 720
)

var (
	allPeriods = pg.Register("schedule.periods",
		`SELECT id, name, weekdays, start_minute, end_minute, turn_minutes, ends_stay FROM service_periods
		 WHERE business_id = $1 ORDER BY position`)
	deletePeriods = pg.Register("schedule.delete_periods", `DELETE FROM service_periods WHERE business_id = $1`)
	insertPeriods = pg.Register("schedule.insert_periods",
		`INSERT INTO service_periods (business_id, id, name, weekdays, start_minute, end_minute, turn_minutes, ends_stay, position)
		 SELECT $1, x.id, x.name, x.weekdays, x.start_minute, x.end_minute, x.turn_minutes, x.ends_stay, x.position
		 FROM jsonb_to_recordset($2::jsonb) AS x (id uuid, name jsonb, weekdays integer[], start_minute integer, end_minute integer,
		     turn_minutes integer, ends_stay boolean, position integer)`)
)

// PeriodID identifies a period until the periods are replaced.
type PeriodID = id.Of[Period]

// Period is a named part of the business day, such as lunch or dinner.
type Period struct {
	ID          PeriodID    `db:"id" json:"id"`
	Name        locale.Text `db:"name" json:"name"`
	Weekdays    []int       `db:"weekdays" json:"weekdays"` // ascending, 0 is Sunday; none: every day
	StartMinute int         `db:"start_minute" json:"start_minute"`
	EndMinute   int         `db:"end_minute" json:"end_minute"`     // the first minute that is outside
	TurnMinutes *int        `db:"turn_minutes" json:"turn_minutes"` // how long a table is kept; nil: as the business says
	EndsStay    bool        `db:"ends_stay" json:"ends_stay"`       // whoever came during it leaves at its end
}

// On tells whether the business day has the period. Days are those of the week:
// a holiday has the periods of its weekday.
func (p *Period) On(d clock.Date) bool {
	return len(p.Weekdays) == 0 || slices.Contains(p.Weekdays, int(d.Weekday()))
}

// PeriodAt is the period that has the minute of a business day, nil for none.
// There is one at most: periods of one weekday do not overlap.
func PeriodAt(list []Period, d clock.Date, minute int) *Period {
	for i := range list {
		if p := &list[i]; p.StartMinute <= minute && minute < p.EndMinute && p.On(d) {
			return p
		}
	}
	return nil
}

// QueuePeriods queues the reading of a business's periods, in their order.
func QueuePeriods(b *pg.Batch, bid business.ID, dst *[]Period) {
	pg.Collect(b.Queue(allPeriods, bid), dst)
}

// PeriodInput is a named part of the business day.
type PeriodInput struct {
	Name        locale.Text `json:"name" doc:"Such as {\"ja\": \"ランチ\"}"`
	Weekdays    []int       `json:"weekdays,omitempty" doc:"0 is Sunday; none: every day" maxItems:"7" minimum:"0" maximum:"6"`
	StartMinute int         `json:"start_minute" doc:"Minutes from the start of the business day; 660 is 11:00" minimum:"0" maximum:"1795" multipleOf:"5" example:"660"`
	EndMinute   int         `json:"end_minute" doc:"The first minute that is outside, up to 1800 (30:00)" minimum:"5" maximum:"1800" multipleOf:"5" example:"900"`
	TurnMinutes *int        `json:"turn_minutes,omitempty" doc:"How long a table is kept by whoever comes during the period; absent: as the settings say" minimum:"15" maximum:"720" multipleOf:"5" example:"90"`
	EndsStay    bool        `json:"ends_stay,omitempty" doc:"true: whoever came during the period leaves at its end, however short the stay is"`
}

// PeriodsInput is all periods of a business.
type PeriodsInput struct {
	Periods []PeriodInput `json:"periods" maxItems:"20"`
}

// Validate reports every fault: bounds, weekdays given twice, and periods that
// overlap on a weekday.
func (in *PeriodsInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *PeriodsInput) read(v *fault.Fields) []Period {
	const at = "body.periods"
	v.Check(len(in.Periods) <= MaxPeriods, at, "too_many", fault.Args{"max": MaxPeriods})
	out := make([]Period, min(len(in.Periods), MaxPeriods))
	for i := range out {
		item := at + "[" + strconv.Itoa(i) + "]"
		before := v.Len()
		out[i] = in.Periods[i].read(v, item)
		if v.Len() > before {
			continue
		}
		for j := range i {
			if !v.Check(!out[i].meets(&out[j]), item, "schedule.period_overlap", fault.Args{"name": out[j].Name.In(locale.JA)}) {
				break
			}
		}
	}
	return out
}

func (in *PeriodInput) read(v *fault.Fields, at string) Period {
	p := Period{
		Name: in.Name.Line(), Weekdays: readWeekdays(v, at+".weekdays", in.Weekdays), StartMinute: in.StartMinute, EndMinute: in.EndMinute,
		TurnMinutes: in.TurnMinutes, EndsStay: in.EndsStay,
	}
	p.Name.Check(v, at+".name", maxPeriodName, true)
	Range{in.StartMinute, in.EndMinute}.check(v, at)
	if t := in.TurnMinutes; t != nil &&
		v.Check(*t >= minTurnMinutes, at+".turn_minutes", "too_small", fault.Args{"min": minTurnMinutes}) &&
		v.Check(*t <= maxTurnMinutes, at+".turn_minutes", "too_large", fault.Args{"max": maxTurnMinutes}) {
		v.Check(*t%MinuteStep == 0, at+".turn_minutes", "multiple_of", fault.Args{"step": MinuteStep})
	}
	return p
}

// readWeekdays checks a set of weekdays and puts it in order. It is never nil.
func readWeekdays(v *fault.Fields, at string, in []int) []int {
	v.Check(len(in) <= 7, at, "too_many", fault.Args{"max": 7})
	out := []int{}
	for i, d := range in[:min(len(in), 8)] {
		item := at + "[" + strconv.Itoa(i) + "]"
		if v.Check(0 <= d && d <= 6, item, "out_of_range") && v.Check(!slices.Contains(out, d), item, "duplicate") {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

// meets tells whether two periods have a minute of some weekday in common.
func (p *Period) meets(o *Period) bool {
	if p.StartMinute >= o.EndMinute || o.StartMinute >= p.EndMinute {
		return false
	}
	return len(p.Weekdays) == 0 || len(o.Weekdays) == 0 ||
		slices.ContainsFunc(p.Weekdays, func(d int) bool { return slices.Contains(o.Weekdays, d) })
}

// Periods reads the periods with the version of the business, which a change of
// them must name.
func (s *Service) Periods(ctx context.Context, bid business.ID) (list []Period, version int64, err error) {
	var x business.Business
	var found bool
	var b pg.Batch
	business.QueueByID(&b, bid, &x, &found)
	QueuePeriods(&b, bid, &list)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, 0, err
	}
	if !found {
		return nil, 0, business.ErrNotFound
	}
	return list, x.Version, nil
}

// SetPeriods replaces all periods; each gets a new id. It answers
// precondition.stale unless expect is the version of the business, and returns
// the new one.
func (s *Service) SetPeriods(ctx context.Context, actor tenant.Actor, bid business.ID, expect int64, in PeriodsInput) (list []Period, version int64, err error) {
	if err := in.Validate(); err != nil {
		return nil, 0, err
	}
	err = s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := ch.Touch(expect); err != nil {
			return business.Done{}, err
		}
		list, version = in.read(&fault.Fields{}), ch.Business.Version
		rows := make([]map[string]any, len(list))
		for i := range list {
			p := &list[i]
			p.ID = id.New[Period](ch.Now)
			rows[i] = map[string]any{
				"id": p.ID, "name": p.Name, "weekdays": p.Weekdays, "start_minute": p.StartMinute, "end_minute": p.EndMinute,
				"turn_minutes": p.TurnMinutes, "ends_stay": p.EndsStay, "position": i,
			}
		}
		ch.Tx.Later(deletePeriods, bid)
		ch.Tx.Later(insertPeriods, bid, rows)
		return business.Done{Action: "periods.changed", Subject: "business:" + bid.String(), Detail: map[string]any{"periods": len(list)}}, nil
	})
	return list, version, err
}
