package booking_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// plain is the answer to customers about a start as it goes out.
func (s *shop) plain(svc catalog.ServiceID, start time.Time, staff *catalog.ResourceID) string {
	s.tb.Helper()
	q := availability.Question{ServiceID: svc, StaffID: staff, Lang: "ja", Notes: true}
	x, err := s.avail.ExplainPlainly(context.Background(), s.id, q, start)
	if err != nil {
		return code(err)
	}
	raw, err := json.Marshal(x)
	if err != nil {
		s.tb.Fatal(err)
	}
	return string(raw)
}

// kind is the kind of reason in an answer, "free" for none.
func kind(answer string) string {
	var x availability.PlainExplanation
	if err := json.Unmarshal([]byte(answer), &x); err != nil {
		return answer
	}
	if x.Slot.Free != (x.Slot.Reason == nil) {
		return "contradicts itself: " + answer
	}
	if x.Slot.Reason == nil {
		return "free"
	}
	return string(x.Slot.Reason.Kind)
}

func TestExplainPlainly_EachKind(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.set("min_notice_minutes = 120")
	s.mustBook(wish(svc, at(1, 14, 0)))
	s.sql(`INSERT INTO special_days (business_id, date, ranges, version, note) VALUES ($1, '2026-12-04', '[]', 1, '{"ja":"秘密の研修"}')`, s.id)
	for _, c := range []struct {
		start time.Time
		staff *catalog.ResourceID
		want  string
	}{
		{at(1, 10, 0), nil, "free"},
		{at(1, 10, 0), &staff[0], "free"},
		{at(1, 14, 0), nil, "full"},
		{at(1, 13, 30), nil, "full"},
		{at(1, 14, 0), &staff[0], "staff_unavailable"},
		{at(1, 9, 0), nil, "closed"},
		{at(1, 19, 30), nil, "closed"},
		{at(4, 14, 0), nil, "closed"},
		{at(-1, 14, 0), nil, "past"},
		{at(61, 14, 0), nil, "too_early"},
		{at(1, 10, 10), nil, "not_a_start"},
	} {
		got := s.plain(svc, c.start, c.staff)
		if kind(got) != c.want || strings.Contains(got, "秘密") || strings.Contains(got, "担当\"") {
			t.Errorf("%s with %v: %s, want %s", c.start, c.staff, got, c.want)
		}
	}
	s.clock.Set(at(0, 9, 30))
	if got := kind(s.plain(svc, at(0, 11, 0), nil)); got != "too_late" {
		t.Errorf("within the notice: %s", got)
	}
	s.set("status = 'suspended'")
	if got := s.plain(svc, at(1, 10, 0), nil); got != "not_found" {
		t.Errorf("of a suspended business: %s", got)
	}
}

// What is against a start is one thing here and another there; what customers
// read is the same, byte for byte.
func TestExplainPlainly_DifferentCausesOfOneKind_TheSameBytes(t *testing.T) {
	t.Parallel()
	a := newShop(t)
	a.checked = true // its rows are read together with the other's
	b := a.another()
	start := at(1, 14, 0)
	prepare := func(s *shop, name string, menu bool) (catalog.ServiceID, catalog.ResourceID) {
		staff := s.staff(1)[0]
		s.sql(`UPDATE resources SET name = $2 WHERE business_id = $1`, s.id, map[string]string{"ja": name})
		s.shift(staff, 600, 1200)
		if menu {
			return s.menu(60, 5500, need{kind: catalog.Staff, after: 15}, need{kind: catalog.Room}), staff
		}
		return s.menu(60, 7700, need{kind: catalog.Staff}), staff
	}
	svcA, staffA := prepare(a, "田中", false)
	svcB, staffB := prepare(b, "鈴木", true)
	room := b.resource(res{kind: catalog.Room})
	x := a.mustBook(wish(svcA, start))
	b.sql(`INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, note, version) VALUES ($1, $2, '2026-12-01', '[]', '入院', 1)`, b.id, staffB)
	seen := map[string]bool{}
	look := func(of *shop, svc catalog.ServiceID) {
		got := of.plain(svc, start, nil)
		if kind(got) != "full" {
			t.Fatalf("not full: %s", got)
		}
		for _, secret := range []string{x.Code, x.ID.String(), "田中", "鈴木", "入院", staffA.String(), staffB.String(), room.String()} {
			if strings.Contains(got, secret) {
				t.Errorf("tells %s: %s", secret, got)
			}
		}
		seen[got] = true
	}
	look(a, svcA) // booked
	look(b, svcB) // ill
	b.sql(`DELETE FROM resource_exceptions`)
	b.mustHold(svcB, start)
	look(b, svcB) // held
	b.clock.Set(now.Add(time.Hour))
	b.sql(`INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, version) VALUES ($1, $2, '2026-12-01', '[]', 1)`, b.id, room)
	look(b, svcB) // the room is closed
	a.do(x, booking.ActCancel)
	a.sql(`UPDATE resource_shifts SET end_minute = 890`)
	look(a, svcA) // goes home
	if len(seen) != 1 {
		t.Errorf("%d answers: %v", len(seen), seen)
	}
	withStaff := map[string]bool{a.plain(svcA, start, &staffA): true}
	a.sql(`DELETE FROM resource_shifts`)
	a.mustBook(wish(svcA, start))
	withStaff[a.plain(svcA, start, &staffA)] = true
	if len(withStaff) != 1 || kind(a.plain(svcA, start, &staffA)) != "staff_unavailable" {
		t.Errorf("with the staff member: %v", withStaff)
	}
}

// A day's strip does not show where one booking ends and the next begins.
func TestExplainDayPlainly_JoinsWhatIsSaidAlike(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	for _, hour := range []int{12, 13, 15} {
		s.mustBook(wish(svc, at(1, hour, 0)))
	}
	x, err := s.avail.ExplainDayPlainly(context.Background(), s.id, availability.Question{ServiceID: svc, Lang: "en"}, clock.Date{Year: 2026, Month: 12, Day: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, p := range x.Strip {
		what := "free"
		if p.Reason != nil {
			what = string(p.Reason.Kind)
		}
		got += fmt.Sprintf("%s %d %s; ", p.Start.Format("15:04"), p.Starts, what)
	}
	if want := "10:00 3 free; 11:30 5 full; 14:00 1 free; 14:30 3 full; 16:00 7 free; 19:30 1 closed; "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
