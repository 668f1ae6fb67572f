package notify

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

type store struct{ db *pg.DB }

// message is everything that a message is made of.
type message struct {
	claimed
	ID       [16]byte
	Booking  bookingRow
	Segments []segmentRow
	Member   *memberRow // of a message about a member; then there is no booking
}

type claimed struct {
	Event  string         `db:"event"`
	Detail map[string]any `db:"detail"`
	Unsure int            `db:"unsure"`
}

type bookingRow struct {
	BusinessID      [16]byte       `db:"business_id"`
	ID              [16]byte       `db:"id"`
	Code            string         `db:"code"`
	Status          booking.Status `db:"status"`
	Guest           customer.Guest `db:"guest"`
	StartsAt        time.Time      `db:"starts_at"`
	EndsAt          time.Time      `db:"ends_at"`
	Date            clock.Date     `db:"business_date"`
	PartySize       int            `db:"party_size"`
	ExpiresAt       *time.Time     `db:"expires_at"`
	Total           int64          `db:"total"`
	Currency        string         `db:"currency"`
	Policy          booking.Policy `db:"policy"`
	Locale          locale.Lang    `db:"locale"`
	LinkGeneration  int            `db:"link_generation"`
	CancelFee       *int64         `db:"cancel_fee"`
	BusinessName    locale.Text    `db:"business_name"`
	BusinessPhone   string         `db:"business_phone"`
	BusinessEmail   string         `db:"business_email"`
	BusinessAddress []string       `db:"business_address"` // postal code, prefecture, city, line
	Timezone        string         `db:"timezone"`
}

type segmentRow struct {
	ServiceName locale.Text              `db:"service_name"`
	Options     []booking.OptionSnapshot `db:"options"`
	StaffName   locale.Text              `db:"staff_name"` // empty unless nominated
}

// earlier finds messages about the same booking that are still to be sent.
const earlier = `SELECT FROM messages e
	WHERE e.business_id = m.business_id AND e.booking_id = m.booking_id AND (e.created_at, e.id) < (m.created_at, m.id)
	  AND e.status IN ('queued', 'sending') AND e.created_at > $3`

var (
	// Messages about one booking go out in order, as long as none hangs.
	mustWait = pg.Register("notify.must_wait",
		`SELECT EXISTS (`+earlier+`) AND status IN ('queued', 'sending', 'failed') AS wait FROM messages m WHERE business_id = $1 AND id = $2`)
	claimMessage = pg.Register("notify.claim",
		`UPDATE messages m SET attempts = attempts + 1, unsure = unsure + CASE WHEN status = 'sending' THEN 1 ELSE 0 END, status = 'sending'
		 WHERE business_id = $1 AND id = $2 AND status IN ('queued', 'sending', 'failed') AND NOT EXISTS (`+earlier+`)
		 RETURNING event, detail, unsure`)
	loadBooking = pg.Register("notify.booking",
		`SELECT k.business_id, k.id, k.code, k.status, k.guest, k.starts_at, k.ends_at, k.business_date, k.party_size, k.expires_at,
		        k.total, k.currency, k.policy, k.locale, k.link_generation, k.cancel_fee,
		        b.name AS business_name, b.phone AS business_phone, b.email AS business_email, b.timezone,
		        ARRAY[b.postal_code, b.prefecture, b.city, b.address_line] AS business_address
		 FROM messages m
		 JOIN bookings k ON k.business_id = m.business_id AND k.id = m.booking_id
		 JOIN businesses b ON b.business_id = m.business_id
		 WHERE m.business_id = $1 AND m.id = $2`)
	loadSegments = pg.Register("notify.segments",
		`SELECT s.service_name, s.options, coalesce(r.name, '{}') AS staff_name
		 FROM messages m
		 JOIN booking_segments s ON s.business_id = m.business_id AND s.booking_id = m.booking_id
		 LEFT JOIN resources r ON r.business_id = s.business_id AND r.id = s.staff_id AND s.nominated
		 WHERE m.business_id = $1 AND m.id = $2 ORDER BY s.position`)
	recordMessage = pg.Register("notify.record",
		`UPDATE messages SET status = $3, last_error = $4, sent_at = $5
		 WHERE business_id = $1 AND id = $2 AND status = 'sending'`)
)

// errWait says that an earlier message about the same booking goes first.
var errWait = errors.New("an earlier message goes first")

// claim marks the message as being sent and loads it; nil for one that is gone
// or needs no sending, errWait while one made after patience goes first.
func (s store) claim(ctx context.Context, business, messageID [16]byte, patience time.Time) (*message, error) {
	m := &message{ID: messageID}
	var wait []bool
	var member memberRow
	var found, booked, ofMember bool
	var b pg.Batch
	pg.CollectColumn(b.Queue(mustWait, business, messageID, patience), &wait)
	pg.CollectOne(b.Queue(claimMessage, business, messageID, patience), &m.claimed, &found)
	pg.CollectOne(b.Queue(loadBooking, business, messageID), &m.Booking, &booked)
	pg.Collect(b.Queue(loadSegments, business, messageID), &m.Segments)
	pg.CollectOne(b.Queue(loadMember, business, messageID), &member, &ofMember)
	if err := s.db.BatchTenant(ctx, business, &b); err != nil {
		return nil, err
	}
	if ofMember {
		m.Member = &member
	}
	if len(wait) > 0 && wait[0] {
		return nil, errWait
	}
	if !found || !booked && !ofMember {
		return nil, nil //nolint:nilnil // "nothing to do" is an answer, not an error
	}
	return m, nil
}

func (s store) record(ctx context.Context, business, messageID [16]byte, f fate) error {
	var b pg.Batch
	b.Queue(recordMessage, business, messageID, f.Status, f.Error, f.SentAt)
	return s.db.BatchTenant(ctx, business, &b)
}
