package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// clean removes what is no longer needed: stored answers after a day,
// allocations a week after their end (history lives in the bookings), ended
// holds after a month, sessions and mails by auth's own rule. One business that
// fails does not keep the others from being cleaned.
func (p *program) clean(ctx context.Context) error {
	var errs []error
	if _, err := p.auth.Sweep(ctx); err != nil {
		errs = append(errs, fmt.Errorf("sweep accounts: %w", err))
	}
	now := p.o.Clock.Now()
	var b pg.Batch
	idempotency.SweepAccounts(&b, now)
	if err := p.jobsDB.Write(ctx, &b); err != nil {
		errs = append(errs, fmt.Errorf("sweep answers: %w", err))
	}
	for after := (business.ID{}); ; {
		page, err := business.IDs(ctx, p.jobsDB, after)
		if err != nil || len(page) == 0 {
			return errors.Join(append(errs, err)...)
		}
		for _, bid := range page {
			var b pg.Batch
			availability.Sweep(&b, bid, now)
			booking.SweepHolds(&b, bid, now)
			idempotency.Sweep(&b, bid, now)
			if err := p.jobsDB.BatchTenant(ctx, bid, &b); err != nil {
				errs = append(errs, fmt.Errorf("sweep business %s: %w", bid, err))
			}
		}
		after = page[len(page)-1]
	}
}
