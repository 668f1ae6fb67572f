package booking_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// edit runs statements as one change of what decides availability, as services
// make them, and gives what it does to the bookings that stand.
func (s *shop) edit(dry bool, list ...string) *business.Impact {
	s.tb.Helper()
	told := 0
	changer := business.NewChanger(s.db, s.clock, func(bid business.ID) { told++; s.avail.ScheduleChanged(bid) })
	changer.Judged(booking.Judge)
	impact := &business.Impact{DryRun: dry}
	err := changer.Do(business.WithImpact(context.Background(), impact), member, s.id, nil, func(ch *business.Change) (business.Done, error) {
		for _, sql := range list {
			ch.Tx.Later(&pg.Statement{SQL: sql})
		}
		return business.Done{Action: "test.changed", Subject: "business:" + s.id.String(), Detail: map[string]any{"field": "x"}}, nil
	})
	if err != nil {
		s.tb.Fatalf("%s: %v", list, err)
	}
	if dry != (told == 0) {
		s.tb.Errorf("dry run %t: told %d times", dry, told)
	}
	return impact
}

// told is what an impact says, "code reason" of each booking.
func told(i *business.Impact) []string {
	out := []string{}
	for _, x := range i.Affected {
		out = append(out, x.Code+" "+x.Reason)
	}
	return out
}

// outsideRules are the codes of the bookings that are marked.
func (s *shop) outsideRules() []string {
	s.tb.Helper()
	return s.texts(`SELECT code FROM bookings WHERE outside_rules ORDER BY starts_at, id`)
}

func TestJudge_EachRule_IsToldMarkedAndTakenBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff, room := s.staff(1)[0], s.resource(res{kind: catalog.Room, capacity: 2})
	s.shift(staff, 600, 1200)
	svc := s.menu(60, 5500, need{kind: catalog.Staff, after: 30}, need{kind: catalog.Room})
	x := s.mustBook(wish(svc, at(1, 14, 0))) // a Tuesday
	bid := "'" + s.id.String() + "'"
	r, m, v := "'"+staff.String()+"'", "'"+room.String()+"'", "'"+svc.String()+"'"
	for _, c := range []struct{ reason, change, back string }{
		{"closed", `UPDATE opening_hours SET start_minute = 845 WHERE weekday = 2`, `UPDATE opening_hours SET start_minute = 600`},
		{"closed", `UPDATE opening_hours SET end_minute = 895`, `UPDATE opening_hours SET end_minute = 1200`},
		{"closed", `INSERT INTO special_days (business_id, date, ranges, version) VALUES (` + bid + `, '2026-12-01', '[]', 1)`, `DELETE FROM special_days`},
		{"staff_off", `UPDATE resource_shifts SET end_minute = 925 WHERE weekday = 2`, `UPDATE resource_shifts SET end_minute = 930`},
		{"staff_off", `INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, version) VALUES (` + bid + `, ` + r + `, '2026-12-01', '[]', 1)`, `DELETE FROM resource_exceptions`},
		{"staff_off", `INSERT INTO leaves (business_id, id, resource_id, from_date, to_date, kind, created_at, updated_at)
		    VALUES (` + bid + `, ` + r + `, ` + r + `, '2026-11-30', '2026-12-01', 'sick', now(), now())`, `DELETE FROM leaves`},
		{"resource_off", `INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, version) VALUES (` + bid + `, ` + m + `, '2026-12-01', '[]', 1)`, `DELETE FROM resource_exceptions`},
		{"resource_gone", `UPDATE resources SET active = false WHERE id = ` + r, `UPDATE resources SET active = true`},
		{"unfit", `INSERT INTO resources SELECT (jsonb_populate_record(x, jsonb_build_object('id', ` + v + `))).* FROM resources x WHERE id = ` + r + `;
		    UPDATE requirements SET resource_ids = ARRAY[` + v + `::uuid] WHERE kind = 'staff'`, `UPDATE requirements SET resource_ids = '{}'`},
		{"party_size", `UPDATE resources SET min_party = 2 WHERE id = ` + m, `UPDATE resources SET min_party = 1`},
		{"service_hours", `INSERT INTO service_hours (business_id, service_id, weekday, start_minute, end_minute) VALUES (` + bid + `, ` + v + `, 2, 600, 840)`, `DELETE FROM service_hours`},
		{"service_hours", `UPDATE services SET active_from = '2026-12-02'`, `UPDATE services SET active_from = NULL`},
	} {
		changes := []string{c.change}
		if i := slices.Index([]byte(c.change), ';'); i > 0 {
			changes = []string{c.change[:i], c.change[i+1:]}
		}
		want := fmt.Sprint([]string{x.Code + " " + c.reason})
		if got := s.edit(true, changes...); fmt.Sprint(told(got)) != want || got.Total != 1 || len(s.outsideRules()) != 0 {
			t.Errorf("dry run of %s: %v, %d, marked %v; want %s and nothing marked", c.change, told(got), got.Total, s.outsideRules(), want)
		}
		if got := s.edit(false, changes...); fmt.Sprint(told(got)) != want || got.Total != 1 || len(s.outsideRules()) != 1 {
			t.Errorf("%s: %v, %d, marked %v; want %s", c.change, told(got), got.Total, s.outsideRules(), want)
		}
		if got := s.edit(false, `SELECT 1`); got.Total != 0 || got.Restored != 0 {
			t.Errorf("after %s it is told again: %v", c.change, told(got))
		}
		if got := s.edit(false, c.back); got.Total != 0 || got.Restored != 1 || len(s.outsideRules()) != 0 {
			t.Errorf("%s: %v, restored %d, marked %v", c.back, told(got), got.Restored, s.outsideRules())
		}
	}
	if got := s.read(x); got.Version != 1 || s.path(x) != "create" || !got.UpdatedAt.Equal(x.UpdatedAt) {
		t.Errorf("the booking itself changed: version %d, history %s", got.Version, s.path(x))
	}
	audited := s.texts(`SELECT detail::text FROM audit_entries WHERE action = 'test.changed' AND detail ? 'affected_bookings' ORDER BY seq`)
	if len(audited) == 0 || audited[0] != `{"field": "x", "affected_bookings": 1, "restored_bookings": 0}` {
		t.Errorf("audited: %q", audited)
	}
}

func TestJudge_Capacity_FallsBelowTheUnit(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.resource(res{kind: catalog.Seat, capacity: 3})
	svc := s.menu(60, 1000, need{kind: catalog.Seat})
	var codes []string
	for range 3 {
		codes = append(codes, s.mustBook(wish(svc, at(2, 12, 0))).Code)
	}
	i := s.edit(false, `UPDATE resources SET capacity = 2`)
	if i.Total != 1 || i.Affected[0].Reason != "capacity" || !slices.Contains(codes, i.Affected[0].Code) || i.Affected[0].ResourceName.In("ja") != "担当" {
		t.Errorf("%+v", i)
	}
}

func TestJudge_ADryRun_LeavesNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	s.mustBook(wish(s.menu(60, 5500, need{kind: catalog.Staff}), at(1, 14, 0)))
	everything := `SELECT concat_ws(' ', (SELECT version FROM schedule_versions), (SELECT seq FROM business_seq), (SELECT count(*) FROM audit_entries),
	    (SELECT min(end_minute) FROM opening_hours), (SELECT count(*) FROM idempotency_keys), (SELECT bool_or(outside_rules) FROM bookings))`
	before := s.texts(everything)
	claim := s.claim("member", "key-1", "{}")
	changer := business.NewChanger(s.db, s.clock, nil)
	changer.Judged(booking.Judge)
	try := func(dry bool) (*business.Impact, error) {
		i := &business.Impact{DryRun: dry}
		return i, changer.Do(business.WithImpact(context.Background(), i), member, s.id, claim, func(ch *business.Change) (business.Done, error) {
			ch.Tx.Later(&pg.Statement{SQL: `UPDATE opening_hours SET end_minute = 800`})
			return business.Done{Action: "test.changed", Subject: "business:" + s.id.String(), Result: "done"}, nil
		})
	}
	for range 2 { // the claim was not used up either
		if i, err := try(true); err != nil || i.Total != 1 {
			t.Fatalf("%+v, %v", i, err)
		}
		if after := s.texts(everything); !slices.Equal(before, after) {
			t.Fatalf("before %v, after %v", before, after)
		}
	}
	claim.Render = func(any) (int, any, error) { return 200, "done", nil }
	if i, err := try(false); err != nil || i.Total != 1 {
		t.Fatalf("%+v, %v", i, err)
	}
	if _, err := try(false); code(err) != "stored" {
		t.Errorf("the claim of a real change: %v", err)
	}
}

func TestJudge_ADryRunOfWhatTheDatabaseRefuses_IsRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	changer := business.NewChanger(s.db, s.clock, nil)
	changer.Judged(booking.Judge)
	err := changer.Do(business.WithImpact(context.Background(), &business.Impact{DryRun: true}), member, s.id, nil, func(ch *business.Change) (business.Done, error) {
		ch.Tx.Later(&pg.Statement{SQL: `UPDATE opening_hours SET end_minute = 7`})
		return business.Done{}, nil
	})
	if pg.State(err) != "23514" {
		t.Errorf("got %v", err)
	}
}

func TestJudge_WhatAMemberOverrode_MindsNoHoursButWhoServesIt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(1)[0]
	s.shift(staff, 600, 1200)
	in := wish(s.menu(60, 5500, need{kind: catalog.Staff}), at(1, 22, 0))
	in.Override = "常連のお客様のため"
	x := s.mustEnter(in)
	if i := s.edit(false, `DELETE FROM opening_hours`, `DELETE FROM resource_shifts WHERE weekday <> 0`); i.Total != 0 {
		t.Errorf("hours: %v", told(i))
	}
	if i := s.edit(false, `UPDATE resources SET active = false`); i.Total != 1 || i.Affected[0].Reason != "resource_gone" {
		t.Errorf("archived: %v", told(i))
	}
	if got := s.read(x); !got.Overridden || !got.OutsideRules {
		t.Errorf("overridden %t, outside %t", got.Overridden, got.OutsideRules)
	}
}

func TestJudge_WhatIsOverOrEnded_IsLeftAsItIs(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	s.set("booking_mode = 'approval', approval_hours = 1")
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	waits := s.mustBook(wish(svc, at(1, 10, 0)))
	s.set("booking_mode = 'instant'")
	over, now, cancelled, coming := s.mustBook(wish(svc, at(0, 10, 0))), s.mustBook(wish(svc, at(0, 11, 0))), s.mustBook(wish(svc, at(0, 13, 0))), s.mustBook(wish(svc, at(0, 14, 0)))
	s.do(cancelled, booking.ActCancel)
	s.clock.Set(at(0, 11, 30))
	i := s.edit(false, `DELETE FROM opening_hours`)
	if got, want := fmt.Sprint(told(i)), fmt.Sprint([]string{now.Code + " closed", coming.Code + " closed"}); got != want {
		t.Errorf("told %s, want %s; not %s, which is over, nor %s, whose time ran out", got, want, over.Code, waits.Code)
	}
}

func TestMark_AMoveTakesItAway_AndAnOverrideKeepsItAwayFromThere(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x, y := s.mustBook(wish(svc, at(1, 18, 0))), s.mustBook(wish(svc, at(2, 18, 0)))
	s.edit(false, `UPDATE opening_hours SET end_minute = 1080`)
	if got := s.outsideRules(); len(got) != 2 {
		t.Fatalf("marked: %v", got)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 18, 0)}); code(err) != "validation.failed" {
		t.Errorf("a move to where it stands: %v", err)
	}
	if moved, err := s.move(x, booking.MoveInput{Start: at(1, 17, 0)}); err != nil || moved.OutsideRules || moved.Overridden {
		t.Errorf("moved inside: %+v, %v", moved, err)
	}
	if moved, err := s.move(y, booking.MoveInput{Start: at(2, 18, 0), Override: "常連のお客様のため"}); err != nil || moved.OutsideRules || !moved.Overridden {
		t.Errorf("overridden where it stands: %+v, %v", moved, err)
	}
	if got := s.outsideRules(); len(got) != 0 {
		t.Errorf("still marked: %v", got)
	}
}

// Bookings that stand again are judged by the rules of then, also where another
// program changed them and nobody told this one.
func TestMark_AnUndoAndAnApproval_AreJudgedAnew(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	s.set("booking_mode = 'approval', approval_hours = 72")
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	cancelled, waits := s.mustBook(wish(svc, at(1, 18, 0))), s.mustBook(wish(svc, at(1, 16, 0)))
	s.do(cancelled, booking.ActCancel)
	if _, err := s.avail.Snapshot(context.Background(), s.id); err != nil {
		t.Fatal(err)
	}
	s.elsewhere(`UPDATE opening_hours SET end_minute = 1000`)
	if got := s.do(cancelled, booking.ActUndo); !got.OutsideRules || got.Status != booking.PendingApproval {
		t.Errorf("undone: %s, outside %t", got.Status, got.OutsideRules)
	}
	if got := s.do(waits, booking.ActApprove); !got.OutsideRules || got.Status != booking.Confirmed {
		t.Errorf("approved: %s, outside %t", got.Status, got.OutsideRules)
	}
}

func TestList_OutsideRules_ListsWhatIsToBeWorkedOff(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	inside, x, gone := s.mustBook(wish(svc, at(1, 10, 0))), s.mustBook(wish(svc, at(1, 18, 0))), s.mustBook(wish(svc, at(2, 18, 0)))
	s.edit(false, `UPDATE opening_hours SET end_minute = 1080`)
	s.do(gone, booking.ActCancel)
	mine := member
	mine.Own, mine.Staff = true, x.Segments[0].StaffID
	other := mine
	other.Staff = staff[0]
	if other.Staff == mine.Staff {
		other.Staff = staff[1]
	}
	f := booking.Filter{From: x.Date.AddDays(-1), To: x.Date.AddDays(5), Outside: true}
	for _, c := range []struct {
		name string
		want []string
	}{{"member", []string{x.Code}}, {"own", []string{x.Code}}, {"other", nil}} {
		actor := map[string]tenant.Actor{"member": member, "own": mine, "other": other}[c.name]
		list, err := s.service.List(context.Background(), actor, s.id, f, booking.Mark{}, 20)
		var got []string
		for _, b := range list {
			got = append(got, b.Code)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s sees %v, %v; want %v (inside is %s)", c.name, got, err, c.want, inside.Code)
		}
	}
}

func TestJudge_MoreThanOnePage_AllAreJudgedAndTwoHundredNamed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.resource(res{kind: catalog.Seat, capacity: 200})
	svc := s.menu(30, 1000, need{kind: catalog.Seat})
	x := s.mustBook(wish(svc, at(3, 12, 0)))
	const copies = 4500
	s.checked = true // the copies have no allocations, codes and history
	s.sql(`INSERT INTO bookings (business_id, id, code, status, source, guest, starts_at, ends_at, business_date, party_size, total, currency, price_lines, policy, locale, created_at, updated_at)
	    SELECT business_id, gen_random_uuid(), 'C' || n, status, source, guest, starts_at + (n / 20 + 1) * interval '1 day', ends_at + (n / 20 + 1) * interval '1 day',
	        business_date + n / 20 + 1, 1, 0, 'JPY', '[]', policy, 'ja', created_at, updated_at FROM bookings, generate_series(1, $1::integer) n`, copies)
	s.sql(`INSERT INTO booking_segments (business_id, booking_id, position, service_id, service_name, options, duration_minutes, starts_at, ends_at, nominated, picks)
	    SELECT b.business_id, b.id, 0, s.service_id, '{}', '[]', 30, b.starts_at, b.ends_at, false, s.picks FROM booking_segments s, bookings b WHERE b.id <> s.booking_id`)
	i := s.edit(false, `UPDATE opening_hours SET start_minute = 900`)
	if i.Total != copies+1 || len(i.Affected) != business.MaxAffected || i.Affected[0].Code != x.Code {
		t.Errorf("%d in all, %d named", i.Total, len(i.Affected))
	}
	if n := s.count(`SELECT count(*) FROM bookings WHERE outside_rules`); n != copies+1 {
		t.Errorf("%d marked", n)
	}
}

// What changes the rules of every business at once is judged business by business.
func TestRejudge_AfterAnOperatorsHoliday_MarksAndRestores(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	s.set("holiday_hours = 'own'") // closed on holidays
	x := s.mustBook(wish(s.menu(60, 5500, need{kind: catalog.Staff}), at(1, 14, 0)))
	holidays := schedule.NewHolidays(s.db, s.clock, s.avail.ForgetAll)
	set, err := holidays.Set(context.Background(), tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{9}}, x.Date, nil,
		schedule.HolidayInput{Holiday: true, Name: map[string]string{"ja": "祝日"}, Reason: "法改正"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // twice does no harm
		if err := s.service.Rejudge(context.Background(), s.id); err != nil {
			t.Fatal(err)
		}
		if got := s.outsideRules(); !slices.Equal(got, []string{x.Code}) {
			t.Fatalf("marked: %v", got)
		}
	}
	if err := holidays.Delete(context.Background(), tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{9}}, x.Date, set.Version, "誤り"); err != nil {
		t.Fatal(err)
	}
	if err := s.service.Rejudge(context.Background(), s.id); err != nil || len(s.outsideRules()) != 0 {
		t.Errorf("marked: %v, %v", s.outsideRules(), err)
	}
	got := s.texts(`SELECT detail::text FROM audit_entries WHERE action = 'bookings.rejudged' ORDER BY seq`)
	if want := []string{`{"affected_bookings": 1, "restored_bookings": 0}`, `{"affected_bookings": 0, "restored_bookings": 1}`}; !slices.Equal(got, want) {
		t.Errorf("audited: %q", got)
	}
	if n := s.count(`SELECT count(*) FROM river_job WHERE kind = 'holidays.changed'`); n != 2 {
		t.Errorf("%d jobs follow two changes", n)
	}
	if err := s.service.Rejudge(context.Background(), [16]byte{1}); err != nil {
		t.Errorf("of a business that is gone: %v", err)
	}
}
