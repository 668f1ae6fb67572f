package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

func TestJoins_FromCreationToDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	one, two, three := b.resource(catalog.Seat, "1"), b.resource(catalog.Seat, "2"), b.resource(catalog.Seat, "3")
	x, err := b.catalog.CreateJoin(ctx, owner, b.shop, catalog.CreateJoinInput{Name: ja(" 1・2 "), ResourceIDs: []catalog.ResourceID{two.ID, one.ID}, MaxParty: 6}, nil)
	b.must(err)
	got, err := b.catalog.Join(ctx, b.shop, x.ID)
	b.must(err)
	want := catalog.Join{
		ID: x.ID, Name: ja("1・2"), ResourceIDs: []catalog.ResourceID{two.ID, one.ID}, MinParty: 1, MaxParty: 6, Position: 1, Active: true, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if d := cmp.Diff(want, *got); d != "" {
		t.Error(d)
	}
	got, err = b.catalog.UpdateJoin(ctx, owner, b.shop, x.ID, 1, catalog.UpdateJoinInput{MinParty: new(3), ResourceIDs: []catalog.ResourceID{one.ID, three.ID}, Active: new(false)})
	if err != nil || got.MinParty != 3 || got.MaxParty != 6 || got.Active || got.Version != 2 || !slices.Equal(got.ResourceIDs, []catalog.ResourceID{one.ID, three.ID}) {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = b.catalog.UpdateJoin(ctx, owner, b.shop, x.ID, 1, catalog.UpdateJoinInput{})
	refused(t, err, "precondition.stale")
	_, err = b.catalog.UpdateJoin(ctx, owner, b.other, x.ID, 2, catalog.UpdateJoinInput{})
	refused(t, err, "not_found")
	b.must(b.catalog.DeleteResource(ctx, owner, b.shop, three.ID, 1)) // a join speaks of it
	if r, err := b.catalog.Resource(ctx, b.shop, three.ID); err != nil || r.Active {
		t.Errorf("a table of a join: %+v, %v", r, err)
	}
	refused(t, b.catalog.DeleteJoin(ctx, owner, b.shop, x.ID, 1), "precondition.stale")
	b.must(b.catalog.DeleteJoin(ctx, owner, b.shop, x.ID, 2))
	_, err = b.catalog.Join(ctx, b.shop, x.ID)
	refused(t, err, "not_found")
	if got := b.texts(`SELECT action FROM audit_entries WHERE action LIKE 'join.%' ORDER BY seq`); !slices.Equal(got, []string{"join.created", "join.changed", "join.deleted"}) {
		t.Errorf("audit %q", got)
	}
}

func TestJoins_RefusalsNameEveryField(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	seat, room, staff := b.resource(catalog.Seat, "席"), b.resource(catalog.Room, "個室"), b.resource(catalog.Staff, "佐藤")
	create := func(in catalog.CreateJoinInput) error {
		_, err := b.catalog.CreateJoin(t.Context(), owner, b.shop, in, nil)
		return err
	}
	refused(t, create(catalog.CreateJoinInput{}), "validation.failed", "body.name.ja required", "body.resource_ids too_few", "body.max_party too_small")
	refused(t, create(catalog.CreateJoinInput{
		Name: ja("x"), ResourceIDs: []catalog.ResourceID{seat.ID, room.ID, seat.ID, {1}}, MinParty: new(4), MaxParty: 3, Position: new(-1),
	}), "validation.failed", "body.resource_ids[1] catalog.join_kind", "body.resource_ids[2] duplicate", "body.resource_ids[3] unknown_id",
		"body.max_party too_small", "body.position too_small")
	refused(t, create(catalog.CreateJoinInput{Name: ja("x"), ResourceIDs: []catalog.ResourceID{staff.ID, seat.ID}, MaxParty: 3}), "validation.failed",
		"body.resource_ids[0] catalog.join_kind")
	refused(t, create(catalog.CreateJoinInput{Name: ja(strings.Repeat("長", 101)), ResourceIDs: slices.Repeat([]catalog.ResourceID{seat.ID}, 9), MaxParty: 501}), "validation.failed",
		append([]string{"body.name.ja too_long", "body.resource_ids too_many", "body.max_party too_large"}, duplicates(1, 8)...)...)
	two := b.resource(catalog.Seat, "席2")
	b.sql(b.shop, `INSERT INTO resource_joins (business_id, id, name, resource_ids, min_party, max_party, position, active, created_at, updated_at)
	    SELECT $1, gen_random_uuid(), '{"ja":"席"}', '{}', 1, 2, 0, true, now(), now() FROM generate_series(1, 100)`, b.shop)
	refused(t, create(catalog.CreateJoinInput{Name: ja("x"), ResourceIDs: []catalog.ResourceID{seat.ID, two.ID}, MaxParty: 3}), "business.limit_reached")
	page, err := b.catalog.Joins(t.Context(), b.shop, nil, 60)
	b.must(err)
	rest, err := b.catalog.Joins(t.Context(), b.shop, &page[59], 60)
	if b.must(err); len(page) != 60 || len(rest) != 40 || rest[0].ID == page[59].ID {
		t.Errorf("pages of %d and %d", len(page), len(rest))
	}
}

func duplicates(from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf("body.resource_ids[%d] duplicate", i))
	}
	return out
}

// A business whose only service needs two tables put together is complete.
func TestComplete_CountsTablesPutTogether(t *testing.T) {
	t.Parallel()
	for _, listed := range []bool{false, true} {
		b := newBench(t)
		one, two := b.resource(catalog.Seat, "1"), b.resource(catalog.Seat, "2")
		b.sql(b.shop, `UPDATE resources SET max_party = 2 WHERE business_id = $1`, b.shop)
		ids := []catalog.ResourceID{one.ID, two.ID}
		in := cut("宴会", catalog.RequirementInput{Kind: catalog.Seat})
		if in.MinParty, in.MaxParty = new(4), new(6); listed {
			in.Requirements[0].ResourceIDs = ids
		}
		_, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
		b.must(err)
		missing := func() (out []string) {
			b.must(b.db.InTenant(t.Context(), b.shop, func(tx *pg.Tx) (err error) {
				out, err = catalog.Complete(t.Context(), tx, b.shop)
				return err
			}))
			return out
		}
		if got := missing(); !slices.Equal(got, []string{"services"}) {
			t.Errorf("before: %q", got)
		}
		_, err = b.catalog.CreateJoin(t.Context(), owner, b.shop, catalog.CreateJoinInput{Name: ja("x"), ResourceIDs: ids, MinParty: new(3), MaxParty: 4}, nil)
		if b.must(err); len(missing()) > 0 {
			t.Errorf("put together: %q", missing())
		}
		b.sql(b.shop, `UPDATE resources SET active = false WHERE business_id = $1 AND id = $2`, b.shop, two.ID)
		if len(missing()) == 0 {
			t.Error("with a table out of use")
		}
	}
}
