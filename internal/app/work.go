package app

import (
	"context"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/notify"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// newRunner makes the runner with every kind of job and every periodic task.
func (p *program) newRunner(baseURL string) (*jobs.Runner, error) {
	if p.config.SMTPHost == "" {
		return nil, fmt.Errorf("OMOTENASHI_SMTP_HOST is not set: bookings' messages could not be sent (omotenashi dev brings a mail catcher)")
	}
	sender, err := newSender(p.config)
	if err != nil {
		return nil, err
	}
	messages := notify.New(notify.Options{
		DB: p.db, Clock: p.o.Clock, Sender: sender, Log: p.log, Accounts: p.auth, Observe: p.metrics.Message,
		ManageURL: func(b, k [16]byte, generation int) string {
			return baseURL + "/manage/" + booking.ManageToken(p.ring, b, k, generation)
		},
		VerifyURL: func(token string) string { return baseURL + "/verify-email/" + token },
	})
	r := jobs.NewRunner(jobs.Options{DB: p.jobsDB, Log: p.log, Observe: p.metrics.Job})
	jobs.Add(r, messages.Work)
	jobs.Add(r, messages.WorkAccount)
	jobs.Add(r, p.bookings.WorkExpire)
	jobs.Add(r, p.bookings.WorkExpireHold)
	jobs.Add(r, p.sweepTenants)
	jobs.Periodic(r, "sweep.installation", time.Hour, p.sweep)
	return r, nil
}

const (
	sweepPage       = 500                // businesses of one job: a second or two
	keepAllocations = 7 * 24 * time.Hour // after their end
)

// sweepArgs is the job that cleans some businesses.
type sweepArgs struct {
	After string `json:"after"` // the id before the first one
	Last  string `json:"last"`
}

// Kind is the job's kind.
func (sweepArgs) Kind() string { return "sweep.tenants" }

// sweep removes what is over of accounts, and has the businesses cleaned page by page.
func (p *program) sweep(ctx context.Context) error {
	if _, err := p.auth.Sweep(ctx); err != nil {
		return err
	}
	now := p.o.Clock.Now()
	var b pg.Batch
	idempotency.SweepAccounts(&b, now)
	var after business.ID
	for {
		page, err := business.Tenants(ctx, p.db, after, sweepPage)
		if err != nil {
			return fmt.Errorf("list businesses: %w", err)
		}
		if len(page) == 0 {
			return p.db.Write(ctx, &b)
		}
		last := page[len(page)-1]
		jobs.Enqueue(&b, jobs.Bulk, sweepArgs{After: after.String(), Last: last.String()}, now, now)
		after = last
	}
}

// sweepTenants removes what is over of the businesses of a page.
func (p *program) sweepTenants(ctx context.Context, a sweepArgs) error {
	after, err := id.Parse[business.Business](a.After)
	if err != nil {
		return jobs.Cancel(err)
	}
	page, err := business.Tenants(ctx, p.db, after, sweepPage)
	if err != nil {
		return err
	}
	now := p.o.Clock.Now()
	for _, bid := range page {
		if bid.String() > a.Last { // founded since; the next round's
			return nil
		}
		var b pg.Batch
		idempotency.Sweep(&b, bid, now)
		availability.Sweep(&b, bid, now.Add(-keepAllocations))
		if err := p.db.BatchTenant(ctx, bid, &b); err != nil {
			return err
		}
	}
	return nil
}
