package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

func TestCreateResource_TakesDefaultsAndTheLastPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	staff, table := b.resource(catalog.Staff, " 佐藤\u200b "), b.resource(catalog.Seat, "テーブル")
	want := catalog.Resource{
		ID: staff.ID, Kind: catalog.Staff, Name: ja("佐藤"), Capacity: 1, MinParty: 1, MaxParty: 500, Nominatable: true, Position: 1,
		Active: true, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	got, err := b.catalog.Resource(t.Context(), b.shop, staff.ID)
	b.must(err)
	if d := cmp.Diff(want, *got); d != "" {
		t.Error(d)
	}
	if table.Nominatable || table.Position != 2 {
		t.Errorf("table %+v", table)
	}
	if v := b.texts(`SELECT version::text FROM schedule_versions`); v[0] != "3" || b.told != 2 {
		t.Errorf("schedule version %q, told %d times", v, b.told)
	}
	if a := b.texts(`SELECT action || ' ' || subject FROM audit_entries ORDER BY seq LIMIT 1`); a[0] != "resource.created resource:"+staff.ID.String() {
		t.Errorf("audit %q", a)
	}
}

func TestCreateResourceInput_NamesEveryFault(t *testing.T) {
	t.Parallel()
	in := catalog.CreateResourceInput{Kind: "robot", Name: locale.Text{"ja": strings.Repeat("あ", 101)}, ResourceFields: catalog.ResourceFields{
		Capacity: new(0), MinParty: new(4), MaxParty: new(2), Nominatable: new(true), NominationFee: &money.Money{Amount: -1, Currency: "USD"}, Position: new(-1),
	}}
	refused(t, in.Validate(), "validation.failed", "body.kind not_allowed", "body.name.ja too_long", "body.capacity too_small", "body.max_party too_small",
		"body.nominatable catalog.nomination_staff_only", "body.nomination_fee.amount too_small", "body.nomination_fee.currency not_allowed",
		"body.nomination_fee catalog.nomination_staff_only", "body.position too_small")
	in = catalog.CreateResourceInput{Kind: catalog.Room, ResourceFields: catalog.ResourceFields{
		Capacity: new(201), MinParty: new(501), MaxParty: new(501), NominationFee: new(money.Yen(1_000_001)), Position: new(100_001),
	}}
	refused(t, in.Validate(), "validation.failed", "body.name.ja required", "body.capacity too_large", "body.min_party too_large", "body.max_party too_large",
		"body.nomination_fee.amount too_large", "body.nomination_fee catalog.nomination_staff_only", "body.position too_large")
}

func TestUpdateResource_WhatIsLeftOutStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.resource(catalog.Staff, "佐藤")
	in := catalog.UpdateResourceInput{ResourceFields: catalog.ResourceFields{NominationFee: new(money.Yen(1100)), Nominatable: new(false)}}
	got, err := b.catalog.UpdateResource(t.Context(), owner, b.shop, x.ID, 1, in)
	if err != nil || got.NominationFee != 1100 || got.Nominatable || got.Name["ja"] != "佐藤" || got.Version != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = b.catalog.UpdateResource(t.Context(), owner, b.shop, x.ID, 1, in)
	refused(t, err, "precondition.stale")
	_, err = b.catalog.UpdateResource(t.Context(), owner, b.shop, x.ID, 2, catalog.UpdateResourceInput{Name: ja(" "), ResourceFields: catalog.ResourceFields{MaxParty: new(0)}})
	refused(t, err, "validation.failed", "body.name.ja required", "body.max_party too_small")
}

func TestResources_OfAnotherBusinessAreAbsent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x, s, o := b.resource(catalog.Staff, "佐藤"), b.service("カット", catalog.RequirementInput{Kind: catalog.Staff}), b.option("炭酸")
	ctx := t.Context()
	_, err := b.catalog.Resource(ctx, b.other, x.ID)
	refused(t, err, "not_found")
	_, err = b.catalog.UpdateResource(ctx, owner, b.other, x.ID, 1, catalog.UpdateResourceInput{Name: ja("乗っ取り")})
	refused(t, err, "not_found")
	refused(t, b.catalog.DeleteResource(ctx, owner, b.other, x.ID, 1), "not_found")
	_, err = b.catalog.Service(ctx, b.other, s.ID)
	refused(t, err, "not_found")
	_, err = b.catalog.UpdateService(ctx, owner, b.other, s.ID, 1, catalog.UpdateServiceInput{Name: ja("乗っ取り")})
	refused(t, err, "not_found")
	refused(t, b.catalog.DeleteService(ctx, owner, b.other, s.ID, 1), "not_found")
	_, err = b.catalog.Option(ctx, b.other, o.ID)
	refused(t, err, "not_found")
	_, err = b.catalog.UpdateOption(ctx, owner, b.other, o.ID, 1, catalog.UpdateOptionInput{Name: ja("乗っ取り")})
	refused(t, err, "not_found")
	refused(t, b.catalog.DeleteOption(ctx, owner, b.other, o.ID, 1), "not_found")
	_, err = b.catalog.CreateService(ctx, owner, b.other, cut("乗っ取り", catalog.RequirementInput{Kind: catalog.Staff, ResourceIDs: []catalog.ResourceID{x.ID}}), nil)
	refused(t, err, "validation.failed", "body.requirements[0].resource_ids[0] unknown_id")
	_, err = b.catalog.CreateResource(ctx, owner, business.ID{1}, catalog.CreateResourceInput{Kind: catalog.Room, Name: ja("部屋")}, nil)
	refused(t, err, "not_found")
}

func TestDeleteResource_ArchivesWhatIsSpokenOf(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	unused, listed := b.resource(catalog.Staff, "新人"), b.resource(catalog.Staff, "佐藤")
	b.service("カット", catalog.RequirementInput{Kind: catalog.Staff, ResourceIDs: []catalog.ResourceID{listed.ID}})
	refused(t, b.catalog.DeleteResource(ctx, owner, b.shop, unused.ID, 2), "precondition.stale")
	b.must(b.catalog.DeleteResource(ctx, owner, b.shop, unused.ID, 1))
	_, err := b.catalog.Resource(ctx, b.shop, unused.ID)
	refused(t, err, "not_found")
	b.must(b.catalog.DeleteResource(ctx, owner, b.shop, listed.ID, 1))
	if x, err := b.catalog.Resource(ctx, b.shop, listed.ID); err != nil || x.Active || x.Version != 2 {
		t.Errorf("got %+v, %v", x, err)
	}
	// Any booking since it was made may speak of it.
	booked := b.resource(catalog.Staff, "鈴木")
	b.book()
	b.must(b.catalog.DeleteResource(ctx, owner, b.shop, booked.ID, 1))
	if x, err := b.catalog.Resource(ctx, b.shop, booked.ID); err != nil || x.Active {
		t.Errorf("got %+v, %v", x, err)
	}
}

// book puts a booking into the business, of nothing in particular.
func (b *bench) book() {
	b.tb.Helper()
	b.sql(b.shop, `INSERT INTO bookings (business_id, id, code, status, source, guest, starts_at, ends_at, business_date, party_size, total,
	    currency, price_lines, policy, locale, created_at, updated_at)
	    VALUES ($1, gen_random_uuid(), 'CODE', 'completed', 'public', '{}', $2, $2::timestamptz + interval '1 hour', '2026-12-01', 1, 0,
	    'JPY', '[]', '{}', 'ja', $2, $2)`, b.shop, now)
}

func TestResources_PagesByPositionAndKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	for _, name := range []string{"い", "ろ", "は"} {
		b.resource(catalog.Staff, name)
	}
	b.resource(catalog.Room, "部屋")
	first, err := b.catalog.Resources(ctx, b.shop, catalog.Staff, nil, 2)
	b.must(err)
	rest, err := b.catalog.Resources(ctx, b.shop, catalog.Staff, &first[1], 5)
	b.must(err)
	var got []string
	for _, x := range slices.Concat(first, rest) {
		got = append(got, x.Name["ja"])
	}
	if !slices.Equal(got, []string{"い", "ろ", "は"}) {
		t.Errorf("got %q", got)
	}
	if all, err := b.catalog.Resources(ctx, b.shop, "", nil, 5); err != nil || len(all) != 4 {
		t.Errorf("all: %d, %v", len(all), err)
	}
	_, err = b.catalog.Resources(ctx, b.shop, "robot", nil, 5)
	refused(t, err, "validation.failed", "query.kind not_allowed")
}

func TestCreateResource_HasALimit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.sql(b.shop, `INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active,
	    created_at, updated_at) SELECT $1, gen_random_uuid(), 'room', '{"ja":"部屋"}', 1, 1, 500, false, 0, n, true, $2, $2
	    FROM generate_series(1, $3) n`, b.shop, now, catalog.MaxResources)
	_, err := b.catalog.CreateResource(t.Context(), owner, b.shop, catalog.CreateResourceInput{Kind: catalog.Room, Name: ja("部屋")}, nil)
	refused(t, err, "business.limit_reached")
}
