package schedule

import (
	"context"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	exceptionsOf = pg.Register("schedule.exceptions_of",
		`SELECT resource_id, date, ranges, note, version FROM resource_exceptions
		 WHERE business_id = $1 AND resource_id = $2 AND date BETWEEN $3::date AND $4::date ORDER BY date`)
	upsertException = pg.Register("schedule.upsert_exception",
		`INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, note, version)
		 SELECT $1, $2, $3, $4, $5, version FROM schedule_versions WHERE business_id = $1
		 ON CONFLICT (business_id, resource_id, date) DO UPDATE
		     SET ranges = excluded.ranges, note = excluded.note, version = excluded.version
		 RETURNING version`)
	deleteException = pg.Register("schedule.delete_exception",
		`DELETE FROM resource_exceptions WHERE business_id = $1 AND resource_id = $2 AND date = $3`)
)

// ExceptionInput replaces the shifts of a resource on one date.
type ExceptionInput struct {
	Ranges []Range `json:"ranges" doc:"When it works on the date; none: not at all" maxItems:"12"`
	Note   string  `json:"note,omitempty" doc:"For the business alone" maxLength:"200"`
}

// Validate reports every fault of the input.
func (in *ExceptionInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

func (in *ExceptionInput) read(v *fault.Fields) Exception {
	e := Exception{Ranges: readRanges(v, "body.ranges", in.Ranges), Note: jp.CleanText(in.Note)}
	v.Check(utf8.RuneCountInString(e.Note) <= maxNote, "body.note", "too_long", fault.Args{"max": maxNote})
	return e
}

// Exceptions lists the exceptions of a resource from one date to another, both
// included; not_found for an absent resource.
func (s *Service) Exceptions(ctx context.Context, bid business.ID, rid catalog.ResourceID, from, to clock.Date) ([]Exception, error) {
	if err := checkSpan(from, to); err != nil {
		return nil, err
	}
	var version int64
	var out []Exception
	var b pg.Batch
	catalog.QueueVersion(&b, bid, rid, &version)
	pg.Collect(b.Queue(exceptionsOf, bid, rid, from, to), &out)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if version == 0 {
		return nil, business.ErrNotFound
	}
	return out, nil
}

// Exception reads one; not_found for a date on which the weekly shifts hold.
func (s *Service) Exception(ctx context.Context, bid business.ID, rid catalog.ResourceID, date clock.Date) (*Exception, error) {
	list, err := s.Exceptions(ctx, bid, rid, date, date)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, business.ErrNotFound
	}
	return &list[0], nil
}

// SetException replaces the shifts of a resource on one date. expect is the
// version of the exception that it replaces, nil for a date that has none yet,
// as with SetSpecialDay. Bookings that were made stay.
func (s *Service) SetException(ctx context.Context, actor tenant.Actor, bid business.ID, rid catalog.ResourceID, date clock.Date, expect *int64, in ExceptionInput) (*Exception, error) {
	var out Exception
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		before, err := exceptionOn(ctx, ch, rid, date)
		if err != nil {
			return business.Done{}, err
		}
		if err := checkExpected(before, expect); err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		out = in.read(&v)
		out.ResourceID, out.Date = rid, date
		checkDate(&v, date, ch)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		out.Version, err = writeVersioned(ctx, ch.Tx, upsertException, bid, rid, date, out.Ranges, out.Note)
		return business.Done{Action: "exception.set", Subject: exceptionSubject(rid, date)}, err
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// DeleteException gives a resource its weekly shifts back on a date. It answers
// not_found where they hold, precondition.stale unless expect is the exception's version.
func (s *Service) DeleteException(ctx context.Context, actor tenant.Actor, bid business.ID, rid catalog.ResourceID, date clock.Date, expect int64) error {
	return s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		before, err := exceptionOn(ctx, ch, rid, date)
		if err != nil {
			return business.Done{}, err
		}
		if before == 0 {
			return business.Done{}, business.ErrNotFound
		}
		if err := checkExpected(before, &expect); err != nil {
			return business.Done{}, err
		}
		ch.Tx.Later(deleteException, bid, rid, date)
		return business.Done{Action: "exception.removed", Subject: exceptionSubject(rid, date)}, nil
	})
}

// exceptionOn is the version of the exception of a date, 0 for none; not_found
// for an absent resource.
func exceptionOn(ctx context.Context, ch *business.Change, rid catalog.ResourceID, date clock.Date) (int64, error) {
	var resource int64
	var list []Exception
	var b pg.Batch
	catalog.QueueVersion(&b, ch.Business.ID, rid, &resource)
	pg.Collect(b.Queue(exceptionsOf, ch.Business.ID, rid, date, date), &list)
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return 0, err
	}
	switch {
	case resource == 0:
		return 0, business.ErrNotFound
	case len(list) == 0:
		return 0, nil
	}
	return list[0].Version, nil
}

func exceptionSubject(rid catalog.ResourceID, date clock.Date) string {
	return "exception:" + rid.String() + ":" + date.String()
}
