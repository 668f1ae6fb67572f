package bulk

// helpers make keys that are the same each time. v7 is an id of an instant and a
// seed, ordered by time like the program's own.
const helpers = `
CREATE SCHEMA bulk;
CREATE FUNCTION bulk.v7(at timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(m, 1, 3) || '8' || substr(m, 4, 15))::uuid
    FROM (SELECT md5(seed) AS m) x
$$;
-- chance is a number from 0 to 9,999 that a seed decides.
CREATE FUNCTION bulk.chance(seed text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashtextextended(seed, 7) & 9223372036854775807) % 10000
$$;
-- code is the n-th of 2^39 codes, no two alike.
CREATE FUNCTION bulk.code(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT substr(a, 1 + (x % 30)::integer, 1) || substr(a, 1 + (x / 30 % 30)::integer, 1) || substr(a, 1 + (x / 900 % 30)::integer, 1)
        || substr(a, 1 + (x / 27000 % 30)::integer, 1) || substr(a, 1 + (x / 810000 % 30)::integer, 1)
        || substr(a, 1 + (x / 24300000 % 30)::integer, 1) || substr(a, 1 + (x / 729000000 % 30)::integer, 1)
        || substr(a, 1 + (x / 21870000000 % 30)::integer, 1)
    FROM (SELECT '23456789ABCDEFGHJKMNPQRSTVWXYZ'::text AS a, (n * 348611) & 549755813887 AS x) c
$$;
-- chain is the hash of the last entry of an audit trail.
CREATE AGGREGATE bulk.chain(bigint, timestamptz, text, uuid, text, text, text, jsonb) (SFUNC = public.audit_hash, STYPE = bytea, INITCOND = '');
CREATE TABLE bulk.setup (businesses integer, bookings bigint, now timestamptz);
`

// shops are the statements that make the businesses. shop holds what bookings
// need to know of each: staff from 8 to 12, as many chairs, the first booking's
// place among all and their number.
var shops = []string{
	`CREATE UNLOGGED TABLE bulk.shop AS
	 SELECT i, v7(s.now - interval '760 days' + i * interval '1 second', 'business' || i) AS business_id,
	     v7(s.now - interval '760 days' + i * interval '1 second', 'owner' || i) AS owner_id, s.now - interval '760 days' AS founded,
	     8 + i % 5 AS staff, s.bookings * (sum(w) OVER o - w)::bigint / sum(w) OVER () AS first,
	     (s.bookings * sum(w) OVER o)::bigint / sum(w) OVER () - s.bookings * (sum(w) OVER o - w)::bigint / sum(w) OVER () AS bookings,
	     0::bigint AS customers
	 FROM setup s CROSS JOIN LATERAL (SELECT i, CASE WHEN i % 10 = 0 THEN 5 ELSE 1 END AS w FROM generate_series(1, s.businesses) i) x
	 WINDOW o AS (ORDER BY i)`,
	`UPDATE bulk.shop SET customers = greatest(bookings / 4, 5)`,
	`INSERT INTO users (id, email, password_hash, family_name, given_name, locale, email_verified_at, created_at, search_key)
	 SELECT owner_id, 'owner-' || i || '@bulk.example', '` + noPassword + `', '店主', i::text, 'ja', founded, founded, '店主 ' || i FROM shop`,
	`INSERT INTO user_businesses (user_id, tenant_id, role) SELECT owner_id, business_id, 'owner' FROM shop`,
	`INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, prefecture, city, grid_minutes, booking_mode,
	     approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	     terms_version, created_at, updated_at)
	 SELECT business_id, 'bulk-' || i, jsonb_build_object('ja', 'サロン ' || i, 'en', 'Salon ' || i), 'hair_salon', 'approved', 'Asia/Tokyo', 'JPY', 'ja',
	     '東京都', '渋谷区', 15, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', founded, founded FROM shop`,
	`INSERT INTO directory (tenant_id, slug, name, vertical, prefecture, city, status, search, sort_key, created_at)
	 SELECT business_id, 'bulk-' || i, jsonb_build_object('ja', 'サロン ' || i, 'en', 'Salon ' || i), 'hair_salon', '東京都', '渋谷区', 'approved',
	     'サロン ' || i || ' salon 東京都 渋谷区 bulk-' || i, convert_to('サロン ' || i, 'UTF8'), founded FROM shop`,
	`INSERT INTO business_seq (business_id) SELECT business_id FROM shop`,
	`INSERT INTO schedule_versions (business_id) SELECT business_id FROM shop`,
	`INSERT INTO members (business_id, id, user_id, role, created_at) SELECT business_id, v7(founded, 'member' || i), owner_id, 'owner', founded FROM shop`,
	`INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute) SELECT business_id, d, 600, 1200 FROM shop, generate_series(0, 6) d`,
	`INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active, created_at, updated_at)
	 SELECT business_id, v7(founded, k.kind || i || '-' || n), k.kind, jsonb_build_object('ja', k.name || n), 1, 1, 1, k.kind = 'staff',
	     CASE k.kind WHEN 'staff' THEN 550 ELSE 0 END, n + 1, true, founded, founded
	 FROM shop, generate_series(0, staff - 1) n, (VALUES ('staff', '担当 '), ('seat', '席 ')) k (kind, name)`,
	`INSERT INTO resource_shifts (business_id, resource_id, weekday, start_minute, end_minute)
	 SELECT business_id, id, d, 600, 1200 FROM resources JOIN shop USING (business_id), generate_series(0, 6) d WHERE kind = 'staff'`,
	`INSERT INTO services (business_id, id, name, duration_minutes, price, tax_percent, min_party, max_party, nomination, position, active, created_at, updated_at)
	 SELECT business_id, v7(founded, 'service' || i || '-' || n), menu.name, minutes, price, 10, 1, 1, 'optional', n + 1, true, founded, founded
	 FROM shop, ` + menu,
	`INSERT INTO requirements (business_id, id, service_id, position, kind, units, per_person, before_minutes, after_minutes, resource_ids)
	 SELECT business_id, v7(founded, k.kind || 'need' || i || '-' || n), v7(founded, 'service' || i || '-' || n), k.position, k.kind, 1, false, 0, 0, ARRAY[]::uuid[]
	 FROM shop, ` + menu + `, (VALUES ('staff', 0), ('seat', 1)) k (kind, position)`,
}

// menu is what every business offers.
const menu = `(VALUES (0, '{"ja": "カット", "en": "Haircut"}'::jsonb, 60, 5500), (1, '{"ja": "白髪染め", "en": "Colour"}', 60, 7700),
	 (2, '{"ja": "前髪カット", "en": "Fringe"}', 30, 1650)) AS menu (n, name, minutes, price)`
