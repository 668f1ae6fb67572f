package booking_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// moveByLink moves as the customer.
func (s *shop) moveByLink(x *booking.Booking, in booking.MoveInput) (*booking.Booking, error) {
	return s.service.RescheduleByLink(context.Background(), guest, s.service.ManageToken(x), in, nil)
}

// move moves at the counter.
func (s *shop) move(x *booking.Booking, in booking.MoveInput) (*booking.Booking, error) {
	return s.service.Reschedule(context.Background(), s.by(x), in)
}

func TestMove_KeepsWhatWasSold(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	option := s.option(svc, 30, 1000)
	in := wish(svc, at(1, 14, 0))
	in.Items[0].OptionIDs = []catalog.OptionID{option}
	x := s.mustBook(in)
	// A dearer and longer menu with another policy does not touch what was sold.
	s.sql(`UPDATE services SET price = 9900, duration_minutes = 120, name = '{"ja":"新カット"}'`)
	s.sql(`UPDATE service_options SET active = false, price = 5000`)
	s.set(`cancellation_policy = '{"steps":[]}', terms_version = '2', change_notice_minutes = 43200`)
	s.clock.Advance(time.Hour)
	got, err := s.moveByLink(x, booking.MoveInput{Start: at(2, 11, 0)})
	if err != nil {
		t.Fatal(err)
	}
	got = s.read(got)
	seg := got.Segments[0]
	if got.ID != x.ID || got.Code != x.Code || got.Total != 6500 || !slices.EqualFunc(got.Lines, x.Lines, sameLine) ||
		!slices.Equal(got.Policy.Steps, x.Policy.Steps) || got.Consent.TermsVersion != "1" || got.Status != booking.Confirmed {
		t.Errorf("booking %+v, was %+v", got, x)
	}
	if !got.StartsAt.Equal(at(2, 11, 0)) || !got.EndsAt.Equal(at(2, 12, 30)) || got.Date.String() != "2026-12-02" || seg.DurationMinutes != 90 ||
		seg.ServiceName["ja"] != "カット" || len(seg.Options) != 1 || seg.Options[0].Price != 1000 || seg.StaffID != staff[0] || seg.Nominated {
		t.Errorf("segment %+v of %+v", seg, got)
	}
	if s.service.ManageToken(got) != s.service.ManageToken(x) {
		t.Error("its link is another one")
	}
	list, err := s.service.History(context.Background(), member, s.id, x.ID)
	if err != nil || len(list) != 2 || list[1].Detail["from_start"] != "2026-12-01T05:00:00Z" || list[1].Detail["to_start"] != "2026-12-02T02:00:00Z" {
		t.Errorf("history %v, %+v", err, list)
	}
	if e := s.events(x); !slices.Equal(e, []string{"booking.confirmed", "booking.rescheduled"}) {
		t.Errorf("messages %v", e)
	}
	if !s.offered(s.menu(60, 1, need{kind: catalog.Staff}), at(1, 14, 0)) {
		t.Error("the old slot is not offered again")
	}
}

func sameLine(a, b booking.Line) bool {
	return a.Kind == b.Kind && a.Quantity == b.Quantity && a.Amount == b.Amount && a.TaxPercent == b.TaxPercent && a.Name["ja"] == b.Name["ja"]
}

func TestMove_OntoItsOwnOverlappingTime(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	s.resource(res{kind: catalog.Room})
	svc := s.menu(90, 5500, need{kind: catalog.Staff, before: 15, after: 15}, need{kind: catalog.Room, gap: [2]int{30, 60}})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	for _, start := range []time.Time{at(1, 14, 30), at(1, 13, 30), at(1, 13, 30), at(1, 14, 0)} {
		if _, err := s.moveByLink(x, booking.MoveInput{Start: start}); err != nil {
			t.Errorf("to %s: %v", start, err)
		}
		if n := s.count(`SELECT count(*) FROM allocations`); n != 3 {
			t.Errorf("it occupies %d rows", n)
		}
	}
}

func TestMove_TakenTime_KeepsTheOldSlotAndOffersOthers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x, other := s.mustBook(wish(svc, at(1, 14, 0))), s.mustBook(wish(svc, at(1, 16, 0)))
	for name, err := range map[string]error{
		"link":    second(s.moveByLink(x, booking.MoveInput{Start: at(1, 15, 30)})),
		"counter": second(s.move(x, booking.MoveInput{Start: at(1, 15, 30)})),
	} {
		if code(err) != "booking.slot_taken" || len(alternatives(err)) != 3 {
			t.Errorf("%s: %v with %v", name, err, alternatives(err))
		}
	}
	if got := s.read(x); !got.StartsAt.Equal(at(1, 14, 0)) || got.Version != 1 || s.read(other).Version != 1 {
		t.Errorf("it is now at %s", got.StartsAt)
	}
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 9, 30)}); !slices.Equal(fields(err), []string{"body.start booking.closed"}) || len(alternatives(err)) != 3 {
		t.Errorf("while closed: %v", err)
	}
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 14, 10)}); !slices.Equal(fields(err), []string{"body.start booking.off_grid"}) {
		t.Errorf("off the grid: %v", err)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 14, 10)}); err != nil {
		t.Errorf("off the grid at the counter: %v", err)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 9, 0)}); !slices.Equal(fields(err), []string{"body.start booking.closed"}) {
		t.Errorf("while closed at the counter: %v", err)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 16, 30), Override: "常連"}); code(err) != "booking.slot_taken" {
		t.Errorf("no reason overrides what is taken: %v", err)
	}
	got, err := s.move(x, booking.MoveInput{Start: at(1, 9, 0), Override: "  常連\u200b "})
	if err != nil || !s.read(got).Overridden || s.read(got).OverrideReason != "常連" {
		t.Errorf("with a reason: %v", err)
	}
}

func TestMove_AnotherLength(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff, after: 10})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	s.mustBook(wish(svc, at(1, 16, 0)))
	last := func(minutes int) (*booking.Booking, error) {
		return s.move(x, booking.MoveInput{Start: at(1, 14, 0), Minutes: &minutes})
	}
	got, err := last(90)
	if err != nil {
		t.Fatal(err)
	}
	got = s.read(got)
	if seg := got.Segments[0]; !got.EndsAt.Equal(at(1, 15, 30)) || seg.DurationMinutes != 90 || !seg.EndsAt.Equal(at(1, 15, 30)) || got.Total != 5500 ||
		!got.StartsAt.Equal(at(1, 14, 0)) || !seg.Picks[0].EndsAt.Equal(at(1, 15, 40)) {
		t.Errorf("longer: %+v of %+v", seg, got)
	}
	list, err := s.service.History(context.Background(), member, s.id, x.ID)
	if d := list[len(list)-1].Detail; err != nil || d["from_minutes"] != 60.0 || d["to_minutes"] != 90.0 {
		t.Errorf("history %v, %v", err, d)
	}
	for minutes, want := range map[int]string{
		115: "booking.slot_taken", 0: "body.duration_minutes too_small", 62: "body.duration_minutes step_five", 1445: "body.duration_minutes booking.visit_too_long",
		590: "body.start booking.closed",
	} {
		if _, err := last(minutes); code(err) != want && !slices.Equal(fields(err), []string{want}) {
			t.Errorf("%d minutes: %v, want %s", minutes, err, want)
		}
	}
	for _, minutes := range []int{110, 5, 60} { // to the minute at which the next one begins; as short as can be; as before
		if got, err := last(minutes); err != nil || got.Segments[0].DurationMinutes != minutes {
			t.Errorf("%d minutes: %v", minutes, err)
		}
	}
	if _, err := last(75); err != nil {
		t.Fatal(err)
	}
	if got, err := s.moveByLink(x, booking.MoveInput{Start: at(2, 11, 0), Minutes: new(300)}); err != nil || !got.EndsAt.Equal(at(2, 12, 15)) {
		t.Errorf("moved by the customer: %v, until %s", err, got.EndsAt)
	}
}

func TestMove_AnotherLength_IsOfTheLastItem(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	cut, colour := s.menu(60, 5500, need{kind: catalog.Staff}), s.menu(30, 3000, need{kind: catalog.Staff})
	in := wish(cut, at(1, 14, 0))
	in.Items = append(in.Items, wish(colour, at(1, 14, 0)).Items...)
	x := s.mustBook(in)
	got, err := s.move(x, booking.MoveInput{Start: at(1, 15, 0), Minutes: new(120)})
	if err != nil || got.Segments[0].DurationMinutes != 60 || got.Segments[1].DurationMinutes != 60 || !got.EndsAt.Equal(at(1, 17, 0)) {
		t.Errorf("%v: %+v", err, got)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 15, 0), Minutes: new(60)}); !slices.Equal(fields(err), []string{"body.duration_minutes too_small"}) {
		t.Errorf("nothing left of the last: %v", err)
	}
	if got, err := s.move(x, booking.MoveInput{Start: at(1, 15, 0), Minutes: new(65)}); err != nil || got.Segments[1].DurationMinutes != 5 {
		t.Errorf("as short as can be: %v", err)
	}
}

// Of a guest who is here only the end moves, and then their arrival stands.
func TestMove_WhoIsHere_StaysLongerOrGoesEarlier(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("booking_mode = 'approval'")
	staff := s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.in(booking.CheckedIn, svc, at(1, 14, 0))
	s.clock.Set(at(1, 14, 50))
	serving := x.Segments[0].StaffID
	other := staff[0]
	if other == serving {
		other = staff[1]
	}
	for name, in := range map[string]booking.MoveInput{
		"without a length": {Start: x.StartsAt},
		"later":            {Start: at(1, 14, 30), Minutes: new(90)},
		"to another":       {Start: x.StartsAt, Minutes: new(90), StaffID: &other},
	} {
		if _, err := s.move(x, in); code(err) != "booking.wrong_state" {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := s.move(x, booking.MoveInput{Start: x.StartsAt, Minutes: new(90), StaffID: &serving})
	if err != nil || got.Status != booking.CheckedIn || !got.EndsAt.Equal(at(1, 15, 30)) || got.Segments[0].StaffID != serving {
		t.Fatalf("longer: %v, %+v", err, got)
	}
	if err := second(s.service.Undo(context.Background(), s.by(x))); !isFault(err, booking.ErrNothingToUndo) {
		t.Errorf("undone: %v", err)
	}
	s.do(x, booking.ActComplete)
	if got := s.read(x); got.Status != booking.Completed || !got.EndsAt.Equal(at(1, 15, 30)) {
		t.Errorf("completed: %+v", got)
	}
}

func second[T any](_ T, err error) error { return err }

// nominated is a shop with three staff whose nominations cost 0, 500 and 1,000 yen.
func nominated(t *testing.T) (*shop, []catalog.ResourceID, catalog.ServiceID) {
	t.Helper()
	s := newShop(t)
	staff := []catalog.ResourceID{s.resource(res{kind: catalog.Staff}), s.resource(res{kind: catalog.Staff, fee: 500}), s.resource(res{kind: catalog.Staff, fee: 1000})}
	return s, staff, s.menu(60, 5500, need{kind: catalog.Staff})
}

func TestMove_CustomerChoosesOtherStaff_PaysTheirFee(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	in := wish(svc, at(1, 14, 0))
	in.Items[0].StaffID = &staff[1]
	x := s.mustBook(in)
	if x.Total != 6000 {
		t.Fatalf("total %d", x.Total)
	}
	for _, c := range []struct {
		staff *catalog.ResourceID
		serve catalog.ResourceID
		total int64
		lines int
	}{
		{nil, staff[1], 6000, 2}, {&staff[2], staff[2], 6500, 2}, {&staff[0], staff[0], 5500, 1}, {&staff[1], staff[1], 6000, 2},
	} {
		got, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 15, 0), StaffID: c.staff})
		if err != nil {
			t.Fatal(err)
		}
		if got = s.read(got); got.Segments[0].StaffID != c.serve || !got.Segments[0].Nominated || got.Total != c.total || len(got.Lines) != c.lines {
			t.Errorf("asked for %v: %+v", c.staff, got)
		}
	}
	free := s.mustBook(wish(svc, at(2, 14, 0)))
	got, err := s.moveByLink(free, booking.MoveInput{Start: at(2, 14, 0), StaffID: &staff[2]})
	if err != nil || !got.Segments[0].Nominated || got.Total != 6500 {
		t.Errorf("フリー becomes a nomination: %v, %+v", err, got)
	}
	unknown := catalog.ResourceID{1}
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 15, 0), StaffID: &unknown}); !slices.Equal(fields(err), []string{"body.staff_id unknown_id"}) {
		t.Errorf("unknown staff: %v", err)
	}
}

func TestMove_CounterNeedsConsentToTakeTheNominatedAway(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	in := wish(svc, at(1, 14, 0))
	in.Items[0].StaffID = &staff[1]
	x := s.mustBook(in)
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 15, 0), StaffID: &staff[2]}); code(err) != "booking.nomination_consent" {
		t.Errorf("without consent: %v", err)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 15, 0), StaffID: &staff[2], Override: "急用"}); code(err) != "booking.nomination_consent" {
		t.Errorf("a reason is no consent: %v", err)
	}
	for _, in := range []booking.MoveInput{{Start: at(1, 15, 0)}, {Start: at(1, 15, 30), StaffID: &staff[1]}} {
		if got, err := s.move(x, in); err != nil || got.Segments[0].StaffID != staff[1] || !got.Segments[0].Nominated {
			t.Errorf("with the same staff: %v", err)
		}
	}
	s.mustEnter(wish(svc, at(1, 17, 0))) // least booked is somebody else
	busy := wish(svc, at(1, 18, 0))
	busy.Items[0].StaffID = &staff[1]
	s.mustBook(busy)
	if _, err := s.move(x, booking.MoveInput{Start: at(1, 18, 0)}); code(err) != "booking.slot_taken" {
		t.Errorf("others are free, but nobody asked for them: %v", err)
	}
	got, err := s.move(x, booking.MoveInput{Start: at(1, 18, 0), StaffID: &staff[2], Consented: true})
	if err != nil || got.Segments[0].StaffID != staff[2] || !got.Segments[0].Nominated || got.Total != 6500 {
		t.Errorf("with consent: %v, %+v", err, got)
	}
}

func TestMove_CounterGivesAFreeBookingToStaff_AtNoCostAndUnnamed(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	s.sql(`UPDATE resources SET nominatable = false WHERE id = $1`, staff[0])
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	for _, r := range []catalog.ResourceID{staff[2], staff[0], staff[1]} {
		got, err := s.move(x, booking.MoveInput{Start: at(1, 14, 0), StaffID: &r})
		if err != nil || got.Segments[0].StaffID != r || got.Segments[0].Nominated || s.read(got).Total != 5500 {
			t.Errorf("given to %s: %v, %+v", r, err, got)
		}
	}
	got, err := s.move(x, booking.MoveInput{Start: at(1, 16, 0)})
	if err != nil || got.Segments[0].StaffID != staff[1] {
		t.Errorf("it stays with whom it was given to, where they are free: %v", err)
	}
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 16, 0), StaffID: &staff[0]}); !slices.Equal(fields(err), []string{"body.staff_id unknown_id"}) {
		t.Errorf("customers cannot ask for everybody: %v", err)
	}
}

func TestMove_NominatedStaffLeft_CannotServe(t *testing.T) {
	t.Parallel()
	s, staff, svc := nominated(t)
	in := wish(svc, at(1, 14, 0))
	in.Items[0].StaffID = &staff[1]
	x := s.mustBook(in)
	s.sql(`UPDATE resources SET active = false WHERE id = $1`, staff[1])
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 15, 0)}); code(err) != "booking.slot_taken" {
		t.Errorf("by nobody: %v", err)
	}
	got, err := s.moveByLink(x, booking.MoveInput{Start: at(1, 15, 0), StaffID: &staff[2]})
	if err != nil || got.Segments[0].StaffID != staff[2] {
		t.Errorf("by somebody else: %v", err)
	}
}

func TestMove_Deadlines(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	s.set("change_notice_minutes = 180, min_notice_minutes = 60")
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(0, 15, 0)))
	s.set("change_notice_minutes = 0") // the booking keeps what it was made with
	for _, c := range []struct {
		at, to time.Time
		want   string
	}{
		{at(0, 11, 30), at(0, 12, 0), "validation.failed"},
		{at(0, 11, 30), at(0, 12, 30), "ok"},
		{at(0, 9, 30).Add(-time.Second), at(0, 15, 0), "ok"},
		{at(0, 12, 0).Add(-time.Second), at(0, 16, 0), "ok"},
		{at(0, 13, 0), at(0, 17, 0), "booking.change_deadline"},
	} {
		s.clock.Set(c.at)
		if _, err := s.moveByLink(x, booking.MoveInput{Start: c.to}); code(err) != c.want {
			t.Errorf("at %s to %s: %v, want %s", c.at, c.to, err, c.want)
		}
	}
	if m, err := s.service.Open(context.Background(), s.service.ManageToken(x)); err != nil || m.CanReschedule {
		t.Errorf("the link says it can still be moved: %v", err)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(0, 18, 0)}); err != nil {
		t.Errorf("the counter has no deadline: %v", err)
	}
	s.set("status = 'suspended'")
	if _, err := s.move(x, booking.MoveInput{Start: at(0, 17, 0)}); err != nil {
		t.Errorf("a suspended shop serves what it sold: %v", err)
	}
	y := s.read(x)
	s.clock.Set(at(0, 10, 0))
	if _, err := s.moveByLink(y, booking.MoveInput{Start: at(0, 18, 0)}); code(err) != "business.suspended" {
		t.Errorf("a suspended shop sells nothing: %v", err)
	}
}

func TestRace_MovesOfManyOntoOneSlot_OneWinner(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(3)
	s.resource(res{kind: catalog.Room})
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	room := s.menu(60, 5500, need{kind: catalog.Staff}, need{kind: catalog.Room})
	services := s.twice()
	for round := range pgtest.Rounds(3, 50) {
		day := 1 + round
		var list []*booking.Booking
		for i := range 9 {
			list = append(list, s.mustBook(wish(room, at(day, 10+i, 0))))
		}
		s.mustBook(wish(svc, at(day, 19, 0)))
		got := atOnce(len(list), func(i int) error {
			_, err := services[i%2].Reschedule(context.Background(), s.by(list[i]), booking.MoveInput{Start: at(day, 19, 0)})
			return err
		})
		wantOutcomes(t, "moves", got, map[string]int{"ok": 1, "booking.slot_taken": 8})
		moved := 0
		for _, x := range list {
			moved += strings.Count(s.path(x), "reschedule")
		}
		if moved != 1 {
			t.Errorf("%d moved", moved)
		}
	}
	s.wantNoDeadlock(t)
}

// The counter may write down what began a little while ago, but a request lapses
// at its start: moved there it would stand in the ledger and hold nothing.
func TestMove_RequestIntoThePast_IsRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.set("booking_mode = 'approval'")
	x := s.mustBook(wish(svc, at(0, 15, 0)))
	s.clock.Set(at(0, 13, 0))
	for _, start := range []time.Time{at(0, 11, 0), at(0, 13, 0)} {
		_, err := s.move(x, booking.MoveInput{Start: start})
		if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Code != "booking.too_soon" {
			t.Errorf("to %s: %v", start, err)
		}
	}
	if n := s.count(`SELECT count(*) FROM allocations WHERE business_id = $1 AND starts_at = $2`, s.id, at(0, 15, 0)); n != 1 {
		t.Errorf("%d allocations at the old start", n)
	}
	if _, err := s.move(x, booking.MoveInput{Start: at(0, 13, 30)}); err != nil {
		t.Errorf("to a start to come: %v", err)
	}
}
