package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file puts menus and resources in order, all in one step. Two who sort at
// once come one after the other: the later has the last word on all that they
// name, and what they did not know of yet stays behind it. Whatever changed its
// place has a new version.

// MenuGroup is a category with its services in order.
type MenuGroup struct {
	CategoryID *CategoryID `json:"category_id" doc:"Null: the services that stand under none" nullable:"true"`
	ServiceIDs []ServiceID `json:"service_ids" maxItems:"300"`
}

var (
	orderServices = pg.Register("catalog.order_services",
		`UPDATE services s SET position = x.position, category_id = x.category_id, version = s.version + 1, updated_at = $5
		 FROM unnest($2::uuid[], $3::integer[], $4::uuid[]) AS x (id, position, category_id)
		 WHERE s.business_id = $1 AND s.id = x.id
		   AND (s.position <> x.position OR s.category_id IS DISTINCT FROM x.category_id)`)
	orderCategories = pg.Register("catalog.order_categories", orderOf("service_categories"))
	orderResources  = pg.Register("catalog.order_resources", orderOf("resources"))
)

// orderOf numbers rows by their place in $2.
func orderOf(table string) string {
	return `UPDATE ` + table + ` t SET position = x.position, version = t.version + 1, updated_at = $3
	 FROM unnest($2::uuid[]) WITH ORDINALITY AS x (id, position)
	 WHERE t.business_id = $1 AND t.id = x.id AND t.position <> x.position`
}

// MenuOrder is the whole menu in its order: categories with their services,
// archived ones too, and last what stands under none.
func (c *Catalog) MenuOrder(ctx context.Context, bid business.ID) ([]MenuGroup, error) {
	var m menu
	var b pg.Batch
	QueueServices(&b, bid, &m.services)
	QueueCategories(&b, bid, &m.categories)
	if err := c.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	return m.groups(), nil
}

// SetMenuOrder puts categories and services in the order given and services
// under the categories given; what is not named stays behind, in its order and
// under its category. It answers the whole menu, and an Invalid fault for what
// is unknown or named twice.
func (c *Catalog) SetMenuOrder(ctx context.Context, actor tenant.Actor, bid business.ID, in []MenuGroup) ([]MenuGroup, error) {
	var out []MenuGroup
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		m := menu{services: have.services, categories: have.categories}
		if err := m.sort(in); err != nil {
			return business.Done{}, err
		}
		m.queue(ch, bid)
		out = m.groups()
		return business.Done{Action: "menu.sorted", Subject: "business:" + bid.String()}, nil
	})
	return out, err
}

// menu is what is sorted.
type menu struct {
	services   []Service
	categories []Category
}

// groups is the menu as it stands.
func (m *menu) groups() []MenuGroup {
	out := make([]MenuGroup, len(m.categories)+1)
	at := map[CategoryID]int{{}: len(m.categories)}
	for i := range m.categories {
		out[i].CategoryID, at[m.categories[i].ID] = &m.categories[i].ID, i
	}
	for i := range out {
		out[i].ServiceIDs = []ServiceID{}
	}
	for i := range m.services {
		s := &m.services[i]
		g := &out[at[s.CategoryID]]
		g.ServiceIDs = append(g.ServiceIDs, s.ID)
	}
	return out
}

// sort does what is wished, or notes what is unknown or named twice.
func (m *menu) sort(in []MenuGroup) error {
	var v fault.Fields
	var first []CategoryID
	var services []ServiceID
	under := map[ServiceID]CategoryID{}
	none := false
	for i, g := range in[:min(len(in), MaxCategories+2)] {
		item := fmt.Sprintf("body.groups[%d]", i)
		var cid CategoryID
		if g.CategoryID == nil {
			v.Check(!none, item+".category_id", "duplicate")
			none = true
		} else {
			cid = *g.CategoryID
			v.Check(slices.ContainsFunc(m.categories, func(c Category) bool { return c.ID == cid }), item+".category_id", "unknown_id")
			v.Check(!slices.Contains(first, cid), item+".category_id", "duplicate")
			first = append(first, cid)
		}
		for j, sid := range g.ServiceIDs[:min(len(g.ServiceIDs), MaxServices+1)] {
			at := fmt.Sprintf("%s.service_ids[%d]", item, j)
			_, twice := under[sid]
			v.Check(!twice, at, "duplicate")
			v.Check(slices.ContainsFunc(m.services, func(s Service) bool { return s.ID == sid }), at, "unknown_id")
			services, under[sid] = append(services, sid), cid
		}
	}
	if err := v.Err(); err != nil {
		return err
	}
	inFront(m.categories, first, func(c *Category) CategoryID { return c.ID })
	inFront(m.services, services, func(s *Service) ServiceID { return s.ID })
	for i := range m.services {
		if cid, ok := under[m.services[i].ID]; ok {
			m.services[i].CategoryID = cid
		}
	}
	return nil
}

// inFront moves those named to the front, in the order in which they are named;
// the others keep theirs.
func inFront[T any, K comparable](list []T, first []K, key func(*T) K) {
	place := make(map[K]int, len(first))
	for i, k := range first {
		place[k] = i - len(first)
	}
	slices.SortStableFunc(list, func(a, b T) int { return place[key(&a)] - place[key(&b)] })
}

func (m *menu) queue(ch *business.Change, bid business.ID) {
	places, under := make([]int32, len(m.services)), make([]CategoryID, len(m.services))
	ids := idsOf(m.services, func(s *Service) ServiceID { return s.ID })
	for i := range m.services {
		places[i], under[i] = int32(i+1), m.services[i].CategoryID
	}
	ch.Tx.Later(orderServices, bid, ids, places, under, ch.Now)
	ch.Tx.Later(orderCategories, bid, idsOf(m.categories, func(c *Category) CategoryID { return c.ID }), ch.Now)
}

func idsOf[T, K any](list []T, key func(*T) K) []K {
	out := make([]K, len(list))
	for i := range list {
		out[i] = key(&list[i])
	}
	return out
}

// SetResourceOrder puts resources in the order given; those that are not named
// stay behind, in theirs. It answers all of them in order.
func (c *Catalog) SetResourceOrder(ctx context.Context, actor tenant.Actor, bid business.ID, in []ResourceID) ([]ResourceID, error) {
	var out []ResourceID
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		var list []Resource
		var b pg.Batch
		QueueResources(&b, bid, &list)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		for i, rid := range in[:min(len(in), MaxResources+1)] {
			at := fmt.Sprintf("body.resource_ids[%d]", i)
			v.Check(!slices.Contains(in[:i], rid), at, "duplicate")
			v.Check(slices.ContainsFunc(list, func(x Resource) bool { return x.ID == rid }), at, "unknown_id")
		}
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		key := func(x *Resource) ResourceID { return x.ID }
		inFront(list, in, key)
		out = idsOf(list, key)
		ch.Tx.Later(orderResources, bid, out, ch.Now)
		return business.Done{Action: "resources.sorted", Subject: "business:" + bid.String()}, nil
	})
	return out, err
}
