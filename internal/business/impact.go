package business

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// MaxAffected is how many bookings an Impact names; it counts all of them.
const MaxAffected = 200

// Impact is what a change of hours, shifts, resources or menus does to the
// bookings that stand. A caller who wants to know puts one into the context, see
// WithImpact; Changer.Do fills it in.
type Impact struct {
	DryRun   bool           // the change is judged and taken back: nothing of it stays, not even an idempotency claim
	Affected []Affected     // those that the change leaves outside the rules, in order of their start, at most MaxAffected
	Total    int            // how many there are
	Restored int            // how many were outside before it and are inside again
	Zone     *time.Location // of the business
}

// Affected is a booking that a change leaves outside the rules. It holds nothing
// of the customer.
type Affected struct {
	BookingID    [16]byte
	Code         string
	StartsAt     time.Time
	EndsAt       time.Time
	Status       string
	Reason       string      // the kind of rule, see availability.Breach
	ResourceID   *[16]byte   // who or what no longer serves it; nil where the rule is the business's
	ResourceName locale.Text // theirs; nil without a resource
}

// Judge finds what a change does to the bookings that stand, and queues their
// marks in its transaction. It runs after everything else of the change, so that
// it sees the schedule as it will be. Impact's DryRun is not its concern.
type Judge func(ctx context.Context, c *Change) (*Impact, error)

type impactKey struct{}

// WithImpact has the changes under the context tell what they do, and taken back
// where the impact asks for a dry run.
func WithImpact(ctx context.Context, i *Impact) context.Context {
	return context.WithValue(ctx, impactKey{}, i)
}

func impactOf(ctx context.Context) *Impact {
	if i, ok := ctx.Value(impactKey{}).(*Impact); ok {
		return i
	}
	return &Impact{}
}

// errDryRun takes a transaction back that did all it should.
var errDryRun = errors.New("dry run")

// judge is the end of a change: what it does to the bookings that stand. The
// statements that the change deferred have run when it returns.
func (c *Changer) judge(ctx context.Context, ch *Change, done *Done) error {
	i := impactOf(ctx)
	found := &Impact{}
	if c.judges != nil {
		var err error
		if found, err = c.judges(ctx, ch); err != nil {
			return err
		}
	}
	i.Affected, i.Total, i.Restored, i.Zone = found.Affected, found.Total, found.Restored, ch.Business.Zone()
	if i.DryRun {
		if err := ch.Tx.Run(ctx, &pg.Batch{}); err != nil { // what else there is to say against it
			return err
		}
		return errDryRun
	}
	if i.Total > 0 || i.Restored > 0 {
		detail := map[string]any{"affected_bookings": i.Total, "restored_bookings": i.Restored}
		maps.Copy(detail, done.Detail)
		done.Detail = detail
	}
	return nil
}
