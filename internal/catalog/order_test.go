package catalog_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// shown is the menu's order by names: "カラー: c a | : b".
func (b *bench) shown(groups []catalog.MenuGroup) string {
	b.tb.Helper()
	var out []string
	for _, g := range groups {
		line := ""
		if g.CategoryID != nil {
			c, err := b.catalog.Category(b.tb.Context(), b.shop, *g.CategoryID)
			b.must(err)
			line = c.Name["ja"]
		}
		line += ":"
		for _, sid := range g.ServiceIDs {
			s, err := b.catalog.Service(b.tb.Context(), b.shop, sid)
			b.must(err)
			line += " " + s.Name["ja"]
		}
		out = append(out, line)
	}
	return strings.Join(out, " | ")
}

func TestSetMenuOrder_InOneStep(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	first, second, third := b.category("一"), b.category("二"), b.category("三")
	var s []*catalog.Service
	for _, name := range []string{"a", "b", "c", "d"} {
		s = append(s, b.service(name, catalog.RequirementInput{Kind: catalog.Staff}))
	}
	got, err := b.catalog.SetMenuOrder(ctx, owner, b.shop, []catalog.MenuGroup{
		{CategoryID: &third.ID, ServiceIDs: []catalog.ServiceID{s[3].ID, s[1].ID}},
		{CategoryID: &first.ID, ServiceIDs: []catalog.ServiceID{s[0].ID}},
	})
	b.must(err)
	const want = "三: d b | 一: a | 二: | : c"
	if text := b.shown(got); text != want {
		t.Errorf("answered %s, want %s", text, want)
	}
	kept, err := b.catalog.MenuOrder(ctx, b.shop)
	b.must(err)
	if text := b.shown(kept); text != want {
		t.Errorf("kept %s, want %s", text, want)
	}
	// Only what changed its place has a new version.
	versions := b.texts(`SELECT string_agg(name ->> 'ja' || version, ' ' ORDER BY name ->> 'ja') FROM services`)
	if versions[0] != "a2 b2 c2 d2" {
		t.Errorf("versions %v", versions)
	}
	_, err = b.catalog.SetMenuOrder(ctx, owner, b.shop, []catalog.MenuGroup{{CategoryID: &third.ID, ServiceIDs: []catalog.ServiceID{s[3].ID}}, {ServiceIDs: []catalog.ServiceID{s[0].ID}}})
	b.must(err)
	kept, err = b.catalog.MenuOrder(ctx, b.shop)
	b.must(err)
	if text := b.shown(kept); text != "三: d b | 一: | 二: | : a c" {
		t.Errorf("kept %s", text)
	}
	versions = b.texts(`SELECT string_agg(name ->> 'ja' || version, ' ' ORDER BY name ->> 'ja') FROM services`)
	if versions[0] != "a3 b3 c2 d2" {
		t.Errorf("versions %v", versions)
	}
	_ = second
}

func TestSetMenuOrder_NamesEveryFault(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c, s := b.category("一"), b.service("a", catalog.RequirementInput{Kind: catalog.Staff})
	_, err := b.catalog.SetMenuOrder(t.Context(), owner, b.shop, []catalog.MenuGroup{
		{CategoryID: &c.ID, ServiceIDs: []catalog.ServiceID{s.ID, s.ID, {9}}}, {CategoryID: &c.ID}, {CategoryID: &catalog.CategoryID{9}}, {}, {},
	})
	refused(t, err, "validation.failed", "body.groups[0].service_ids[1] duplicate", "body.groups[0].service_ids[2] unknown_id",
		"body.groups[1].category_id duplicate", "body.groups[2].category_id unknown_id", "body.groups[4].category_id duplicate")
}

func TestSetResourceOrder_OthersStayBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x, y, z := b.resource(catalog.Staff, "x"), b.resource(catalog.Seat, "y"), b.resource(catalog.Staff, "z")
	got, err := b.catalog.SetResourceOrder(t.Context(), owner, b.shop, []catalog.ResourceID{z.ID, x.ID})
	if err != nil || !slices.Equal(got, []catalog.ResourceID{z.ID, x.ID, y.ID}) {
		t.Errorf("%v, %v", got, err)
	}
	list, err := b.catalog.Resources(t.Context(), b.shop, "", nil, 9)
	if err != nil || list[0].ID != z.ID || list[1].ID != x.ID || list[2].ID != y.ID || list[0].Version != 2 {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = b.catalog.SetResourceOrder(t.Context(), owner, b.shop, []catalog.ResourceID{x.ID, x.ID, {9}})
	refused(t, err, "validation.failed", "body.resource_ids[1] duplicate", "body.resource_ids[2] unknown_id")
}

// Many sort and add at once: the end is the order of one of them, whole, and
// what was added meanwhile stands behind it.
func TestSetMenuOrder_OfMany_OneHasTheLastWord(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.category("一")
	var ids []catalog.ServiceID
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		ids = append(ids, b.service(name, catalog.RequirementInput{Kind: catalog.Staff}).ID)
	}
	const rivals = 8
	orders := make([][]catalog.ServiceID, rivals)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range rivals {
		turn := i % len(ids)
		orders[i] = append(slices.Clone(ids[turn:]), ids[:turn]...)
		if i >= len(ids) {
			slices.Reverse(orders[i])
		}
		wg.Go(func() {
			<-start
			if _, err := b.catalog.SetMenuOrder(t.Context(), owner, b.shop, []catalog.MenuGroup{{CategoryID: &c.ID, ServiceIDs: orders[i]}}); err != nil {
				t.Errorf("rival %d: %v", i, err)
			}
		})
	}
	wg.Go(func() {
		<-start
		_, err := b.catalog.CreateService(t.Context(), owner, b.shop, cut("new", catalog.RequirementInput{Kind: catalog.Staff}), nil)
		if err != nil {
			t.Error(err)
		}
	})
	close(start)
	wg.Wait()
	groups, err := b.catalog.MenuOrder(t.Context(), b.shop)
	b.must(err)
	if !slices.ContainsFunc(orders, func(o []catalog.ServiceID) bool { return slices.Equal(o, groups[0].ServiceIDs) }) {
		t.Errorf("a mixture: %s", b.shown(groups))
	}
	if len(groups[1].ServiceIDs) != 1 {
		t.Errorf("what was added: %s", b.shown(groups))
	}
	if n := b.texts(`SELECT count(DISTINCT position)::text FROM services`); n[0] != "6" {
		t.Errorf("%s places for six services", n[0])
	}
}
