package schedule_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

func shifts(days ...schedule.WeekDay) schedule.ShiftsInput {
	return schedule.ShiftsInput{Weekly: append([]schedule.WeekDay{}, days...)}
}

// resource adds one by hand.
func (b *bench) resource(kind catalog.Kind, position int) catalog.ResourceID {
	b.tb.Helper()
	rid := id.New[catalog.Resource](now)
	b.must(b.db.InTenant(b.tb.Context(), b.shop, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: `INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee,
		    position, active, created_at, updated_at) VALUES ($1, $2, $3, '{"ja":"名"}', 1, 1, 1, false, 0, $4, true, $5, $5)`}, b.shop, rid, kind, position, now)
		return nil
	}))
	return rid
}

func TestSetShifts_InTurns_AreReadAsTheyWereSet(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	in := schedule.ShiftsInput{
		Weeks:      []schedule.TurnInput{{Weekly: []schedule.WeekDay{day(2, 600, 900)}}, {}, {Weekly: []schedule.WeekDay{day(2, 1200, 1560), day(0, 600, 660)}}},
		AnchorDate: &tuesday,
	}
	want := schedule.Pattern{Weeks: []schedule.Week{{2: ranges(600, 900)}, {}, {0: ranges(600, 660), 2: ranges(1200, 1560)}}, Anchor: tuesday}
	_, version, err := b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 1, in)
	b.must(err)
	got, read, err := b.schedule.Shifts(ctx, b.shop, b.staff)
	b.must(err)
	if d := cmp.Diff(want, got); d != "" || version != 2 || read != 2 {
		t.Errorf("versions %d, %d: %s", version, read, d)
	}
	for days, minutes := range map[int][]int{0: {600, 900}, 7: nil, 14: {1200, 1560}, 19: {600, 660}, 21: {600, 900}, -7: {1200, 1560}} {
		if on := got.On(tuesday.AddDays(days)); !slices.Equal(on, ranges(minutes...)) {
			t.Errorf("%s: %v, want %v", tuesday.AddDays(days), on, minutes)
		}
	}
	if a := b.text(`SELECT action || ' ' || (detail->>'weeks') FROM audit_entries ORDER BY seq DESC LIMIT 1`); a != "shifts.changed 3" {
		t.Errorf("audit %q", a)
	}
	// One week again: neither turns nor anchor are left.
	_, _, err = b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 2, shifts(day(2, 600, 900)))
	b.must(err)
	if got := b.text(`SELECT shift_weeks || ' ' || coalesce(shift_anchor::text, 'none') FROM resources`); got != "1 none" {
		t.Errorf("turns %q", got)
	}
	// A change of the resource leaves its turns alone.
	_, _, err = b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 3, in)
	b.must(err)
	_, err = b.catalog.UpdateResource(ctx, owner, b.shop, b.staff, 4, catalog.UpdateResourceInput{})
	b.must(err)
	if got, _, err := b.schedule.Shifts(ctx, b.shop, b.staff); err != nil || cmp.Diff(want, got) != "" {
		t.Errorf("after a change of the resource: %+v, %v", got, err)
	}
}

func TestSetBreaks_UnderTheResourcesVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	none, version, err := b.schedule.Breaks(ctx, b.shop, b.staff)
	if err != nil || version != 1 || !none.Empty() {
		t.Errorf("at first %+v, %d, %v", none, version, err)
	}
	lunch := schedule.BreaksInput{Weekly: []schedule.WeekDay{day(2, 720, 780), day(5, 1500, 1530)}}
	_, version, err = b.schedule.SetBreaks(ctx, owner, b.shop, b.staff, 1, lunch)
	b.must(err)
	got, read, err := b.schedule.Breaks(ctx, b.shop, b.staff)
	if d := cmp.Diff(schedule.Week{2: ranges(720, 780), 5: ranges(1500, 1530)}, got); err != nil || d != "" || version != 2 || read != 2 {
		t.Errorf("versions %d, %d, %v: %s", version, read, err, d)
	}
	_, _, err = b.schedule.SetBreaks(ctx, owner, b.shop, b.staff, 1, lunch)
	refused(t, err, "precondition.stale")
	_, _, err = b.schedule.SetBreaks(ctx, owner, b.other, b.staff, 1, lunch)
	refused(t, err, "not_found")
	_, _, err = b.schedule.Breaks(ctx, b.other, b.staff)
	refused(t, err, "not_found")
	_, _, err = b.schedule.SetBreaks(ctx, owner, b.shop, b.staff, 2, schedule.BreaksInput{Weekly: []schedule.WeekDay{day(5, 1500, 1560), day(6, 60, 120)}})
	refused(t, err, "validation.failed", "body.weekly[0].ranges schedule.overlap_next_day")
	_, _, err = b.schedule.SetBreaks(ctx, owner, b.shop, b.staff, 2, schedule.BreaksInput{})
	b.must(err)
	if got := b.text(`SELECT count(*)::text FROM resource_breaks`); got != "0" {
		t.Errorf("%s breaks are left", got)
	}
	if a := b.text(`SELECT action FROM audit_entries ORDER BY seq DESC LIMIT 1`); a != "breaks.changed" {
		t.Errorf("audit %q", a)
	}
}

func TestLeaves_LifeOfOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	sick, note := schedule.LeaveSick, "発熱のため"
	in := schedule.CreateLeaveInput{ResourceID: b.staff, FromDate: tuesday, ToDate: tuesday.AddDays(2)}
	l, err := b.schedule.CreateLeave(ctx, owner, b.shop, in, nil)
	b.must(err)
	if l.Kind != schedule.LeavePaid || l.Version != 1 || b.told != 1 {
		t.Errorf("made %+v, told %d times", l, b.told)
	}
	read, err := b.schedule.Leave(ctx, b.shop, l.ID, nil)
	b.must(err)
	if d := cmp.Diff(l, read); d != "" {
		t.Error(d)
	}
	last := tuesday.AddDays(4)
	changed, err := b.schedule.UpdateLeave(ctx, owner, b.shop, l.ID, 1, schedule.UpdateLeaveInput{
		ToDate: &last, LeaveFields: schedule.LeaveFields{Kind: &sick, Note: &note},
	})
	b.must(err)
	if changed.FromDate != tuesday || changed.ToDate != last || changed.Kind != sick || changed.Note != note || changed.Version != 2 {
		t.Errorf("changed %+v", changed)
	}
	_, err = b.schedule.UpdateLeave(ctx, owner, b.shop, l.ID, 1, schedule.UpdateLeaveInput{})
	refused(t, err, "precondition.stale")
	refused(t, b.schedule.DeleteLeave(ctx, owner, b.shop, l.ID, 1), "precondition.stale")
	refused(t, b.schedule.DeleteLeave(ctx, owner, b.other, l.ID, 2), "not_found")
	_, err = b.schedule.Leave(ctx, b.other, l.ID, nil)
	refused(t, err, "not_found")
	somebody := catalog.ResourceID{9}
	_, err = b.schedule.Leave(ctx, b.shop, l.ID, &somebody)
	refused(t, err, "not_found")
	b.must(b.schedule.DeleteLeave(ctx, owner, b.shop, l.ID, 2))
	refused(t, b.schedule.DeleteLeave(ctx, owner, b.shop, l.ID, 2), "not_found")
	if a := b.text(`SELECT action FROM audit_entries WHERE action LIKE 'leave.%' ORDER BY seq`); a != "leave.created, leave.changed, leave.deleted" {
		t.Errorf("audit %q", a)
	}
	if a := b.text(`SELECT detail::text FROM audit_entries WHERE action LIKE 'leave.%'`); strings.Contains(a, "sick") || strings.Contains(a, note) {
		t.Errorf("the trail tells why: %s", a)
	}
}

func TestLeaves_RefuseWhatCannotBe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	seat, second := b.resource(catalog.Seat, 1), b.resource(catalog.Staff, 2)
	create := func(rid catalog.ResourceID, from, days int) (*schedule.Leave, error) {
		return b.schedule.CreateLeave(ctx, owner, b.shop, schedule.CreateLeaveInput{
			ResourceID: rid, FromDate: tuesday.AddDays(from), ToDate: tuesday.AddDays(from + days - 1),
		}, nil)
	}
	first, err := create(b.staff, 10, 5)
	b.must(err)
	long, err := create(b.staff, 20, 366)
	b.must(err)
	for name, c := range map[string]struct {
		rid        catalog.ResourceID
		from, days int
		want       string
	}{
		"a seat":               {seat, 0, 1, "body.resource_id unknown_id"},
		"nobody":               {catalog.ResourceID{7}, 0, 1, "body.resource_id unknown_id"},
		"backwards":            {b.staff, 0, 0, "body.to_date schedule.before_from"},
		"a year and two days":  {b.staff, 0, 367, "body.to_date schedule.leave_too_long"},
		"long ago":             {b.staff, -400, 1, "body.from_date schedule.date_too_far"},
		"its first day":        {b.staff, 6, 5, "body.from_date schedule.leave_overlap"},
		"its last day":         {b.staff, 14, 1, "body.from_date schedule.leave_overlap"},
		"around it":            {b.staff, 9, 8, "body.from_date schedule.leave_overlap"},
		"within":               {b.staff, 12, 1, "body.from_date schedule.leave_overlap"},
		"the end of a year":    {b.staff, 385, 1, "body.from_date schedule.leave_overlap"},
		"the days between":     {b.staff, 15, 5, ""},
		"the day before":       {b.staff, 9, 1, ""},
		"the day after a year": {b.staff, 386, 1, ""},
		"somebody else":        {second, 12, 1, ""},
	} {
		_, err := create(c.rid, c.from, c.days)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case name == "long ago":
			refused(t, err, "validation.failed", c.want, "body.to_date schedule.date_too_far")
		case c.want != "":
			refused(t, err, "validation.failed", c.want)
		}
	}
	kind, early := schedule.LeaveKind("fun"), first.FromDate.AddDays(-3)
	_, err = b.schedule.UpdateLeave(ctx, owner, b.shop, first.ID, 1, schedule.UpdateLeaveInput{LeaveFields: schedule.LeaveFields{Kind: &kind}})
	refused(t, err, "validation.failed", "body.kind not_allowed")
	_, err = b.schedule.UpdateLeave(ctx, owner, b.shop, first.ID, 1, schedule.UpdateLeaveInput{FromDate: &early})
	refused(t, err, "validation.failed", "body.from_date schedule.leave_overlap")
	_, err = b.schedule.UpdateLeave(ctx, owner, b.shop, long.ID, 1, schedule.UpdateLeaveInput{}) // it may overlap itself
	b.must(err)
}

func TestLeaves_ListBySpanAndPerson_PageByPage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	second := b.resource(catalog.Staff, 2)
	spans := [][3]int{{0, 3}, {5, 5}, {10, 200}, {60, 60}}
	for i, s := range spans {
		rid := []catalog.ResourceID{b.staff, second}[i%2]
		_, err := b.schedule.CreateLeave(ctx, owner, b.shop, schedule.CreateLeaveInput{ResourceID: rid, FromDate: tuesday.AddDays(s[0]), ToDate: tuesday.AddDays(s[1])}, nil)
		b.must(err)
	}
	list := func(from, to int, of *catalog.ResourceID) string {
		var out []string
		var after *schedule.Leave
		for {
			page, err := b.schedule.Leaves(ctx, b.shop, tuesday.AddDays(from), tuesday.AddDays(to), of, after, 1)
			b.must(err)
			if len(page) == 0 {
				return strings.Join(out, " ")
			}
			out = append(out, strconv.Itoa(page[0].FromDate.DaysSince(tuesday)))
			after = &page[0]
		}
	}
	for _, c := range []struct {
		from, to int
		of       *catalog.ResourceID
		want     string
	}{
		{0, 90, nil, "0 5 10 60"},
		{3, 3, nil, "0"},
		{4, 4, nil, ""},
		{4, 9, nil, "5"},
		{150, 200, nil, "10"}, // which began long before
		{201, 260, nil, ""},
		{0, 90, &second, "5 60"},
		{0, 90, &b.staff, "0 10"},
		{0, 90, &catalog.ResourceID{}, ""}, // of a member who is no resource
	} {
		if got := list(c.from, c.to, c.of); got != c.want {
			t.Errorf("%d to %d: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	_, err := b.schedule.Leaves(ctx, b.shop, tuesday, tuesday.AddDays(92), nil, nil, 10)
	refused(t, err, "validation.failed", "query.to schedule.span_too_long")
	none, err := b.schedule.Leaves(ctx, b.other, tuesday, tuesday.AddDays(90), nil, nil, 10)
	if err != nil || len(none) > 0 {
		t.Errorf("another business sees %v, %v", none, err)
	}
}

func TestEditShifts_SetsClearsAndCopies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	free := b.resource(catalog.Staff, 2) // who has no shifts at all
	_, _, err := b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 1, schedule.ShiftsInput{
		Weeks:      []schedule.TurnInput{{Weekly: []schedule.WeekDay{day(2, 600, 900)}}, {Weekly: []schedule.WeekDay{day(2, 1200, 1500), day(3, 600, 660)}}},
		AnchorDate: &tuesday,
	})
	b.must(err)
	b.told = 0
	edit := func(want int, change func(*schedule.BulkInput)) {
		t.Helper()
		in := schedule.BulkInput{ResourceIDs: []catalog.ResourceID{b.staff, free}, FromDate: tuesday, ToDate: tuesday.AddDays(6), Action: schedule.BulkSet}
		change(&in)
		done, err := b.schedule.EditShifts(ctx, owner, b.shop, in, nil)
		if err != nil || done.Changed != want {
			t.Errorf("changed %+v, %v, want %d", done, err, want)
		}
	}
	state := func() string {
		return b.text(`SELECT date - '2026-12-01'::date || CASE resource_id WHEN '` + free.String() + `' THEN 'f' ELSE '' END || ' ' || (ranges#>>'{0,start_minute}')
		    FROM resource_exceptions ORDER BY resource_id <> '` + b.staff.String() + `', date`)
	}
	ten := func(in *schedule.BulkInput) { in.Ranges, in.Weekdays = ranges(600, 1200), []int{2, 4} }
	edit(4, ten)
	edit(0, ten) // the same again changes nothing
	if got := state(); got != "0 600, 2 600, 0f 600, 2f 600" {
		t.Errorf("set: %s", got)
	}
	if b.told != 2 || b.text(`SELECT count(*)::text FROM audit_entries WHERE action = 'shifts.edited'`) != "2" {
		t.Errorf("told %d times", b.told)
	}
	edit(1, func(in *schedule.BulkInput) {
		in.Action, in.Weekdays, in.ResourceIDs = schedule.BulkClear, []int{4}, in.ResourceIDs[1:]
	})
	if got := state(); got != "0 600, 2 600, 0f 600" {
		t.Errorf("cleared: %s", got)
	}
	// The first week, as it stands, a week later: what the week's turn says too, and nothing where nothing holds.
	edit(8, func(in *schedule.BulkInput) {
		in.Action, in.SourceFromDate = schedule.BulkCopy, &tuesday
		in.FromDate, in.ToDate = tuesday.AddDays(7), tuesday.AddDays(13)
	})
	if got := b.text(`SELECT count(*)::text FROM resource_exceptions WHERE date > '2026-12-07'`); got != "8" {
		t.Errorf("copied %s", got)
	}
	if got := b.text(`SELECT date - '2026-12-08'::date || ' ' || ranges::text FROM resource_exceptions WHERE date > '2026-12-07' AND ranges <> '[]' ORDER BY resource_id <> '` +
		b.staff.String() + `', date`); got != `0 [{"end_minute": 1200, "start_minute": 600}], 2 [{"end_minute": 1200, "start_minute": 600}], 0 [{"end_minute": 1200, "start_minute": 600}]` {
		t.Errorf("copied: %s", got)
	}
	// A week onto itself with the turn of week B: Wednesday works, Tuesday to 25:00.
	weekB := tuesday.AddDays(21)
	edit(7, func(in *schedule.BulkInput) {
		in.ResourceIDs, in.Action, in.SourceFromDate = in.ResourceIDs[:1], schedule.BulkCopy, &weekB
		in.FromDate, in.ToDate = tuesday.AddDays(28), tuesday.AddDays(34)
	})
	if got := b.text(`SELECT ranges::text FROM resource_exceptions WHERE date IN ('2026-12-29', '2026-12-30') ORDER BY date`); got !=
		`[{"end_minute": 1500, "start_minute": 1200}], [{"end_minute": 660, "start_minute": 600}]` {
		t.Errorf("week B: %s", got)
	}
}

func TestEditShifts_AllOrNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	in := schedule.BulkInput{
		ResourceIDs: []catalog.ResourceID{b.staff, {7}}, FromDate: tuesday, ToDate: tuesday.AddDays(91), Action: schedule.BulkSet, Ranges: ranges(600, 900),
	}
	_, err := b.schedule.EditShifts(ctx, owner, b.shop, in, nil)
	refused(t, err, "validation.failed", "body.resource_ids[1] unknown_id")
	if n := b.text(`SELECT count(*)::text FROM resource_exceptions`); n != "0" || b.told != 0 {
		t.Errorf("%s dates were written, told %d times", n, b.told)
	}
	in.ResourceIDs = in.ResourceIDs[:1]
	done, err := b.schedule.EditShifts(ctx, owner, b.shop, in, nil)
	if err != nil || done.Changed != 92 {
		t.Errorf("changed %+v, %v", done, err)
	}
	_, err = b.schedule.EditShifts(ctx, owner, b.other, in, nil)
	refused(t, err, "validation.failed", "body.resource_ids[0] unknown_id")
	in.FromDate, in.ToDate = tuesday.AddDays(-400), tuesday.AddDays(-399)
	_, err = b.schedule.EditShifts(ctx, owner, b.shop, in, nil)
	refused(t, err, "validation.failed", "body.from_date schedule.date_too_far", "body.to_date schedule.date_too_far")
	_, err = b.schedule.EditShifts(ctx, owner, business.ID{1}, in, nil)
	refused(t, err, "not_found")
}

func TestShiftTable_SaysWhoWorksAndWhy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	free := b.resource(catalog.Staff, 5)
	b.resource(catalog.Seat, 0)
	b.hours(day(2, 600, 1200), day(3, 600, 1200), day(4, 600, 1200))
	_, _, err := b.schedule.SetShifts(ctx, owner, b.shop, b.staff, 1, shifts(day(2, 600, 900), day(3, 700, 800)))
	b.must(err)
	_, _, err = b.schedule.SetBreaks(ctx, owner, b.shop, b.staff, 2, schedule.BreaksInput{Weekly: []schedule.WeekDay{day(2, 700, 730)}})
	b.must(err)
	_, err = b.schedule.SetException(ctx, owner, b.shop, b.staff, tuesday.AddDays(1), nil, schedule.ExceptionInput{Ranges: ranges(610, 620)})
	b.must(err)
	_, err = b.schedule.CreateLeave(ctx, owner, b.shop, schedule.CreateLeaveInput{ResourceID: b.staff, FromDate: tuesday.AddDays(7), ToDate: tuesday.AddDays(9)}, nil)
	b.must(err)
	read := func(after *catalog.Resource, limit int) *schedule.ShiftTable {
		table, err := b.schedule.ShiftTable(ctx, b.shop, tuesday, tuesday.AddDays(7), after, limit)
		b.must(err)
		return table
	}
	table := read(nil, 100)
	cell := func(row, day int) string {
		c := table.Rows[row].Cells[day]
		if c.Date != tuesday.AddDays(day) {
			t.Errorf("cell %d is of %s", day, c.Date)
		}
		return fmt.Sprintf("%s%v%v", c.Source, c.Ranges, c.Breaks)
	}
	if len(table.Rows) != 2 || len(table.Days) != 8 || table.Rows[0].Resource.ID != b.staff || table.Rows[1].Resource.ID != free {
		t.Fatalf("%d days, rows %+v", len(table.Days), table.Rows)
	}
	for i, want := range map[int]string{
		0: "weekly[{600 700} {730 900}][{700 730}]", 1: "by_date[{610 620}][]", 2: "weekly[][]", 7: "leave[][]",
	} {
		if got := cell(0, i); got != want {
			t.Errorf("day %d: %s, want %s", i, got, want)
		}
	}
	if got := cell(1, 2) + cell(1, 3); got != "open[{600 1200}][]open[][]" {
		t.Errorf("who works whenever: %s", got)
	}
	if fmt.Sprint(table.Days[0].Hours, table.Days[3].Hours) != "[{600 1200}] []" {
		t.Errorf("days %+v", table.Days)
	}
	first := read(nil, 1)
	second := read(&first.Rows[0].Resource, 1)
	if len(first.Rows) != 1 || len(second.Rows) != 1 || second.Rows[0].Resource.ID != free || len(read(&second.Rows[0].Resource, 1).Rows) != 0 {
		t.Errorf("page by page: %+v, %+v", first.Rows, second.Rows)
	}
	_, err = b.schedule.ShiftTable(ctx, b.shop, tuesday, tuesday.AddDays(31), nil, 1)
	refused(t, err, "validation.failed", "query.to schedule.span_too_long")
	_, err = b.schedule.ShiftTable(ctx, b.shop, tuesday, tuesday.AddDays(-1), nil, 1)
	refused(t, err, "validation.failed", "query.to schedule.before_from")
}

// hours sets the weekly opening hours by hand.
func (b *bench) hours(days ...schedule.WeekDay) {
	b.tb.Helper()
	b.must(b.db.InTenant(b.tb.Context(), b.shop, func(tx *pg.Tx) error {
		for _, d := range days {
			for _, r := range d.Ranges {
				tx.Later(&pg.Statement{SQL: `INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute) VALUES ($1, $2, $3, $4)`},
					b.shop, d.Weekday, r.StartMinute, r.EndMinute)
			}
		}
		return nil
	}))
}
