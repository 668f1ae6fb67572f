package customer

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Bookings is what happens to a customer's bookings in transactions of ours.
type Bookings interface {
	// QueueExpected asks whether the customer is still expected.
	QueueExpected(b *pg.Batch, bid business.ID, cid ID, now time.Time, expected *bool)
	// QueueMove gives all bookings of one customer to another.
	QueueMove(b *pg.Batch, bid business.ID, from, to ID)
	// QueueForget takes the person out of all bookings of a customer, whose links end.
	QueueForget(b *pg.Batch, bid business.ID, cid ID)
}

// Service holds the rules of customers and opens their transactions.
type Service struct {
	db       *pg.DB
	clock    clock.Clock
	vault    vault
	bookings Bookings
}

// New makes the service.
func New(db *pg.DB, clk clock.Clock, ring *secret.Ring, bookings Bookings) *Service {
	return &Service{db: db, clock: clk, vault: vault{ring}, bookings: bookings}
}

// Who names a customer, and who asks. Expect is the version that the caller saw; 0: any.
type Who struct {
	Actor    tenant.Actor
	Business business.ID
	Customer ID
	Expect   int64
	Claim    *idempotency.Claim
}

// done is what a change did.
type done struct {
	action  string
	subject ID
	detail  map[string]any // ids and names of fields, no personal data
	result  any            // what an Idempotency-Key replays
}

// change runs fn in one transaction with its audit entry. fn may run more than once.
func (s *Service) change(ctx context.Context, w Who, fn func(tx *pg.Tx, now time.Time) (done, error)) error {
	now := s.clock.Now()
	return s.db.InTenant(ctx, w.Business, func(tx *pg.Tx) error {
		w.Claim.Begin(tx.Batch())
		d, err := fn(tx, now)
		if err != nil {
			return err
		}
		w.Claim.About(d.subject)
		if err := w.Claim.Store(tx.Batch(), d.result); err != nil {
			return err
		}
		queueAudit(tx.AtEnd(), w, now, d.action, d.subject, d.detail)
		return nil
	})
}

func queueAudit(b *pg.Batch, w Who, now time.Time, action string, subject ID, detail map[string]any) {
	audit.Append(b, w.Business, audit.Entry{At: now, Actor: w.Actor, Action: action, Subject: "customer:" + subject.String(), Detail: detail}, nil)
}

// ownOnly lets pass whoever is bound to none ($3), and the customers of the staff
// resource $4.
var ownOnly = `($3::boolean OR ` + servedBy("$4") + `)`

var (
	byID = pg.Register("customer.by_id",
		`SELECT `+profile+`, `+visits+`, `+agreement("health_data", "health_consent")+`, `+agreement("marketing_email", "marketing_consent")+`
		 FROM customers c `+visitsOf("$5::timestamptz")+` WHERE c.business_id = $1 AND c.id = $2 AND `+ownOnly)
	lockByID = pg.Register("customer.lock_by_id",
		`SELECT `+profile+` FROM customers c WHERE c.business_id = $1 AND c.id = $2 AND `+ownOnly+` FOR NO KEY UPDATE OF c`)
)

// Get reads one customer. It answers not_found for an absent or foreign one and
// for one that is not the actor's own, and customer.merged with the id of the
// record that it became. One that was erased is shown as the numbers that are left.
func (s *Service) Get(ctx context.Context, w Who) (*Customer, error) {
	var r fullRow
	var found bool
	var b pg.Batch
	queueFull(&b, w, s.clock.Now(), &r, &found)
	if err := s.db.ReadTenant(ctx, w.Business, &b); err != nil {
		return nil, err
	}
	return s.full(w.Business, &r, found)
}

func queueFull(b *pg.Batch, w Who, now time.Time, r *fullRow, found *bool) {
	pg.CollectOne(b.Queue(byID, w.Business, w.Customer, !w.Actor.Own, w.Actor.Staff, now), r, found)
}

// full makes the customer of what was read.
func (s *Service) full(bid business.ID, r *fullRow, found bool) (*Customer, error) {
	switch {
	case !found:
		return nil, ErrNotFound
	case !r.MergedInto.IsZero():
		return nil, ErrMerged.WithExtra("customer_id", r.MergedInto)
	}
	c := r.customer()
	var err error
	c.BirthDate, err = s.vault.openDate(bid, c.ID, r.BirthDate)
	return &c, err
}

// locked reads the customer and keeps everybody else from changing them until
// the end of the transaction. Only what is there and is known can be changed.
func (s *Service) locked(ctx context.Context, tx *pg.Tx, w Who) (*Customer, error) {
	r, err := pg.SelectOne[profileRow](ctx, tx, lockByID, w.Business, w.Customer, !w.Actor.Own, w.Actor.Staff)
	if errors.Is(err, pg.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	c := r.customer()
	if c.BirthDate, err = s.vault.openDate(w.Business, c.ID, r.BirthDate); err != nil {
		return nil, err
	}
	return &c, c.changeable(w.Expect)
}

// changeable tells why the record cannot be changed, if so.
func (c *Customer) changeable(expect int64) error {
	switch {
	case !c.MergedInto.IsZero():
		return ErrMerged.WithExtra("customer_id", c.MergedInto)
	case c.ErasedAt != nil:
		return ErrErased
	case expect != 0 && c.Version != expect:
		return ErrStale
	}
	return nil
}
