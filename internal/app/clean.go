package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

// cleanPage is how many businesses one job cleans: a second or two of work.
const cleanPage = 500

// cleanArgs is the job that cleans the businesses of a page.
type cleanArgs struct {
	After string `json:"after"` // the id before the first one
	Last  string `json:"last"`
}

// Kind is the job's kind.
func (cleanArgs) Kind() string { return "clean.businesses" }

// clean removes what is no longer needed of accounts (sessions and mails by
// auth's own rule, stored answers after a day), and has the businesses cleaned,
// a page a job, however many there are.
func (p *program) clean(ctx context.Context) error {
	_, err := p.auth.Sweep(ctx)
	err = errors.Join(err, p.media.Clean(ctx))
	now := p.o.Clock.Now()
	var b pg.Batch
	idempotency.SweepAccounts(&b, now)
	for after := (business.ID{}); ; {
		page, listErr := business.Tenants(ctx, p.db, after, cleanPage)
		if listErr != nil {
			return errors.Join(err, fmt.Errorf("list businesses: %w", listErr))
		}
		if len(page) == 0 {
			return errors.Join(err, p.db.Write(ctx, &b))
		}
		last := page[len(page)-1]
		jobs.Enqueue(&b, jobs.Bulk, cleanArgs{After: after.String(), Last: last.String()}, now, now)
		after = last
	}
}

// cleanBusinesses removes what is no longer needed of the businesses of a page:
// stored answers, allocations, ended holds, old imports and photos that nobody shows by their owners' rules. One
// business that fails does not keep the others from being cleaned.
func (p *program) cleanBusinesses(ctx context.Context, a cleanArgs) error {
	after, err := id.Parse[business.Business](a.After)
	if err != nil {
		return jobs.Cancel(err)
	}
	page, err := business.Tenants(ctx, p.db, after, cleanPage)
	if err != nil {
		return fmt.Errorf("list businesses: %w", err)
	}
	now := p.o.Clock.Now()
	var errs []error
	for _, bid := range page {
		if bid.String() > a.Last { // founded since: the next hour's
			break
		}
		var b pg.Batch
		idempotency.Sweep(&b, bid, now)
		availability.Sweep(&b, bid, now)
		booking.SweepHolds(&b, bid, now)
		business.SweepInvitations(&b, bid, now)
		transfer.Sweep(&b, bid, now)
		err := p.jobsDB.BatchTenant(ctx, bid, &b)
		if err = errors.Join(err, p.media.Sweep(ctx, p.jobsDB, bid)); err != nil {
			errs = append(errs, fmt.Errorf("clean business %s: %w", bid, err))
		}
	}
	return errors.Join(errs...)
}
