package booking_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// chaos edits a shop at random.
type chaos struct {
	*shop
	r         *rand.Rand
	resources []catalog.ResourceID // staff first, a room last
	services  []catalog.ServiceID
	placed    []*booking.Booking
}

func (c *chaos) pick(list ...string) string { return list[c.r.IntN(len(list))] }

func (c *chaos) day() string { return clock.DateOf(at(c.r.IntN(14), 12, 0)).String() }

// ranges are one or two stretches of a day, some past midnight.
func (c *chaos) ranges() string {
	return c.pick(`[]`, `[{"start_minute":600,"end_minute":1200}]`, `[{"start_minute":540,"end_minute":780},{"start_minute":840,"end_minute":1140}]`,
		`[{"start_minute":720,"end_minute":1560}]`, `[{"start_minute":600,"end_minute":1320}]`)
}

func (c *chaos) staff() string { return "'" + c.resources[c.r.IntN(len(c.resources)-1)].String() + "'" }

func (c *chaos) any() string { return "'" + c.resources[c.r.IntN(len(c.resources))].String() + "'" }

func (c *chaos) service() string { return "'" + c.services[c.r.IntN(len(c.services))].String() + "'" }

// change is a random change of what decides availability.
func (c *chaos) change() []string {
	bid, weekday := "'"+c.id.String()+"'", strconv.Itoa(c.r.IntN(7))
	weekly := func(table, who, id string) []string {
		return []string{
			`DELETE FROM ` + table + ` WHERE weekday = ` + weekday + who,
			`INSERT INTO ` + table + ` SELECT ` + bid + id + `, ` + weekday + `, x.* FROM jsonb_to_recordset('` + c.ranges() + `') AS x (s integer, e integer)`,
		}
	}
	fix := func(list []string) []string { // the ranges by their names
		list[1] = `INSERT` + list[1][len(`INSERT`):len(list[1])-len(`(s integer, e integer)`)] + `(start_minute integer, end_minute integer)`
		return list
	}
	switch r := c.staff(); c.r.IntN(18) {
	case 0:
		weekday = strconv.Itoa(c.r.IntN(9))
		return fix(weekly("opening_hours", "", ""))
	case 1:
		return []string{`INSERT INTO special_days (business_id, date, ranges, version) VALUES (` + bid + `, '` + c.day() + `', '` + c.ranges() + `', 1)
		    ON CONFLICT (business_id, date) DO UPDATE SET ranges = excluded.ranges`}
	case 2:
		return []string{`DELETE FROM special_days`}
	case 3:
		return fix(weekly("resource_shifts", " AND resource_id = "+r, ", "+r+"::uuid"))
	case 4:
		return []string{`INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, version) VALUES (` + bid + `, ` + c.any() + `, '` + c.day() + `', '` + c.ranges() + `', 1)
		    ON CONFLICT (business_id, resource_id, date) DO UPDATE SET ranges = excluded.ranges`}
	case 5:
		return []string{`DELETE FROM resource_exceptions WHERE resource_id = ` + c.any()}
	case 6:
		return []string{`INSERT INTO leaves (business_id, id, resource_id, from_date, to_date, kind, created_at, updated_at)
		    SELECT ` + bid + `, gen_random_uuid(), ` + r + `, d, d + ` + strconv.Itoa(c.r.IntN(3)) + `, 'other', now(), now() FROM (VALUES ('` + c.day() + `'::date)) AS x (d)`}
	case 7:
		return []string{`DELETE FROM leaves`, `DELETE FROM closing_rules`}
	case 8:
		return []string{`DELETE FROM resource_breaks WHERE resource_id = ` + r, `INSERT INTO resource_breaks (business_id, resource_id, weekday, start_minute, end_minute)
		    VALUES (` + bid + `, ` + r + `, ` + weekday + `, ` + c.pick("720", "840", "1380") + `, 1440)`}
	case 9:
		return []string{`INSERT INTO closing_rules (business_id, id, weekday, nths, on_holiday, created_at, updated_at)
		    VALUES (` + bid + `, gen_random_uuid(), ` + weekday + `, '` + c.pick(`{}`, `{1,3}`, `{2}`) + `', 'close', now(), now())`}
	case 10:
		return []string{`UPDATE businesses SET holiday_hours = '` + c.pick("own", "weekday") + `', eve_hours = '` + c.pick("own", "weekday") + `'`}
	case 11:
		return []string{
			`UPDATE resources SET active = ` + c.pick("true", "true", "false") + `, min_party = ` + c.pick("1", "1", "2") + ` WHERE id = ` + c.any(),
			`UPDATE resources SET capacity = ` + c.pick("1", "2", "3") + ` WHERE kind = 'room'`,
		}
	case 12:
		return []string{`DELETE FROM service_hours`, `INSERT INTO service_hours (business_id, service_id, weekday, start_minute, end_minute)
		    SELECT ` + bid + `, ` + c.service() + `, d, 600, ` + c.pick("780", "1200", "1500") + ` FROM generate_series(` + c.pick("0", "3", "7") + `, 6) d`}
	case 13:
		return []string{`UPDATE services SET active_from = ` + c.pick("NULL", "'"+c.day()+"'"), `UPDATE requirements SET resource_ids = ` + c.pick(`'{}'`, `'{}'`, `ARRAY[`+r+`::uuid]`) + ` WHERE kind = 'staff'`}
	}
	return c.quiet()
}

// quiet is a shop as its owner would wish it.
func (c *chaos) quiet() []string {
	list := []string{
		`INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute) SELECT '` + c.id.String() + `', d, 540, 1500 FROM generate_series(0, 8) d`,
		`INSERT INTO resource_shifts (business_id, resource_id, weekday, start_minute, end_minute)
		    SELECT '` + c.id.String() + `', id, d, 540, 1500 FROM resources, generate_series(0, 6) d WHERE kind = 'staff'`,
		`UPDATE resources SET active = true, min_party = 1`, `UPDATE resources SET capacity = 3 WHERE kind = 'room'`,
		`UPDATE services SET active_from = NULL`, `UPDATE requirements SET resource_ids = '{}'`,
	}
	for _, table := range []string{"special_days", "resource_exceptions", "leaves", "resource_breaks", "closing_rules", "service_hours", "opening_hours", "resource_shifts"} {
		list = slices.Insert(list, 0, `DELETE FROM `+table)
	}
	return list
}

// act does something to a booking, or places one.
func (c *chaos) act() string {
	if n := len(c.placed); n > 4 && c.r.IntN(3) > 0 {
		x := c.placed[c.r.IntN(n)]
		todo := []booking.Action{booking.ActCancel, booking.ActUndo, booking.ActApprove, booking.ActReschedule}[c.r.IntN(4)]
		return string(todo) + " " + code(actions[todo](c.shop, x))
	}
	in := wish(c.services[c.r.IntN(len(c.services))], at(c.r.IntN(14), 9+c.r.IntN(17), 30*c.r.IntN(2)))
	in.PartySize = 1 + c.r.IntN(2)
	in.Customer.Phone = fmt.Sprintf("090-1234-%04d", c.r.IntN(10000))
	enter := c.book
	if c.r.IntN(3) == 0 {
		in.Override, enter = c.pick("", "常連のお客様のため"), c.enter
	}
	x, err := enter(in)
	if err == nil {
		c.placed = append(c.placed, x)
	}
	return "booking " + code(err)
}

func TestI2_AfterAnyEdits_EveryBookingIsInsideOrMarked(t *testing.T) {
	t.Parallel()
	rounds, steps := 1, 60
	if pgtest.Full() {
		rounds, steps = 8, 250
	}
	for n := range rounds {
		seed := uint64(time.Now().UnixNano()) + uint64(n) //nolint:forbidigo // a seed, printed
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			c := &chaos{shop: s, r: rand.New(rand.NewPCG(seed, 1)), resources: s.staff(3)}
			c.resources = append(c.resources, s.resource(res{kind: catalog.Room, capacity: 3}))
			c.services = []catalog.ServiceID{s.menu(60, 5500, need{kind: catalog.Staff, after: 15}, need{kind: catalog.Room}), s.menu(90, 9000, need{kind: catalog.Staff, gap: [2]int{30, 60}})}
			s.edit(false, c.quiet()...)
			for range 25 {
				c.act()
			}
			marked, restored, edits, did := 0, 0, 0, map[string]int{}
			for range steps {
				what := ""
				if c.r.IntN(3) == 0 {
					what = c.act()
					did[what]++
				} else {
					list := c.change()
					what = fmt.Sprint(list)
					i := c.edit(false, list...)
					marked, restored, edits = marked+i.Total, restored+i.Restored, edits+1
				}
				s.wantI2(what)
				if t.Failed() {
					return
				}
			}
			if marked == 0 || restored == 0 {
				t.Errorf("little was put to the test: %d marked, %d restored, %v", marked, restored, did)
			}
			t.Logf("%d edits marked %d times and restored %d times; %d bookings placed; %v", edits, marked, restored, len(c.placed), did)
		})
	}
}

// Hours change while bookings come, go and come back through two programs, of
// which the one hears nothing of the other.
func TestI2_WhileRivalsBookAndTheHoursChange(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(4)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	services := s.twice()
	ctx := context.Background()
	changer := business.NewChanger(s.db, s.clock, nil) // nobody is told
	changer.Judged(booking.Judge)
	edit := func(sql string) error {
		return changer.Do(ctx, member, s.id, nil, func(ch *business.Change) (business.Done, error) {
			ch.Tx.Later(&pg.Statement{SQL: sql})
			return business.Done{Action: "test.changed", Subject: "business:" + s.id.String()}, nil
		})
	}
	got := atOnce(10, func(i int) error {
		for n := range 8 {
			if i < 2 {
				closes := []string{"1200", "900"}[(n+i)%2]
				if err := edit(`UPDATE opening_hours SET end_minute = ` + closes); err != nil {
					return err
				}
				continue
			}
			in := wish(svc, at(1+n%4, 10+(i+2*n)%9, 0))
			in.Customer.Phone = fmt.Sprintf("090-1234-%02d%02d", i, n)
			x, err := services[i%2].Create(ctx, guest, s.id, in, nil)
			if err != nil {
				continue // closed or taken
			}
			if n%2 == 0 {
				if _, err := services[i%2].Cancel(ctx, s.by(x)); err != nil {
					return err
				}
				_, _ = services[(i+1)%2].Undo(ctx, s.by(x)) // may be taken meanwhile
			}
		}
		return nil
	})
	wantOutcomes(t, "rivals", got, map[string]int{"ok": 10})
	s.wantI2("the rivals")
	s.wantNoDeadlock(t)
	if n := s.count(`SELECT count(*) FROM bookings WHERE status = 'confirmed'`); n < 8 {
		t.Errorf("%d bookings stand: little was put to the test", n)
	}
}
