package booking

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Records is what package customer does with the bookings of a customer, in
// transactions of its own.
type Records struct{}

var (
	customerExpected = pg.Register("booking.customer_expected",
		`SELECT id FROM bookings WHERE business_id = $1 AND customer_id = $2
		     AND status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in') AND ends_at > $3 LIMIT 1`)
	moveBookings = pg.Register("booking.move_to_customer",
		`UPDATE bookings b SET customer_id = $3 FROM (
		     SELECT id FROM bookings WHERE business_id = $1 AND customer_id = $2 ORDER BY id FOR NO KEY UPDATE) l
		 WHERE b.business_id = $1 AND b.id = l.id`)
	forgetGuest = pg.Register("booking.forget_guest",
		`UPDATE bookings b SET note = '', override_reason = '', link_generation = b.link_generation + 1,
		     guest = jsonb_build_object('family_name', '', 'given_name', '', 'family_name_kana', '', 'given_name_kana', '', 'phone', '',
		         'email', '', 'locale', b.locale)
		 FROM (SELECT id FROM bookings WHERE business_id = $1 AND customer_id = $2 ORDER BY id FOR NO KEY UPDATE) l
		 WHERE b.business_id = $1 AND b.id = l.id`)
	forgetReasons = pg.Register("booking.forget_reasons",
		`DELETE FROM booking_reasons r USING bookings b
		 WHERE b.business_id = $1 AND b.customer_id = $2 AND r.business_id = b.business_id AND r.booking_id = b.id`)
	forgetMessages = pg.Register("booking.forget_messages",
		`UPDATE messages m SET detail = '{}', last_error = '', status = CASE WHEN m.status IN ('queued', 'sending', 'failed') THEN 'skipped' ELSE m.status END
		 FROM bookings b WHERE b.business_id = $1 AND b.customer_id = $2 AND m.business_id = b.business_id AND m.booking_id = b.id`)
)

// QueueExpected asks whether a booking of the customer stands that is not over.
func (Records) QueueExpected(b *pg.Batch, bid business.ID, cid customer.ID, now time.Time, expected *bool) {
	b.Queue(customerExpected, bid, cid, now).Exec(func(t pgconn.CommandTag) error {
		*expected = t.RowsAffected() > 0
		return nil
	})
}

// QueueMove gives all bookings of one customer to another.
func (Records) QueueMove(b *pg.Batch, bid business.ID, from, to customer.ID) {
	b.Queue(moveBookings, bid, from, to)
}

// QueueForget takes the person out of all bookings of the customer: who it was
// for, what anybody wrote, what was told to whom. Times, services, prices and
// the history of states stay; the links end. Versions stay, too: no booking changes.
func (Records) QueueForget(b *pg.Batch, bid business.ID, cid customer.ID) {
	b.Queue(forgetGuest, bid, cid)
	b.Queue(forgetReasons, bid, cid)
	b.Queue(forgetMessages, bid, cid)
}

// ofCustomer reads bookings from the newest: all of them ($5), or those in which
// the staff resource $6 serves.
var ofCustomer = pg.Register("booking.of_customer",
	`SELECT `+columns+` FROM bookings b
	 WHERE b.business_id = $1 AND b.customer_id = $2 AND (b.starts_at, b.id) < ($3::timestamptz, $4::uuid)
	   AND ($5::boolean OR EXISTS (SELECT FROM booking_segments s
	        WHERE s.business_id = $1 AND s.booking_id = b.id AND s.staff_id = $6))
	 ORDER BY b.starts_at DESC, b.id DESC LIMIT $7`)

// forever is behind every start.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// OfCustomer reads a page of a customer's bookings, the newest first, behind the
// mark, at most limit. Whoever is bound to their own sees those that they serve.
func (s *Service) OfCustomer(ctx context.Context, a tenant.Actor, bid business.ID, cid customer.ID, after Mark, limit int) ([]*Booking, error) {
	var rows []row
	var b pg.Batch
	queueOfCustomer(&b, a, bid, cid, after, limit, &rows)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	return bookings(rows), nil
}

func queueOfCustomer(b *pg.Batch, a tenant.Actor, bid business.ID, cid customer.ID, after Mark, limit int, rows *[]row) {
	if after.Start.IsZero() {
		after.Start = forever
	}
	pg.Collect(b.Queue(ofCustomer, bid, cid, after.Start, [16]byte(after.ID), !a.Own, a.Staff, limit), rows)
}

// maxRecord bounds each list of what is kept of a customer.
const maxRecord = 1000

// Told is a message that was made about a booking, and what became of it.
type Told struct {
	BookingID ID         `db:"booking_id"`
	Event     string     `db:"event"`
	Channel   string     `db:"channel"`
	Status    string     `db:"status"`
	CreatedAt time.Time  `db:"created_at"`
	SentAt    *time.Time `db:"sent_at"`
}

var toldCustomer = pg.Register("booking.told_customer",
	`SELECT m.booking_id, m.event, m.channel, m.status, m.created_at, m.sent_at FROM bookings b
	 JOIN messages m ON m.business_id = b.business_id AND m.booking_id = b.id
	 WHERE b.business_id = $1 AND b.customer_id = $2 ORDER BY m.created_at DESC, m.id DESC LIMIT $3`)

// Record is what bookings keep of a customer.
type Record struct {
	Bookings  []*Booking // the newest first
	Told      []Told     // the newest first
	Truncated bool       // a list was cut at a thousand
}

// RecordOf reads all bookings of a customer and what was told about them.
func (s *Service) RecordOf(ctx context.Context, bid business.ID, cid customer.ID) (*Record, error) {
	var rows []row
	var out Record
	var b pg.Batch
	queueOfCustomer(&b, tenant.Worker(), bid, cid, Mark{}, maxRecord, &rows)
	pg.Collect(b.Queue(toldCustomer, bid, cid, maxRecord), &out.Told)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	out.Bookings = bookings(rows)
	out.Truncated = len(rows) >= maxRecord || len(out.Told) >= maxRecord
	return &out, nil
}

// Anybody can book under a name and a number. The link of a booking speaks for
// the whole record of a customer when the business has seen who came with it, or
// when the record came with that booking and holds no other.
var linkProves = pg.Register("booking.link_proves",
	`SELECT b.status IN ('checked_in', 'completed') OR c.created_at = b.created_at AND c.version = 1 AND NOT EXISTS (
	     SELECT FROM bookings o WHERE o.business_id = $1 AND o.customer_id = b.customer_id AND o.id <> b.id)
	 FROM bookings b JOIN customers c ON c.business_id = b.business_id AND c.id = b.customer_id
	 WHERE b.business_id = $1 AND b.id = $2`)

// Linked is the booking of a link, and whether the link speaks for all that is
// kept of its customer.
type Linked struct {
	*Booking
	Proven   bool
	Expected bool // the visit stands and is not over
}

// OpenLinked finds the booking of a link as Open does; not_found also for one
// without a customer.
func (s *Service) OpenLinked(ctx context.Context, token string) (*Linked, error) {
	x, err := s.open(ctx, token)
	if err != nil {
		return nil, err
	}
	if x.CustomerID.IsZero() {
		return nil, ErrNotFound
	}
	var proven []bool
	var b pg.Batch
	pg.CollectColumn(b.Queue(linkProves, x.BusinessID, x.ID), &proven)
	if err := s.db.ReadTenant(ctx, x.BusinessID, &b); err != nil {
		return nil, err
	}
	return &Linked{
		Booking: x, Proven: len(proven) == 1 && proven[0], Expected: x.Status.Occupies() && x.EndsAt.After(s.clock.Now()),
	}, nil
}
