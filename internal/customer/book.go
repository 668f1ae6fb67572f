package customer

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is how bookings bring customers.

// upsert fills what was unknown and keeps what is known: somebody who knows a
// name and a phone number cannot rewrite a customer's record. It keeps the words
// by which the record is found, and locks the record even where nothing is new,
// so that no merging or erasing slips in between. A record that was merged stays empty.
var upsert = pg.Register("customer.upsert",
	`WITH up AS (
	     INSERT INTO customers AS c (business_id, id, family_name, given_name, family_name_kana, given_name_kana, phone, phone_last4,
	         email, locale, identity_key, search_key, sort_key, created_at, updated_at)
	     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
	     ON CONFLICT (business_id, identity_key) DO UPDATE
	     SET email = CASE WHEN c.email = '' THEN excluded.email ELSE c.email END,
	         family_name_kana = CASE WHEN c.family_name_kana = '' THEN excluded.family_name_kana ELSE c.family_name_kana END,
	         given_name_kana = CASE WHEN c.given_name_kana = '' THEN excluded.given_name_kana ELSE c.given_name_kana END,
	         sort_key = CASE WHEN c.family_name_kana = '' THEN excluded.sort_key ELSE c.sort_key END,
	         search_key = CASE WHEN c.family_name_kana = '' THEN excluded.search_key ELSE c.search_key END,
	         version = c.version + 1, updated_at = excluded.updated_at
	     WHERE c.merged_into IS NULL AND (c.email = '' AND excluded.email <> ''
	         OR c.family_name_kana = '' AND excluded.family_name_kana <> '' OR c.given_name_kana = '' AND excluded.given_name_kana <> '')
	     RETURNING c.id, c.email, c.family_name_kana, c.given_name_kana)
	 INSERT INTO customer_words (business_id, word, customer_id)
	 SELECT $1, w.word, up.id FROM up CROSS JOIN LATERAL (
	     SELECT unnest($15::text[]) AS word
	     UNION SELECT unnest($16::text[]) WHERE up.family_name_kana = $5 AND up.given_name_kana = $6
	     UNION SELECT unnest($17::text[]) WHERE up.email = $9) w
	 ON CONFLICT DO NOTHING`)

// Upsert queues that the business knows the guest. The record's id is the one
// returned, or that of the record with the same identity key, or of the one into
// which that was merged.
func Upsert(b *pg.Batch, business business.ID, g Guest, now time.Time) ID {
	cid := id.New[Guest](now)
	b.Queue(upsert, business, cid, g.FamilyName, g.GivenName, g.FamilyNameKana, g.GivenNameKana, g.Phone, jp.Last4(g.Phone), g.Email,
		string(g.Locale), g.IdentityKey(), g.searchKey(), g.sort(), now, g.surely(), g.kanaWords(), g.addressWords())
	return cid
}

var agreed = pg.Register("customer.agreed",
	`INSERT INTO customer_consents (business_id, booking_id, id, version, at, customer_id, purpose, granted, source)
	 SELECT b.business_id, b.id, $3, $4, $5, b.customer_id, 'terms', true, 'booking'
	 FROM bookings b WHERE b.business_id = $1 AND b.id = $2 AND b.customer_id IS NOT NULL`)

// Agreed queues that the customer of a booking agreed to a version of the terms
// with it. The booking is queued before.
func Agreed(b *pg.Batch, business business.ID, booking [16]byte, version string, now time.Time) {
	b.Queue(agreed, business, booking, id.New[Consent](now), version, now)
}
