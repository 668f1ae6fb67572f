package schedule

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Service keeps hours and shifts.
type Service struct {
	db      *pg.DB
	changer *business.Changer
}

// New makes the service.
func New(db *pg.DB, changer *business.Changer) *Service { return &Service{db: db, changer: changer} }

// Complete names "hours" unless the business has weekly opening hours.
func Complete(ctx context.Context, tx *pg.Tx, bid business.ID) ([]string, error) {
	var rows Rows
	var b pg.Batch
	QueueHours(&b, bid, &rows)
	if err := tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	if rows.Week.Empty() {
		return []string{"hours"}, nil
	}
	return nil, nil
}
