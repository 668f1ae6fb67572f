package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

func isHoliday(d clock.Date) bool {
	_, holiday := jp.HolidayOn(d)
	return holiday
}

// An operator's word about a holiday reaches the bookings of every business: the
// job that follows marks those that it leaves outside the hours.
func TestProof_AnOperatorsHoliday_MarksBookings(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	x := s.openShop("holiday-salon", 1)
	week := []map[string]any{}
	for d := range 7 {
		week = append(week, map[string]any{"weekday": d, "ranges": []map[string]int{{"start_minute": 0, "end_minute": 1440}}})
	}
	closed := map[string]any{"weekly": week, "holiday": map[string]any{"ranges": []any{}}}
	x.must(http.StatusOK, http.MethodPut, x.path("/hours"), closed, x.owner, x.version(""))
	day := 9
	for today := clock.DateOf(s.clock.Now().In(tokyo())); isHoliday(today.AddDays(day)); {
		day++
	}
	x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(day, 10), 1))
	x.must(http.StatusOK, http.MethodPut, "/admin/holidays/"+x.day(day), map[string]any{"holiday": true, "name": map[string]string{"ja": "臨時の祝日"}, "reason": "法改正"}, x.operator)
	late := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for s.count(`SELECT count(*) FROM bookings WHERE outside_rules`) != 1 {
		select {
		case <-late:
			t.Fatal("the booking on the holiday is not marked")
		case <-tick.C:
		}
	}
}
