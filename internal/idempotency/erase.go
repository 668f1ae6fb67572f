package idempotency

import "github.com/omotenashi-connect/omotenashi/internal/pg"

var erase = pg.Register("idempotency.erase",
	`UPDATE idempotency_keys SET answer = '' WHERE business_id = $1 AND subject IN (
	     SELECT $2::uuid
	     UNION ALL SELECT id FROM customers WHERE business_id = $1 AND merged_into = $2
	     UNION ALL SELECT id FROM bookings WHERE business_id = $1 AND customer_id = $2)`)

// Erase queues the emptying of the stored answers that tell of a customer or of
// their bookings. The keys keep having had their effect; who sends one again is
// answered not_found.
func Erase(b *pg.Batch, business, customer [16]byte) {
	b.Queue(erase, business, customer)
}
