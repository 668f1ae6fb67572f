package verify_test

// plant is a breach that is planted behind the program's back, and the one
// invariant that must find it.
type plant struct {
	name, invariant string
	sql             []string // $B a business, $A the other, and what happened there: $CONFIRMED, $WAITING, $CANCELLED, $UNDONE, $HOLD
	example         string   // a part of an example
	breaches        int64    // 0: one
}

var plants = []plant{
	{name: "a unit is taken twice", invariant: "I1", example: "overlaps another", sql: []string{
		`ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap`,
		`INSERT INTO allocations (business_id, resource_id, unit, starts_at, ends_at, booking_id, segment)
		     SELECT business_id, resource_id, unit, starts_at - interval '2 days', ends_at - interval '2 days' + n * interval '1 minute', booking_id, segment
		     FROM allocations, generate_series(0, 1) AS n WHERE booking_id = '$UNDONE'`,
	}, breaches: 2},
	{name: "the wall is gone", invariant: "I1", example: "constraint:allocations_no_overlap", sql: []string{
		`ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap`,
	}},
	{name: "a history leaps", invariant: "I3", example: "booking:$CANCELLED", sql: []string{
		`UPDATE booking_history SET from_status = 'checked_in' WHERE booking_id = '$CANCELLED' AND version = 2`,
	}},
	{name: "a history takes a path that there is not", invariant: "I3", example: "cancelled to no_show", sql: []string{
		`UPDATE booking_history SET action = 'no_show', from_status = 'cancelled', to_status = 'no_show', version = 3 WHERE booking_id = '$CANCELLED' AND version = 2`,
		`INSERT INTO booking_history (business_id, booking_id, version, at, actor_kind, action, from_status, to_status)
		     SELECT business_id, booking_id, 2, at, 'member', 'cancel', 'confirmed', 'cancelled' FROM booking_history WHERE booking_id = '$CANCELLED' AND version = 3`,
		`UPDATE bookings SET version = 3, status = 'no_show' WHERE id = '$CANCELLED'`,
	}},
	{name: "a history ends elsewhere than in the present status", invariant: "I3", example: "booking:$CANCELLED", sql: []string{
		`UPDATE bookings SET status = 'no_show' WHERE id = '$CANCELLED'`,
	}},
	{name: "an undo goes where it did not come from", invariant: "I3", example: "undo from no_show to checked_in", sql: []string{
		`UPDATE booking_history SET to_status = 'checked_in' WHERE booking_id = '$UNDONE' AND version = 3`,
		`UPDATE booking_history SET action = 'complete', from_status = 'checked_in', to_status = 'completed' WHERE booking_id = '$UNDONE' AND version = 4`,
		`UPDATE bookings SET status = 'completed' WHERE id = '$UNDONE'`, `DELETE FROM allocations WHERE booking_id = '$UNDONE'`,
	}},
	{name: "a change is not counted", invariant: "I4", example: "booking:$CONFIRMED version:2 after 1", sql: []string{
		`UPDATE bookings SET version = 2 WHERE id = '$CONFIRMED'`,
	}},
	{name: "a history has a gap", invariant: "I4", example: "booking:$CANCELLED", sql: []string{
		`UPDATE booking_history SET version = 5 WHERE booking_id = '$CANCELLED' AND version = 2`, `UPDATE bookings SET version = 5 WHERE id = '$CANCELLED'`,
	}},
	{name: "a hold stands past its time", invariant: "I5", example: "hold:$HOLD stands past", sql: []string{
		`UPDATE holds SET expires_at = '2026-11-30T07:58:00+09:00' WHERE id = '$HOLD'`, `UPDATE allocations SET expires_at = '2026-11-30T07:58:00+09:00' WHERE hold_id = '$HOLD'`,
	}},
	{name: "a request waits past its time", invariant: "I5", example: "booking:$WAITING stands past", sql: []string{
		`UPDATE bookings SET expires_at = '2026-11-30T07:58:00+09:00' WHERE id = '$WAITING'`,
		`UPDATE allocations SET expires_at = '2026-11-30T07:58:00+09:00' WHERE booking_id = '$WAITING'`,
	}},
	{name: "a booking that stands holds nothing", invariant: "I5", example: "booking:$CONFIRMED occupies something else", sql: []string{
		`DELETE FROM allocations WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a booking holds another hour than it says", invariant: "I5", example: "booking:$CONFIRMED occupies something else", sql: []string{
		`UPDATE allocations SET starts_at = starts_at + interval '10 minutes' WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a cancelled booking holds on", invariant: "I5", example: "booking:$CANCELLED occupies something else", sql: []string{
		`INSERT INTO allocations (business_id, resource_id, unit, starts_at, ends_at, booking_id, segment)
		     SELECT business_id, (picks -> 0 ->> 'resource_id')::uuid, 1, starts_at - interval '20 days', ends_at - interval '20 days', booking_id, 0
		     FROM booking_segments WHERE booking_id = '$CANCELLED'`,
	}},
	{name: "what a confirmed booking holds would fall free", invariant: "I5", example: "booking:$CONFIRMED occupies until another expiry", sql: []string{
		`UPDATE allocations SET expires_at = '2026-12-01T00:00:00+09:00' WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a request waits for ever", invariant: "I5", example: "booking:$WAITING waits without an end", sql: []string{
		`UPDATE bookings SET expires_at = NULL WHERE id = '$WAITING'`, `UPDATE allocations SET expires_at = NULL WHERE booking_id = '$WAITING'`,
	}},
	{name: "a shop closes and nobody marks its bookings", invariant: "I2", breaches: 3, example: "booking:$CONFIRMED is outside the rules without a mark: closed", sql: []string{
		`DELETE FROM opening_hours WHERE business_id = '$B'`,
	}},
	{name: "those who serve are gone, for who was placed outside hours too", invariant: "I2", breaches: 4, example: "booking:$UNDONE is outside the rules without a mark: resource_gone", sql: []string{
		`UPDATE resources SET active = false WHERE business_id = '$B'`,
	}},
	{name: "a confirmation was never queued", invariant: "I9", example: "booking:$CONFIRMED was not told of booking.confirmed", sql: []string{
		`DELETE FROM messages WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "what a member wished to be told is not", invariant: "I9", example: "booking:$CANCELLED was not told of booking.cancelled", sql: []string{
		`DELETE FROM messages WHERE booking_id = '$CANCELLED' AND event = 'booking.cancelled'`,
	}},
	{name: "a message lost its job", invariant: "I9", example: "waits and nobody will send it", sql: []string{
		`DELETE FROM river_job WHERE args ->> 'message_id' IN (SELECT id::text FROM messages WHERE booking_id = '$CONFIRMED')`,
	}},
	{name: "a job died and its message still waits", invariant: "I9", example: "waits and nobody will send it", sql: []string{
		`UPDATE river_job SET state = 'discarded', finalized_at = '2026-11-30T07:40:00+09:00'
		     WHERE args ->> 'message_id' IN (SELECT id::text FROM messages WHERE booking_id = '$CONFIRMED')`,
	}},
	{name: "a message was sent three times", invariant: "I10", example: "may have been sent 3 times", sql: []string{
		`UPDATE messages SET status = 'sent', unsure = 2 WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "one event has two messages", invariant: "I10", example: "was told of booking.confirmed 2 times for 1 entries", sql: []string{
		`INSERT INTO messages (business_id, id, booking_id, event, channel, status, created_at)
		     SELECT business_id, gen_random_uuid(), booking_id, event, channel, 'sent', created_at FROM messages WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a worker was killed at its last attempt", invariant: "I10", example: "is being sent by nobody", sql: []string{
		`UPDATE messages SET status = 'sending', attempts = 8 WHERE booking_id = '$CONFIRMED'`,
		`UPDATE river_job SET state = 'discarded', finalized_at = '2026-11-30T07:40:00+09:00'
		     WHERE args ->> 'message_id' IN (SELECT id::text FROM messages WHERE booking_id = '$CONFIRMED')`,
	}},
	{name: "a segment is served by another business", invariant: "I11", example: "booking_segments refers to resources", sql: []string{
		`UPDATE booking_segments SET staff_id = (SELECT id FROM resources WHERE business_id = '$A' LIMIT 1) WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a service asks for another business's staff", invariant: "I11", example: "requirements refers to resources", sql: []string{
		`UPDATE requirements SET resource_ids = resource_ids || (SELECT id FROM resources WHERE business_id = '$A' LIMIT 1) WHERE business_id = '$B'`,
	}},
	{name: "a booking is of another business's set", invariant: "I11", example: "bookings refers to service_sets", sql: []string{
		`INSERT INTO service_sets (business_id, id, name, service_ids, price, position, active, created_at, updated_at)
		     SELECT business_id, gen_random_uuid(), name, ARRAY[id], 1, 0, true, created_at, updated_at FROM services WHERE business_id = '$A'`,
		`UPDATE bookings SET set_id = (SELECT id FROM service_sets) WHERE id = '$CONFIRMED'`,
	}},
	{name: "a business is found by another name", invariant: "I11", example: "business:$B and its entry in the directory", sql: []string{
		`UPDATE directory SET slug = 'elsewhere' WHERE tenant_id = '$B'`,
	}},
	{name: "a code leads nowhere", invariant: "I11", example: "booking:$CONFIRMED is not found by its code", sql: []string{
		`DELETE FROM booking_codes WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "somebody is a member in the lookup only", invariant: "I11", example: "is another member than the lookup says", sql: []string{
		`INSERT INTO user_businesses (user_id, tenant_id, role) VALUES (gen_random_uuid(), '$B', 'owner')`,
	}},
	{name: "a foreign key is not trusted", invariant: "I11", example: "of bookings does not keep rows within a business", sql: []string{
		`ALTER TABLE bookings ADD CONSTRAINT doubtful FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id) NOT VALID`,
	}},
	{name: "a foreign key is not composite", invariant: "I11", example: "constraint:loose of messages", sql: []string{
		`CREATE UNIQUE INDEX loose_idx ON holds (id)`, `ALTER TABLE messages ADD CONSTRAINT loose FOREIGN KEY (booking_id) REFERENCES holds (id) NOT VALID`,
	}},
	{name: "a wall is down", invariant: "I11", example: "table:holds is without its wall", sql: []string{`ALTER TABLE holds NO FORCE ROW LEVEL SECURITY`}},
	{name: "a booking was made under two keys", invariant: "I12", example: "booking:$CONFIRMED was made under 2 keys", sql: []string{
		`UPDATE idempotency_keys SET subject = '$CONFIRMED' WHERE subject = '$CANCELLED'`,
	}},
	{name: "a key made what is not there", invariant: "I12", example: "made a booking that is not there", sql: []string{
		`UPDATE idempotency_keys SET subject = gen_random_uuid() WHERE subject = '$CONFIRMED'`,
	}},
	{name: "a key made nothing", invariant: "I12", example: "made nothing", sql: []string{`UPDATE idempotency_keys SET subject = NULL WHERE subject = '$CONFIRMED'`}},
	{name: "keys are not kept apart", invariant: "I12", example: "constraint:idempotency_keys_pkey", sql: []string{
		`ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey`,
	}},
	{name: "an entry of a trail was rewritten", invariant: "I13", example: "business:$B seq:2", sql: []string{
		`UPDATE audit_entries SET detail = '{"rewritten": true}' WHERE business_id = '$B' AND seq = 2`,
	}},
	{name: "the last entry of a trail was removed", invariant: "I13", example: "business:$B seq:", sql: []string{
		`DELETE FROM audit_entries WHERE business_id = '$B' AND seq = (SELECT seq FROM business_seq WHERE business_id = '$B')`,
	}},
	{name: "a trail lost its head", invariant: "I13", example: "business:$B has no trail", sql: []string{`DELETE FROM business_seq WHERE business_id = '$B'`}},
}
