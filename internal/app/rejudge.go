package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// rejudgePage is how many businesses one job judges: some seconds of work.
const rejudgePage = 100

// rejudgeArgs is the job that judges the bookings of the businesses of a page.
type rejudgeArgs struct {
	After string `json:"after"` // the id before the first one
	Last  string `json:"last"`
}

// Kind is the job's kind.
func (rejudgeArgs) Kind() string { return "bookings.rejudge" }

// holidaysChanged has the bookings of all businesses judged, a page a job.
func (p *program) holidaysChanged(ctx context.Context, _ schedule.HolidaysChangedArgs) error {
	now := p.o.Clock.Now()
	var b pg.Batch
	for after := (business.ID{}); ; {
		page, err := business.Tenants(ctx, p.db, after, rejudgePage)
		if err != nil {
			return fmt.Errorf("list businesses: %w", err)
		}
		if len(page) == 0 {
			return p.db.Write(ctx, &b)
		}
		last := page[len(page)-1]
		jobs.Enqueue(&b, jobs.Bulk, rejudgeArgs{After: after.String(), Last: last.String()}, now, now)
		after = last
	}
}

// rejudgeBusinesses judges the bookings of the businesses of a page. One that
// fails does not keep the others from it; it is tried again with them.
func (p *program) rejudgeBusinesses(ctx context.Context, a rejudgeArgs) error {
	after, err := id.Parse[business.Business](a.After)
	if err != nil {
		return jobs.Cancel(err)
	}
	page, err := business.Tenants(ctx, p.db, after, rejudgePage)
	if err != nil {
		return fmt.Errorf("list businesses: %w", err)
	}
	var errs []error
	for _, bid := range page {
		if bid.String() > a.Last { // founded since: with the holidays of now
			break
		}
		if err := p.bookings.Rejudge(ctx, bid); err != nil {
			errs = append(errs, fmt.Errorf("judge business %s: %w", bid, err))
		}
	}
	return errors.Join(errs...)
}
