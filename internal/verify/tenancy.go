package verify

import (
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is about what belongs together: rows to the business of what they
// refer to, lookups to what they name, a key to the one effect that it had.

// tenantTables are the tables whose rows belong to a business.
const tenantTables = `SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'business_id' AND NOT a.attisdropped`

// reference is one that no foreign key keeps: rows of a table name rows of
// another one of the same business.
type reference struct {
	from, id string // the table, and an expression over it (as x) that gives the id, NULL for none
	each     string // what FROM needs beside the table where one row names several
	to       string
	gone     bool // what is named may be removed: then it must only be no other business's
}

var references = []reference{
	{from: "booking_segments", id: "x.staff_id", to: "resources"},
	{from: "requirements", id: "r.id", each: "CROSS JOIN unnest(x.resource_ids) AS r (id)", to: "resources"},
	{from: "resource_joins", id: "r.id", each: "CROSS JOIN unnest(x.resource_ids) AS r (id)", to: "resources"},
	{from: "service_sets", id: "s.id", each: "CROSS JOIN unnest(x.service_ids) AS s (id)", to: "services"},
	{from: "bookings", id: "x.set_id", to: "service_sets", gone: true},
	{from: "customer_consents", id: "x.booking_id", to: "bookings"},
}

// sql finds the rows whose reference leads nowhere, or into another business.
func (r reference) sql() string {
	out := `SELECT 'business:' || x.business_id || ' ` + r.from + ` refers to ` + r.to + `:' || ` + r.id + ` AS example FROM ` + r.from + ` x ` + r.each + `
	    LEFT JOIN ` + r.to + ` own ON own.business_id = x.business_id AND own.id = ` + r.id + ` WHERE ` + r.id + ` IS NOT NULL AND own.id IS NULL`
	if r.gone {
		out += ` AND EXISTS (SELECT FROM ` + r.to + ` other WHERE other.id = ` + r.id + `)`
	}
	return out
}

// All references of the catalogue are by keys that begin with the business, and
// trusted; those that no key keeps are followed; and the lookups across tenants
// name just what there is.
var orphans = pg.Register("verify.orphans", counted(`tenant_tables AS (`+tenantTables+`), broken AS MATERIALIZED (
	    SELECT 'constraint:' || k.conname || ' of ' || k.conrelid::regclass || ' does not keep rows within a business' AS example
	    FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid IN (SELECT oid FROM tenant_tables) AND (NOT k.convalidated
	        OR (SELECT attname FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = k.conkey[1]) <> 'business_id'
	        OR (SELECT attname FROM pg_attribute WHERE attrelid = k.confrelid AND attnum = k.confkey[1]) <> 'business_id')
	    UNION ALL
	    SELECT 'table:' || c.relname || ' is without its wall' FROM pg_class c
	    WHERE c.oid IN (SELECT oid FROM tenant_tables) AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
	    UNION ALL
	    SELECT 'business:' || coalesce(b.business_id, d.tenant_id) || ' and its entry in the directory do not belong together'
	    FROM businesses b FULL JOIN directory d ON d.tenant_id = b.business_id
	    WHERE b.business_id IS NULL OR d.tenant_id IS NULL OR b.slug <> d.slug OR b.status <> d.status
	    UNION ALL
	    SELECT 'business:' || coalesce(m.business_id, u.tenant_id) || ' user:' || coalesce(m.user_id, u.user_id) || ' is another member than the lookup says'
	    FROM members m FULL JOIN user_businesses u ON u.tenant_id = m.business_id AND u.user_id = m.user_id
	    WHERE m.user_id IS NULL OR u.user_id IS NULL OR m.role <> u.role OR m.resource_id IS DISTINCT FROM u.resource_id
	    UNION ALL
	    SELECT 'business:' || coalesce(b.business_id, c.tenant_id) || ' booking:' || coalesce(b.id, c.booking_id) || ' is not found by its code'
	    FROM bookings b FULL JOIN booking_codes c ON c.tenant_id = b.business_id AND c.booking_id = b.id
	    WHERE b.id IS NULL OR c.code IS DISTINCT FROM b.code
	    UNION ALL
	    SELECT 'business:' || k.tenant_id || ' api_key:' || k.id || ' is of no business' FROM api_keys k
	    WHERE NOT EXISTS (SELECT FROM businesses b WHERE b.business_id = k.tenant_id)
	    UNION ALL
	    `+allReferences()+`
	)`, `(SELECT count(*) FROM bookings) + (SELECT count(*) FROM booking_segments) + (SELECT count(*) FROM customer_consents)
	    + (SELECT count(*) FROM members) + (SELECT count(*) FROM businesses) + (SELECT count(*) FROM requirements)
	    + (SELECT count(*) FROM tenant_tables)`))

func allReferences() string {
	parts := make([]string, len(references))
	for i, r := range references {
		parts[i] = r.sql()
	}
	return strings.Join(parts, "\n\t    UNION ALL\n\t    ")
}

// A key is stored once; no booking was made under two keys; what a key made is
// there. What was done under none leaves nothing to compare.
var effects = pg.Register("verify.effects", counted(`broken AS MATERIALIZED (
	    SELECT 'constraint:' || t || '_pkey does not keep keys apart' AS example FROM unnest(ARRAY['idempotency_keys', 'account_idempotency_keys']) AS t
	    WHERE NOT EXISTS (SELECT FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid
	        WHERE c.conrelid = to_regclass(t) AND c.contype = 'p' AND i.indisvalid AND i.indisready)
	    UNION ALL
	    SELECT 'business:' || business_id || ' booking:' || subject || ' was made under ' || count(*) || ' keys' FROM idempotency_keys
	    WHERE route IN ('create-booking', 'create-console-booking') AND subject IS NOT NULL GROUP BY business_id, subject HAVING count(*) > 1
	    UNION ALL
	    SELECT 'business:' || business_id || ' key:' || encode(key_hash, 'hex') || ' of ' || route || ' made nothing' FROM idempotency_keys
	    WHERE route IN ('create-booking', 'create-console-booking') AND subject IS NULL
	    UNION ALL
	    SELECT 'business:' || k.business_id || ' key:' || encode(k.key_hash, 'hex') || ' of ' || k.route || ' made a booking that is not there'
	    FROM idempotency_keys k LEFT JOIN bookings b ON b.business_id = k.business_id AND b.id = k.subject
	    WHERE k.route LIKE '%booking' AND k.subject IS NOT NULL AND b.id IS NULL
	)`, `(SELECT count(*) FROM idempotency_keys) + (SELECT count(*) FROM account_idempotency_keys)`))
