package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

func (b *bench) set(name string, category *catalog.CategoryID, services ...*catalog.Service) *catalog.Set {
	b.tb.Helper()
	in := catalog.CreateSetInput{Name: ja(name), Price: money.Yen(9000), SetFields: catalog.SetFields{CategoryID: category}}
	for _, s := range services {
		in.ServiceIDs = append(in.ServiceIDs, s.ID)
	}
	x, err := b.catalog.CreateSet(b.tb.Context(), owner, b.shop, in, nil)
	b.must(err)
	return x
}

func TestSet_Life(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	cutting, colour := b.service("カット", catalog.RequirementInput{Kind: catalog.Staff}), b.service("カラー", catalog.RequirementInput{Kind: catalog.Staff})
	made := b.set("カット+カラー", nil, cutting, colour)
	got, err := b.catalog.Set(ctx, b.shop, made.ID)
	b.must(err)
	if d := cmp.Diff(made, got); d != "" {
		t.Error(d)
	}
	if !slices.Equal(got.ServiceIDs, []catalog.ServiceID{cutting.ID, colour.ID}) || got.Position != 1 || !got.Active {
		t.Errorf("got %+v", got)
	}
	changed, err := b.catalog.UpdateSet(ctx, owner, b.shop, made.ID, 1, catalog.UpdateSetInput{
		ServiceIDs: []catalog.ServiceID{colour.ID, cutting.ID}, Price: new(money.Yen(8000)),
		SetFields: catalog.SetFields{ActiveFrom: day(12, 1), ActiveTo: day(12, 24), Description: ja("年末まで")},
	})
	b.must(err)
	eve, christmas := clock.Date{Year: 2026, Month: 12, Day: 24}, clock.Date{Year: 2026, Month: 12, Day: 25}
	if _, shut := changed.StartsOn(eve); shut || changed.Ended(eve) {
		t.Error("it cannot begin on its last date")
	}
	if ranges, shut := changed.StartsOn(christmas); !shut || len(ranges) > 0 || !changed.Ended(christmas) {
		t.Error("it can begin behind its last date")
	}
	_, err = b.catalog.UpdateSet(ctx, owner, b.shop, made.ID, 1, catalog.UpdateSetInput{})
	refused(t, err, "precondition.stale")
	refused(t, b.catalog.DeleteService(ctx, owner, b.shop, cutting.ID, 9), "precondition.stale")
	b.must(b.catalog.DeleteService(ctx, owner, b.shop, cutting.ID, 1))
	if s, err := b.catalog.Service(ctx, b.shop, cutting.ID); err != nil || s.Active {
		t.Errorf("a service of a set was removed: %+v, %v", s, err)
	}
	b.must(b.catalog.DeleteSet(ctx, owner, b.shop, made.ID, 2))
	if list, err := b.catalog.Sets(ctx, b.shop, nil, 9); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestCreateSet_NamesEveryFault(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	plain := b.service("カット", catalog.RequirementInput{Kind: catalog.Staff})
	in := cut("持ち帰り", catalog.RequirementInput{Kind: catalog.Staff})
	in.TaxPercent = new(8)
	reduced, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	b.must(err)
	wrong := catalog.CreateSetInput{
		Name: locale.Text{}, ServiceIDs: []catalog.ServiceID{plain.ID, reduced.ID, {9}}, Price: money.Yen(-5),
		SetFields: catalog.SetFields{CategoryID: &catalog.CategoryID{9}, ActiveFrom: day(2, 2), ActiveTo: day(2, 1), Position: new(-1)},
	}
	_, err = b.catalog.CreateSet(t.Context(), owner, b.shop, wrong, nil)
	refused(t, err, "validation.failed", "body.name.ja required", "body.price.amount too_small", "body.position too_small",
		"body.service_ids[1] catalog.set_mixed", "body.service_ids[2] unknown_id", "body.category_id unknown_id", "body.active_to before_from")
	wrong = catalog.CreateSetInput{Name: ja("一つ"), ServiceIDs: []catalog.ServiceID{plain.ID}, Price: money.Yen(5)}
	_, err = b.catalog.CreateSet(t.Context(), owner, b.shop, wrong, nil)
	refused(t, err, "validation.failed", "body.service_ids too_few")
	wrong.ServiceIDs = slices.Repeat(wrong.ServiceIDs, 11)
	_, err = b.catalog.CreateSet(t.Context(), owner, b.shop, wrong, nil)
	refused(t, err, "validation.failed", "body.service_ids too_many")
}

func TestUpdateService_NeverMixesASetThatCanBeBooked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	cutting, colour := b.service("カット", catalog.RequirementInput{Kind: catalog.Staff}), b.service("カラー", catalog.RequirementInput{Kind: catalog.Staff})
	set := b.set("セット", nil, cutting, colour)
	change := catalog.UpdateServiceInput{ServiceFields: catalog.ServiceFields{TaxPercent: new(8), PerPerson: new(true)}}
	_, err := b.catalog.UpdateService(ctx, owner, b.shop, cutting.ID, 1, change)
	refused(t, err, "validation.failed", "body.tax_percent catalog.set_mixed", "body.per_person catalog.set_mixed")
	_, err = b.catalog.UpdateSet(ctx, owner, b.shop, set.ID, 1, catalog.UpdateSetInput{SetFields: catalog.SetFields{Active: new(false)}})
	b.must(err)
	_, err = b.catalog.UpdateService(ctx, owner, b.shop, cutting.ID, 1, change)
	b.must(err)
	_, err = b.catalog.UpdateSet(ctx, owner, b.shop, set.ID, 2, catalog.UpdateSetInput{SetFields: catalog.SetFields{Active: new(true)}})
	refused(t, err, "validation.failed", "body.service_ids[1] catalog.set_mixed")
}

func TestDuplicate_CopiesEverything_Archived(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	top, option := b.rank("トップ"), b.option("炭酸")
	in := cut(strings.Repeat("長", 100), catalog.RequirementInput{Kind: catalog.Staff, GapStartMinute: new(20), GapEndMinute: new(40)}, catalog.RequirementInput{Kind: catalog.Seat})
	in.Name["en"] = "Cut"
	in.OptionIDs = []catalog.OptionID{option.ID}
	in.Prices = []catalog.RankPriceInput{{RankID: top.ID, Price: money.Yen(9900)}}
	in.Hours = []catalog.DayHours{{Weekday: 0, Ranges: []catalog.MinuteRange{{StartMinute: 600, EndMinute: 720}}}}
	original, err := b.catalog.CreateService(ctx, owner, b.shop, in, nil)
	b.must(err)
	made, err := b.catalog.DuplicateService(ctx, owner, b.shop, original.ID, nil)
	b.must(err)
	got, err := b.catalog.Service(ctx, b.shop, made.ID)
	b.must(err)
	if d := cmp.Diff(made, got); d != "" {
		t.Error(d)
	}
	if got.Active || got.Version != 1 || got.Position != 2 || got.Name["ja"] != strings.Repeat("長", 95)+" のコピー" || got.Name["en"] != "Cut (copy)" {
		t.Errorf("got %+v", got)
	}
	want := *original
	want.ID, want.Name, want.Active, want.Position = got.ID, got.Name, false, 2
	want.Requirements = slices.Clone(want.Requirements)
	for i := range want.Requirements {
		if want.Requirements[i].ID == got.Requirements[i].ID {
			t.Error("a requirement of both")
		}
		want.Requirements[i].ID, want.Requirements[i].ServiceID = got.Requirements[i].ID, got.ID
	}
	if d := cmp.Diff(want, *got); d != "" {
		t.Errorf("the copy differs: %s", d)
	}
	_, err = b.catalog.DuplicateService(ctx, owner, b.shop, catalog.ServiceID{9}, nil)
	refused(t, err, "not_found")

	set := b.set("セット", nil, original, original)
	again, err := b.catalog.DuplicateSet(ctx, owner, b.shop, set.ID, nil)
	b.must(err)
	if again.Active || again.ID == set.ID || again.Name["ja"] != "セット のコピー" || again.Price != set.Price || !slices.Equal(again.ServiceIDs, set.ServiceIDs) {
		t.Errorf("got %+v", again)
	}
	_, err = b.catalog.DuplicateSet(ctx, owner, b.shop, catalog.SetID{9}, nil)
	refused(t, err, "not_found")
}
