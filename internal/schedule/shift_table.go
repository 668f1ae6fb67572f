package schedule

import (
	"cmp"
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// MaxTableDays is how many days one shift table may span.
const MaxTableDays = 31

// ShiftTable is who works when: the staff over some dates.
type ShiftTable struct {
	Days []TableDay
	Rows []TableRow // of the active staff, in the business's order
}

// TableDay is one date of the business.
type TableDay struct {
	Date  clock.Date
	Hours []Range // none: closed
}

// TableRow is one staff member.
type TableRow struct {
	Resource catalog.Resource
	Cells    []TableCell // by date, all of them
}

// TableCell is one date of a staff member.
type TableCell struct {
	Date   clock.Date
	Ranges []Range // works, without breaks; none: not at all
	Breaks []Range // between them
	Source Source
}

// ShiftTable reads the effective shifts of the active staff from one date to
// another, those behind the given resource (nil: from the first), at most limit.
func (s *Service) ShiftTable(ctx context.Context, bid business.ID, from, to clock.Date, after *catalog.Resource, limit int) (*ShiftTable, error) {
	var v fault.Fields
	if v.Check(!to.Before(from), "query.to", "schedule.before_from") {
		v.Check(to.DaysSince(from) < MaxTableDays, "query.to", "schedule.span_too_long", fault.Args{"max": MaxTableDays})
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	var r rosters
	var resources []catalog.Resource
	var b pg.Batch
	catalog.QueueResources(&b, bid, &resources)
	r.queue(&b, bid, from, to)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	table := &ShiftTable{Rows: []TableRow{}}
	open := r.hours.On
	for d := from; !d.After(to); d = d.AddDays(1) {
		table.Days = append(table.Days, TableDay{d, open(d)})
	}
	for i := range resources {
		x := &resources[i]
		if len(table.Rows) < limit && x.Kind == catalog.Staff && x.Active && behind(x, after) {
			table.Rows = append(table.Rows, tableRow(x, r.of(x.ID), table.Days, open))
		}
	}
	return table, nil
}

func behind(x, after *catalog.Resource) bool {
	return after == nil || cmp.Or(cmp.Compare(x.Position, after.Position), cmp.Compare(x.ID.String(), after.ID.String())) > 0
}

func tableRow(x *catalog.Resource, r Roster, days []TableDay, open func(clock.Date) []Range) TableRow {
	row := TableRow{Resource: *x, Cells: make([]TableCell, len(days))}
	for i, d := range days {
		ranges, source := r.On(d.Date, open)
		row.Cells[i] = TableCell{Date: d.Date, Ranges: ranges, Breaks: r.BreaksOn(d.Date, open), Source: source}
	}
	return row
}

// rosters is the rows that decide who works when over some dates.
type rosters struct {
	hours      Hours
	patterns   map[catalog.ResourceID]*Pattern
	breaks     map[catalog.ResourceID]*Week
	exceptions []Exception
	leaves     []Leave
}

func (r *rosters) queue(b *pg.Batch, bid business.ID, from, to clock.Date) {
	QueueOpening(b, bid, from, to, &r.hours)
	QueueShifts(b, bid, &r.patterns)
	QueueBreaks(b, bid, &r.breaks)
	QueueExceptions(b, bid, from, to, &r.exceptions)
	QueueLeaves(b, bid, from, to, &r.leaves)
}

// of is the roster of one resource.
func (r *rosters) of(rid catalog.ResourceID) Roster {
	out := Roster{Pattern: r.patterns[rid], Breaks: r.breaks[rid], Exceptions: map[clock.Date]Exception{}}
	for _, e := range r.exceptions {
		if e.ResourceID == rid {
			out.Exceptions[e.Date] = e
		}
	}
	for i := range r.leaves {
		if r.leaves[i].ResourceID == rid {
			out.Leaves = append(out.Leaves, r.leaves[i])
		}
	}
	return out
}
