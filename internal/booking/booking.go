package booking

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// ID names a booking.
type ID = id.Of[Booking]

// HoldID names a hold.
type HoldID = id.Of[Hold]

// Source is the way in.
type Source string

// The sources.
const (
	Public  Source = "public"
	Console Source = "console"
	WalkIn  Source = "walk_in"
	Import  Source = "import"
)

// LineKind is what a price line is for.
type LineKind string

// The kinds of price lines.
const (
	LineService    LineKind = "service"
	LineOption     LineKind = "option"
	LineNomination LineKind = "nomination"
	LineSet        LineKind = "set" // brings the services of a set to its price; mostly below zero
)

// Line is one line of a price, tax included. Amount is for the whole quantity.
type Line struct {
	Kind       LineKind    `json:"kind"`
	Name       locale.Text `json:"name"`
	Quantity   int         `json:"quantity"`
	Amount     int64       `json:"amount"`
	TaxPercent int         `json:"tax_percent"`
}

// OptionSnapshot is an option as it was when it was booked.
type OptionSnapshot struct {
	ID              catalog.OptionID `json:"id"`
	Name            locale.Text      `json:"name"`
	DurationMinutes int              `json:"duration_minutes"`
	Price           int64            `json:"price"`
}

// Segment is one item of the visit: a service, when, and who and what serves it.
type Segment struct {
	ServiceID       catalog.ServiceID
	ServiceName     locale.Text
	Options         []OptionSnapshot
	DurationMinutes int
	StartsAt        time.Time
	EndsAt          time.Time
	StaffID         catalog.ResourceID // zero: served by nobody in particular
	Nominated       bool
	Picks           []availability.Allocation // what it occupies; kept when the allocations go
}

// Consent is what the customer agreed to, and when.
type Consent struct {
	TermsVersion string    `json:"terms_version"`
	At           time.Time `json:"at"`
}

// Booking is a customer's appointment: one or more segments in order.
type Booking struct {
	BusinessID     business.ID
	ID             ID
	Code           string
	Status         Status
	Source         Source
	CustomerID     customer.ID // zero: nobody known
	Guest          customer.Guest
	StartsAt       time.Time
	EndsAt         time.Time
	Date           clock.Date // of the business day
	PartySize      int
	SetID          catalog.SetID // that was booked; zero: none
	ExpiresAt      *time.Time
	Total          int64
	Currency       string
	Lines          []Line
	Policy         Policy
	Consent        *Consent
	Note           string
	Locale         locale.Lang
	LinkGeneration int
	Overridden     bool
	OverrideReason string
	OutsideRules   bool
	CancelFee      *int64
	Version        int64
	CreatedAt      time.Time
	UpdatedAt      time.Time
	Segments       []Segment
}

// allocations is what all segments occupy.
func (x *Booking) allocations() []availability.Allocation {
	var out []availability.Allocation
	for _, s := range x.Segments {
		out = append(out, s.Picks...)
	}
	return out
}

// Request is what is wished for: items one after the other from a start.
type Request struct {
	Start time.Time `json:"start"`
	availability.Request
}

// Hold is a slot kept for some minutes.
type Hold struct {
	BusinessID business.ID
	ID         HoldID
	Request    Request
	Date       clock.Date // of the business day
	Picks      []availability.Allocation
	ExpiresAt  time.Time
	CreatedAt  time.Time
}

// HistoryEntry is one change of a booking.
type HistoryEntry struct {
	Version   int64          `db:"version"`
	At        time.Time      `db:"at"`
	ActorKind string         `db:"actor_kind"`
	ActorID   *[16]byte      `db:"actor_id"`
	Action    Action         `db:"action"`
	From      string         `db:"from_status"`
	To        string         `db:"to_status"`
	Reason    string         `db:"reason"`
	Detail    map[string]any `db:"detail"`
}
