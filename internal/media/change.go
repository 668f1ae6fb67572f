package media

import (
	"context"
	"slices"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Target is one photo: of the shop by its id, or that of an owner.
type Target struct {
	Owner
	ID ID
}

// SetAlt changes the words that stand for a photo where it cannot be seen.
func (s *Service) SetAlt(ctx context.Context, actor tenant.Actor, bid business.ID, t Target, alt locale.Text) (*Photo, error) {
	alt = alt.Line()
	var v fault.Fields
	alt.Check(&v, "body.alt", MaxAlt, false)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.change(ctx, actor, bid, t, "photo.described", func(ch *business.Change, p *Photo) {
		p.Alt = alt
		ch.Tx.Later(setAlt, bid, p.ID, alt)
	})
}

// Remove takes a photo away. Its files go when nobody has shown them for an hour:
// pages that were read before still do.
func (s *Service) Remove(ctx context.Context, actor tenant.Actor, bid business.ID, t Target) error {
	_, err := s.change(ctx, actor, bid, t, "photo.removed", func(ch *business.Change, p *Photo) {
		ch.Tx.Later(remove, bid, p.ID)
		ch.Tx.Later(useFile, bid, p.Name, ch.Now)
	})
	return err
}

func (s *Service) change(
	ctx context.Context, actor tenant.Actor, bid business.ID, t Target, action string, do func(*business.Change, *Photo),
) (*Photo, error) {
	var out Photo
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		var found bool
		var b pg.Batch
		t.queue(&b, bid, &out, &found)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		if !found {
			return business.Done{}, ErrNotFound
		}
		do(ch, &out)
		return business.Done{Action: action, Subject: "photo:" + out.ID.String(), Detail: t.detail()}, nil
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// SetOrder puts the photos of the shop in order; those that are not named stay
// behind, in theirs. It answers all of them, and an Invalid fault for what is
// unknown or named twice.
func (s *Service) SetOrder(ctx context.Context, actor tenant.Actor, bid business.ID, ids []ID) ([]Photo, error) {
	var out []Photo
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		var b pg.Batch
		QueueOfShop(&b, bid, &out)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		if err := sortBy(out, ids); err != nil {
			return business.Done{}, err
		}
		all := make([]ID, len(out))
		for i := range out {
			all[i], out[i].Position = out[i].ID, i+1
		}
		ch.Tx.Later(order, bid, all)
		return business.Done{Action: "photo.sorted", Subject: "business:" + bid.String()}, nil
	})
	return out, err
}

func sortBy(photos []Photo, ids []ID) error {
	var v fault.Fields
	place := map[ID]int{}
	for i, x := range ids {
		at := "body.photo_ids[" + strconv.Itoa(i) + "]"
		_, twice := place[x]
		v.Check(!twice, at, "duplicate")
		v.Check(slices.ContainsFunc(photos, func(p Photo) bool { return p.ID == x }), at, "unknown_id")
		place[x] = i - len(ids) // before all that are not named, which are at 0
	}
	slices.SortStableFunc(photos, func(a, b Photo) int { return place[a.ID] - place[b.ID] })
	return v.Err()
}
