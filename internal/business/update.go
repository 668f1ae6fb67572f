package business

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Update changes what people read of a business. It answers precondition.stale
// unless expect is its version, and business.slug_taken for another's slug.
func (s *Service) Update(ctx context.Context, actor tenant.Actor, bid ID, expect int64, in UpdateInput) (*Business, error) {
	return s.update(ctx, actor, bid, expect, "business.changed", in.Validate(), in.apply)
}

// update applies a validated input to the present row and writes it.
func (s *Service) update(ctx context.Context, actor tenant.Actor, bid ID, expect int64, action string, invalid error,
	apply func(*Business, *fault.Fields),
) (*Business, error) {
	if invalid != nil {
		return nil, invalid
	}
	var before string
	var out *Business
	err := s.changer.Do(ctx, actor, bid, nil, func(c *Change) (Done, error) {
		out, before = c.Business, c.Business.Slug
		if out.Version != expect {
			return Done{}, ErrStale
		}
		var v fault.Fields
		apply(out, &v)
		if err := v.Err(); err != nil {
			return Done{}, err
		}
		out.Version, out.UpdatedAt = out.Version+1, c.Now
		writeRow(c.Tx.Batch(), out)
		writeDirectory(c.Tx.Batch(), out)
		return Done{Action: action, Subject: subject(bid), Result: out}, nil
	})
	if err != nil {
		return nil, slugTaken(err)
	}
	s.forget(before, out.Slug)
	return out, nil
}

func slugTaken(err error) error {
	if pg.Constraint(err) == "directory_slug_key" {
		return ErrSlugTaken.Because(err)
	}
	return err
}

func subject(bid ID) string { return "business:" + bid.String() }
