package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// partReader reads the parts of a file one after the other.
type partReader struct {
	ctx      context.Context
	s        *Service
	bid      business.ID
	iid      ID
	position int
	rest     []byte
}

// Read is part of io.Reader.
func (p *partReader) Read(buf []byte) (int, error) {
	for len(p.rest) == 0 {
		p.position++
		var found [][]byte
		var b pg.Batch
		pg.CollectColumn(b.Queue(getPart, p.bid, p.iid, p.position), &found)
		if err := p.s.db.ReadTenant(p.ctx, p.bid, &b); err != nil {
			return 0, err
		}
		if len(found) == 0 {
			return 0, io.EOF
		}
		body, err := p.s.ring.Open(purpose(p.bid), found[0], place(p.iid, p.position))
		if err != nil {
			return 0, fmt.Errorf("part %d of import %s: %w", p.position, p.iid, err)
		}
		p.rest = body
	}
	n := copy(buf, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// line is a line of a file with what it is known by.
type line struct {
	row
	cells        cells
	key, content []byte
}

// importer brings lines of one kind in.
type importer interface {
	// bring brings lines in and keeps what became of them, up to the line to.
	bring(ctx context.Context, list []line, to int) error
	// replay puts in place what a line that was tried before would have changed.
	replay(l *line, was triedRow)
}

// run is one attempt at an import.
type run struct {
	s     *Service
	bid   business.ID
	im    *Import
	at    int // the line up to which everything is kept
	seen  map[string]*keyRow
	kind  importer
	tried []triedRow // of a dry run that is gone on with, by line
}

func (s *Service) newRun(ctx context.Context, bid business.ID, im *Import) (*run, error) {
	r := &run{s: s, bid: bid, im: im, at: im.NextLine, seen: map[string]*keyRow{}}
	var err error
	if r.kind, err = r.importer(ctx); err != nil {
		return nil, err
	}
	if im.DryRun && im.NextLine > 2 {
		r.tried, err = s.triedLines(ctx, bid, im)
	}
	return r, err
}

func (r *run) importer(ctx context.Context) (importer, error) {
	snap, err := r.s.avail.Snapshot(ctx, r.bid)
	if err != nil {
		return nil, err
	}
	switch r.im.Kind {
	case Customers:
		return newCustomers(r, snap.Business.Locale), nil
	case Bookings:
		return &bookings{run: r, zone: snap.Zone}, nil
	case Services:
		return newMenu(r), nil
	case Staff:
		return newTeam(r), nil
	}
	return nil, jobs.Cancel(fmt.Errorf("import of %q", r.im.Kind))
}

// triedLines are all lines that were tried before.
func (s *Service) triedLines(ctx context.Context, bid business.ID, im *Import) ([]triedRow, error) {
	const page = 5000
	var out []triedRow
	for after := 0; ; {
		var rows []triedRow
		var b pg.Batch
		pg.Collect(b.Queue(listTried, bid, im.ID, after, page), &rows)
		if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
			return nil, err
		}
		out = append(out, rows...)
		if len(rows) < page {
			return out, nil
		}
		after = rows[len(rows)-1].Line
	}
}

// all goes through the file from where the work goes on.
func (r *run) all(ctx context.Context) error {
	in := newLines(decoded(&partReader{ctx: ctx, s: r.s, bid: r.bid, iid: r.im.ID}, r.im.Charset), r.im.Layout.Comma[0])
	var slice []line
	for {
		row, err := in.next()
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return err
		}
		if !end && row.Line < r.im.NextLine {
			r.pass(row)
			continue
		}
		if !end && !row.empty() {
			slice = append(slice, r.line(row))
		}
		if end || len(slice) >= r.s.o.Slice {
			if err := r.step(ctx, slice, in.line+1); err != nil {
				return err
			}
			slice = slice[:0]
		}
		if end {
			return r.end(ctx)
		}
		if len(slice) == 0 && hurried(ctx) {
			return errMore
		}
	}
}

// hurried tells that the attempt's time is nearly over.
func hurried(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && clock.System{}.Now().Add(unhurried).After(deadline)
}

// line reads a line: it is known by the other system's id, or by all that it says.
func (r *run) line(row row) line {
	l := line{row: row, cells: r.im.Layout.cells(row)}
	said := l.cells.content()
	l.content = r.s.ring.MAC("import/content", r.bid[:], said)
	if other := l.cells["id"]; other != "" {
		l.key = r.s.ring.MAC("import/id", r.bid[:], []byte(other))
	} else {
		l.key = r.s.ring.MAC("import/line", r.bid[:], said)
	}
	return l
}

// pass goes past a line that was worked on before.
func (r *run) pass(row row) {
	if len(r.tried) == 0 || r.tried[0].Line != row.Line {
		return
	}
	was := r.tried[0]
	r.tried = r.tried[1:]
	if was.Outcome != Refused && row.Code == "" {
		l := r.line(row)
		r.seen[string(l.key)] = &keyRow{Key: l.key, Content: l.content}
		r.kind.replay(&l, was)
	}
}

// step works on some lines.
func (r *run) step(ctx context.Context, slice []line, to int) error {
	if len(slice) == 0 && to == r.at {
		return nil
	}
	keys := make([][]byte, len(slice))
	for i := range slice {
		keys[i] = slice[i].key
	}
	var known []keyRow
	var b pg.Batch
	pg.Collect(b.Queue(getKeys, r.bid, string(r.im.Kind), keys), &known)
	if err := r.s.db.ReadTenant(ctx, r.bid, &b); err != nil {
		return err
	}
	for i := range known {
		if k := string(known[i].Key); r.seen[k] == nil {
			r.seen[k] = &known[i]
		}
	}
	return r.kind.bring(ctx, slice, to)
}

// keep keeps the outcomes of lines that changed nothing, and where the work goes on.
func (r *run) keep(ctx context.Context, recs []record, to int) error {
	if len(recs) == 0 && to == r.at {
		return nil
	}
	var b pg.Batch
	queueRecords(&b, r.bid, r.im, r.at, to, recs, r.s.clock.Now())
	if err := r.s.db.BatchTenant(ctx, r.bid, &b); err != nil {
		return err
	}
	r.at = to
	return nil
}

func (r *run) end(ctx context.Context) error {
	r.im.Status, r.im.NextLine = Done, r.at
	if r.im.DryRun {
		r.im.Status = Checked
	}
	return r.s.end(ctx, r.bid, r.im, "")
}

// before tells what a line came to before, if it is the same or cannot be read.
func (r *run) before(l *line) (rec record, over bool) {
	rec = record{Line: l.Line, key: l.key, content: l.content}
	if l.Code != "" {
		return rec.refused(Problem{Code: l.Code}), true
	}
	if k := r.seen[string(l.key)]; k != nil && bytes.Equal(k.Content, l.content) {
		rec.Outcome = Unchanged
		rec.Subject = r.subject(k.Subject)
		return rec, true
	}
	return rec, false
}

// subject is what is kept of whom a line is about: nothing in a dry run, in which
// nobody new is anybody.
func (r *run) subject(raw [16]byte) *subjectID {
	if r.im.DryRun || raw == [16]byte{} {
		return nil
	}
	x := subjectID(raw)
	return &x
}

// knows remembers what a line came to.
func (r *run) knows(rec *record, subject [16]byte) {
	r.seen[string(rec.key)] = &keyRow{Key: rec.key, Subject: subject, Content: rec.content}
}

func (r record) refused(list ...Problem) record {
	r.Outcome, r.Subject, r.Errors = Refused, nil, list
	return r
}

// verdict makes of an error the refusal of a line; of one that is nobody's fault
// the error.
func (r record) verdict(err error) (record, error) {
	f, ok := fault.As(err)
	if !ok {
		return r, err
	}
	switch f.Kind {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.Precondition, fault.Malformed:
	default:
		return r, err
	}
	if f.Code == business.ErrSuspended.Code {
		return r, err
	}
	if len(f.Fields) == 0 {
		return r.refused(Problem{Code: f.Code, Args: f.Args}), nil
	}
	var list []Problem
	for _, x := range f.Fields[:min(len(f.Fields), maxProblems)] {
		list = append(list, Problem{Column: columnOf(x.Location), Code: x.Code, Args: x.Args})
	}
	return r.refused(list...), nil
}

// maxProblems is how many faults of one line are told.
const maxProblems = 20
