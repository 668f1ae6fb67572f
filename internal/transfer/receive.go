package transfer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is how a file arrives: an import, its parts, and its start.

// CreateInput is an import that begins.
type CreateInput struct {
	Kind    Kind
	Name    string
	Charset Charset // empty: to be found out
}

// Validate cleans the name and reports every fault.
func (in *CreateInput) Validate() error {
	var v fault.Fields
	names := make([]string, len(Kinds))
	for i, k := range Kinds {
		names[i] = string(k)
	}
	v.Check(slices.Contains(Kinds, in.Kind), "body.kind", "not_allowed", fault.Args{"values": strings.Join(names, ", ")})
	v.Check(slices.Contains([]Charset{"", UTF8, ShiftJIS}, in.Charset), "body.charset", "not_allowed", fault.Args{"values": "utf-8, shift_jis"})
	in.Name = oneLine(in.Name)
	v.Check(utf8.RuneCountInString(in.Name) <= MaxName, "body.name", "too_long", fault.Args{"max": MaxName})
	return v.Err()
}

// Create begins an import that waits for its parts. It answers
// business.limit_reached while too many others hold their uploads.
func (s *Service) Create(ctx context.Context, a tenant.Actor, bid business.ID, in CreateInput, claim *idempotency.Claim) (*Import, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	out := &Import{
		ID: id.New[Import](now), Kind: in.Kind, Status: Receiving, Name: in.Name, Charset: in.Charset, NextLine: 1,
		ActorKind: string(a.Kind), ActorID: a.User(), CreatedAt: now, UpdatedAt: now,
	}
	err := s.change(ctx, a, bid, claim, func(tx *pg.Tx) (done, error) {
		var open int
		var b pg.Batch
		b.Queue(countOpen, bid).QueryRow(func(r pgx.Row) error { return r.Scan(&open) })
		if err := tx.Run(ctx, &b); err != nil {
			return done{}, err
		}
		if open >= maxOpen {
			return done{}, ErrOpen.With(fault.Args{"max": maxOpen})
		}
		tx.Later(insertImport, bid, out.ID, string(in.Kind), in.Name, string(in.Charset), out.ActorKind, out.ActorID, now)
		return done{"import.created", out.ID, map[string]any{"kind": in.Kind}, out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// done is what a change did.
type done struct {
	action  string
	subject ID
	detail  map[string]any
	result  any
}

// change runs fn in one transaction with its audit entry.
func (s *Service) change(ctx context.Context, a tenant.Actor, bid business.ID, claim *idempotency.Claim, fn func(*pg.Tx) (done, error)) error {
	return s.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		claim.Begin(tx.Batch())
		d, err := fn(tx)
		if err != nil {
			return err
		}
		if err := claim.Store(tx.Batch(), d.result); err != nil {
			return err
		}
		audit.Append(tx.AtEnd(), bid, audit.Entry{At: s.clock.Now(), Actor: a, Action: d.action, Subject: subject(d.subject), Detail: d.detail}, nil)
		return nil
	})
}

// locked reads an import and keeps everybody else from changing it.
func locked(ctx context.Context, tx *pg.Tx, bid business.ID, iid ID) (*Import, error) {
	im, err := pg.SelectOne[Import](ctx, tx, lockImport, bid, iid)
	if errors.Is(err, pg.ErrNoRows) {
		return nil, ErrNotFound
	}
	return &im, err
}

// abandoned is how long an import at work does not move until it counts as left
// by its worker: long after the queue would have found another one.
const abandoned = 15 * time.Minute

// startable tells whether an import can take parts and be started: it is not at
// work, and its uploads are there.
func (im *Import) startable(now time.Time) bool {
	switch im.Status {
	case Receiving, Checked, Failed:
		return true
	case Queued, Running:
		return now.Sub(im.UpdatedAt) > abandoned
	case Done:
	}
	return false
}

// PutPart keeps a part of the file in the place of the one before at the
// position; import.wrong_state once the import is at work or over.
func (s *Service) PutPart(ctx context.Context, a tenant.Actor, bid business.ID, iid ID, position int, body []byte) error {
	var v fault.Fields
	v.Check(position >= 1, "path.position", "too_small", fault.Args{"min": 1})
	v.Check(position <= MaxParts, "path.position", "too_large", fault.Args{"max": MaxParts})
	v.Check(len(body) > 0, "body", "required")
	if err := v.Err(); err != nil {
		return err
	}
	sealed := s.ring.Seal(purpose(bid), body, place(iid, position))
	return s.change(ctx, a, bid, nil, func(tx *pg.Tx) (done, error) {
		im, err := locked(ctx, tx, bid, iid)
		if err != nil {
			return done{}, err
		}
		if !im.startable(s.clock.Now()) {
			return done{}, ErrState
		}
		tx.Later(putPart, bid, iid, position, len(body), sealed)
		tx.Later(touchImport, bid, iid, s.clock.Now())
		return done{"import.part_received", iid, map[string]any{"position": position, "bytes": len(body)}, nil}, nil
	})
}

// Start has the file worked on: as a dry run, after which it can be started
// again, or for good. import.parts_missing unless the parts run from 1 without a
// gap, import.wrong_state while it is at work or once it is over.
func (s *Service) Start(ctx context.Context, a tenant.Actor, bid business.ID, iid ID, dry bool, claim *idempotency.Claim) (*Import, error) {
	var out *Import
	now := s.clock.Now()
	err := s.change(ctx, a, bid, claim, func(tx *pg.Tx) (done, error) {
		im, err := locked(ctx, tx, bid, iid)
		if err != nil {
			return done{}, err
		}
		if !im.startable(s.clock.Now()) {
			return done{}, ErrState
		}
		var last int
		var b pg.Batch
		b.Queue(lastPart, bid, iid).QueryRow(func(r pgx.Row) error { return r.Scan(&last) })
		if err := tx.Run(ctx, &b); err != nil {
			return done{}, err
		}
		if last == 0 || last != im.Parts {
			return done{}, ErrParts
		}
		tx.Later(deleteLines, bid, iid)
		tx.Later(startImport, bid, iid, dry, string(a.Kind), a.User(), now)
		jobs.Enqueue(tx.Batch(), jobs.Bulk, WorkArgs{BusinessID: bid.String(), ImportID: iid.String()}, now, now)
		*im = Import{
			ID: iid, Kind: im.Kind, Status: Queued, DryRun: dry, Name: im.Name, Charset: im.Charset, NextLine: 1, ActorKind: string(a.Kind),
			ActorID: a.User(), Parts: im.Parts, Bytes: im.Bytes, CreatedAt: im.CreatedAt, UpdatedAt: now,
		}
		out = im
		return done{"import.started", iid, map[string]any{"dry_run": dry}, im}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Delete forgets an import: what was uploaded, and what became of it. What it
// brought stays. One that is at work stops at its next step.
func (s *Service) Delete(ctx context.Context, a tenant.Actor, bid business.ID, iid ID) error {
	return s.change(ctx, a, bid, nil, func(tx *pg.Tx) (done, error) {
		im, err := locked(ctx, tx, bid, iid)
		if err != nil {
			return done{}, err
		}
		tx.Later(deleteImport, bid, iid)
		return done{"import.deleted", iid, map[string]any{"status": im.Status}, nil}, nil
	})
}

// Get reads an import.
func (s *Service) Get(ctx context.Context, bid business.ID, iid ID) (*Import, error) {
	var out Import
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(importByID, bid, iid), &out, &found)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	return &out, nil
}

// Mark is where a page of imports ends.
type Mark struct {
	At time.Time `json:"a"`
	ID ID        `json:"i"`
}

// forever is behind every import.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// List reads imports, the newest first, behind the mark (nil: from the newest), at most limit.
func (s *Service) List(ctx context.Context, bid business.ID, after *Mark, limit int) ([]Import, error) {
	if after == nil {
		after = &Mark{At: forever}
	}
	var out []Import
	var b pg.Batch
	pg.Collect(b.Queue(listImports, bid, after.At, [16]byte(after.ID), limit), &out)
	return out, s.db.ReadTenant(ctx, bid, &b)
}

// Lines reads what became of lines with an outcome (empty: of all), behind the
// given line, at most limit; not_found for an absent import.
func (s *Service) Lines(ctx context.Context, bid business.ID, iid ID, outcome Outcome, after, limit int) ([]Line, error) {
	var im Import
	var found bool
	var out []Line
	var b pg.Batch
	pg.CollectOne(b.Queue(importByID, bid, iid), &im, &found)
	if outcome == "" {
		pg.Collect(b.Queue(listLines, bid, iid, after, limit), &out)
	} else {
		pg.Collect(b.Queue(listOutcome, bid, iid, after, limit, string(outcome)), &out)
	}
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	return out, nil
}
