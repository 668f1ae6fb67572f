package booking

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

const columns = `b.business_id, b.id, b.code, b.status, b.source, b.customer_id, b.guest, b.starts_at, b.ends_at, b.business_date,
	b.party_size, b.set_id, b.expires_at, b.total, b.currency, b.price_lines, b.policy, b.consent, b.note, b.locale, b.link_generation,
	b.overridden, b.override_reason, b.outside_rules, b.cancel_fee, b.version, b.created_at, b.updated_at,
	(SELECT coalesce(jsonb_agg(jsonb_build_object('service_id', s.service_id, 'service_name', s.service_name, 'options', s.options,
	     'duration_minutes', s.duration_minutes, 'starts_at', s.starts_at, 'ends_at', s.ends_at, 'staff_id', s.staff_id,
	     'nominated', s.nominated, 'picks', s.picks) ORDER BY s.position), '[]')
	 FROM booking_segments s WHERE s.business_id = b.business_id AND s.booking_id = b.id) AS segments`

const historyColumns = `h.version, h.at, h.actor_kind, h.actor_id, h.action, h.from_status, h.to_status, coalesce(w.reason, '') AS reason, h.detail
	FROM booking_history h LEFT JOIN booking_reasons w ON w.business_id = h.business_id AND w.booking_id = h.booking_id AND w.version = h.version`

var (
	insertBooking = pg.Register("booking.insert",
		`INSERT INTO bookings (business_id, id, code, status, source, customer_id, guest, starts_at, ends_at, business_date, party_size,
		     expires_at, total, currency, price_lines, policy, consent, note, locale, overridden, override_reason, created_at, updated_at, set_id)
		 VALUES ($1, $2, $3, $4, $5,
		     coalesce((SELECT coalesce(merged_into, id) FROM customers WHERE business_id = $1 AND identity_key = $6::text), $7::uuid),
		     $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $23, $24)`)
	insertCode = pg.Register("booking.insert_code",
		`INSERT INTO booking_codes (code, tenant_id, booking_id) VALUES ($1, $2, $3)`)
	insertSegments = pg.Register("booking.insert_segments",
		`INSERT INTO booking_segments (business_id, booking_id, position, service_id, service_name, options, duration_minutes,
		     starts_at, ends_at, staff_id, nominated, picks)
		 SELECT $1, $2, x.ord - 1, x.service_id, x.service_name, x.options, x.duration_minutes, x.starts_at, x.ends_at, x.staff_id,
		     x.nominated, x.picks
		 FROM ROWS FROM (jsonb_to_recordset($3::jsonb) AS (service_id uuid, service_name jsonb, options jsonb, duration_minutes integer,
		     starts_at timestamptz, ends_at timestamptz, staff_id uuid, nominated boolean, picks jsonb)) WITH ORDINALITY
		     AS x (service_id, service_name, options, duration_minutes, starts_at, ends_at, staff_id, nominated, picks, ord)`)
	deleteSegments = pg.Register("booking.delete_segments",
		`DELETE FROM booking_segments WHERE business_id = $1 AND booking_id = $2`)
	insertHistory = pg.Register("booking.insert_history",
		`INSERT INTO booking_history (business_id, booking_id, version, at, actor_kind, actor_id, action, from_status, to_status, detail)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	insertReason = pg.Register("booking.insert_reason",
		`INSERT INTO booking_reasons (business_id, booking_id, version, reason) VALUES ($1, $2, $3, $4)`)
	updateBooking = pg.Register("booking.update",
		`UPDATE bookings SET status = $3, starts_at = $4, ends_at = $5, business_date = $6, expires_at = $7, total = $8, price_lines = $9,
		     overridden = $10, override_reason = $11, outside_rules = $12, cancel_fee = $13, version = $14, updated_at = $15
		 WHERE business_id = $1 AND id = $2`)
	byID = pg.Register("booking.by_id",
		`SELECT `+columns+` FROM bookings b WHERE b.business_id = $1 AND b.id = $2`)
	lockByID = pg.Register("booking.lock_by_id",
		`SELECT `+columns+` FROM bookings b WHERE b.business_id = $1 AND b.id = $2 FOR NO KEY UPDATE OF b`)
	lockWithBooking = pg.Register("booking.lock_resources",
		`SELECT lock_resources($3::uuid[] || ARRAY(SELECT (k ->> 'resource_id')::uuid FROM booking_segments s
		     CROSS JOIN jsonb_array_elements(s.picks) k WHERE s.business_id = $1 AND s.booking_id = $2))`)
	listHistory = pg.Register("booking.history",
		`SELECT `+historyColumns+` WHERE h.business_id = $1 AND h.booking_id = $2 ORDER BY h.version`)
	lastHistory = pg.Register("booking.last_history",
		`SELECT `+historyColumns+` WHERE h.business_id = $1 AND h.booking_id = $2 ORDER BY h.version DESC LIMIT 1`)
	customerByKey = pg.Register("booking.customer_by_key",
		`SELECT coalesce(merged_into, id) AS id FROM customers WHERE business_id = $1 AND identity_key = $2::text`)
	byCode = pg.Register("booking.by_code",
		`SELECT tenant_id, booking_id FROM booking_codes WHERE code = $1`)
	scheduleGuard = pg.Register("booking.schedule_guard", `SELECT schedule_guard($1, $2)`)

	insertHold = pg.Register("booking.insert_hold",
		`INSERT INTO holds (business_id, id, status, request, picks, expires_at, created_at, starts_at, business_date, party_size)
		 VALUES ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9)`)
	lockWithHold = pg.Register("booking.lock_resources_of_hold",
		`SELECT lock_resources($3::uuid[] || ARRAY(SELECT (k ->> 'resource_id')::uuid FROM holds h
		     CROSS JOIN jsonb_array_elements(h.picks) k WHERE h.business_id = $1 AND h.id = $2))`)
	lockHold = pg.Register("booking.lock_hold",
		`SELECT status, request, picks, expires_at FROM holds WHERE business_id = $1 AND id = $2 FOR NO KEY UPDATE`)
	endHold = pg.Register("booking.end_hold",
		`UPDATE holds SET status = $3 WHERE business_id = $1 AND id = $2 AND status = 'active'`)
)

// row is a booking as the database gives it.
type row struct {
	BusinessID     business.ID    `db:"business_id"`
	ID             ID             `db:"id"`
	Code           string         `db:"code"`
	Status         Status         `db:"status"`
	Source         Source         `db:"source"`
	CustomerID     customer.ID    `db:"customer_id"`
	Guest          customer.Guest `db:"guest"`
	StartsAt       time.Time      `db:"starts_at"`
	EndsAt         time.Time      `db:"ends_at"`
	Date           clock.Date     `db:"business_date"`
	PartySize      int            `db:"party_size"`
	SetID          catalog.SetID  `db:"set_id"`
	ExpiresAt      *time.Time     `db:"expires_at"`
	Total          int64          `db:"total"`
	Currency       string         `db:"currency"`
	Lines          []Line         `db:"price_lines"`
	Policy         Policy         `db:"policy"`
	Consent        *Consent       `db:"consent"`
	Note           string         `db:"note"`
	Locale         locale.Lang    `db:"locale"`
	LinkGeneration int            `db:"link_generation"`
	Overridden     bool           `db:"overridden"`
	OverrideReason string         `db:"override_reason"`
	OutsideRules   bool           `db:"outside_rules"`
	CancelFee      *int64         `db:"cancel_fee"`
	Version        int64          `db:"version"`
	CreatedAt      time.Time      `db:"created_at"`
	UpdatedAt      time.Time      `db:"updated_at"`
	Segments       []segmentRow   `db:"segments"`
}

type segmentRow struct {
	ServiceID       catalog.ServiceID         `json:"service_id"`
	ServiceName     locale.Text               `json:"service_name"`
	Options         []OptionSnapshot          `json:"options"`
	DurationMinutes int                       `json:"duration_minutes"`
	StartsAt        time.Time                 `json:"starts_at"`
	EndsAt          time.Time                 `json:"ends_at"`
	StaffID         *catalog.ResourceID       `json:"staff_id"`
	Nominated       bool                      `json:"nominated"`
	Picks           []availability.Allocation `json:"picks"`
}

func (r *row) booking() *Booking {
	b := &Booking{
		BusinessID: r.BusinessID, ID: r.ID, Code: r.Code, Status: r.Status, Source: r.Source, CustomerID: r.CustomerID, Guest: r.Guest,
		StartsAt: r.StartsAt, EndsAt: r.EndsAt, Date: r.Date, PartySize: r.PartySize, SetID: r.SetID, ExpiresAt: r.ExpiresAt, Total: r.Total,
		Currency: r.Currency, Lines: r.Lines, Policy: r.Policy, Consent: r.Consent, Note: r.Note, Locale: r.Locale,
		LinkGeneration: r.LinkGeneration, Overridden: r.Overridden, OverrideReason: r.OverrideReason, OutsideRules: r.OutsideRules,
		CancelFee: r.CancelFee, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if b.Consent != nil && b.Consent.TermsVersion == "" {
		b.Consent = nil
	}
	for _, s := range r.Segments {
		seg := Segment{
			ServiceID: s.ServiceID, ServiceName: s.ServiceName, Options: s.Options, DurationMinutes: s.DurationMinutes,
			StartsAt: s.StartsAt.UTC(), EndsAt: s.EndsAt.UTC(), Nominated: s.Nominated, Picks: s.Picks,
		}
		if s.StaffID != nil {
			seg.StaffID = *s.StaffID
		}
		b.Segments = append(b.Segments, seg)
	}
	return b
}

func segmentRows(list []Segment) []segmentRow {
	out := make([]segmentRow, len(list))
	for i, s := range list {
		out[i] = segmentRow{
			ServiceID: s.ServiceID, ServiceName: s.ServiceName, Options: s.Options, DurationMinutes: s.DurationMinutes,
			StartsAt: s.StartsAt, EndsAt: s.EndsAt, StaffID: s.StaffID.Ptr(), Nominated: s.Nominated, Picks: s.Picks,
		}
	}
	return out
}

// queueCustomer queues that the business knows the guest. Their id is known when
// the batch was run: a customer known before keeps theirs.
func queueCustomer(b *pg.Batch, x *Booking) {
	if x.Guest.IsAnonymous() {
		return
	}
	x.CustomerID = customer.Upsert(b, x.BusinessID, x.Guest, x.CreatedAt)
	if key := x.Guest.IdentityKey(); key != nil {
		b.Queue(customerByKey, x.BusinessID, key).QueryRow(func(r pgx.Row) error { return r.Scan(&x.CustomerID) })
	}
}

// queueInsert queues a new booking with its code, segments and first history,
// with the facts. Its customer is queued before.
func queueInsert(b *pg.Batch, x *Booking, actor tenant.Actor, facts map[string]any) {
	consent := any(map[string]any{})
	if x.Consent != nil {
		consent = x.Consent
	}
	b.Queue(insertBooking, x.BusinessID, x.ID, x.Code, x.Status, x.Source, x.Guest.IdentityKey(), x.CustomerID, x.Guest, x.StartsAt,
		x.EndsAt, x.Date, x.PartySize, x.ExpiresAt, x.Total, x.Currency, x.Lines, x.Policy, consent, x.Note, x.Locale, x.Overridden,
		x.OverrideReason, x.CreatedAt, x.SetID)
	b.Queue(insertCode, x.Code, x.BusinessID, x.ID)
	queueSegments(b, x)
	if x.Consent != nil {
		customer.Agreed(b, x.BusinessID, x.ID, x.Consent.TermsVersion, x.Consent.At)
	}
	queueHistory(b, x, actor, ActCreate, "", "", facts)
}

func queueSegments(b *pg.Batch, x *Booking) {
	raw, err := json.Marshal(segmentRows(x.Segments))
	if err != nil {
		panic(err) // plain values
	}
	b.Queue(insertSegments, x.BusinessID, x.ID, string(raw))
}

// queueHistory queues the entry of the booking's present version. What somebody
// wrote is kept apart from it, so that it can be forgotten.
func queueHistory(b *pg.Batch, x *Booking, actor tenant.Actor, action Action, from Status, reason string, detail map[string]any) {
	facts := map[string]any{}
	maps.Copy(facts, detail)
	delete(facts, "reason")
	b.Queue(insertHistory, x.BusinessID, x.ID, x.Version, x.UpdatedAt, actor.Kind, actor.User(), action, from, x.Status, facts)
	if reason != "" {
		b.Queue(insertReason, x.BusinessID, x.ID, x.Version, reason)
	}
}

// queueUpdate queues all that may change of a booking.
func queueUpdate(b *pg.Batch, x *Booking) {
	b.Queue(updateBooking, x.BusinessID, x.ID, x.Status, x.StartsAt, x.EndsAt, x.Date, x.ExpiresAt, x.Total, x.Lines, x.Overridden,
		x.OverrideReason, x.OutsideRules, x.CancelFee, x.Version, x.UpdatedAt)
}
