package demo

import (
	"context"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// A house is one shop as it stands in the database, with services of its own on
// clocks of its own.
type house struct {
	shop  *shop
	clock *clock.Manual
	// calendar is the clock by which availability judges the age of what it
	// remembers. It goes by days: hours and menus do not change while a life is
	// told, and reading them anew for each booking would take half of the time.
	calendar *clock.Manual
	business *business.Service
	team     *business.Team
	catalog  *catalog.Catalog
	schedule *schedule.Service
	media    *media.Service // nil: no photos
	avail    *availability.Service
	bookings *booking.Service

	id        business.ID
	owner     tenant.Actor
	staff     tenant.Actor // the owner where nobody else has an account
	operator  tenant.Actor
	resources map[string]*catalog.Resource // by Japanese name
	options   map[string]catalog.OptionID
	services  map[string]*catalog.Service
	first     *catalog.Service // stays bookable on every day; nil when it was given up
}

func newHouse(d Deps, s *shop, at time.Time, ids map[string]auth.UserID) *house {
	h := &house{shop: s, clock: clock.NewManual(at), calendar: clock.NewManual(at)}
	h.avail = availability.New(d.DB, h.calendar)
	changer := business.NewChanger(d.DB, h.clock, func(bid business.ID) {
		h.avail.ScheduleChanged(bid)
		d.Changed(bid)
	})
	h.business = business.New(d.DB, h.clock, changer, schedule.Complete, catalog.Complete)
	h.team = business.NewTeam(d.DB, h.clock, d.Ring, nil)
	h.catalog = catalog.New(d.DB, changer)
	h.schedule = schedule.New(d.DB, changer)
	if d.Photos != nil {
		h.media = media.New(d.DB, h.clock, changer, d.Photos)
	}
	h.bookings = booking.New(d.DB, h.clock, d.Ring, h.avail, d.Changed)
	h.owner = tenant.Actor{Kind: tenant.Member, Role: tenant.Owner, UserID: ids[s.owner.Email]}
	h.operator = tenant.Actor{Kind: tenant.Operator, UserID: ids[operator.Email]}
	h.staff = h.owner
	if s.staff != nil {
		h.staff = tenant.Actor{Kind: tenant.Member, Role: tenant.Staff, UserID: ids[s.staff.Email]}
	}
	return h
}

// find looks the shop up among those of its owner; false when it is not there.
func (h *house) find(ctx context.Context) (bool, error) {
	list, err := h.business.OfUser(ctx, h.owner.UserID, business.ID{}, 100)
	if err != nil {
		return false, err
	}
	for _, w := range list {
		if w.Slug == h.shop.slug() {
			h.id = w.ID
			return true, nil
		}
	}
	return false, nil
}

// look reads what the shop has. What its people renamed or gave up is not found
// by its name any more: then the demo leaves it out.
func (h *house) look(ctx context.Context) error {
	snap, err := h.avail.Snapshot(ctx, h.id)
	if err != nil {
		return err
	}
	h.resources, h.services = map[string]*catalog.Resource{}, map[string]*catalog.Service{}
	h.options = map[string]catalog.OptionID{}
	for i := range snap.Resources {
		h.resources[snap.Resources[i].Name["ja"]] = &snap.Resources[i]
	}
	for i := range snap.Menu {
		h.services[snap.Menu[i].Name["ja"]] = &snap.Menu[i]
	}
	for id, o := range snap.Options {
		h.options[o.Name["ja"]] = id
	}
	i := slices.IndexFunc(snap.Menu, func(s catalog.Service) bool { return s.Active })
	if h.first = nil; i >= 0 {
		h.first = &snap.Menu[i]
	}
	return nil
}
