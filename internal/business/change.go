package business

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Changer runs changes of what decides availability, here and in the packages
// catalog and schedule, all in one way: bookings are locked out, a suspended
// business refuses, the change is audited, and after the commit whoever
// remembers the business is told.
type Changer struct {
	db      *pg.DB
	clock   clock.Clock
	changed func(ID)
	judges  Judge
}

// NewChanger makes one. changed is called after each commit; it may be nil.
func NewChanger(db *pg.DB, clk clock.Clock, changed func(ID)) *Changer {
	if changed == nil {
		changed = func(ID) {}
	}
	return &Changer{db: db, clock: clk, changed: changed}
}

// Judged has every change tell what it does to the bookings that stand. To be
// called before the first one.
func (c *Changer) Judged(by Judge) { c.judges = by }

// Change is one that is under way.
type Change struct {
	Tx       *pg.Tx
	Now      time.Time
	Business *Business // as it stands; its row cannot change meanwhile
}

// Done is what a change did.
type Done struct {
	Action  string         // "resource.created"
	Subject string         // "resource:<id>"
	Detail  map[string]any // ids and names of fields, no personal data
	Result  any            // what an Idempotency-Key replays
}

// Do runs fn in one transaction. It answers not_found for an absent business,
// business.suspended for one that its members may not change, and what fn
// answers; fn may run more than once. Statements that fn defers go out at the
// latest with the commit. The bookings that stand are judged after fn, see Judge;
// under a dry run, see WithImpact, everything is taken back and the answer is nil.
func (c *Changer) Do(ctx context.Context, actor tenant.Actor, bid ID, claim *idempotency.Claim, fn func(*Change) (Done, error)) error {
	err := c.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		change, err := c.begin(ctx, tx, bid, claim)
		if err != nil {
			return err
		}
		if change.Business.Status == Suspended && actor.Kind != tenant.Operator && actor.Kind != tenant.System {
			return ErrSuspended
		}
		done, err := fn(change)
		if err != nil {
			return err
		}
		if err := c.judge(ctx, change, &done); err != nil {
			return err
		}
		if err := along(ctx, tx, done.Subject); err != nil {
			return err
		}
		if err := claim.Store(tx.Batch(), done.Result); err != nil {
			return err
		}
		audit.Append(tx.Batch(), bid, audit.Entry{
			At: change.Now, Actor: actor, Action: done.Action, Subject: done.Subject, Detail: done.Detail,
		}, nil)
		return nil
	})
	if errors.Is(err, errDryRun) {
		return nil
	}
	if err == nil || fault.KindOf(err) == fault.Unavailable { // which may have been committed
		c.changed(bid)
	}
	return err
}

// begin takes the locks and reads the business in one round trip.
func (c *Changer) begin(ctx context.Context, tx *pg.Tx, bid ID, claim *idempotency.Claim) (*Change, error) {
	change := &Change{Tx: tx, Now: c.clock.Now(), Business: &Business{}}
	claim.Begin(tx.Batch())
	ScheduleChanged(tx.Batch(), bid)
	var found bool
	var b pg.Batch
	QueueByID(&b, bid, change.Business, &found)
	if err := tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	return change, nil
}

var touch = pg.Register("business.touch",
	`UPDATE businesses SET version = version + 1, updated_at = $2 WHERE business_id = $1`)

// Touch defers a new version of the business: for what shares its version. It
// answers ErrStale unless expect is the present one.
func (c *Change) Touch(expect int64) error {
	if c.Business.Version != expect {
		return ErrStale
	}
	c.Tx.Later(touch, c.Business.ID, c.Now)
	c.Business.Version++
	return nil
}
