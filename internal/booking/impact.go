package booking

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file keeps one promise: every booking that stands is within hours and
// shifts, or marked as placed outside on purpose (overridden), or marked as left
// outside by a later change (outside_rules).
//
// The mark is no change of the booking: neither its version nor its history
// moves under the hands of who is about to change it. The trail counts the marks
// with the change that made them, and the ledger shows them. What a member
// overrode stays so when hours and shifts change; it is marked when who or what
// serves it is gone or can no longer serve it. A visit that is over is left as it is.

// judgedAtOnce is how many bookings are read and judged at a time.
const judgedAtOnce = 2000

var (
	standing = pg.Register("booking.standing",
		`SELECT b.id, b.code, b.status, b.starts_at, b.ends_at, b.party_size, b.overridden, b.outside_rules,
		     (SELECT coalesce(jsonb_agg(jsonb_build_object('service_id', s.service_id, 'starts_at', s.starts_at, 'picks', s.picks) ORDER BY s.position), '[]')
		      FROM booking_segments s WHERE s.business_id = b.business_id AND s.booking_id = b.id) AS parts
		 FROM bookings b
		 WHERE b.business_id = $1 AND (b.starts_at, b.id) > ($3::timestamptz, $4::uuid) AND b.ends_at > $2
		   AND b.status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in') AND (b.expires_at IS NULL OR b.expires_at > $2)
		 ORDER BY b.starts_at, b.id LIMIT $5`)
	// lockSchedule locks bookings out as a change does, see schedule_change, without making a new version.
	lockSchedule = pg.Register("booking.lock_schedule", `SELECT pg_advisory_xact_lock(lock_key(2, $1::uuid::text))`)
	mark         = pg.Register("booking.mark_outside",
		`UPDATE bookings b SET outside_rules = m.outside
		 FROM (SELECT b.id, x.outside FROM unnest($2::uuid[], $3::boolean[]) AS x (id, outside)
		       JOIN bookings b ON b.business_id = $1 AND b.id = x.id ORDER BY b.id FOR NO KEY UPDATE OF b) m
		 WHERE b.business_id = $1 AND b.id = m.id`)
)

// stands is a booking that occupies, as far as it is judged.
type stands struct {
	ID           ID                      `db:"id"`
	Code         string                  `db:"code"`
	Status       Status                  `db:"status"`
	StartsAt     time.Time               `db:"starts_at"`
	EndsAt       time.Time               `db:"ends_at"`
	PartySize    int                     `db:"party_size"`
	Overridden   bool                    `db:"overridden"`
	OutsideRules bool                    `db:"outside_rules"`
	Parts        []availability.StayPart `db:"parts"`
}

func (x *stands) stay() *availability.Stay {
	return &availability.Stay{StartsAt: x.StartsAt, EndsAt: x.EndsAt, PartySize: x.PartySize, Overridden: x.Overridden, Parts: x.Parts}
}

// impact gathers what a change does to the bookings that stand.
type impact struct {
	business.Impact
	snap    *availability.Snapshot
	ids     []ID // whose mark changes
	outside []bool
}

// Judge is business.Judge: it reads the schedule as the change leaves it and all
// bookings that are not over, so many at a time, and queues the marks of those
// that it leaves outside, or puts inside again. The schedule is locked by the
// change, so that no booking comes in or moves meanwhile.
func Judge(ctx context.Context, c *business.Change) (*business.Impact, error) {
	m := &impact{}
	err := m.readStanding(c.Business.ID, c.Now, func(b *pg.Batch) error { return c.Tx.Run(ctx, b) }, m.judge)
	if err != nil {
		return nil, err
	}
	if len(m.ids) > 0 {
		c.Tx.Later(mark, c.Business.ID, m.ids, m.outside)
	}
	return &m.Impact, nil
}

// readStanding reads the schedule of a business and all of its bookings that are
// not over at now, so many at a time, in order of their start.
func (m *impact) readStanding(bid business.ID, now time.Time, run func(*pg.Batch) error, each func([]stands) error) error {
	var page []stands
	after := stands{StartsAt: now.Add(-availability.MaxVisitMinutes * time.Minute)}
	next := func(b *pg.Batch) {
		pg.Collect(b.Queue(standing, bid, now, after.StartsAt, after.ID, judgedAtOnce), &page)
	}
	var err error
	m.snap, err = availability.ReadSnapshot(bid, now, func(b *pg.Batch) error {
		next(b)
		return run(b)
	})
	for err == nil {
		if err = each(page); err != nil || len(page) < judgedAtOnce {
			break
		}
		after = page[len(page)-1]
		var b pg.Batch
		next(&b)
		err = run(&b)
	}
	return err
}

// Strays tells stray of each booking that stands outside the rules of now without
// a mark, and how many it judged. run sends the batches, all of which must see
// the same moment. It changes nothing.
func Strays(bid business.ID, now time.Time, run func(*pg.Batch) error, stray func(ID, availability.BreachKind)) (judged int, err error) {
	m := &impact{}
	err = m.readStanding(bid, now, run, func(page []stands) error {
		if len(page) == 0 {
			return nil
		}
		judge, err := m.snap.Judge(page[0].StartsAt, page[len(page)-1].StartsAt)
		if err != nil {
			return err
		}
		for i := range page {
			if breach, outside := judge.Outside(page[i].stay()); outside && !page[i].OutsideRules {
				stray(page[i].ID, breach.Kind)
			}
		}
		judged += len(page)
		return nil
	})
	return judged, err
}

// judge takes bookings in order of their start.
func (m *impact) judge(page []stands) error {
	if len(page) == 0 {
		return nil
	}
	judge, err := m.snap.Judge(page[0].StartsAt, page[len(page)-1].StartsAt)
	if err != nil {
		return err
	}
	for i := range page {
		x := &page[i]
		breach, outside := judge.Outside(x.stay())
		if outside == x.OutsideRules {
			continue
		}
		m.ids, m.outside = append(m.ids, x.ID), append(m.outside, outside)
		if !outside {
			m.Restored++
			continue
		}
		if m.Total++; m.Total <= business.MaxAffected {
			m.Affected = append(m.Affected, affected(x, breach))
		}
	}
	return nil
}

func affected(x *stands, breach availability.Breach) business.Affected {
	out := business.Affected{
		BookingID: x.ID, Code: x.Code, StartsAt: x.StartsAt, EndsAt: x.EndsAt, Status: string(x.Status), Reason: string(breach.Kind),
	}
	if r := breach.Resource; r != nil {
		rid := [16]byte(r.ID)
		out.ResourceID, out.ResourceName = &rid, r.Name
	}
	return out
}

// guarded are the locks of an action after which the booking is judged anew: by
// the schedule of snap, which stays as it is until the commit.
func (s *Service) guarded(c Change, snap **availability.Snapshot) func(context.Context) (func(*pg.Batch), error) {
	return func(ctx context.Context) (func(*pg.Batch), error) {
		var err error
		if *snap, err = s.avail.Snapshot(ctx, c.Business); err != nil {
			return nil, err
		}
		return func(b *pg.Batch) {
			guard(b, *snap)
			b.Queue(lockWithBooking, c.Business, c.Booking, []catalog.ResourceID{})
		}, nil
	}
}

// rejudge marks the booking by the rules of a snapshot.
func (x *Booking) rejudge(snap *availability.Snapshot) error {
	judge, err := snap.Judge(x.StartsAt, x.StartsAt)
	if err != nil {
		return err
	}
	stay := availability.Stay{StartsAt: x.StartsAt, EndsAt: x.EndsAt, PartySize: x.PartySize, Overridden: x.Overridden}
	for _, s := range x.Segments {
		stay.Parts = append(stay.Parts, availability.StayPart{ServiceID: s.ServiceID, StartsAt: s.StartsAt, Picks: s.Picks})
	}
	_, x.OutsideRules = judge.Outside(&stay)
	return nil
}

// Rejudge judges all bookings of a business that are not over, as after a change
// of its rules: for what changes the rules of every business at once, such as
// an operator's word about a holiday. Nothing happens where no mark changes, and
// for a business that is gone.
func (s *Service) Rejudge(ctx context.Context, bid business.ID) error {
	found := &business.Impact{}
	err := s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		tx.Later(lockSchedule, bid) // whoever planned by the rules of before is through, or plans again
		c := &business.Change{Tx: tx, Now: s.clock.Now(), Business: &business.Business{ID: bid}}
		var err error
		if found, err = Judge(ctx, c); err != nil {
			return err
		}
		if found.Total+found.Restored == 0 {
			return nil
		}
		audit.Append(tx.AtEnd(), bid, audit.Entry{
			At: c.Now, Actor: tenant.Worker(), Action: "bookings.rejudged", Subject: "business:" + bid.String(),
			Detail: map[string]any{"affected_bookings": found.Total, "restored_bookings": found.Restored},
		}, nil)
		return nil
	})
	if errors.Is(err, availability.ErrNotFound) {
		return nil
	}
	if err == nil {
		s.avail.ScheduleChanged(bid)
		s.changed(bid)
	}
	return err
}
