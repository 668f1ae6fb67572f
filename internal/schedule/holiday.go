package schedule

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

const (
	maxHolidayName    = 60  // characters
	maxOverrideReason = 500 // characters
)

var (
	overridesBetween = pg.Register("schedule.holiday_overrides",
		`SELECT date, holiday, name, reason, version, updated_at FROM holiday_overrides
		 WHERE date BETWEEN $1::date AND $2::date ORDER BY date`)
	reviseHolidays = pg.Register("schedule.revise_holidays",
		`UPDATE holiday_calendar SET revision = revision + 1 RETURNING revision`)
	upsertOverride = pg.Register("schedule.upsert_holiday_override",
		`INSERT INTO holiday_overrides (date, holiday, name, reason, version, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
		 ON CONFLICT (date) DO UPDATE SET holiday = excluded.holiday, name = excluded.name, reason = excluded.reason,
		     version = excluded.version, updated_at = excluded.updated_at`)
	deleteOverride = pg.Register("schedule.delete_holiday_override", `DELETE FROM holiday_overrides WHERE date = $1`)
)

// HolidayOverride is what an operator knows better than the law's rules, for the
// whole installation.
type HolidayOverride struct {
	Date      clock.Date  `db:"date"`
	Holiday   bool        `db:"holiday"` // false: none, whatever the law says
	Name      locale.Text `db:"name"`    // of a holiday
	Reason    string      `db:"reason"`
	Version   int64       `db:"version"`
	UpdatedAt time.Time   `db:"updated_at"`
}

// HolidayDate is a date that is a national holiday, or that an operator spoke of.
type HolidayDate struct {
	Date     clock.Date
	Holiday  bool
	Name     locale.Text // empty for none
	Override *HolidayOverride
}

// QueueHolidays queues the reading of the operators' overrides from one date to
// another, both included.
func QueueHolidays(b *pg.Batch, from, to clock.Date, dst *jp.Calendar) {
	b.Queue(overridesBetween, from, to).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[HolidayOverride])
		*dst = calendarOf(list)
		return err
	})
}

func calendarOf(list []HolidayOverride) (c jp.Calendar) {
	for _, o := range list {
		if o.Holiday {
			c.Extra = append(c.Extra, jp.Holiday{Date: o.Date, JA: o.Name.In(locale.JA), EN: o.Name.In(locale.EN)})
		} else {
			c.Removed = append(c.Removed, o.Date)
		}
	}
	return c
}

// HolidaysChangedArgs is the job that follows a change of the holidays: bookings
// that it leaves outside the hours are looked for in every business.
type HolidaysChangedArgs struct {
	Date string `json:"date"` // for the log
}

// Kind is the job's kind.
func (HolidaysChangedArgs) Kind() string { return "holidays.changed" }

// Holidays keeps the national holidays of the installation: the law's, as
// operators correct them.
//
// Each change makes a new revision, which is part of every business's schedule
// version: whoever planned a booking with the holidays of before has it refused
// and plans again. What is only shown follows when changed tells of it.
type Holidays struct {
	db      *pg.DB
	clock   clock.Clock
	changed func()
}

// NewHolidays makes the service. changed is called after each commit; it may be nil.
func NewHolidays(db *pg.DB, clk clock.Clock, changed func()) *Holidays {
	if changed == nil {
		changed = func() {}
	}
	return &Holidays{db: db, clock: clk, changed: changed}
}

// Between lists the holidays from one date to another, both included, at most
// MaxDays of them, and the dates of which an operator spoke.
func (h *Holidays) Between(ctx context.Context, from, to clock.Date) ([]HolidayDate, error) {
	if err := checkSpan(from, to); err != nil {
		return nil, err
	}
	var list []HolidayOverride
	var b pg.Batch
	pg.Collect(b.Queue(overridesBetween, from, to), &list)
	if err := h.db.Read(ctx, &b); err != nil {
		return nil, err
	}
	calendar := calendarOf(list)
	out := []HolidayDate{}
	for d := from; !d.After(to); d = d.AddDays(1) {
		x := HolidayDate{Date: d}
		if len(list) > 0 && list[0].Date == d {
			x.Override, list = &list[0], list[1:]
		}
		name, ok := calendar.Holiday(d)
		if x.Holiday = ok; ok {
			x.Name = locale.Text{string(locale.JA): name.JA, string(locale.EN): name.EN}
		}
		if ok || x.Override != nil {
			out = append(out, x)
		}
	}
	return out, nil
}

// HolidayInput is what an operator says of a date.
type HolidayInput struct {
	Holiday bool        `json:"holiday" doc:"false: no holiday, whatever the law says"`
	Name    locale.Text `json:"name,omitempty" doc:"What the holiday is called; required for one, and for no other"`
	Reason  string      `json:"reason" doc:"For the trail" minLength:"1" maxLength:"500"`
}

// Validate reports every fault of the input.
func (in *HolidayInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *HolidayInput) read(v *fault.Fields) HolidayOverride {
	o := HolidayOverride{Holiday: in.Holiday, Name: in.Name.Line(), Reason: jp.CleanText(in.Reason)}
	o.Name.Check(v, "body.name", maxHolidayName, in.Holiday)
	v.Check(in.Holiday || len(o.Name) == 0, "body.name", "schedule.name_without_holiday")
	checkReason(v, "body.reason", o.Reason)
	return o
}

func checkReason(v *fault.Fields, at, reason string) {
	v.Check(reason != "", at, "required")
	v.Check(utf8.RuneCountInString(reason) <= maxOverrideReason, at, "too_long", fault.Args{"max": maxOverrideReason})
}

// Set makes a date a holiday, or none, in every business. expect is the version
// of what was said of it before, nil for nothing, as with SetSpecialDay.
func (h *Holidays) Set(ctx context.Context, actor tenant.Actor, date clock.Date, expect *int64, in HolidayInput) (*HolidayOverride, error) {
	var v fault.Fields
	out := in.read(&v)
	out.Date, out.UpdatedAt = date, h.clock.Now()
	checkNear(&v, "path.date", date, clock.DateOf(out.UpdatedAt))
	if err := v.Err(); err != nil {
		return nil, err
	}
	entry := audit.PlatformEntry{At: out.UpdatedAt, Actor: actor, Action: "holiday.removed", Reason: out.Reason}
	if out.Holiday {
		entry.Action = "holiday.added"
	}
	err := h.do(ctx, date, entry, func(tx *pg.Tx, before *HolidayOverride, revision int64) error {
		out.Version = revision
		tx.Later(upsertOverride, date, out.Holiday, out.Name, out.Reason, out.Version, out.UpdatedAt)
		if before == nil {
			return checkExpected(0, expect)
		}
		return checkExpected(before.Version, expect)
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// Delete takes back what was said of a date: the law decides again. It answers
// not_found where nothing was said, precondition.stale unless expect is its version.
func (h *Holidays) Delete(ctx context.Context, actor tenant.Actor, date clock.Date, expect int64, reason string) error {
	var v fault.Fields
	entry := audit.PlatformEntry{At: h.clock.Now(), Actor: actor, Action: "holiday.restored", Reason: jp.CleanText(reason)}
	checkReason(&v, "query.reason", entry.Reason)
	if err := v.Err(); err != nil {
		return err
	}
	return h.do(ctx, date, entry, func(tx *pg.Tx, before *HolidayOverride, _ int64) error {
		if before == nil {
			return business.ErrNotFound
		}
		tx.Later(deleteOverride, date)
		return checkExpected(before.Version, &expect)
	})
}

// do runs one change of a date, with the other changes locked out.
func (h *Holidays) do(
	ctx context.Context, date clock.Date, entry audit.PlatformEntry, fn func(tx *pg.Tx, before *HolidayOverride, revision int64) error,
) error {
	err := h.db.InAccount(ctx, func(tx *pg.Tx) error {
		var revision int64
		var list []HolidayOverride
		var b pg.Batch
		b.Queue(reviseHolidays).QueryRow(func(r pgx.Row) error { return r.Scan(&revision) })
		pg.Collect(b.Queue(overridesBetween, date, date), &list)
		if err := tx.Run(ctx, &b); err != nil {
			return err
		}
		var before *HolidayOverride
		if len(list) > 0 {
			before = &list[0]
		}
		if err := fn(tx, before, revision); err != nil {
			return err
		}
		jobs.Enqueue(tx.Batch(), jobs.Bulk, HolidaysChangedArgs{Date: date.String()}, entry.At, entry.At)
		entry.ID, entry.Subject = id.New[audit.PlatformEntry](entry.At), "holiday:"+date.String()
		audit.AppendPlatform(tx.Batch(), entry)
		return nil
	})
	if err == nil || fault.KindOf(err) == fault.Unavailable { // which may have been committed
		h.changed()
	}
	return err
}
