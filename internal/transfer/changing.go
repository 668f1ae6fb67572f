package transfer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// changing brings in what package catalog keeps: each line is a change of its own.
type changing struct {
	*run
	ghosts map[string]bool // names that a dry run would have brought
}

// target is what a line is about.
type target struct {
	subject [16]byte // zero: something new
	name    string
	same    bool // nothing would be another
	do      func(ctx context.Context) error
}

// each goes through the lines; find reads one and tells what it is about.
func (k *changing) each(ctx context.Context, list []line, to int, find func(ctx context.Context, l *line) (*target, []Problem, error)) error {
	var pending []record
	for i := range list {
		rec, over := k.before(&list[i])
		if !over {
			t, problems, err := find(ctx, &list[i])
			if err != nil {
				return err
			}
			next := to
			if i+1 < len(list) {
				next = list[i+1].Line
			}
			kept, err := k.one(ctx, t, problems, &rec, pending, next)
			if err != nil {
				return err
			}
			if kept {
				pending = nil
				continue
			}
		}
		pending = append(pending, rec)
	}
	return k.keep(ctx, pending, to)
}

func (k *changing) one(ctx context.Context, t *target, problems []Problem, rec *record, pending []record, next int) (kept bool, err error) {
	if len(problems) > 0 {
		*rec = rec.refused(problems...)
		return false, nil
	}
	rec.Outcome = Updated
	switch {
	case t.same:
		rec.Outcome, rec.Subject = Unchanged, k.subject(t.subject)
		k.knows(rec, t.subject)
		return false, nil
	case t.subject == [16]byte{} && !k.ghosts[t.name]:
		rec.Outcome = Created
	}
	var made [16]byte
	err = t.do(business.WithAlong(ctx, func(tx *pg.Tx, subject string) error {
		if k.im.DryRun {
			return errTried
		}
		_, raw, _ := strings.Cut(subject, ":")
		x, err := id.Parse[any](raw)
		if err != nil {
			return err
		}
		made, rec.Subject = x, &x
		queueRecords(tx.Batch(), k.bid, k.im, k.at, next, append(slices.Clone(pending), *rec), k.s.clock.Now())
		return nil
	}))
	if errors.Is(err, errTried) {
		k.ghosts[t.name] = true
		k.knows(rec, t.subject)
		return false, nil
	}
	if err != nil {
		*rec, err = rec.verdict(err)
		return false, err
	}
	k.knows(rec, made)
	k.at = next
	return true, nil
}

func (k *changing) replay(l *line, _ triedRow) { k.ghosts[plainName(l.cells["name"])] = true }

// whose is the id by which a line names something that is there already.
func (k *changing) whose(l *line) [16]byte {
	if x := k.seen[string(l.key)]; x != nil {
		return x.Subject
	}
	if own, err := id.Parse[any](l.cells["id"]); err == nil {
		return own
	}
	return [16]byte{}
}
