package booking

import (
	"context"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Get reads one booking; not_found for an absent or foreign one, and for one
// that is not the own of an actor who is bound to their own.
func (s *Service) Get(ctx context.Context, actor tenant.Actor, bid business.ID, bookingID ID) (*Booking, error) {
	var r row
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(byID, bid, bookingID), &r, &found)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	x := r.booking()
	if x.hiddenFrom(actor) {
		return nil, ErrNotFound
	}
	return x, nil
}

var isServedBy = pg.Register("booking.is_served_by",
	`SELECT position FROM booking_segments WHERE business_id = $1 AND booking_id = $2 AND staff_id = $3 LIMIT 1`)

// History is every change of a booking in order; not_found as Get answers it.
func (s *Service) History(ctx context.Context, actor tenant.Actor, bid business.ID, bookingID ID) ([]HistoryEntry, error) {
	var list []HistoryEntry
	var b pg.Batch
	var serving []int
	if actor.Own {
		pg.CollectColumn(b.Queue(isServedBy, bid, bookingID, actor.Staff), &serving)
	}
	pg.Collect(b.Queue(listHistory, bid, bookingID), &list)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if len(list) == 0 || actor.Own && len(serving) == 0 { // each booking has at least its creation
		return nil, ErrNotFound
	}
	return list, nil
}

// MaxListDays is how many days one list may span.
const MaxListDays = 92

// Filter is which bookings to list: of the business days From to To, both
// included. Empty fields do not filter.
type Filter struct {
	From, To clock.Date
	Status   Status
	Query    string // part of a name or kana, a code, or the last four digits of the phone
	Outside  bool   // only those that stand and are marked as outside the rules: to be worked off
}

// Validate notes what is wrong with the filter.
func (f *Filter) Validate() error {
	var v fault.Fields
	switch {
	case f.To.Before(f.From):
		v.Add("query.to", "before_from")
	default:
		v.Check(f.To.DaysSince(f.From) < MaxListDays, "query.to", "range_too_long", fault.Args{"max": MaxListDays})
	}
	return v.Err()
}

// Mark is where a page ends: the list goes on behind it.
type Mark struct {
	Start time.Time
	ID    ID
}

// listed is a page; its last part is for those who are bound to their own.
const listed = `SELECT ` + columns + ` FROM bookings b
	 WHERE b.business_id = $1 AND b.business_date BETWEEN $2::date AND $3::date
	   AND ($4::text = '' OR b.status = $4)
	   AND ($5::text = '' OR b.code = $6::text OR b.customer_id IN (
	        SELECT c.id FROM customers c WHERE c.business_id = $1 AND (position($5 IN c.search_key) > 0 OR c.phone_last4 = $7::text)))
	   AND (b.starts_at, b.id) > ($8::timestamptz, $9::uuid)`

var (
	list    = pg.Register("booking.list", listed+` ORDER BY b.starts_at, b.id LIMIT $10`)
	listOwn = pg.Register("booking.list_own", listed+servedBy+` ORDER BY b.starts_at, b.id LIMIT $10`)

	listOutside    = pg.Register("booking.list_outside", listed+isOutside+` ORDER BY b.starts_at, b.id LIMIT $10`)
	listOwnOutside = pg.Register("booking.list_own_outside", listed+isOutside+servedBy+` ORDER BY b.starts_at, b.id LIMIT $10`)
)

const (
	servedBy = ` AND EXISTS (
	        SELECT FROM booking_segments s WHERE s.business_id = b.business_id AND s.staff_id = $11 AND s.booking_id = b.id)`
	// isOutside names the very condition of the index bookings_outside_idx.
	isOutside = ` AND b.outside_rules AND b.status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in')`
)

// List reads a page of bookings in order of their start, and one more to show
// that there are more. Who is bound to their own sees what they serve.
func (s *Service) List(ctx context.Context, actor tenant.Actor, bid business.ID, f Filter, after Mark, limit int) ([]*Booking, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	q := strings.TrimSpace(f.Query)
	last4 := ""
	if digits := jp.Katakana(q); len(digits) == 4 && strings.Trim(digits, "0123456789") == "" {
		last4 = digits
	}
	start := after.Start
	if start.IsZero() {
		start = time.Unix(0, 0)
	}
	var rows []row
	var b pg.Batch
	args := []any{bid, f.From, f.To, f.Status, jp.Fold(q), CleanCode(q), last4, start, [16]byte(after.ID), limit + 1}
	by, own := list, listOwn
	if f.Outside {
		by, own = listOutside, listOwnOutside
	}
	if actor.Own {
		by = own
		args = append(args, actor.Staff)
	}
	pg.Collect(b.Queue(by, args...), &rows)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	return bookings(rows), nil
}

func bookings(rows []row) []*Booking {
	out := make([]*Booking, len(rows))
	for i := range rows {
		out[i] = rows[i].booking()
	}
	return out
}
