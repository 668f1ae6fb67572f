package customer

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// ConsentID names a consent.
type ConsentID = id.Of[Consent]

// What a customer can agree to. The terms are agreed to with a booking.
const (
	ForTerms     = "terms"
	ForMarketing = "marketing_email"
	ForHealth    = "health_data"
)

// maxVersion is the longest name of a text's version in characters.
const maxVersion = 40

// Consent is what a customer agreed to or took back, and when. Consents are only
// ever added to: the last one of a purpose counts.
type Consent struct {
	ID        ConsentID `db:"id"`
	Purpose   string    `db:"purpose"`
	Granted   bool      `db:"granted"`
	Version   string    `db:"version"` // of the text that was shown
	Source    string    `db:"source"`  // booking, console or manage_link
	BookingID *[16]byte `db:"booking_id"`
	At        time.Time `db:"at"`
}

// ConsentInput is what a customer told the business.
type ConsentInput struct {
	Purpose string
	Granted bool
	Version string
}

// Validate cleans the version and reports every fault.
func (in *ConsentInput) Validate() error {
	var v fault.Fields
	purposes := []string{ForMarketing, ForHealth}
	v.Check(slices.Contains(purposes, in.Purpose), "body.purpose", "not_allowed", fault.Args{"values": strings.Join(purposes, ", ")})
	in.Version = jp.CleanName(in.Version)
	if v.Check(in.Version != "", "body.version", "required") {
		v.Check(utf8.RuneCountInString(in.Version) <= maxVersion, "body.version", "too_long", fault.Args{"max": maxVersion})
	}
	return v.Err()
}

var (
	insertConsent = pg.Register("customer.insert_consent",
		`INSERT INTO customer_consents (business_id, id, customer_id, purpose, granted, version, at, source)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, 'console')`)
	listConsents = pg.Register("customer.list_consents",
		`SELECT id, purpose, granted, version, source, booking_id, at FROM customer_consents
		 WHERE business_id = $1 AND customer_id = $2 AND (at, id) < ($3::timestamptz, $4::uuid) ORDER BY at DESC, id DESC LIMIT $5`)
)

// ConsentMark is where a page of consents ends.
type ConsentMark struct {
	At time.Time `json:"a"`
	ID ConsentID `json:"i"`
}

// Consents reads what a customer agreed to and took back, the newest first,
// behind the mark (nil: from the newest), at most limit.
func (s *Service) Consents(ctx context.Context, w Who, after *ConsentMark, limit int) ([]Consent, error) {
	var who fullRow
	var found bool
	var out []Consent
	var b pg.Batch
	queueFull(&b, w, s.clock.Now(), &who, &found)
	queueConsents(&b, w, after, limit, &out)
	if err := s.db.ReadTenant(ctx, w.Business, &b); err != nil {
		return nil, err
	}
	_, err := s.full(w.Business, &who, found)
	return out, err
}

func queueConsents(b *pg.Batch, w Who, after *ConsentMark, limit int, out *[]Consent) {
	if after == nil {
		after = &ConsentMark{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: ConsentID(lastNote)}
	}
	pg.Collect(b.Queue(listConsents, w.Business, w.Customer, after.At, [16]byte(after.ID), limit), out)
}

// Record keeps what a customer told the business about advertising or health data.
func (s *Service) Record(ctx context.Context, w Who, in ConsentInput) (*Consent, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Consent
	err := s.change(ctx, w, func(tx *pg.Tx, now time.Time) (done, error) {
		c, err := s.locked(ctx, tx, w)
		if err != nil {
			return done{}, err
		}
		out = &Consent{ID: id.New[Consent](now), Purpose: in.Purpose, Granted: in.Granted, Version: in.Version, Source: "console", At: now}
		tx.Later(insertConsent, w.Business, out.ID, c.ID, out.Purpose, out.Granted, out.Version, out.At)
		return done{"customer.consent_recorded", c.ID, map[string]any{"consent": out.ID, "purpose": out.Purpose, "granted": out.Granted}, out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
