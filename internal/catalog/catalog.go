package catalog

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// Kinds are all kinds of resources, in the order in which they are locked.
var Kinds = []Kind{Staff, Room, Seat, Equipment}

// Nomination is whether customers choose who serves them.
type Nomination string

// The nominations.
const (
	NominationNone     Nomination = "none"
	NominationOptional Nomination = "optional"
	NominationRequired Nomination = "required"
)

// Nominations are all of them.
var Nominations = []Nomination{NominationNone, NominationOptional, NominationRequired}

// Service is what is booked.
type Service struct {
	ID              ServiceID     `db:"id"`
	Name            locale.Text   `db:"name"`
	Description     locale.Text   `db:"description"`
	DurationMinutes int           `db:"duration_minutes"` // 5 to 1440
	Price           int64         `db:"price"`            // yen, tax included
	TaxPercent      int           `db:"tax_percent"`      // 8 or 10
	PerPerson       bool          `db:"per_person"`       // the price is multiplied by the party
	MinParty        int           `db:"min_party"`
	MaxParty        int           `db:"max_party"`
	Nomination      Nomination    `db:"nomination"`
	Position        int           `db:"position"`
	Active          bool          `db:"active"`
	CategoryID      CategoryID    `db:"category_id"`  // zero: none
	ActiveFrom      *clock.Date   `db:"active_from"`  // first business date of its starts; nil: since ever
	ActiveTo        *clock.Date   `db:"active_to"`    // last business date of its starts; nil: for ever
	Customers       Customers     `db:"customers"`    // who may book it; members may for anybody
	GenderNote      GenderNote    `db:"gender_note"`  // shown, not enforced
	MinAgeNote      *int          `db:"min_age_note"` // shown, not enforced
	MaxAgeNote      *int          `db:"max_age_note"` // shown, not enforced
	Turn            bool          `db:"turn"`         // lasts as long as a table is kept; the duration is what is shown as usual
	Hours           []DayHours    `db:"hours"`        // within which it may start, by weekday; none: whenever the business is open
	Prices          []RankPrice   `db:"prices"`       // where another than Price holds, by the rank of who was asked for
	Version         int64         `db:"version"`
	CreatedAt       time.Time     `db:"created_at"`
	UpdatedAt       time.Time     `db:"updated_at"`
	Photo           *media.Photo  `db:"photo"` // nil: none
	Options         []OptionID    `db:"-"`     // that may be added to it
	Requirements    []Requirement `db:"-"`     // what it occupies, in order; at least one
}

// Option is an add-on that lengthens or prices up a service.
type Option struct {
	ID              OptionID    `db:"id"`
	Name            locale.Text `db:"name"`
	DurationMinutes int         `db:"duration_minutes"` // 0 to 480, added at the end of the service
	Price           int64       `db:"price"`
	Position        int         `db:"position"`
	Active          bool        `db:"active"`
	Version         int64       `db:"version"`
	CreatedAt       time.Time   `db:"created_at"`
	UpdatedAt       time.Time   `db:"updated_at"`
	ServiceIDs      []ServiceID `db:"service_ids"` // that it may be added to
}

// Requirement is one thing that a service occupies: one of the resources that it lists.
type Requirement struct {
	ID             RequirementID `db:"id"`
	ServiceID      ServiceID     `db:"service_id"`
	Kind           Kind          `db:"kind"`
	ResourceIDs    []ResourceID  `db:"resource_ids"`     // none: any active one of the kind
	Units          int           `db:"units"`            // of one and the same resource
	PerPerson      bool          `db:"per_person"`       // units for each person of the party
	BeforeMinutes  int           `db:"before_minutes"`   // preparation, 0 to 240
	AfterMinutes   int           `db:"after_minutes"`    // clean-up, 0 to 240
	GapStartMinute *int          `db:"gap_start_minute"` // minute of the service from which the resource is free
	GapEndMinute   *int          `db:"gap_end_minute"`   // minute of the service at which it is needed again
}

// Resource is what a booking occupies.
type Resource struct {
	ID            ResourceID  `db:"id"`
	Kind          Kind        `db:"kind"`
	Name          locale.Text `db:"name"`
	Capacity      int         `db:"capacity"` // units, 1 to 200
	MinParty      int         `db:"min_party"`
	MaxParty      int         `db:"max_party"`
	Nominatable   bool        `db:"nominatable"`    // staff only
	NominationFee int64       `db:"nomination_fee"` // yen, tax included
	Position      int         `db:"position"`
	Active        bool        `db:"active"`
	RankID        RankID      `db:"rank_id"` // staff only; zero: none
	Version       int64       `db:"version"`
	CreatedAt     time.Time   `db:"created_at"`
	UpdatedAt     time.Time   `db:"updated_at"`
	business.Standby
	Photo *media.Photo `db:"photo"` // nil: none
}

// UnitsFor is how many units of one resource a party of that size occupies.
func (r *Requirement) UnitsFor(party int) int {
	if r.PerPerson {
		return r.Units * party
	}
	return r.Units
}

// Accepts tells whether the resource may serve the requirement for a party of
// that size: active, of the kind, listed where resources are listed, fit for
// the party and large enough. When it is free is no question of the catalogue.
func (r *Requirement) Accepts(x *Resource, party int) bool {
	return x.Active && x.Kind == r.Kind &&
		(len(r.ResourceIDs) == 0 || slices.Contains(r.ResourceIDs, x.ID)) &&
		x.MinParty <= party && party <= x.MaxParty && r.UnitsFor(party) <= x.Capacity
}

// Nominatable are the staff whom a customer may choose for the service, for at
// least one size of party, in the order of the resources; none where the
// service takes no nomination.
func (s *Service) Nominatable(resources []Resource) []*Resource {
	if s.Nomination == NominationNone {
		return nil
	}
	var out []*Resource
	for i := range resources {
		if x := &resources[i]; x.Nominatable && s.canServe(x) {
			out = append(out, x)
		}
	}
	return out
}

func (s *Service) canServe(x *Resource) bool {
	party := max(s.MinParty, x.MinParty)
	if party > s.MaxParty {
		return false
	}
	for i := range s.Requirements {
		if r := &s.Requirements[i]; r.Kind == Staff { // a nomination decides the first of them
			return r.Accepts(x, party)
		}
	}
	return false
}
