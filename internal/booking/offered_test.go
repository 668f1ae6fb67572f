package booking_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// What is offered can be booked, and what is not offered is refused: random
// shops with random bookings, asked as customers ask and booked as they book.

// town makes random shops.
type town struct {
	*rand.Rand
	*shop
	staff    []catalog.ResourceID
	services []catalog.ServiceID
	options  map[catalog.ServiceID][]catalog.OptionID
	linked   map[catalog.ServiceID]bool // two needs may take the same resource
	programs [2]*booking.Service

	booked, refused int // what was tried
}

const townDays = 12

func TestOffered_CanBeBooked_AndNothingElse(t *testing.T) {
	t.Parallel()
	for range pgtest.Rounds(4, 60) {
		seed := uint64(time.Now().UnixNano()) //nolint:forbidigo // a seed
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := newTown(t, seed)
			for range pgtest.Rounds(4, 12) {
				w.try()
			}
			t.Logf("%d offered starts booked, %d others refused", w.booked, w.refused)
		})
	}
}

func newTown(t *testing.T, seed uint64) *town {
	t.Helper()
	w := &town{
		Rand: rand.New(rand.NewPCG(seed, 1)), shop: newShop(t),
		options: map[catalog.ServiceID][]catalog.OptionID{}, linked: map[catalog.ServiceID]bool{},
	}
	w.programs = w.twice()
	w.clock.Set(at(2, 0, 0).Add(time.Duration(w.IntN(24*60)) * time.Minute))
	w.set(fmt.Sprintf("grid_minutes = %d, min_notice_minutes = %d, booking_window_days = %d, booking_mode = '%s'", w.pick(5, 10, 15, 30, 60),
		w.pick(0, 0, 7, 90, 1500), w.IntN(townDays-3)+1, []string{"instant", "approval"}[w.IntN(2)]))
	w.intake()
	w.openHours()
	w.people()
	for range 3 {
		w.addService()
	}
	w.fill()
	return w
}

// intake are some of the rules about how customers are taken in.
func (w *town) intake() {
	for _, rule := range []string{
		`max_per_day = 6`, `pace = '{"minutes": 45, "bookings": 2}'`, `pace = '{"minutes": 120, "persons": 7}'`,
		`booking_cutoff = '{"days_before": 0, "minute": 900}'`, `booking_cutoff = '{"days_before": 1, "minute": 1500}'`,
		`booking_opens = '{"months_before": 1, "day": 1, "minute": 0}'`, `booking_opens = '{"months_before": 1, "minute": 600}'`,
	} {
		if w.IntN(4) == 0 {
			w.set(rule)
		}
	}
}

// full is a refusal by what is taken.
func full(err error) bool {
	return slices.Contains([]string{"booking.slot_taken", "booking.day_full", "booking.interval_full"}, code(err))
}

func (w *town) pick(list ...int) int { return list[w.IntN(len(list))] }

// ranges are up to three stretches of a day, to 30:00 at the latest.
func (w *town) ranges() []schedule.Range {
	out := []schedule.Range{}
	from := w.IntN(16) * 45
	for range w.IntN(4) {
		to := min(from+60+w.IntN(20)*30, clock.MaxMinute)
		if from >= to {
			break
		}
		out = append(out, schedule.Range{StartMinute: from, EndMinute: to})
		from = to + w.pick(0, 5, 60)
	}
	return out
}

func (w *town) openHours() {
	w.sql(`DELETE FROM opening_hours`)
	for day := range 7 {
		for _, r := range append(w.ranges(), w.ranges()...) {
			w.sql(`INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				w.id, day, r.StartMinute, r.EndMinute)
		}
	}
	for range 2 {
		raw, _ := json.Marshal(w.ranges()) //nolint:errchkjson // plain values
		w.sql(`INSERT INTO special_days (business_id, date, ranges, version) VALUES ($1, $2, $3::text::jsonb, 1) ON CONFLICT DO NOTHING`,
			w.id, clock.DateOf(at(w.IntN(townDays), 0, 0)), string(raw))
	}
}

// people are the staff and the things; some staff keep shifts and days off.
func (w *town) people() {
	for range w.IntN(3) + 1 {
		r := w.resource(res{kind: catalog.Staff, fee: w.pick(0, 500)})
		w.staff = append(w.staff, r)
		w.sql(`UPDATE resources SET nominatable = $2, max_party = $3 WHERE id = $1`, r, w.IntN(4) > 0, w.pick(2, 500))
		if w.IntN(2) == 0 {
			continue
		}
		for day := range 7 {
			for _, s := range w.ranges() {
				w.sql(`INSERT INTO resource_shifts (business_id, resource_id, weekday, start_minute, end_minute) VALUES ($1, $2, $3, $4, $5)`,
					w.id, r, day, s.StartMinute, s.EndMinute)
			}
		}
		raw, _ := json.Marshal(w.ranges()) //nolint:errchkjson // plain values
		w.sql(`INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, version) VALUES ($1, $2, $3, $4::text::jsonb, 1)`,
			w.id, r, clock.DateOf(at(w.IntN(townDays), 0, 0)), string(raw))
	}
	for range w.IntN(2) + 1 {
		w.resource(res{kind: catalog.Seat, capacity: w.IntN(4) + 1})
	}
	w.resource(res{kind: catalog.Room})
}

func (w *town) addService() {
	length := 15 * (w.IntN(8) + 1)
	var needs []need
	kinds := []catalog.Kind{catalog.Staff, catalog.Seat, catalog.Room, catalog.Staff}
	for i := range w.IntN(3) + 1 {
		n := need{kind: kinds[(i+w.pick(0, 0, 1))%len(kinds)], before: w.pick(0, 0, 10), after: w.pick(0, 0, 15), perPerson: w.IntN(4) == 0}
		if n.kind == catalog.Staff {
			n.perPerson = false
			n.ids = w.staff[:w.IntN(len(w.staff))+1]
		}
		if w.IntN(3) == 0 && length >= 30 {
			n.gap = [2]int{15, w.pick(length-15, length)}
			if n.gap[0] >= n.gap[1] {
				n.gap = [2]int{}
			}
		}
		needs = append(needs, n)
	}
	svc := w.menu(length, 1000, needs...)
	for i, n := range needs {
		for _, m := range needs[:i] {
			w.linked[svc] = w.linked[svc] || n.kind == m.kind
		}
	}
	nomination := "none"
	if slices.ContainsFunc(needs, func(n need) bool { return n.kind == catalog.Staff }) {
		nomination = []string{"none", "optional", "optional", "required"}[w.IntN(4)]
	}
	w.sql(`UPDATE services SET nomination = $2, min_party = $3 WHERE id = $1`, svc, nomination, w.pick(1, 1, 2))
	w.services = append(w.services, svc)
	for range w.IntN(3) {
		w.options[svc] = append(w.options[svc], w.option(svc, 5*w.IntN(10), 100))
	}
}

// fill books at random; most of it fits.
func (w *town) fill() {
	for range 25 {
		in := wish(w.services[w.IntN(len(w.services))], at(w.IntN(townDays), 0, 0).Add(time.Duration(w.IntN(288))*5*time.Minute))
		in.PartySize, in.Override = 0, w.override()
		if _, err := w.enter(in); err != nil && code(err) != "booking.slot_taken" && code(err) != "validation.failed" {
			w.tb.Errorf("enter: %v", err)
		}
	}
	if w.IntN(2) == 0 {
		w.sql(`UPDATE resources SET capacity = (capacity + 1) / 2`)
	}
}

func (w *town) override() string {
	if w.IntN(2) == 0 {
		return "特別"
	}
	return ""
}

// try asks one question and books what is and what is not in its answer.
func (w *town) try() {
	svc := w.services[w.IntN(len(w.services))]
	q := availability.Query{ServiceID: svc, From: clock.DateOf(at(0, 0, 0)), To: clock.DateOf(at(townDays+4, 0, 0)), PartySize: w.pick(0, 2, 3)}
	for _, o := range w.options[svc] {
		if w.IntN(2) == 0 {
			q.OptionIDs = append(q.OptionIDs, o)
		}
	}
	answer := w.ask(q)
	w.checkAnswer(q, answer)
	offered := map[int64]availability.Slot{}
	var starts []int64
	for _, d := range answer.Days {
		for _, s := range d.Slots {
			offered[s.Start.Unix()] = s
			starts = append(starts, s.Start.Unix())
		}
	}
	for range min(6, len(starts)) {
		w.tryOffered(q, offered[starts[w.IntN(len(starts))]])
	}
	for range 8 { // near what is offered, and anywhere
		x := at(0, 0, 0).Unix() + int64(w.IntN((townDays+4)*288)*300)
		if len(starts) > 0 && w.IntN(2) == 0 {
			x = starts[w.IntN(len(starts))] + int64((w.IntN(13)-6)*300)
		}
		if _, ok := offered[x]; !ok {
			w.tryOther(q, time.Unix(x, 0), offered)
		}
	}
}

// checkAnswer compares the days with themselves and with their parts.
func (w *town) checkAnswer(q availability.Query, a availability.Answer) {
	var first *time.Time
	for i, d := range a.Days {
		if d.Date != q.From.AddDays(i) || (d.State == availability.StateOpen) != (len(d.Slots) > 0) {
			w.tb.Errorf("day %d is %s, %s with %d slots", i, d.Date, d.State, len(d.Slots))
		}
		one := q
		one.From, one.To = d.Date, d.Date
		alone := w.ask(one)
		if fmt.Sprint(alone.Days[0]) != fmt.Sprint(d) {
			w.tb.Errorf("%s alone: %v, among others: %v", d.Date, alone.Days[0], d)
		}
		for _, s := range d.Slots {
			if first == nil || s.Start.Before(*first) {
				first = &s.Start
			}
		}
	}
	if (first == nil) != (a.NextAvailable == nil) || first != nil && !first.Equal(*a.NextAvailable) {
		w.tb.Errorf("next %v, first %v", a.NextAvailable, first)
	}
}

// wish is what a customer sends who saw the answer.
func (w *town) wish(q availability.Query, start time.Time, staff *catalog.ResourceID) booking.CreateInput {
	in := wish(q.ServiceID, start)
	in.PartySize, in.Short = q.PartySize, true
	in.Items[0].OptionIDs, in.Items[0].StaffID = q.OptionIDs, staff
	return in
}

// book books in one of the two programs, sometimes by way of a hold.
func (w *town) book(in booking.CreateInput) (*booking.Booking, error) {
	b := w.programs[w.IntN(2)]
	if w.IntN(4) == 0 {
		h, err := b.Hold(context.Background(), guest, w.id, booking.HoldInput{Request: in.Request, Short: true}, nil)
		if err != nil {
			return nil, err
		}
		in.HoldToken = b.HoldToken(h)
	}
	return b.Create(context.Background(), guest, w.id, in, nil)
}

func (w *town) required(svc catalog.ServiceID) bool {
	return w.count(`SELECT count(*) FROM services WHERE id = $1 AND nomination = 'required'`, svc) > 0
}

// tryOffered books the start as often as is said, and with everybody who can be asked for.
func (w *town) tryOffered(q availability.Query, s availability.Slot) {
	w.booked++
	for _, r := range w.staff {
		x, err := w.book(w.wish(q, s.Start, &r))
		listed := slices.Contains(s.StaffIDs, r)
		if listed && (err != nil || x.Segments[0].StaffID != r || !x.Segments[0].Nominated) || !listed && err == nil {
			w.tb.Errorf("%s with %s (listed: %v): %v", s.Start, r, listed, err)
		}
		if err == nil {
			w.do(x, booking.ActCancel)
		}
	}
	if w.required(q.ServiceID) {
		return
	}
	var made []*booking.Booking
	for len(made) <= s.Remaining {
		x, err := w.book(w.wish(q, s.Start, nil))
		if err == nil && !x.EndsAt.Equal(s.End) {
			w.tb.Errorf("%s ends at %s, offered until %s", s.Start, x.EndsAt, s.End)
		}
		if err != nil {
			if !full(err) {
				w.tb.Errorf("%s: %v", s.Start, err)
			}
			break
		}
		made = append(made, x)
	}
	least := s.Remaining
	if w.linked[q.ServiceID] { // whom the first one takes can cost the next one more than itself
		least = 1
	}
	if n := len(made); n < least || n > s.Remaining {
		w.tb.Errorf("%s was booked %d times, remaining was %d", s.Start, n, s.Remaining)
	}
	for _, x := range made {
		w.do(x, booking.ActCancel)
	}
}

// tryOther is refused, and every alternative that comes with it is offered.
func (w *town) tryOther(q availability.Query, start time.Time, offered map[int64]availability.Slot) {
	in := w.wish(q, start, nil)
	if w.required(q.ServiceID) {
		in.Items[0].StaffID = &w.staff[0]
		if w.count(`SELECT count(*) FROM resources WHERE id = $1 AND nominatable AND max_party >= $2`, w.staff[0], max(q.PartySize, 2)) == 0 {
			return
		}
	}
	w.refused++
	_, err := w.book(in)
	if c := code(err); !full(err) && (c != "validation.failed" || len(fields(err)) == 0 || !strings.HasPrefix(fields(err)[0], "body.start booking.")) {
		w.tb.Errorf("%s is not offered, but: %v", start, err)
		return
	}
	for _, a := range alternatives(err) {
		if _, ok := offered[a.Unix()]; !ok && a.Before(at(townDays+5, 0, 0)) { // whole months may be open
			w.tb.Errorf("%s is an alternative to %s, but is not offered", a, start)
		}
	}
}
