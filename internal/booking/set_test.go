package booking_test

import (
	"context"
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
)

// bundle makes a set of services.
func (s *shop) bundle(price int64, services ...catalog.ServiceID) catalog.SetID {
	s.tb.Helper()
	x := id.New[catalog.Set](now)
	s.sql(`INSERT INTO service_sets (business_id, id, name, service_ids, price, position, active, created_at, updated_at)
	    VALUES ($1, $2, '{"ja":"セット"}', $3, $4, 0, true, $5, $5)`, s.id, x, services, price, now)
	return x
}

// bundled is a wish for a set, from somebody of that phone.
func bundled(set catalog.SetID, start time.Time, items ...availability.Item) booking.CreateInput {
	in := wish(catalog.ServiceID{}, start)
	in.Items, in.SetID = items, &set
	return in
}

// ranked gives a staff member a rank of their own, and the service a price for it.
func (s *shop) ranked(svc catalog.ServiceID, staff catalog.ResourceID, price int64) {
	s.tb.Helper()
	rank := id.New[catalog.Resource](now)
	s.sql(`INSERT INTO staff_ranks (business_id, id, name, position, created_at, updated_at) VALUES ($1, $2, '{"ja":"位"}', 0, $3, $3)`, s.id, rank, now)
	s.sql(`UPDATE resources SET rank_id = $2 WHERE business_id = $1 AND id = $3`, s.id, rank, staff)
	s.sql(`INSERT INTO service_prices (business_id, service_id, rank_id, price) VALUES ($1, $2, $3, $4)`, s.id, svc, rank, price)
}

// bill is the lines of a price in short, with its total: "service 5500, set -500 = 5000".
func bill(p booking.Price) string {
	var out []string
	for _, l := range p.Lines {
		out = append(out, fmt.Sprint(l.Kind, " ", l.Amount))
	}
	return strings.Join(out, ", ") + fmt.Sprint(" = ", p.Total)
}

func (s *shop) quote(in booking.CreateInput) string {
	s.tb.Helper()
	q, err := s.service.Quote(context.Background(), s.id, in.Request, false)
	if err != nil {
		s.tb.Fatalf("quote: %v", err)
	}
	return bill(q.Price)
}

func TestPrice_RankOfWhoWasAskedForDecides(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	top, junior := s.resource(res{kind: catalog.Staff, fee: 500}), s.resource(res{kind: catalog.Staff})
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.ranked(svc, top, 7700)
	s.ranked(svc, junior, 4400)
	asks := func(who *catalog.ResourceID) booking.CreateInput {
		in := wish(svc, at(1, 14, 0))
		in.Items[0].StaffID = who
		return in
	}
	for _, c := range []struct {
		staff *catalog.ResourceID
		want  string
	}{
		{nil, "service 5500 = 5500"},
		{&top, "service 7700, nomination 500 = 8200"},
		{&junior, "service 4400 = 4400"},
	} {
		if got := s.quote(asks(c.staff)); got != c.want {
			t.Errorf("quote %s, want %s", got, c.want)
		}
	}
	s.sql(`UPDATE services SET per_person = true`)
	in := asks(&top)
	in.PartySize = 3
	if got := s.quote(in); got != "service 23100, nomination 500 = 23600" {
		t.Errorf("for three: %s", got)
	}
	s.sql(`UPDATE services SET per_person = false`)
	free := s.mustBook(asks(nil))
	if got := bill(s.read(free).Price()); got != "service 5500 = 5500" {
		t.Errorf("フリー, whoever serves: %s", got)
	}
}

// A move keeps what was sold; only who asks for somebody of another price pays it.
func TestMove_ToAnotherRank_CostsWhatThatOneCosts(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	top, junior, third := s.resource(res{kind: catalog.Staff, fee: 500}), s.resource(res{kind: catalog.Staff}), s.resource(res{kind: catalog.Staff})
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.ranked(svc, top, 7700)
	s.ranked(svc, junior, 4400)
	in := wish(svc, at(1, 14, 0))
	in.Items[0].StaffID = &junior
	x := s.mustBook(in)
	s.sql(`UPDATE services SET price = 6000`)
	s.sql(`UPDATE service_prices SET price = price + 100`)
	for i, c := range []struct {
		staff *catalog.ResourceID
		want  string
	}{
		{nil, "service 4400 = 4400"},
		{&top, "service 7800, nomination 500 = 8300"},
		{&top, "service 7800, nomination 500 = 8300"},
		{&third, "service 6000 = 6000"},
		{&junior, "service 4500 = 4500"},
	} {
		got, err := s.moveByLink(x, booking.MoveInput{Start: at(2+i, 14, 0), StaffID: c.staff})
		if err != nil {
			t.Fatal(err)
		}
		if b := bill(s.read(got).Price()); b != c.want {
			t.Errorf("move %d: %s, want %s", i, b, c.want)
		}
	}
	// Whoever takes over without being asked for never costs more, nor what a dearer one did.
	for i, c := range []struct {
		was  catalog.ResourceID
		want string
	}{{junior, "service 4500 = 4500"}, {top, "service 6000 = 6000"}} {
		s.sql(`UPDATE resources SET nominatable = id <> $2 WHERE business_id = $1`, s.id, third)
		in := wish(svc, at(12+2*i, 14, 0))
		in.Items[0].StaffID = &c.was
		got, err := s.move(s.mustBook(in), booking.MoveInput{Start: at(13+2*i, 14, 0), StaffID: &third, Consented: true})
		if err != nil || bill(got.Price()) != c.want {
			t.Errorf("taken over: %v, %s, want %s", err, bill(got.Price()), c.want)
		}
	}
	s.sql(`UPDATE resources SET nominatable = true`)
	// At the counter somebody else is put in without the customer's asking: it costs nothing.
	plain := s.mustBook(wish(svc, at(10, 14, 0)))
	got, err := s.move(plain, booking.MoveInput{Start: at(11, 14, 0), StaffID: &top})
	if err != nil || bill(got.Price()) != "service 6000 = 6000" {
		t.Errorf("assigned: %v, %s", err, bill(got.Price()))
	}
}

func TestSet_CostsItsPrice_WithOptionsAndFeesOnTop(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	top := s.resource(res{kind: catalog.Staff, fee: 555})
	s.staff(1)
	cutting, colour := s.menu(60, 5500, need{kind: catalog.Staff}), s.menu(90, 7700, need{kind: catalog.Staff})
	option := s.option(colour, 30, 1106)
	s.ranked(cutting, top, 6600)
	set := s.bundle(9999, cutting, colour)
	if got := s.quote(bundled(set, at(1, 14, 0))); got != "service 5500, service 7700, set -3201 = 9999" {
		t.Errorf("got %s", got)
	}
	in := bundled(set, at(1, 14, 0), availability.Item{ServiceID: cutting, StaffID: &top},
		availability.Item{ServiceID: colour, StaffID: &top, OptionIDs: []catalog.OptionID{option}})
	x := s.mustBook(in)
	x = s.read(x)
	if got := bill(x.Price()); got != "service 6600, nomination 555, service 7700, option 1106, set -4301 = 11660" {
		t.Errorf("got %s", got)
	}
	// The tax is rounded once for the sum: 11,660 × 10/110 = 1,060; line by line it would be another.
	byLine := int64(0)
	for _, l := range x.Lines {
		byLine += l.Amount * 10 / 110
	}
	if tax := x.Price().Tax; len(tax) != 1 || tax[0].Sum != 11660 || tax[0].Tax != 1060 || byLine == 1060 {
		t.Errorf("tax %+v; by line %d", tax, byLine)
	}
	if x.SetID != set || len(x.Segments) != 2 || !x.EndsAt.Equal(at(1, 17, 0)) {
		t.Errorf("booking %+v", x)
	}
	// A move does not touch its price.
	other, err := s.moveByLink(x, booking.MoveInput{Start: at(2, 14, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if got := bill(s.read(other).Price()); got != bill(x.Price()) {
		t.Errorf("moved: %s", got)
	}
	s.sql(`UPDATE services SET per_person = true`)
	three := bundled(set, at(3, 14, 0))
	three.PartySize = 3
	if got := s.quote(three); got != "service 16500, service 23100, set -9603 = 29997" {
		t.Errorf("for three: %s", got)
	}
	s.sql(`UPDATE services SET per_person = false, tax_percent = 8`)
	q, err := s.service.Quote(context.Background(), s.id, bundled(set, at(3, 14, 0)).Request, false)
	if err != nil || len(q.Price.Tax) != 1 || q.Price.Tax[0].Percent != 8 || q.Price.Tax[0].Tax != 740 {
		t.Errorf("at 8 %%: %+v, %v", q, err)
	}
}

func TestSet_ItsItemsAreItsServicesInOrder(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	a, b := s.menu(60, 5500, need{kind: catalog.Staff}), s.menu(30, 3300, need{kind: catalog.Staff})
	set, three := s.bundle(8000, a, b), s.bundle(9000, a, b, b)
	refuse := func(in booking.CreateInput, want ...string) {
		t.Helper()
		if _, err := s.book(in); !slices.Equal(fields(err), want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	refuse(bundled(set, at(1, 14, 0), availability.Item{ServiceID: a}), "body.items booking.not_the_set")
	refuse(bundled(set, at(1, 14, 0), availability.Item{ServiceID: b}, availability.Item{ServiceID: a}),
		"body.items[0].service_id booking.not_the_set", "body.items[1].service_id booking.not_the_set")
	refuse(bundled(catalog.SetID{9}, at(1, 14, 0)), "body.set_id unknown_id")
	// A set is one choice: the limit of items is for those who choose several.
	s.set("max_items = 1")
	s.mustBook(bundled(three, at(1, 14, 0)))
	s.sql(`UPDATE service_sets SET active = false WHERE id = $1`, three)
	refuse(bundled(three, at(2, 14, 0)), "body.set_id unknown_id")
	s.sql(`UPDATE services SET active = false WHERE id = $1`, b)
	refuse(bundled(set, at(2, 14, 0)), "body.items[1].service_id unknown_id")
}

func TestSet_OnItsDates_IsOfferedAndTaken(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	a, b := s.menu(60, 5500, need{kind: catalog.Staff}), s.menu(30, 3300, need{kind: catalog.Staff})
	set := s.bundle(8000, a, b)
	s.sql(`UPDATE service_sets SET active_from = '2026-12-02', active_to = '2026-12-03'`)
	from := clock.Date{Year: 2026, Month: 12, Day: 1}
	days := s.ask(availability.Query{SetID: &set, From: from, To: from.AddDays(3)}).Days
	for i, want := range []bool{false, true, true, false} {
		offered := slices.ContainsFunc(days[i].Slots, func(x availability.Slot) bool { return x.Start.Equal(at(1+i, 14, 0)) && x.End.Equal(at(1+i, 15, 30)) })
		if offered != want {
			t.Errorf("%s: offered %v, want %v", days[i].Date, offered, want)
		}
		_, err := s.book(bundled(set, at(1+i, 14, 0)))
		if got := code(err); (got == "ok") != want || !want && !slices.Equal(fields(err), []string{"body.start booking.not_offered"}) {
			t.Errorf("%s: %v, want %v", days[i].Date, err, want)
		}
	}
	// The services alone have no such dates; members may begin a set on any, with a reason.
	s.mustBook(wish(a, at(4, 14, 0)))
	in := bundled(set, at(5, 14, 0))
	in.Override = "常連のお客様"
	x := s.mustEnter(in)
	// Customers move it only to where it may begin.
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(6, 14, 0)}); !slices.Equal(fields(err), []string{"body.start booking.not_offered"}) {
		t.Errorf("moved to a date without sets: %v", err)
	}
	if _, err := s.moveByLink(x, booking.MoveInput{Start: at(3, 16, 0)}); err != nil {
		t.Errorf("moved to the last date of sets: %v", err)
	}
}

func TestSet_HeldAndTakenOver(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	a, b := s.menu(60, 5500, need{kind: catalog.Staff}), s.menu(30, 3300, need{kind: catalog.Staff})
	set := s.bundle(8000, a, b)
	in := bundled(set, at(1, 14, 0))
	h, err := s.service.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: in.Request}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.book(in); code(err) != "booking.slot_taken" {
		t.Errorf("without the hold: %v", err)
	}
	x := s.mustBook(s.with(h, in))
	if got := s.holdStatus(h); got != "used" || x.SetID != set || x.Total != 8000 {
		t.Errorf("hold %s, booking %+v", got, x)
	}
}

// Asked about a set, a staff member is nominated wherever they serve, and an
// option goes to the service that takes it.
func TestSet_AskedWithStaffAndOptions(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	a, b := s.menu(60, 5500, need{kind: catalog.Staff, ids: staff[:1]}), s.menu(30, 3300, need{kind: catalog.Staff})
	option := s.option(b, 30, 1000)
	set := s.bundle(8000, a, b)
	day := clock.Date{Year: 2026, Month: 12, Day: 1}
	q := availability.Query{SetID: &set, From: day, To: day, StaffID: &staff[1], OptionIDs: []catalog.OptionID{option}}
	slots := s.ask(q).Days[0].Slots
	if len(slots) == 0 || !slots[0].End.Equal(at(1, 12, 0)) || !slices.Contains(slots[0].StaffIDs, staff[1]) {
		t.Errorf("got %+v", slots)
	}
	nobody, nothing := catalog.ResourceID{9}, catalog.OptionID{9}
	for _, c := range []struct {
		q    availability.Query
		want string
	}{
		{availability.Query{SetID: &set, From: day, To: day, StaffID: &nobody}, "query.staff_id unknown_id"},
		{availability.Query{SetID: &set, From: day, To: day, OptionIDs: []catalog.OptionID{nothing}}, "query.option_ids[0] unknown_id"},
		{availability.Query{SetID: &catalog.SetID{9}, From: day, To: day}, "query.set_id unknown_id"},
	} {
		if _, err := s.avail.AnswerJSON(context.Background(), s.id, c.q); !slices.Equal(fields(err), []string{c.want}) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// An option lengthens a service with a gap at its end; the gap stays.
func TestOption_OfServiceWithGap_LengthensItsEnd(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	colour, talk := s.menu(60, 9000, need{kind: catalog.Staff, gap: [2]int{20, 50}}), s.menu(30, 3000, need{kind: catalog.Staff})
	option := s.option(colour, 30, 1000)
	s.set("grid_minutes = 5")
	in := wish(colour, at(1, 14, 0))
	in.Items[0].OptionIDs = []catalog.OptionID{option}
	x := s.mustBook(in)
	if got := s.occupied(x); !slices.Equal(got, []string{"staff 14:00-14:20", "staff 14:50-15:30"}) || !x.EndsAt.Equal(at(1, 15, 30)) {
		t.Errorf("occupied %v until %s", got, x.EndsAt)
	}
	s.mustBook(wish(talk, at(1, 14, 20)))
	if s.offered(talk, at(1, 15, 0)) || !s.offered(talk, at(1, 15, 30)) {
		t.Error("the option's time is offered to others, or the time after it is not")
	}
}
