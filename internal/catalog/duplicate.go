package catalog

import (
	"context"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// copied is the name of a copy, in each of the languages: the end of a long name makes room.
func copied(name locale.Text) locale.Text {
	out := maps.Clone(name)
	for lang, s := range out {
		suffix := " (copy)"
		if lang == string(locale.JA) {
			suffix = " のコピー"
		}
		if s == "" {
			continue
		}
		keep := []rune(s)
		out[lang] = string(keep[:min(len(keep), MaxName-utf8.RuneCountInString(suffix))]) + suffix
	}
	return out
}

// DuplicateService adds a copy of a service with all that belongs to it, at the
// end of the menu and archived until it is published; not_found when there is none.
func (c *Catalog) DuplicateService(ctx context.Context, actor tenant.Actor, bid business.ID, sid ServiceID, claim *idempotency.Claim) (*Service, error) {
	var out *Service
	err := c.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		original, found := have.service(sid)
		switch {
		case !found:
			return business.Done{}, business.ErrNotFound
		case len(have.services) >= MaxServices:
			return business.Done{}, limitReached(MaxServices)
		}
		s := *original
		s.ID, s.Version, s.CreatedAt, s.UpdatedAt = id.New[Service](ch.Now), 1, ch.Now, ch.Now
		s.Name, s.Active, s.Position = copied(s.Name), false, have.lastService()+1
		s.Requirements = slices.Clone(s.Requirements)
		for i := range s.Requirements {
			s.Requirements[i].ID = RequirementID{}
		}
		s.number(ch.Now)
		writeService(ch.Tx.Batch(), bid, &s)
		s.Photo = media.CopyOfService(ch.Tx.Batch(), bid, s.Photo, s.ID, ch.Now)
		out = &s
		return business.Done{
			Action: "service.created", Subject: serviceSubject(s.ID), Detail: map[string]any{"copy_of": sid.String()}, Result: out,
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DuplicateSet adds a copy of a set at the end of the list, archived until it is
// published; not_found when there is none.
func (c *Catalog) DuplicateSet(ctx context.Context, actor tenant.Actor, bid business.ID, sid SetID, claim *idempotency.Claim) (*Set, error) {
	return c.addSet(ctx, actor, bid, claim, "set.created", func(have *shelf) (Set, error) {
		original, found := have.set(sid)
		if !found {
			return Set{}, business.ErrNotFound
		}
		x := *original
		x.Name, x.Active, x.Position = copied(x.Name), false, have.lastSet()+1
		return x, nil
	})
}
