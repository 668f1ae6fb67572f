package booking

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// maxPerDay bounds the ledger of one day.
const maxPerDay = 2000

var (
	ledgerDay = pg.Register("booking.ledger_day",
		`SELECT `+columns+` FROM bookings b
		 WHERE b.business_id = $1 AND b.business_date = $2::date ORDER BY b.starts_at, b.id LIMIT $3`)
	// Who is new is as customer_rule has it: nothing stands before.
	ledgerFirst = pg.Register("booking.ledger_first",
		`SELECT b.id FROM bookings b
		 WHERE b.business_id = $1 AND b.business_date = $2::date AND b.customer_id IS NOT NULL
		   AND b.status NOT IN ('cancelled', 'declined', 'expired')
		   AND NOT EXISTS (SELECT 1 FROM bookings e
		     WHERE e.business_id = b.business_id AND e.customer_id = b.customer_id AND e.starts_at < b.starts_at
		       AND e.status NOT IN ('cancelled', 'declined', 'expired'))
		 ORDER BY b.starts_at, b.id LIMIT $3`)
	ledgerHolds = pg.Register("booking.ledger_holds",
		`SELECT a.resource_id, a.unit, a.starts_at, a.ends_at, a.expires_at, a.booking_id, a.hold_id FROM allocations a
		 WHERE a.business_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3 AND a.hold_id IS NOT NULL AND a.expires_at > $4
		 ORDER BY a.starts_at, a.resource_id LIMIT 2000`)
	sequence = pg.Register("booking.sequence", `SELECT seq FROM business_seq WHERE business_id = $1`)
)

// Column is one resource of the ledger and when it works on the day.
type Column struct {
	Resource   *catalog.Resource
	Works      []schedule.Range
	Restricted bool // false: it works whenever it is needed
}

// Ledger is all that the day view needs.
type Ledger struct {
	Date     clock.Date
	Zone     *time.Location
	Grid     int
	Hours    []schedule.Range
	Columns  []Column
	Bookings []*Booking // of every status, in order of their start
	First    []ID       // of the bookings with which a known customer comes for the first time
	Held     []availability.Taken
	Seq      int64 // of the business's writes: what changed later has a higher one
	Now      time.Time
}

// Ledger reads the day view of a business day, in one round trip.
func (s *Service) Ledger(ctx context.Context, bid business.ID, day clock.Date) (*Ledger, error) {
	snap, err := s.avail.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	l := &Ledger{Date: day, Zone: snap.Zone, Grid: snap.Business.GridMinutes, Hours: snap.Hours.On(day), Now: s.clock.Now()}
	from, to := clock.Instant(day, 0, snap.Zone), clock.Instant(day, clock.MaxMinute, snap.Zone)
	var rows []row
	var seq []int64
	var b pg.Batch
	pg.CollectColumn(b.Queue(sequence, bid), &seq) // first: what commits meanwhile is seen again rather than missed
	pg.Collect(b.Queue(ledgerDay, bid, day, maxPerDay), &rows)
	pg.CollectColumn(b.Queue(ledgerFirst, bid, day, maxPerDay), &l.First)
	queueHeld(&b, bid, from, to, l.Now, &l.Held)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	for _, n := range seq {
		l.Seq = n
	}
	l.Bookings = bookings(rows)
	l.Columns = columnsOf(snap, day, l.Bookings)
	return l, nil
}

// LedgerState is what of a ledger may change without a write of the business, and
// the number of its last one: what was read of the day at that number still stands.
type LedgerState struct {
	Seq  int64
	Held []availability.Taken
	Now  time.Time
}

// LedgerState reads the state of a business day, in one round trip.
func (s *Service) LedgerState(ctx context.Context, bid business.ID, zone *time.Location, day clock.Date) (LedgerState, error) {
	x := LedgerState{Now: s.clock.Now()}
	from, to := clock.Instant(day, 0, zone), clock.Instant(day, clock.MaxMinute, zone)
	var seq []int64
	var b pg.Batch
	pg.CollectColumn(b.Queue(sequence, bid), &seq)
	queueHeld(&b, bid, from, to, x.Now, &x.Held)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return x, err
	}
	for _, n := range seq {
		x.Seq = n
	}
	return x, nil
}

func queueHeld(b *pg.Batch, bid business.ID, from, to, now time.Time, dst *[]availability.Taken) {
	pg.Collect(b.Queue(ledgerHolds, bid, from, to, now), dst)
}

// columnsOf are the active resources, and those given up that still serve on the day.
func columnsOf(snap *availability.Snapshot, day clock.Date, list []*Booking) []Column {
	serving := map[catalog.ResourceID]bool{}
	for _, x := range list {
		for _, id := range resourcesOf(x) {
			serving[id] = true
		}
	}
	var out []Column
	for i := range snap.Resources {
		r := &snap.Resources[i]
		if r.Active || serving[r.ID] {
			works, restricted := snap.Works(r.ID, day)
			out = append(out, Column{Resource: r, Works: works, Restricted: restricted})
		}
	}
	return out
}
