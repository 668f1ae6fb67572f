package bulk

import "strconv"

// facts are the statements that decide everything about each customer and
// booking. A booking's place among those of its day gives it an hour of a stylist
// that no other has: seven and nine times the staff have no common divisor.
var facts = []string{
	`CREATE UNLOGGED TABLE bulk.patron AS
	 SELECT s.i, c, s.business_id, v7(x.since, 'customer' || s.i || '-' || c) AS id, x.since,
	     '+8190' || 10000000 + s.i * 7919000::bigint % 80000000 + c AS phone,
	     'guest-' || s.i || '-' || c || '@bulk.example' AS email, (c * 13 + s.i) % (SELECT count(*) FROM name)::integer AS n
	 FROM shop s CROSS JOIN LATERAL generate_series(0, s.customers::integer - 1) c
	 CROSS JOIN LATERAL (SELECT s.founded + interval '1 day' + c * interval '1 minute' AS since) x`,
	`CREATE UNLOGGED TABLE bulk.fact AS
	 WITH days AS (
	     SELECT s.*, j, j * ` + days + ` / s.bookings AS day, ((j * ` + days + ` / s.bookings) * s.bookings + ` + days + ` - 1) / ` + days + ` AS dawn
	     FROM shop s CROSS JOIN LATERAL generate_series(0::bigint, s.bookings - 1) j
	 ), slots AS (
	     SELECT d.*, ((j - dawn) * 7 + day * 3) % (staff * 9) AS slot, chance('b' || i || '-' || j) AS luck,
	         (date_trunc('day', u.now AT TIME ZONE 'Asia/Tokyo') + (day - ` + strconv.Itoa(daysBack) + `) * interval '1 day') AS midnight, u.now
	     FROM days d, setup u
	 ), timed AS (
	     SELECT s.*, s.slot % s.staff AS who, j % 3 AS service, (midnight + (10 + slot / staff) * interval '1 hour') AT TIME ZONE 'Asia/Tokyo' AS starts_at
	     FROM slots s
	 ), made AS (
	     SELECT t.*, starts_at + CASE service WHEN 2 THEN interval '30 minutes' ELSE interval '1 hour' END AS ends_at,
	         least(starts_at, now) - interval '1 hour' - luck * interval '3 minutes' AS created_at
	     FROM timed t
	 )
	 SELECT m.i, m.business_id, m.owner_id, v7(created_at, 'booking' || m.i || '-' || j) AS id, code(m.first + j) AS code, starts_at, ends_at,
	     midnight::date AS business_date, created_at, service, CASE WHEN luck % 10 < 8 THEN 'public' ELSE 'console' END AS source,
	     v7(founded, 'service' || m.i || '-' || service) AS service_id, v7(founded, 'staff' || m.i || '-' || who) AS staff_id,
	     v7(founded, 'seat' || m.i || '-' || who) AS seat_id, luck % 4 = 0 AS nominated,
	     CASE WHEN luck % 100 >= 93 THEN 'cancelled' WHEN ends_at > now THEN 'confirmed' WHEN luck % 100 < 90 THEN 'completed' ELSE 'no_show' END AS status,
	     CASE WHEN luck % 100 >= 93 THEN created_at + (least(starts_at, now) - created_at) / 2 WHEN ends_at < now THEN ends_at END AS ended_at,
	     p.id AS customer_id, p.phone, p.email, p.n
	 FROM made m JOIN patron p ON p.i = m.i AND p.c = (m.luck * 31 + j) % m.customers
	 ORDER BY created_at`,
	`ANALYZE bulk.fact`,
	`ANALYZE bulk.patron`,
}

var days = strconv.Itoa(daysBack + daysAhead)

// ended is what a status that ends a booking is called as an action.
const ended = `CASE f.status WHEN 'completed' THEN 'complete' WHEN 'cancelled' THEN 'cancel' ELSE f.status END`

// tables are the statements that write what the program would have, the longest
// first: each may run beside any other.
var tables = []string{
	`WITH told AS (
	     SELECT business_id, created_at AS at, CASE source WHEN 'public' THEN 'customer' ELSE 'member' END AS actor_kind,
	         CASE source WHEN 'public' THEN NULL ELSE owner_id END AS actor_id, 'booking.created' AS action, 'booking:' || id AS subject,
	         jsonb_build_object('status', 'confirmed', 'source', source, 'start', starts_at, 'overridden', false) AS detail
	     FROM fact
	     UNION ALL
	     SELECT business_id, ended_at, 'member', owner_id, 'booking.' || ` + ended + `, 'booking:' || id,
	         jsonb_build_object('from', 'confirmed', 'to', f.status, 'version', 2)
	     FROM fact f WHERE ended_at IS NOT NULL
	 ), numbered AS (
	     SELECT *, row_number() OVER (PARTITION BY business_id ORDER BY at, subject, action DESC) AS seq FROM told
	 ), chained AS (
	     INSERT INTO audit_entries (business_id, seq, at, actor_kind, actor_id, request_id, action, subject, detail, hash)
	     SELECT business_id, seq, at, actor_kind, actor_id, md5(subject), action, subject, detail,
	         chain(seq, at, actor_kind, actor_id, md5(subject), action, subject, detail) OVER (PARTITION BY business_id ORDER BY seq)
	     FROM numbered
	     RETURNING business_id, seq, hash
	 )
	 UPDATE business_seq q SET seq = c.seq, audit_head = c.hash
	 FROM (SELECT DISTINCT ON (business_id) business_id, seq, hash FROM chained ORDER BY business_id, seq DESC) c WHERE c.business_id = q.business_id`,
	`INSERT INTO bookings (business_id, id, code, status, source, customer_id, guest, starts_at, ends_at, business_date, party_size, total, currency,
	     price_lines, policy, consent, locale, cancel_fee, version, created_at, updated_at)
	 SELECT f.business_id, f.id, f.code, f.status, f.source, f.customer_id,
	     jsonb_build_object('family_name', n.family_name, 'given_name', n.given_name, 'family_name_kana', n.family_name_kana,
	         'given_name_kana', n.given_name_kana, 'phone', f.phone, 'email', f.email, 'locale', 'ja'),
	     f.starts_at, f.ends_at, f.business_date, 1, menu.price, 'JPY',
	     jsonb_build_array(jsonb_build_object('kind', 'service', 'name', menu.name, 'quantity', 1, 'amount', menu.price, 'tax_percent', 10)),
	     '{"steps": [], "change_notice_minutes": 0, "cancel_notice_minutes": 0}',
	     CASE f.source WHEN 'public' THEN jsonb_build_object('terms_version', '1', 'at', f.created_at) ELSE '{}' END, 'ja',
	     CASE f.status WHEN 'cancelled' THEN 0 END, CASE WHEN f.ended_at IS NULL THEN 1 ELSE 2 END, f.created_at, coalesce(f.ended_at, f.created_at)
	 FROM fact f JOIN name n USING (n) JOIN ` + menu + ` ON menu.n = f.service`,
	`INSERT INTO booking_segments (business_id, booking_id, position, service_id, service_name, options, duration_minutes, starts_at, ends_at, staff_id,
	     nominated, picks)
	 SELECT f.business_id, f.id, 0, f.service_id, menu.name, '[]', menu.minutes, f.starts_at, f.ends_at, f.staff_id, f.nominated,
	     jsonb_build_array(
	         jsonb_build_object('resource_id', f.staff_id, 'unit', 1, 'segment', 0, 'starts_at', f.starts_at, 'ends_at', f.ends_at),
	         jsonb_build_object('resource_id', f.seat_id, 'unit', 1, 'segment', 0, 'starts_at', f.starts_at, 'ends_at', f.ends_at))
	 FROM fact f JOIN ` + menu + ` ON menu.n = f.service`,
	`INSERT INTO booking_history (business_id, booking_id, version, at, actor_kind, actor_id, action, from_status, to_status)
	 SELECT f.business_id, f.id, v.version, CASE v.version WHEN 1 THEN f.created_at ELSE f.ended_at END,
	     CASE WHEN v.version = 1 AND f.source = 'public' THEN 'customer' ELSE 'member' END,
	     CASE WHEN v.version = 1 AND f.source = 'public' THEN NULL ELSE f.owner_id END, CASE v.version WHEN 1 THEN 'create' ELSE ` + ended + ` END,
	     CASE v.version WHEN 1 THEN '' ELSE 'confirmed' END, CASE v.version WHEN 1 THEN 'confirmed' ELSE f.status END
	 FROM fact f CROSS JOIN generate_series(1, 2) v (version) WHERE v.version = 1 OR f.ended_at IS NOT NULL`,
	`INSERT INTO messages (business_id, id, booking_id, event, channel, status, attempts, detail, created_at, sent_at)
	 SELECT f.business_id, v7(e.at, e.event || f.id), f.id, e.event, 'email', 'sent', 1, '{}', e.at, e.at + interval '2 seconds'
	 FROM fact f CROSS JOIN LATERAL (VALUES ('booking.confirmed', f.created_at), ('booking.cancelled', CASE f.status WHEN 'cancelled' THEN f.ended_at END)) e (event, at)
	 WHERE e.at IS NOT NULL`,
	`INSERT INTO booking_codes (code, tenant_id, booking_id) SELECT code, business_id, id FROM fact`,
	`INSERT INTO customer_consents (business_id, id, customer_id, purpose, granted, version, source, booking_id, at)
	 SELECT business_id, v7(created_at, 'consent' || id), customer_id, 'terms', true, '1', 'booking', id, created_at FROM fact WHERE source = 'public'`,
	`INSERT INTO customers (business_id, id, family_name, given_name, family_name_kana, given_name_kana, phone, phone_last4, email, locale, identity_key,
	     search_key, sort_key, created_at, updated_at)
	 SELECT p.business_id, p.id, n.family_name, n.given_name, n.family_name_kana, n.given_name_kana, p.phone, right(p.phone, 4), p.email, 'ja',
	     n.folded || '|' || p.phone, n.search_key, n.sort_key, p.since, p.since
	 FROM patron p JOIN name n USING (n)`,
	`INSERT INTO customer_words (business_id, word, customer_id)
	 SELECT p.business_id, w.word, p.id FROM patron p JOIN name n USING (n)
	 CROSS JOIN LATERAL unnest(n.words || ARRAY[p.phone, '#' || right(p.phone, 4), '@' || p.email]) w (word)`,
	`INSERT INTO customer_tags (business_id, tag, customer_id) SELECT business_id, 'VIP', id FROM patron WHERE c % 20 = 0`,
	`INSERT INTO allocations (business_id, resource_id, unit, starts_at, ends_at, booking_id, segment)
	 SELECT f.business_id, r.id, 1, f.starts_at, f.ends_at, f.id, 0 FROM fact f CROSS JOIN LATERAL (VALUES (f.staff_id), (f.seat_id)) r (id)
	 WHERE f.status = 'confirmed'`,
	`INSERT INTO idempotency_keys (business_id, actor, route, key_hash, body_hash, status, answer, created_at, subject)
	 SELECT business_id, 'guest', 'create-booking', sha256(convert_to(id::text, 'UTF8')), sha256(convert_to(code, 'UTF8')), 201,
	     convert_to(repeat(md5(code), 40), 'UTF8'), created_at, id
	 FROM fact, setup WHERE source = 'public' AND created_at > now - interval '1 day'`,
}
