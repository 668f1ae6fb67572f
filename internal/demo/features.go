package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/flag"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// switchOn sets every flag that nobody ever set to all businesses: a demo is for
// trying what there is. What an operator set since stays.
func (d Deps) switchOn(ctx context.Context) error {
	flags := flag.New(d.DB, clock.NewManual(d.Now), d.Log)
	list, err := flags.List(ctx)
	if err != nil {
		return fmt.Errorf("features: %w", err)
	}
	for i := range list {
		if !list[i].UpdatedAt.IsZero() {
			continue
		}
		_, err := flags.Set(ctx, tenant.Worker(), list[i].Flag.Name, list[i].Version, flag.SetInput{Percent: 100, Reason: "デモのため"})
		if err != nil && !errors.Is(err, flag.ErrStale) { // somebody else did, meanwhile
			return fmt.Errorf("feature %s: %w", list[i].Flag.Name, err)
		}
	}
	return nil
}
