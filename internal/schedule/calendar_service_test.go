package schedule_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func TestSetHours_KeepsTheRowsOfHolidaysAndEves(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	in := hours(day(2, 600, 1200))
	in.Holiday, in.Eve = &schedule.Row{}, &schedule.Row{Ranges: ranges(1020, 1440, 600, 900)}
	_, _, err := b.schedule.SetHours(ctx, owner, b.shop, 1, in)
	b.must(err)
	got, version, err := b.schedule.Hours(ctx, b.shop)
	b.must(err)
	want := schedule.Rows{
		Week: schedule.Week{2: ranges(600, 1200)}, Holiday: &schedule.Row{Ranges: []schedule.Range{}}, Eve: &schedule.Row{Ranges: ranges(600, 900, 1020, 1440)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	_, _, err = b.schedule.SetHours(ctx, owner, b.shop, version, hours(day(2, 600, 1200)))
	b.must(err)
	if got, _, err := b.schedule.Hours(ctx, b.shop); err != nil || got.Holiday != nil || got.Eve != nil {
		t.Errorf("rows stay: %+v, %v", got, err)
	}
	if n := b.text(`SELECT count(*)::text FROM opening_hours`); n != "1" {
		t.Errorf("%s ranges are left", n)
	}
}

func TestClosingRules_CreateChangeDelete(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	from := tuesday
	in := schedule.ClosingRuleInput{Weekday: 2, Nths: []int{3, 2}, OnHoliday: "next_day", FromDate: &from, Note: locale.Text{"ja": " 定休日 "}}
	made, err := b.schedule.CreateClosingRule(ctx, owner, b.shop, in, nil)
	b.must(err)
	got, err := b.schedule.ClosingRule(ctx, b.shop, made.ID)
	b.must(err)
	want := schedule.ClosingRule{
		ID: made.ID, Weekday: 2, Nths: []int{2, 3}, OnHoliday: "next_day", FromDate: &from, Note: locale.Text{"ja": "定休日"}, Version: 1,
	}
	if d := cmp.Diff(want, *got); d != "" {
		t.Error(d)
	}
	set := func(expect int64) error {
		_, err := b.schedule.SetClosingRule(ctx, owner, b.shop, made.ID, expect, schedule.ClosingRuleInput{Weekday: 3, OnHoliday: "open"})
		return err
	}
	refused(t, set(2), "precondition.stale")
	b.must(set(1))
	refused(t, set(1), "precondition.stale")
	list, err := b.schedule.ClosingRules(ctx, b.shop)
	if err != nil || len(list) != 1 || list[0].Version != 2 || list[0].FromDate != nil || len(list[0].Nths) != 0 || list[0].Weekday != 3 {
		t.Errorf("got %+v, %v", list, err)
	}
	_, err = b.schedule.ClosingRule(ctx, b.other, made.ID)
	refused(t, err, "not_found")
	refused(t, b.schedule.DeleteClosingRule(ctx, owner, b.other, made.ID, 2), "not_found")
	_, err = b.schedule.SetClosingRule(ctx, owner, b.other, made.ID, 2, schedule.ClosingRuleInput{OnHoliday: "open"})
	refused(t, err, "not_found")
	refused(t, b.schedule.DeleteClosingRule(ctx, owner, b.shop, made.ID, 1), "precondition.stale")
	b.must(b.schedule.DeleteClosingRule(ctx, owner, b.shop, made.ID, 2))
	refused(t, set(2), "not_found")
	if a := b.text(`SELECT action FROM audit_entries ORDER BY seq`); !strings.HasSuffix(a, "closing_rule.created, closing_rule.changed, closing_rule.deleted") {
		t.Errorf("audit %s", a)
	}
	if b.told != 3 {
		t.Errorf("told %d times", b.told)
	}
}

func TestClosingRules_AtMostFifty(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := schedule.ClosingRuleInput{Weekday: 2, OnHoliday: "close"}
	for range schedule.MaxClosings {
		_, err := b.schedule.CreateClosingRule(t.Context(), owner, b.shop, in, nil)
		b.must(err)
	}
	_, err := b.schedule.CreateClosingRule(t.Context(), owner, b.shop, in, nil)
	refused(t, err, "business.limit_reached")
}

func TestSetPeriods_ReplacesAllUnderTheBusinessesVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	turn := 90
	in := schedule.PeriodsInput{Periods: []schedule.PeriodInput{
		{Name: locale.Text{"ja": "ディナー", "en": "Dinner"}, Weekdays: []int{6, 5}, StartMinute: 1020, EndMinute: 1560, TurnMinutes: &turn, EndsStay: true},
		{Name: locale.Text{"ja": "ランチ"}, StartMinute: 660, EndMinute: 900},
	}}
	made, version, err := b.schedule.SetPeriods(ctx, owner, b.shop, 1, in)
	b.must(err)
	got, read, err := b.schedule.Periods(ctx, b.shop)
	b.must(err)
	if d := cmp.Diff(made, got); d != "" || version != 2 || read != 2 || *got[0].TurnMinutes != 90 || !got[0].EndsStay || got[1].TurnMinutes != nil {
		t.Errorf("versions %d, %d: %s", version, read, d)
	}
	_, _, err = b.schedule.SetPeriods(ctx, owner, b.shop, 1, in)
	refused(t, err, "precondition.stale")
	if list, _, err := b.schedule.Periods(ctx, b.other); err != nil || len(list) != 0 {
		t.Errorf("elsewhere %+v, %v", list, err)
	}
	_, _, err = b.schedule.Periods(ctx, business.ID{1})
	refused(t, err, "not_found")
	_, _, err = b.schedule.SetPeriods(ctx, owner, b.shop, 2, schedule.PeriodsInput{})
	b.must(err)
	if list, _, err := b.schedule.Periods(ctx, b.shop); err != nil || len(list) != 0 {
		t.Errorf("left %+v, %v", list, err)
	}
}

var operator = tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{7}}

// holidays are the dates of a span with what an operator said.
func holidays(t *testing.T, h *schedule.Holidays, from, to clock.Date) string {
	t.Helper()
	list, err := h.Between(t.Context(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, x := range list {
		out += x.Date.String() + " " + x.Name.In(locale.JA)
		if x.Override != nil {
			out += "*"
		}
		out += "\n"
	}
	return out
}

func TestHolidays_AsOperatorsCorrectThem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	told := 0
	h := schedule.NewHolidays(b.db, clock.NewManual(now), func() { told++ })
	from, to := date(2026, 12, 1), date(2027, 1, 31)
	if got, want := holidays(t, h, from, to), "2027-01-01 元日\n2027-01-11 成人の日\n"; got != want {
		t.Errorf("by the law: %s", got)
	}
	ceremony := schedule.HolidayInput{Holiday: true, Name: locale.Text{"ja": "式典の日", "en": "Ceremony"}, Reason: "法律の公布"}
	first, err := h.Set(ctx, operator, date(2026, 12, 10), nil, ceremony)
	b.must(err)
	_, err = h.Set(ctx, operator, date(2027, 1, 11), nil, schedule.HolidayInput{Reason: "この年は移動"})
	b.must(err)
	if got, want := holidays(t, h, from, to), "2026-12-10 式典の日*\n2027-01-01 元日\n2027-01-11 *\n"; got != want {
		t.Errorf("corrected: %s", got)
	}
	_, err = h.Set(ctx, operator, date(2026, 12, 10), nil, ceremony)
	refused(t, err, "precondition.required")
	second, err := h.Set(ctx, operator, date(2026, 12, 10), &first.Version, ceremony)
	b.must(err)
	_, err = h.Set(ctx, operator, date(2026, 12, 10), &first.Version, ceremony)
	refused(t, err, "precondition.stale")
	refused(t, h.Delete(ctx, operator, date(2026, 12, 10), first.Version, "誤り"), "precondition.stale")
	refused(t, h.Delete(ctx, operator, date(2026, 12, 11), 1, "誤り"), "not_found")
	refused(t, h.Delete(ctx, operator, date(2026, 12, 11), 1, " "), "validation.failed", "query.reason required")
	b.must(h.Delete(ctx, operator, date(2026, 12, 10), second.Version, "誤り"))
	if told != 4 {
		t.Errorf("told %d times", told)
	}
	if a := b.text(`SELECT action || ' ' || subject || ' ' || reason FROM platform_audit ORDER BY subject, action, id`); a != "holiday.added holiday:2026-12-10 法律の公布, "+
		"holiday.added holiday:2026-12-10 法律の公布, holiday.restored holiday:2026-12-10 誤り, holiday.removed holiday:2027-01-11 この年は移動" {
		t.Errorf("trail: %s", a)
	}
	_, err = h.Set(ctx, operator, date(2036, 1, 1), nil, schedule.HolidayInput{Holiday: true, Reason: strings.Repeat("あ", 501)})
	refused(t, err, "validation.failed", "path.date schedule.date_too_far", "body.name.ja required", "body.reason too_long")
	_, err = h.Set(ctx, operator, date(2026, 12, 2), nil, schedule.HolidayInput{Name: locale.Text{"ja": "日"}, Reason: "誤り"})
	refused(t, err, "validation.failed", "body.name schedule.name_without_holiday")
	_, err = h.Between(ctx, from, from.AddDays(92))
	refused(t, err, "validation.failed", "query.to schedule.span_too_long")
}

// Who planned a booking with the holidays of before has it refused.
func TestHolidays_AreInTheVersionOfEverySchedule(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	version := func() (v int64) {
		var batch pg.Batch
		business.QueueScheduleVersion(&batch, b.shop, &v)
		b.must(b.db.ReadTenant(t.Context(), b.shop, &batch))
		return v
	}
	guard := func(v int64) error {
		var batch pg.Batch
		batch.Queue(&pg.Statement{SQL: `SELECT schedule_guard($1, $2)`}, b.shop, v)
		return b.db.BatchTenant(t.Context(), b.shop, &batch)
	}
	before := version()
	b.must(guard(before))
	_, err := schedule.NewHolidays(b.db, clock.NewManual(now), nil).Set(t.Context(), operator, tuesday, nil, schedule.HolidayInput{Holiday: true, Name: locale.Text{"ja": "式典の日"}, Reason: "法律"})
	b.must(err)
	if after := version(); after == before || guard(after) != nil {
		t.Errorf("version %d, then %d: %v", before, after, guard(after))
	}
	if guard(before) == nil {
		t.Error("a booking planned with the holidays of before is let through")
	}
}

func TestQueueOpening_ReadsAllThatDecides(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	in := hours(day(0, 600, 1200), day(1, 600, 1200), day(2, 600, 1200), day(3, 600, 1200), day(4, 600, 1200), day(5, 600, 1200), day(6, 600, 1200))
	in.Eve = &schedule.Row{Ranges: ranges(600, 900)}
	_, _, err := b.schedule.SetHours(ctx, owner, b.shop, 1, in)
	b.must(err)
	_, err = b.schedule.CreateClosingRule(ctx, owner, b.shop, schedule.ClosingRuleInput{Weekday: 2, OnHoliday: "next_day"}, nil)
	b.must(err)
	_, err = b.schedule.SetSpecialDay(ctx, owner, b.shop, date(2026, 12, 4), nil, schedule.SpecialDayInput{})
	b.must(err)
	_, err = schedule.NewHolidays(b.db, clock.NewManual(now), nil).Set(ctx, operator, tuesday, nil, schedule.HolidayInput{Holiday: true, Name: locale.Text{"ja": "式典の日"}, Reason: "法律"})
	b.must(err)
	var h schedule.Hours
	var batch pg.Batch
	schedule.QueueOpening(&batch, b.shop, date(2026, 12, 1), date(2026, 12, 31), &h)
	b.must(b.db.ReadTenant(ctx, b.shop, &batch))
	got := ""
	for k := -1; k < 4; k++ {
		got += told(&h, tuesday.AddDays(k)) + "; "
	}
	if want := "eve open; weekday open; closing_rule 2 of 2026-12-01; weekday open; special_day; "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if h.Holidays.Extra[0].EN != "式典の日" {
		t.Errorf("a name without English: %+v", h.Holidays.Extra)
	}
}
