package verify

import (
	"context"
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is what is judged business by business, by the code that writes:
// bookings against hours and shifts, and the chains of the trails.

// tenantsAtOnce is how many businesses are listed at a time.
const tenantsAtOnce = 500

// ErrJudging is the answer while bookings are being judged by changed holidays:
// until that is done nobody can say which of them are astray.
var ErrJudging = fault.New(fault.Unavailable, "verify.judging").After(time.Minute)

var (
	// Of a page of businesses, those at which somebody is expected.
	expecting = pg.Register("verify.expecting",
		`SELECT t.id FROM unnest($1::uuid[]) AS t (id) WHERE EXISTS (
		     SELECT FROM bookings b WHERE b.business_id = t.id AND b.starts_at > $2::timestamptz - interval '1 day' AND b.ends_at > $2
		       AND b.status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in')) ORDER BY t.id`)
	judging = pg.Register("verify.judging",
		`SELECT EXISTS (SELECT FROM river_job WHERE kind IN ('holidays.changed', 'bookings.rejudge')
		     AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled'))`)
)

// eachTenant calls fn with pages of all businesses, by their ids.
func (v *Verifier) eachTenant(ctx context.Context, fn func([]business.ID) error) error {
	for after := (business.ID{}); ; {
		page, err := business.Tenants(ctx, v.db, after, tenantsAtOnce)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := fn(page); err != nil {
			return err
		}
		after = page[len(page)-1]
	}
}

// strays are the bookings that stand outside hours and shifts without a mark.
func strays(ctx context.Context, v *Verifier) (found, error) {
	var out found
	err := v.eachTenant(ctx, func(page []business.ID) error {
		var busy []business.ID
		err := v.db.Survey(ctx, statementLimit, func(tx *pg.Tx) error {
			var b pg.Batch
			pg.CollectColumn(b.Queue(expecting, page, v.clock.Now()), &busy)
			return tx.Run(ctx, &b)
		})
		for _, bid := range busy {
			if err == nil {
				err = v.straysOf(ctx, bid, &out)
			}
		}
		return err
	})
	return out, err
}

// straysOf judges the bookings of one business in one snapshot.
func (v *Verifier) straysOf(ctx context.Context, bid business.ID, out *found) error {
	var in found
	err := v.db.Survey(ctx, statementLimit, func(tx *pg.Tx) error {
		in = found{}
		run := func(b *pg.Batch) error { return tx.Run(ctx, b) }
		judged, err := booking.Strays(bid, v.clock.Now(), run, func(id booking.ID, why availability.BreachKind) {
			in.add("business:" + bid.String() + " booking:" + id.String() + " is outside the rules without a mark: " + string(why))
		})
		in.Checked = int64(judged)
		if err != nil || in.Breaches == 0 {
			return err
		}
		var pending []bool
		var b pg.Batch
		pg.CollectColumn(b.Queue(judging), &pending)
		if err := tx.Run(ctx, &b); err != nil {
			return err
		}
		if pending[0] {
			return ErrJudging
		}
		return nil
	})
	if errors.Is(err, availability.ErrNotFound) { // gone since the page was read
		return nil
	}
	if err == nil {
		out.sum(in)
	}
	return err
}

// sum adds what was found elsewhere.
func (f *found) sum(more found) {
	f.Checked += more.Checked
	f.Breaches += more.Breaches
	f.Examples = append(f.Examples, more.Examples[:min(len(more.Examples), MaxExamples-len(f.Examples))]...)
}

// chains recomputes the trail of every business.
func chains(ctx context.Context, v *Verifier) (found, error) {
	var out found
	err := v.eachTenant(ctx, func(page []business.ID) error {
		for _, bid := range page {
			verdict, err := v.trail.Verify(ctx, bid)
			switch {
			case errors.Is(err, audit.ErrNoTrail):
				out.add("business:" + bid.String() + " has no trail")
			case err != nil:
				return err
			case !verdict.OK():
				out.add("business:" + bid.String() + " seq:" + itoa(verdict.BrokenAt) + " does not follow from what is before it")
			}
			out.Checked += verdict.Entries
		}
		return nil
	})
	return out, err
}
