package catalog

import "github.com/omotenashi-connect/omotenashi/internal/id"

// The identifiers of the catalogue.
type (
	ServiceID     = id.Of[Service]
	OptionID      = id.Of[Option]
	ResourceID    = id.Of[Resource]
	RequirementID = id.Of[Requirement]
	CategoryID    = id.Of[ofMenu]
	RankID        = id.Of[ofStaff]
	SetID         = id.Of[Set]
)

// Kind is the kind of a resource.
type Kind string

// The kinds, in the canonical order in which they are locked.
const (
	Staff     Kind = "staff"
	Room      Kind = "room"
	Seat      Kind = "seat"
	Equipment Kind = "equipment"
)
