package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// This file is the menu as customers see it: what can be booked now or from a
// later date on.

func (a *API) registerMenu() {
	register(a, operation{
		ID: "list-menu", Method: http.MethodGet, Path: "/public/businesses/{slug}/services", Tags: tagDirectory, Authz: public(),
		Summary: "What can be booked at a business", Description: "In the order of the menu: by categories, then what stands under none. A service whose last date is over is not shown.",
		Errors: []string{"not_found"},
	}, a.listMenu)
	register(a, operation{
		ID: "list-menu-sets", Method: http.MethodGet, Path: "/public/businesses/{slug}/service-sets", Tags: tagDirectory, Authz: public(),
		Summary: "Sets of services for one price that can be booked at a business", Description: "Ask for free times by set_id, and book by set_id.",
		Errors: []string{"not_found"},
	}, a.listMenuSets)
}

// MenuCategory is a heading of the menu.
type MenuCategory struct {
	ID   catalog.CategoryID `json:"id"`
	Name locale.Text        `json:"name"`
}

// MenuItem is a service as customers see it.
type MenuItem struct {
	ID              catalog.ServiceID  `json:"id"`
	Category        *MenuCategory      `json:"category" doc:"Null: under none"`
	Name            locale.Text        `json:"name"`
	Description     locale.Text        `json:"description,omitempty"`
	DurationMinutes int                `json:"duration_minutes" doc:"As usual, where turn is true"`
	Turn            bool               `json:"turn" doc:"It lasts as long as a table is kept, by the time of the day and the party: see the end of each free start"`
	Price           money.Money        `json:"price" doc:"Served by whoever is free"`
	TaxPercent      int                `json:"tax_percent"`
	PerPerson       bool               `json:"per_person" doc:"The price is for each person of the party"`
	MinParty        int                `json:"min_party"`
	MaxParty        int                `json:"max_party"`
	Nomination      catalog.Nomination `json:"nomination" enum:"none,optional,required"`
	ActiveFrom      *clock.Date        `json:"active_from" doc:"First business date on which it may start; null: since ever"`
	ActiveTo        *clock.Date        `json:"active_to" doc:"Last business date on which it may start; null: for ever"`
	Hours           []catalog.DayHours `json:"hours" doc:"It may start only within these, by weekday; empty: whenever the business is open"`
	Customers       catalog.Customers  `json:"customers" enum:"all,new,returning" doc:"Whose bookings it takes: new are those who have not booked here yet"`
	GenderNote      catalog.GenderNote `json:"gender_note" enum:"any,women,men" doc:"For whom it is meant"`
	MinAgeNote      *int               `json:"min_age_note" doc:"From which age it is meant; null: any"`
	MaxAgeNote      *int               `json:"max_age_note" doc:"Up to which age it is meant; null: any"`
	Photo           *PhotoView         `json:"photo" doc:"Null: none"`
	Options         []NamedOption      `json:"options"`
	Staff           []MenuStaff        `json:"staff" doc:"Who can be nominated"`
}

// MenuStaff is a staff member who can be nominated for a service.
type MenuStaff struct {
	ID            catalog.ResourceID `json:"id"`
	Name          locale.Text        `json:"name"`
	Rank          *MenuRank          `json:"rank" doc:"Null: none"`
	Photo         *PhotoView         `json:"photo" doc:"Null: none"`
	Price         money.Money        `json:"price" doc:"Of the service, when they are asked for"`
	NominationFee money.Money        `json:"nomination_fee" doc:"On top"`
}

// MenuRank is the rank of a staff member.
type MenuRank struct {
	ID   catalog.RankID `json:"id"`
	Name locale.Text    `json:"name"`
}

// menuPlace is a position in the menu: by category, those under none behind.
type menuPlace struct {
	Category int        `json:"c"`
	Position int        `json:"p"`
	ID       id.Of[any] `json:"i"`
}

func (x menuPlace) compare(y menuPlace) int {
	return cmp.Or(cmp.Compare(x.Category, y.Category), cmp.Compare(x.Position, y.Position), slices.Compare(x.ID[:], y.ID[:]))
}

func menuPlaceOf(snap *availability.Snapshot, category catalog.CategoryID, position int, of [16]byte) menuPlace {
	i := slices.IndexFunc(snap.Categories, func(c catalog.Category) bool { return c.ID == category })
	if i < 0 {
		i = len(snap.Categories)
	}
	return menuPlace{i, position, of}
}

// menuPage is a page of what is on offer, which is bounded, in the order of the menu.
func menuPage[T, V any](ctx context.Context, a *API, in *menuInput, offered []T, at func(*T) menuPlace, view func(*T) V) (*data[list[V]], error) {
	slices.SortFunc(offered, func(x, y T) int { return at(&x).compare(at(&y)) })
	var after menuPlace
	more, err := in.after(ctx, a, in.Slug, &after)
	if err != nil {
		return nil, err
	}
	if more {
		offered = slices.DeleteFunc(offered, func(x T) bool { return at(&x).compare(after) <= 0 })
	}
	return pageOf(ctx, a, in.Paging, in.Slug, offered, view, at)
}

type menuInput struct {
	InSite
	Paging
}

func (a *API) listMenu(ctx context.Context, in *menuInput) (*data[list[MenuItem]], error) {
	snap, err := a.site(ctx, in.InSite)
	if err != nil {
		return nil, err
	}
	today := snap.Today(a.Clock.Now())
	offered := slices.DeleteFunc(slices.Clone(snap.Menu), func(s catalog.Service) bool { return !s.Active || s.Ended(today) })
	return menuPage(ctx, a, in, offered,
		func(s *catalog.Service) menuPlace { return menuPlaceOf(snap, s.CategoryID, s.Position, s.ID) },
		func(s *catalog.Service) MenuItem { return menuItem(snap, s) })
}

func menuItem(snap *availability.Snapshot, s *catalog.Service) MenuItem {
	yen := func(n int64) money.Money { return money.Money{Amount: n, Currency: snap.Business.Currency} }
	v := MenuItem{
		ID: s.ID, Category: menuCategory(snap, s.CategoryID), Name: s.Name, Description: s.Description, DurationMinutes: s.DurationMinutes,
		Turn: s.Turn, Price: yen(s.Price), TaxPercent: s.TaxPercent, PerPerson: s.PerPerson, MinParty: s.MinParty, MaxParty: s.MaxParty,
		Nomination: s.Nomination, ActiveFrom: s.ActiveFrom, ActiveTo: s.ActiveTo, Hours: s.Hours, Customers: s.Customers,
		GenderNote: s.GenderNote, MinAgeNote: s.MinAgeNote, MaxAgeNote: s.MaxAgeNote, Photo: photoOf(s.Photo), Options: []NamedOption{}, Staff: []MenuStaff{},
	}
	for _, oid := range s.Options {
		if o := snap.Options[oid]; o != nil && o.Active {
			v.Options = append(v.Options, NamedOption{o.ID, o.Name, o.DurationMinutes, yen(o.Price)})
		}
	}
	for _, r := range s.Nominatable(snap.Resources) {
		m := MenuStaff{ID: r.ID, Name: r.Name, Photo: photoOf(r.Photo), Price: yen(s.PriceFor(r)), NominationFee: yen(r.NominationFee)}
		if k, ok := snap.Rank(r.RankID); ok {
			m.Rank = &MenuRank{k.ID, k.Name}
		}
		v.Staff = append(v.Staff, m)
	}
	return v
}

func menuCategory(snap *availability.Snapshot, cid catalog.CategoryID) *MenuCategory {
	c, ok := snap.Category(cid)
	if !ok {
		return nil
	}
	return &MenuCategory{c.ID, c.Name}
}

// MenuSet is a set as customers see it.
type MenuSet struct {
	ID              catalog.SetID    `json:"id"`
	Category        *MenuCategory    `json:"category" doc:"Null: under none"`
	Name            locale.Text      `json:"name"`
	Description     locale.Text      `json:"description,omitempty"`
	Services        []MenuSetService `json:"services" doc:"In the order in which they are served; their options and staff stand in the menu"`
	DurationMinutes int              `json:"duration_minutes" doc:"Of all services, as usual"`
	Price           money.Money      `json:"price" doc:"In the place of the prices of the services; options and nomination fees come on top"`
	RegularPrice    money.Money      `json:"regular_price" doc:"What the services cost one by one"`
	TaxPercent      int              `json:"tax_percent"`
	PerPerson       bool             `json:"per_person" doc:"The price is for each person of the party"`
	MinParty        int              `json:"min_party"`
	MaxParty        int              `json:"max_party"`
	ActiveFrom      *clock.Date      `json:"active_from" doc:"First business date on which it may begin; null: since ever"`
	ActiveTo        *clock.Date      `json:"active_to" doc:"Last business date on which it may begin; null: for ever"`
}

// MenuSetService is a service of a set.
type MenuSetService struct {
	ID              catalog.ServiceID `json:"id"`
	Name            locale.Text       `json:"name"`
	DurationMinutes int               `json:"duration_minutes"`
}

func (a *API) listMenuSets(ctx context.Context, in *menuInput) (*data[list[MenuSet]], error) {
	snap, err := a.site(ctx, in.InSite)
	if err != nil {
		return nil, err
	}
	today := snap.Today(a.Clock.Now())
	offered := slices.DeleteFunc(slices.Clone(snap.Sets), func(x catalog.Set) bool {
		return !x.Active || x.Ended(today) || slices.ContainsFunc(x.ServiceIDs, func(sid catalog.ServiceID) bool {
			s := snap.Services[sid]
			return s == nil || !s.Active || s.Ended(today)
		})
	})
	return menuPage(ctx, a, in, offered,
		func(x *catalog.Set) menuPlace { return menuPlaceOf(snap, x.CategoryID, x.Position, x.ID) },
		func(x *catalog.Set) MenuSet { return menuSet(snap, x) })
}

// menuSet shows a set of which all services are on offer.
func menuSet(snap *availability.Snapshot, x *catalog.Set) MenuSet {
	yen := func(n int64) money.Money { return money.Money{Amount: n, Currency: snap.Business.Currency} }
	first := snap.Services[x.ServiceIDs[0]]
	v := MenuSet{
		ID: x.ID, Category: menuCategory(snap, x.CategoryID), Name: x.Name, Description: x.Description, Services: []MenuSetService{},
		Price: yen(x.Price), RegularPrice: yen(0), TaxPercent: first.TaxPercent, PerPerson: first.PerPerson,
		MinParty: first.MinParty, MaxParty: first.MaxParty, ActiveFrom: x.ActiveFrom, ActiveTo: x.ActiveTo,
	}
	for _, sid := range x.ServiceIDs {
		s := snap.Services[sid]
		v.Services = append(v.Services, MenuSetService{s.ID, s.Name, s.DurationMinutes})
		v.DurationMinutes += s.DurationMinutes
		v.RegularPrice.Amount += s.Price
		v.MinParty, v.MaxParty = max(v.MinParty, s.MinParty), min(v.MaxParty, s.MaxParty)
	}
	return v
}
