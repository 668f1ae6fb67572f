package transfer

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// WorkArgs is the job that works on an import.
type WorkArgs struct {
	BusinessID string `json:"business_id"`
	ImportID   string `json:"import_id"`
}

// Kind is the job's kind.
func (WorkArgs) Kind() string { return "import.work" }

// subjectID is the id of a customer, service, resource or booking.
type subjectID = id.Of[any]

// Codes that end an import.
const (
	codeHeader   = "import.header"
	codeTooLong  = "import.too_many_lines"
	codeInternal = "import.broken_off"
)

// unhurried is how much of an attempt's time is left when it hands on to the next.
const unhurried = 12 * time.Second

// Work works on an import until it is done or the attempt's time is nearly over;
// then the next attempt goes on where this one ended.
func (s *Service) Work(ctx context.Context, args WorkArgs) error {
	bid, err := id.Parse[business.Business](args.BusinessID)
	iid, err2 := id.Parse[Import](args.ImportID)
	if err := errors.Join(err, err2); err != nil {
		return jobs.Cancel(err)
	}
	im, err := s.Get(ctx, bid, iid)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.work(ctx, bid, im)
	switch {
	case err == nil, errors.Is(err, errElsewhere), pg.State(err) == stateElsewhere: // somebody else is at it, or it was deleted
		return nil
	case fault.CodeOf(err) == business.ErrSuspended.Code:
		return s.fail(ctx, bid, im, business.ErrSuspended.Code)
	case jobs.AttemptOf(ctx).Last() && !errors.Is(err, errMore):
		return errors.Join(err, s.fail(context.WithoutCancel(ctx), bid, im, codeInternal))
	case errors.Is(err, errMore):
		return jobs.Snooze(time.Second)
	}
	return err
}

var (
	errElsewhere = errors.New("import is worked on elsewhere")
	errMore      = errors.New("there is more to do")
)

func (s *Service) work(ctx context.Context, bid business.ID, im *Import) error {
	if im.Status == Queued {
		if err := s.prepare(ctx, bid, im); err != nil {
			return err
		}
	}
	if im.Status != Running {
		return nil
	}
	r, err := s.newRun(ctx, bid, im)
	if err != nil {
		return err
	}
	return r.all(ctx)
}

// prepare reads the whole file once: its charset, its header, and how long it is.
func (s *Service) prepare(ctx context.Context, bid business.ID, im *Import) error {
	parts := func() io.Reader { return &partReader{ctx: ctx, s: s, bid: bid, iid: im.ID} }
	if im.Charset == "" {
		var err error
		if im.Charset, err = detect(parts()); err != nil {
			return err
		}
	}
	head := make([]byte, maxRecord)
	n, err := io.ReadFull(decoded(parts(), im.Charset), head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	im.Layout = layout{Comma: string(separator(head[:n]))}
	in := newLines(decoded(parts(), im.Charset), im.Layout.Comma[0])
	header, err := in.next()
	if errors.Is(err, io.EOF) || err == nil && (header.Code != "" || !im.Layout.read(im.Kind, header.Cells)) {
		im.Layout = layout{} // what stands there may be a person, and no header
		return s.fail(ctx, bid, im, codeHeader)
	}
	if err != nil {
		return err
	}
	if im.Total, err = countLines(in); err != nil {
		return err
	}
	if im.Total > MaxLines {
		return s.fail(ctx, bid, im, codeTooLong)
	}
	return s.prepared(ctx, bid, im)
}

// countLines counts the lines that say something, at most one more than there may be.
func countLines(in *lines) (n int, err error) {
	for n <= MaxLines {
		row, err := in.next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if !row.empty() {
			n++
		}
	}
	return n, nil
}

func (s *Service) prepared(ctx context.Context, bid business.ID, im *Import) error {
	err := s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, prepareImport, bid, im.ID, string(im.Charset), im.Layout, im.Total, s.clock.Now())
		if err == nil && n == 0 {
			return errElsewhere
		}
		return err
	})
	im.Status, im.NextLine = Running, 2
	return err
}

// fail ends an import for good; its uploads stay until they are swept, so that it
// can be started again.
func (s *Service) fail(ctx context.Context, bid business.ID, im *Import, code string) error {
	now, err := s.Get(ctx, bid, im.ID) // as far as it came
	if err != nil {
		return err
	}
	im.Status, im.NextLine = Failed, now.NextLine
	return s.end(ctx, bid, im, code)
}

// end ends an import at the line where it stands.
func (s *Service) end(ctx context.Context, bid business.ID, im *Import, code string) error {
	now := s.clock.Now()
	return s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, endImport, bid, im.ID, string(im.Status), code, im.Layout, now, im.NextLine)
		if err != nil {
			return err
		}
		if n == 0 {
			return errElsewhere
		}
		if im.Status == Done {
			tx.Later(deleteParts, bid, im.ID)
		}
		audit.Append(tx.AtEnd(), bid, audit.Entry{
			At: now, Actor: im.actor(), Action: "import.ended", Subject: subject(im.ID),
			Detail: map[string]any{"status": im.Status, "dry_run": im.DryRun, "code": code, "lines": im.Total},
		}, nil)
		return nil
	})
}

// actor is on whose behalf the import is worked on: whoever started it.
func (im *Import) actor() tenant.Actor {
	a := tenant.Actor{Kind: tenant.ActorKind(im.ActorKind), Role: tenant.Manager}
	if im.ActorID != nil {
		a.UserID = *im.ActorID
	}
	return a
}
