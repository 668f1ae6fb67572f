package schedule

import (
	"cmp"
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	// Of a staff member, how many leaves a business has, and whether another one of theirs shares a date.
	tallyLeaves = pg.Register("schedule.tally_leaves",
		`SELECT (SELECT count(*) FROM leaves WHERE business_id = $1 AND from_date > $6::date) AS count,
		     EXISTS (SELECT FROM resources WHERE business_id = $1 AND id = $2 AND kind = 'staff') AS staff,
		     EXISTS (SELECT FROM leaves WHERE business_id = $1 AND resource_id = $2 AND id <> $3
		             AND from_date <= $5::date AND from_date > $4::date - 366 AND to_date >= $4::date) AS shared`)
	upsertLeave = pg.Register("schedule.upsert_leave",
		`INSERT INTO leaves (business_id, id, resource_id, from_date, to_date, kind, note, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		 ON CONFLICT (business_id, id) DO UPDATE SET from_date = excluded.from_date, to_date = excluded.to_date,
		     kind = excluded.kind, note = excluded.note, version = excluded.version, updated_at = excluded.updated_at`)
	deleteLeave = pg.Register("schedule.delete_leave", `DELETE FROM leaves WHERE business_id = $1 AND id = $2`)
)

// CreateLeave enters a leave of a staff member. Bookings that were made stay. It
// answers an Invalid fault for dates of which another leave of theirs has one.
func (s *Service) CreateLeave(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateLeaveInput, claim *idempotency.Claim) (*Leave, error) {
	var out *Leave
	err := s.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		l := &Leave{
			ID: id.New[Leave](ch.Now), ResourceID: in.ResourceID, FromDate: in.FromDate, ToDate: in.ToDate, Kind: LeavePaid,
			Version: 1, CreatedAt: ch.Now, UpdatedAt: ch.Now,
		}
		var v fault.Fields
		in.applyTo(l, &v)
		if err := l.place(ctx, ch, &v, true); err != nil {
			return business.Done{}, err
		}
		out = l
		return business.Done{Action: "leave.created", Subject: leaveSubject(l.ID), Detail: l.detail(), Result: l}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UpdateLeave changes a leave; precondition.stale unless expect is its version.
func (s *Service) UpdateLeave(ctx context.Context, actor tenant.Actor, bid business.ID, lid LeaveID, expect int64, in UpdateLeaveInput) (*Leave, error) {
	var out *Leave
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		l, err := lockedLeave(ctx, ch, lid, expect)
		if err != nil {
			return business.Done{}, err
		}
		l.FromDate, l.ToDate = cmp.Or(valueOf(in.FromDate), l.FromDate), cmp.Or(valueOf(in.ToDate), l.ToDate)
		var v fault.Fields
		in.applyTo(l, &v)
		l.Version, l.UpdatedAt = l.Version+1, ch.Now
		if err := l.place(ctx, ch, &v, false); err != nil {
			return business.Done{}, err
		}
		out = l
		return business.Done{Action: "leave.changed", Subject: leaveSubject(lid), Detail: l.detail()}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteLeave takes a leave back; precondition.stale unless expect is its version.
func (s *Service) DeleteLeave(ctx context.Context, actor tenant.Actor, bid business.ID, lid LeaveID, expect int64) error {
	return s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		l, err := lockedLeave(ctx, ch, lid, expect)
		if err != nil {
			return business.Done{}, err
		}
		ch.Tx.Later(deleteLeave, bid, lid)
		return business.Done{Action: "leave.deleted", Subject: leaveSubject(lid), Detail: l.detail()}, nil
	})
}

// place checks the leave against the others of its staff member and queues its
// row; no other change of a schedule runs meanwhile.
func (l *Leave) place(ctx context.Context, ch *business.Change, v *fault.Fields, fresh bool) error {
	l.checkDates(v, ch)
	if err := v.Err(); err != nil {
		return err
	}
	long := clock.DateOf(ch.Now).AddDays(-2 * MaxLeaveDays)
	var count int
	var staff, shared bool
	var b pg.Batch
	b.Queue(tallyLeaves, ch.Business.ID, l.ResourceID, l.ID, l.FromDate, l.ToDate, long).
		QueryRow(func(r pgx.Row) error { return r.Scan(&count, &staff, &shared) })
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return err
	}
	v.Check(staff, "body.resource_id", "unknown_id")
	v.Check(!shared, "body.from_date", "schedule.leave_overlap")
	switch err := v.Err(); {
	case err != nil:
		return err
	case fresh && count >= MaxLeaves:
		return business.ErrLimit.With(fault.Args{"max": MaxLeaves})
	}
	ch.Tx.Later(upsertLeave, ch.Business.ID, l.ID, l.ResourceID, l.FromDate, l.ToDate, l.Kind, l.Note, l.Version, l.CreatedAt, l.UpdatedAt)
	return nil
}

func lockedLeave(ctx context.Context, ch *business.Change, lid LeaveID, expect int64) (*Leave, error) {
	var l Leave
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(leaveByID, ch.Business.ID, lid), &l, &found)
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	switch {
	case !found:
		return nil, business.ErrNotFound
	case l.Version != expect:
		return nil, business.ErrStale
	}
	return &l, nil
}

// detail is what the trail tells: who and when, not why.
func (l *Leave) detail() map[string]any {
	return map[string]any{"resource_id": l.ResourceID, "from_date": l.FromDate, "to_date": l.ToDate}
}

func leaveSubject(l LeaveID) string { return "leave:" + l.String() }

func valueOf(d *clock.Date) clock.Date {
	if d == nil {
		return clock.Date{}
	}
	return *d
}
