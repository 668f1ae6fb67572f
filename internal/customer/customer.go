package customer

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// ID names a customer within a business.
type ID = id.Of[Guest]

// Bounds of a record.
const (
	MaxTags  = 20  // of one customer, as typed; two who become one keep all of theirs
	MaxTag   = 40  // characters
	MaxNotes = 200 // of one customer
	MaxNote  = 2000
)

// Agreement is whether somebody agreed to something.
type Agreement string

// The states of an agreement.
const (
	NeverAsked Agreement = "none"
	Granted    Agreement = "granted"
	Withdrawn  Agreement = "withdrawn"
)

// Customer is what a business knows of a person.
type Customer struct {
	ID ID
	Guest
	Tags        []string
	BirthDate   *clock.Date
	Visits      Visits
	Health      Agreement // to the keeping of health data
	Marketing   Agreement // to advertising by e-mail
	MergedInto  ID        // the record that this one became; zero for none
	ErasedAt    *time.Time
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
	sortKey     []byte
	identityKey *string
}

// Visits is a customer's past and future in numbers.
type Visits struct {
	Count   int        // visits that took place
	NoShows int        // without having cancelled
	Last    *time.Time // start of the last visit that took place
	Next    *time.Time // start of the next one that is booked
}

// Position is where a customer stands in the list.
type Position struct {
	SortKey []byte `json:"k"`
	ID      ID     `json:"i"`
}

// Position is the customer's.
func (c *Customer) Position() Position { return Position{c.sortKey, c.ID} }

// profile is the columns of a customer alone.
const profile = `c.id, c.family_name, c.given_name, c.family_name_kana, c.given_name_kana, c.phone, c.email, c.locale, c.birth_date,
	c.merged_into, c.erased_at, c.identity_key, c.sort_key, c.version, c.created_at, c.updated_at,
	ARRAY(SELECT t.tag FROM customer_tags t WHERE t.business_id = c.business_id AND t.customer_id = c.id ORDER BY t.tag) AS tags`

// visits are the columns of visitsOf.
const visits = `v.visit_count, v.no_show_count, v.last_visit_at, v.next_visit_at`

// visitsOf counts for one customer c; the parameter is the present instant.
func visitsOf(now string) string {
	return `CROSS JOIN LATERAL (
	     SELECT count(*) FILTER (WHERE b.status IN ('checked_in', 'completed'))::integer AS visit_count,
	         count(*) FILTER (WHERE b.status = 'no_show')::integer AS no_show_count,
	         max(b.starts_at) FILTER (WHERE b.status IN ('checked_in', 'completed')) AS last_visit_at,
	         min(b.starts_at) FILTER (WHERE b.status IN ('pending_payment', 'pending_approval', 'confirmed') AND b.starts_at > ` + now + `) AS next_visit_at
	     FROM bookings b WHERE b.business_id = c.business_id AND b.customer_id = c.id) v`
}

// agreement is the last word of customer c on a purpose.
func agreement(purpose, name string) string {
	return `coalesce((SELECT CASE WHEN a.granted THEN 'granted' ELSE 'withdrawn' END FROM customer_consents a
	     WHERE a.business_id = c.business_id AND a.customer_id = c.id AND a.purpose = '` + purpose + `' ORDER BY a.at DESC, a.id DESC LIMIT 1), 'none') AS ` + name
}

// profileRow is a customer alone, as the database gives it.
type profileRow struct {
	ID             ID          `db:"id"`
	FamilyName     string      `db:"family_name"`
	GivenName      string      `db:"given_name"`
	FamilyNameKana string      `db:"family_name_kana"`
	GivenNameKana  string      `db:"given_name_kana"`
	Phone          string      `db:"phone"`
	Email          string      `db:"email"`
	Locale         locale.Lang `db:"locale"`
	BirthDate      []byte      `db:"birth_date"`
	MergedInto     ID          `db:"merged_into"`
	ErasedAt       *time.Time  `db:"erased_at"`
	IdentityKey    *string     `db:"identity_key"`
	SortKey        []byte      `db:"sort_key"`
	Version        int64       `db:"version"`
	CreatedAt      time.Time   `db:"created_at"`
	UpdatedAt      time.Time   `db:"updated_at"`
	Tags           []string    `db:"tags"`
}

// listRow is a customer with their visits.
type listRow struct {
	profileRow
	Count   int        `db:"visit_count"`
	NoShows int        `db:"no_show_count"`
	Last    *time.Time `db:"last_visit_at"`
	Next    *time.Time `db:"next_visit_at"`
}

// fullRow is a customer with all that is derived.
type fullRow struct {
	listRow
	Health    Agreement `db:"health_consent"`
	Marketing Agreement `db:"marketing_consent"`
}

func (r *profileRow) customer() Customer {
	return Customer{
		ID: r.ID, Guest: Guest{
			FamilyName: r.FamilyName, GivenName: r.GivenName, FamilyNameKana: r.FamilyNameKana, GivenNameKana: r.GivenNameKana,
			Phone: r.Phone, Email: r.Email, Locale: r.Locale,
		},
		Tags: r.Tags, MergedInto: r.MergedInto, ErasedAt: r.ErasedAt, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		Health: NeverAsked, Marketing: NeverAsked, sortKey: r.SortKey, identityKey: r.IdentityKey,
	}
}

func (r *listRow) customer() Customer {
	c := r.profileRow.customer()
	c.Visits = Visits{Count: r.Count, NoShows: r.NoShows, Last: r.Last, Next: r.Next}
	return c
}

func (r *fullRow) customer() Customer {
	c := r.listRow.customer()
	c.Health, c.Marketing = r.Health, r.Marketing
	return c
}

// searchKey and sort are by what lists of bookings and of customers go.
func (g Guest) searchKey() string { return jp.Fold(g.fullName() + " " + g.fullKana()) }
func (g Guest) sort() []byte      { return jp.SortKey(g.fullKana(), g.fullName()) }
