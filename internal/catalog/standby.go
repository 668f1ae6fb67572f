package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var writeStandby = pg.Register("catalog.standby",
	`UPDATE resources SET stopped = $3, stopped_until = $4, version = version + 1, updated_at = $5 WHERE business_id = $1 AND id = $2`)

// errAlike ends a change that has nothing to do.
var errAlike = errors.New("alike")

// StopResource has customers no longer given a resource: at once, and until an
// instant where one is given, else until somebody resumes. What is booked on it
// stays; members go on booking it. The same once more changes nothing. It answers
// an Invalid fault for a resource that the business does not have.
func (c *Catalog) StopResource(ctx context.Context, actor tenant.Actor, bid business.ID, rid ResourceID, until *time.Time) (*Resource, error) {
	return c.standby(ctx, actor, bid, rid, "resource.stopped_accepting", business.Standby{Stopped: true, StoppedUntil: until})
}

// ResumeResource has customers given a resource again.
func (c *Catalog) ResumeResource(ctx context.Context, actor tenant.Actor, bid business.ID, rid ResourceID) (*Resource, error) {
	return c.standby(ctx, actor, bid, rid, "resource.resumed_accepting", business.Standby{})
}

func (c *Catalog) standby(
	ctx context.Context, actor tenant.Actor, bid business.ID, rid ResourceID, action string, to business.Standby,
) (*Resource, error) {
	var out *Resource
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		var v fault.Fields
		business.CheckUntil(&v, to.StoppedUntil, ch.Now)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		list, err := pg.Select[Resource](ctx, ch.Tx, resourceByID, bid, rid)
		if err != nil {
			return business.Done{}, err
		}
		if len(list) == 0 {
			v.Add("body.resource_id", "unknown_id")
			return business.Done{}, v.Err()
		}
		out = &list[0]
		if !out.Change(to, ch.Now) {
			return business.Done{}, errAlike
		}
		out.Version, out.UpdatedAt = out.Version+1, ch.Now
		ch.Tx.Later(writeStandby, bid, rid, to.Stopped, to.StoppedUntil, ch.Now)
		return business.Done{Action: action, Subject: resourceSubject(rid), Detail: to.Detail()}, nil
	})
	if err != nil && !errors.Is(err, errAlike) {
		return nil, err
	}
	return out, nil
}
