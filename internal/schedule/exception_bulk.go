package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// MaxBulkResources is how many resources one bulk edit may name.
const MaxBulkResources = 50

// BulkAction is what a bulk edit does with dates.
type BulkAction string

// The actions.
const (
	BulkSet   BulkAction = "set"       // the same ranges on each of them
	BulkClear BulkAction = "clear"     // back to the weekly shifts
	BulkCopy  BulkAction = "copy_from" // as on the dates of another week or month
)

// BulkInput edits the shifts of a week or a month by date.
type BulkInput struct {
	ResourceIDs    []catalog.ResourceID `json:"resource_ids" doc:"Whose shifts" minItems:"1" maxItems:"50"`
	FromDate       clock.Date           `json:"from_date" example:"2026-12-07"`
	ToDate         clock.Date           `json:"to_date" doc:"Included; at most 92 days in all" example:"2026-12-13"`
	Weekdays       []int                `json:"weekdays,omitempty" doc:"Only these, 0 is Sunday; all when left out" minimum:"0" maximum:"6" minItems:"1" maxItems:"7"`
	Action         BulkAction           `json:"action" doc:"set: the same ranges on each date; clear: back to the weekly shifts; copy_from: the shifts as they stand from source_from_date on, day by day, without breaks and leaves, which go by their own dates" enum:"clear,set,copy_from"`
	Ranges         []Range              `json:"ranges,omitempty" doc:"Of set: when they work; empty: not at all" maxItems:"12"`
	SourceFromDate *clock.Date          `json:"source_from_date,omitempty" doc:"Of copy_from: what is copied to from_date; it must be the same weekday" example:"2026-11-30"`
	Note           string               `json:"note,omitempty" doc:"Of set and copy_from, for the business alone" maxLength:"200"`
}

// BulkDone is what a bulk edit did.
type BulkDone struct {
	Changed int // dates of resources that changed, each one counted
}

// Validate reports every fault that shows without the business.
func (in *BulkInput) Validate() error {
	var v fault.Fields
	in.read(&v)
	return v.Err()
}

// read checks the input and gives the ranges to set.
func (in *BulkInput) read(v *fault.Fields) (ranges []Range, note string) {
	in.checkWho(v)
	if v.Check(!in.ToDate.Before(in.FromDate), "body.to_date", "schedule.before_from") {
		v.Check(in.ToDate.DaysSince(in.FromDate) < MaxDays, "body.to_date", "schedule.span_too_long", fault.Args{"max": MaxDays})
	}
	v.Check(slices.Contains([]BulkAction{BulkSet, BulkClear, BulkCopy}, in.Action), "body.action", "not_allowed",
		fault.Args{"values": "set, clear, copy_from"})
	if in.Action == BulkSet && v.Check(in.Ranges != nil, "body.ranges", "required") {
		ranges = readRanges(v, "body.ranges", in.Ranges)
	}
	if in.Action != BulkSet {
		v.Check(in.Ranges == nil, "body.ranges", "not_both", fault.Args{"other": string(in.Action)})
	}
	if in.Action == BulkCopy && v.Check(in.SourceFromDate != nil, "body.source_from_date", "required") {
		v.Check(in.SourceFromDate.Weekday() == in.FromDate.Weekday(), "body.source_from_date", "schedule.copy_weekday")
	}
	if in.Action != BulkCopy {
		v.Check(in.SourceFromDate == nil, "body.source_from_date", "not_both", fault.Args{"other": string(in.Action)})
	}
	note = jp.CleanText(in.Note)
	v.Check(utf8.RuneCountInString(note) <= maxNote, "body.note", "too_long", fault.Args{"max": maxNote})
	return ranges, note
}

func (in *BulkInput) checkWho(v *fault.Fields) {
	v.Check(len(in.ResourceIDs) > 0, "body.resource_ids", "required")
	v.Check(len(in.ResourceIDs) <= MaxBulkResources, "body.resource_ids", "too_many", fault.Args{"max": MaxBulkResources})
	for i, r := range in.ResourceIDs[:min(len(in.ResourceIDs), MaxBulkResources)] {
		v.Check(!slices.Contains(in.ResourceIDs[:i], r), "body.resource_ids["+strconv.Itoa(i)+"]", "duplicate")
	}
	v.Check(in.Weekdays == nil || len(in.Weekdays) > 0, "body.weekdays", "too_few", fault.Args{"min": 1})
	v.Check(len(in.Weekdays) <= 7, "body.weekdays", "too_many", fault.Args{"max": 7})
	for i, d := range in.Weekdays[:min(len(in.Weekdays), 7)] {
		at := "body.weekdays[" + strconv.Itoa(i) + "]"
		v.Check(0 <= d && d <= 6, at, "out_of_range")
		v.Check(!slices.Contains(in.Weekdays[:i], d), at, "duplicate")
	}
}

var (
	// The version is that of the schedule which brings it, see schedule_change.
	writeExceptions = pg.Register("schedule.write_exceptions",
		`INSERT INTO resource_exceptions (business_id, resource_id, date, ranges, note, version)
		 SELECT $1, x.r, x.d, x.g::jsonb, $5, v.version
		 FROM unnest($2::uuid[], $3::date[], $4::text[]) AS x (r, d, g), schedule_versions v WHERE v.business_id = $1
		 ON CONFLICT (business_id, resource_id, date) DO UPDATE
		     SET ranges = excluded.ranges, note = excluded.note, version = excluded.version
		     WHERE (resource_exceptions.ranges, resource_exceptions.note) IS DISTINCT FROM (excluded.ranges, excluded.note)`)
	clearExceptions = pg.Register("schedule.clear_exceptions",
		`DELETE FROM resource_exceptions e USING unnest($2::uuid[], $3::date[]) AS x (r, d)
		 WHERE e.business_id = $1 AND e.resource_id = x.r AND e.date = x.d`)
	knownResources = pg.Register("schedule.known_resources", `SELECT id FROM resources WHERE business_id = $1 AND id = ANY ($2::uuid[])`)
)

// EditShifts writes shifts by date for many resources and dates at once, or
// takes them back. Bookings that were made stay. What was written before on these
// dates is replaced, whoever wrote it.
func (s *Service) EditShifts(ctx context.Context, actor tenant.Actor, bid business.ID, in BulkInput, claim *idempotency.Claim) (*BulkDone, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *BulkDone
	err := s.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		e, err := in.prepare(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		for _, rid := range in.ResourceIDs {
			for d := in.FromDate; !d.After(in.ToDate); d = d.AddDays(1) {
				if len(in.Weekdays) == 0 || slices.Contains(in.Weekdays, int(d.Weekday())) {
					e.put(&in, rid, d)
				}
			}
		}
		changed, err := e.write(ctx, ch)
		out = &BulkDone{Changed: changed}
		return business.Done{
			Action: "shifts.edited", Subject: "business:" + bid.String(), Result: out,
			Detail: map[string]any{"action": in.Action, "resource_ids": in.ResourceIDs, "from_date": in.FromDate, "to_date": in.ToDate, "changed": changed},
		}, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// edit is the rows of a bulk edit.
type edit struct {
	ranges   []Range // of set
	note     string
	rosters  map[catalog.ResourceID]Roster // of copy_from, as they stand
	set      dates
	texts    []string // the ranges, by index in set
	cleared  dates
	business business.ID
}

// dates are dates of resources.
type dates struct {
	resources []catalog.ResourceID
	dates     []clock.Date
}

func (x *dates) add(rid catalog.ResourceID, d clock.Date) {
	x.resources, x.dates = append(x.resources, rid), append(x.dates, d)
}

// prepare checks the input against the business and reads what is to be copied.
func (in *BulkInput) prepare(ctx context.Context, ch *business.Change) (*edit, error) {
	e := &edit{business: ch.Business.ID, rosters: map[catalog.ResourceID]Roster{}}
	var v fault.Fields
	e.ranges, e.note = in.read(&v)
	checkDateAt(&v, "body.from_date", in.FromDate, ch)
	checkDateAt(&v, "body.to_date", in.ToDate, ch)
	if in.SourceFromDate != nil {
		checkDateAt(&v, "body.source_from_date", *in.SourceFromDate, ch)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	var known []catalog.ResourceID
	var b pg.Batch
	pg.CollectColumn(b.Queue(knownResources, e.business, in.ResourceIDs), &known)
	patterns, exceptions := map[catalog.ResourceID]*Pattern{}, []Exception{}
	if in.Action == BulkCopy {
		QueueShifts(&b, e.business, &patterns)
		QueueExceptions(&b, e.business, *in.SourceFromDate, in.source(in.ToDate), &exceptions)
	}
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	for i, r := range in.ResourceIDs {
		v.Check(slices.Contains(known, r), "body.resource_ids["+strconv.Itoa(i)+"]", "unknown_id")
		e.rosters[r] = Roster{Pattern: patterns[r], Exceptions: map[clock.Date]Exception{}}
	}
	for _, x := range exceptions {
		if r, named := e.rosters[x.ResourceID]; named {
			r.Exceptions[x.Date] = x
		}
	}
	return e, v.Err()
}

// source is the date that is copied to a date.
func (in *BulkInput) source(d clock.Date) clock.Date {
	return in.SourceFromDate.AddDays(d.DaysSince(in.FromDate))
}

// put adds one date of one resource. What is copied of a date that nothing
// restricts is just that: its target is cleared.
func (e *edit) put(in *BulkInput, rid catalog.ResourceID, d clock.Date) {
	ranges, source := e.ranges, SourceDate
	switch in.Action {
	case BulkClear:
		source = SourceOpen
	case BulkCopy:
		roster := e.rosters[rid]
		ranges, source = roster.planned(in.source(d), func(clock.Date) []Range { return nil })
	case BulkSet:
	}
	if source == SourceOpen {
		e.cleared.add(rid, d)
		return
	}
	if ranges == nil {
		ranges = []Range{}
	}
	text, err := json.Marshal(ranges)
	if err != nil {
		panic(fmt.Sprintf("schedule: ranges: %v", err)) // plain values
	}
	e.set.add(rid, d)
	e.texts = append(e.texts, string(text))
}

// write sends all rows in one round trip and counts those that changed.
func (e *edit) write(ctx context.Context, ch *business.Change) (changed int, err error) {
	var b pg.Batch
	count := func(tag pgconn.CommandTag) error {
		changed += int(tag.RowsAffected())
		return nil
	}
	b.Queue(writeExceptions, e.business, e.set.resources, e.set.dates, e.texts, e.note).Exec(count)
	b.Queue(clearExceptions, e.business, e.cleared.resources, e.cleared.dates).Exec(count)
	err = ch.Tx.Run(ctx, &b)
	return changed, err
}
