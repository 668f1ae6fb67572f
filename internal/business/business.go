package business

import (
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Vertical is the trade of a business.
type Vertical string

// The verticals.
const (
	HairSalon   Vertical = "hair_salon"
	NailEyelash Vertical = "nail_eyelash"
	SpaMassage  Vertical = "spa_massage"
	Clinic      Vertical = "clinic"
	Restaurant  Vertical = "restaurant"
	Fitness     Vertical = "fitness"
	Lodging     Vertical = "lodging"
	Lesson      Vertical = "lesson"
)

// Verticals are all of them, in the order in which people are offered them.
var Verticals = []Vertical{HairSalon, NailEyelash, SpaMassage, Clinic, Restaurant, Fitness, Lodging, Lesson}

// Status is where a business stands with the platform.
type Status string

// The statuses. Only approved businesses are public and take bookings.
const (
	Draft         Status = "draft"
	PendingReview Status = "pending_review"
	Approved      Status = "approved"
	Suspended     Status = "suspended"
	Rejected      Status = "rejected"
)

// Statuses are all of them.
var Statuses = []Status{Draft, PendingReview, Approved, Suspended, Rejected}

// Mode is how a booking by a customer comes about.
type Mode string

// The modes.
const (
	Instant  Mode = "instant"  // confirmed at once
	Approval Mode = "approval" // the business answers first
)

// Grids are the allowed distances between start times, in minutes.
var Grids = []int{5, 10, 15, 20, 30, 60}

// PolicyStep is one step of a cancellation policy: from HoursBefore hours before
// the start, cancelling costs Percent of the total.
type PolicyStep struct {
	HoursBefore int `json:"hours_before" doc:"From so many hours before the start" minimum:"0" maximum:"8760" example:"24"`
	Percent     int `json:"percent" doc:"Cancelling costs this share of the total" minimum:"0" maximum:"100" example:"50"`
}

// CancellationPolicy is its steps, the earliest first; without any, cancelling is free.
type CancellationPolicy struct {
	Steps []PolicyStep `json:"steps" maxItems:"10"`
}

// Settings are how a business takes bookings.
type Settings struct {
	GridMinutes         int                `db:"grid_minutes"` // one of Grids
	BookingMode         Mode               `db:"booking_mode"`
	ApprovalHours       int                `db:"approval_hours"`        // 1 to 168
	MinNoticeMinutes    int                `db:"min_notice_minutes"`    // a booking is made at least so long before its start
	BookingWindowDays   int                `db:"booking_window_days"`   // 1 to 366
	ChangeNoticeMinutes int                `db:"change_notice_minutes"` // customers may move a visit until then
	CancelNoticeMinutes int                `db:"cancel_notice_minutes"` // customers may cancel until then
	HoldMinutes         int                `db:"hold_minutes"`          // 1 to 60
	MaxItems            int                `db:"max_items"`             // services in one visit, 1 to 10
	CancellationPolicy  CancellationPolicy `db:"cancellation_policy"`
	TermsVersion        string             `db:"terms_version"` // which terms a customer consents to
	Terms               locale.Text        `db:"terms"`

	BookingCutoff      *Cutoff  `db:"booking_cutoff"` // in the place of MinNoticeMinutes; nil: none
	ChangeCutoff       *Cutoff  `db:"change_cutoff"`  // in the place of ChangeNoticeMinutes
	CancelCutoff       *Cutoff  `db:"cancel_cutoff"`  // in the place of CancelNoticeMinutes
	BookingOpens       *Opening `db:"booking_opens"`  // in the place of BookingWindowDays
	MaxOpenPerCustomer *int     `db:"max_open_per_customer"`
	MaxPerCustomerDay  *int     `db:"max_per_customer_day"`
	MaxPerDay          *int     `db:"max_per_day"`
	Pace               *Pace    `db:"pace"`

	TurnMinutes []TurnTime `db:"turn_minutes"` // how long a table is kept, by ascending size of the party
	Fairness    Fairness   `db:"fairness"`
	Standby

	EmbedOrigins []string `db:"embed_origins"` // whose pages may frame the booking form; none: nobody's
}

// Business is one bookable place.
type Business struct {
	ID           ID          `db:"business_id"`
	Slug         string      `db:"slug"` // unique on the installation
	Name         locale.Text `db:"name"`
	Description  locale.Text `db:"description"` // may be empty
	Vertical     Vertical    `db:"vertical"`
	Status       Status      `db:"status"`
	StatusReason string      `db:"status_reason"` // of the last decision of an operator
	Timezone     string      `db:"timezone"`      // IANA
	Currency     string      `db:"currency"`      // JPY
	Locale       locale.Lang `db:"locale"`
	PostalCode   string      `db:"postal_code"` // seven digits, or empty
	Prefecture   string      `db:"prefecture"`  // the Japanese name, or empty
	City         string      `db:"city"`
	AddressLine  string      `db:"address_line"`
	Phone        string      `db:"phone"` // E.164, or empty
	Email        string      `db:"email"`
	AccentColor  string      `db:"accent_color"` // "#rrggbb" of its pages, or empty
	Settings
	Version   int64     `db:"version"`
	CreatedAt time.Time `db:"created_at"`
	UpdatedAt time.Time `db:"updated_at"`
}

// Zone is the business's time zone. Zones are checked when they are stored, so
// that an unknown one is a programmer's error.
func (b *Business) Zone() *time.Location {
	loc, err := time.LoadLocation(b.Timezone)
	if err != nil {
		panic(fmt.Sprintf("business %s: zone %q: %v", b.ID, b.Timezone, err))
	}
	return loc
}

// Public tells whether customers may see and book it.
func (b *Business) Public() bool { return b.Status == Approved }

// defaults are the settings of a new business: open to bookings for the coming
// 60 days until the start itself, changes free of charge until a day before.
func defaults() Settings {
	return Settings{
		GridMinutes: 30, BookingMode: Instant, ApprovalHours: 24, MinNoticeMinutes: 0, BookingWindowDays: 60,
		ChangeNoticeMinutes: 0, CancelNoticeMinutes: 0, HoldMinutes: 10, MaxItems: 5,
		CancellationPolicy: CancellationPolicy{Steps: []PolicyStep{}}, TermsVersion: "1", Terms: locale.Text{}, TurnMinutes: []TurnTime{},
		Fairness: LeastBooked, EmbedOrigins: []string{},
	}
}
