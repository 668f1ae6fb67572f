package booking_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// elsewhere changes the schedule in another program: nobody here is told.
func (s *shop) elsewhere(sql string) {
	s.tb.Helper()
	err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
		business.ScheduleChanged(tx.Batch(), s.id)
		tx.Later(&pg.Statement{SQL: sql})
		return nil
	})
	if err != nil {
		s.tb.Errorf("%s: %v", sql, err)
	}
}

// option makes an option of a service.
func (s *shop) option(svc catalog.ServiceID, minutes int, price int64) catalog.OptionID {
	s.tb.Helper()
	o := id.New[catalog.Option](now)
	s.sql(`INSERT INTO service_options (business_id, id, name, duration_minutes, price, position, active, created_at, updated_at)
	    VALUES ($1, $2, '{"ja":"トリートメント"}', $3, $4, 0, true, $5, $5)`, s.id, o, minutes, price, now)
	s.sql(`INSERT INTO service_option_links (business_id, service_id, option_id) VALUES ($1, $2, $3)`, s.id, svc, o)
	return o
}

// shift has a resource work so every day.
func (s *shop) shift(r catalog.ResourceID, start, end int) {
	s.tb.Helper()
	s.sql(`INSERT INTO resource_shifts (business_id, resource_id, weekday, start_minute, end_minute) SELECT $1, $2, d, $3, $4 FROM generate_series(0, 6) d`,
		s.id, r, start, end)
}

// ask is what the shop shows to customers who ask for the days.
func (s *shop) ask(q availability.Query) availability.Answer {
	s.tb.Helper()
	raw, err := s.avail.AnswerJSON(context.Background(), s.id, q)
	if err != nil {
		s.tb.Fatalf("availability: %v", err)
	}
	var a availability.Answer
	if err := json.Unmarshal(raw, &a); err != nil {
		s.tb.Fatalf("%s: %v", raw, err)
	}
	return a
}

// offered tells whether the start is shown as free.
func (s *shop) offered(svc catalog.ServiceID, start time.Time) bool {
	s.tb.Helper()
	day := clock.DateOf(start.In(tokyo))
	for _, d := range s.ask(availability.Query{ServiceID: svc, From: day.AddDays(-1), To: day}).Days {
		if slices.ContainsFunc(d.Slots, func(x availability.Slot) bool { return x.Start.Equal(start) }) {
			return true
		}
	}
	return false
}

// outside are the bookings that stand outside the hours of today, or with
// somebody who is off (I2). Ranges that touch count as two.
const outside = `
	WITH stands AS (SELECT * FROM bookings WHERE status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in') AND NOT overridden),
	     hours AS (SELECT d::date AS day, r.start_minute, r.end_minute FROM generate_series(timestamp '2026-11-29', '2027-02-28', '1 day') d
	               CROSS JOIN LATERAL (
	                   SELECT x.start_minute, x.end_minute FROM special_days s, jsonb_to_recordset(s.ranges) AS x (start_minute integer, end_minute integer)
	                   WHERE s.date = d::date
	                   UNION ALL SELECT o.start_minute, o.end_minute FROM opening_hours o WHERE o.weekday = extract(dow FROM d)
	                     AND NOT EXISTS (SELECT FROM special_days s WHERE s.date = d::date)) r),
	     picks AS (SELECT b.id, k.* FROM stands b JOIN booking_segments s ON s.booking_id = b.id
	               CROSS JOIN jsonb_to_recordset(s.picks) AS k (resource_id uuid, starts_at timestamptz, ends_at timestamptz)),
	     shifts AS (SELECT w.resource_id, d::date AS day, w.start_minute, w.end_minute FROM resource_shifts w
	                JOIN generate_series(timestamp '2026-11-29', '2027-02-28', '1 day') d ON w.weekday = extract(dow FROM d)
	                WHERE NOT EXISTS (SELECT FROM resource_exceptions e WHERE e.resource_id = w.resource_id AND e.date = d::date)
	                UNION ALL SELECT e.resource_id, e.date, x.start_minute, x.end_minute FROM resource_exceptions e,
	                   jsonb_to_recordset(e.ranges) AS x (start_minute integer, end_minute integer))
	SELECT b.id::text || ' outside hours' FROM stands b WHERE NOT EXISTS (SELECT FROM hours h
	    WHERE b.starts_at >= (h.day + make_interval(mins => h.start_minute)) AT TIME ZONE 'Asia/Tokyo'
	      AND b.ends_at <= (h.day + make_interval(mins => h.end_minute)) AT TIME ZONE 'Asia/Tokyo')
	UNION ALL
	SELECT p.id::text || ' outside shifts' FROM picks p WHERE EXISTS (SELECT FROM resource_shifts w WHERE w.resource_id = p.resource_id)
	  AND NOT EXISTS (SELECT FROM shifts h WHERE h.resource_id = p.resource_id
	      AND p.starts_at >= (h.day + make_interval(mins => h.start_minute)) AT TIME ZONE 'Asia/Tokyo'
	      AND p.ends_at <= (h.day + make_interval(mins => h.end_minute)) AT TIME ZONE 'Asia/Tokyo')`

func (s *shop) wantInsideTheRules(when string) {
	s.tb.Helper()
	if list := s.texts(outside); len(list) > 0 {
		s.tb.Errorf("%s: %v", when, list)
	}
}

func TestCreate_ScheduleChangedElsewhere_IsPlannedAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	s.shift(staff[0], 600, 1200)
	s.shift(staff[1], 900, 1200)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	for _, c := range []struct {
		name, change string
		start        time.Time
		want         string
	}{
		{"nothing", `SELECT 1`, at(1, 10, 0), "ok"},
		{"staff off, others late", `INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, version) VALUES ('` + s.id.String() + `', '` + staff[0].String() + `', '2026-12-02', '[]', 1)`, at(2, 10, 0), "booking.slot_taken"},
		{"staff off, others there", `SELECT 1`, at(2, 15, 0), "ok"},
		{"a day is closed", `INSERT INTO special_days (business_id, date, ranges, version) VALUES ('` + s.id.String() + `', '2026-12-03', '[]', 1)`, at(3, 14, 0), "validation.failed"},
		{"hours shrink", `UPDATE opening_hours SET end_minute = 1080`, at(4, 18, 0), "validation.failed"},
		{"hours grow", `UPDATE opening_hours SET end_minute = 1200`, at(4, 18, 0), "ok"},
		{"the grid is finer", `UPDATE businesses SET grid_minutes = 15`, at(5, 14, 15), "ok"},
		{"the window is longer", `UPDATE businesses SET booking_window_days = 90`, at(75, 14, 0), "ok"},
		{"the window is shorter", `UPDATE businesses SET booking_window_days = 30`, at(40, 14, 0), "validation.failed"},
		{"a request is answered first", `UPDATE businesses SET booking_mode = 'approval'`, at(6, 14, 0), "ok"},
		{"terms are new", `UPDATE businesses SET terms_version = '2'`, at(7, 14, 0), "validation.failed"},
		{"terms are old again", `UPDATE businesses SET terms_version = '1'`, at(7, 14, 0), "ok"},
		{"the shop is suspended", `UPDATE businesses SET status = 'suspended'`, at(8, 14, 0), "not_found"},
		{"the shop is back", `UPDATE businesses SET status = 'approved'`, at(8, 14, 0), "ok"},
	} {
		if _, err := s.avail.Calendar(context.Background(), s.id); err != nil {
			t.Fatal(err)
		}
		s.elsewhere(c.change)
		if _, err := s.book(wish(svc, c.start)); code(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestHold_ScheduleChangedElsewhere_IsPlannedAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	for _, c := range []struct {
		name, change string
		start        time.Time
		want         string
	}{
		{"nothing", `SELECT 1`, at(1, 10, 0), "ok"},
		{"hours shrink", `UPDATE opening_hours SET end_minute = 1080`, at(1, 18, 0), "validation.failed"},
		{"hours grow", `UPDATE opening_hours SET end_minute = 1200`, at(1, 18, 0), "ok"},
		{"the menu is gone", `UPDATE services SET active = false`, at(1, 14, 0), "validation.failed"},
		{"the menu is back", `UPDATE services SET active = true`, at(1, 14, 0), "ok"},
		{"the shop is suspended", `UPDATE businesses SET status = 'suspended'`, at(1, 16, 0), "not_found"},
		{"the shop is back", `UPDATE businesses SET status = 'approved'`, at(1, 16, 0), "ok"},
	} {
		if _, err := s.avail.Calendar(context.Background(), s.id); err != nil {
			t.Fatal(err)
		}
		s.elsewhere(c.change)
		if _, err := s.hold(svc, c.start); code(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestRace_HoursEditedWhileBooking_NoBookingOutsideTheNewHours(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(3)
	s.shift(staff[0], 600, 1200)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	for round := range pgtest.Rounds(3, 40) {
		day := 1 + round
		s.elsewhere(`UPDATE opening_hours SET end_minute = 1200`)
		got := atOnce(25, func(i int) error {
			if i == 12 {
				err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
					business.ScheduleChanged(tx.Batch(), s.id)
					// The owner closes at 15:00 after a look at the bookings, and takes the later ones out by hand.
					tx.Later(&pg.Statement{SQL: `UPDATE opening_hours SET end_minute = 900`})
					tx.Later(&pg.Statement{SQL: `UPDATE bookings SET overridden = true WHERE ends_at > $1`}, at(day, 15, 0))
					return nil
				})
				return err
			}
			_, err := services[i%2].Create(context.Background(), guest, s.id, wish(svc, at(day, 10+i%9, 0)), nil)
			return err
		})
		for code := range got {
			if code != "ok" && code != "booking.slot_taken" && code != "validation.failed" {
				t.Errorf("outcomes %v", got)
			}
		}
		s.wantInsideTheRules("after the owner's look")
	}
}

func TestMove_MenuMadeElsewhere_IsKnown(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	old := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	second := services[1]
	if _, err := second.Create(context.Background(), guest, s.id, wish(old, at(1, 10, 0)), nil); err != nil {
		t.Fatal(err)
	}
	fresh := s.menu(30, 3000, need{kind: catalog.Staff})
	x := s.mustBook(wish(fresh, at(1, 12, 0)))
	moved, err := second.Reschedule(context.Background(), s.by(x), booking.MoveInput{Start: at(1, 13, 0)})
	if err != nil || !moved.StartsAt.Equal(at(1, 13, 0)) {
		t.Fatalf("%v, %+v", err, moved)
	}
}
