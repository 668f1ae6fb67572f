package booking_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// tables are seats for two persons each.
func (s *shop) tables(n int) []catalog.ResourceID {
	s.tb.Helper()
	out := make([]catalog.ResourceID, n)
	for i := range out {
		out[i] = s.resource(res{kind: catalog.Seat})
		s.sql(`UPDATE resources SET max_party = 2, position = $3 WHERE business_id = $1 AND id = $2`, s.id, out[i], i)
	}
	return out
}

// join puts tables together.
func (s *shop) join(from, to int, tables ...catalog.ResourceID) {
	s.tb.Helper()
	s.sql(`INSERT INTO resource_joins (business_id, id, name, resource_ids, min_party, max_party, position, active, created_at, updated_at)
	    SELECT $1, $2, '{"ja":"つなげた席"}', $3, $4, $5, count(*), true, $6, $6 FROM resource_joins WHERE business_id = $1`, s.id, id.New[catalog.Join](now), tables, from, to, now)
}

// period is a part of every day.
func (s *shop) period(from, to int, turn *int, endsStay bool) {
	s.tb.Helper()
	s.sql(`INSERT INTO service_periods (business_id, id, name, weekdays, start_minute, end_minute, turn_minutes, ends_stay, position)
	    VALUES ($1, $2, '{"ja":"ランチ"}', '{}', $3, $4, $5, $6, $3)`, s.id, id.New[schedule.Period](now), from, to, turn, endsStay)
}

// of is a wish of a party.
func of(party int, in booking.CreateInput) booking.CreateInput {
	in.PartySize = party
	return in
}

// serving are the resources that serve a booking.
func serving(x *booking.Booking) []catalog.ResourceID {
	var out []catalog.ResourceID
	for _, seg := range x.Segments {
		for _, p := range seg.Picks {
			if !slices.Contains(out, p.ResourceID) {
				out = append(out, p.ResourceID)
			}
		}
	}
	return out
}

func TestTables_ATableAloneFirst_ThenTheSmallestJoinThatFits(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	svc := s.menu(60, 3000, need{kind: catalog.Seat, after: 10})
	tables := s.tables(4)
	s.join(3, 8, tables[0], tables[1], tables[2])
	s.join(2, 4, tables[0], tables[1])
	if x := s.mustBook(of(2, wish(svc, at(1, 12, 0)))); len(serving(x)) != 1 {
		t.Errorf("two sit at %v", serving(x))
	}
	x := s.mustBook(of(4, wish(svc, at(1, 14, 0))))
	if got := serving(x); !slices.Equal(got, tables[:2]) {
		t.Errorf("four sit at %v", got)
	}
	if n := s.count(`SELECT count(*) FROM allocations WHERE business_id = $1 AND booking_id = $2 AND ends_at = $3`, s.id, x.ID, at(1, 15, 10)); n != 2 {
		t.Errorf("%d allocations with their clean-up", n)
	}
	if _, err := s.book(of(6, wish(svc, at(1, 14, 30)))); code(err) != "booking.slot_taken" {
		t.Errorf("a join with a table that is taken: %v", err)
	}
	if _, err := s.book(of(9, wish(svc, at(1, 18, 0)))); code(err) != "booking.slot_taken" {
		t.Errorf("a party that nothing takes: %v", err)
	}
	s.sql(`UPDATE resources SET stopped = true WHERE business_id = $1 AND id = $2`, s.id, tables[1])
	if _, err := s.book(of(4, wish(svc, at(1, 18, 0)))); code(err) != "booking.slot_taken" {
		t.Errorf("a join with a table that takes nobody in: %v", err)
	}
	s.mustEnter(of(4, wish(svc, at(1, 18, 0)))) // members may
	s.sql(`UPDATE resources SET stopped = false WHERE business_id = $1 AND id = $2`, s.id, tables[1])
	s.mustBook(of(4, wish(svc, at(1, 16, 30))))
	s.sql(`UPDATE resources SET active = false WHERE business_id = $1 AND id = $2`, s.id, tables[0])
	if _, err := s.book(of(4, wish(svc, at(1, 18, 0)))); code(err) != "booking.slot_taken" {
		t.Errorf("a join with an archived table: %v", err)
	}
	day, err := s.service.Ledger(context.Background(), s.id, x.Date)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, c := range day.Columns {
		if slices.Contains(tables[:2], c.Resource.ID) {
			shown++
		}
	}
	if shown != 2 {
		t.Errorf("the ledger shows %d of the tables put together", shown)
	}
}

func TestTables_HeldTogether_TakenOverAndMovedTogether(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	svc := s.menu(60, 3000, need{kind: catalog.Seat})
	tables := s.tables(5)
	s.sql(`UPDATE resources SET capacity = 2 WHERE business_id = $1 AND id = $2`, s.id, tables[3])
	s.join(3, 4, tables[0], tables[1])
	s.join(3, 4, tables[2], tables[3])
	in := of(3, wish(svc, at(1, 14, 0)))
	h, err := s.service.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: in.Request}, nil)
	if err != nil || len(h.Picks) != 2 {
		t.Fatalf("%+v, %v", h, err)
	}
	rows := `SELECT string_agg(concat(resource_id, unit, starts_at), ',' ORDER BY id) FROM allocations`
	before := s.texts(rows)
	x := s.mustBook(s.with(h, in))
	if after := s.texts(rows); !slices.Equal(before, after) {
		t.Errorf("other rows: %v, then %v", before, after)
	}
	other := s.mustBook(in) // the other join, with both units of its larger table
	if n := s.count(`SELECT count(*) FROM allocations WHERE business_id = $1 AND booking_id = $2`, s.id, other.ID); n != 3 {
		t.Errorf("%d units", n)
	}
	got, err := s.move(other, booking.MoveInput{Start: at(1, 17, 0)})
	if err != nil || !slices.Equal(serving(got), tables[2:4]) {
		t.Errorf("moved to %v, %v", serving(got), err)
	}
	if got, err = s.move(x, booking.MoveInput{Start: at(1, 17, 0)}); err != nil || !slices.Equal(serving(got), tables[:2]) {
		t.Errorf("moved to %v, %v", serving(got), err)
	}
}

// Some want one table, some two, some three, all at once, in two programs: the
// invariants find no overlap, the server no deadlock.
func TestRace_TablesAndTheirJoins_NeverOverlapNorDeadlock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	svc := s.menu(60, 3000, need{kind: catalog.Seat})
	tables := s.tables(3)
	s.join(3, 4, tables[0], tables[1])
	s.join(3, 4, tables[2], tables[1])
	s.join(5, 6, tables[2], tables[0], tables[1])
	services := s.twice()
	for round := range pgtest.Rounds(4, 60) {
		slot := at(1+round/8, 10+round%8, 0)
		got := atOnce(50, func(i int) error {
			in := of([]int{2, 4, 6, 1, 3}[i%5], wish(svc, slot))
			var err error
			if i%7 == 0 {
				_, err = services[i%2].Hold(context.Background(), guest, s.id, booking.HoldInput{Request: in.Request}, nil)
			} else {
				_, err = services[i%2].Create(context.Background(), guest, s.id, in, nil)
			}
			return err
		})
		if got["ok"] < 1 || got["ok"] > 3 || got["ok"]+got["booking.slot_taken"] != 50 {
			t.Errorf("%s: %v", slot, got)
		}
		if n := s.count(`SELECT count(*) FROM allocations WHERE business_id = $1 AND starts_at = $2`, s.id, slot); n != 3 {
			t.Errorf("%s: %d tables are taken", slot, n)
		}
	}
	s.wantNoDeadlock(t)
}

func TestTurns_LastAsLongAsATableIsKept(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("turn_minutes = '[{\"max_party\": 1, \"minutes\": 60}, {\"max_party\": 2, \"minutes\": 90}]'")
	s.tables(8)
	turn := s.menu(100, 3000, need{kind: catalog.Seat})
	s.sql(`UPDATE services SET turn = true WHERE business_id = $1 AND id = $2`, s.id, turn)
	course := s.menu(120, 9000, need{kind: catalog.Seat})
	lunch := 45
	s.period(660, 840, &lunch, true)
	s.period(1020, 1200, nil, false)
	for _, c := range []struct {
		svc          catalog.ServiceID
		party        int
		hour, minute int
		want         int
	}{
		{turn, 2, 12, 0, 45},    // the period's
		{turn, 2, 13, 30, 30},   // to the end of the period
		{turn, 1, 15, 0, 60},    // the shop's, by the party
		{turn, 2, 17, 0, 90},    // a period that says nothing of it
		{course, 2, 12, 0, 120}, // the menu's own
		{course, 2, 13, 0, 60},  // to the end of the period
		{course, 2, 14, 0, 120}, // the period is over
	} {
		in := of(c.party, wish(c.svc, at(1, c.hour, c.minute)))
		name := fmt.Sprintf("%02d:%02d for %d", c.hour, c.minute, c.party)
		q, err := s.service.Quote(context.Background(), s.id, in.Request, false)
		if err != nil || q.DurationMinutes != c.want {
			t.Errorf("%s: quoted %+v, %v", name, q, err)
		}
		if got := s.slotEnd(in); !got.Equal(in.Start.Add(time.Duration(c.want) * time.Minute)) {
			t.Errorf("%s: offered until %s", name, got)
		}
		x := s.mustBook(in)
		if got := x.EndsAt.Sub(x.StartsAt); got != time.Duration(c.want)*time.Minute {
			t.Errorf("%s: lasts %s", name, got)
		}
	}
}

// slotEnd is when the offer at the wish's start ends; zero without one.
func (s *shop) slotEnd(in booking.CreateInput) time.Time {
	s.tb.Helper()
	date := clock.DateOf(in.Start.In(tokyo))
	raw, err := s.avail.AnswerJSON(context.Background(), s.id, availability.Query{
		ServiceID: in.Items[0].ServiceID, From: date, To: date, PartySize: in.PartySize,
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	var a availability.Answer
	if err := json.Unmarshal(raw, &a); err != nil {
		s.tb.Fatal(err)
	}
	for _, slot := range a.Days[0].Slots {
		if slot.Start.Equal(in.Start) {
			return slot.End
		}
	}
	return time.Time{}
}

// What is moved lasts as long as it does where it goes; what stays where it is, as it was sold.
func TestTurns_Moved(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	tables := s.tables(2)
	turn := s.menu(90, 3000, need{kind: catalog.Seat})
	s.sql(`UPDATE services SET turn = true WHERE business_id = $1 AND id = $2`, s.id, turn)
	course := s.menu(120, 9000, need{kind: catalog.Seat})
	lunch := 60
	s.period(660, 840, &lunch, true)
	x, y := s.mustBook(wish(turn, at(1, 12, 0))), s.mustBook(wish(course, at(1, 13, 0)))
	for _, c := range []struct {
		x    *booking.Booking
		hour int
		want time.Duration
	}{
		{x, 16, 90 * time.Minute}, {x, 13, time.Hour}, {y, 16, 2 * time.Hour}, {y, 13, time.Hour}, {y, 11, 2 * time.Hour},
	} {
		got, err := s.move(s.read(c.x), booking.MoveInput{Start: at(1, c.hour, 0)})
		if err != nil || got.EndsAt.Sub(got.StartsAt) != c.want {
			t.Fatalf("to %d: %+v, %v", c.hour, got, err)
		}
		*c.x = *got
	}
	s.sql(`UPDATE service_periods SET turn_minutes = 30`)
	got, err := s.move(s.read(x), booking.MoveInput{Start: at(1, 13, 0)})
	if err != nil || got.EndsAt.Sub(got.StartsAt) != time.Hour || len(serving(got)) != 1 || !slices.Contains(tables, serving(got)[0]) {
		t.Errorf("kept in its place: %+v, %v", got, err)
	}
}

// fieldCode is what the first field at fault is told, the code of any other refusal.
func fieldCode(err error) string {
	for _, f := range fields(err) {
		return strings.TrimPrefix(f, "body.start ")
	}
	if err != nil {
		return code(err)
	}
	return ""
}

// A service with hours and dates of its own is refused outside them; a member may override them.
func TestOwnHours_BindCustomers_NotAnOverride(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 3000, need{kind: catalog.Staff})
	s.sql(`INSERT INTO service_hours (business_id, service_id, weekday, start_minute, end_minute) VALUES ($1, $2, 2, 660, 840)`, s.id, svc)
	s.sql(`UPDATE services SET active_to = '2026-12-07' WHERE business_id = $1 AND id = $2`, s.id, svc)
	for _, c := range []struct {
		days, hour int
		want       string
	}{{1, 11, ""}, {1, 13, ""}, {1, 14, "booking.not_offered"}, {1, 10, "booking.not_offered"}, {2, 11, "booking.not_offered"}, {8, 11, "booking.not_offered"}} {
		_, err := s.book(wish(svc, at(c.days, c.hour, 0)))
		if got := fieldCode(err); got != c.want {
			t.Errorf("%d days ahead at %d: %s", c.days, c.hour, got)
		}
	}
	in := wish(svc, at(2, 11, 0))
	if _, err := s.service.Create(context.Background(), member, s.id, in, nil); fieldCode(err) != "booking.not_offered" {
		t.Errorf("a member without a reason: %v", err)
	}
	in.Override = "常連のお客様のため"
	if _, err := s.service.Create(context.Background(), member, s.id, in, nil); err != nil {
		t.Errorf("a member with one: %v", err)
	}
}
