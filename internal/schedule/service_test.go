package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// now is 23:30 in Tokyo: today there is the 30th, in UTC too; tomorrow is near.
var now = time.Date(2026, 11, 30, 14, 30, 0, 0, time.UTC)

var (
	owner   = tenant.Actor{Kind: tenant.Member, Role: tenant.Owner}
	tuesday = clock.Date{Year: 2026, Month: time.December, Day: 1}
)

// bench is two businesses; the first has a staff member.
type bench struct {
	tb       testing.TB
	db       *pg.DB
	schedule *schedule.Service
	catalog  *catalog.Catalog
	shop     business.ID
	other    business.ID
	staff    catalog.ResourceID
	told     int // how often the hook was called
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	b := &bench{tb: tb, db: pgtest.New(tb)}
	clk := clock.NewManual(now)
	changer := business.NewChanger(b.db, clk, func(business.ID) { b.told++ })
	b.schedule = schedule.New(b.db, changer)
	b.shop, b.other = b.business("shop"), b.business("other")
	b.catalog = catalog.New(b.db, changer)
	staff, err := b.catalog.CreateResource(tb.Context(), owner, b.shop, catalog.CreateResourceInput{
		Kind: catalog.Staff, Name: locale.Text{"ja": "佐藤"},
	}, nil)
	b.must(err)
	b.staff, b.told = staff.ID, 0
	return b
}

func (b *bench) business(slug string) business.ID {
	b.tb.Helper()
	bid := id.New[business.Business](now)
	b.must(b.db.InTenant(b.tb.Context(), bid, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: `INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes,
		    booking_mode, approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes,
		    max_items, terms_version, created_at, updated_at)
		    VALUES ($1, $2, '{"ja":"店"}', 'hair_salon', 'draft', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $3, $3)`}, bid, slug, now)
		tx.Later(&pg.Statement{SQL: `INSERT INTO business_seq (business_id) VALUES ($1)`}, bid)
		tx.Later(&pg.Statement{SQL: `INSERT INTO schedule_versions (business_id) VALUES ($1)`}, bid)
		return nil
	}))
	return bid
}

func (b *bench) must(err error) {
	b.tb.Helper()
	if err != nil {
		b.tb.Fatal(err)
	}
}

func (b *bench) text(sql string) string {
	b.tb.Helper()
	var out []string
	var batch pg.Batch
	pg.CollectColumn(batch.Queue(&pg.Statement{SQL: sql}), &out)
	b.must(b.db.ReadTenant(b.tb.Context(), b.shop, &batch))
	return strings.Join(out, ", ")
}

func ranges(minutes ...int) []schedule.Range { return day(0, minutes...).Ranges }

func TestSetHours_ReplacesTheWeekUnderTheBusinessesVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	before := b.text(`SELECT version::text FROM schedule_versions`)
	got, version, err := b.schedule.SetHours(ctx, owner, b.shop, 1, hours(day(1, 900, 1200, 600, 780), day(6, 1200, 1800)))
	b.must(err)
	want := schedule.Rows{Week: schedule.Week{1: ranges(600, 780, 900, 1200), 6: ranges(1200, 1800)}}
	read, readVersion, err := b.schedule.Hours(ctx, b.shop)
	b.must(err)
	if cmp.Diff(want, got) != "" || cmp.Diff(want, read) != "" || version != 2 || readVersion != 2 {
		t.Errorf("set %+v (%d), read %+v (%d)", got, version, read, readVersion)
	}
	if after := b.text(`SELECT version::text FROM schedule_versions`); after == before || b.told != 1 {
		t.Errorf("schedule version %s → %s, told %d times", before, after, b.told)
	}
	if a := b.text(`SELECT action FROM audit_entries ORDER BY seq DESC LIMIT 1`); a != "hours.changed" {
		t.Errorf("audit %s", a)
	}
	_, _, err = b.schedule.SetHours(ctx, owner, b.shop, 1, hours())
	refused(t, err, "precondition.stale")
	_, _, err = b.schedule.SetHours(ctx, owner, b.shop, 2, hours(day(1, 600, 600)))
	refused(t, err, "validation.failed", "body.weekly[0].ranges[0].end_minute above")
	_, _, err = b.schedule.SetHours(ctx, owner, b.shop, 2, hours())
	b.must(err)
	if n := b.text(`SELECT count(*)::text FROM opening_hours`); n != "0" {
		t.Errorf("%s ranges are left", n)
	}
}

func TestHours_OfAnotherBusinessStay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	_, _, err := b.schedule.SetHours(ctx, owner, b.shop, 1, hours(day(1, 600, 1200)))
	b.must(err)
	_, _, err = b.schedule.SetHours(ctx, owner, b.other, 1, hours())
	b.must(err)
	if n := b.text(`SELECT count(*)::text FROM opening_hours`); n != "1" {
		t.Errorf("%s ranges", n)
	}
	_, _, err = b.schedule.Hours(ctx, business.ID{1})
	refused(t, err, "not_found")
	_, _, err = b.schedule.SetHours(ctx, owner, business.ID{1}, 1, hours())
	refused(t, err, "not_found")
	_, _, err = b.schedule.Shifts(ctx, b.other, b.staff)
	refused(t, err, "not_found")
	_, _, err = b.schedule.SetShifts(ctx, owner, b.other, b.staff, 1, shifts())
	refused(t, err, "not_found")
	_, err = b.schedule.Exceptions(ctx, b.other, b.staff, tuesday, tuesday)
	refused(t, err, "not_found")
	_, err = b.schedule.SetException(ctx, owner, b.other, b.staff, tuesday, nil, schedule.ExceptionInput{})
	refused(t, err, "not_found")
	refused(t, b.schedule.DeleteException(ctx, owner, b.other, b.staff, tuesday, 1), "not_found")
}

func TestSetSpecialDay_EachDateHasItsOwnVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	first, err := b.schedule.SetSpecialDay(ctx, owner, b.shop, tuesday, nil, schedule.SpecialDayInput{Ranges: ranges(600, 900), Note: locale.Text{"ja": " 短縮営業 "}})
	b.must(err)
	if first.Note["ja"] != "短縮営業" || first.Version == 0 {
		t.Errorf("got %+v", first)
	}
	_, err = b.schedule.SetSpecialDay(ctx, owner, b.shop, tuesday, nil, schedule.SpecialDayInput{})
	refused(t, err, "precondition.required")
	closed, err := b.schedule.SetSpecialDay(ctx, owner, b.shop, tuesday, &first.Version, schedule.SpecialDayInput{})
	b.must(err)
	_, err = b.schedule.SetSpecialDay(ctx, owner, b.shop, tuesday, &first.Version, schedule.SpecialDayInput{})
	refused(t, err, "precondition.stale")
	got, err := b.schedule.SpecialDay(ctx, b.shop, tuesday)
	b.must(err)
	if d := cmp.Diff(schedule.SpecialDay{Date: tuesday, Ranges: []schedule.Range{}, Note: locale.Text{}, Version: closed.Version}, *got); d != "" {
		t.Error(d)
	}
	refused(t, b.schedule.DeleteSpecialDay(ctx, owner, b.shop, tuesday, first.Version), "precondition.stale")
	refused(t, b.schedule.DeleteSpecialDay(ctx, owner, b.other, tuesday, closed.Version), "not_found")
	b.must(b.schedule.DeleteSpecialDay(ctx, owner, b.shop, tuesday, closed.Version))
	refused(t, b.schedule.DeleteSpecialDay(ctx, owner, b.shop, tuesday, closed.Version), "not_found")
	_, err = b.schedule.SetSpecialDay(ctx, owner, b.shop, tuesday, &closed.Version, schedule.SpecialDayInput{})
	refused(t, err, "precondition.stale") // gone in the meantime
	again, err := b.schedule.SetSpecialDay(ctx, owner, b.shop, tuesday, nil, schedule.SpecialDayInput{})
	if err != nil || again.Version <= closed.Version {
		t.Errorf("set again: %+v, %v: a version must not come back", again, err)
	}
}

func TestSetSpecialDay_MustNotOverlapItsNeighbours(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	// Monday to 26:00; Wednesday from 1:00.
	_, _, err := b.schedule.SetHours(ctx, owner, b.shop, 1, hours(day(1, 1200, 1560), day(3, 60, 600)))
	b.must(err)
	set := func(date clock.Date, minutes ...int) error {
		_, err := b.schedule.SetSpecialDay(ctx, owner, b.shop, date, nil, schedule.SpecialDayInput{Ranges: ranges(minutes...)})
		return err
	}
	refused(t, set(tuesday, 60, 600), "validation.failed", "body.ranges schedule.overlap_day_before")
	refused(t, set(tuesday, 1200, 1560), "validation.failed", "body.ranges schedule.overlap_day_after")
	refused(t, set(tuesday, 60, 600, 1200, 1560), "validation.failed", "body.ranges schedule.overlap_day_before", "body.ranges schedule.overlap_day_after")
	b.must(set(tuesday, 120, 600, 1200, 1500))
	// The special day, not the week, is what its neighbours meet.
	refused(t, set(tuesday.AddDays(1), 55, 600), "validation.failed", "body.ranges schedule.overlap_day_before")
	b.must(set(tuesday.AddDays(1), 60, 600))
}

func TestDates_ThatNobodyMeans(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	today := clock.Date{Year: 2026, Month: time.November, Day: 30}
	for days, ok := range map[int]bool{-367: false, -366: true, 730: true, 731: false} {
		_, err := b.schedule.SetSpecialDay(ctx, owner, b.shop, today.AddDays(days), nil, schedule.SpecialDayInput{})
		if !ok {
			refused(t, err, "validation.failed", "path.date schedule.date_too_far")
		} else if err != nil {
			t.Errorf("%d days: %v", days, err)
		}
	}
	_, err := b.schedule.SetException(ctx, owner, b.shop, b.staff, clock.Date{Year: 9999, Month: 12, Day: 31}, nil, schedule.ExceptionInput{})
	refused(t, err, "validation.failed", "path.date schedule.date_too_far")
	_, err = b.schedule.SpecialDays(ctx, b.shop, tuesday, tuesday.AddDays(-1))
	refused(t, err, "validation.failed", "query.to schedule.before_from")
	_, err = b.schedule.SpecialDays(ctx, b.shop, tuesday, tuesday.AddDays(92))
	refused(t, err, "validation.failed", "query.to schedule.span_too_long")
	days, err := b.schedule.SpecialDays(ctx, b.shop, today.AddDays(700), today.AddDays(791))
	if err != nil || len(days) != 1 {
		t.Errorf("got %+v, %v", days, err)
	}
}

func TestSetShifts_UnderTheResourcesVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	none, version, err := b.schedule.Shifts(ctx, b.shop, b.staff)
	if err != nil || version != 1 || !none.Empty() {
		t.Errorf("at first %+v, %d, %v", none, version, err)
	}
	_, version, err = b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 1, shifts(day(2, 600, 900), day(0, 700, 800)))
	if err != nil || version != 2 {
		t.Fatalf("version %d, %v", version, err)
	}
	got, version, err := b.schedule.Shifts(ctx, b.shop, b.staff)
	b.must(err)
	if d := cmp.Diff(schedule.Pattern{Weeks: []schedule.Week{{2: ranges(600, 900), 0: ranges(700, 800)}}}, got); d != "" || version != 2 {
		t.Errorf("version %d, %s", version, d)
	}
	_, _, err = b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 1, shifts())
	refused(t, err, "precondition.stale")
	_, _, err = b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 2, shifts(day(9)))
	refused(t, err, "validation.failed", "body.weekly[0].weekday out_of_range")
	_, _, err = b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 2, shifts())
	b.must(err)
	if got, _, err := b.schedule.Shifts(ctx, b.shop, b.staff); err != nil || !got.Empty() {
		t.Errorf("lifted: %+v, %v", got, err)
	}
}

func TestSetException_ReplacesOneDateOfOneResource(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	in := schedule.ExceptionInput{Ranges: ranges(900, 1000), Note: " 歯医者\u200b "}
	first, err := b.schedule.SetException(ctx, owner, b.shop, b.staff, tuesday, nil, in)
	b.must(err)
	got, err := b.schedule.Exception(ctx, b.shop, b.staff, tuesday)
	b.must(err)
	if d := cmp.Diff(schedule.Exception{ResourceID: b.staff, Date: tuesday, Ranges: in.Ranges, Note: "歯医者", Version: first.Version}, *got); d != "" {
		t.Error(d)
	}
	_, err = b.schedule.SetException(ctx, owner, b.shop, b.staff, tuesday, nil, in)
	refused(t, err, "precondition.required")
	_, err = b.schedule.SetException(ctx, owner, b.shop, b.staff, tuesday, &first.Version, schedule.ExceptionInput{
		Ranges: ranges(900, 1000, 950, 1100), Note: strings.Repeat("あ", 201),
	})
	refused(t, err, "validation.failed", "body.ranges schedule.overlap", "body.note too_long")
	off, err := b.schedule.SetException(ctx, owner, b.shop, b.staff, tuesday, &first.Version, schedule.ExceptionInput{})
	if err != nil || off.Ranges == nil || len(off.Ranges) != 0 {
		t.Fatalf("day off: %+v, %v", off, err)
	}
	list, err := b.schedule.Exceptions(ctx, b.shop, b.staff, tuesday, tuesday.AddDays(91))
	if err != nil || len(list) != 1 || list[0].Version != off.Version {
		t.Errorf("list %+v, %v", list, err)
	}
	refused(t, b.schedule.DeleteException(ctx, owner, b.shop, b.staff, tuesday, first.Version), "precondition.stale")
	b.must(b.schedule.DeleteException(ctx, owner, b.shop, b.staff, tuesday, off.Version))
	_, err = b.schedule.Exception(ctx, b.shop, b.staff, tuesday)
	refused(t, err, "not_found")
}

func TestQueues_ReadAllThatAvailabilityNeeds(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	_, _, err := b.schedule.SetHours(ctx, owner, b.shop, 1, hours(day(2, 600, 1200)))
	b.must(err)
	_, _, err = b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 1, shifts(day(2, 600, 900)))
	b.must(err)
	_, err = b.schedule.SetSpecialDay(ctx, owner, b.shop, tuesday, nil, schedule.SpecialDayInput{})
	b.must(err)
	_, err = b.schedule.SetException(ctx, owner, b.shop, b.staff, tuesday, nil, schedule.ExceptionInput{Ranges: ranges(700, 800)})
	b.must(err)
	for bid, want := range map[business.ID]int{b.shop: 1, b.other: 0} {
		var hours schedule.Hours
		var special []schedule.SpecialDay
		var shifts map[catalog.ResourceID]*schedule.Pattern
		var exceptions []schedule.Exception
		var version int64
		var batch pg.Batch
		business.QueueScheduleVersion(&batch, bid, &version)
		schedule.QueueHours(&batch, bid, &hours.Rows)
		schedule.QueueSpecialDays(&batch, bid, tuesday, tuesday, &special)
		schedule.QueueShifts(&batch, bid, &shifts)
		schedule.QueueExceptions(&batch, bid, tuesday, tuesday, &exceptions)
		b.must(b.db.ReadTenant(ctx, bid, &batch))
		if len(hours.Week.On(tuesday)) != want || len(special) != want || len(shifts) != want || len(exceptions) != want || version == 0 {
			t.Errorf("version %d: %+v %+v %+v %+v, want %d of each", version, hours, special, shifts, exceptions, want)
		}
		hours.Special = map[clock.Date]schedule.SpecialDay{}
		for _, d := range special {
			hours.Special[d.Date] = d
		}
		if got := hours.On(tuesday); len(got) != 0 {
			t.Errorf("a special day must replace the week: %+v", got)
		}
	}
	if hours := (&schedule.Hours{Rows: schedule.Rows{Week: schedule.Week{2: ranges(600, 1200)}}}); len(hours.On(tuesday)) != 1 {
		t.Error("without a special day the week holds")
	}
}

func TestComplete_WantsOpeningHours(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	lacking := func() (out []string) {
		b.must(b.db.InTenant(t.Context(), b.shop, func(tx *pg.Tx) (err error) {
			out, err = schedule.Complete(t.Context(), tx, b.shop)
			return err
		}))
		return out
	}
	if got := lacking(); len(got) != 1 || got[0] != "hours" {
		t.Errorf("got %q", got)
	}
	_, _, err := b.schedule.SetHours(t.Context(), owner, b.shop, 1, hours(day(2, 600, 1200)))
	b.must(err)
	if got := lacking(); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}
