package customer

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// EraseReason is why a person's data are erased; a word of ours, so that the
// audit trail holds none of theirs.
type EraseReason string

// The reasons.
const (
	AskedFor  EraseReason = "customer_request"
	NotNeeded EraseReason = "no_longer_needed"
	Mistake   EraseReason = "entered_by_mistake"
	ByLink    EraseReason = "manage_link" // the person, from the link of a booking
)

// EraseReasons are those that a member may give.
var eraseReasons = []string{string(AskedFor), string(NotNeeded), string(Mistake)}

func (r EraseReason) check(v *fault.Fields) {
	v.Check(r == ByLink || slices.Contains(eraseReasons, string(r)), "body.reason", "not_allowed", fault.Args{"values": strings.Join(eraseReasons, ", ")})
}

var (
	lockToErase = pg.Register("customer.lock_to_erase",
		`SELECT `+profile+` FROM customers c WHERE c.business_id = $1 AND c.id = $2 FOR UPDATE OF c`)
	wipe = pg.Register("customer.wipe",
		`UPDATE customers SET family_name = '', given_name = '', family_name_kana = '', given_name_kana = '', phone = '', phone_last4 = '', email = '',
		     search_key = '', sort_key = $3, birth_date = NULL, identity_key = NULL, erased_at = $4, version = version + 1, updated_at = $4
		 WHERE business_id = $1 AND id = $2`)
	wipeMerged = pg.Register("customer.wipe_merged",
		`UPDATE customers SET identity_key = NULL WHERE business_id = $1 AND merged_into = $2`)
	dropNotes = pg.Register("customer.drop_notes", `DELETE FROM customer_notes WHERE business_id = $1 AND customer_id = $2`)
)

// Erase takes the person out of the record and out of their bookings, for good:
// names, addresses, tags, notes, birth date, and what anybody wrote. Visits and
// takings stay as numbers, consents as what was agreed to when. Whoever books by
// that name and phone later is somebody new. It answers customer.has_upcoming
// while a visit lies ahead, and customer.erased for one who is erased already.
func (s *Service) Erase(ctx context.Context, w Who, reason EraseReason) (*Customer, error) {
	var v fault.Fields
	reason.check(&v)
	if err := v.Err(); err != nil {
		return nil, err
	}
	var out *Customer
	err := s.change(ctx, w, func(tx *pg.Tx, now time.Time) (done, error) {
		if err := s.erasable(ctx, tx, w, now); err != nil {
			return done{}, err
		}
		s.queueErase(tx, w, now)
		var r fullRow
		var found bool
		queueFull(tx.Batch(), w, now, &r, &found)
		err := tx.Run(ctx, &pg.Batch{})
		if err != nil {
			return done{}, err
		}
		out, err = s.full(w.Business, &r, found)
		return done{"customer.erased", w.Customer, map[string]any{"reason": reason}, out}, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// erasable locks the record against bookings that come now, and tells why it
// cannot be erased, if so.
func (s *Service) erasable(ctx context.Context, tx *pg.Tx, w Who, now time.Time) error {
	var rows []profileRow
	pg.Collect(tx.Later(lockToErase, w.Business, w.Customer), &rows)
	var expected bool
	var b pg.Batch
	s.bookings.QueueExpected(&b, w.Business, w.Customer, now, &expected)
	if err := tx.Run(ctx, &b); err != nil {
		return err
	}
	if len(rows) == 0 {
		return ErrNotFound
	}
	c := rows[0].customer()
	if err := c.changeable(w.Expect); err != nil {
		return err
	}
	if expected {
		return ErrUpcoming
	}
	return nil
}

func (s *Service) queueErase(tx *pg.Tx, w Who, now time.Time) {
	tx.Later(wipe, w.Business, w.Customer, Guest{}.sort(), now)
	tx.Later(wipeMerged, w.Business, w.Customer)
	tx.Later(dropWords, w.Business, w.Customer)
	tx.Later(dropTags, w.Business, w.Customer)
	tx.Later(dropNotes, w.Business, w.Customer)
	s.bookings.QueueForget(tx.Batch(), w.Business, w.Customer)
	idempotency.Erase(tx.Batch(), w.Business, w.Customer)
}
