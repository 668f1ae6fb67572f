package catalog_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

func TestCreateService_KeepsRequirementsAndOptionsInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sato, suzuki, chair := b.resource(catalog.Staff, "佐藤"), b.resource(catalog.Staff, "鈴木"), b.resource(catalog.Seat, "席")
	second, first := b.option("二"), b.option("一")
	_, err := b.catalog.UpdateOption(t.Context(), owner, b.shop, second.ID, 1, catalog.UpdateOptionInput{OptionFields: catalog.OptionFields{Position: new(9)}})
	b.must(err)
	in := cut("カラー",
		catalog.RequirementInput{Kind: catalog.Staff, ResourceIDs: []catalog.ResourceID{suzuki.ID, sato.ID}, GapStartMinute: new(20), GapEndMinute: new(45)},
		catalog.RequirementInput{Kind: catalog.Seat, Units: new(2), PerPerson: true, BeforeMinutes: 5, AfterMinutes: 10})
	in.ServiceFields = catalog.ServiceFields{
		Description: ja("一行目\n二行目"), TaxPercent: new(8), PerPerson: new(true), MinParty: new(1), MaxParty: new(3),
		Nomination: new(catalog.NominationRequired), OptionIDs: []catalog.OptionID{second.ID, first.ID},
	}
	s, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	b.must(err)
	got, err := b.catalog.Service(t.Context(), b.shop, s.ID)
	b.must(err)
	want := catalog.Service{
		ID: s.ID, Name: ja("カラー"), Description: ja("一行目\n二行目"), DurationMinutes: 60, Price: 5500, TaxPercent: 8, PerPerson: true,
		MinParty: 1, MaxParty: 3, Nomination: catalog.NominationRequired, Position: 1, Active: true, Version: 1, CreatedAt: now, UpdatedAt: now,
		Customers: catalog.AllCustomers, GenderNote: catalog.AnyGender, Hours: []catalog.DayHours{}, Prices: []catalog.RankPrice{},
		Options: []catalog.OptionID{first.ID, second.ID}, // in the options' own order
		Requirements: []catalog.Requirement{
			{
				ID: s.Requirements[0].ID, ServiceID: s.ID, Kind: catalog.Staff, ResourceIDs: []catalog.ResourceID{suzuki.ID, sato.ID}, Units: 1,
				GapStartMinute: new(20), GapEndMinute: new(45),
			},
			{
				ID: s.Requirements[1].ID, ServiceID: s.ID, Kind: catalog.Seat, ResourceIDs: []catalog.ResourceID{}, Units: 2, PerPerson: true,
				BeforeMinutes: 5, AfterMinutes: 10,
			},
		},
	}
	if d := cmp.Diff(want, *got); d != "" {
		t.Error(d)
	}
	if o, err := b.catalog.Option(t.Context(), b.shop, first.ID); err != nil || !slices.Equal(o.ServiceIDs, []catalog.ServiceID{s.ID}) {
		t.Errorf("option %+v, %v", o, err)
	}
	if chair.Position != 3 {
		t.Errorf("chair %+v", chair)
	}
}

func TestCreateService_TakesDefaults(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	staffed := b.service("カット", catalog.RequirementInput{Kind: catalog.Staff})
	if staffed.Nomination != catalog.NominationOptional || staffed.TaxPercent != 10 || staffed.MinParty != 1 || staffed.MaxParty != 1 || staffed.Requirements[0].Units != 1 {
		t.Errorf("got %+v", staffed)
	}
	in := cut("個室", catalog.RequirementInput{Kind: catalog.Room})
	in.MinParty = new(4)
	room, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	if err != nil || room.Nomination != catalog.NominationNone || room.MaxParty != 4 || room.Position != 2 {
		t.Errorf("got %+v, %v", room, err)
	}
}

func TestCreateService_NamesEveryFault(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	chair := b.resource(catalog.Seat, "席")
	none := catalog.ResourceID{1}
	option := catalog.OptionID{2}
	in := catalog.CreateServiceInput{
		Name: locale.Text{}, DurationMinutes: 62, Price: money.Money{Amount: 100_000_001, Currency: "USD"},
		ServiceFields: catalog.ServiceFields{
			Description: locale.Text{"en": "x"}, TaxPercent: new(5), MinParty: new(0), MaxParty: new(501), Nomination: new(catalog.Nomination("always")),
			Position: new(-1), OptionIDs: []catalog.OptionID{option, option},
		},
		Requirements: []catalog.RequirementInput{
			{Kind: catalog.Staff, ResourceIDs: []catalog.ResourceID{none, chair.ID, chair.ID}, Units: new(0), BeforeMinutes: 7, AfterMinutes: 245},
			{Kind: "robot", GapStartMinute: new(20)},
			{Kind: catalog.Room, GapEndMinute: new(20)},
			{Kind: catalog.Room, GapStartMinute: new(30), GapEndMinute: new(30)},
			{Kind: catalog.Room, GapStartMinute: new(30), GapEndMinute: new(65)},
			{Kind: catalog.Room, GapStartMinute: new(2), GapEndMinute: new(11)},
		},
	}
	_, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	refused(t, err, "validation.failed", "body.name.ja required", "body.duration_minutes multiple_of", "body.price.amount too_large",
		"body.price.currency not_allowed", "body.description.ja required", "body.tax_percent not_allowed", "body.min_party too_small",
		"body.max_party too_large", "body.nomination not_allowed", "body.position too_small", "body.option_ids[0] unknown_id",
		"body.option_ids[1] unknown_id", "body.option_ids[1] duplicate",
		"body.requirements[0].resource_ids[0] unknown_id", "body.requirements[0].resource_ids[1] catalog.wrong_kind",
		"body.requirements[0].resource_ids[2] catalog.wrong_kind", "body.requirements[0].resource_ids[2] duplicate",
		"body.requirements[0].units too_small", "body.requirements[0].before_minutes multiple_of", "body.requirements[0].after_minutes too_large",
		"body.requirements[1].kind not_allowed", "body.requirements[1].gap_end_minute required_with",
		"body.requirements[2].gap_start_minute required_with", "body.requirements[3].gap_end_minute above",
		"body.requirements[4].gap_end_minute catalog.gap_outside", "body.requirements[5].gap_start_minute too_small",
		"body.requirements[5].gap_end_minute multiple_of")
	_, err = b.catalog.CreateService(t.Context(), owner, b.shop, cut("空"), nil)
	refused(t, err, "validation.failed", "body.requirements too_few")
	nominated := cut("個室", catalog.RequirementInput{Kind: catalog.Room})
	nominated.Nomination = new(catalog.NominationOptional)
	_, err = b.catalog.CreateService(t.Context(), owner, b.shop, nominated, nil)
	refused(t, err, "validation.failed", "body.nomination catalog.nomination_needs_staff")
	many := make([]catalog.RequirementInput, 9)
	for i := range many {
		many[i].Kind = catalog.Room
	}
	many[0].ResourceIDs = nil
	in = cut("多い", many...)
	_, err = b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	refused(t, err, "validation.failed", "body.requirements too_many")
	refused(t, in.Validate(), "validation.failed", "body.requirements too_many")
	if n := b.texts(`SELECT count(*)::text FROM services`); n[0] != "0" {
		t.Errorf("%s services", n[0])
	}
}

func TestUpdateService_ReplacesOnlyWhatIsGiven(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	o := b.option("炭酸")
	in := cut("カット", catalog.RequirementInput{Kind: catalog.Staff}, catalog.RequirementInput{Kind: catalog.Seat})
	in.OptionIDs = []catalog.OptionID{o.ID}
	in.Description = ja("説明")
	s, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	b.must(err)
	ctx := t.Context()
	got, err := b.catalog.UpdateService(ctx, owner, b.shop, s.ID, 1, catalog.UpdateServiceInput{Price: new(money.Yen(6000))})
	b.must(err)
	want := *s
	want.Price, want.Version = 6000, 2
	if d := cmp.Diff(want, *got); d != "" {
		t.Error(d)
	}
	got, err = b.catalog.UpdateService(ctx, owner, b.shop, s.ID, 2, catalog.UpdateServiceInput{
		Requirements:  []catalog.RequirementInput{{Kind: catalog.Staff}},
		ServiceFields: catalog.ServiceFields{OptionIDs: []catalog.OptionID{}, Description: ja("")},
	})
	if err != nil || len(got.Requirements) != 1 || len(got.Options) != 0 || len(got.Description) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
	read, err := b.catalog.Service(ctx, b.shop, s.ID)
	b.must(err)
	if d := cmp.Diff(*got, *read); d != "" {
		t.Error(d)
	}
	_, err = b.catalog.UpdateService(ctx, owner, b.shop, s.ID, 2, catalog.UpdateServiceInput{})
	refused(t, err, "precondition.stale")
}

func TestUpdateService_ChecksTheWholeAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	s := b.service("カラー", catalog.RequirementInput{Kind: catalog.Staff, GapStartMinute: new(20), GapEndMinute: new(55)})
	ctx := t.Context()
	_, err := b.catalog.UpdateService(ctx, owner, b.shop, s.ID, 1, catalog.UpdateServiceInput{DurationMinutes: new(45)})
	refused(t, err, "validation.failed", "body.requirements[0].gap_end_minute catalog.gap_outside")
	_, err = b.catalog.UpdateService(ctx, owner, b.shop, s.ID, 1, catalog.UpdateServiceInput{Requirements: []catalog.RequirementInput{{Kind: catalog.Room}}})
	refused(t, err, "validation.failed", "body.nomination catalog.nomination_needs_staff")
}

func TestDeleteService_AndOption_ArchivesWhatABookingMaySpeakOf(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	need := catalog.RequirementInput{Kind: catalog.Staff}
	s, o := b.service("新", need), b.option("新")
	b.must(b.catalog.DeleteService(ctx, owner, b.shop, s.ID, 1))
	b.must(b.catalog.DeleteOption(ctx, owner, b.shop, o.ID, 1))
	_, err := b.catalog.Service(ctx, b.shop, s.ID)
	refused(t, err, "not_found")
	_, err = b.catalog.Option(ctx, b.shop, o.ID)
	refused(t, err, "not_found")

	s, o = b.service("予約済", need), b.option("予約済")
	b.book()
	b.must(b.catalog.DeleteService(ctx, owner, b.shop, s.ID, 1))
	b.must(b.catalog.DeleteOption(ctx, owner, b.shop, o.ID, 1))
	if got, err := b.catalog.Service(ctx, b.shop, s.ID); err != nil || got.Active || len(got.Requirements) != 1 {
		t.Errorf("service %+v, %v", got, err)
	}
	if got, err := b.catalog.Option(ctx, b.shop, o.ID); err != nil || got.Active {
		t.Errorf("option %+v, %v", got, err)
	}
	refused(t, b.catalog.DeleteService(ctx, owner, b.shop, s.ID, 1), "precondition.stale")
	refused(t, b.catalog.DeleteOption(ctx, owner, b.shop, o.ID, 1), "precondition.stale")
}

func TestOption_InputAndPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	bad := catalog.CreateOptionInput{Price: money.Yen(-1), OptionFields: catalog.OptionFields{DurationMinutes: new(3), Position: new(-1)}}
	refused(t, bad.Validate(), "validation.failed", "body.name.ja required", "body.price.amount too_small", "body.duration_minutes multiple_of", "body.position too_small")
	for _, name := range []string{"い", "ろ", "は"} {
		b.option(name)
	}
	first, err := b.catalog.Options(ctx, b.shop, nil, 2)
	b.must(err)
	rest, err := b.catalog.Options(ctx, b.shop, &first[1], 5)
	if err != nil || len(rest) != 1 || rest[0].Name["ja"] != "は" {
		t.Errorf("got %+v, %v", rest, err)
	}
	_, err = b.catalog.UpdateOption(ctx, owner, b.shop, first[0].ID, 1, catalog.UpdateOptionInput{Name: ja(""), Price: new(money.Yen(-5))})
	refused(t, err, "validation.failed", "body.name.ja required", "body.price.amount too_small")
	_, err = b.catalog.UpdateOption(ctx, owner, b.shop, first[0].ID, 7, catalog.UpdateOptionInput{})
	refused(t, err, "precondition.stale")
}

func TestComplete_WantsAServiceThatCanBeServed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	lacking := func() []string {
		var out []string
		b.must(b.db.InTenant(t.Context(), b.shop, func(tx *pg.Tx) (err error) {
			out, err = catalog.Complete(t.Context(), tx, b.shop)
			return err
		}))
		return out
	}
	if got := lacking(); !slices.Equal(got, []string{"services"}) {
		t.Errorf("empty: %q", got)
	}
	staff := catalog.RequirementInput{Kind: catalog.Staff}
	b.service("二人がかり", staff, staff)
	b.resource(catalog.Staff, "佐藤")
	if got := lacking(); !slices.Equal(got, []string{"services"}) {
		t.Errorf("two are needed, one is there: %q", got)
	}
	second := b.resource(catalog.Staff, "鈴木")
	if got := lacking(); len(got) != 0 {
		t.Errorf("two are there: %q", got)
	}
	_, err := b.catalog.UpdateResource(t.Context(), owner, b.shop, second.ID, 1, catalog.UpdateResourceInput{ResourceFields: catalog.ResourceFields{Active: new(false)}})
	b.must(err)
	if got := lacking(); !slices.Equal(got, []string{"services"}) {
		t.Errorf("one is archived: %q", got)
	}
}
