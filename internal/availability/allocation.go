package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Allocation is one unit of a resource, taken for one span by a booking or a hold.
type Allocation struct {
	ResourceID catalog.ResourceID `json:"resource_id"`
	Unit       int32              `json:"unit"` // from 1
	StartsAt   time.Time          `json:"starts_at"`
	EndsAt     time.Time          `json:"ends_at"`
	Segment    int32              `json:"segment"` // index of the item of the visit
}

// Owner is on whose behalf allocations are taken: exactly one of the two.
type Owner struct {
	Booking *[16]byte
	Hold    *[16]byte
}

var (
	lockResources = pg.Register("availability.lock_resources", `SELECT lock_resources($1::uuid[])`)
	takeAll       = pg.Register("availability.take",
		`SELECT take_allocations($1::uuid, $2::uuid, $3::uuid, $4::timestamptz, $5::uuid[], $6::integer[], $7::timestamptz[], $8::timestamptz[], $9::integer[])`)
	releaseBooking = pg.Register("availability.release_booking",
		`DELETE FROM allocations WHERE business_id = $1 AND booking_id = $2`)
	releaseHold = pg.Register("availability.release_hold",
		`DELETE FROM allocations WHERE business_id = $1 AND hold_id = $2`)
	keepBooking = pg.Register("availability.keep_booking",
		`UPDATE allocations SET expires_at = NULL WHERE business_id = $1 AND booking_id = $2`)
	handOver = pg.Register("availability.hand_over",
		`UPDATE allocations SET booking_id = $3, hold_id = NULL, expires_at = $4 WHERE business_id = $1 AND hold_id = $2`)
	busyBetween = pg.Register("availability.busy",
		`SELECT resource_id, unit, starts_at, ends_at, expires_at, booking_id, hold_id FROM allocations
		 WHERE business_id = $1 AND starts_at < $3 AND starts_at > $2::timestamptz - interval '3 days' AND ends_at > $2`)
	busySpans = pg.Register("availability.busy_spans", // the index has all of its columns
		`SELECT resource_id, unit, starts_at, ends_at, expires_at FROM allocations
		 WHERE business_id = $1 AND starts_at < $3 AND starts_at > $2::timestamptz - interval '3 days' AND ends_at > $2`)
	lockedOf = pg.Register("availability.resources_of_booking",
		`SELECT DISTINCT resource_id FROM allocations WHERE business_id = $1 AND booking_id = $2`)
	sweep = pg.Register("availability.sweep",
		`DELETE FROM allocations WHERE business_id = $1 AND ends_at < $2 AND starts_at < $2`)
)

// Longest is the longest span of one allocation; reads by start rest on it. It
// is the longest service with all options and buffers, and well beyond.
const Longest = 3 * 24 * time.Hour

// Lock queues the locks of resources, in the one order in which everybody takes
// them. Whoever takes or changes allocations holds the locks of their resources.
func Lock(b *pg.Batch, ids []catalog.ResourceID) {
	b.Queue(lockResources, ids)
}

// Take queues the guarded taking of all allocations; the batch fails with state
// pg.StateTaken when one of them overlaps another. Expires, when given, is when
// they fall free unless they are kept.
func Take(b *pg.Batch, business business.ID, owner Owner, expires *time.Time, list []Allocation) {
	n := len(list)
	resources, units := make([]catalog.ResourceID, n), make([]int32, n)
	starts, ends, segments := make([]time.Time, n), make([]time.Time, n), make([]int32, n)
	for i, a := range list {
		resources[i], units[i], starts[i], ends[i], segments[i] = a.ResourceID, a.Unit, a.StartsAt, a.EndsAt, a.Segment
	}
	b.Queue(takeAll, business, owner.Booking, owner.Hold, expires, resources, units, starts, ends, segments)
}

// Release queues the freeing of all that the owner holds.
func Release(b *pg.Batch, business business.ID, owner Owner) {
	if owner.Booking != nil {
		b.Queue(releaseBooking, business, owner.Booking)
		return
	}
	b.Queue(releaseHold, business, owner.Hold)
}

// Keep queues that a booking's allocations no longer expire.
func Keep(b *pg.Batch, business business.ID, booking [16]byte) {
	b.Queue(keepBooking, business, booking)
}

// HandOver queues that a booking takes over what a hold holds, with the booking's own expiry.
func HandOver(b *pg.Batch, business business.ID, hold, booking [16]byte, expires *time.Time) {
	b.Queue(handOver, business, hold, booking, expires)
}

// Taken is a row of allocations as reads need it.
type Taken struct {
	ResourceID catalog.ResourceID `db:"resource_id"`
	Unit       int32              `db:"unit"`
	StartsAt   time.Time          `db:"starts_at"`
	EndsAt     time.Time          `db:"ends_at"`
	ExpiresAt  *time.Time         `db:"expires_at"`
	BookingID  *[16]byte          `db:"booking_id"`
	HoldID     *[16]byte          `db:"hold_id"`
}

// ExpiredAt tells whether its time ran out: it still stands in the table until
// somebody frees it.
func (t Taken) ExpiredAt(now time.Time) bool { return t.ExpiresAt != nil && !t.ExpiresAt.After(now) }

// QueueBusy queues the reading of what is taken between two instants.
func QueueBusy(b *pg.Batch, business business.ID, from, to time.Time, dst *[]Taken) {
	pg.CollectRaw(b.Queue(busyBetween, business, from, to), dst, func(r *pg.Row, t *Taken) {
		t.scanSpan(r)
		t.BookingID, t.HoldID = owner(r.UUID(5)), owner(r.UUID(6))
	})
}

// queueSpans is QueueBusy for who need not know on whose behalf.
func queueSpans(b *pg.Batch, business business.ID, from, to time.Time, dst *[]Taken) {
	pg.CollectRaw(b.Queue(busySpans, business, from, to), dst, func(r *pg.Row, t *Taken) { t.scanSpan(r) })
}

// scanSpan reads the columns that both begin with.
func (t *Taken) scanSpan(r *pg.Row) {
	t.ResourceID, _ = r.UUID(0)
	t.Unit = r.Int32(1)
	t.StartsAt, _ = r.Time(2)
	t.EndsAt, _ = r.Time(3)
	if expires, some := r.Time(4); some {
		t.ExpiresAt = &expires
	}
}

func owner(id [16]byte, some bool) *[16]byte {
	if !some {
		return nil
	}
	return &id
}

// QueueResourcesOf queues the reading of the resources that a booking holds now.
func QueueResourcesOf(b *pg.Batch, business business.ID, booking [16]byte, dst *[]catalog.ResourceID) {
	pg.CollectColumn(b.Queue(lockedOf, business, booking), dst)
}

// keepPast is how long an allocation is kept after its end.
const keepPast = 7 * 24 * time.Hour

// Sweep queues the removal of allocations that ended long before now: history
// lives in the bookings, and the table stays small.
func Sweep(b *pg.Batch, business business.ID, now time.Time) {
	b.Queue(sweep, business, now.Add(-keepPast))
}
