package booking_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

func TestCreate_BadInput_EachFieldIsNamed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	staff := s.staff(2)
	small := s.resource(res{kind: catalog.Staff})
	s.sql(`UPDATE resources SET max_party = 2 WHERE id = $1`, small)
	helper := s.resource(res{kind: catalog.Staff})
	svc := s.menu(60, 5500, need{kind: catalog.Staff, ids: append(staff, small)}, need{kind: catalog.Staff, ids: []catalog.ResourceID{helper}})
	unnamed, asked, gone := s.menu(60, 1, need{kind: catalog.Staff}), s.menu(60, 1, need{kind: catalog.Staff}), s.menu(60, 1, need{kind: catalog.Staff})
	s.sql(`UPDATE services SET nomination = 'none' WHERE id = $1`, unnamed)
	s.sql(`UPDATE services SET nomination = 'required' WHERE id = $1`, asked)
	s.sql(`UPDATE services SET active = false WHERE id = $1`, gone)
	s.sql(`UPDATE services SET min_party = 2, max_party = 4 WHERE id = $1`, svc)
	long := s.menu(1440, 1, need{kind: catalog.Staff})
	option, foreign := s.option(svc, 30, 1000), s.option(asked, 30, 1000)
	off := s.option(svc, 30, 1000)
	s.sql(`UPDATE service_options SET active = false WHERE id = $1`, off)
	for name, c := range map[string]struct {
		spoil func(*booking.CreateInput)
		want  string
	}{
		"nothing at all": {
			func(in *booking.CreateInput) { *in = booking.CreateInput{} },
			"body.start required, body.items required, body.customer.family_name required, body.customer.given_name required, body.customer.phone required, body.consent.terms_version booking.terms_version",
		},
		"no item":               {func(in *booking.CreateInput) { in.Items = nil }, "body.items required"},
		"no item, short form":   {func(in *booking.CreateInput) { in.Items, in.Short = nil, true }, "body.service_id required"},
		"too many items":        {func(in *booking.CreateInput) { in.Items = slices.Repeat(in.Items, 6) }, "body.items too_many"},
		"longer than a day":     {func(in *booking.CreateInput) { in.Items = append(in.Items, availability.Item{ServiceID: long}) }, "body.items booking.visit_too_long"},
		"unknown service":       {func(in *booking.CreateInput) { in.Items[0].ServiceID = catalog.ServiceID{1} }, "body.items[0].service_id unknown_id"},
		"no service":            {func(in *booking.CreateInput) { in.Items[0].ServiceID, in.Short = catalog.ServiceID{}, true }, "body.service_id unknown_id"},
		"service that is off":   {func(in *booking.CreateInput) { in.Items = append(in.Items, availability.Item{ServiceID: gone}) }, "body.items[1].service_id unknown_id"},
		"unknown staff":         {func(in *booking.CreateInput) { in.Items[0].StaffID = &catalog.ResourceID{1} }, "body.items[0].staff_id unknown_id"},
		"staff who only helps":  {func(in *booking.CreateInput) { in.Items[0].StaffID = &helper }, "body.items[0].staff_id unknown_id"},
		"staff for few":         {func(in *booking.CreateInput) { in.Items[0].StaffID, in.PartySize = &small, 3 }, "body.items[0].staff_id booking.party_size"},
		"staff not to be asked": {func(in *booking.CreateInput) { in.Items[0] = availability.Item{ServiceID: unnamed, StaffID: &staff[0]} }, "body.items[0].staff_id booking.no_nomination"},
		"staff must be asked":   {func(in *booking.CreateInput) { in.Items[0].ServiceID, in.Short = asked, true }, "body.staff_id required"},
		"option of another":     {func(in *booking.CreateInput) { in.Items[0].OptionIDs = []catalog.OptionID{option, foreign} }, "body.items[0].option_ids[1] unknown_id"},
		"option twice":          {func(in *booking.CreateInput) { in.Items[0].OptionIDs = []catalog.OptionID{option, option} }, "body.items[0].option_ids[1] duplicate"},
		"option that is off":    {func(in *booking.CreateInput) { in.Items[0].OptionIDs = []catalog.OptionID{off} }, "body.items[0].option_ids[0] unknown_id"},
		"party too small":       {func(in *booking.CreateInput) { in.PartySize = 1 }, "body.party_size booking.party_size"},
		"party too large":       {func(in *booking.CreateInput) { in.PartySize = 5 }, "body.party_size booking.party_size"},
		"party below nothing":   {func(in *booking.CreateInput) { in.PartySize = -1 }, "body.party_size booking.party_size"},
		"no start":              {func(in *booking.CreateInput) { in.Start = time.Time{} }, "body.start required"},
		"odd seconds":           {func(in *booking.CreateInput) { in.Start = in.Start.Add(time.Second) }, "body.start step_five"},
		"a fraction":            {func(in *booking.CreateInput) { in.Start = in.Start.Add(time.Nanosecond) }, "body.start step_five"},
		"off the steps":         {func(in *booking.CreateInput) { in.Start = in.Start.Add(time.Minute) }, "body.start step_five"},
		"off the grid":          {func(in *booking.CreateInput) { in.Start = in.Start.Add(5 * time.Minute) }, "body.start booking.off_grid"},
		"in the past":           {func(in *booking.CreateInput) { in.Start = at(-1, 14, 0) }, "body.start booking.too_soon"},
		"long ago":              {func(in *booking.CreateInput) { in.Start = time.Unix(0, 0) }, "body.start booking.too_soon"},
		"beyond the window":     {func(in *booking.CreateInput) { in.Start = at(61, 14, 0) }, "body.start booking.too_far"},
		"far beyond":            {func(in *booking.CreateInput) { in.Start = time.Date(9999, 12, 31, 23, 55, 0, 0, time.UTC) }, "body.start booking.too_far"},
		"while closed":          {func(in *booking.CreateInput) { in.Start = at(1, 19, 30) }, "body.start booking.closed"},
		"terms of yesterday":    {func(in *booking.CreateInput) { in.TermsVersion = "0" }, "body.consent.terms_version booking.terms_version"},
		"long note":             {func(in *booking.CreateInput) { in.Note = strings.Repeat("あ", 1001) }, "body.note too_long"},
		"long names": {
			func(in *booking.CreateInput) {
				in.Customer.FamilyName, in.Customer.GivenNameKana = strings.Repeat("山", 61), strings.Repeat("は", 61)
			}, "body.customer.family_name too_long, body.customer.given_name_kana too_long",
		},
		"invisible name": {func(in *booking.CreateInput) { in.Customer.GivenName = " \u200b\u202e　" }, "body.customer.given_name required"},
		"no phone":       {func(in *booking.CreateInput) { in.Customer.Phone = " " }, "body.customer.phone required"},
		"bad phone":      {func(in *booking.CreateInput) { in.Customer.Phone = "090-1234" }, "body.customer.phone phone"},
		"bad e-mail":     {func(in *booking.CreateInput) { in.Customer.Email = "a@b\r\nBcc: c@d" }, "body.customer.email email"},
		"bad language":   {func(in *booking.CreateInput) { in.Customer.Locale = "fr" }, "body.customer.locale not_allowed"},
	} {
		in := wish(svc, at(1, 14, 0))
		in.PartySize = 2
		c.spoil(&in)
		_, err := s.book(in)
		if got := strings.Join(fields(err), ", "); got != c.want || code(err) != "validation.failed" {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, c.want)
		}
		if strings.HasPrefix(c.want, "body.customer") || strings.HasPrefix(c.want, "body.consent") || strings.HasPrefix(c.want, "body.note") || name == "nothing at all" {
			continue // a hold says nothing of these
		}
		_, err = s.service.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: in.Request, Short: in.Short}, nil)
		if got := strings.Join(fields(err), ", "); got != c.want || code(err) != "validation.failed" {
			t.Errorf("%s: hold: %v", name, err)
		}
	}
}

func TestCreate_PartyThatNobodyNames_IsTheLeastThatIsOffered(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	table := s.resource(res{kind: catalog.Seat, capacity: 3})
	svc := s.menu(90, 3000, need{kind: catalog.Seat, ids: []catalog.ResourceID{table}, perPerson: true})
	s.sql(`UPDATE services SET min_party = 2, per_person = true`)
	if !s.offered(svc, at(1, 18, 0)) {
		t.Fatal("it is not offered")
	}
	in := wish(svc, at(1, 18, 0))
	in.PartySize = 0
	h, err := s.service.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: in.Request}, nil)
	if err != nil || h.Request.PartySize != 2 || len(h.Picks) != 2 {
		t.Fatalf("hold %v, %+v", err, h)
	}
	if x := s.mustBook(s.with(h, in)); x.PartySize != 2 || x.Total != 6000 || s.holdStatus(h) != "used" {
		t.Errorf("booking %+v, hold is %s", x, s.holdStatus(h))
	}
}

func TestCreate_ManyNeeds_AreBounded(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.set("max_items = 10")
	s.staff(1)
	var needs []need
	for range 8 {
		needs = append(needs, need{kind: catalog.Seat, ids: []catalog.ResourceID{s.resource(res{kind: catalog.Seat, capacity: 200})}})
	}
	svc := s.menu(5, 100, needs...)
	in := wish(svc, at(1, 14, 0))
	in.Items = slices.Repeat(in.Items, 9)
	if _, err := s.book(in); !slices.Equal(fields(err), []string{"body.items booking.visit_too_large"}) {
		t.Errorf("72 needs: %v", err)
	}
	in.Items = in.Items[:8]
	s.mustBook(in)
}

func TestCreate_TextsAreCleaned(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(3)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	in := wish(svc, at(1, 14, 0))
	in.Customer = customer.Input{
		FamilyName: " <b>山\u200b田</b>\x00", GivenName: "花\u202e子\r\nBcc: x", FamilyNameKana: "ﾔﾏﾀﾞ", GivenNameKana: " は な  こ ",
		Phone: "（０９０）１２３４ー５６７８", Email: " Hanako@EXAMPLE.com ", Locale: "en",
	}
	in.Note = "窓側\x00で\u202e\r\n\r\n\r\nお願いします\xff"
	got := s.read(s.mustBook(in))
	want := customer.Guest{
		FamilyName: "<b>山田</b>", GivenName: "花子 Bcc: x", FamilyNameKana: "ヤマダ", GivenNameKana: "ハ ナ コ",
		Phone: "+819012345678", Email: "Hanako@example.com", Locale: locale.EN,
	}
	if got.Guest != want || got.Note != "窓側で\n\nお願いします" || got.Locale != locale.EN {
		t.Errorf("guest %+v, note %q", got.Guest, got.Note)
	}
	c := s.by(got)
	c.Reason = " 店都合\x00\u200b "
	if _, err := s.service.Cancel(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	if r := s.texts(`SELECT reason FROM booking_reasons WHERE version = 2`); r[0] != "店都合" {
		t.Errorf("reason %q", r)
	}
	long := c
	long.Reason = strings.Repeat("あ", 501)
	for name, err := range map[string]error{
		"approve": second(s.service.Approve(context.Background(), long)), "decline": second(s.service.Decline(context.Background(), long)),
		"check in": second(s.service.CheckIn(context.Background(), long)), "undo": second(s.service.Undo(context.Background(), long)),
		"cancel": second(s.service.Cancel(context.Background(), long)), "no-show": second(s.service.NoShow(context.Background(), long)),
		"move": second(s.service.Reschedule(context.Background(), long, booking.MoveInput{Start: at(1, 15, 0)})),
		"link": second(s.cancelByLink(got, long.Reason)),
	} {
		if !slices.Equal(fields(err), []string{"body.reason too_long"}) {
			t.Errorf("%s with a long reason: %v", name, err)
		}
	}
	over := booking.MoveInput{Start: at(1, 15, 0), Override: strings.Repeat("あ", 501)}
	if _, err := s.move(got, over); !slices.Equal(fields(err), []string{"body.override_reason too_long"}) {
		t.Errorf("a long reason for the move: %v", err)
	}
}

func TestCreate_Phones(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.resource(res{kind: catalog.Seat, capacity: 20})
	svc := s.menu(60, 5500, need{kind: catalog.Seat})
	for typed, want := range map[string]string{
		"09012345678": "+819012345678", "090 1234 5678": "+819012345678", "090−1234−5678": "+819012345678", "+81-90-1234-5678": "+819012345678",
		"03-3123-4567": "+81331234567", "０７０ー１２３４ー５６７８": "+817012345678", "+1 202-456-1111": "+12024561111",
	} {
		in := wish(svc, at(1, 14, 0))
		in.Customer.Phone = typed
		if got := s.mustBook(in).Guest.Phone; got != want {
			t.Errorf("%q is stored as %q, want %q", typed, got, want)
		}
	}
}

func TestCounter_WalkInsNeedNoNameAndNoPhone(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(4)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	s.clock.Set(at(0, 14, 2))
	in := wish(svc, at(0, 14, 0))
	in.Source, in.CheckIn, in.TermsVersion = booking.WalkIn, true, ""
	for name, c := range map[string]struct {
		customer customer.Input
		records  int64
	}{
		"nobody": {customer.Input{}, 0}, "a name": {customer.Input{FamilyName: "佐藤"}, 1}, "the same name, perhaps another person": {customer.Input{FamilyName: "佐藤"}, 1},
		"a phone": {customer.Input{Phone: "090-8765-4321"}, 1},
	} {
		in.Customer = c.customer
		before := s.count(`SELECT count(*) FROM customers`)
		x := s.mustEnter(in)
		if got := s.read(x); got.Status != booking.CheckedIn || got.Source != booking.WalkIn || got.Consent != nil || got.CustomerID.IsZero() != (c.records == 0) {
			t.Errorf("%s: %+v", name, got)
		}
		if n := s.count(`SELECT count(*) FROM customers`) - before; n != c.records {
			t.Errorf("%s: %d customers, want %d", name, n, c.records)
		}
		if e := s.events(x); len(e) > 0 {
			t.Errorf("%s: messages %v", name, e)
		}
	}
}

func TestCustomer_LaterBookingNeverRedirectsTheMailOfAnEarlierOne(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(2)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	first := s.mustBook(wish(svc, at(1, 14, 0)))
	in := wish(svc, at(1, 14, 0))
	in.Customer.Email, in.Customer.FamilyNameKana, in.Customer.Locale = "thief@example.net", "ニセモノ", "en"
	x := s.mustBook(in)
	if x.CustomerID != first.CustomerID {
		t.Error("the same name and phone are two customers")
	}
	if got := s.read(first); got.Guest.Email != "hanako@example.com" || got.Locale != locale.JA {
		t.Errorf("the first booking's mail goes to %s in %s", got.Guest.Email, got.Locale)
	}
	if got := s.read(x); got.Guest.Email != "thief@example.net" {
		t.Errorf("the second booking's mail goes to %s", got.Guest.Email)
	}
	if r := s.texts(`SELECT email || ' ' || family_name_kana FROM customers`); !slices.Equal(r, []string{"hanako@example.com ヤマダ"}) {
		t.Errorf("the record says %v", r)
	}
}

func TestList_OddQueries(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(1)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	day := clock.DateOf(at(1, 0, 0))
	for q, want := range map[string]int{
		"": 1, "やまだ": 1, "ﾔﾏﾀﾞ": 1, "山田": 1, "5678": 1, "５６７８": 1, strings.ToLower(x.Code): 1, x.Code[:4] + "-" + x.Code[4:]: 1,
		"5679": 0, "%": 0, "_": 0, "'": 0, "\x00": 1, "\\": 0, "田中": 0, "\xff": 1,
	} {
		list, err := s.service.List(context.Background(), member, s.id, booking.Filter{From: day, To: day, Query: q}, booking.Mark{}, 20)
		if err != nil || len(list) != want {
			t.Errorf("%q: %d, %v; want %d", q, len(list), err, want)
		}
	}
	for want, f := range map[string]booking.Filter{
		"query.to before_from": {From: day, To: day.AddDays(-1)}, "query.to range_too_long": {From: day, To: day.AddDays(92)},
	} {
		if _, err := s.service.List(context.Background(), member, s.id, f, booking.Mark{}, 20); !slices.Equal(fields(err), []string{want}) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
