package booking_test

import (
	"context"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Another process changes the calendar and this one has not heard of it: no
// booking is made by what it remembers.
func TestCreate_CalendarChangedElsewhere_IsPlannedAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.sql(`UPDATE businesses SET holiday_hours = 'own'`) // closed on holidays
	holidays := schedule.NewHolidays(s.db, s.clock, nil) // whose changes nobody hears of
	operator := tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{7}}
	ceremony := clock.DateOf(at(10, 0, 0).In(tokyo))
	var version int64
	for _, c := range []struct {
		name   string
		change func() error
		start  time.Time
		want   string
	}{
		{"a holiday more", func() error {
			o, err := holidays.Set(t.Context(), operator, ceremony, nil, schedule.HolidayInput{Holiday: true, Name: locale.Text{"ja": "式典の日"}, Reason: "法律"})
			if err == nil {
				version = o.Version
			}
			return err
		}, at(10, 14, 0), "validation.failed"},
		{"and none again", func() error {
			return holidays.Delete(t.Context(), operator, ceremony, version, "誤り")
		}, at(10, 14, 0), "ok"},
		{"a regular closing", func() error {
			s.elsewhere(`INSERT INTO closing_rules (business_id, id, weekday, nths, on_holiday, created_at, updated_at)
			    VALUES ('` + s.id.String() + `', gen_random_uuid(), extract(dow FROM date '` + ceremony.AddDays(1).String() + `'), '{}', 'close', now(), now())`)
			return nil
		}, at(11, 14, 0), "validation.failed"},
		{"which ends", func() error {
			s.elsewhere(`UPDATE closing_rules SET to_date = '` + ceremony.String() + `'`)
			return nil
		}, at(11, 14, 0), "ok"},
	} {
		if _, err := s.avail.Calendar(context.Background(), s.id); err != nil {
			t.Fatal(err)
		}
		if err := c.change(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if _, err := s.book(wish(svc, c.start)); code(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
