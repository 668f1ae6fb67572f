package booking_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

func TestCreate_FreeSlot_IsConfirmedWithAllThatGoesWithIt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x, err := s.service.Create(context.Background(), guest, s.id, wish(svc, at(1, 14, 0)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if x.Status != booking.Confirmed || x.Total != 5500 || x.Segments[0].StaffID != staff[0] {
		t.Fatalf("booking = %+v", x)
	}
	for table, want := range map[string]int64{
		"bookings": 1, "booking_segments": 1, "booking_history": 1, "allocations": 1, "messages": 1, "customers": 1, "audit_entries": 1,
	} {
		if n := s.count(`SELECT count(*) FROM ` + table); n != want {
			t.Errorf("%s = %d rows, want %d", table, n, want)
		}
	}
	_, err = s.service.Create(context.Background(), guest, s.id, wish(svc, at(1, 14, 0)), nil)
	f, _ := fault.As(err)
	if f == nil || f.Code != "booking.slot_taken" || f.Extra["alternatives"] == nil {
		t.Fatalf("second booking: %v", err)
	}
}

// occupied is what a booking occupies, as "staff 14:00-15:00".
func (s *shop) occupied(x *booking.Booking) []string {
	s.tb.Helper()
	return s.texts(`SELECT concat(r.kind, ' ', to_char(a.starts_at AT TIME ZONE 'Asia/Tokyo', 'HH24:MI'), '-', to_char(a.ends_at AT TIME ZONE 'Asia/Tokyo', 'HH24:MI'))
		FROM allocations a JOIN resources r ON r.business_id = a.business_id AND r.id = a.resource_id WHERE a.booking_id = $1 ORDER BY r.kind, a.starts_at`, x.ID)
}

func TestCreate_BuffersAndGaps_OccupyWhatTheyShouldAndNoMore(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("grid_minutes = 5")
	s.staff(1)
	s.resource(res{kind: catalog.Seat})
	s.resource(res{kind: catalog.Room})
	colour := s.menu(120, 9000, need{kind: catalog.Staff, before: 10, after: 5, gap: [2]int{30, 90}}, need{kind: catalog.Seat, after: 15})
	talk := s.menu(60, 3000, need{kind: catalog.Staff})
	until := s.menu(60, 3000, need{kind: catalog.Room, gap: [2]int{20, 60}})
	x := s.mustBook(wish(colour, at(1, 14, 0)))
	want := []string{"seat 14:00-16:15", "staff 13:50-14:30", "staff 15:30-16:05"}
	if got := s.occupied(x); !slices.Equal(got, want) {
		t.Errorf("colour occupies %v, want %v", got, want)
	}
	// The stylist is free while the colour works, and not a minute longer.
	for start, want := range map[time.Time]string{
		at(1, 12, 55): "booking.slot_taken", at(1, 14, 25): "booking.slot_taken", at(1, 14, 35): "booking.slot_taken", at(1, 16, 0): "booking.slot_taken",
		at(1, 12, 50): "ok", at(1, 14, 30): "ok", at(1, 16, 5): "ok",
	} {
		if _, err := s.book(wish(talk, start)); code(err) != want {
			t.Errorf("a talk at %s: %v, want %s", start, err, want)
		}
	}
	// The chair is cleaned, so that the next colour comes later than the stylist could take it.
	if _, err := s.book(wish(colour, at(1, 16, 10))); code(err) != "booking.slot_taken" {
		t.Errorf("a colour on a chair that is not clean: %v", err)
	}
	if got := s.occupied(s.mustBook(wish(until, at(1, 14, 0)))); !slices.Equal(got, []string{"room 14:00-14:20"}) {
		t.Errorf("a gap to the end leaves %v", got)
	}
}

func TestCreate_SeveralServices_FollowOneAnotherWithTheSameStaff(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(3)
	cut, colour := s.menu(60, 5500, need{kind: catalog.Staff}), s.menu(90, 8000, need{kind: catalog.Staff, after: 10})
	option := s.option(colour, 30, 2000)
	in := wish(cut, at(1, 14, 0))
	in.Items = append(in.Items, availability.Item{ServiceID: colour, OptionIDs: []catalog.OptionID{option}}, availability.Item{ServiceID: cut, StaffID: &staff[2]})
	x := s.read(s.mustBook(in))
	var got []string
	for _, seg := range x.Segments {
		got = append(got, fmt.Sprintf("%s-%s %v", seg.StartsAt.In(tokyo).Format("15:04"), seg.EndsAt.In(tokyo).Format("15:04"), seg.Nominated))
	}
	if want := []string{"14:00-15:00 false", "15:00-17:00 false", "17:00-18:00 true"}; !slices.Equal(got, want) {
		t.Errorf("segments %v, want %v", got, want)
	}
	if x.Segments[2].StaffID != staff[2] || x.Total != 21000 || !x.EndsAt.Equal(at(1, 18, 0)) {
		t.Errorf("booking %+v", x)
	}
	// Clean-up after the colour keeps its stylist from the cut that follows at once, unless somebody else does it.
	if got := s.count(`SELECT count(*) FROM allocations`); got != 3 {
		t.Errorf("%d rows", got)
	}
}

func TestCreate_LoweredCapacity_CountsWhatWasSoldBefore(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	table := s.resource(res{kind: catalog.Seat, capacity: 4})
	svc := s.menu(60, 3000, need{kind: catalog.Seat, ids: []catalog.ResourceID{table}})
	var list []*booking.Booking
	for range 4 {
		list = append(list, s.mustBook(wish(svc, at(1, 18, 0))))
	}
	s.do(list[0], booking.ActCancel)
	s.do(list[1], booking.ActCancel) // the two that stand have the units 3 and 4
	s.sql(`UPDATE resources SET capacity = 3`)
	if _, err := s.book(wish(svc, at(1, 18, 0))); err != nil {
		t.Errorf("a third of three: %v", err)
	}
	if _, err := s.book(wish(svc, at(1, 18, 30))); code(err) != "booking.slot_taken" {
		t.Errorf("a fourth of three: %v", err)
	}
	s.sql(`UPDATE resources SET capacity = 1`)
	if s.offered(svc, at(1, 18, 0)) || !s.offered(svc, at(1, 19, 0)) {
		t.Error("what is offered is not one less three")
	}
}

func TestCreate_CodeThatIsTaken_IsReplaced(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	first := s.mustBook(wish(svc, at(1, 10, 0)))
	s.asOwner(`CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
			IF nextval('clash_count') <= 2 THEN NEW.code := '` + first.Code + `'; END IF; RETURN NEW; END $$;
		CREATE SEQUENCE clash_count;
		CREATE TRIGGER clash BEFORE INSERT ON booking_codes FOR EACH ROW EXECUTE FUNCTION clash()`)
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	if x.Code == first.Code || s.count(`SELECT count(*) FROM bookings`) != 2 {
		t.Errorf("codes %s and %s", first.Code, x.Code)
	}
}

// asOwner changes the shop's database itself.
func (s *shop) asOwner(sql string) {
	s.tb.Helper()
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		s.tb.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		s.tb.Fatal(err)
	}
}

func TestCreate_Messages(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	s.staff(6)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	in := wish(svc, at(1, 14, 0))
	x, y, z := s.mustBook(in), s.mustBook(in), s.mustBook(in)
	s.clock.Advance(time.Minute)
	s.do(x, booking.ActApprove)
	s.do(y, booking.ActDecline)
	quiet := s.by(z)
	quiet.Silent = true
	if _, err := s.service.Approve(context.Background(), quiet); err != nil {
		t.Fatal(err)
	}
	in.Customer.Email = ""
	unreachable := s.mustBook(in)
	in.Silent, in.Customer.Email = true, "hanako@example.com"
	silent := s.mustEnter(in)
	for want, b := range map[string]*booking.Booking{
		"[booking.requested booking.confirmed]": x, "[booking.requested booking.declined]": y, "[booking.requested]": z,
	} {
		if got := fmt.Sprint(s.events(b)); got != want {
			t.Errorf("messages %s, want %s", got, want)
		}
	}
	if n := len(s.events(unreachable)) + len(s.events(silent)); n > 0 {
		t.Errorf("%d messages to nowhere, or that nobody wants", n)
	}
	if r := s.texts(`SELECT detail ->> 'reason' FROM messages WHERE event = 'booking.declined'`); !slices.Equal(r, []string{"電話で依頼"}) {
		t.Errorf("the customer reads %v", r)
	}
}
