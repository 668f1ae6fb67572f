package demo

import (
	"context"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// A category with its services, by their Japanese names.
type category struct {
	name     locale.Text
	services []string
}

// A set of services, by their Japanese names, at one price.
type set struct {
	name        locale.Text
	description locale.Text
	category    string
	services    []string
	price       int64
}

// arrange puts the menu under categories and offers sets. Like every step it
// makes what is missing only.
func (h *house) arrange(ctx context.Context) error {
	const all = 100 // more than any shop here has
	there, err := h.catalog.Categories(ctx, h.id, nil, all)
	if err != nil {
		return err
	}
	ids := map[string]catalog.CategoryID{}
	for _, c := range there {
		ids[c.Name["ja"]] = c.ID
	}
	if err := h.categorize(ctx, ids); err != nil {
		return err
	}
	sets, err := h.catalog.Sets(ctx, h.id, nil, all)
	if err != nil || len(sets) > 0 {
		return err
	}
	for _, s := range h.shop.sets {
		in := catalog.CreateSetInput{Name: s.name, Price: money.Yen(s.price), SetFields: catalog.SetFields{Description: s.description}}
		if cid, ok := ids[s.category]; ok {
			in.CategoryID = &cid
		}
		for _, name := range s.services {
			in.ServiceIDs = append(in.ServiceIDs, h.services[name].ID)
		}
		if _, err := h.catalog.CreateSet(ctx, h.owner, h.id, in, nil); err != nil {
			return fmt.Errorf("%s: %w", s.name["ja"], err)
		}
	}
	return h.look(ctx)
}

// categorize adds the shop's categories to ids and puts its services under them.
func (h *house) categorize(ctx context.Context, ids map[string]catalog.CategoryID) error {
	sorted := true
	for _, x := range h.services {
		sorted = sorted && !x.CategoryID.IsZero()
	}
	if sorted {
		return nil
	}
	groups := make([]catalog.MenuGroup, len(h.shop.categories))
	for i, c := range h.shop.categories {
		if _, ok := ids[c.name["ja"]]; !ok {
			x, err := h.catalog.CreateCategory(ctx, h.owner, h.id, catalog.CreateLabelInput{Name: c.name}, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name["ja"], err)
			}
			ids[c.name["ja"]] = x.ID
		}
		cid := ids[c.name["ja"]]
		groups[i].CategoryID = &cid
		for _, name := range c.services {
			groups[i].ServiceIDs = append(groups[i].ServiceIDs, h.services[name].ID)
		}
	}
	_, err := h.catalog.SetMenuOrder(ctx, h.owner, h.id, groups)
	return err
}
