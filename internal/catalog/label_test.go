package catalog_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

func TestCategory_Life(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	first, second := b.category("カット"), b.category("カラー")
	if first.Position != 1 || second.Position != 2 || first.Version != 1 {
		t.Errorf("%+v %+v", first, second)
	}
	got, err := b.catalog.UpdateCategory(ctx, owner, b.shop, second.ID, 1, catalog.UpdateLabelInput{Name: ja("ヘアカラー"), Position: new(0)})
	b.must(err)
	if got.Version != 2 || got.Name["ja"] != "ヘアカラー" {
		t.Errorf("%+v", got)
	}
	list, err := b.catalog.Categories(ctx, b.shop, nil, 10)
	if err != nil || len(list) != 2 || list[0].ID != second.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if rest, err := b.catalog.Categories(ctx, b.shop, &list[0], 10); err != nil || len(rest) != 1 || rest[0].ID != first.ID {
		t.Errorf("after the first: %+v, %v", rest, err)
	}
	_, err = b.catalog.UpdateCategory(ctx, owner, b.shop, second.ID, 1, catalog.UpdateLabelInput{})
	refused(t, err, "precondition.stale")
	_, err = b.catalog.UpdateCategory(ctx, owner, b.shop, second.ID, 2, catalog.UpdateLabelInput{Name: locale.Text{"en": "x"}, Position: new(-1)})
	refused(t, err, "validation.failed", "body.name.ja required", "body.position too_small")
	_, err = b.catalog.CreateCategory(ctx, owner, b.shop, catalog.CreateLabelInput{}, nil)
	refused(t, err, "validation.failed", "body.name.ja required")
	refused(t, b.catalog.DeleteCategory(ctx, owner, b.other, second.ID, 2), "not_found")
	b.must(b.catalog.DeleteCategory(ctx, owner, b.shop, second.ID, 2))
	if _, err := b.catalog.Category(ctx, b.shop, second.ID); !errors.Is(err, business.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	if got := b.texts(`SELECT string_agg(action, ' ' ORDER BY seq) FROM audit_entries`); got[0] != "category.created category.created category.changed category.deleted" {
		t.Errorf("trail: %s", got[0])
	}
}

func TestCategory_UnderWhichSomethingStands_Stays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	of, sets, empty := b.category("カット"), b.category("セット"), b.category("空")
	cutting := b.service("カット", catalog.RequirementInput{Kind: catalog.Staff})
	terms := catalog.UpdateServiceInput{ServiceFields: catalog.ServiceFields{Active: new(false), ServiceTerms: catalog.ServiceTerms{CategoryID: &of.ID}}}
	_, err := b.catalog.UpdateService(ctx, owner, b.shop, cutting.ID, 1, terms)
	b.must(err)
	b.set("セット", &sets.ID, cutting, cutting)
	refused(t, b.catalog.DeleteCategory(ctx, owner, b.shop, of.ID, 1), "catalog.category_in_use")
	refused(t, b.catalog.DeleteCategory(ctx, owner, b.shop, sets.ID, 1), "catalog.category_in_use")
	b.must(b.catalog.DeleteCategory(ctx, owner, b.shop, empty.ID, 1))
}

func TestRank_OfStaffAndPrices(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	top, junior, unused := b.rank("トップ"), b.rank("アシスタント"), b.rank("なし")
	sato, chair := b.resource(catalog.Staff, "佐藤"), b.resource(catalog.Seat, "席")
	with := func(r catalog.RankID) catalog.UpdateResourceInput {
		return catalog.UpdateResourceInput{ResourceFields: catalog.ResourceFields{RankID: &r}}
	}
	got, err := b.catalog.UpdateResource(ctx, owner, b.shop, sato.ID, 1, with(top.ID))
	b.must(err)
	if read, err := b.catalog.Resource(ctx, b.shop, sato.ID); err != nil || read.RankID != top.ID || got.RankID != top.ID {
		t.Errorf("%+v, %v", read, err)
	}
	_, err = b.catalog.UpdateResource(ctx, owner, b.shop, sato.ID, 2, with(catalog.RankID{9}))
	refused(t, err, "validation.failed", "body.rank_id unknown_id")
	_, err = b.catalog.UpdateResource(ctx, owner, b.shop, chair.ID, 1, with(top.ID))
	refused(t, err, "validation.failed", "body.rank_id catalog.rank_staff_only")
	_, err = b.catalog.CreateResource(ctx, owner, b.shop, catalog.CreateResourceInput{
		Kind: catalog.Staff, Name: ja("鈴木"), ResourceFields: catalog.ResourceFields{RankID: &catalog.RankID{9}},
	}, nil)
	refused(t, err, "validation.failed", "body.rank_id unknown_id")
	in := cut("カット", catalog.RequirementInput{Kind: catalog.Staff})
	in.Prices = []catalog.RankPriceInput{{RankID: junior.ID, Price: in.Price}}
	_, err = b.catalog.CreateService(ctx, owner, b.shop, in, nil)
	b.must(err)
	refused(t, b.catalog.DeleteRank(ctx, owner, b.shop, top.ID, 1), "catalog.rank_in_use")
	refused(t, b.catalog.DeleteRank(ctx, owner, b.shop, junior.ID, 1), "catalog.rank_in_use")
	b.must(b.catalog.DeleteRank(ctx, owner, b.shop, unused.ID, 1))
	_, err = b.catalog.UpdateResource(ctx, owner, b.shop, sato.ID, 2, with(catalog.RankID{}))
	b.must(err)
	b.must(b.catalog.DeleteRank(ctx, owner, b.shop, top.ID, 1))
	if _, err := b.catalog.UpdateRank(ctx, owner, b.shop, junior.ID, 1, catalog.UpdateLabelInput{Name: ja("ジュニア")}); err != nil {
		t.Error(err)
	}
	if list, err := b.catalog.Ranks(ctx, b.shop, nil, 5); err != nil || len(list) != 1 || list[0].Name["ja"] != "ジュニア" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestRanks_AtMostTwenty(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range catalog.MaxRanks {
		b.sql(b.shop, `INSERT INTO staff_ranks (business_id, id, name, position, created_at, updated_at) VALUES ($1, gen_random_uuid(), jsonb_build_object('ja', $2::text), $3, now(), now())`,
			b.shop, strconv.Itoa(i), i)
	}
	_, err := b.catalog.CreateRank(t.Context(), owner, b.shop, catalog.CreateLabelInput{Name: ja("21")}, nil)
	refused(t, err, "business.limit_reached")
}
