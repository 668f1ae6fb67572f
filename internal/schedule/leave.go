package schedule

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// LeaveID identifies a leave.
type LeaveID = id.Of[Leave]

// LeaveKind is why somebody does not work.
type LeaveKind string

// The kinds.
const (
	LeavePaid  LeaveKind = "paid"
	LeaveSick  LeaveKind = "sick"
	LeaveOther LeaveKind = "other"
)

// LeaveKinds are all of them.
var LeaveKinds = []LeaveKind{LeavePaid, LeaveSick, LeaveOther}

// Leave is consecutive business days on which a staff member does not work,
// whatever shifts say. No two of one staff member share a date.
type Leave struct {
	ID         LeaveID            `db:"id"`
	ResourceID catalog.ResourceID `db:"resource_id"`
	FromDate   clock.Date         `db:"from_date"`
	ToDate     clock.Date         `db:"to_date"` // included
	Kind       LeaveKind          `db:"kind"`
	Note       string             `db:"note"` // for those who manage leave, and for the staff member
	Version    int64              `db:"version"`
	CreatedAt  time.Time          `db:"created_at"`
	UpdatedAt  time.Time          `db:"updated_at"`
}

// Covers tells whether a date lies in the leave.
func (l *Leave) Covers(d clock.Date) bool { return !d.Before(l.FromDate) && !d.After(l.ToDate) }

// Bounds of leaves.
const (
	MaxLeaveDays = 366  // of one
	MaxLeaves    = 2000 // of a business, those that ended long ago left out
)

const leaveColumns = `id, resource_id, from_date, to_date, kind, note, version, created_at, updated_at`

var (
	listLeaves = pg.Register("schedule.list_leaves",
		`SELECT `+leaveColumns+` FROM leaves
		 WHERE business_id = $1 AND from_date <= $3::date AND from_date > $2::date - 366 AND to_date >= $2::date
		   AND ($4::uuid IS NULL OR resource_id = $4) AND (from_date, id) > ($5::date, $6::uuid)
		 ORDER BY from_date, id LIMIT $7`)
	leaveByID = pg.Register("schedule.leave_by_id", `SELECT `+leaveColumns+` FROM leaves WHERE business_id = $1 AND id = $2`)
	// The engine does not need to know why.
	leavesBetween = pg.Register("schedule.leaves",
		`SELECT id, resource_id, from_date, to_date, 'other' AS kind, '' AS note, version, created_at, updated_at FROM leaves
		 WHERE business_id = $1 AND from_date <= $3::date AND from_date > $2::date - 366 AND to_date >= $2::date
		 ORDER BY resource_id, from_date`)
)

// QueueLeaves queues the reading of all leaves that touch the dates from one to
// another, by resource and date, without kind and note.
func QueueLeaves(b *pg.Batch, bid business.ID, from, to clock.Date, dst *[]Leave) {
	pg.Collect(b.Queue(leavesBetween, bid, from, to), dst)
}

// LeaveFields are what can be said of a leave.
type LeaveFields struct {
	Kind *LeaveKind `json:"kind,omitempty" doc:"paid unless given" enum:"paid,sick,other"`
	Note *string    `json:"note,omitempty" doc:"For those who manage leave, and for the staff member" maxLength:"200"`
}

// CreateLeaveInput enters a leave.
type CreateLeaveInput struct {
	ResourceID catalog.ResourceID `json:"resource_id" doc:"Of a staff member"`
	FromDate   clock.Date         `json:"from_date" doc:"The first business day" example:"2026-12-28"`
	ToDate     clock.Date         `json:"to_date" doc:"The last business day, included; at most 366 days in all" example:"2026-12-30"`
	LeaveFields
}

// UpdateLeaveInput changes a leave; what is left out stays.
type UpdateLeaveInput struct {
	FromDate *clock.Date `json:"from_date,omitempty" doc:"The first business day" example:"2026-12-28"`
	ToDate   *clock.Date `json:"to_date,omitempty" doc:"The last business day, included; at most 366 days in all" example:"2026-12-30"`
	LeaveFields
}

func (in *LeaveFields) applyTo(l *Leave, v *fault.Fields) {
	if in.Kind != nil {
		l.Kind = *in.Kind
		v.Check(slices.Contains(LeaveKinds, l.Kind), "body.kind", "not_allowed", fault.Args{"values": "paid, sick, other"})
	}
	if in.Note != nil {
		l.Note = jp.CleanText(*in.Note)
		v.Check(utf8.RuneCountInString(l.Note) <= maxNote, "body.note", "too_long", fault.Args{"max": maxNote})
	}
}

// checkDates notes dates that nobody means.
func (l *Leave) checkDates(v *fault.Fields, ch *business.Change) {
	checkDateAt(v, "body.from_date", l.FromDate, ch)
	if checkDateAt(v, "body.to_date", l.ToDate, ch) && v.Check(!l.ToDate.Before(l.FromDate), "body.to_date", "schedule.before_from") {
		v.Check(l.ToDate.DaysSince(l.FromDate) < MaxLeaveDays, "body.to_date", "schedule.leave_too_long", fault.Args{"max": MaxLeaveDays})
	}
}

// Leaves lists the leaves that touch the dates from one to another, by their
// first date, after the given one (nil: from the first), at most limit; of one
// resource, or of all where of is nil.
func (s *Service) Leaves(ctx context.Context, bid business.ID, from, to clock.Date, of *catalog.ResourceID, after *Leave, limit int) ([]Leave, error) {
	if err := checkSpan(from, to); err != nil {
		return nil, err
	}
	if of != nil && of.IsZero() { // who is no resource has no leave; the database would take it for all
		return []Leave{}, nil
	}
	if after == nil {
		after = &Leave{FromDate: from.AddDays(-MaxLeaveDays)}
	}
	var out []Leave
	var b pg.Batch
	pg.Collect(b.Queue(listLeaves, bid, from, to, of, after.FromDate, after.ID, limit), &out)
	err := s.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// Leave reads one; not_found when there is none, or when it is another's than
// of, where that is given.
func (s *Service) Leave(ctx context.Context, bid business.ID, lid LeaveID, of *catalog.ResourceID) (*Leave, error) {
	var out Leave
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(leaveByID, bid, lid), &out, &found)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found || of != nil && out.ResourceID != *of {
		return nil, business.ErrNotFound
	}
	return &out, nil
}
